"""The one coordinator and only writer: owns the run's link, the recording, the playback; ticks; pushes view states."""

import logging
import time
from dataclasses import replace

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from osimviz.frames import Frame
from osimviz.playback import Playback
from osimviz.recording import Recording
from osimviz.ui.worker_link import WorkerLink
from osimviz.view_state import Phase, RunStatus, ViewSettings, ViewState, resolve
from osimviz.worker.messages import Ended, Loaded, LoadFailed, RunRequest

_log = logging.getLogger(__name__)
#: Ticks are at least so far apart, and leave the event loop a quarter of the time of a slow one.
_TICK_MS = 16
_TICK_SHARE = 1.3
#: Curves, lanes and sparklines are refreshed this often at most while a run grows.
_DATA_EVERY_S = 0.1


class Session(QObject):
    """Runs controllers and moves the cursor; widgets never change anything but through it.

    Signals
    -------
    run_changed(object)
        A `Recording` took the place of the last one; None before the first.
    view_changed(object, object)
        The `ViewState` and the `Frame` (or None) to show; only when something differs.
    data_grown()
        Frames were appended since the last one, or the run ended; at most ten times a second.
    failed(object)
        A `Failure` to show in the error panel.
    ended(object)
        The run is over: its `Outcome`.
    """

    run_changed = pyqtSignal(object)
    view_changed = pyqtSignal(object, object)
    data_grown = pyqtSignal()
    failed = pyqtSignal(object)
    ended = pyqtSignal(object)

    def __init__(self, settings: ViewSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playback = Playback()
        self.recording: Recording | None = None
        self.request = RunRequest()
        self.settings = settings
        self._status = RunStatus()
        self._view: ViewState | None = None
        self._link: WorkerLink | None = None
        self._is_loaded = False
        self._run_started: float | None = None
        self._last_tick = time.perf_counter()
        self._data_shown_at = 0.0
        self._has_new_data = False
        self._is_closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self._timer.start(0)

    @property
    def view(self) -> ViewState:
        """The present view state."""
        return resolve(self.recording, self.playback, self.settings, self._status)

    @property
    def is_running(self) -> bool:
        """Whether a worker is at work."""
        return self._link is not None

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker at work, for tests and the log."""
        return self._link.pid if self._link is not None else None

    def run(self, request: RunRequest) -> None:
        """Start a run; the one before it is stopped. Its recording stays until the new one has its first frame."""
        self._drop_link()
        self.request = request
        self._status = RunStatus("starting")
        self._run_started = None
        self._is_loaded = False
        self._link = WorkerLink(request, self)
        self._link.event_received.connect(self._on_link_event_received)
        self._link.stalled.connect(self._on_link_stalled)
        self._link.start()
        self._push()

    def stop(self) -> None:
        """Ask the run to stop; what was recorded stays."""
        if self._link is not None and self._status.phase in ("starting", "running"):
            self._link.request_stop()
            self._set_phase("stopping")
            self._push()

    def seek(self, index: int) -> None:
        """Put the cursor on a frame."""
        self.playback.seek(index)
        self._push()

    def change(self, **settings: object) -> None:
        """Change view settings by name."""
        self.settings = replace(self.settings, **settings)  # type: ignore[arg-type]
        self._push()

    def refresh(self) -> None:
        """Show the result of a playback command at once instead of with the next tick."""
        self._push()

    def close(self) -> None:
        """Stop ticking and end the worker. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        self._timer.stop()
        self._drop_link()

    def _tick(self) -> None:
        started = time.perf_counter()
        dt_s, self._last_tick = started - self._last_tick, started
        self._take_frames()
        if self.recording is not None:
            is_growing = self._status.phase == "running"
            self.playback.advance(
                min(dt_s, 0.25), self.recording.info.step_s, self.recording.last_index, is_growing=is_growing
            )
        self._push()
        self._show_data(started)
        if not self._is_closed:
            took_ms = (time.perf_counter() - started) * 1e3
            self._timer.start(max(_TICK_MS, round(took_ms * (_TICK_SHARE - 1.0)) + 1))

    def _take_frames(self) -> None:
        # Frames overtake the queued signal that brings their recording: they wait for it.
        if self._link is None or not self._is_loaded:
            return
        for frame in self._link.take_frames():
            self._append(frame)

    def _append(self, frame: Frame) -> None:
        assert self.recording is not None
        self.recording.append(frame)
        self._has_new_data = True
        if self._run_started is None:
            self._run_started = time.perf_counter()
        wall_time_s = time.perf_counter() - self._run_started
        self._status = replace(self._status, wall_time_s=wall_time_s)

    def _show_data(self, now: float) -> None:
        if self._has_new_data and now - self._data_shown_at >= _DATA_EVERY_S:
            self._has_new_data = False
            self._data_shown_at = now
            self.data_grown.emit()

    def _push(self) -> None:
        view = self.view
        if view == self._view:
            return
        self._view = view
        frame = self.recording.frame(view.index) if self.recording is not None and view.index >= 0 else None
        self.view_changed.emit(view, frame)

    def _on_link_event_received(self, event: object) -> None:
        if self.sender() is not self._link and self.sender() is not None:
            # A late word of a run that was dropped.
            return
        if isinstance(event, Loaded):
            self.recording = Recording(event.info)
            self._is_loaded = True
            self.playback.restart()
            if self._status.phase == "starting":
                self._set_phase("running")
            self._view = None
            self.run_changed.emit(self.recording)
        elif isinstance(event, LoadFailed):
            self._finish()
            sentence = event.failure.sentence
            self._status = RunStatus("ended" if self.recording else "idle", sentence[:1].upper() + sentence[1:])
            _log.error("%s", sentence)
            self.failed.emit(event.failure)
        elif isinstance(event, Ended):
            self._take_frames()
            self._finish()
            self._set_phase("ended")
            if self.recording is not None:
                self.recording.outcome = event.outcome
            self._has_new_data = False
            self.data_grown.emit()
            if event.outcome.failure is not None:
                _log.error("%s", event.outcome.sentence)
                self.failed.emit(event.outcome.failure)
            self.ended.emit(event.outcome)
        self._push()

    def _on_link_stalled(self, sentence: str) -> None:
        if self._link is not None:
            self._status = replace(self._status, message=f"{sentence} · Ctrl+. ends it" if sentence else "")
            self._push()

    def _set_phase(self, phase: Phase) -> None:
        self._status = replace(self._status, phase=phase, message="")

    def _finish(self) -> None:
        """Let go of a link whose run is over."""
        link, self._link = self._link, None
        if link is not None:
            link.wait()
            link.close()
            link.deleteLater()

    def _drop_link(self) -> None:
        """End a run whose result nobody waits for."""
        link, self._link = self._link, None
        if link is not None:
            link.close()
            for frame in link.take_frames():
                if self.recording is not None and self._is_loaded:
                    self._append(frame)
            link.deleteLater()
