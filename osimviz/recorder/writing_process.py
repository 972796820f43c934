"""The user's side of the process that writes: a step waits neither for HDF5 nor for the disk."""

import contextlib
import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from osimviz.child_processes import module_command, module_environment
from osimviz.frames import Outcome, RunInfo
from osimviz.recorder.writing_messages import Answer, Begin, Close, Done, End, Failed, Message, Moved, Open, Rows, Sync
from osimviz.recording.errors import RecordingError
from osimviz.recording.fork_safety import note_writer
from osimviz.recording.provenance import provenance_of
from osimviz.recording.row_layout import FrameColumns, RowLayout

log = logging.getLogger(__name__)

#: Longest time the process may take to come up, chosen: it takes half a second, many times that from a network's disk.
_START_PATIENCE_S = 30.0
#: ``F_SETPIPE_SZ`` of Linux, and the largest pipe that it grants to any user by default: two flushes of frames.
_SET_PIPE_SIZE, _PIPE_BYTES = 1031, 2**20
#: Wait until a message has gone through: an exception between two halves of one would end the recording.
_WAITING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2)


class WritingProcess:
    """A process that writes files, one after the other. Used by one thread of the user's program at a time.

    It ends with `close`, or when the program that started it is gone, with all written that was sent.

    Attributes
    ----------
    n_owed : int
        Answers that were asked for and have not come: one that is waited for may not be the first of them.

    Raises
    ------
    OSError
        If no process can be started.
    """

    def __init__(self) -> None:
        if not sys.executable:
            raise OSError("this interpreter is part of another program")
        self._process = subprocess.Popen(
            module_command("osimviz.recorder.writing_child"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            # It multiplies no matrices; threads for that would take memory for each processor.
            env=module_environment() | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            # Ctrl+C in a terminal, and its end, are meant for the program.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._outgoing = Connection(os.dup(self._process.stdin.fileno()), readable=False)
        self._incoming = Connection(os.dup(self._process.stdout.fileno()), writable=False)
        self._process.stdin.close()
        self._process.stdout.close()
        self._widen_pipe()
        self._is_there: bool | None = None
        self.n_owed = 0
        self._is_closed = False
        note_writer(self)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def is_there(self) -> bool:
        """Return whether the process came up; waits until that is known."""
        if self._is_there is None:
            self._is_there = self._incoming.poll(_START_PATIENCE_S) and self.answer() == Done()
            if not self._is_there:
                self._process.kill()
        return self._is_there

    def send(self, message: Message) -> None:
        """Send a message; waits only where the process is two flushes behind. `OSError` if it is gone."""
        masked = signal.pthread_sigmask(signal.SIG_BLOCK, _WAITING_SIGNALS)
        try:
            self._outgoing.send_bytes(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)

    def has_answer(self) -> bool:
        """Whether `answer` would return at once."""
        try:
            return self._incoming.poll()
        except OSError:
            return True

    def answer(self) -> Answer | None:
        """Wait for the next answer; None if the process is gone."""
        try:
            answer: Answer = self._incoming.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            return None
        return answer

    def close(self) -> None:
        """End the process once it has written what was sent. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        self._outgoing.close()
        self._incoming.close()
        self._process.wait()

    def abandon(self) -> None:
        """Let go of the process: in the child of a fork, whose parent goes on. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        self._outgoing.close()
        self._incoming.close()
        # Not this process's own to be waited for.
        self._process.returncode = 0

    def _widen_pipe(self) -> None:
        if sys.platform != "linux":
            return
        import fcntl

        # A user's pipes may be too many to be wide; then a step waits a little for each flush.
        with contextlib.suppress(OSError):
            fcntl.fcntl(self._outgoing.fileno(), _SET_PIPE_SIZE, _PIPE_BYTES)


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

    Attributes
    ----------
    path : Path
        Where the recording is; another place once its folder was removed.

    Raises
    ------
    RecordingError
        As `RecordingWriter` does.
    """

    def __init__(self, process: WritingProcess, path: Path, provenance: Mapping[str, str] | None = None) -> None:
        self._process = process
        self.path = Path(path).absolute()
        self._is_closed = False
        self._has_begun = False
        self._run: RunInfo | None = None
        self._layout: RowLayout | None = None
        self._ask(Open(self.path, provenance_of(provenance)))

    def begin_rows(self, info: RunInfo, layout: RowLayout, info_names: Sequence[str] = ()) -> None:
        """Begin an episode whose frames come as rows; `RecordingError` if the file cannot be written."""
        is_known = self._run is not None and is_same_run(info, self._run)
        run = None if is_known else replace(info, seed=0, provenance=())
        sent_layout = None if layout is self._layout else layout
        begin = Begin(run, info.seed, info.provenance, sent_layout, tuple(info_names))
        self._run, self._layout = info, layout
        self._send(begin)
        if not self._has_begun:
            # The file is made now, and its name taken, or somebody else was faster.
            self.flush()
            self._has_begun = True

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

    def end_episode(self, outcome: Outcome | None) -> None:
        """End the present episode; raises as `append_columns`."""
        self._send(End(outcome))

    def close(self) -> None:
        """Complete the file. Idempotent; `RecordingError` if the last frames could not be written."""
        if self._is_closed:
            return
        self._ask(Close())
        self._is_closed = True

    def flush(self) -> None:
        """Return when all that was sent is in the file; raises as `append_columns`. Nothing happens once closed."""
        if not self._is_closed:
            self._ask(Sync())

    def _send(self, message: Message) -> None:
        if self._is_closed:
            raise RecordingError(f"the recording {self.path} was ended")
        while self._process.has_answer():
            self._take(self._process.answer())
        try:
            self._process.send(message)
        except OSError:
            # What it has said before is the reason.
            while True:
                self._take(self._process.answer())

    def _ask(self, message: Message) -> None:
        self._send(message)
        self._process.n_owed += 1
        while self._process.n_owed:
            self._take(self._process.answer())

    def _take(self, answer: Answer | None) -> None:
        """Take over what an answer tells; `RecordingError` where it tells the end."""
        if answer is None:
            self._fail(f"the process that wrote {self.path} is gone; what it has written is safe")
        if isinstance(answer, Failed):
            self._fail(answer.sentence)
        if isinstance(answer, Moved):
            self.path = answer.path
        elif isinstance(answer, Done):
            self._process.n_owed -= 1
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
