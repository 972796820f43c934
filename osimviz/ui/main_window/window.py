"""The window's frame: puts the widgets in their places and hands what is shown to each of them."""

from collections.abc import Callable, Mapping
from functools import partial

from PyQt5.QtCore import QByteArray, Qt, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PyQt5.QtWidgets import QAction, QMainWindow, QMenu, QVBoxLayout, QWidget

from osimviz.analysis.run_pair import RunPair
from osimviz.analysis.thresholds import Thresholds
from osimviz.frames import Failure, Frame
from osimviz.recording import Recording
from osimviz.scenery import NO_SCENERY, scenery_of
from osimviz.ui.channel_tree import ChannelTree
from osimviz.ui.commands import make_actions, make_menus, tint_actions
from osimviz.ui.ending_panel import EndingPanel
from osimviz.ui.failure_panel import FailurePanel
from osimviz.ui.find_panel import FindPanel
from osimviz.ui.first_steps import FirstSteps
from osimviz.ui.log_panel import LogPanel
from osimviz.ui.main_window.docks import Dock, Docks
from osimviz.ui.main_window.log_tab import LogTab
from osimviz.ui.main_window.menu_ticks import show_ticks, switched_on
from osimviz.ui.main_window.panel_guard import PanelGuard
from osimviz.ui.main_window.parts import DIVIDER_PX, MenuCorner, RunPanel, dropped_files, splitter
from osimviz.ui.palette_popup import Entry, PalettePopup, entries_of, example_entries, layer_entries
from osimviz.ui.plots import PlotTabs
from osimviz.ui.runs_panel import RunsPanel
from osimviz.ui.status_line import StatusLine
from osimviz.ui.theme import Theme
from osimviz.ui.timeline import Timeline
from osimviz.ui.toolbar import Toolbar
from osimviz.ui.view3d import View3D
from osimviz.ui.view3d.ghosts import ghosts_of
from osimviz.ui.view3d.strobe import Strobe
from osimviz.ui.window_place import NARROW_WINDOW_PX, fit_on_screen
from osimviz.view_state import ViewState

#: The design's tokens: widths of the left and the right side, heights of the lower side and of the ending's panel.
_NARROW_SIZES_PX, _WIDE_SIZES_PX = (268, 380, 196, 220), (304, 488, 212, 250)


class MainWindow(QMainWindow):
    """Assembles toolbar, channels, 3D view, plots, timeline and status line.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    handlers : mapping of str to callable
        What each command of the command table does.

    Signals
    -------
    closing()
        The window is about to close.
    file_dropped(str)
        A controller, a recording or a motion was dropped on the window.
    layout_changed()
        A divider was moved, or a side came back from its own window.
    """

    closing = pyqtSignal()
    file_dropped = pyqtSignal(str)
    layout_changed = pyqtSignal()

    def __init__(self, theme: Theme, handlers: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self.setWindowTitle("osimviz")
        self.theme = theme
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 600)
        self._recording: Recording | None = None
        self._view: ViewState | None = None
        self._pair: RunPair | None = None
        self._strobe = Strobe()
        self._is_restored = False
        self._guard = PanelGuard()
        self.actions_by_id: dict[str, QAction] = make_actions(self, handlers)
        make_menus(self.menuBar(), self.actions_by_id)
        self.menuBar().setFixedHeight(28)
        tint_actions(self.actions_by_id, theme)
        self._corner = MenuCorner(self.actions_by_id["palette"])
        self.menuBar().setCornerWidget(self._corner, Qt.TopRightCorner)
        self._make_panels(theme)
        self._data_panels = self._named_panels()
        self.palette_popup = PalettePopup(theme, self)
        self.palette_popup.entry_chosen.connect(self._on_palette_entry_chosen)
        self._examples: list[Entry] = []
        self._left = splitter(Qt.Vertical, self.channels, self.ending)
        left, right = Dock(self._left, "Channels"), Dock(self.plot_tabs, "Plots")
        below = Dock(self.timeline, "Timeline")
        self.docks = Docks({"left": left, "right": right, "below": below})
        self.docks.moved.connect(self._on_docks_moved)
        self.docks.returned.connect(self.layout_changed)
        self._sides = splitter(Qt.Horizontal, left, self.view3d, right)
        self._rows = splitter(Qt.Vertical, self._sides, below)
        self._lay_out()
        for menu in self.menuBar().findChildren(QMenu, options=Qt.FindDirectChildrenOnly):
            menu.aboutToShow.connect(self._on_menu_about_to_show)
        for divider in (self._left, self._sides, self._rows):
            divider.splitterMoved.connect(self.layout_changed)

    def show_run(self, recording: Recording | None) -> None:
        """Show a new run; its data follows."""
        self._drop_failure()
        self._recording = recording
        self._guard.forget()
        info = recording.info if recording is not None else None
        self.failure_panel.show_run(info)
        self._guard.call("The 3D view", partial(self.view3d.show_run, info))
        for name, panel in self._data_panels.items():
            self._guard.call(name, partial(panel.show_run, recording))

    def show_comparison(self, pair: RunPair | None) -> None:
        """Show a second run beside the shown one; None for none."""
        self._pair = pair
        for name, panel in (("Plots", self.plots), ("Gait", self.plot_tabs.gait), ("Phase", self.plot_tabs.phase)):
            self._guard.call(name, partial(panel.show_comparison, pair))

    def show_data(self) -> None:
        """Show frames that were appended: curves, lanes, sparklines."""
        for name, panel in self._data_panels.items():
            self._guard.call(name, panel.show_data)

    def show_view(self, view: ViewState, frame: Frame | None) -> None:
        """Show a view state everywhere."""
        self._view = view
        self.actions_by_id["run"].setEnabled(view.can_run)
        self.actions_by_id["stop"].setEnabled(view.can_stop)
        self.toolbar.show_view(view)
        self._guard.call("The 3D view", partial(self._show_picture, view, frame))
        for name, panel in self._data_panels.items():
            self._guard.call(name, partial(panel.show_view, view))
        self.status.show_view(view)

    def show_thresholds(self, thresholds: Thresholds) -> None:
        """Mark from other thresholds on."""
        self.timeline.show_thresholds(thresholds)
        self.ending.show_thresholds(thresholds)

    def show_failure(self, failure: Failure) -> None:
        """Raise the error panel once; it stays until the next run."""
        self.failure_panel.show_failure(failure)
        self._raise(self.failure_panel, "Error")

    def show_find(self) -> None:
        """Raise the search panel, with the keyboard in its field."""
        self._raise(self.find, "Find")
        self.find.focus_field()

    def show_palette(self) -> None:
        """Open the command palette."""
        layers = layer_entries(self.view3d.layer_menu.layer_actions)
        self.palette_popup.open_with([*entries_of(self.actions_by_id), *self._examples, *layers])

    def show_examples(self, menu: QMenu, examples: Mapping[str, QAction]) -> None:
        """Show the menu of the bundled examples, and offer them, by their titles, in the command palette."""
        self.menuBar().actions()[0].menu().insertMenu(self.actions_by_id["new_controller"], menu)
        self._examples = example_entries(examples)

    def carry_out(self, command: str) -> None:
        """Do what the menu item of a command does."""
        self.actions_by_id[command].trigger()

    def show_title(self, text: str, details: str) -> None:
        """Show what is open, at the right end of the menu bar and in the window's title; details are its tooltip."""
        # The toolbar below says what runs next, which may be something else.
        self._corner.show_title(f"Shown: {text}", f"The run that is shown; the toolbar says what runs next\n{details}")
        # The menu bar gives its corner the size it had when it was set.
        self.menuBar().setCornerWidget(self._corner, Qt.TopRightCorner)
        self._corner.show()
        self.setWindowTitle(f"{text} — osimviz")

    def show_runs_panel(self) -> None:
        """Bring the list of runs to the front."""
        self.plot_tabs.setCurrentWidget(self.runs_panel)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.palette_popup.set_theme(theme)
        tint_actions(self.actions_by_id, theme)
        for part in (
            self.channels,
            self.ending,
            self.find,
            self.view3d,
            self.first_steps,
            self.plot_tabs,
            self.toolbar,
            self.runs_panel,
            self.timeline,
            self.failure_panel,
            self.log,
            self.status,
        ):
            part.set_theme(theme)

    def layout_states(self) -> dict[str, QByteArray]:
        """Return the places of window and splitters, to be remembered."""
        return {
            "geometry": self.saveGeometry(),
            "sides": self._sides.saveState(),
            "rows": self._rows.saveState(),
            "left": self._left.saveState(),
            **self.docks.states(),
        }

    def restore_layout(self, blob: Callable[[str], QByteArray]) -> None:
        """Take remembered places; what was not remembered stays as designed."""
        geometry = blob("geometry")
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
            fit_on_screen(self)
            self._is_restored = True
            self.restore_parts({key: blob(key) for key in self.layout_states() if key != "geometry"})

    def restore_parts(self, layout: Mapping[str, QByteArray]) -> None:
        """Put the parts of the window where a layout of `layout_states` has them."""
        self.docks.restore(layout)
        for name, divider in (("sides", self._sides), ("rows", self._rows), ("left", self._left)):
            state = layout.get(name, QByteArray())
            if not state.isEmpty():
                divider.restoreState(state)

    def reset_layout(self) -> None:
        """Put every part to its designed place, and show those that are hidden or in windows of their own."""
        self.docks.bring_all_back()
        self._take_designed_sizes()

    def shutdown(self) -> None:
        """Free what the widgets hold beyond Qt. Idempotent."""
        self.view3d.shutdown()
        self.timeline.close()
        self.plot_tabs.close()

    def _make_panels(self, theme: Theme) -> None:
        self.toolbar = Toolbar(theme, *(self.actions_by_id[name] for name in ("run", "stop", "pause_run")))
        self.channels = ChannelTree(theme)
        self.ending = EndingPanel(theme)
        self.view3d = View3D(theme)
        self.first_steps = FirstSteps(theme, self.view3d)
        self.timeline = Timeline(theme)
        self.status = StatusLine(theme)
        self.plot_tabs = PlotTabs(theme)
        self.plots = self.plot_tabs.stack
        self.runs_panel = RunsPanel(theme)
        self.plot_tabs.addTab(self.runs_panel, "Runs")
        self.log = LogPanel(theme)
        self.log_tab = LogTab(self.plot_tabs, self.log)
        # Each gets its tab when it is first wanted.
        self.failure_panel = FailurePanel(theme, self)
        self.find = FindPanel(theme, self)
        for part in (self.first_steps, self.failure_panel, self.find):
            part.hide()

    def _named_panels(self) -> dict[str, RunPanel]:
        """Return every panel that shows a run, by what users call it."""
        return {
            "Timeline": self.timeline,
            "Plots": self.plots,
            "Muscles": self.plot_tabs.muscles,
            "Gait": self.plot_tabs.gait,
            "Phase": self.plot_tabs.phase,
            "Channels": self.channels,
            "Why it ended": self.ending,
            "Find": self.find,
        }

    def _lay_out(self) -> None:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(self._rows, 1)
        column.addWidget(self.status)
        self.setCentralWidget(centre)
        self._sides.setStretchFactor(1, 1)
        self._rows.setStretchFactor(0, 1)
        self._left.setStretchFactor(0, 1)

    def _take_designed_sizes(self) -> None:
        is_narrow = self.width() < NARROW_WINDOW_PX
        left, right, below, ending = _NARROW_SIZES_PX if is_narrow else _WIDE_SIZES_PX
        self._sides.setSizes([left, max(self.width() - left - right - 2 * DIVIDER_PX, 240), right])
        self._rows.setSizes([max(self._rows.height() - below - DIVIDER_PX, 200), below])
        self._left.setSizes([max(self._left.height() - ending - DIVIDER_PX, 120), ending])

    def _show_picture(self, view: ViewState, frame: Frame | None) -> None:
        ghosts = (*ghosts_of(self._pair, view), *self._strobe.ghosts(self._recording, view))
        recording = self._recording
        scenery = NO_SCENERY if recording is None else scenery_of(recording, view.index, view.settings.layers)
        self.view3d.show_view(view, frame, ghosts, scenery)

    def _raise(self, panel: QWidget, title: str) -> None:
        """Bring a panel of the right side to the front; it gets its tab when it is first wanted."""
        if self.plot_tabs.indexOf(panel) < 0:
            self.plot_tabs.addTab(panel, title)
        self.plot_tabs.setCurrentWidget(panel)

    def _on_menu_about_to_show(self) -> None:
        if self._view is not None:
            shows_difference = any(row.difference is not None for row in self.plots.rows)
            ticks = switched_on(self._view, self.docks, self._pair, shows_difference=shows_difference)
            show_ticks(self.actions_by_id, ticks)

    def _on_palette_entry_chosen(self, entry: Entry) -> None:
        entry.action.trigger()

    def _on_docks_moved(self) -> None:
        # A widget that changes windows takes the palette again that it had before there was a style sheet.
        self.set_theme(self.theme)

    def _drop_failure(self) -> None:
        index = self.plot_tabs.indexOf(self.failure_panel)
        if index >= 0:
            self.plot_tabs.removeTab(index)
            # Kept for the next failure; a tab that was removed belongs to nobody.
            self.failure_panel.setParent(self)
            self.failure_panel.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override: narrow windows leave labels out."""
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW_WINDOW_PX
        self.toolbar.fit_labels(self.width())
        is_first = event.oldSize().width() < 0
        if not self._is_restored if is_first else (event.oldSize().width() < NARROW_WINDOW_PX) != is_narrow:
            self._take_designed_sizes()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt's override: what can be opened may be dropped anywhere."""
        if dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt's override."""
        paths = dropped_files(event)
        if paths:
            event.acceptProposedAction()
        for path in paths:
            self.file_dropped.emit(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt's override."""
        self.closing.emit()
        self.shutdown()
        super().closeEvent(event)
