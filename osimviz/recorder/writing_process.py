"""The user's side of the process that writes: a step waits neither for HDF5 nor for the disk.

Handlers of signals may raise at any place of this module, Ctrl+C's and a program's own: no message is cut by that.
"""

import contextlib
import errno
import io
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

from osimviz.child_processes import StartedModule, start_module
from osimviz.recorder.kept_samples import KeptSamples, shared_samples
from osimviz.recorder.writing_messages import KEPT, Answer, Done, Message, from_line
from osimviz.recording.fork_safety import note_writer
from osimviz.worker.frame_making import FrameMaker

#: Longest time the process may take to come up, chosen: it takes half a second, many times that from a network's disk.
_START_PATIENCE_S = 30.0
#: ``F_SETPIPE_SZ`` of Linux, and the largest pipe that it grants to any user by default: two flushes of frames.
_SET_PIPE_SIZE, _PIPE_BYTES = 1031, 2**20
#: A message is copied here whole and then written: `io.BufferedWriter` keeps what is left when a handler of a signal
#: raises in the middle, and the next message follows it. Chosen, a hundred times a flush of frames: memory that is not
#: used is not taken.
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
        started, self.kept = _start()
        self._process, self._outgoing, self._incoming = started
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


def _start() -> tuple[StartedModule, KeptSamples | None]:
    """Start the process, with samples that it shares where that can be."""
    shared = shared_samples()
    if shared is not None:
        kept, descriptor = shared
        try:
            return _start_module([f"{KEPT}{descriptor}"], [descriptor]), kept
        except OSError:
            # Its descriptor may be the one too many.
            kept.close()
        finally:
            os.close(descriptor)
    return _start_module([], []), None


def _start_module(arguments: Sequence[str], descriptors: Sequence[int]) -> StartedModule:
    return start_module(
        "osimviz.recorder.writing_child",
        arguments,
        stderr=subprocess.DEVNULL,
        variables={**_ONE_THREAD, _IN_PROCESS: "1"},
        descriptors=descriptors,
    )


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
