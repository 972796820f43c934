"""What was read from an environment and is not yet written: made into frames and written many at once."""

import os
import time
from collections.abc import Mapping
from typing import Any

from osimviz.recording.writer import FLUSH_INTERVAL_S, RecordingWriter

#: Most samples that wait: what is gained with more is little, and they are larger than rows.
_MOST_WAITING = 64


class WaitingSamples:
    """The samples of one writer; whoever writes or closes by it loses none of them.

    Parameters
    ----------
    writer : RecordingWriter
        The file. It is closed with this object.

    Attributes
    ----------
    writer : RecordingWriter
        As given.
    """

    def __init__(self, writer: RecordingWriter) -> None:
        self.writer = writer
        self._observer: Any = None
        self._waiting: list[tuple[Any, Mapping[str, float]]] = []
        self._written_s = time.monotonic()
        self._process = os.getpid()

    def add(self, observer: Any, sample: Any, infos: Mapping[str, float]) -> None:
        """Take a sample of an observer and the numbers the environment reported with it.

        Raises
        ------
        RecordingError
            As `RecordingWriter.append`.
        """
        if observer is not self._observer:
            self.write()
            self._observer = observer
        self._waiting.append((sample, infos))
        if len(self._waiting) >= _MOST_WAITING or time.monotonic() - self._written_s >= FLUSH_INTERVAL_S:
            self.write()

    def write(self) -> None:
        """Put all samples into the file; `RecordingError` as `RecordingWriter.append`."""
        waiting, self._waiting = self._waiting, []
        self._written_s = time.monotonic()
        if not waiting or os.getpid() != self._process:
            return
        frames = self._observer.frames([sample for sample, _ in waiting])
        self.writer.append_frames(frames, [infos for _, infos in waiting])

    def close(self) -> None:
        """Write all samples and close the file. Idempotent; `RecordingError` as `RecordingWriter.close`.

        In the child of a fork nothing happens: the file is its parent's.
        """
        if os.getpid() != self._process:
            return
        try:
            self.write()
        finally:
            self.writer.close()
