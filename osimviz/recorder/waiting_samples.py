"""What was read from an environment and is not yet written: made into frames and written many at once."""

import math
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.recorder.file_writers import FileWriter
from osimviz.recorder.interruptions import is_interruption
from osimviz.recorder.writing_process import ProcessWriter
from osimviz.recording.row_layout import FrameColumns
from osimviz.recording.writer import FLUSH_INTERVAL_S
from osimviz.worker.frame_making import FrameSample
from osimviz.worker.step_info import n_outside, numbers_in

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
        self._observer: Any = None
        self._term_keys: list[str] = []
        self._bounds: tuple[Array, Array] | None = None
        self._waiting: list[tuple[FrameSample, Any]] = []
        self._n_bytes = 0
        self._written_s = time.monotonic()
        self._process = os.getpid()

    def begin(self, observer: Any, term_keys: Sequence[str], bounds: tuple[Array, Array] | None) -> None:
        """Expect the samples of an episode that `writer` has begun.

        Parameters
        ----------
        observer : Observer
            Takes them.
        term_keys : sequence of str
            What the terms of the reward are called among the numbers of an info.
        bounds : pair of array (n_actions,), or None
            Lowest and highest action.
        """
        self._observer, self._term_keys, self._bounds = observer, list(term_keys), bounds
        # Left of an episode whose beginning was interrupted.
        self._waiting.clear()

    def add(self, sample: FrameSample, info: Any) -> None:
        """Take a sample and what the environment reported with it, a copy; its numbers are looked up later.

        Raises
        ------
        RecordingError
            As `RecordingWriter.append`.
        """
        self._waiting.append((sample, info))
        self._n_bytes += sample.observation.nbytes
        is_much = len(self._waiting) >= _MOST_WAITING or self._n_bytes >= _MOST_BYTES
        if is_much or time.monotonic() - self._written_s >= FLUSH_INTERVAL_S:
            self.write()

    def write(self) -> None:
        """Put all samples into the file; `RecordingError` as `RecordingWriter.append`."""
        waiting, self._waiting, self._n_bytes = self._waiting, [], 0
        self._written_s = time.monotonic()
        if not waiting or os.getpid() != self._process:
            return
        try:
            columns, numbers = self._columns(waiting)
        except BaseException as error:
            if is_interruption(error):
                self._waiting = waiting + self._waiting
            raise
        self.writer.append_columns(columns, numbers)

    def _columns(self, waiting: Sequence[tuple[FrameSample, Any]]) -> tuple[FrameColumns, list[dict[str, float]]]:
        """Return the frames of samples, and the numbers of their infos."""
        samples, infos = zip(*waiting, strict=True)
        numbers = [numbers_in(info) for info in infos]
        columns = self._observer.columns(
            samples,
            reward_terms=np.array([[own.get(key, np.nan) for key in self._term_keys] for own in numbers]),
            n_clipped=self._n_clipped(samples, numbers),
            target_reached=np.array([_as_flag(own.get("target_reached", np.nan)) for own in numbers]),
        )
        return columns, numbers

    def _n_clipped(self, samples: Sequence[FrameSample], numbers: Sequence[Mapping[str, float]]) -> Array:
        """Return how many elements of each action were cut to their range: told by the environment, else counted."""
        told = np.array([own.get("clipped", np.nan) for own in numbers])
        if np.isnan(told).any():
            counted = n_outside(np.array([sample.action for sample in samples]), self._bounds)
            told = np.where(np.isnan(told), counted, told)
        # No action led to the reset.
        told[[sample.step == 0 for sample in samples]] = np.nan
        return told

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


def _as_flag(told: float) -> float:
    return told if math.isnan(told) else float(bool(told))
