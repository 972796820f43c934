"""The parent's side of the drawing process: starts it, talks to it, ends it. No VTK, no Qt."""

import contextlib
import pickle
import queue
import signal
import subprocess
import threading
from pathlib import Path

from osimviz.child_processes import start_module
from osimviz.film.messages import Answer, Failed

#: The child ends by itself when its pipe closes, unless its driver hangs.
_PATIENCE_S = 2.0


class DrawingProcess:
    """A process that draws.

    One thread at a time may use it. Nothing here waits, `receive` excepted.

    Parameters
    ----------
    unfinished : Path, optional
        What it removes if this process dies.
    is_patient : bool
        Whether it gives way to everything else, as beside a window.
    program : str
        The module that is run: the one that draws scenes, or the one that draws plots.
    """

    def __init__(
        self, unfinished: Path | None = None, *, is_patient: bool = False, program: str = "osimviz.film.child"
    ) -> None:
        arguments = ["--patient"] if is_patient else []
        arguments += [str(unfinished)] if unfinished is not None else []
        self._process, self._outgoing, self._incoming = start_module(program, arguments)
        self._is_closed = False
        self._unsent: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send_all, name="osimviz-film-sender", daemon=True)
        self._sender.start()

    @property
    def pid(self) -> int:
        """The child's process number."""
        return self._process.pid

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the child said something."""
        return self._incoming.fileno()

    def send(self, message: object) -> None:
        """Send a job or frames, in order; returns at once."""
        self._unsent.put(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))

    def has_answer(self) -> bool:
        """Whether `receive` would return at once."""
        try:
            return self._incoming.poll()
        except OSError:
            return True

    def receive(self) -> Answer:
        """Wait for the child's next answer; a child that died answers that it did."""
        try:
            answer: Answer = self._incoming.recv()
            return answer
        except (EOFError, OSError, pickle.UnpicklingError):
            return self._last_words()

    def close(self) -> None:
        """End the child at once, whatever it does. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        self._process.kill()
        self._process.wait()
        self._unsent.put(None)
        self._sender.join()
        self._outgoing.close()
        self._incoming.close()

    def _last_words(self) -> Failed:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE_S)
        status = self._process.poll()
        how = "closed its pipe" if status is None else f"ended by itself (exit status {status})"
        if status is not None and status < 0:
            try:
                name = signal.Signals(-status).name
            except ValueError:
                name = f"signal {-status}"
            how = f"died ({name})"
        return Failed(
            f"the drawing process {how}", "Its memory or its graphics driver gave out: a smaller size may help."
        )

    def _send_all(self) -> None:
        while (data := self._unsent.get()) is not None:
            try:
                self._outgoing.send_bytes(data)
            except OSError:
                # The child is gone; whoever receives is told.
                return
