"""The stepping thread: owns the worker process, fills a queue, signals rare events only."""

import contextlib
import os
from collections import deque

from PyQt5.QtCore import QObject, QThread, pyqtSignal

from osimviz.frames import Frame
from osimviz.output_log import OutputLog
from osimviz.worker.messages import Acting, Loaded, Message, Request, RunRequest
from osimviz.worker.process import WorkerProcess


class WorkerLink(QThread):
    """One run in one worker process; made anew for every run.

    Parameters
    ----------
    request : RunRequest
        What to run.
    log : OutputLog
        Takes what the worker prints; with the log level ``debug`` it goes to the terminal as well.

    Signals
    -------
    event_received(object, object)
        This link, and `Loaded`, `Paused`, `LoadFailed` or `Ended`, when it arrives. Frames never come by signal:
        `take_frames`.
    stalled(object, str)
        This link, and that a step takes long: a sentence, about once a second; empty when it returned.

    Both may arrive after the link was closed, and deleted: Qt knows no sender then, so they tell it themselves.
    """

    event_received = pyqtSignal(object, object)
    stalled = pyqtSignal(object, str)

    def __init__(self, request: RunRequest, log: OutputLog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("osimviz-stepping")
        self._log = log
        log.begin(request.controller.rsplit("/", 1)[-1])
        self._is_echoing = request.log_level == "debug"
        self._worker = WorkerProcess(request, self._take_output)
        # A deque's append and popleft are atomic: one writer here, one reader in the window's thread.
        self._frames: deque[Frame] = deque()
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the worker; None before it is started."""
        return self._worker.pid

    def take_frames(self) -> list[Frame]:
        """Return all frames that arrived since the last call, oldest first. GUI thread."""
        frames = []
        while self._frames:
            frames.append(self._frames.popleft())
        return frames

    def request_stop(self) -> None:
        """Ask the run to end; the stop ladder does the rest. Any thread."""
        self._worker.request_stop()

    def send(self, request: Request) -> None:
        """Ask the run to pause, to go on, or to pause at other conditions. Any thread."""
        self._worker.send(request)

    def close(self) -> None:
        """End the run at once and wait until thread and process are gone. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        if self.isRunning():
            self._worker.request_end()
            self.wait()
        else:
            self._worker.close()

    def run(self) -> None:
        """Receive until the run is over; Qt calls it in the new thread."""
        self._worker.run(self._deliver, lambda sentence: self.stalled.emit(self, sentence))
        self._log.finish()

    def _take_output(self, piece: bytes) -> None:
        """Take what the worker printed. Runs in this thread, not the window's."""
        self._log.write(piece)
        if self._is_echoing:
            # A terminal that is gone takes nothing more, which is no fault of the run.
            with contextlib.suppress(OSError):
                os.write(2, piece)

    def _deliver(self, message: Message) -> None:
        if isinstance(message, Frame):
            self._frames.append(message)
        elif not isinstance(message, Acting):
            if isinstance(message, Loaded) and message.signature:
                self._log.note(f"asked by {message.signature}")
            self.event_received.emit(self, message)
