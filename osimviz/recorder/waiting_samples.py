"""What was read from an environment and is not yet written: made into frames and written many at once."""

import os
import time
from collections.abc import Mapping

from osimviz.recorder.file_writers import FileWriter
from osimviz.recorder.interruptions import is_interruption
from osimviz.recorder.process_writer import ProcessWriter
from osimviz.recorder.sample_columns import SampleColumns
from osimviz.recording.writer import FLUSH_INTERVAL_S
from osimviz.worker.frame_making import FrameSample

#: Most samples that wait: what is gained with more is little, and they are larger than rows.
_MOST_WAITING = 64
#: Most bytes of observations that wait, chosen: some are pictures, and frames of a model's own numbers are 0.5 MB.
_MOST_BYTES = 2**22


class WaitingSamples:
    """The samples of one writer; whoever writes or closes by it loses none of them.

    Parameters
    ----------
    writer : ProcessWriter or RecordingWriter
        The file, written by another process or by this one. It is closed with this object.

    Attributes
    ----------
    writer : ProcessWriter or RecordingWriter
        As given.
    """

    def __init__(self, writer: FileWriter) -> None:
        self.writer = writer
        self._columns: SampleColumns | None = None
        self._waiting: list[tuple[FrameSample, Mapping[str, float]]] = []
        self._n_bytes = 0
        self._written_s = time.monotonic()
        self._process = os.getpid()

    def begin(self, columns: SampleColumns) -> None:
        """Expect the samples of an episode that `writer` has begun; raises as `add`."""
        self._columns = columns
        # Left of an episode whose beginning was interrupted.
        self._waiting.clear()
        if isinstance(self.writer, ProcessWriter):
            self.writer.expect(columns)

    def add(self, sample: FrameSample, infos: Mapping[str, float]) -> None:
        """Take a sample and the numbers of its info.

        Raises
        ------
        RecordingError
            As `RecordingWriter.append`.
        """
        self._waiting.append((sample, infos))
        self._n_bytes += sample.observation.nbytes
        is_much = len(self._waiting) >= _MOST_WAITING or self._n_bytes >= _MOST_BYTES
        if is_much or time.monotonic() - self._written_s >= FLUSH_INTERVAL_S or not self._is_kept(sample, infos):
            self.write()

    def _is_kept(self, sample: FrameSample, infos: Mapping[str, float]) -> bool:
        """Whether a sample may wait: the process that writes has it, too, or there is none."""
        return not isinstance(self.writer, ProcessWriter) or self.writer.keep(sample, infos)

    def write(self) -> None:
        """Put all samples into the file; `RecordingError` as `RecordingWriter.append`."""
        waiting, self._waiting, self._n_bytes = self._waiting, [], 0
        self._written_s = time.monotonic()
        if not waiting or self._columns is None or os.getpid() != self._process:
            return
        samples, infos = zip(*waiting, strict=True)
        try:
            columns = self._columns.columns(samples, infos)
        except BaseException as error:
            if is_interruption(error):
                self._waiting = waiting + self._waiting
            raise
        self.writer.append_columns(columns, infos)

    def start_closing(self) -> None:
        """Begin to close the file, where that goes on beside the program; raises as `close`."""
        if isinstance(self.writer, ProcessWriter):
            self.writer.start_closing()

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
