"""The list of channels: search, groups, the value of each at the cursor."""

from PyQt5.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QKeyEvent
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QAction,
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from osimviz.channels import matching
from osimviz.recording import Recording
from osimviz.ui.channel_model import ChannelModel
from osimviz.ui.channel_rows import UNIT_PX, ChannelRows
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme


class ChannelTree(QWidget):
    """Searchable tree of all channels.

    Signals
    -------
    plot_requested(list of str, bool)
        Plot these channels; whether in a plot of their own.
    """

    plot_requested = pyqtSignal(list, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("channels")
        self.setAttribute(Qt.WA_StyledBackground)
        self.setMinimumWidth(220)
        self._recording: Recording | None = None
        self._opened: set[str] = set()
        self._count = QLabel()
        self._count.setProperty("strength", "weak")
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search channels")
        self._search.setToolTip("Words in any order: pelvis height (Ctrl+L)")
        self._search.textChanged.connect(self._on_search_text_changed)
        self._search.installEventFilter(self)
        self._clear = QToolButton(self._search)
        self._lens = self._search.addAction(icon("search", theme.palette["text_weak"]), QLineEdit.LeadingPosition)
        self._at = QLabel()
        self._at.setProperty("strength", "weak")
        self._model = ChannelModel(self)
        self._rows = ChannelRows(theme)
        self._view = _make_view(self._model, self._rows)
        self._empty = QLabel("The channels of a run appear here.")
        self._empty.setProperty("strength", "mid")
        self._empty.setAlignment(Qt.AlignCenter)
        self._empty.setWordWrap(True)
        self._lay_out()
        self._view.doubleClicked.connect(self._on_view_double_clicked)
        self._view.clicked.connect(self._on_view_clicked)
        self._view.customContextMenuRequested.connect(self._on_view_menu_requested)
        self._view.installEventFilter(self)
        self.set_theme(theme)

    def show_run(self, recording: Recording | None) -> None:
        """Show the channels of a run; what was open and searched stays."""
        if self._recording is not None and not self._search.text():
            self._remember_opened()
        is_first = self._recording is None
        self._recording = recording
        self._rows.show_run(recording)
        self._fill()
        if is_first and recording is not None:
            self._open_first_group()

    def show_data(self) -> None:
        """Draw sparklines anew: frames were appended."""
        self._rows.show_data()
        self._view.viewport().update()

    def show_values(self, index: int, time_s: float) -> None:
        """Show the values at a frame."""
        self._rows.show_values(index)
        self._at.setText(f"at {time_s:.2f} s" if index >= 0 else "")
        self._view.viewport().update()

    def show_plotted(self, colours: dict[str, QColor]) -> None:
        """Mark the channels that are plotted."""
        self._rows.colours = colours
        self._view.viewport().update()

    def focus_search(self) -> None:
        """Put the text cursor into the search field, its text selected."""
        self._search.setFocus(Qt.ShortcutFocusReason)
        self._search.selectAll()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._rows.set_theme(theme)
        self._lens.setIcon(icon("search", theme.palette["text_weak"]))
        self._clear.setIcon(icon("close", theme.palette["text_mid"]))
        self._view.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's override: Escape empties the search, Down goes to the list, Enter plots."""
        if event.type() != QEvent.KeyPress:
            return False
        key_event: QKeyEvent = event
        if watched is self._search and key_event.key() == Qt.Key_Escape:
            self._search.clear()
            self._view.setFocus()
            return True
        if watched is self._search and key_event.key() in (Qt.Key_Down, Qt.Key_Return, Qt.Key_Enter):
            self._select_first_match()
            self._view.setFocus()
            return True
        if watched is self._view and key_event.key() in (Qt.Key_Return, Qt.Key_Enter):
            self._plot_selected(in_new_plot=bool(key_event.modifiers() & Qt.ControlModifier))
            return True
        return False

    def _lay_out(self) -> None:
        title = QLabel("<b>Channels</b>")
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._count)
        title.setFixedHeight(28)
        self._clear.setProperty("flat", True)
        self._clear.setFixedSize(20, 20)
        self._clear.setCursor(Qt.ArrowCursor)
        self._clear.setToolTip("Empty the search (Esc)")
        self._clear.setFocusPolicy(Qt.NoFocus)
        self._clear.clicked.connect(self._search.clear)
        self._clear.hide()
        inside = QHBoxLayout(self._search)
        inside.setContentsMargins(0, 0, 4, 0)
        inside.addStretch(1)
        inside.addWidget(self._clear)
        search = QHBoxLayout()
        search.setContentsMargins(8, 0, 8, 4)
        search.addWidget(self._search)
        header = QHBoxLayout()
        header.setContentsMargins(12, 0, 6, 0)
        for text, width in (("Name", 0), ("", 0)):
            label = QLabel(text)
            label.setProperty("strength", "weak")
            header.addWidget(label, 0 if width else 1 if not text else 0)
        header.addWidget(self._at)
        unit = QLabel("unit")
        unit.setProperty("strength", "weak")
        unit.setFixedWidth(UNIT_PX)
        header.addWidget(unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addLayout(search)
        column.addLayout(header)
        column.addWidget(self._view, 1)
        column.addWidget(self._empty, 1)

    def _fill(self) -> None:
        """Show the channels that match the search."""
        table = self._recording.info.channels if self._recording is not None else ()
        text = self._search.text()
        self._rows.words = text.casefold().split()
        position_of = {channel.name: position for position, channel in enumerate(table)}
        found = [position_of[channel.name] for channel in matching(table, text)]
        self._model.show(table, found)
        self._clear.setVisible(bool(text))
        self._count.setText("" if not table else f"{len(found)} of {len(table)}" if text else f"{len(table)}")
        self._view.setVisible(bool(found))
        self._empty.setVisible(not found)
        nothing = f"No channel matches “{text}”.\nEsc empties the search."
        self._empty.setText(nothing if text and table else "The channels of a run appear here.")
        if text:
            self._view.expandAll()
        else:
            self._reopen()

    def _open_first_group(self) -> None:
        first = self._model.index(0, 0)
        self._view.expand(first)
        self._view.expand(self._model.index(0, 0, first))

    def _each_group(self) -> list[QModelIndex]:
        groups, pending = [], [QModelIndex()]
        while pending:
            parent = pending.pop()
            for row in range(self._model.rowCount(parent)):
                index = self._model.index(row, 0, parent)
                if self._model.node(index).position < 0:
                    groups.append(index)
                    pending.append(index)
        return groups

    def _remember_opened(self) -> None:
        self._opened = {self._model.node(index).path for index in self._each_group() if self._view.isExpanded(index)}

    def _reopen(self) -> None:
        for index in self._each_group():
            if self._model.node(index).path in self._opened:
                self._view.expand(index)

    def _select_first_match(self) -> None:
        index = self._model.index(0, 0)
        while index.isValid() and self._model.node(index).position < 0:
            index = self._model.index(0, 0, index)
        if index.isValid():
            self._view.setCurrentIndex(index)

    def _plot_selected(self, *, in_new_plot: bool) -> None:
        names = [name for index in self._view.selectedIndexes() for name in self._model.channels_below(index)]
        if names:
            self.plot_requested.emit(list(dict.fromkeys(names)), in_new_plot)

    def _on_search_text_changed(self, text: str) -> None:
        if text and not self._rows.words:
            self._remember_opened()
        self._fill()

    def _on_view_clicked(self, index: QModelIndex) -> None:
        if self._model.channel(index) is None:
            self._view.setExpanded(index, not self._view.isExpanded(index))

    def _on_view_double_clicked(self, index: QModelIndex) -> None:
        channel = self._model.channel(index)
        if channel is not None:
            self.plot_requested.emit([channel.name], True)

    def _on_view_menu_requested(self, position: QPoint) -> None:
        index = self._view.indexAt(position)
        names = self._model.channels_below(index) if index.isValid() else []
        if not names:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WA_DeleteOnClose)
        add, apart, copy = QAction("Add to the Last Plot", menu), QAction("New Plot", menu), QAction("Copy Name", menu)
        menu.addActions([apart, add, copy])
        chosen = menu.exec_(self._view.viewport().mapToGlobal(position))
        if chosen is copy:
            QApplication.clipboard().setText("\n".join(names))
        elif chosen is not None:
            self.plot_requested.emit(names, chosen is apart)


def _make_view(model: ChannelModel, rows: ChannelRows) -> QTreeView:
    view = QTreeView()
    view.setModel(model)
    view.setItemDelegate(rows)
    view.setHeaderHidden(True)
    view.setUniformRowHeights(True)
    view.setIndentation(12)
    view.setRootIsDecorated(False)
    view.setItemsExpandable(True)
    view.setExpandsOnDoubleClick(False)
    view.setDragEnabled(True)
    view.setDragDropMode(QAbstractItemView.DragOnly)
    view.setSelectionMode(QAbstractItemView.ExtendedSelection)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
    view.setVerticalScrollMode(QAbstractItemView.ScrollPerPixel)
    view.setContextMenuPolicy(Qt.CustomContextMenu)
    view.setMouseTracking(True)
    # The rows paint their own arrows; the branch area would show Fusion's as well.
    view.setStyleSheet("QTreeView::branch { background: transparent; image: none; border-image: none; }")
    return view
