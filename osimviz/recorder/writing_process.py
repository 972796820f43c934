"""The user's side of the process that writes: a step waits neither for HDF5 nor for the disk.

Handlers of signals may raise at any place of this module, Ctrl+C's and a program's own: no message is cut by that.
"""

import contextlib
import errno
import io
import logging
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from osimviz.child_processes import start_module
from osimviz.frames import Outcome, RunInfo
from osimviz.recorder.kept_samples import KeptSamples, shared_memory
from osimviz.recorder.sample_columns import SampleColumns
from osimviz.recorder.writing_messages import (
    KEPT,
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
    from_line,
)
from osimviz.recording.errors import RecordingError
from osimviz.recording.fork_safety import note_writer
from osimviz.recording.provenance import provenance_of
from osimviz.recording.row_layout import FrameColumns, RowLayout
from osimviz.worker.frame_making import FrameMaker, FrameSample
from osimviz.worker.packed_samples import packed

log = logging.getLogger(__name__)

#: Longest time the process may take to come up, chosen: it takes half a second, many times that from a network's disk.
_START_PATIENCE_S = 30.0
#: ``F_SETPIPE_SZ`` of Linux, and the largest pipe that it grants to any user by default: two flushes of frames.
_SET_PIPE_SIZE, _PIPE_BYTES = 1031, 2**20
#: A message is copied here whole and then written: `io.BufferedWriter` keeps what is left when a handler of a signal
#: raises in the middle, and the next message follows it. Chosen, a hundred
#: times a flush of frames: memory that is not used is not taken.
_BUFFER_BYTES = 2**24
#: Set in the process that writes: a program that takes its place, as where a frozen one is its own interpreter, starts
#: no other.
_IN_PROCESS = "OSIMVIZ_IS_WRITING"
#: It multiplies no matrices, and threads for that take memory for each processor.
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

#: Buffers of a parent process, and the descriptors under them.
_abandoned: list[object] = []


class WritingProcess:
    """A process that writes files, one after the other. Used by one thread of the user's program at a time.

    It ends with `close`, or when the program that started it is gone, with all written that was sent or kept for it.

    Attributes
    ----------
    n_done : int
        Number of the last question that is known to be done; -1 before the process is there.
    maker : FrameMaker or None
        The last one that it was told.
    kept : KeptSamples or None
        Holds what it finds there if the program is gone before that is sent; None where no memory can be shared.

    Raises
    ------
    OSError
        If no process can be started.
    """

    def __init__(self) -> None:
        if not sys.executable or getattr(sys, "frozen", False) or _IN_PROCESS in os.environ:
            raise OSError("this interpreter is part of another program")
        memory = shared_memory()
        try:
            self._process, self._outgoing, self._incoming = start_module(
                "osimviz.recorder.writing_child",
                [] if memory is None else [f"{KEPT}{memory}"],
                stderr=subprocess.DEVNULL,
                variables={**_ONE_THREAD, _IN_PROCESS: "1"},
                descriptors=[] if memory is None else [memory],
            )
            self.kept = None if memory is None else KeptSamples(memory)
        finally:
            if memory is not None:
                os.close(memory)
        self._messages = io.BufferedWriter(io.FileIO(self._outgoing.fileno(), "wb", closefd=False), _BUFFER_BYTES)
        self._received = b""
        self.n_done = -1
        self.maker: FrameMaker | None = None
        self._n_asked = 0
        self._is_cut = False
        self._is_closed = False
        self._widen_pipe()
        note_writer(self)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def is_there(self) -> bool:
        """Return whether the process came up; waits until that is known, and ends one that takes too long."""
        end_s = time.monotonic() + _START_PATIENCE_S
        while self.n_done < 0:
            answer = self.answer() if self.has_answer(end_s - time.monotonic()) else None
            if not isinstance(answer, Done):
                self._process.kill()
                return False
            self.n_done = answer.number
        return True

    def next_question(self) -> int:
        """Return the number of a question that is asked now."""
        self._n_asked += 1
        return self._n_asked

    def send(self, message: Message) -> None:
        """Send a message; waits only where the process is two flushes behind. `BrokenPipeError` if it is gone."""
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        if self._is_cut:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        try:
            with _without_sigpipe():
                self._messages.write(data)
                self._messages.flush()
        except BaseException:
            if len(data) > _BUFFER_BYTES:
                # It was written past the buffer: what comes next would be taken for the rest of it.
                self._cut()
            raise

    def has_answer(self, timeout_s: float = 0.0) -> bool:
        """Whether `answer` would return at once, or before a time is over."""
        return b"\n" in self._received or self._incoming.poll(max(timeout_s, 0.0))

    def answer(self) -> Answer | None:
        """Wait for the next answer; None if the process is gone."""
        while True:
            line, end, rest = self._received.partition(b"\n")
            if end:
                self._received = rest
                answer = from_line(line)
                if answer is not None:
                    return answer
            else:
                data = os.read(self._incoming.fileno(), select.PIPE_BUF)
                if not data:
                    return None
                self._received += data

    def close(self) -> None:
        """End the process once it has written what was sent. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        with contextlib.suppress(BrokenPipeError), _without_sigpipe():
            self._messages.close()
        self._outgoing.close()
        self._incoming.close()
        self._process.wait()
        self._forget_kept()

    def abandon(self) -> None:
        """Let go of the process: in the child of a fork, whose parent goes on. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        # What is left in the buffer is the parent's to send.
        self._cut()
        # Never closed: a thread that was writing is gone with its lock. Nor is what is under it, whose number a file of
        # the child's would get.
        _abandoned.extend((self._outgoing, self._messages))
        self._incoming.close()
        self._forget_kept()
        # Not this process's own to be waited for.
        self._process.returncode = 0

    def _forget_kept(self) -> None:
        kept, self.kept = self.kept, None
        if kept is not None:
            kept.close()

    def _cut(self) -> None:
        """Close the pipe under the buffer: what is in it goes nowhere, and to nobody's else file either."""
        nothing = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
        os.dup2(nothing, self._outgoing.fileno(), inheritable=False)
        os.close(nothing)
        self._is_cut = True

    def _widen_pipe(self) -> None:
        if sys.platform != "linux":
            return
        import fcntl

        # A user's pipes may be too many to be wide; then a step waits a little for each flush.
        with contextlib.suppress(OSError):
            fcntl.fcntl(self._outgoing.fileno(), _SET_PIPE_SIZE, _PIPE_BYTES)


@contextlib.contextmanager
def _without_sigpipe() -> Iterator[None]:
    """Keep a pipe whose reader is gone from ending a program that has given SIGPIPE its meaning back."""
    if signal.getsignal(signal.SIGPIPE) is not signal.SIG_DFL:
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGPIPE,))
        yield
    except BrokenPipeError:
        signal.sigtimedwait((signal.SIGPIPE,), 0)
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
