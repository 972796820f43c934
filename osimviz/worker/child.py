"""The child process: set it up, load what was asked for, hand over to the loop.

Single-threaded and forkable: no threads, no global sockets; its way back is one `Outbox`. OpenSim is imported inside
the functions only, so that the parent can import this module.
"""

import contextlib
import ctypes
import faulthandler
import logging
import os
import random
import signal
import sys
import traceback
from multiprocessing.connection import Connection

import numpy as np

from osimviz.child_processes import forget_safe_path
from osimviz.frames import Failure
from osimviz.worker.memory_limit import hint_of, is_out_of_memory, lift_limit, limit_memory
from osimviz.worker.messages import LoadFailed, Message, Request, RunRequest

#: prctl's option that sends a signal to the child when its parent's thread ends (Linux, prctl(2)).
_PR_SET_PDEATHSIG = 1
#: C's `_IOLBF` (glibc's stdio.h).
_LINE_BUFFERED = 1


class Outbox:
    """The child's only way to its parent; a fork replaces it by another one.

    Parameters
    ----------
    connection : Connection
        The child's end of the pipe.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, message: Message) -> None:
        """Send one message; ends the process if the parent is gone."""
        try:
            self._connection.send(message)
        except (BrokenPipeError, ConnectionResetError):
            # Nobody is left who could be told.
            os._exit(0)

    def next_request(self, *, waits: bool) -> Request | None:
        """Return the oldest thing the parent asked for; ends the process if the parent is gone.

        Parameters
        ----------
        waits : bool
            Whether to wait for one; else None is returned where there is none.
        """
        try:
            if not waits and not self._connection.poll():
                return None
            request: Request = self._connection.recv()
        except (EOFError, OSError):
            os._exit(0)
        return request

    def close(self) -> None:
        """Close the pipe. Idempotent."""
        self._connection.close()


def run_worker(connection: Connection, request: RunRequest, output: Connection | None = None) -> None:
    """Run one request in this process and send everything that happens; never raises.

    Parameters
    ----------
    connection : Connection
        The child's end of the pipe.
    request : RunRequest
        What to run.
    output : Connection, optional
        Where stdout and stderr are to go; by default both go to the parent's stderr.
    """
    # Kept, for a controller may take them away from the modules.
    end, describe = os._exit, describe_error
    pid = os.getpid()
    try:
        forget_safe_path()
        _lead_output(output)
        _prepare_process(request)
        limit_memory(request.worker_memory_gb)
        _load_and_run(Outbox(connection), request, engine_log_level(request, is_shown=output is not None))
        # A controller's non-daemon threads must not keep a finished worker alive.
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:  # noqa: BLE001
        # A controller broke the program around it; the parent says so, a traceback helps nobody.
        _write_last_words(f"osimviz worker: {describe(error)}")
        end(1)
    end(0 if os.getpid() == pid else 1)


def describe_error(error: BaseException) -> str:
    """Return an exception's kind and first line, whatever its ``__str__`` does."""
    try:
        name = type(error).__name__
        lines = str(error).strip().splitlines()
    except BaseException:  # noqa: BLE001
        # Its own text raises: the kind alone must do.
        return "an exception without words"
    return f"{name}: {lines[0]}" if lines else name


def engine_log_level(request: RunRequest, *, is_shown: bool) -> str:
    """Return the level of OpenSim's own log, whose infos are ten lines a step: warnings where a panel shows them."""
    if request.log_level in ("debug", "info"):
        return request.log_level
    return "warn" if is_shown else "error"


def _load_and_run(outbox: Outbox, request: RunRequest, engine_level: str) -> None:
    from osimviz.worker.loading import load
    from osimviz.worker.loop import run_episode

    try:
        loaded = load(request, engine_level)
    except BaseException as error:  # noqa: BLE001
        # Whatever an author's code raises while it is loaded is told, once, by the parent.
        outbox.send(LoadFailed(_load_failure(error, request.worker_memory_gb)))
    else:
        run_episode(loaded, request, outbox)
    outbox.close()


def _load_failure(error: BaseException, memory_gb: float) -> Failure:
    from osimviz.worker.loading import LoadError

    if is_out_of_memory(error):
        lift_limit()
        sentence = f"loading needs more than the {memory_gb:g} GB of memory that the worker may use"
        return Failure(sentence, hint_of(memory_gb), trace_of(error))
    if isinstance(error, LoadError):
        return error.failure
    sentence = f"loading the controller or its environment failed with {describe_error(error)}"
    return Failure(sentence, "Run it with python alone to see the same error.", trace_of(error))


def trace_of(error: BaseException) -> str:
    """Return an exception's traceback; empty where its own words raise."""
    try:
        return "".join(traceback.format_exception(error))
    except BaseException:  # noqa: BLE001
        # Formatting calls the error's own `__str__`.
        return ""


def _lead_output(output: Connection | None) -> None:
    """Lead stdout and stderr, Python's and C's, to where they are shown, line by line."""
    if output is None:
        # The last line of stdout is the summary: what a controller prints goes to stderr.
        os.dup2(2, 1)
        return
    for number in (1, 2):
        os.dup2(output.fileno(), number)
    output.close()
    # New ones: Python's own remember what they wrote to before, a file perhaps, which a pipe is not.
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = open(number, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    if sys.platform == "linux":
        # C's stdout keeps 4 kB back where it is no terminal, and loses them when the process dies.
        libc = ctypes.CDLL(None)
        libc.setvbuf(ctypes.c_void_p.in_dll(libc, "stdout"), None, _LINE_BUFFERED, 0)
    # A crash in somebody's compiled code says where it was.
    faulthandler.enable()


def _write_last_words(words: str) -> None:
    with contextlib.suppress(OSError):
        os.write(2, f"{words}\n".encode(errors="replace"))


def _prepare_process(request: RunRequest) -> None:
    """Tie the child's life to its parent, set up its log, seed the global generators."""
    # A session of its own: signals to the window's group do not reach the worker, nor those of a controller to its
    # own group the window, and the parent can end whatever the controller started.
    if hasattr(os, "setsid"):
        with contextlib.suppress(OSError):
            os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # OpenSim's package reads it at import.
    os.environ.setdefault("PATH", os.defpath)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    logging.basicConfig(level=request.log_level.upper(), format="osimviz worker: %(levelname)s: %(message)s")
    random.seed(request.seed)
    np.random.seed(request.seed % 2**32)
