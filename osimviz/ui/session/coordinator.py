"""The one coordinator and only writer: owns the run's link, the recordings, the playback; ticks; pushes view states."""

import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from multiprocessing.connection import Connection

import numpy as np
from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from osimviz.analysis.run_pair import Alignment, RunPair
from osimviz.frames import Frame, Outcome, RunInfo
from osimviz.output_log import OutputLog
from osimviz.playback import Playback
from osimviz.recording import Recording
from osimviz.run_list import RunList
from osimviz.ui.commands import key_of
from osimviz.ui.session.comparison import Comparison
from osimviz.ui.session.live_link import LiveLink, LiveMessage
from osimviz.ui.session.run_pause import RunPause
from osimviz.ui.session.worker_link import WorkerLink
from osimviz.view_state import Phase, RunStatus, ViewSettings, ViewState, resolve
from osimviz.wording import capitalised
from osimviz.worker.messages import Ended, Loaded, LoadFailed, Paused, RunRequest

_log = logging.getLogger(__name__)
#: Ticks are at least so far apart, and leave the event loop a quarter of the time of a slow one.
_TICK_MS = 16
_TICK_SHARE = 1.3
#: After a tick that took longer, playing goes on where it was instead of leaping.
_LONGEST_ADVANCE_S = 0.25
#: Curves, lanes and sparklines of a growing run are refreshed after so long, and so many times as long as it takes.
_DATA_EVERY_S, _DATA_REST = 0.1, 8.0


class Session(QObject):
    """Runs controllers and moves the cursor; widgets never change anything but through it.

    Attributes
    ----------
    playback : Playback
        The cursor.
    runs : RunList
        Every run of this sitting.
    request : RunRequest
        What was run last.
    settings : ViewSettings
        What the user chose for the picture.
    log : OutputLog
        What the workers of this sitting print.

    Signals
    -------
    run_changed(object)
        Another `Recording` is shown.
    comparison_changed(object)
        Another `RunPair` is shown, or None.
    view_changed(object, object)
        The `ViewState` and the `Frame` (or None) to show; only when something differs.
    data_grown()
        Frames were appended since the last one, or the run ended; at most ten times a second.
    noticed(str)
        A sentence for the user: frames left the memory, or a file could not be written.
    failed(object)
        A `Failure` to show in the error panel.
    ended(object)
        The run is over: its `Outcome`.
    """

    run_changed = pyqtSignal(object)
    comparison_changed = pyqtSignal(object)
    view_changed = pyqtSignal(object, object)
    data_grown = pyqtSignal()
    failed = pyqtSignal(object)
    noticed = pyqtSignal(str)
    ended = pyqtSignal(object)

    def __init__(self, settings: ViewSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playback = Playback()
        self.runs = RunList()
        self.request = RunRequest()
        self.settings = settings
        self._comparison = Comparison()
        self.log = OutputLog()
        self._status = RunStatus()
        self._view: ViewState | None = None
        self._link: WorkerLink | None = None
        self._live: LiveLink | None = None
        self._pause = RunPause()
        self._last_tick = time.perf_counter()
        self._data_due = 0.0
        self._is_loaded = self._has_new_data = self._is_closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self._timer.start(0)

    @property
    def recording(self) -> Recording | None:
        """The run that is shown; None before the first."""
        return self.runs.shown

    @property
    def pair(self) -> RunPair | None:
        """The shown run with the one it is compared with."""
        return self._comparison.pair

    @property
    def view(self) -> ViewState:
        """The present view state."""
        status = replace(self.runs.shown_status(self._status), is_streamed=self._live is not None)
        own = resolve(self.recording, self.playback, self.settings, status, self.pair)
        work = self._status.phase
        is_idle = work in ("idle", "ended") and self._live is None
        return replace(own, can_run=is_idle, can_stop=work in ("starting", "running") and self._link is not None)

    @property
    def is_running(self) -> bool:
        """Whether the run that is shown gets more frames now: it is at work and not paused."""
        return self.runs.grows(self.recording) and (self.recording is not self.runs.growing or self._pause.at is None)

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker at work, by which tests find it; None while there is none."""
        return self._link.pid if self._link is not None else None

    def run(self, request: RunRequest) -> None:
        """Start a run; the one before it is stopped. Its recording stays on the screen until the new one begins."""
        self._drop_link()
        self.request = request
        self._status = RunStatus("starting")
        self._is_loaded = False
        self._link = WorkerLink(self._pause.watched(request), self.log, self)
        self._link.event_received.connect(self._on_link_event_received)
        self._link.stalled.connect(self._on_link_stalled)
        self._pause.link = self._link
        self._link.start()
        self._push()

    def open(self, recording: Recording) -> None:
        """Add a run that was recorded before and show it; a run at work goes on."""
        self.runs.add(recording, float(np.nansum(recording.field("wall_time_s"))))
        self.show_chosen()

    def show_chosen(self) -> None:
        """Show the run that the list of runs says is shown: from its start, or its newest step if it grows."""
        self.playback.restart()
        if not self.is_running:
            self.playback.seek(0)
        self._show_other_run()

    def watch(self, connection: Connection) -> None:
        """Show the runs that another program streams, until it ends."""
        self._status = RunStatus("starting")
        self._live = LiveLink(connection, self)
        self._live.event_received.connect(self._on_live_event_received)
        self._live.start()
        self._pause.join(self._live)
        self._push()

    def stop(self) -> None:
        """Ask the run to stop; what was recorded stays."""
        if self._link is not None and self._status.phase in ("starting", "running"):
            self._link.request_stop()
            self._set_phase("stopping")
            self._push()

    def toggle_pause(self) -> None:
        """Ask the run at work to wait before its next step, or let it go on."""
        if self._pause.at is not None:
            self._go_on(None)
        elif self._status.phase == "running":
            self._pause.ask()

    def compute_step(self) -> None:
        """Let a paused run do exactly one step; pause one that is not."""
        if self._pause.at is not None:
            self._go_on(1)
        else:
            self.toggle_pause()

    def pause_when(self, conditions: Iterable[str], formulas: Iterable[tuple[str, str]]) -> None:
        """Pause runs at the steps at which one of these conditions becomes true, with these derived channels."""
        self._pause.set_watch(conditions, formulas)

    def show_neighbour(self, n_runs: int) -> None:
        """Show an earlier or later run of this sitting."""
        if self.runs.show_neighbour(n_runs):
            self.show_chosen()

    def seek(self, index: int) -> None:
        """Put the cursor on a frame."""
        self.playback.seek(index)
        self._push()

    def compare(self, second: Recording | None) -> None:
        """Put a second run beside the shown one and those shown later; None takes it away."""
        self._comparison.choose(second)
        self._show_comparison()

    def align(self, alignment: Alignment) -> None:
        """Choose which moments of the two runs belong together."""
        self._comparison.align(alignment)
        self._show_comparison()

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
        if self._live is not None:
            self._live.close()
            self._live = None
        self.runs.close()

    def _tick(self) -> None:
        started = time.perf_counter()
        dt_s, self._last_tick = started - self._last_tick, started
        try:
            self._take_frames()
            if self.recording is not None:
                step_s, last = self.recording.info.step_s, self.recording.last_index
                self.playback.advance(min(dt_s, _LONGEST_ADVANCE_S), step_s, last, is_growing=self.is_running)
            self._push()
            self._show_data(started)
            if notice := self.runs.tidy():
                self.noticed.emit(notice)
        finally:
            # Whatever went wrong in one tick is told; the next one comes all the same.
            if not self._is_closed:
                took_ms = (time.perf_counter() - started) * 1e3
                self._timer.start(max(_TICK_MS, round(took_ms * (_TICK_SHARE - 1.0)) + 1))

    def _take_frames(self) -> None:
        if self._live is not None:
            for message in self._live.take_messages():
                self._take_live(message)
        # Frames overtake the queued signal that brings their recording: they wait for it.
        if self._link is not None and self._is_loaded:
            for frame in self._link.take_frames():
                self._append(frame)

    def _take_live(self, message: LiveMessage) -> None:
        if isinstance(message, Loaded):
            self._begin(message.info)
        elif isinstance(message, Paused):
            self._wait(message)
        elif isinstance(message, Ended):
            self.runs.end(message.outcome)
            self._has_new_data = True
        elif self.runs.growing is not None:
            self._append(message)

    def _append(self, frame: Frame) -> None:
        self._has_new_data |= self.runs.growing is self.recording
        self.runs.append(frame)
        wall_time_s = self._pause.elapsed_s(frame.wall_time_s)
        self.runs.keep_wall_time(wall_time_s)
        self._status = replace(self._status, wall_time_s=wall_time_s)

    def _begin(self, info: RunInfo) -> None:
        """Show a run that begins, unless the user looks at an earlier one while a program streams episodes."""
        looks_back = self._live is not None and not self.playback.is_following and self.recording is not None
        kept = self.recording
        self.runs.cut_short("another episode was started")
        self.runs.begin(info)
        self._pause.begin()
        if self._status.phase == "starting":
            self._set_phase("running")
        if looks_back:
            self.runs.shown = kept
            return
        self.playback.restart()
        self._show_other_run()

    def _show_other_run(self) -> None:
        self._view = None
        self.run_changed.emit(self.recording)
        self._show_comparison()
        self.data_grown.emit()

    def _show_comparison(self) -> None:
        if self._comparison.renew(self.recording):
            self.comparison_changed.emit(self.pair)
        self._push()

    def _show_data(self, now: float) -> None:
        if self._has_new_data and now >= self._data_due:
            self._has_new_data = False
            self.data_grown.emit()
            self._data_due = now + max(_DATA_EVERY_S, _DATA_REST * (time.perf_counter() - now))

    def _push(self) -> None:
        view = self.view
        if view == self._view:
            return
        self._view = view
        frame = self.recording.frame(view.index) if self.recording is not None and view.index >= 0 else None
        self.view_changed.emit(view, frame)

    def _on_link_event_received(self, link: WorkerLink, event: object) -> None:
        if link is not self._link:
            return  # a late word of a run that was dropped
        if isinstance(event, Loaded):
            self._is_loaded = True
            self._begin(event.info)
        elif isinstance(event, LoadFailed):
            self._finish()
            sentence = event.failure.sentence
            self._status = RunStatus("ended" if self.recording else "idle", capitalised(sentence))
            _log.error("%s. %s", sentence, event.failure.hint)
            self.failed.emit(event.failure)
        elif isinstance(event, Paused):
            self._take_frames()
            self._wait(event)
        elif isinstance(event, Ended):
            self._take_frames()
            self._finish()
            self._end(event.outcome)
        self._push()

    def _wait(self, paused: Paused) -> None:
        """Show a run that paused, at the step where its condition became true."""
        if self._status.phase != "running":
            return
        self._pause.arrived(paused)
        self._status = replace(self._status, paused=paused.reason)
        if paused.reason and self.recording is self.runs.growing:
            self.playback.seek(paused.step)
        self.data_grown.emit()

    def _go_on(self, n_steps: int | None) -> None:
        self._pause.go_on(n_steps)
        self._status = replace(self._status, paused=None)
        if self.view.index == self.view.last_index:
            self.playback.follow()
        self._push()

    def _on_live_event_received(self, event: Ended) -> None:
        if self._live is None:
            return
        self._take_frames()
        live, self._live, self._pause.link = self._live, None, None
        live.close()
        live.deleteLater()
        self._end(event.outcome)
        self._push()

    def _end(self, outcome: Outcome) -> None:
        """Keep how the run at work ended, and tell it."""
        self._set_phase("ended")
        self.runs.end(outcome)
        self._has_new_data = False
        self.data_grown.emit()
        if outcome.failure is not None:
            _log.error("%s. %s", outcome.sentence, outcome.failure.hint)
            self.failed.emit(outcome.failure)
        self.ended.emit(outcome)

    def _on_link_stalled(self, link: WorkerLink, sentence: str) -> None:
        if link is self._link and self._status.phase != "stopping":
            self._status = replace(self._status, message=f"{sentence} · {key_of('stop')} ends it" if sentence else "")
            self._push()

    def _set_phase(self, phase: Phase) -> None:
        self._status = replace(self._status, phase=phase, message="", paused=None)
        self._pause.at = None

    def _finish(self) -> None:
        """Let go of a link whose run is over."""
        link, self._link, self._pause.link = self._link, None, None
        if link is not None:
            link.wait()
            link.close()
            link.deleteLater()

    def _drop_link(self) -> None:
        """End a run whose result nobody waits for; what it recorded stays."""
        link, self._link, self._pause.link = self._link, None, None
        if link is not None:
            link.close()
            for frame in link.take_frames():
                if self._is_loaded and self.runs.growing is not None:
                    self._append(frame)
            link.deleteLater()
            self.runs.cut_short("another run was started")
            self._has_new_data = True
