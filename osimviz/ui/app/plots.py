"""The panels of curves in the window: which is in front, the second cursor, what is added, removed and saved."""

from functools import partial

from osimviz.ui.app.commands import Handler
from osimviz.ui.main_window import MainWindow
from osimviz.ui.session import Session


class PlotActions:
    """Carries out the commands on plots.

    Parameters
    ----------
    session : Session
        Keeps the cursors.
    window : MainWindow
        Its right column.
    """

    def __init__(self, session: Session, window: MainWindow) -> None:
        self._session = session
        self._window = window
        self._tabs = window.plot_tabs
        self._tabs.cursor_requested.connect(session.seek)
        self._tabs.reference_requested.connect(self._on_tabs_reference_requested)

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on plots do."""
        tabs = self._tabs
        return {
            "show_plots": partial(tabs.setCurrentWidget, tabs.stack),
            "show_muscles": partial(tabs.setCurrentWidget, tabs.muscles),
            "show_gait": partial(tabs.setCurrentWidget, tabs.gait),
            "show_phase": partial(tabs.setCurrentWidget, tabs.phase),
            "second_cursor": self.toggle_second_cursor,
            "swap_cursors": self.swap_cursors,
            "other_sides": tabs.stack.add_other_sides,
            "fit_time": tabs.fit,
            "remove_plots": tabs.stack.remove_all,
            "save_plots": tabs.save_picture,
            "save_curves": tabs.save_curves,
        }

    def toggle_second_cursor(self) -> None:
        """Put the second cursor where the cursor is, or take it away if it is there."""
        index = self._session.view.index
        if index >= 0:
            self._session.playback.toggle_reference(index)
            self._session.refresh()

    def swap_cursors(self) -> None:
        """Exchange the two cursors."""
        self._session.playback.swap_reference(max(self._session.view.index, 0))
        self._session.refresh()

    def _on_tabs_reference_requested(self, index: int) -> None:
        self._session.playback.set_reference(index)
        self._session.refresh()
