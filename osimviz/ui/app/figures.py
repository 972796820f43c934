"""Plots and data for the export dialog: drawn and written from what the window shows."""

from pathlib import Path

from PyQt5.QtGui import QImage

from osimviz.recording import Recording, RecordingError
from osimviz.recording.errors import WritingStopped
from osimviz.recording.export import export_recording
from osimviz.ui.dialogs.long_work import LongWork
from osimviz.ui.main_window import MainWindow
from osimviz.ui.plots.export import save
from osimviz.wording import capitalised


class WindowFigures:
    """The window's plots and its run, as `osimviz.ui.export.Figures`.

    Parameters
    ----------
    window : MainWindow
        Whose panel in front is drawn; the curves over time where that is none of plots.
    recording : Recording
        The run.
    """

    def __init__(self, window: MainWindow, recording: Recording) -> None:
        self._window = window
        self._recording = recording

    def picture(self) -> QImage:
        """Return the plots as they are written."""
        return self._window.plot_tabs.panel_in_front().picture()

    def n_curves(self) -> int:
        """Return how many channels are plotted."""
        return len({name for names in self._window.plots.plot_names() for name in names})

    def plots(self) -> tuple[tuple[str, ...], ...]:
        """Return the channels of each plot over time; none where another panel is in front."""
        tabs = self._window.plot_tabs
        if tabs.panel_in_front() is not tabs.stack:
            return ()
        return tuple(tuple(names) for names in tabs.stack.plot_names())

    def range_s(self) -> tuple[float, float] | None:
        """Return the range of time of the plots, within the run; None where it is the whole run."""
        time = self._window.plots.time
        if time.window.is_fitted or self._recording.last_index < 0:
            return None
        times_s = self._recording.time_s()
        start_s, end_s = self._window.plots.window_s
        return max(start_s, float(times_s[0])), min(end_s, float(times_s[-1]))

    def write(self, contents: str, path: Path) -> str:
        """Write ``plots``, ``curves`` or the ``run``, by the suffix; return what went wrong, empty if nothing did."""
        if contents != "run":
            tabs = self._window.plot_tabs
            return save(path, tabs.stack.table() if contents == "curves" else tabs.panel_in_front())
        try:
            with LongWork(self._window, f"Exporting {path.name}") as work:
                export_recording(self._recording, path, replace=True, progress=work.note)
        except WritingStopped:
            return "Cancelled; nothing was written"
        except RecordingError as error:
            return capitalised(str(error))
        return ""
