"""Read what a worker sends without letting it run anything here: a controller shares its process.

The messages are pickles of a few frozen classes and NumPy arrays; any other name in them is refused.
"""

import io
import pickle
from multiprocessing.connection import Connection
from typing import Any

from osimviz.worker.messages import Message

#: Modules whose classes a message may hold.
_OWN_MODULES = ("osimviz.frames", "osimviz.model_geometry", "osimviz.channels", "osimviz.worker.messages")
#: What NumPy's arrays and scalars are pickled with, by NumPy 1 and 2.
_NUMPY_NAMES = {
    "_reconstruct",
    "_frombuffer",
    "ndarray",
    "dtype",
    "scalar",
}
_NUMPY_MODULES = (
    "numpy",
    "numpy.core.multiarray",
    "numpy._core.multiarray",
    "numpy._core.numeric",
    "numpy.core.numeric",
)
#: Longest message, bytes: a description with all meshes takes some megabytes.
_LONGEST_BYTES = 512 * 2**20


class IncomingFault(Exception):
    """What arrived is no message: a clause saying why."""


def read_message(connection: Connection) -> Message:
    """Wait for a message and return it.

    Raises
    ------
    EOFError
        If the other end is closed.
    OSError
        If reading fails, or a message that was begun is not finished in time.
    IncomingFault
        If it is no message.
    """
    data = connection.recv_bytes(_LONGEST_BYTES)
    try:
        message = _Unpickler(io.BytesIO(data)).load()
    except IncomingFault:
        raise
    except Exception as error:
        # Bytes that are no pickle fail in as many ways as there are bytes.
        raise IncomingFault(f"it sent what cannot be read: {type(error).__name__}") from error
    if not isinstance(message, Message):
        raise IncomingFault(f"it sent a {type(message).__name__}")
    return message


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Allow the classes of messages and arrays; the names of other ones are refused unseen."""
        is_numpy = module in _NUMPY_MODULES and name in _NUMPY_NAMES
        if (module in _OWN_MODULES and "." not in name) or is_numpy:
            return super().find_class(module, name)
        raise IncomingFault(f"it sent a {module}.{name}")
