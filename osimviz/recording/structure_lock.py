"""Keeps readers out of a recording for the moment in which its structure changes.

Appended rows are made for readers that come at any moment (SWMR); new groups and attributes are not: a reader in the
middle of such a change may see half of it, and HDF5 has been seen to end the whole process over what it found there.
The lock is advisory and patience is short: nobody waits for a reader or a writer that stands still.
"""

import errno
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from osimviz.recording.liveness import byte_lock

#: Beyond any content, and beside the mark of a writer (`osimviz.recording.liveness`).
_OFFSET = 2**62 + 1
#: A change takes some milliseconds, two of them for the disk; a look takes as long.
_PATIENCE_S = 0.5
_PAUSE_S = 0.001


@contextmanager
def changing_structure(descriptor: int) -> Iterator[None]:
    """Hold readers off, through a descriptor open for writing; goes on without after half a second."""
    with _held(descriptor, is_for_writing=True):
        yield


@contextmanager
def reading_structure(descriptor: int) -> Iterator[None]:
    """Hold a change off, through a descriptor open for reading; goes on without after half a second."""
    with _held(descriptor, is_for_writing=False):
        yield


@contextmanager
def _held(descriptor: int, *, is_for_writing: bool) -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    import fcntl

    kind = fcntl.F_WRLCK if is_for_writing else fcntl.F_RDLCK
    is_locked = False
    end_s = time.monotonic() + _PATIENCE_S
    while not is_locked:
        try:
            # Of the open file, not of the process: two of one process keep each other off, and a fork drops nothing.
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, byte_lock(kind, _OFFSET))
            is_locked = True
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES) or time.monotonic() > end_s:
                # A file system without locks, or somebody who stands still.
                break
            time.sleep(_PAUSE_S)
    try:
        yield
    finally:
        if is_locked:
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, byte_lock(fcntl.F_UNLCK, _OFFSET))
