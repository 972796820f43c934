"""Have a file written through to the disk beside the run: that may take long, and needs nothing of the interpreter."""

import logging
import os
import threading

log = logging.getLogger(__name__)


class WriteThrough:
    """A thread that calls ``fsync`` on a file when it is asked to; it starts with the first wish.

    Parameters
    ----------
    descriptor : int
        The file; stays the caller's, and open until `close`.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._wish = threading.Event()
        self._is_closing = False
        self._thread: threading.Thread | None = None

    def request(self) -> None:
        """Ask for it; wishes that come while one is carried out are one."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="recording-sync", daemon=True)
            self._thread.start()
        self._wish.set()

    def close(self) -> None:
        """End the thread, once the last wish is carried out. Idempotent."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._is_closing = True
            self._wish.set()
            thread.join()

    def _work(self) -> None:
        while not self._is_closing:
            self._wish.wait()
            self._wish.clear()
            try:
                os.fsync(self._descriptor)
            except OSError as error:
                log.info("a recording was not written through to the disk: %s", error)
