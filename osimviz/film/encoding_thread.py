"""Encodes while the next picture is drawn: both let go of Python's lock meanwhile."""

import os
import queue
import sys
import threading

from osimviz.film.encoders import Encoder
from osimviz.render.png_file import Pixels

#: Pictures that may wait: enough to even out the encoder, few enough for 4K not to matter.
_WAITING = 3
#: The drawing waits for the slowest of its threads: with the encoder a little behind them, it takes the time they leave
#: (films in 720p 0.8 times as fast as drawing alone on two cores, instead of 0.65). More, and a busy machine stops it.
_NICENESS = 5


class EncodingThread:
    """Feeds an encoder in a thread of its own.

    Parameters
    ----------
    encoder : Encoder
        Used by this thread only from now on.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._pictures: queue.Queue[Pixels | None] = queue.Queue(_WAITING)
        self._fault: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="osimviz-encoding", daemon=True)
        self._thread.start()

    def add(self, picture: Pixels) -> None:
        """Hand over one more picture, which is not to be changed any more; waits while many are waiting.

        Raises
        ------
        OSError
            If an earlier one could not be written.
        """
        self._pictures.put(picture)
        if self._fault is not None:
            raise self._fault

    def finish(self) -> None:
        """Wait until everything is written and the file is closed; raises as `add` does."""
        self._pictures.put(None)
        self._thread.join()
        if self._fault is not None:
            raise self._fault

    def _work(self) -> None:
        _give_way()
        has_all = False
        try:
            while (picture := self._pictures.get()) is not None:
                self._encoder.add(picture)
            has_all = True
            self._encoder.finish()
        except Exception as fault:  # noqa: BLE001
            # Told by whoever hands over the next picture, or waits for the end.
            self._fault = fault
            self._encoder.abandon()
            # Whoever draws must not wait for room in the queue.
            while not has_all and self._pictures.get() is not None:
                continue


def _give_way() -> None:
    """Let this thread alone come after the others of the process; Linux knows niceness by thread, others do not."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(os.getpriority(os.PRIO_PROCESS, thread) + _NICENESS, 19))
