"""A Python file whose module holds a controller: an object, function, class or factory. Runs its code."""

import contextlib
import importlib.util
import inspect
import sys
import traceback
from pathlib import Path
from types import ModuleType

import numpy as np

from osimviz.worker.controller_errors import ControllerLoadError, first_line, missing_module
from osimviz.worker.forms.excitation_table import rows_form
from osimviz.worker.forms.loaded_form import LoadedForm

#: Names looked for, in order. `Agent()` with `act`, or a function `my_controller`, are those of courses on osim-rl.
MODULE_NAMES = (
    "controller",
    "Controller",
    "make_controller",
    "Agent",
    "Policy",
    "agent",
    "policy",
    "my_controller",
    "act",
)


def load_python(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Run a Python file as a module and return what it calls its controller.

    Raises
    ------
    ControllerLoadError
        If it raises, misses a module, names no controller, or there is no consent.
    """
    if not is_trusted:
        raise ControllerLoadError(f"{path.name} is a Python program", "If you trust its author, run it with --trust.")
    module = _imported(path)
    for name in MODULE_NAMES:
        if hasattr(module, name):
            target = getattr(module, name)
            if isinstance(target, np.ndarray):
                return rows_form(path.name, target)
            is_factory = inspect.isclass(target) or name == "make_controller"
            return LoadedForm(path.name, target, is_factory=is_factory, speakers=(target, module), folder=path.parent)
    raise ControllerLoadError(
        f"{path.name} has neither a function controller(observation) nor a class Controller",
        f"Name one of them so; {', '.join(MODULE_NAMES[2:])} are looked for as well.",
    )


def _imported(path: Path) -> ModuleType:
    # Its neighbours are importable, from it and from what it unpickles.
    sys.path.insert(0, str(path.parent))
    name = path.stem if path.stem.isidentifier() and path.stem not in sys.modules else "osimviz_user_controller"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ControllerLoadError(f"{path.name} cannot be read as a Python module", "Give it the suffix .py.")
    module = importlib.util.module_from_spec(spec)
    # Registered, so that dataclasses and pickles inside the file find their module.
    sys.modules[name] = module
    try:
        # It may open its weights by their bare name.
        with contextlib.chdir(path.parent):
            spec.loader.exec_module(module)
    except ModuleNotFoundError as error:
        raise missing_module(path, error) from error
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        what = first_line(error)
        raise ControllerLoadError(
            f"{path.name} raised {type(error).__name__} while it was loaded" + (f": {what}" if what else ""),
            "Run it with python alone to see the same error.",
            traceback.format_exc(),
        ) from error
    return module
