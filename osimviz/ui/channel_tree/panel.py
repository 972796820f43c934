"""The panel of channels: title, search, column header and the list."""

from collections.abc import Mapping
from functools import partial

from PyQt5.QtCore import QPoint, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QPainter, QPaintEvent
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from osimviz.recording import Recording
from osimviz.ui.channel_tree.columns import Columns
from osimviz.ui.channel_tree.search_field import SearchField
from osimviz.ui.channel_tree.sparklines import Sparklines
from osimviz.ui.channel_tree.view import ChannelView
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState

_TITLE_PX, _HEADER_PX, _MARGIN_PX = 28, 26, 8


class ChannelTree(QWidget):
    """Every channel of a run by name, with its value at the cursor.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    plot_requested(list, bool)
        Names of channels to plot, and whether in a new plot.
    derive_requested(list)
        A channel is to be made of these.
    formula_requested(str)
        A derived channel is to get another formula.
    removal_requested(str)
        A derived channel is to go.
    """

    plot_requested = pyqtSignal(list, bool)
    derive_requested = pyqtSignal(list)
    formula_requested = pyqtSignal(str)
    removal_requested = pyqtSignal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._recording: Recording | None = None
        self._sparklines: Sparklines | None = None
        self._title = QLabel("Channels")
        self._more = QToolButton()
        self._search = SearchField(theme)
        self._header = _Header(theme)
        self._list = ChannelView(theme)
        self._lay_out()
        self._search.textChanged.connect(self._on_search_text_changed)
        self._search.left_downwards.connect(self._list.focus_first)
        self._list.plot_requested.connect(self.plot_requested)
        self._list.menu_requested.connect(self._on_list_menu_requested)
        self._more.clicked.connect(self._on_more_clicked)
        self.set_theme(theme)

    @property
    def view(self) -> ChannelView:
        """The list."""
        return self._list

    @property
    def search(self) -> SearchField:
        """The search field."""
        return self._search

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._title.setFont(theme.font(bold=True))
        self._more.setIcon(icon("more", theme.palette["text_mid"]))
        for part in (self._search, self._header, self._list):
            part.set_theme(theme)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), theme.colour("panel"))
        self.setPalette(palette)

    def selected_names(self) -> list[str]:
        """Return the selected channels, in the order of the list."""
        return self._list.selected_names()

    def reveal(self, path: str) -> None:
        """Select a channel or a group of them by its path; a search that hides it is given up."""
        if not self._list.reveal(path) and self._search.text():
            self._search.clear()
            self._list.reveal(path)

    def focus_search(self) -> None:
        """Put the keyboard into the search field, its words selected."""
        # It may be in a window of its own.
        self.activateWindow()
        self._search.setFocus(Qt.ShortcutFocusReason)
        self._search.selectAll()

    def show_run(self, recording: Recording | None) -> None:
        """Show another run's channels; what is open, selected and searched stays as far as it exists."""
        self._recording = recording
        self._sparklines = Sparklines(recording) if recording is not None else None
        channels = recording.channels if recording is not None else ()
        limits = recording.info.end_limits if recording is not None else ()
        self._list.show_run(channels, self._sparklines, limits)
        self._header.show_time(None)
        self._search.show_counts(self._list.n_found, len(channels))
        self.show_data()

    def show_view(self, view: ViewState) -> None:
        """Show the values at the cursor of a view state."""
        self.show_values(view.index, view.time_s)

    def show_values(self, index: int, time_s: float) -> None:
        """Show the values of a frame; none for a negative index."""
        recording = self._recording
        if recording is None or not 0 <= index <= recording.last_index:
            self._list.show_values(None, None)
            self._header.show_time(None)
            return
        self._list.show_values(recording.values(index), index / max(recording.last_index, 1))
        self._header.show_time(time_s)

    def show_data(self) -> None:
        """Let sparklines reach to the newest frame."""
        if self._sparklines is not None:
            self._sparklines.take_new()
            self._list.viewport().update()

    def show_plotted(self, colours: Mapping[str, QColor]) -> None:
        """Mark the channels that are plotted by their curves' colours."""
        self._list.show_plotted(colours)

    def _lay_out(self) -> None:
        self._more.setProperty("flat", True)
        self._more.setFixedSize(_TITLE_PX, _TITLE_PX)
        self._more.setIconSize(QSize(16, 16))
        self._more.setToolTip("Open or close all groups")
        self._more.setAccessibleName("More")
        title = QHBoxLayout()
        title.setContentsMargins(12, 0, 4, 0)
        title.addWidget(self._title, 1)
        title.addWidget(self._more)
        search = QHBoxLayout()
        search.setContentsMargins(_MARGIN_PX, 4, _MARGIN_PX, 0)
        search.addWidget(self._search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(title)
        column.addLayout(search)
        column.addWidget(self._header)
        column.addWidget(self._list, 1)
        QWidget.setTabOrder(self._search, self._list)
        QWidget.setTabOrder(self._list, self._more)
        self.setMinimumWidth(220)
        self.setAutoFillBackground(True)

    def _on_search_text_changed(self, text: str) -> None:
        self._list.search(text)
        n_all = len(self._recording.channels) if self._recording is not None else 0
        self._search.show_counts(self._list.n_found, n_all)

    def _on_list_menu_requested(self, names: list[str], place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WA_DeleteOnClose)
        plot = menu.addAction(icon("add", self._theme.palette["text_mid"]), "Plot")
        plot_new = menu.addAction("Plot in a New Plot")
        menu.addSeparator()
        derive = menu.addAction("Derive a Channel …")
        derive.triggered.connect(partial(self._on_menu_derive_chosen, names))
        if len(names) == 1 and self._recording is not None and names[0] in self._recording.derived:
            menu.addAction("Change Formula …").triggered.connect(partial(self._on_menu_formula_chosen, names[0]))
            menu.addAction("Remove").triggered.connect(partial(self._on_menu_remove_chosen, names[0]))
        menu.addSeparator()
        copy = menu.addAction(icon("copy", self._theme.palette["text_mid"]), "Copy Name")
        plot.triggered.connect(partial(self._on_menu_plot_chosen, names, False))
        plot_new.triggered.connect(partial(self._on_menu_plot_chosen, names, True))
        copy.triggered.connect(partial(self._on_menu_copy_chosen, names))
        menu.popup(place)

    def _on_menu_plot_chosen(self, names: list[str], in_new_plot: bool, checked: bool = False) -> None:
        self.plot_requested.emit(names, in_new_plot)

    def _on_menu_derive_chosen(self, names: list[str], checked: bool = False) -> None:
        self.derive_requested.emit(names)

    def _on_menu_formula_chosen(self, name: str, checked: bool = False) -> None:
        self.formula_requested.emit(name)

    def _on_menu_remove_chosen(self, name: str, checked: bool = False) -> None:
        self.removal_requested.emit(name)

    def _on_menu_copy_chosen(self, names: list[str], checked: bool = False) -> None:
        QApplication.clipboard().setText("\n".join(names))

    def _on_more_clicked(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WA_DeleteOnClose)
        menu.addAction("Open All Groups").triggered.connect(self._list.expandAll)
        menu.addAction("Close All Groups").triggered.connect(self._list.collapseAll)
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height())))


class _Header(QWidget):
    """Names of the columns, and the time at which values are taken."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._time_s: float | None = None
        self.setFixedHeight(_HEADER_PX)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_time(self, time_s: float | None) -> None:
        if time_s != self._time_s:
            self._time_s = time_s
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font(small=True))
        painter.setPen(self._theme.colour("text_weak"))
        columns = Columns.of(self.width())
        metrics = painter.fontMetrics()
        baseline = (_HEADER_PX + metrics.ascent() - metrics.descent()) // 2
        painter.drawText(12, baseline, "Name")
        if self._time_s is not None:
            text = f"at {self._time_s:.2f} s"
            painter.drawText(columns.value_end - metrics.horizontalAdvance(text), baseline, text)
            painter.drawText(columns.unit_x, baseline, "unit")
        painter.fillRect(0, _HEADER_PX - 1, self.width(), 1, self._theme.colour("line"))
