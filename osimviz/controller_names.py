"""Names and files of controllers, checked without loading anything. For the command line and the window."""

import math
from pathlib import Path

from osimviz.trust.forms import recognise

#: Suffixes of controller files that can be run.
SUFFIXES = (
    ".pkl",
    ".pickle",
    ".joblib",
    ".py",
    ".onnx",
    ".pt",
    ".pth",
    ".zip",
    ".npz",
    ".npy",
    ".txt",
    ".dat",
    ".csv",
    ".sto",
    ".mot",
)
#: Built-in names, as in help texts.
BUILTIN_NAMES = ("random", "zero", "constant:X", "reflex[:PARAMS.txt]", "replay:RECORDING.h5")


def parse_builtin(name: str) -> tuple[str, float | str] | None:
    """Return a built-in controller's kind and value, or None if `name` is not one.

    ``("constant", 0.3)``; for ``reflex`` and ``replay`` the value is the file's name, empty for the bundled one.
    """
    kind, separator, value = name.partition(":")
    if name in ("random", "zero"):
        return name, 0.0
    if name == "reflex" or (kind in ("reflex", "replay") and value):
        return kind, value
    if kind != "constant" or not separator:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return ("constant", number) if math.isfinite(number) else None


def environment_of(name: str) -> str:
    """Return the environment a controller runs in where the user names none; empty if only the loaded file knows."""
    builtin = parse_builtin(name)
    if builtin is not None:
        return {"reflex": "l2m2019", "replay": ""}.get(builtin[0], "prosthetics")
    return "l2m2019" if Path(name).suffix.lower() in (".txt", ".dat") else ""


def fault_in(name: str) -> tuple[str, str] | None:
    """Return what is wrong with a controller's name as (sentence, hint), or None if it may be loaded.

    Looks at the name, the file's existence and its first bytes only.
    """
    builtin = parse_builtin(name)
    if builtin is not None:
        kind, value = builtin
        if isinstance(value, str) and value and not Path(value).expanduser().is_file():
            return f"there is no file {value}", f"Check the path in {kind}:FILE."
        return None
    kind = name.partition(":")[0]
    if kind == "constant":
        return f"constant:X needs a number, not {name.partition(':')[2]!r}", "For example constant:0.3."
    if name in ("replay", "replay:", "reflex:"):
        return (
            f"{kind}:FILE needs a file",
            f"For example {'replay:run.h5' if kind == 'replay' else 'reflex:params.txt'}.",
        )
    path = Path(name).expanduser()
    if path.is_dir():
        return f"{name} is a folder, not a controller file", "Name the file inside it."
    if not path.exists():
        if path.suffix or "/" in name:
            return f"there is no file {name}", "Check the path."
        return f"there is no controller {name}", f"Built-in names are {', '.join(BUILTIN_NAMES)}; or name a file."
    return _fault_of_file(path, name)


def _fault_of_file(path: Path, name: str) -> tuple[str, str] | None:
    if not path.is_file():
        return f"{name} is no file but a device or pipe", "Name a controller file."
    try:
        recognised = recognise(path)
    except OSError as error:
        return f"{name} cannot be read: {error.strerror or error}", "Check the file and its permissions."
    if not recognised.fault:
        return None
    if recognised.form == "unknown" and path.suffix.lower() not in SUFFIXES:
        return f"{name} is no controller file this version can read", f"It reads {', '.join(SUFFIXES)}."
    return recognised.fault, recognised.hint
