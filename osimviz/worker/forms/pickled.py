"""Pickled controllers: pickle, cloudpickle, joblib. Runs code, unless a pickle asks for containers and arrays only."""

import pickle
import re
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np

from osimviz.trust.pickles import scan_pickle
from osimviz.worker.controller_errors import ControllerLoadError, first_line, missing_module, required
from osimviz.worker.forms.excitation_table import rows_form
from osimviz.worker.forms.loaded_form import LoadedForm


def load_pickle(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Unpickle a file; cloudpickle's files are ordinary pickles that import it by themselves.

    Raises
    ------
    ControllerLoadError
        If it is no complete pickle, misses a module or class, raises, or would run code without consent.
    """
    data = path.read_bytes()
    if is_trusted:
        # Its own folder is importable, so that it finds the module of its class; not for a file whose folder nobody
        # vouched for, where a numpy.py could lie in wait.
        sys.path.insert(0, str(path.parent))
    elif not scan_pickle(data).is_harmless:
        # Asked of the very bytes that are loaded: the file may have changed since it was inspected.
        raise ControllerLoadError(f"{path.name} changed while it was opened", "Open it again.")
    try:
        target = _unpickled(data)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raise _unpickling_failed(path, error) from error
    return held_by(target, path)


def load_joblib(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Load what joblib dumped; needs the package joblib.

    Raises
    ------
    ControllerLoadError
        As in `load_pickle`, or if joblib is not installed.
    """
    if not is_trusted:
        raise ControllerLoadError(f"{path.name} may run code", "If you trust its author, run it with --trust.")
    joblib = required("joblib", path)
    sys.path.insert(0, str(path.parent))
    try:
        target = joblib.load(path)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raise _unpickling_failed(path, error, "joblib file", "joblib.dump") from error
    return held_by(target, path)


def _unpickled(data: bytes) -> Any:
    try:
        return pickle.loads(data)
    except UnicodeDecodeError:
        # Python 2 kept the bytes of arrays as text; Latin-1 is bytes one to one.
        return pickle.loads(data, encoding="latin1")


def held_by(target: Any, path: Path) -> LoadedForm:
    """Return the form of an object that was loaded: an array of actions is run by its rows."""
    if isinstance(target, np.ndarray) and target.ndim == 2:
        return rows_form(path.name, target)
    if isinstance(target, dict) and target and all(isinstance(key, str) for key in target):
        held = next((target[key] for key in ("controller", "policy", "agent", "model") if key in target), None)
        if held is not None and not isinstance(held, (dict, str, int, float)):
            return LoadedForm(path.name, held, speakers=(held,))
    if _are_weights(target):
        raise ControllerLoadError(
            f"{path.name} holds weights without the network they belong to",
            "Open the Python file that builds the network and loads them.",
        )
    return LoadedForm(path.name, target, is_factory=isinstance(target, type), speakers=(target,))


def _are_weights(target: Any, n_levels: int = 3) -> bool:
    """Whether an object is nothing but arrays in lists and dicts."""
    if isinstance(target, (dict, list, tuple)) and n_levels and 0 < len(target) <= 10_000:
        held = target.values() if isinstance(target, dict) else target
        return all(_are_weights(value, n_levels - 1) for value in held)
    return isinstance(target, np.ndarray) or hasattr(target, "detach")


def _unpickling_failed(
    path: Path, error: BaseException, kind: str = "pickle", saver: str = "pickle.dump or cloudpickle.dump"
) -> ControllerLoadError:
    if isinstance(error, ModuleNotFoundError):
        return missing_module(path, error)
    if isinstance(error, AttributeError):
        return _missing_class(path, error)
    if isinstance(error, UnicodeDecodeError):
        return ControllerLoadError(
            f"{path.name} was saved by Python 2 with text that is not ASCII ({first_line(error)})",
            f"Load it in Python 2, or with pickle.load(file, encoding='latin1'), and save it again with {saver}.",
            traceback.format_exc(),
        )
    if isinstance(error, RecursionError):
        return ControllerLoadError(
            f"{path.name} nests its objects too deeply to be loaded", "Save less of it.", traceback.format_exc()
        )
    if _is_raised_by_unpickler(error, kind):
        what = "an unknown instruction" if isinstance(error, KeyError) else first_line(error) or type(error).__name__
        return ControllerLoadError(
            f"{path.name} is no complete {kind} ({what})",
            f"Save it again with {saver}.",
            traceback.format_exc(),
        )
    what = first_line(error)
    return ControllerLoadError(
        f"{path.name} raised {type(error).__name__} while it was unpickled" + (f": {what}" if what else ""),
        "Save it again in the environment that runs it.",
        traceback.format_exc(),
    )


def _is_raised_by_unpickler(error: BaseException, kind: str) -> bool:
    """Whether an error comes from the file's own bytes: the unpickler is C, the author's code leaves Python frames."""
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        return False
    if kind != "pickle":
        # joblib unpickles in Python.
        return isinstance(error, (pickle.UnpicklingError, EOFError, ValueError, KeyError, IndexError, OSError))
    frames = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
    return frames[-1:] == [__file__]


def _missing_class(path: Path, error: AttributeError) -> ControllerLoadError:
    wanted = re.search(r"attribute '([^']+)' (?:on|from) <?module '([^']+)'", str(error))
    if wanted is None:
        return ControllerLoadError(f"{path.name} cannot be unpickled: {first_line(error)}", "", traceback.format_exc())
    name, module = wanted.groups()
    if module.rpartition(".")[2] in ("__main__", "__mp_main__"):
        return ControllerLoadError(
            f"{path.name} was pickled from a script, whose {name} it cannot bring along",
            "Move it to a module beside the pickle, or save it with cloudpickle.dump.",
            traceback.format_exc(),
        )
    return ControllerLoadError(
        f"{path.name} needs {name} from the module {module}, which does not have it",
        "Use the version of that module it was saved with.",
        traceback.format_exc(),
    )
