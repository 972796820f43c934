"""The files a command line wants written: recordings and exports; checked before anything is started."""

from pathlib import Path

from osimviz.film.output_files import OVERWRITE_HINT
from osimviz.options.wishes import UsageError


def output_path(
    text: str, option: str, suffixes: tuple[str, ...], *, is_headless: bool, may_overwrite: bool | None
) -> Path:
    """Return the path of a file to be written by a headless run.

    Parameters
    ----------
    text : str
        The file, as typed.
    option : str
        What it was typed for.
    suffixes : tuple of str
        Those it may have.
    is_headless : bool
        Whether there is a headless run.
    may_overwrite : bool or None
        Whether ``--force`` was given; None where it replaces nothing.

    Raises
    ------
    UsageError
        If there is no headless run, or it cannot be written there.
    """
    path = Path(text).expanduser()
    if not is_headless:
        raise UsageError(f"{option} writes the file of a headless run", "Add --headless.")
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"{option} writes {', '.join(suffixes)}, not {text}")
    if not path.parent.is_dir():
        raise UsageError(f"the folder of {text} does not exist", f"Create {path.parent} first.")
    if path.is_dir():
        raise UsageError(f"{text} is a folder", "Name a file.")
    if path.exists() and not may_overwrite:
        raise UsageError(f"{text} exists", "Choose another name." if may_overwrite is None else OVERWRITE_HINT)
    return path
