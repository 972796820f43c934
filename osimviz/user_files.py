"""The user's own files: where they are, and how a small one is replaced in one step."""

import contextlib
import os
import tempfile
from pathlib import Path


def configuration_folder() -> Path:
    """Return the user's folder for settings of osimviz (XDG Base Directory specification)."""
    given = os.environ.get("XDG_CONFIG_HOME", "")
    root = Path(given) if given and Path(given).is_absolute() else Path.home() / ".config"
    return root / "osimviz"


def state_folder() -> Path:
    """Return the folder of what outlives a sitting: ``$XDG_STATE_HOME/osimviz``, or ``~/.local/state/osimviz``.

    A user without a home has it in the folder for temporary files.
    """
    root = os.environ.get("XDG_STATE_HOME", "")
    try:
        return (Path(root) if root else Path.home() / ".local" / "state") / "osimviz"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / f"osimviz-{os.getuid()}"


def replace_text(path: Path, text: str) -> None:
    """Replace a file in one step: a reader finds the old text or the new one. Its folder is made.

    Raises
    ------
    OSError
        If it cannot be written; the old one is kept then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
