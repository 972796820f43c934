"""Names and files of controllers, checked without loading anything. For the command line and the window."""

import math
from pathlib import Path

#: Suffixes of controller files that can be run.
SUFFIXES = (".pkl", ".pickle", ".py")
#: Built-in names, as in help texts.
BUILTIN_NAMES = ("random", "zero", "constant:X")


def parse_builtin(name: str) -> tuple[str, float] | None:
    """Return a built-in controller's kind and value (``("constant", 0.3)``), or None if `name` is not one."""
    kind, _, value = name.partition(":")
    if name in ("random", "zero"):
        return name, 0.0
    if kind != "constant":
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return ("constant", number) if math.isfinite(number) else None


def fault_in(name: str) -> tuple[str, str] | None:
    """Return what is wrong with a controller's name as (sentence, hint), or None if it may be loaded.

    Looks at the name and the file's existence only.
    """
    if parse_builtin(name) is not None:
        return None
    if name.split(":")[0] == "constant":
        return f"constant:X needs a number, not {name.partition(':')[2]!r}", "For example constant:0.3."
    path = Path(name).expanduser()
    if path.is_dir():
        return f"{name} is a folder, not a controller file", "Name the file inside it."
    if not path.exists():
        if path.suffix or "/" in name:
            return f"there is no file {name}", "Check the path."
        return f"there is no controller {name}", f"Built-in names are {', '.join(BUILTIN_NAMES)}; or name a file."
    if path.suffix.lower() not in SUFFIXES:
        return f"{name} is no controller file this version can read", f"It reads {', '.join(SUFFIXES)}."
    return None
