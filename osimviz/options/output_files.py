"""The files a command line wants written: recordings and exports; checked before anything is started."""

from pathlib import Path

from osimviz.options.wishes import UsageError


def output_path(text: str, option: str, suffixes: tuple[str, ...], *, is_headless: bool, may_overwrite: bool) -> Path:
    """Return the path of a file to be written by a headless run.

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
    if path.is_dir() or (path.exists() and not may_overwrite):
        raise UsageError(f"{text} exists", "Choose another name.")
    return path
