"""Load a controller: a file people keep, or a built-in name. Runs in the worker process only; files are programs."""

import importlib.util
import inspect
import pickle
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from osimviz.controller_names import SUFFIXES, parse_builtin
from osimviz.frames import Array, Failure

#: Methods that answer an observation, in order of trial (the notes on public solutions name who uses which).
METHODS = ("act", "get_action", "predict", "compute_action")
#: Names looked for in a Python file, in order.
MODULE_NAMES = ("controller", "Controller", "make_controller")


class ControllerLoadError(Exception):
    """A controller cannot be loaded; `failure` says what, where and what to do."""

    def __init__(self, sentence: str, hint: str = "", details: str = "") -> None:
        super().__init__(sentence)
        self.failure = Failure(sentence, hint, details)


@dataclass(frozen=True, slots=True)
class BoundController:
    """A controller ready for one episode.

    Attributes
    ----------
    label : str
        What it is, in a few words.
    act : callable
        ``act(observation, step)`` returns whatever the controller returns; `step` counts from 0.
    """

    label: str
    act: Callable[[Any, int], Any]


class ControllerProgram:
    """A loaded controller that does not know its environment yet.

    Parameters
    ----------
    label : str
        What it is, in a few words.
    make : callable
        ``make(environment, seed)`` returns the function ``act(observation, step)``.
    """

    def __init__(self, label: str, make: Callable[[Any, int], Callable[[Any, int], Any]]) -> None:
        self.label = label
        self._make = make

    def bind(self, environment: Any, seed: int) -> BoundController:
        """Connect it with an environment that was reset.

        Raises
        ------
        ControllerLoadError
            If its factory or its `reset` fails.
        """
        return BoundController(self.label, self._make(environment, seed))


def load_controller(name: str) -> ControllerProgram:
    """Load a controller by file or built-in name.

    Raises
    ------
    ControllerLoadError
        If there is no such file or name, or it holds no controller.
    """
    builtin = parse_builtin(name)
    if builtin is not None:
        return _builtin_program(*builtin)
    path = Path(name).expanduser().absolute()
    if not path.is_file():
        raise ControllerLoadError(f"there is no controller file {name}", "Check the path.")
    # The file's own folder is importable, so that a pickle finds the module of its class.
    sys.path.insert(0, str(path.parent))
    target = _load_python(path) if path.suffix.lower() == ".py" else _load_pickle(path)
    return ControllerProgram(path.name, lambda environment, seed: _bind_object(target, path, environment, seed))


def _builtin_program(name: str, value: float) -> ControllerProgram:
    def make_random(environment: Any, seed: int) -> Callable[[Any, int], Array]:
        # The legacy generator: osim-rl users' own `np.random.uniform` gives the same numbers from the same seed.
        generator = np.random.RandomState(seed % 2**32)
        n_actions = len(environment.action_names())
        return lambda observation, step: generator.uniform(0.0, 1.0, n_actions)

    def make_constant(environment: Any, seed: int) -> Callable[[Any, int], Array]:
        action = np.full(len(environment.action_names()), value)
        return lambda observation, step: action.copy()

    if name == "random":
        return ControllerProgram("random · uniform in 0–1", make_random)
    return ControllerProgram("zero" if name == "zero" else f"constant · {value:g}", make_constant)


def _load_python(path: Path) -> Any:
    """Run a Python file as a module and return what it calls its controller."""
    module_name = path.stem if path.stem.isidentifier() else "osimviz_user_controller"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise ControllerLoadError(f"{path.name} cannot be read as a Python module", "Give it the suffix .py.")
    module = importlib.util.module_from_spec(spec)
    # Registered, so that dataclasses and pickles inside the file find their module.
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except ModuleNotFoundError as error:
        raise _missing_module(path, error) from error
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raise ControllerLoadError(
            f"{path.name} raised {type(error).__name__} while it was loaded: {_first_line(error)}",
            "Run it with python alone to see the same error.",
            traceback.format_exc(),
        ) from error
    return _named_in(module, path)


def _named_in(module: ModuleType, path: Path) -> Any:
    for name in MODULE_NAMES:
        if hasattr(module, name):
            return getattr(module, name)
    raise ControllerLoadError(
        f"{path.name} has neither a function controller(observation) nor a class Controller",
        "Name one of them so.",
    )


def _load_pickle(path: Path) -> Any:
    """Unpickle a file; cloudpickle's files are ordinary pickles that import it by themselves."""
    try:
        with path.open("rb") as file:
            return pickle.load(file)
    except ModuleNotFoundError as error:
        raise _missing_module(path, error) from error
    except AttributeError as error:
        raise _missing_class(path, error) from error
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        if _is_raised_by_unpickler(error):
            raise ControllerLoadError(
                f"{path.name} is no complete pickle ({_first_line(error) or type(error).__name__})",
                "Save it again with pickle.dump or cloudpickle.dump.",
                traceback.format_exc(),
            ) from error
        raise ControllerLoadError(
            f"{path.name} raised {type(error).__name__} while it was unpickled: {_first_line(error)}",
            "Save it again in the environment that runs it.",
            traceback.format_exc(),
        ) from error


def _is_raised_by_unpickler(error: BaseException) -> bool:
    """Whether an error comes from the file's own bytes: the unpickler is C, the author's code leaves Python frames."""
    trace = error.__traceback__
    return trace is not None and trace.tb_next is None and not isinstance(error, SystemExit)


def _missing_module(path: Path, error: ModuleNotFoundError) -> ControllerLoadError:
    return ControllerLoadError(
        f"{path.name} needs the module {error.name}, which is not here",
        f"Put {error.name}.py beside {path.name}, or install the package that brings it.",
        traceback.format_exc(),
    )


def _missing_class(path: Path, error: AttributeError) -> ControllerLoadError:
    wanted = re.search(r"attribute '([^']+)' on <module '([^']+)'", str(error))
    if wanted is None:
        return ControllerLoadError(f"{path.name} cannot be unpickled: {_first_line(error)}", "", traceback.format_exc())
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


def _bind_object(target: Any, path: Path, environment: Any, seed: int) -> Callable[[Any, int], Any]:
    """Find out once how an object is asked for an action."""
    if inspect.isclass(target) or getattr(target, "__name__", "") == "make_controller":
        target = _construct(target, path, environment)
    _reset(target, path, seed)
    method = next((getattr(target, name) for name in METHODS if callable(getattr(target, name, None))), None)
    if method is None and callable(target):
        method = target
    if method is None:
        raise ControllerLoadError(
            f"{path.name} holds an object of type {type(target).__name__}, which is no controller",
            f"It needs a method {', '.join(METHODS)} or __call__ that takes an observation.",
        )
    ask = method
    return lambda observation, step: ask(observation)


def _construct(factory: Callable[..., Any], path: Path, environment: Any) -> Any:
    try:
        required = [
            parameter
            for parameter in inspect.signature(factory).parameters.values()
            if parameter.default is parameter.empty and parameter.kind in (0, 1)
        ]
        arguments = [environment] if len(required) == 1 else []
        return factory(*arguments)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        name = getattr(factory, "__name__", "its factory")
        raise ControllerLoadError(
            f"{name} of {path.name} raised {type(error).__name__} when it was made: {_first_line(error)}",
            "It is called without arguments, or with the environment if it takes one.",
            traceback.format_exc(),
        ) from error


def _reset(target: Any, path: Path, seed: int) -> None:
    reset = getattr(target, "reset", None)
    if not callable(reset):
        return
    try:
        takes_seed = "seed" in inspect.signature(reset).parameters
        reset(seed=seed) if takes_seed else reset()
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raise ControllerLoadError(
            f"reset() of {path.name} raised {type(error).__name__}: {_first_line(error)}", "", traceback.format_exc()
        ) from error


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else ""


__all__ = ["SUFFIXES", "BoundController", "ControllerLoadError", "ControllerProgram", "load_controller"]
