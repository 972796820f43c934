"""The link to a program of the user's own that streams its steps: reads until the program ends."""

import contextlib
from collections import deque
from multiprocessing.connection import Connection, wait

from PyQt5.QtCore import QObject, QThread, pyqtSignal

from osimviz.frames import Frame, Outcome
from osimviz.worker.messages import Ended, Loaded, Message, Paused, Request

#: What a window takes of another program.
LiveMessage = Loaded | Frame | Paused | Ended
#: Instead of a pipe to wake it: only closing the window ends the wait for a message early.
_WAKE_S = 0.1


class LiveLink(QThread):
    """Receives runs of another program, which can be asked to pause; else the window only watches it.

    Frames and descriptions come in one queue, for an episode's description must not be overtaken by its frames.

    Parameters
    ----------
    connection : Connection
        The window's end of the pipe.

    Signals
    -------
    event_received(object)
        `Ended`, when the program ended or closed its environment.
    """

    event_received = pyqtSignal(object)

    def __init__(self, connection: Connection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("osimviz-live")
        self._connection = connection
        self._received: deque[LiveMessage] = deque()
        self._is_closed = False

    def take_messages(self) -> list[LiveMessage]:
        """Return what arrived since the last call: of each episode description, frames, pauses, end. GUI thread."""
        taken = []
        while self._received:
            taken.append(self._received.popleft())
        return taken

    def send(self, request: Request) -> None:
        """Ask the program to pause, to go on, or to pause at other conditions; it looks after each step. GUI thread."""
        if not self._is_closed:
            # A program that ended wants nothing any more, and its end is told by the thread that reads.
            with contextlib.suppress(OSError):
                self._connection.send(request)

    def close(self) -> None:
        """Stop reading and wait until the thread is gone; the other program goes on. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        self.wait()
        self._connection.close()

    def run(self) -> None:
        """Receive until the program ends; Qt calls it in the new thread."""
        last: Frame | None = None
        while not self._is_closed:
            if not wait([self._connection], timeout=_WAKE_S):
                continue
            try:
                message: Message = self._connection.recv()
            except (EOFError, OSError):
                break
            if isinstance(message, LiveMessage):
                last = message if isinstance(message, Frame) else last
                self._received.append(message)
        step, time_s = (last.step, last.time_s) if last is not None else (0, 0.0)
        self.event_received.emit(Ended(Outcome("stopped", step, time_s, "the program ended")))
