"""Starts the program's other processes so that they import this package, and nothing from the folder they stand in.

Python puts the current folder first on the path of ``python -m`` and ``python -c``, by which `multiprocessing` starts
its children: a user's ``queue.py`` or ``random.py`` there would stand in for a module of the standard library, and run
although nobody trusted it. ``-P`` and ``PYTHONSAFEPATH`` leave the folder out.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

_SAFE_PATH = "PYTHONSAFEPATH"
#: Any text switches it on; this one says who did.
_OURS = "osimviz"
#: Option that tells a module its pipes.
_PIPES = "--pipes="
#: Standard error.
_LAST_STREAM = 2


def module_command(name: str) -> list[str]:
    """Return what starts a module of this package as a program; to be run with `module_environment`."""
    return [sys.executable, "-P", "-m", name]


def module_environment() -> dict[str, str]:
    """Return the environment in which a child finds the package where this process did, installed or not."""
    search = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": search.rstrip(os.pathsep)}


class StartedModule(NamedTuple):
    """A module of this package that runs as a program, and what it is talked to by; the caller closes them.

    Attributes
    ----------
    process : subprocess.Popen
        The program.
    outgoing, incoming : Connection
        What it is sent, and what it answers.
    """

    process: subprocess.Popen[bytes]
    outgoing: Connection
    incoming: Connection


def start_module(
    name: str,
    arguments: Sequence[str] = (),
    *,
    stderr: int | None = None,
    variables: Mapping[str, str] | None = None,
    descriptors: Sequence[int] = (),
) -> StartedModule:
    """Start a module that asks for `pipes_to_parent`, in a session of its own: a terminal's Ctrl+C is not meant for it.

    Its pipes are its own: what a site prints when Python starts would end up in the standard ones.

    Parameters
    ----------
    name : str
        The module.
    arguments : sequence of str
        Of its command line.
    stderr : int, optional
        As `subprocess.Popen` takes it.
    variables : mapping of str to str, optional
        More environment variables.
    descriptors : sequence of int
        Files that it is given, by their numbers.

    Raises
    ------
    OSError
        If no process can be started.
    """
    read, written = _pipe()
    try:
        answers, answered = _pipe()
    except OSError:
        os.close(read)
        os.close(written)
        raise
    outgoing, incoming = Connection(written, readable=False), Connection(answers, writable=False)
    try:
        process = subprocess.Popen(
            [*module_command(name), f"{_PIPES}{read},{answered}", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=module_environment() | dict(variables or {}),
            pass_fds=(read, answered, *descriptors),
            start_new_session=True,
        )
    except BaseException:
        outgoing.close()
        incoming.close()
        raise
    finally:
        os.close(read)
        os.close(answered)
    return StartedModule(process, outgoing, incoming)


def pipes_to_parent() -> tuple[Connection, Connection]:
    """Return, in such a module, what brings messages and what takes answers; what is printed from now on is stderr."""
    option = next(argument for argument in sys.argv if argument.startswith(_PIPES))
    read, answered = (int(number) for number in option.removeprefix(_PIPES).split(","))
    for descriptor in (read, answered):
        # Not for programs that this one starts.
        os.set_inheritable(descriptor, False)
    os.dup2(2, 1)
    return Connection(read, writable=False), Connection(answered, readable=False)


def _pipe() -> tuple[int, int]:
    with without_stream_numbers():
        return os.pipe()


@contextmanager
def without_stream_numbers() -> Iterator[None]:
    """Have files that are opened meanwhile, by whomever, get no number of a standard stream, as of a closed one."""
    taken: list[int] = []
    try:
        while not taken or taken[-1] <= _LAST_STREAM:
            taken.append(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
        yield
    finally:
        for descriptor in taken:
            os.close(descriptor)


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
