"""The child process: set it up, load what was asked for, hand over to the loop.

Single-threaded and forkable: no threads, no global sockets; its way back is one `Outbox`. OpenSim is imported inside
the functions only, so that the parent can import this module.
"""

import contextlib
import ctypes
import logging
import os
import random
import signal
import sys
import traceback
from multiprocessing.connection import Connection

import numpy as np

from osimviz.frames import Failure
from osimviz.worker.messages import LoadFailed, Message, Request, RunRequest

#: prctl's option that sends a signal to the child when its parent's thread ends (Linux, prctl(2)).
_PR_SET_PDEATHSIG = 1


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


def run_worker(connection: Connection, request: RunRequest) -> None:
    """Run one request in this process and send everything that happens; never raises.

    Parameters
    ----------
    connection : Connection
        The child's end of the pipe.
    request : RunRequest
        What to run.
    """
    # Kept, for a controller may take them away from the modules.
    end, describe = os._exit, describe_error
    pid = os.getpid()
    try:
        _prepare_process(request)
        _load_and_run(Outbox(connection), request)
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


def _load_and_run(outbox: Outbox, request: RunRequest) -> None:
    from osimviz.worker.loading import LoadError, load
    from osimviz.worker.loop import run_episode

    try:
        loaded = load(request)
    except LoadError as error:
        outbox.send(LoadFailed(error.failure))
    except BaseException as error:  # noqa: BLE001
        # Whatever an author's code raises while it is loaded is told, once, by the parent.
        sentence = f"loading the controller or its environment failed with {describe_error(error)}"
        outbox.send(LoadFailed(Failure(sentence, "Run it with python alone to see the same error.", trace_of(error))))
    else:
        run_episode(loaded, request, outbox)
    outbox.close()


def trace_of(error: BaseException) -> str:
    """Return an exception's traceback; empty where its own words raise."""
    try:
        return "".join(traceback.format_exception(error))
    except BaseException:  # noqa: BLE001
        # Formatting calls the error's own `__str__`.
        return ""


def _write_last_words(words: str) -> None:
    with contextlib.suppress(OSError):
        os.write(2, f"{words}\n".encode(errors="replace"))


def _prepare_process(request: RunRequest) -> None:
    """Tie the child's life to its parent, keep stdout for the parent alone, seed the global generators."""
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
    # The last line of stdout is the summary: what a controller prints goes to stderr.
    os.dup2(2, 1)
    logging.basicConfig(level=request.log_level.upper(), format="osimviz worker: %(levelname)s: %(message)s")
    random.seed(request.seed)
    np.random.seed(request.seed % 2**32)
