"""A file whose episode has ended: it is completed beside the program, and then stays or goes."""

import os

from osimviz.frames import Outcome
from osimviz.recorder.episode_files import EpisodeFiles
from osimviz.recorder.waiting_samples import WaitingSamples
from osimviz.recording.errors import RecordingError


class EndedFile:
    """A file that is being completed, where each episode has one of its own.

    Parameters
    ----------
    samples : WaitingSamples
        Its; all are written, and the file begins to close with this object.
    files : EpisodeFiles
        Says whether it stays.
    outcome : Outcome
        How its episode ended.

    Raises
    ------
    RecordingError
        As `RecordingWriter.close`.
    """

    def __init__(self, samples: WaitingSamples, files: EpisodeFiles, outcome: Outcome) -> None:
        self._samples, self._files, self._outcome = samples, files, outcome
        self._process = os.getpid()
        self._is_settled = False
        samples.start_closing()

    def settle(self) -> None:
        """Wait until the file is complete, and remove it or another one where that is wished. Idempotent.

        Nothing happens in the child of a fork.

        Raises
        ------
        RecordingError
            If the last frames could not be written; the file stays.
        """
        if self._is_settled or os.getpid() != self._process:
            return
        try:
            self._samples.close()
        except RecordingError:
            self._is_settled = True
            raise
        self._is_settled = True
        self._files.sort_out(self._samples.writer.path, self._outcome)
