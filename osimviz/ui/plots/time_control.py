"""The range of time that several panels share, and what the mouse does with it in any of them."""

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from osimviz.moments import nearest_index
from osimviz.plot_series import PlotSeries
from osimviz.recording import Recording
from osimviz.ui.plots.gestures import TimeGestures
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.view_state import ViewState


class TimeControl(QObject):
    """Keeps the shared range; zooms and moves it, and turns pointed-at times into frames.

    Signals
    -------
    changed()
        Another range is shown; once for any number of changes in one turn of the event loop.
    cursor_requested(int), reference_requested(int)
        The frame that a press or drag points at; the same with Shift, for the second cursor.

    Attributes
    ----------
    window : TimeWindow
        The range.
    """

    changed = pyqtSignal()
    cursor_requested = pyqtSignal(int)
    reference_requested = pyqtSignal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.window = TimeWindow()
        self._recording: Recording | None = None
        self._times = PlotSeries()
        self._is_growing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.changed)

    def connect_gestures(self, gestures: TimeGestures) -> None:
        """Carry out what the mouse asks for over a time axis."""
        gestures.scrub_requested.connect(self._on_scrub_requested)
        gestures.reference_requested.connect(self._on_reference_requested)
        gestures.zoom_requested.connect(self.zoom)
        gestures.pan_requested.connect(self.pan)
        gestures.fit_requested.connect(self.fit)

    def show_run(self, recording: Recording | None) -> None:
        """Show the whole of another run. Every panel tells of it, seen or not: for the same run nothing changes."""
        if recording is not self._recording:
            self._recording = recording
            self._times = PlotSeries()
            self._is_growing = False
            self.window.reset()
            self.show_data()

    def show_data(self) -> None:
        """Take the times of frames that were appended; a fitted range grows with them."""
        if self._recording is not None and len(self._times) < len(self._recording):
            self._times.extend(self._recording.time_s(len(self._times)))
            self._fit_to_extent()

    def show_view(self, view: ViewState) -> None:
        """Turn the page where the cursor of a view state left the range; a run that is over needs less room."""
        was_growing, self._is_growing = self._is_growing, view.phase == "running"
        has_moved = was_growing != self._is_growing and self._fit_to_extent()
        if (view.index >= 0 and self.window.reveal(view.time_s)) or has_moved:
            self._timer.start(0)

    def zoom(self, factor: float, around_s: float) -> None:
        """Show so many times as much time, keeping a moment in place."""
        self.window.zoom(factor, around_s)
        self._timer.start(0)

    def pan(self, by_s: float) -> None:
        """Move along time."""
        self.window.pan(by_s)
        self._timer.start(0)

    def fit(self) -> None:
        """Show the whole run."""
        self.window.fit()
        self._timer.start(0)

    def nearest(self, time_s: float) -> int:
        """Return the frame nearest to a moment; -1 while there is none."""
        return nearest_index(self._times.samples, time_s)

    def close(self) -> None:
        """Report nothing any more. Idempotent."""
        self._timer.stop()

    def _fit_to_extent(self) -> bool:
        times = self._times.samples
        if not len(times):
            return False
        return self.window.set_extent(float(times[0]), float(times[-1]), is_growing=self._is_growing)

    def _on_scrub_requested(self, time_s: float) -> None:
        index = self.nearest(time_s)
        if index >= 0:
            self.cursor_requested.emit(index)

    def _on_reference_requested(self, time_s: float) -> None:
        index = self.nearest(time_s)
        if index >= 0:
            self.reference_requested.emit(index)
