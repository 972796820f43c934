"""Find, import and make a user's environment: ``module:Class``, ``file.py:Class``, or a bare ``model.osim``.

Runs the user's code and changes the process it is in (`osimviz.envs.osim_rl_shim`): for the worker process only.
"""

import ast
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from osimviz.envs import osim_rl_shim
from osimviz.envs.bare_model import BareModelEnv
from osimviz.envs.foreign import ForeignEnvironment, adapt
from osimviz.envs.foreign_names import ForeignEnvironmentError, ForeignName, parse_foreign_name
from osimviz.envs.model_loading import first_line

_WORDS = {"true": True, "false": False, "none": None}


def make_foreign_environment(name: str, args: Mapping[str, str], seed: int = 0) -> ForeignEnvironment | BareModelEnv:
    """Make a user's environment without a window of its own.

    Parameters
    ----------
    name : str
        ``module:Class``, ``file.py:Class`` or ``model.osim``; in place of a class, a function that returns an
        environment.
    args : mapping of str to str
        Arguments by name, as on the command line: of the constructor, else of ``change_model``, else of ``reset``.
        Python's literals are values (``3``, ``1e-3``, ``(1, 2)``, ``true``), everything else is text.
    seed : int
        Given to the constructor and ``change_model`` where they take one and `args` names none.

    Raises
    ------
    ForeignEnvironmentError
        If it cannot be found or made, or an argument is not known; one sentence.
    ModelFileError
        If a bare model's file is missing or OpenSim cannot read it.
    """
    wanted = parse_foreign_name(name)
    values = {key: _value(text) for key, text in args.items()}
    if wanted.is_model:
        return _bare_model(wanted, values)
    osim_rl_shim.install()
    maker = _find(wanted)
    constructor, change, reset = _sort_arguments(maker, wanted, values)
    names = _argument_names(maker, "__init__")
    defaults = {"visualize": False, "seed": seed}
    constructor = {**{key: value for key, value in defaults.items() if key in names}, **constructor}
    try:
        environment = maker(**constructor)
        if change:
            if "seed" in _argument_names(maker, "change_model"):
                change.setdefault("seed", seed)
            environment.change_model(**change)
    except (Exception, SystemExit) as error:
        raise ForeignEnvironmentError(f"{wanted} {_raised(error)} when it was made{_said(error)}") from error
    return adapt(environment, reset)


def _bare_model(wanted: ForeignName, values: dict[str, Any]) -> BareModelEnv:
    known = _argument_names(BareModelEnv, "__init__") - {"model_path", "visualize"}
    _check_known(wanted, values, known)
    return BareModelEnv(Path(wanted.place).expanduser(), visualize=False, **values)


def _value(text: str) -> Any:
    word = text.strip()
    if word.casefold() in _WORDS:
        return _WORDS[word.casefold()]
    try:
        return ast.literal_eval(word)
    except (ValueError, SyntaxError):
        return word


def _find(wanted: ForeignName) -> Callable[..., Any]:
    module = _import_file(wanted) if wanted.is_file else _import_module(wanted)
    found: Any = module
    for part in wanted.attribute.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        classes = [name for name, member in vars(module).items() if inspect.isclass(member) and hasattr(member, "step")]
        known = f"; it has {', '.join(sorted(classes))}" if classes else ""
        raise ForeignEnvironmentError(f"{wanted.place} has no class {wanted.attribute}{known}.")
    return found  # type: ignore[no-any-return]


def _import_module(wanted: ForeignName) -> ModuleType:
    # A module beside where the user stands, as `python -m` finds it.
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    importlib.invalidate_caches()
    try:
        return importlib.import_module(wanted.place)
    except ModuleNotFoundError as error:
        if error.name and (wanted.place == error.name or wanted.place.startswith(f"{error.name}.")):
            raise ForeignEnvironmentError(
                f"There is no module {wanted.place}; name one that Python can import from here, or a file.py:Class."
            ) from error
        raise _import_failed(wanted, error) from error
    except (Exception, SystemExit) as error:
        raise _import_failed(wanted, error) from error


def _import_file(wanted: ForeignName) -> ModuleType:
    path = Path(wanted.place).expanduser().absolute()
    if not path.is_file():
        raise ForeignEnvironmentError(f"There is no file {wanted.place}; name the file that holds {wanted.attribute}.")
    folder, name = path.parent, path.stem
    while (folder / "__init__.py").is_file():
        folder, name = folder.parent, f"{folder.name}.{name}"
    # What stands beside a script can be imported by it; before anything of the same name that is installed.
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    if "." in name:
        # A part of a package, such as the user's own copy of osim-rl, imports its neighbours as such.
        return _import_module(ForeignName(name, wanted.attribute, is_file=False))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ForeignEnvironmentError(f"{wanted.place} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    # Under its name, so that its classes can be pickled and modules beside it can import it.
    before = sys.modules.get(path.stem)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        if before is None:
            del sys.modules[path.stem]
        else:
            sys.modules[path.stem] = before
        raise _import_failed(wanted, error) from error
    return module


def _import_failed(wanted: ForeignName, error: BaseException) -> ForeignEnvironmentError:
    return ForeignEnvironmentError(f"{wanted.place} {_raised(error)} when it was imported{_said(error)}")


def _sort_arguments(
    maker: Callable[..., Any], wanted: ForeignName, values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the arguments of constructor, ``change_model`` and ``reset``.

    ``change_model`` sets everything it knows: what it is not given goes back to its default, so it is given all.
    """
    names = [_argument_names(maker, method) for method in ("__init__", "change_model", "reset")]
    _check_known(wanted, values, set().union(*names))
    sorted_values: tuple[dict[str, Any], ...] = ({}, {}, {})
    for key, value in values.items():
        place = next(i for i, known in enumerate(names) if key in known)
        sorted_values[place][key] = value
    constructor, change, reset = sorted_values
    if change:
        change.update({key: value for key, value in constructor.items() if key in names[1]})
    return constructor, change, reset


def _check_known(wanted: ForeignName, values: Mapping[str, Any], known: set[str]) -> None:
    unknown = [key for key in values if key not in known]
    if unknown:
        raise ForeignEnvironmentError(
            f"{wanted} has no argument {', '.join(map(repr, unknown))}; known: {', '.join(sorted(known)) or 'none'}."
        )


def _argument_names(maker: Callable[..., Any], method: str) -> set[str]:
    """Return the arguments of a method by name, those of the classes above included where it hands on ``**kwargs``."""
    if not inspect.isclass(maker):
        functions = [maker] if method == "__init__" else []
    else:
        functions = [vars(cls)[method] for cls in maker.__mro__ if method in vars(cls) and cls is not object]
    names: set[str] = set()
    for function in functions:
        try:
            parameters = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            continue
        names.update(parameter.name for parameter in parameters if parameter.kind not in (0, 2, 4))
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            break
    return names - {"self"}


def _raised(error: BaseException) -> str:
    return f"raised {type(error).__name__}"


def _said(error: BaseException) -> str:
    return f": {first_line(error)}" if isinstance(error, Exception) and str(error) else ""
