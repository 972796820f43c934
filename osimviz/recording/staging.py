"""Change the structure of an HDF5 file so that a crash leaves it as it was before or as it is after.

HDF5 itself is safe against a crash only while rows are appended. A new group or attribute changes several places of
the file; killed in between, the library leaves a file that no reader opens. Here the library works on a copy of the
pages it changes, which are written afterwards: new pages first, then the few that existed, once they are noted
(`osimviz.recording.change_note`).
"""

import io
import os
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py

from osimviz.recording.change_note import make_change, write_note
from osimviz.recording.file_format import LIBRARY_BOUNDS
from osimviz.recording.overlay import PAGE, Overlay
from osimviz.recording.structure_lock import changing_structure

#: Where the end of a file's content stands in a superblock of version 2 or 3 with offsets of 8 bytes (HDF5 file format
#: specification, II.A), and how.
END_OFFSET, END_OF_CONTENT = 28, struct.Struct("<Q")


def new_file(path: Path, build: Callable[[h5py.File], None]) -> None:
    """Write a new HDF5 file that appears whole or not at all.

    Parameters
    ----------
    path : Path
        Where; nothing may be there.
    build : callable
        Fills an open `h5py.File`.

    Raises
    ------
    FileExistsError
        If something is there.
    OSError
        If it cannot be written.
    """
    memory = io.BytesIO()
    with h5py.File(memory, "w", libver=LIBRARY_BOUNDS) as file:
        build(file)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as target:
            target.write(memory.getbuffer())
            target.flush()
            os.fsync(target.fileno())
        # A link, unlike a rename, does not take the place of a file that is there.
        try:
            os.link(part, path)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links.
            if path.exists():
                raise FileExistsError(path) from None
            part.rename(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def staged_change(descriptor: int, n_bytes: int) -> Iterator[h5py.File]:
    """Open a file for a change of its structure, which is written when the block ends without an error.

    Parameters
    ----------
    descriptor : int
        The file, open for reading and writing; no HDF5 handle may be open on it.
    n_bytes : int
        Length of its content as HDF5 knows it.

    Raises
    ------
    OSError
        If there is no room for the change; the file is as before.
    """
    overlay = Overlay(descriptor, n_bytes)
    file = h5py.File(overlay, "r+", libver=LIBRARY_BOUNDS)
    try:
        yield file
    finally:
        file.close()
    n_new, n_old_pages = overlay.n_bytes, -(-n_bytes // PAGE)
    # Room first: a disk that fills up in the middle would leave half a change.
    if n_new > n_bytes:
        os.posix_fallocate(descriptor, n_bytes, n_new - n_bytes)
    for number, page in overlay.pages.items():
        if number >= n_old_pages:
            os.pwrite(descriptor, bytes(page)[: max(n_new - number * PAGE, 0)], number * PAGE)
    changed = {number: page for number, page in overlay.pages.items() if number < n_old_pages}
    write_note(descriptor, changed, n_new)
    with changing_structure(descriptor):
        make_change(descriptor, changed, n_new)


def content_bytes(descriptor: int) -> int:
    """Return how long the content of a file is that HDF5 has closed; room taken of the disk may lie behind it."""
    (n_bytes,) = END_OF_CONTENT.unpack(os.pread(descriptor, END_OF_CONTENT.size, END_OFFSET))
    return int(n_bytes)


def opened_for_appending(path: Path) -> h5py.File:
    """Return a file opened so that every flush of appended rows leaves it readable, and others may read along."""
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    bound = h5py.h5f.LIBVER_V110
    access.set_libver_bounds(bound, bound)
    # HDF5's own locks would keep other programs from reading along.
    access.set_file_locking(False, False)
    return h5py.File(h5py.h5f.open(os.fsencode(path), h5py.h5f.ACC_RDWR | h5py.h5f.ACC_SWMR_WRITE, access))


def copied_elsewhere(descriptor: int, n_bytes: int, path: Path) -> Path:
    """Copy a file whose name is gone to the nearest folder of `path` that can be written; return its new name.

    Parameters
    ----------
    descriptor : int
        The file, open for reading.
    n_bytes : int
        Length of its content.
    path : Path
        The name it had. Without a folder above that can be written, the folder for temporary files is taken.
    """
    folder = next((parent for parent in path.parents if parent.is_dir() and os.access(parent, os.W_OK)), None)
    if folder is None or len(folder.parts) < 2:
        folder = Path(tempfile.gettempdir())
    target, n = folder / path.name, 1
    while target.exists():
        target, n = folder / f"{path.stem}-{n}{path.suffix}", n + 1
    with open(descriptor, "rb", closefd=False) as source, target.open("xb") as copy:
        source.seek(0)
        shutil.copyfileobj(source, copy, 2**20)
        copy.truncate(n_bytes)
    return target
