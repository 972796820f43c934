"""The run without a window: step to the end, print the summary, write the pictures. No Qt."""

import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from osimviz.controller_names import parse_builtin
from osimviz.frames import Frame, Outcome
from osimviz.headless.finishing import finish
from osimviz.headless.shown import show_recordings
from osimviz.headless.terminal import ProgressBar, say, say_error
from osimviz.options import Options, UsageError
from osimviz.recording import Recording, RecordingError, RecordingWriter
from osimviz.run_list import RunList
from osimviz.trust import TrustStore, inspect
from osimviz.worker.messages import Ended, Loaded, LoadFailed, Message, RunRequest
from osimviz.worker.process import WorkerProcess

_log = logging.getLogger(__name__)

#: How often a step that does not end is told again.
_STALL_INTERVAL_S = 30.0


def run_headless(options: Options) -> int:
    """Run what the options ask for; return the exit status.

    Raises
    ------
    UsageError
        If the run could not begin, for something that was asked for cannot be used.
    """
    if options.pictures or options.films:
        _check_drawing()
    if options.recordings:
        return show_recordings(options)
    is_consented = _has_consent(options)
    run = _HeadlessRun(options, is_consented)
    try:
        run.work()
        return _concluded(options, run)
    finally:
        run.close()


def _concluded(options: Options, run: "_HeadlessRun") -> int:
    """Write what is asked for of a run that ended; return the exit status."""
    if run.recording is None or run.recording.outcome is None:
        raise UsageError(run.load_error or "the run ended before it began", run.load_hint)
    status = 0
    if run.recording.outcome.failure is not None:
        failure = run.recording.outcome.failure
        say_error(failure.sentence, failure.hint)
        _log.debug("%s", failure.traceback)
        status = 1
    files: list[str] = [run.recorded_file] if run.recorded_file else []
    status = max(status, 1) if run.record_error else status
    return max(status, finish(options, run.recording, run.wall_time_s, files, run.signature))


def _has_consent(options: Options) -> bool:
    """Whether a controller's code may run; False for one that has none: built in, or harmless.

    Raises
    ------
    UsageError
        If it has code that nobody vouched for, or holds what cannot be loaded by anybody.
    """
    if parse_builtin(options.controller) is not None:
        return False
    try:
        inspection = inspect(options.controller)
    except OSError as error:
        raise UsageError(f"{options.controller} cannot be read: {error.strerror or error}") from error
    if inspection.fault:
        raise UsageError(inspection.fault, inspection.hint)
    if not options.is_trusted and not TrustStore().may_load(inspection):
        raise UsageError(*inspection.refusal())
    return not inspection.is_harmless


def _check_drawing() -> None:
    """Find out before the run whether its pictures can be drawn; `UsageError` if not."""
    from osimviz.render.mesh_files import cache_folder
    from osimviz.render.probe import probe

    back_end = probe(cache_folder())
    if not back_end.works:
        raise UsageError(back_end.sentence)


class _HeadlessRun:
    """Collects what the worker sends; everything in the main thread."""

    def __init__(self, options: Options, is_consented: bool) -> None:
        self._options = options
        self._is_consented = is_consented
        self._progress = ProgressBar() if sys.stderr.isatty() else None
        self._stall_told_s = 0.0
        self._started: float | None = None
        self.recording: Recording | None = None
        #: The one run: what outgrows the memory is read from a file.
        self._runs = RunList()
        self.signature = ""
        self.load_error = ""
        self.load_hint = ""
        self.record_error = ""
        self.wall_time_s = 0.0
        self._writer: RecordingWriter | None = None

    def close(self) -> None:
        """Complete the recording, and let go of what the run left on the disk for itself. Idempotent."""
        self._finish_file(None)
        self._runs.close()

    def work(self) -> None:
        """Run to the end."""
        options = self._options
        request = RunRequest(
            options.env_name,
            options.env_args,
            options.controller,
            options.seed,
            options.n_steps,
            options.log_level,
            self._is_consented,
            options.observation_kind,
            options.action_repeat,
            options.action_range,
            worker_memory_gb=options.worker_memory_gb,
        )
        worker = WorkerProcess(request)
        with _interrupts_handled_by(worker):
            worker.run(self._receive, self._tell_stall)
        if self._progress is not None:
            self._progress.clear()

    def _receive(self, message: Message) -> None:
        if isinstance(message, Loaded):
            self.recording = self._runs.begin(message.info)
            self.signature = message.signature
            self._started = time.perf_counter()
        elif isinstance(message, Frame):
            assert self.recording is not None
            self._runs.append(message)
            if notice := self._runs.tidy():
                say(f"osimviz: {notice}")
            self._keep(message)
            if self._progress is not None:
                self._progress.show(message.step, self.recording.info.step_limit)
        elif isinstance(message, LoadFailed):
            self.load_error, self.load_hint = message.failure.sentence, message.failure.hint
            _log.debug("%s", message.failure.traceback)
        elif isinstance(message, Ended):
            if self.recording is not None:
                self.recording.outcome = message.outcome
                self._finish_file(message.outcome)
            self.wall_time_s = time.perf_counter() - (self._started or time.perf_counter())

    def _keep(self, frame: Frame) -> None:
        """Write a frame to the recording file; a file that fails ends the writing, not the run."""
        assert self.recording is not None
        if self._options.record_to is None or self.record_error:
            return
        try:
            if self._writer is None:
                self._writer = RecordingWriter(self._options.record_to)
                self._writer.begin_episode(self.recording.info, frame)
            else:
                self._writer.append(frame)
        except RecordingError as error:
            self._stop_keeping(error)

    def _finish_file(self, outcome: Outcome | None) -> None:
        if self._writer is None or self.record_error:
            return
        try:
            self._writer.end_episode(outcome)
            self._writer.close()
        except RecordingError as error:
            self._stop_keeping(error)

    def _stop_keeping(self, error: RecordingError) -> None:
        self.record_error = str(error)
        say_error(self.record_error)

    @property
    def recorded_file(self) -> str:
        """Where the recording is, as the command line names it; empty if there is none."""
        if self._writer is None or not self._writer.path.exists():
            return ""
        asked = self._options.record_to
        # The writer goes on elsewhere where the folder was removed.
        is_there = asked is not None and asked.absolute() == self._writer.path
        return str(asked if is_there else self._writer.path)

    def _tell_stall(self, sentence: str) -> None:
        now = time.monotonic()
        if not sentence:
            self._stall_told_s = 0.0
        elif self._stall_told_s == 0.0 or now - self._stall_told_s > _STALL_INTERVAL_S:
            self._stall_told_s = now
            say(f"osimviz: {sentence}; Ctrl+C ends the run and keeps what was recorded.")


@contextmanager
def _interrupts_handled_by(worker: WorkerProcess) -> Iterator[None]:
    """Let Ctrl+C and SIGTERM stop the run cleanly instead of raising somewhere inside it."""

    def stop(signal_number: int, frame: FrameType | None) -> None:
        worker.request_stop()

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
