"""The list of runs: those of this sitting, and the episodes of every open file; one of them is shown."""

from collections.abc import Sequence

from PyQt5.QtCore import QPoint, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QResizeEvent
from PyQt5.QtWidgets import QHeaderView, QLabel, QMenu, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from osimviz.run_lines import RunGroup, RunLine
from osimviz.ui.commands import with_keys
from osimviz.ui.theme import Theme

_TITLES = ("Run", "Steps", "Return", "How it ended")
_KEY = Qt.UserRole
#: Height of a row of a list (the design's tokens), room beside a number, and the title's share of what is left.
_ROW_PX, _CELL_PADDING_PX, _TITLE_SHARE = 22, 16, 0.42
#: Room for the title of an episode at least: the number of a long training, in the weight of the shown one.
_TITLE_PX = 128
_EMPTY = "No run yet. {run} runs the controller, {open} opens a recording; several can be open."


class RunsPanel(QWidget):
    """Shows every run with its steps, return and end; a click or Enter shows it.

    Signals
    -------
    run_requested(int, int)
        Group and place of the run to show, as in `RunLine.key`.
    close_requested(int)
        The group, a file, that is to be closed.
    save_requested(int, int)
        The run to save under a name of its own.
    """

    run_requested = pyqtSignal(int, int)
    close_requested = pyqtSignal(int)
    save_requested = pyqtSignal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._groups: tuple[RunGroup, ...] = ()
        self._shown: tuple[int, int] | None = None
        self._tree = QTreeWidget()
        self._tree.setObjectName("runs")
        self._tree.setHeaderLabels(list(_TITLES))
        self._tree.setUniformRowHeights(True)
        self._tree.setAllColumnsShowFocus(True)
        self._tree.setIndentation(12)
        self._tree.setContextMenuPolicy(Qt.CustomContextMenu)
        self._tree.customContextMenuRequested.connect(self._show_menu)
        self._tree.itemClicked.connect(self._on_tree_item_chosen)
        self._tree.itemActivated.connect(self._on_tree_item_chosen)
        header = self._tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.Interactive)
        header.setMinimumSectionSize(40)
        self._tree.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        for column in (1, 2):
            self._tree.headerItem().setTextAlignment(column, Qt.AlignRight | Qt.AlignVCenter)
        self._empty = QLabel(with_keys(_EMPTY))
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignTop)
        self._empty.setContentsMargins(12, 12, 12, 12)
        self._empty.setProperty("strength", "mid")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._empty)
        column.addWidget(self._tree, 1)
        self._show_parts()

    def show_groups(self, groups: Sequence[RunGroup]) -> None:
        """Show these runs; what is folded away stays so."""
        groups = tuple(group for group in groups if group.lines)
        if groups == self._groups:
            return
        is_same_shape = [(g.path, len(g.lines)) for g in groups] == [(g.path, len(g.lines)) for g in self._groups]
        self._groups = groups
        if not is_same_shape:
            self._rebuild()
        shown = next((line.key for group in groups for line in group.lines if line.is_shown), None)
        # Else a run that grows takes the row back at which the user stands with the keyboard.
        is_to_go_there, self._shown = not is_same_shape or shown != self._shown, shown
        for row, group in enumerate(groups):
            item = self._tree.topLevelItem(row)
            item.setText(0, group.title)
            item.setText(3, group.note)
            for place, line in enumerate(group.lines):
                self._fill(item.child(place), line)
                if line.is_shown and is_to_go_there:
                    self._tree.setCurrentItem(item.child(place))
        self._show_parts()

    def menu_at(self, item: QTreeWidgetItem | None) -> QMenu | None:
        """Return what can be done with a line of the list; None where there is nothing."""
        if item is None:
            return None
        menu = QMenu(self)
        key = item.data(0, _KEY)
        if key is not None:
            group, number = key
            menu.addAction("Show", lambda: self.run_requested.emit(group, number))
            menu.addAction("Save As …", lambda: self.save_requested.emit(group, number))
        else:
            group = item.child(0).data(0, _KEY)[0]
        if group > 0:
            menu.addAction("Close File", lambda: self.close_requested.emit(group))
        return menu if menu.actions() else None

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        groups, self._groups = self._groups, ()
        self.show_groups(groups)

    def _rebuild(self) -> None:
        folded = {
            self._tree.topLevelItem(row).toolTip(0)
            for row in range(self._tree.topLevelItemCount())
            if not self._tree.topLevelItem(row).isExpanded()
        }
        self._tree.clear()
        for group in self._groups:
            item = QTreeWidgetItem()
            item.setToolTip(0, group.path or group.title)
            item.setSizeHint(0, QSize(0, _ROW_PX))
            item.setFlags(Qt.ItemIsEnabled)
            item.addChildren([QTreeWidgetItem() for _ in group.lines])
            self._tree.addTopLevelItem(item)
            item.setExpanded(item.toolTip(0) not in folded)
            font = self._tree.font()
            font.setBold(True)
            item.setFont(0, font)
            item.setForeground(3, QBrush(self._theme.colour("text_weak")))

    def _fill(self, item: QTreeWidgetItem, line: RunLine) -> None:
        for column, text in enumerate((line.title, line.steps, line.total, line.ended)):
            item.setText(column, text)
        item.setSizeHint(0, QSize(0, _ROW_PX))
        item.setToolTip(0, line.title)
        item.setToolTip(3, line.ended)
        item.setData(0, _KEY, line.key)
        for column in (1, 2):
            item.setTextAlignment(column, Qt.AlignRight | Qt.AlignVCenter)
        ended = "accent" if line.is_growing else "bad" if line.is_bad else "text_mid"
        item.setForeground(3, QBrush(self._theme.colour(ended)))
        item.setForeground(0, QBrush(self._theme.colour("accent" if line.is_shown else "text")))
        font = self._tree.font()
        font.setBold(line.is_shown)
        item.setFont(0, font)

    def _show_parts(self) -> None:
        self._empty.setVisible(not self._groups)
        self._tree.setVisible(bool(self._groups))

    def _show_menu(self, place: QPoint) -> None:
        menu = self.menu_at(self._tree.itemAt(place))
        if menu is not None:
            menu.exec_(self._tree.viewport().mapToGlobal(place))
            menu.deleteLater()

    def _on_tree_item_chosen(self, item: QTreeWidgetItem) -> None:
        key = item.data(0, _KEY)
        if key is not None:
            self.run_requested.emit(*key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override: the numbers have the room they need, title and end share the rest."""
        super().resizeEvent(event)
        header = self._tree.header()
        metrics = self._tree.fontMetrics()
        numbers = [metrics.horizontalAdvance(text) + _CELL_PADDING_PX for text in ("100 000", "−1000.00")]
        rest = max(self.width() - sum(numbers), 0)
        header.resizeSection(0, max(round(rest * _TITLE_SHARE), _TITLE_PX))
        for column, width in enumerate(numbers, start=1):
            header.resizeSection(column, width)

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(400, 300)
