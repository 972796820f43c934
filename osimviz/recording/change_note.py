"""A change of a file's pages, noted behind its content before it is made: whoever finds it half made can finish it.

A process may be killed, or a machine lose its power, between any two pages. The note is the last thing in the file: the
pages with their numbers, then how many they are, how long the content is, and a checksum of it all. It is cut off when
the change is made.
"""

import os
import struct
import zlib
from collections.abc import Mapping

from osimviz.recording.overlay import PAGE

_MAGIC = b"osimviz change\n\0"
#: Behind the pages: how many they are, and the bytes of the content once it is changed.
_END = struct.Struct(f"<{len(_MAGIC)}sQQ")
_CHECKSUM = struct.Struct("<L")
_NUMBER = struct.Struct("<Q")
#: A change of the structure touches some ten pages; a note that says otherwise is none.
_MOST_PAGES = 4096


def write_note(descriptor: int, pages: Mapping[int, bytes | bytearray], n_bytes: int) -> None:
    """Note a change, and have all that was written so far on the disk.

    Parameters
    ----------
    descriptor : int
        The file, open for writing; what lies behind `n_bytes` is lost.
    pages : mapping of int to bytes
        The new content of pages, by number.
    n_bytes : int
        Length of the file's content after the change.

    Raises
    ------
    OSError
        If the disk has no room for the note; no page was changed.
    """
    body = b"".join([_NUMBER.pack(number) + bytes(page) for number, page in pages.items()])
    note = body + _END.pack(_MAGIC, len(pages), n_bytes)
    note += _CHECKSUM.pack(zlib.crc32(note))
    os.ftruncate(descriptor, n_bytes)
    os.posix_fallocate(descriptor, n_bytes, len(note))
    os.pwrite(descriptor, note, n_bytes)
    os.fsync(descriptor)


def noted_change(descriptor: int) -> tuple[dict[int, bytearray], int] | None:
    """Return the pages of a change that was noted and the content's length after it; None if none was.

    Parameters
    ----------
    descriptor : int
        The file, open for reading.
    """
    size = os.fstat(descriptor).st_size
    n_end = _END.size + _CHECKSUM.size
    end = os.pread(descriptor, n_end, max(size - n_end, 0))
    if not end.startswith(_MAGIC) or len(end) != n_end:
        return None
    _, n_pages, n_bytes = _END.unpack_from(end)
    n_body = n_pages * (_NUMBER.size + PAGE)
    if n_pages > _MOST_PAGES or n_bytes + n_body + n_end != size:
        return None
    body = os.pread(descriptor, n_body, n_bytes)
    if _CHECKSUM.pack(zlib.crc32(body + end[: _END.size])) != end[_END.size :]:
        return None
    pages = {}
    for start in range(0, n_body, _NUMBER.size + PAGE):
        (number,) = _NUMBER.unpack_from(body, start)
        if number * PAGE >= n_bytes:
            return None
        pages[number] = bytearray(body[start + _NUMBER.size : start + _NUMBER.size + PAGE])
    return pages, n_bytes


def make_change(descriptor: int, pages: Mapping[int, bytes | bytearray], n_bytes: int) -> None:
    """Write pages that were noted, and cut the note off; `OSError` if the disk fails.

    Parameters
    ----------
    descriptor : int
        The file, open for writing.
    pages, n_bytes
        As in `write_note`.
    """
    for number, page in pages.items():
        os.pwrite(descriptor, bytes(page)[: max(n_bytes - number * PAGE, 0)], number * PAGE)
    # The pages first: a note that is gone helps nobody.
    os.fsync(descriptor)
    os.ftruncate(descriptor, n_bytes)


def finish_change(descriptor: int) -> None:
    """Make a change that was noted and left half made by somebody who is gone; nothing happens without one."""
    noted = noted_change(descriptor)
    if noted is not None:
        make_change(descriptor, *noted)
