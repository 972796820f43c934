"""The writer of a file that another process writes, with the calls of `RecordingWriter`."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from osimviz.frames import Outcome, RunInfo
from osimviz.recorder.sample_columns import SampleColumns
from osimviz.recorder.writing_messages import (
    Answer,
    Begin,
    Close,
    Done,
    End,
    Expect,
    Failed,
    Message,
    Moved,
    Open,
    Rows,
    Sync,
)
from osimviz.recorder.writing_process import WritingProcess
from osimviz.recording.errors import RecordingError
from osimviz.recording.provenance import provenance_of
from osimviz.recording.row_layout import FrameColumns, RowLayout
from osimviz.worker.frame_making import FrameSample
from osimviz.worker.packed_samples import packed

log = logging.getLogger(__name__)


class ProcessWriter:
    """One recording file, written by another process; what `RecordingWriter` is in this one.

    Faults of the disk are told by the next call, and by `close` at the latest.

    Parameters
    ----------
    process : WritingProcess
        Which is there; it stays the caller's, and writes no other file meanwhile.
    path : Path
        The file; nothing may be there.
    provenance : mapping of str to str, optional
        As `RecordingWriter` takes it.
    waits : bool
        Whether to wait until the file is there, so that one that cannot be made is told by its first episode; otherwise
        the next call tells it.

    Attributes
    ----------
    path : Path
        Where the recording is; another place once its folder was removed.

    Raises
    ------
    RecordingError
        As `RecordingWriter` does.
    """

    def __init__(
        self, process: WritingProcess, path: Path, provenance: Mapping[str, str] | None = None, *, waits: bool = True
    ) -> None:
        self._process = process
        self.path = Path(path).absolute()
        self._is_closed = False
        self._closing: int | None = None
        self._waits = waits
        self._run: RunInfo | None = None
        self._layout: RowLayout | None = None
        self._episode = 0
        self._number = process.next_question()
        self._send(Open(self._number, self.path, provenance_of(provenance)))
        if waits:
            self._wait_for(self._number)

    def begin_rows(self, info: RunInfo, layout: RowLayout, info_names: Sequence[str] = ()) -> None:
        """Begin an episode whose frames come as rows; `RecordingError` if the file cannot be written."""
        is_known = self._run is not None and is_same_run(info, self._run)
        run = None if is_known else replace(info, seed=0, provenance=())
        sent_layout = None if layout is self._layout else layout
        begin = Begin(run, info.seed, info.provenance, sent_layout, tuple(info_names))
        self._send(begin)
        self._run, self._layout = info, layout
        if self._waits:
            # The file is made now, and its name taken, or somebody else was faster.
            self.flush()
            self._waits = False

    def expect(self, columns: SampleColumns) -> None:
        """Tell what makes rows of the samples that `keep` is given of the episode; raises as `append_columns`."""
        self._episode = self._process.next_question()
        maker = None if columns.maker is self._process.maker else columns.maker
        self._send(Expect(self._episode, maker, columns.term_keys, columns.bounds))
        self._process.maker = columns.maker

    def keep(self, sample: FrameSample, infos: Mapping[str, float]) -> bool:
        """Put a sample where the process finds it if it does not come; False where it must be sent now.

        Parameters
        ----------
        sample : FrameSample
            Of the next step of the episode.
        infos : mapping of str to float
            The numbers of its info.
        """
        kept = self._process.kept
        return kept is None or kept.put(self._episode, sample.step, packed(sample, infos))

    def append_columns(self, columns: FrameColumns, infos: Sequence[Mapping[str, float]]) -> None:
        """Write frames, each with its infos.

        Raises
        ------
        RecordingError
            If the disk is full, or the process is gone.
        ValueError
            As `RecordingWriter.append_columns`: told here, where the episode can be ended before them.
        """
        if self._layout is not None:
            self._layout.check_columns(columns)
        self._send(Rows.of(columns, infos))
        if self._process.kept is not None:
            self._process.kept.clear()

    def end_episode(self, outcome: Outcome | None) -> None:
        """End the present episode; raises as `append_columns`."""
        self._send(End(outcome))

    def close(self) -> None:
        """Complete the file. Idempotent; `RecordingError` if the last frames could not be written."""
        self.start_closing()
        if not self._is_closed and self._closing is not None:
            self._wait_for(self._closing)
            self._is_closed = True

    def start_closing(self) -> None:
        """Begin to complete the file, for `close`, which waits until that is done. Idempotent; raises as `close`."""
        if not self._is_closed and self._closing is None:
            number = self._process.next_question()
            self._send(Close(number))
            self._closing = number

    def flush(self) -> None:
        """Return when all that was sent is in the file; raises as `append_columns`. Nothing happens once closed."""
        if not self._is_closed:
            number = self._process.next_question()
            self._send(Sync(number))
            self._wait_for(number)

    def _send(self, message: Message) -> None:
        if self._is_closed:
            raise RecordingError(f"the recording {self.path} was ended")
        while self._process.has_answer():
            self._take(self._process.answer())
        try:
            self._process.send(message)
        except BrokenPipeError:
            # What it has said before is the reason.
            while True:
                self._take(self._process.answer())

    def _wait_for(self, number: int) -> None:
        while self._process.n_done < number:
            self._take(self._process.answer())

    def _take(self, answer: Answer | None) -> None:
        """Take over what an answer tells; `RecordingError` where it tells the end."""
        if answer is None:
            self._fail(f"the process that wrote {self.path} is gone; what it has written is safe")
        if isinstance(answer, Done):
            self._process.n_done = answer.number
        elif isinstance(answer, Failed):
            # That of a file before may be told late.
            if answer.file == self._number:
                self._fail(answer.sentence)
        elif isinstance(answer, Moved):
            self.path = Path(answer.path)
        else:
            log.log(answer.level, "%s", answer.text)

    def _fail(self, sentence: str) -> NoReturn:
        self._is_closed = True
        raise RecordingError(sentence)


def is_same_run(info: RunInfo, other: RunInfo) -> bool:
    """Return whether two runs are the same but for seed and provenance."""
    # Geometry has arrays, which cannot be told equal by a comparison of objects: it is the same object or it is sent.
    return (
        info.geometry is other.geometry
        and info.channels is other.channels
        and replace(info, seed=other.seed, provenance=other.provenance) == other
    )
