"""Where the program's own data files are, in a checkout and when installed."""

from importlib.resources import files
from pathlib import Path


def resource_path(name: str) -> Path:
    """Return the path of a file in `resources/`, given as ``themes/dark.json``.

    The wheel carries the folder inside the package; a checkout has it beside the package.
    """
    package = Path(str(files("osimviz")))
    for folder in (package / "resources", package.parent / "resources"):
        path = folder / name
        if path.exists():
            return path
    raise FileNotFoundError(f"the program's own file resources/{name} is missing: install osimviz again")
