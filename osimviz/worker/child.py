"""The child process: set it up, load what was asked for, hand over to the loop.

Single-threaded and forkable: no threads, no global sockets; its way back is one `Outbox`. OpenSim is imported inside
the functions only, so that the parent can import this module.
"""

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
from osimviz.worker.messages import LoadFailed, Message, RunRequest, StopRequest

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

    def is_stop_requested(self) -> bool:
        """Whether the parent asked to stop, or is gone."""
        try:
            return self._connection.poll() and isinstance(self._connection.recv(), StopRequest)
        except (EOFError, OSError):
            os._exit(0)

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
    _prepare_process(request)
    from osimviz.worker.loading import LoadError, load
    from osimviz.worker.loop import run_episode

    outbox = Outbox(connection)
    try:
        loaded = load(request)
    except LoadError as error:
        outbox.send(LoadFailed(error.failure))
    except Exception as error:  # noqa: BLE001
        # Anything unforeseen while loading is still told, once, by the parent.
        sentence = f"loading failed with {type(error).__name__}: {error}"
        outbox.send(LoadFailed(Failure(sentence, "This looks like a fault of osimviz.", traceback.format_exc())))
    else:
        run_episode(loaded, request, outbox)
    outbox.close()
    # A controller's non-daemon threads must not keep a finished worker alive.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _prepare_process(request: RunRequest) -> None:
    """Tie the child's life to its parent, keep stdout for the parent alone, seed the global generators."""
    # Ctrl+C in a terminal reaches the whole process group: the parent decides what happens.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The last line of stdout is the summary: what a controller prints goes to stderr.
    os.dup2(2, 1)
    logging.basicConfig(level=request.log_level.upper(), format="osimviz worker: %(levelname)s: %(message)s")
    random.seed(request.seed)
    np.random.seed(request.seed % 2**32)
