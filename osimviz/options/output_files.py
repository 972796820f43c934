"""The files a command line wants written: recordings, exports, pictures; checked before anything is started."""

from pathlib import Path

from osimviz.options.wishes import Moment, PictureRequest, UsageError

#: What a run can be exported as.
EXPORT_SUFFIXES = (".csv", ".npz", ".sto", ".mot", ".h5")
#: Largest side of a picture: what software OpenGL draws in one piece.
_LARGEST_SIDE_PX = 8192


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


def picture_requests(
    paths: list[str], moments: list[str], size: str, *, may_overwrite: bool
) -> tuple[PictureRequest, ...]:
    """Return the pictures asked for: files, moments and size belong together.

    Raises
    ------
    UsageError
        If they do not, or a picture cannot be written there.
    """
    if moments and not paths:
        raise UsageError("--at says when a picture is taken", "Add --screenshot FILE.png.")
    if len(moments) > 1 and len(moments) != len(paths):
        raise UsageError(f"{len(moments)} times --at for {len(paths)} pictures", "Give one for all or one for each.")
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        raise UsageError(f"two pictures are to be written to {twice}", "Give each its own name.")
    width_px, height_px = _size(size)
    when = [_moment(text) for text in moments] or ["end"]
    when = when * len(paths) if len(when) == 1 else when
    return tuple(
        PictureRequest(_picture_path(path, may_overwrite=may_overwrite), moment, width_px, height_px)
        for path, moment in zip(paths, when, strict=True)
    )


def _picture_path(text: str, *, may_overwrite: bool) -> Path:
    path = Path(text).expanduser()
    if path.suffix.lower() != ".png":
        raise UsageError(f"--screenshot writes .png files, not {text}", f"For example {path.stem or 'picture'}.png.")
    if not path.parent.is_dir():
        raise UsageError(f"the folder of {text} does not exist", f"Create {path.parent} first.")
    if path.is_dir():
        raise UsageError(f"{text} is a folder", "Name a file.")
    if path.exists() and not may_overwrite:
        raise UsageError(f"{text} exists", "Choose another name, or add --force to overwrite it.")
    return path


def _size(text: str) -> tuple[int, int]:
    width, separator, height = text.lower().partition("x")
    try:
        sides = int(width), int(height)
    except ValueError:
        sides = (0, 0)
    if not separator or not all(16 <= side <= _LARGEST_SIDE_PX for side in sides):
        raise UsageError(f"--size {text!r} is no size", f"WIDTHxHEIGHT in pixels, 16 to {_LARGEST_SIDE_PX} each.")
    return sides


def _moment(text: str) -> Moment:
    if text == "end":
        return "end"
    if text == "failure":
        return "failure"
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError(f"--at {text!r} is no moment", "Seconds from the start, end, or failure.")
    return seconds
