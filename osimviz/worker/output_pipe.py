"""The pipe that a worker's stdout and stderr go to, read by the parent without ever waiting for it."""

import contextlib
import os
import re
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from pathlib import Path

#: Bytes read in one go at most.
_PIECE = 65_536
#: Where this program lies.
_PROGRAM = Path(__file__).parents[1]
#: Bytes kept of the end: a crash's own report is a few lines.
_N_TAIL = 8192
#: Bytes read before other work gets its turn, and how long that then lasts. A controller that prints without end is
#: slowed down to 100 MB/s, and leaves the window its time.
_TURN = 2**20
_PAUSE_S = 0.01


class OutputPipe:
    """The parent's end of a worker's output.

    Parameters
    ----------
    context : SpawnContext
        Makes the pipe.
    deliver : callable
        Takes what was written, in pieces as they come.

    Attributes
    ----------
    writer : Connection
        The child's end; `close_writer` as soon as the child has it.
    """

    def __init__(self, context: SpawnContext, deliver: Callable[[bytes], None]) -> None:
        self._reader, self.writer = context.Pipe(duplex=False)
        os.set_blocking(self._reader.fileno(), False)
        self._deliver = deliver
        self._paused_until = 0.0
        self._is_open = True
        self._tail = b""
        if sys.platform == "linux":
            import fcntl

            # More than the usual 64 kB: fewer turns for the same output. Not allowed beyond the user's share.
            with contextlib.suppress(OSError):
                fcntl.fcntl(self._reader.fileno(), fcntl.F_SETPIPE_SZ, _TURN)

    def close_writer(self) -> None:
        """Let go of the child's end here, so that its end is noticed."""
        self.writer.close()

    def to_wait_for(self) -> list[Connection]:
        """Return what `multiprocessing.connection.wait` is to wait for: nothing while it pauses, or at the end."""
        return [self._reader] if self._is_open and time.monotonic() >= self._paused_until else []

    @property
    def is_pausing(self) -> bool:
        """Whether it will be read again soon, whoever waits for what."""
        return self._is_open and time.monotonic() < self._paused_until

    def read(self) -> None:
        """Hand on what is there, one turn's worth at most."""
        n_read = 0
        while self._is_open and n_read < _TURN:
            try:
                piece = os.read(self._reader.fileno(), _PIECE)
            except BlockingIOError:
                return
            except OSError:
                piece = b""
            if not piece:
                self._is_open = False
                return
            n_read += len(piece)
            self._tail = (self._tail + piece)[-_N_TAIL:] if len(piece) < _N_TAIL else piece[-_N_TAIL:]
            self._deliver(piece)
        self._paused_until = time.monotonic() + _PAUSE_S

    def crash_trace(self) -> str:
        """Return where compiled code crashed, written like a traceback; empty if `faulthandler` wrote nothing."""
        self.read()
        _, found, text = self._tail.decode("utf-8", "replace").rpartition("Fatal Python error: ")
        if not found:
            return ""
        what, _, rest = text.partition("\n")
        # Of all threads the one that crashed, its newest call first.
        calls = rest.partition("Current thread ")[2].partition("\n")[2].partition("\n\n")[0]
        places = re.findall(r'^  File "(.+)", line (\d+) in (.+)$', calls, re.MULTILINE)
        # What called the controller says nothing of it.
        n_own = next((n for n, (file, _, _) in enumerate(places) if Path(file).is_relative_to(_PROGRAM)), len(places))
        lines = [f'  File "{file}", line {line}, in {name}' for file, line, name in reversed(places[: n_own or None])]
        return "\n".join(["Traceback (most recent call last):", *lines, f"Fatal Python error: {what}"]) + "\n"

    def close(self) -> None:
        """Hand on the last words and let go of the pipe. Idempotent."""
        if not self._reader.closed:
            self.read()
            self._is_open = False
            self._reader.close()
        self.writer.close()
