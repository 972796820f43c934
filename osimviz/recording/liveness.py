"""Whether somebody is still writing a recording: a lock that the system takes back when the writer dies."""

import os
import struct
import sys
import time
from pathlib import Path

#: Far beyond any content: the lock is a mark, it keeps nobody from reading or writing.
_MARK_OFFSET = 2**62
#: Where there are no such locks: a file not written to for so long has no writer.
_SILENCE_S = 5.0
#: ``struct flock`` of Linux on machines of 64 bits: type, where the offset counts from, offset, length, process.
_FLOCK = "hhqqi4x"


def byte_lock(kind: int, offset: int) -> bytes:
    """Return what ``fcntl`` takes for a lock of one byte: `kind` is ``F_RDLCK``, ``F_WRLCK`` or ``F_UNLCK``."""
    return struct.pack(_FLOCK, kind, os.SEEK_SET, offset, 1, 0)


def hold_as_writer(descriptor: int) -> None:
    """Mark a file as being written through `descriptor`, until that is closed or the process ends."""
    if sys.platform != "linux":
        return
    import fcntl

    # Of the descriptor, not of the process: HDF5 opening and closing the same file does not drop it.
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, byte_lock(fcntl.F_WRLCK, _MARK_OFFSET))
    except OSError:
        # A file system without locks: readers go by the time of the last write.
        return


def has_writer(descriptor: int, path: Path, *, believes_times: bool = True) -> bool:
    """Return whether a recording, open as `descriptor`, is still being written.

    Parameters
    ----------
    descriptor : int
        The file, open for reading.
    path : Path
        The file.
    believes_times : bool
        Whether a file written to a moment ago counts as being written where marks cannot tell.
    """
    if sys.platform == "linux":
        import fcntl

        try:
            answer = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, byte_lock(fcntl.F_WRLCK, _MARK_OFFSET))
        except OSError:
            answer = b""
        if answer:
            return bool(struct.unpack(_FLOCK, answer)[0] != fcntl.F_UNLCK)
    if not believes_times:
        return False
    try:
        return time.time() - path.stat().st_mtime < _SILENCE_S
    except OSError:
        return False


def is_being_written(path: Path) -> bool:
    """Return whether a recording that is not open is still being written; `OSError` if it cannot be looked at."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return has_writer(descriptor, path)
    finally:
        os.close(descriptor)
