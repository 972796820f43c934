"""Files that appear whole or not at all: written beside under another name, renamed at the end."""

import contextlib
import errno
import os
import shutil
import tempfile
from pathlib import Path

from osimviz.film.errors import FilmError

#: What to do about a file that is there, of everything that ``--force`` replaces.
OVERWRITE_HINT = "Choose another name, or add --force to overwrite it."


class PendingFile:
    """A file, or a folder of pictures, that is being written beside its place.

    Parameters
    ----------
    target : Path
        Where it goes at the end.
    is_folder : bool
        Whether it is a folder of pictures.
    may_overwrite : bool
        Whether something that is there may be replaced.

    Attributes
    ----------
    path : Path
        Where to write until then.

    Raises
    ------
    FilmError
        If nothing can be written there; no trace is left then.
    """

    def __init__(self, target: Path, *, is_folder: bool = False, may_overwrite: bool = False) -> None:
        check_target(target, is_folder=is_folder, may_overwrite=may_overwrite)
        self._target = target
        self._is_folder = is_folder
        self._may_overwrite = may_overwrite
        self._is_done = False
        name = f".{target.name}."
        try:
            if is_folder:
                self.path = Path(tempfile.mkdtemp(prefix=name, suffix=".part", dir=target.parent))
            else:
                number, text = tempfile.mkstemp(prefix=name, suffix=".part", dir=target.parent)
                os.close(number)
                self.path = Path(text)
        except OSError as error:
            raise not_written(target.name, error) from error

    def keep(self) -> None:
        """Put it in its place; what was written is on the disk first.

        Raises
        ------
        FilmError
            If that failed; nothing is left then.
        """
        try:
            check_target(self._target, is_folder=self._is_folder, may_overwrite=self._may_overwrite)
            # Temporary files are private; a film is as readable as any other new file.
            self.path.chmod((0o777 if self._is_folder else 0o666) & ~_umask())
            for file in sorted(self.path.iterdir()) if self._is_folder else [self.path]:
                _write_through(file)
            if self._is_folder and self._target.is_dir():
                shutil.rmtree(self._target)
            self.path.replace(self._target)
            _write_through(self._target.parent)
        except OSError as error:
            self.discard()
            raise not_written(self._target.name, error) from error
        except FilmError:
            self.discard()
            raise
        self._is_done = True

    def discard(self) -> None:
        """Remove what was written so far; after `keep`, or a second time, nothing happens."""
        if self._is_done:
            return
        self._is_done = True
        remove(self.path)


def write_whole(target: Path, data: bytes, *, may_overwrite: bool = True) -> None:
    """Write a file whole or not at all; `FilmError` if that failed, and nothing is left then."""
    pending = PendingFile(target, may_overwrite=may_overwrite)
    try:
        pending.path.write_bytes(data)
        pending.keep()
    except OSError as error:
        raise not_written(target.name, error) from error
    finally:
        pending.discard()


def remove(path: Path) -> None:
    """Remove an unfinished file or folder; one that is gone already is fine."""
    with contextlib.suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def check_target(target: Path, *, is_folder: bool = False, may_overwrite: bool = False) -> None:
    """Raise `FilmError` if a file cannot be written at a place, as far as can be known before it is tried."""
    try:
        if not target.parent.is_dir():
            raise FilmError(f"the folder of {target} does not exist", f"Create {target.parent} first.")
        if target.is_dir() and not is_folder:
            raise FilmError(f"{target} is a folder", "Name a file.")
        if target.exists() and not target.is_dir() and is_folder:
            raise FilmError(f"{target} is a file", "Name a folder.")
        if target.exists() and not may_overwrite:
            raise FilmError(f"{target} exists", OVERWRITE_HINT)
        if is_folder and target.is_dir() and any(file.suffix != ".png" for file in target.iterdir()):
            raise FilmError(f"{target} holds more than pictures, and is not replaced", "Choose another folder.")
    except OSError as error:
        raise not_written(target.name, error) from error
    if not os.access(target.parent, os.W_OK):
        raise FilmError(f"nothing can be written in {target.parent}", "Choose another folder.")


def not_written(name: str, error: OSError) -> FilmError:
    """Return the error of a file that could not be written, in words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FilmError(f"the disk is full: {name} was not written", "Free some space, or choose another disk.")
    if error.errno == errno.EFBIG:
        return FilmError(
            f"{name} was not written: it grew beyond the largest file allowed", "Choose a smaller size or range."
        )
    reason = (error.strerror or str(error)).lower()
    return FilmError(f"{name} was not written: {reason}", "Check the folder it goes to.")


def _write_through(path: Path) -> None:
    """Have the system put a file, or a folder's list of names, onto the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
