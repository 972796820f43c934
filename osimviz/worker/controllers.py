"""Load a controller: a file people keep, or a built-in name. Runs in the worker process only; files are programs."""

import contextlib
import inspect
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from osimviz.controller_names import SUFFIXES, parse_builtin
from osimviz.trust import Inspection
from osimviz.trust import inspect as inspect_file
from osimviz.worker.controller_errors import ControllerLoadError, first_line
from osimviz.worker.declarations import (
    ActionRange,
    ControllerOptions,
    Declaration,
    ObservationKind,
    attribute_of,
    declared_by,
)
from osimviz.worker.forms import LoadedForm, load_builtin, load_form
from osimviz.worker.observation_sizes import size_misfit
from osimviz.worker.signatures import Signature, SignatureError, recognise


@dataclass(frozen=True, slots=True)
class BoundController:
    """A controller ready for one episode.

    Attributes
    ----------
    label : str
        What it is, in a few words.
    act : callable
        ``act(observation, step)`` returns whatever the controller returns; `step` counts from 0.
    observation_kind : ObservationKind
        What it is to be given; ``given`` is what the environment's `reset` returned.
    may_try_kinds : bool
        Whether neither it nor the user says which kind it wants, so that another one may be tried.
    signature : str
        How it is asked, in words: ``act(observation, step)``.
    history : int
        How many of the latest observations it is given.
    action_repeat : int
        Steps each of its actions is held for.
    action_range : ActionRange
        What its numbers mean.
    restart : callable
        Resets it, as before the episode.
    """

    label: str
    act: Callable[[Any, int], Any]
    observation_kind: ObservationKind = "given"
    may_try_kinds: bool = False
    signature: str = ""
    history: int = 1
    action_repeat: int = 1
    action_range: ActionRange = "unit"
    restart: Callable[[], None] = lambda: None

    def in_words(self) -> str:
        """Return how it is asked and with what, in one line."""
        parts = [self.signature] if self.signature else []
        if self.observation_kind != "given":
            kinds = {"vector": "observation vector", "dict": "observation dict", "state_desc": "state description"}
            parts.append(kinds[self.observation_kind])
        if self.history > 1:
            parts.append(f"history of {self.history}")
        if self.action_repeat > 1:
            parts.append(f"every {self.action_repeat} steps")
        if self.action_range == "tanh":
            parts.append("−1…1 mapped to 0…1")
        return " · ".join(parts)


class ControllerProgram:
    """A loaded controller that does not know its environment yet.

    Attributes
    ----------
    label : str
        What it is, in a few words.
    declaration : Declaration
        What it and the user say of it.
    """

    def __init__(self, form: LoadedForm, name: str, options: ControllerOptions) -> None:
        self.label = form.label
        self._form = form
        self._name = name
        self._options = options
        self._declared = declared_by(name, *form.speakers)
        self.declaration = _chosen(self._declared, options)

    def bind(self, environment: Any, seed: int) -> BoundController:
        """Connect it with an environment that was reset.

        Raises
        ------
        ControllerLoadError
            If its factory or its `reset` fails, or it takes another number of values than the environment gives.
        """
        folder = self._form.folder
        with contextlib.nullcontext() if folder is None else contextlib.chdir(folder):
            return self._bind(environment, seed)

    def _bind(self, environment: Any, seed: int) -> BoundController:
        target = self._form.target
        if self._form.is_factory:
            target = _construct(target, self._name, environment, seed)
        if self._form.is_builtin:
            signature = Signature("", lambda observation, step, time_s: target(observation, step))
        else:
            signature = self._signature(target)
        declaration = _chosen(_merged(self._declared, declared_by(self._name, target)), self._options)

        def restart() -> None:
            _reset(target, self._name, seed)

        restart()
        kind = declaration.observation_kind or signature.observation_kind
        if kind is None and signature.n_inputs is not None:
            kind = "vector"
        if kind == "vector" and signature.n_inputs is not None:
            _check_size(signature.n_inputs, declaration.history, environment)
        step_s = float(getattr(getattr(environment, "osim_model", None), "stepsize", 0.01))
        return BoundController(
            label=self.label,
            act=lambda observation, step: signature.ask(observation, step, step * step_s),
            observation_kind=kind or "given",
            may_try_kinds=kind is None and not self._form.is_builtin,
            signature=signature.words,
            history=declaration.history,
            action_repeat=declaration.action_repeat,
            action_range=declaration.action_range,
            restart=restart,
        )

    def _signature(self, target: Any) -> Signature:
        try:
            return recognise(target)
        except SignatureError as error:
            raise ControllerLoadError(f"{self._name} {error}", error.hint) from error


def load_controller(name: str, *, options: ControllerOptions | None = None) -> ControllerProgram:
    """Load a controller by file or built-in name.

    Parameters
    ----------
    name : str
        A file, or a built-in name such as ``random``, ``constant:0.3``, ``reflex:params.txt``, ``replay:run.h5``.
    options : ControllerOptions, optional
        What the user says of it. Without consent in it only harmless files are loaded.

    Raises
    ------
    ControllerLoadError
        If there is no such file or name, it holds no controller, or it would run code without consent.
    """
    chosen = options or ControllerOptions()
    builtin = parse_builtin(name)
    if builtin is not None:
        return ControllerProgram(load_builtin(*builtin), name, chosen)
    path = Path(name).expanduser().absolute()
    inspection = _inspected(path, name)
    if not inspection.is_harmless and not chosen.is_trusted:
        raise ControllerLoadError(*inspection.refusal())
    if inspection.fault and inspection.form != "pickle":
        # The unpickler has the last word on a pickle that somebody vouches for.
        raise ControllerLoadError(inspection.fault, inspection.hint)
    return ControllerProgram(load_form(inspection, is_trusted=chosen.is_trusted), path.name, chosen)


def _inspected(path: Path, name: str) -> Inspection:
    if path.is_dir():
        raise ControllerLoadError(f"{name} is a folder, not a controller file", "Name the file inside it.")
    if not path.exists():
        raise ControllerLoadError(f"there is no controller file {name}", "Check the path.")
    try:
        return inspect_file(path)
    except OSError as error:
        raise ControllerLoadError(
            f"{path.name} cannot be read: {error.strerror or error}", "Check the file."
        ) from error


def _chosen(declaration: Declaration, options: ControllerOptions) -> Declaration:
    """Let the user's word stand before the controller's."""
    words = {
        "observation_kind": options.observation_kind,
        "action_repeat": options.action_repeat,
        "action_range": options.action_range,
    }
    return replace(declaration, **{key: value for key, value in words.items() if value is not None})  # type: ignore[arg-type]


def _merged(known: Declaration, own: Declaration) -> Declaration:
    """Take from an object made by a factory what was not said before it existed."""
    nothing = Declaration()
    fields = ("observation_kind", "action_repeat", "history", "action_range")
    news = {field: getattr(own, field) for field in fields if getattr(known, field) == getattr(nothing, field)}
    return replace(known, **news)


def _construct(factory: Callable[..., Any], name: str, environment: Any, seed: int) -> Any:
    try:
        required = [
            parameter.name
            for parameter in inspect.signature(factory).parameters.values()
            if parameter.default is parameter.empty and parameter.kind in (0, 1)
        ]
        arguments: list[Any] = []
        if len(required) == 1:
            arguments = [environment]
        elif [word.replace("obs_", "observation_") for word in required] == ["observation_space", "action_space"]:
            arguments = [environment.observation_space, environment.action_space]
        elif required == ["environment", "seed"]:
            arguments = [environment, seed]
        return factory(*arguments)
    except ControllerLoadError:
        raise
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        maker = getattr(factory, "__name__", "its factory")
        raise ControllerLoadError(
            f"{maker} of {name} raised {type(error).__name__} when it was made: {first_line(error)}",
            "It is called without arguments, with the environment, or with observation_space and action_space.",
            traceback.format_exc(),
        ) from error


def _reset(target: Any, name: str, seed: int) -> None:
    reset = attribute_of(target, "reset")
    if not callable(reset) or inspect.isclass(target):
        return
    try:
        try:
            takes_seed = "seed" in inspect.signature(reset).parameters
        except (TypeError, ValueError):
            takes_seed = False
        reset(seed=seed) if takes_seed else reset()
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        raise ControllerLoadError(
            f"reset() of {name} raised {type(error).__name__}: {first_line(error)}",
            "It is called without arguments, or with seed=N, before each episode.",
            traceback.format_exc(),
        ) from error


def _check_size(n_inputs: int, history: int, environment: Any) -> None:
    n_given = environment.get_observation_space_size() * history
    if n_inputs != n_given:
        raise ControllerLoadError(*size_misfit(n_inputs, n_given, type(environment).__name__))


__all__ = [
    "SUFFIXES",
    "BoundController",
    "ControllerLoadError",
    "ControllerOptions",
    "ControllerProgram",
    "load_controller",
]
