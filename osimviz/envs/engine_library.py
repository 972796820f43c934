"""Functions of OpenSim's libraries that its wrapper does not show, or shows at the price of an object.

They are called by the names that compilers of the Itanium C++ ABI (GCC and Clang) give them: where a library has no
function of that name, the wrapper is asked as before. A function that throws would end the process: callers see to it
that a state is realised as far as it asks.
"""

import ctypes
from collections.abc import Callable
from typing import Any

from osimviz.envs.engine import opensim

#: Takes the addresses of objects, ``this`` first, and returns the address of what the function returns a reference to.
Reference = Callable[..., int]


def _library() -> Any:
    """Return what finds functions in the wrapper's module and in all libraries it was linked with."""
    try:
        # Not `CDLL`, which lets other threads run meanwhile: a call takes less than that.
        return ctypes.PyDLL(opensim.simulation._simulation.__file__)
    except (AttributeError, OSError):
        return None


_LIBRARY = _library()


def reference_function(name: str, n_arguments: int) -> Reference | None:
    """Return a function of a library that takes and returns references; None where there is none of that name.

    Parameters
    ----------
    name : str
        As the library has it.
    n_arguments : int
        How many references it takes, ``this`` included.
    """
    return _function(name, n_arguments, ctypes.c_void_p)


def counting_function(name: str) -> Reference | None:
    """Return a function of a library that takes ``this`` and returns an ``int``; None where there is none."""
    return _function(name, 1, ctypes.c_int)


def _function(name: str, n_arguments: int, kind: Any) -> Reference | None:
    function = getattr(_LIBRARY, name, None)
    if function is None:
        return None
    function.argtypes = [ctypes.c_void_p] * n_arguments
    function.restype = kind
    found: Reference = function
    return found
