"""The parent's side of the worker: start it, receive what it sends, end it. No Qt; used by window and headless run.

The stop ladder: ask between steps, after 2 s terminate, after 1 s more kill. Whatever was received stays. A worker that
uses more memory than it may, in a way that its own limit cannot see, is ended at once.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection, wait

import numpy as np

from osimviz.child_processes import without_current_folder
from osimviz.frames import Array, EndedBy, Failure, Frame, Outcome
from osimviz.machine_memory import GB
from osimviz.worker.child import run_worker
from osimviz.worker.incoming import IncomingFault, read_message
from osimviz.worker.memory_limit import hint_of, used_bytes
from osimviz.worker.messages import (
    Acting,
    ContinueRequest,
    Ended,
    Loaded,
    LoadFailed,
    Message,
    Paused,
    Request,
    RunRequest,
    StopRequest,
)
from osimviz.worker.output_pipe import OutputPipe

#: Seconds a worker gets to end its step after it was asked, and to end itself after SIGTERM.
ASK_S = 2.0
TERMINATE_S = 1.0
#: Seconds without a frame after which a step counts as stalled and is told to the user. Slow steps of stiff contacts
#: take up to 3.5 s (osim-rl issue 78); a normal one 0.01-0.1 s.
STALL_S = 5.0
#: Seconds of loading after which that is told; a model takes 1-2 s, torch as long again.
STALL_LOADING_S = 10.0
#: Seconds between two looks at the memory in use; one takes some milliseconds.
MEMORY_S = 1.0
#: Seconds within which a message that has begun must be complete; they take milliseconds.
MESSAGE_S = 5.0

_log = logging.getLogger(__name__)


class WorkerProcess:
    """One run in one child process (spawned, never reused).

    `run` blocks its thread until the run is over; `request_stop` may be called from any other thread.

    Parameters
    ----------
    request : RunRequest
        What to run.
    on_output : callable, optional
        Takes what the child writes to stdout and stderr, in pieces, in the thread of `run`. By default the child
        writes to this process's stderr.
    """

    def __init__(self, request: RunRequest, on_output: Callable[[bytes], None] | None = None) -> None:
        self._request = request
        self._on_output = on_output
        self._output: OutputPipe | None = None
        self._memory_seen_at = 0.0
        self._is_out_of_memory = False
        self._stall_told_at = 0.0
        self._wake_read, self._wake_write = os.pipe()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None
        #: What waits to be sent; any thread adds, the thread of `run` takes.
        self._requests: deque[Request] = deque()
        self._is_paused = False
        self._stop_asked_at: float | None = None
        self._is_ended = False
        self._is_closed = False
        self._last_step = -1
        self._last_time_s = 0.0
        self._last_observation: Array | None = None
        self._acting: Acting | None = None
        self._shapes: tuple[tuple[int, ...], ...] = ()
        self._garbage = ""

    @property
    def pid(self) -> int | None:
        """Process id of the child; None before it is started."""
        return self._process.pid if self._process is not None else None

    def run(self, deliver: Callable[[Message], None], on_stall: Callable[[str], None] | None = None) -> None:
        """Start the child and hand on everything it sends, until the run is over.

        Exactly one `Ended` or `LoadFailed` is delivered, last, however the child ends. Afterwards no process is left.

        Parameters
        ----------
        deliver : callable
            Called with each message, in this thread.
        on_stall : callable, optional
            Called about once a second with a sentence while a step takes longer than `STALL_S`, or loading longer than
            `STALL_LOADING_S`, and once with an empty string when it returned.
        """
        try:
            self._start()
            self._receive_all(deliver, on_stall or (lambda sentence: None))
        finally:
            self.close()

    def request_stop(self) -> None:
        """Ask the run to end before its next step; begins the stop ladder. Any thread, any number of times."""
        if self._stop_asked_at is None:
            self._stop_asked_at = time.monotonic()
            self.send(StopRequest())

    def send(self, request: Request) -> None:
        """Ask the run for something; it is taken before the next step. Any thread."""
        self._requests.append(request)
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"s")

    def request_end(self) -> None:
        """End the child at once, without waiting for its step: for a window that closes. Any thread."""
        self._stop_asked_at = time.monotonic() - ASK_S
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"s")

    def close(self) -> None:
        """End the child if it still runs, and free the pipes. Idempotent; only in the thread of `run`."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._process is not None:
            if self._process.is_alive():
                self._process.terminate()
                self._process.join(TERMINATE_S)
            self._kill_group()
            self._process.join()
            self._process.close()
        if self._output is not None:
            self._output.close()
        if self._connection is not None:
            self._connection.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _kill_group(self) -> None:
        """End the child and whatever its controller started: they are one process group."""
        assert self._process is not None
        self._process.kill()
        pid = self._process.pid
        # The group is the child's only once the child made it; before that it is the parent's own.
        if pid is not None and hasattr(os, "killpg") and pid != os.getpgrp():
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, child_end = context.Pipe(duplex=True)
        _limit_reading(self._connection, MESSAGE_S)
        if self._on_output is not None:
            self._output = OutputPipe(context, self._on_output)
        writer = self._output.writer if self._output is not None else None
        process = context.Process(
            target=run_worker, args=(child_end, self._request, writer), name="osimviz-worker", daemon=True
        )
        with without_current_folder():
            process.start()
        self._process = process
        child_end.close()
        if self._output is not None:
            self._output.close_writer()

    def _receive_all(self, deliver: Callable[[Message], None], on_stall: Callable[[str], None]) -> None:
        assert self._connection is not None
        assert self._process is not None
        quiet_since = time.monotonic()
        has_stalled = False
        output = self._output
        while not self._is_ended:
            told = output.to_wait_for() if output is not None else []
            ready = wait([self._connection, self._process.sentinel, self._wake_read, *told], timeout=self._patience())
            now = time.monotonic()
            if output is not None and any(end in ready for end in told):
                output.read()
            self._watch_memory(now)
            if self._wake_read in ready:
                os.read(self._wake_read, 64)
                self._send_requests()
                quiet_since = now
            if self._connection in ready:
                if not self._receive_one(deliver):
                    self._deliver_death(deliver)
                quiet_since = now
                if has_stalled:
                    has_stalled = False
                    on_stall("")
            # A process the controller forked holds pipe and sentinel open: only asking finds the death.
            elif self._process.sentinel in ready or not self._process.is_alive():
                # What it sent before it ended may have come since this loop looked.
                if not self._connection.poll():
                    self._deliver_death(deliver)
            elif self._climb_ladder(now) or self._is_paused:
                continue
            elif now - quiet_since > self._stall_limit_s():
                has_stalled = True
                # Output wakes this loop as well.
                if now - self._stall_told_at >= 0.9:
                    self._stall_told_at = now
                    on_stall(self._stall_sentence(now - quiet_since))

    def _patience(self) -> float:
        if self._output is not None and self._output.is_pausing:
            return 0.01
        return 0.1 if self._stop_asked_at is not None else 1.0

    def _stall_limit_s(self) -> float:
        return STALL_S if self._has_begun() else STALL_LOADING_S

    def _watch_memory(self, now: float) -> None:
        """End a worker that uses more memory than it may; its own limit does not count forks and shared memory."""
        assert self._process is not None
        if now - self._memory_seen_at < MEMORY_S or self._process.pid is None:
            return
        self._memory_seen_at = now
        if used_bytes(self._process.pid) > self._request.worker_memory_gb * GB:
            self._is_out_of_memory = True
            self._process.kill()

    def _receive_one(self, deliver: Callable[[Message], None]) -> bool:
        """Receive and hand on one message; returns False if there will be no sensible one any more."""
        assert self._connection is not None
        try:
            message = read_message(self._connection)
            if isinstance(message, Frame):
                self._check_frame(message)
        except (EOFError, ConnectionError):
            return False
        except BlockingIOError:
            self._garbage = "it did not finish a message"
            return False
        except (IncomingFault, OSError) as fault:
            self._garbage = str(fault) or "its pipe broke"
            return False
        if isinstance(message, Frame):
            self._last_step, self._last_time_s = message.step, message.time_s
            self._last_observation = message.observation
        elif isinstance(message, Acting):
            self._acting = message
        elif isinstance(message, Paused):
            self._is_paused = True
        elif isinstance(message, (Ended, LoadFailed)):
            self._is_ended = True
        deliver(message)
        return True

    def _check_frame(self, frame: Frame) -> None:
        """Refuse a frame that does not follow: a controller moved the simulation, or answers from a fork."""
        shapes = tuple(np.shape(getattr(frame, name)) for name in _FIXED_SHAPES)
        if self._last_step < 0:
            self._shapes = shapes
            return
        if frame.step != self._last_step + 1 or not frame.time_s > self._last_time_s or shapes != self._shapes:
            raise IncomingFault(f"its frame of step {frame.step} does not follow the one before it")

    def _send_requests(self) -> None:
        assert self._connection is not None
        while self._requests:
            request = self._requests.popleft()
            if isinstance(request, ContinueRequest | StopRequest):
                self._is_paused = False
            # The child may be gone already; its end is then noticed at the other end of the pipe.
            with contextlib.suppress(OSError):
                self._connection.send(request)

    def _climb_ladder(self, now: float) -> bool:
        """Terminate, then kill, a child that does not react to being asked; returns whether it did something."""
        assert self._process is not None
        if self._stop_asked_at is None:
            return False
        waited_s = now - self._stop_asked_at
        if waited_s > ASK_S + TERMINATE_S:
            _log.info("worker %s did not end on SIGTERM, killing it", self.pid)
            self._process.kill()
        elif waited_s > ASK_S:
            self._process.terminate()
        return waited_s > ASK_S

    def _deliver_death(self, deliver: Callable[[Message], None]) -> None:
        """Make the last message of a child that went without one."""
        assert self._process is not None
        if not self._garbage:
            self._process.join(TERMINATE_S)
        if self._process.is_alive():
            self._garbage = self._garbage or "it closed its pipe"
            self._process.kill()
            self._process.join()
        self._is_ended = True
        if self._stop_asked_at is not None and not self._garbage:
            sentence = f"stopped after step {max(self._last_step, 0)}; {self._stage()} did not return and was ended"
            deliver(Ended(self._outcome("stopped", sentence, None)))
            return
        if self._is_out_of_memory:
            self._deliver_out_of_memory(deliver)
            return
        how = f"no longer made sense ({self._garbage})" if self._garbage else _exit_words(self._process.exitcode)
        if self._last_step < 0:
            # An environment's first step may come before its first frame: it tells the names of the reward's terms.
            where = "while it was loading" if self._acting is None else f"in step 1, in {self._stage()}"
            sentence = f"the worker process {how} {where}"
            place = "on stderr" if self._output is None else "in the log"
            deliver(LoadFailed(Failure(sentence, f"Its last words are {place}, if it had any.")))
            return
        sentence = f"the worker process {how} in step {self._last_step + 1}, in {self._stage()}"
        hint = "The steps before it are kept; run again, or look at what it got in that step."
        deliver(Ended(self._outcome("worker_died", sentence, self._failure(sentence, hint))))

    def _deliver_out_of_memory(self, deliver: Callable[[Message], None]) -> None:
        limit_gb = self._request.worker_memory_gb
        if self._last_step < 0:
            sentence = f"loading used more than {limit_gb:g} GB of memory and was ended"
            deliver(LoadFailed(Failure(sentence, hint_of(limit_gb))))
            return
        sentence = f"the run used more than {limit_gb:g} GB of memory in step {self._last_step + 1} and was ended"
        deliver(Ended(self._outcome("controller_error", sentence, self._failure(sentence, hint_of(limit_gb)))))

    def _failure(self, sentence: str, hint: str) -> Failure:
        """Return a failure of a worker that could not report it, with what is known of its last step."""
        action = self._acting.action if self._acting is not None else None
        trace = self._output.crash_trace() if self._output is not None else ""
        return Failure(sentence, hint, trace, self._last_observation, action)

    def _outcome(self, ended_by: EndedBy, sentence: str, failure: Failure | None) -> Outcome:
        return Outcome(ended_by, max(self._last_step, 0), self._last_time_s, sentence, failure)

    def _has_begun(self) -> bool:
        return self._last_step >= 0 or self._acting is not None

    def _stage(self) -> str:
        is_simulating = self._acting is not None and self._acting.step > self._last_step
        return "the simulator" if is_simulating else "the controller"

    def _stall_sentence(self, waited_s: float) -> str:
        if not self._has_begun():
            return f"Loading has taken {waited_s:.0f} s"
        return f"Step {max(self._last_step + 1, 1)} has taken {waited_s:.0f} s in {self._stage()}"


#: Arrays whose shapes never change in a run.
_FIXED_SHAPES = (
    "observation",
    "action",
    "excitation",
    "activation",
    "coordinates",
    "body_positions_m",
    "state",
    "reward_terms",
    "target_velocity",
)


def _limit_reading(connection: Connection, limit_s: float) -> None:
    """Let a read of a message that was begun and never finished fail instead of waiting for ever."""
    if sys.platform == "win32":
        return
    duplicate = socket.socket(fileno=os.dup(connection.fileno()))
    with duplicate:
        seconds = int(limit_s)
        duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", seconds, 0))


def _exit_words(exit_code: int | None) -> str:
    """Say how a process ended, as a verb phrase."""
    if exit_code is not None and exit_code < 0:
        try:
            name = signal.Signals(-exit_code).name
        except ValueError:
            name = f"signal {-exit_code}"
        return f"died ({name})"
    return f"ended by itself (exit status {exit_code})"


__all__ = ["ASK_S", "STALL_S", "TERMINATE_S", "Acting", "Ended", "LoadFailed", "Loaded", "WorkerProcess"]
