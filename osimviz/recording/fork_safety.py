"""What a fork means for recordings being written: the child lets go of the files, the parent goes on."""

import os
import weakref
from typing import Any, Protocol

import h5py


class Abandonable(Protocol):
    """Something with a file that only one process may write."""

    def abandon(self) -> None:
        """Let go of the file without writing to it again."""


_writers: "weakref.WeakSet[Any]" = weakref.WeakSet()
#: HDF5 handles of a parent process, kept from being closed.
_abandoned: list[h5py.File] = []


def note_writer(writer: Abandonable) -> None:
    """Have a writer let go of its file in every child of this process."""
    _writers.add(writer)


def leave_to_parent(file: h5py.File) -> None:
    """Make sure that HDF5 writes nothing to a file that belongs to the parent of this process."""
    # HDF5 writes on closing, at the latest when the process ends: it shall find nothing to write to.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, file.id.get_vfd_handle())
    os.close(nothing)
    _abandoned.append(file)


def _abandon_all() -> None:
    for writer in list(_writers):
        writer.abandon()


os.register_at_fork(after_in_child=_abandon_all)
