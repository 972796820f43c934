"""What goes wrong with a controller before its first step, as sentences. Imports none of the libraries it names."""

import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from osimviz.frames import Failure

#: Packages that controller files may need, and the extra of osimviz that installs them.
EXTRAS = {
    "torch": "torch",
    "stable_baselines3": "sb3",
    "gymnasium": "sb3",
    "onnxruntime": "onnx",
    "joblib": "joblib",
}
#: Packages that controllers often need and osimviz has no extra for: the module's name and PyPI's.
_PYPI_NAMES = {
    "sklearn": "scikit-learn",
    "tensorflow": "tensorflow",
    "keras": "keras",
    "sb3_contrib": "sb3-contrib",
    "gym": "gym",
    "cv2": "opencv-python",
    "yaml": "PyYAML",
}


class ControllerLoadError(Exception):
    """A controller cannot be loaded; `failure` says what, where and what to do."""

    def __init__(self, sentence: str, hint: str = "", details: str = "") -> None:
        super().__init__(sentence)
        self.failure = Failure(sentence, hint, details)


def first_line(error: BaseException, n_characters: int = 200) -> str:
    """Return what an error says, its first line, cut to a readable length."""
    lines = str(error).strip().splitlines()
    line = " ".join(lines[0].split()) if lines else ""
    return line if len(line) <= n_characters else f"{line[: n_characters - 1]}…"


def missing_module(path: Path, error: ModuleNotFoundError) -> ControllerLoadError:
    """Say which module a controller needs and how it comes here."""
    name = error.name or first_line(error)
    package = name.partition(".")[0]
    requirements = next((file for file in sorted(path.parent.glob("requirements*.txt"))), None)
    if package in EXTRAS:
        hint = f"Install it: pip install osimviz[{EXTRAS[package]}]."
    elif requirements is not None:
        hint = f"Install what stands beside it: pip install -r {requirements}."
    elif package in _PYPI_NAMES:
        hint = f"Install it: pip install {_PYPI_NAMES[package]}."
    else:
        hint = f"Put {package}.py beside {path.name}, or install the package that brings it."
    return ControllerLoadError(f"{path.name} needs the module {name}, which is not here", hint, traceback.format_exc())


def required(module: str, path: Path) -> Any:
    """Import a library that a controller file needs; here, so that nothing else loads it.

    Raises
    ------
    ControllerLoadError
        If it is not installed, or cannot be imported.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise missing_module(path, error) from error
    except (ImportError, OSError) as error:
        package = module.partition(".")[0]
        raise ControllerLoadError(
            f"{path.name} needs {package}, which is here and cannot be imported ({first_line(error)})",
            f"Install it again: pip install --force-reinstall {package}.",
            traceback.format_exc(),
        ) from error
