"""Starts the program's other processes so that they import this package, and nothing from the folder they stand in.

Python puts the current folder first on the path of ``python -m`` and ``python -c``, by which `multiprocessing` starts
its children: a user's ``queue.py`` or ``random.py`` there would stand in for a module of the standard library, and run
although nobody trusted it. ``-P`` and ``PYTHONSAFEPATH`` leave the folder out.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SAFE_PATH = "PYTHONSAFEPATH"
#: Any text switches it on; this one says who did.
_OURS = "osimviz"


def module_command(name: str) -> list[str]:
    """Return what starts a module of this package as a program; to be run with `module_environment`."""
    return [sys.executable, "-P", "-m", name]


def module_environment() -> dict[str, str]:
    """Return the environment in which a child finds the package where this process did, installed or not."""
    search = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": search.rstrip(os.pathsep)}


@contextmanager
def without_current_folder() -> Iterator[None]:
    """Leave the current folder out of the path of what `multiprocessing` starts meanwhile.

    The child calls `forget_safe_path`. For a moment the environment of this process is another one, for all threads.
    """
    if os.environ.get(_SAFE_PATH):
        yield
        return
    os.environ[_SAFE_PATH] = _OURS
    try:
        yield
    finally:
        os.environ.pop(_SAFE_PATH, None)


def forget_safe_path() -> None:
    """In such a child: let the programs that it starts itself find what is beside them, as ever."""
    if os.environ.get(_SAFE_PATH) == _OURS:
        del os.environ[_SAFE_PATH]
