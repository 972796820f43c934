"""What was read from an environment and is not yet written: made into frames and written many at once."""

import os
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.recorder.model_access import numbers_in
from osimviz.recording.writer import FLUSH_INTERVAL_S, RecordingWriter
from osimviz.worker.frame_making import FrameSample
from osimviz.worker.step_info import n_clipped_of, target_reached_in, term_values

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
        self._term_names: tuple[str, ...] = ()
        self._bounds: tuple[Array, Array] | None = None
        self._waiting: list[tuple[FrameSample, Any]] = []
        self._written_s = time.monotonic()
        self._process = os.getpid()

    def begin(self, observer: Any, term_names: Sequence[str], bounds: tuple[Array, Array] | None) -> None:
        """Expect the samples of an episode that `writer` has begun.

        Parameters
        ----------
        observer : Observer
            Takes them.
        term_names : sequence of str
            Terms of the reward.
        bounds : pair of array (n_actions,), or None
            Lowest and highest action.
        """
        self._observer, self._term_names, self._bounds = observer, tuple(term_names), bounds

    def add(self, sample: FrameSample, info: Any) -> None:
        """Take a sample and what the environment reported with it, a copy; its numbers are looked up later.

        Raises
        ------
        RecordingError
            As `RecordingWriter.append`.
        """
        self._waiting.append((sample, info))
        if len(self._waiting) >= _MOST_WAITING or time.monotonic() - self._written_s >= FLUSH_INTERVAL_S:
            self.write()

    def write(self) -> None:
        """Put all samples into the file; `RecordingError` as `RecordingWriter.append`."""
        waiting, self._waiting = self._waiting, []
        self._written_s = time.monotonic()
        if not waiting or os.getpid() != self._process:
            return
        samples = [
            sample._replace(
                reward_terms=term_values(info, self._term_names),
                # No action led to the reset.
                n_clipped=n_clipped_of(info, sample.action, self._bounds) if sample.step else np.nan,
                target_reached=target_reached_in(info),
            )
            for sample, info in waiting
        ]
        self.writer.append_columns(self._observer.columns(samples), [numbers_in(info) for _, info in waiting])

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
