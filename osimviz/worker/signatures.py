"""How an object is asked for an action: which method, with which arguments. Recognised once, before the first step."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from osimviz.worker.declarations import ObservationKind, attribute_of

#: Methods that answer an observation, in order of trial. Public solutions that use each: act (reason8, osim-rl-helper),
#: get_action (mjrl), predict (Stable-Baselines, Keras), compute_action (RLlib), update (Song's reflex controller),
#: forward (keras-rl, torch), calculate_muscle_activations (an open-loop L2M2019 solution).
METHODS = (
    "act",
    "get_action",
    "predict",
    "compute_action",
    "update",
    "forward",
    "calculate_muscle_activations",
    "__call__",
)
#: Names of parameters that mean the index of the step, from 0.
_STEP_NAMES = {"step", "stepno", "step_index", "sim_step", "istep", "n_step", "i", "k"}
#: Names of parameters that mean the simulated time, s.
_TIME_NAMES = {"t", "time", "time_s"}
#: Parameters that switch exploration, and the value that switches it off.
_SWITCHES = {"stochastic": False, "deterministic": True, "explore": False, "verbose": 0}
#: Names of parameters that tell which observation is wanted.
_KINDS_BY_NAME: dict[str, ObservationKind] = {
    "obs_dict": "dict",
    "observation_dict": "dict",
    "state_desc": "state_desc",
    "state_description": "state_desc",
}
#: Packages whose `predict` wants a batch: an array of shape (1, n).
_BATCH_PACKAGES = ("keras", "tensorflow", "sklearn")

#: ``ask(observation, step, time_s)``
Ask = Callable[[Any, int, float], Any]


class SignatureError(Exception):
    """An object cannot be asked for actions; the message says why, `hint` what to do."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Signature:
    """How a controller is asked.

    Attributes
    ----------
    words : str
        As it is shown: ``act(observation, step)``.
    ask : callable
        ``ask(observation, step, time_s)`` returns whatever the controller returns.
    observation_kind : ObservationKind or None
        What its parameter's name, or its method, says it wants.
    n_inputs : int or None
        Length of the vector it takes, where that can be seen.
    """

    words: str
    ask: Ask
    observation_kind: ObservationKind | None = None
    n_inputs: int | None = None


def recognise(target: Any) -> Signature:
    """Find out how an object is asked for an action.

    Raises
    ------
    SignatureError
        If it has no method for it, or one that wants more than it can be given.
    """
    if isinstance(target, (str, bytes, int, float, dict, list, tuple, set)) or target is None:
        raise _no_controller(target)
    is_module = is_torch_module(target)
    name = next(
        (name for name in METHODS if callable(attribute_of(target, name)) and not (is_module and name == "forward")),
        "",
    )
    if not name:
        raise _no_controller(target)
    is_function = inspect.isroutine(target)
    function = target if is_function or name == "__call__" else getattr(target, name)
    shown = target.__name__ if is_function else "controller" if name == "__call__" else name
    if is_module and name == "__call__":
        return Signature("forward(tensor)", _torch_ask(target), "vector", count_inputs(target))
    words, ask, kind = _plan(
        function, "f" if shown == "<lambda>" else shown, opens_loop=name == "calculate_muscle_activations"
    )
    if name == "predict" and _package_of(target) in _BATCH_PACKAGES:
        return Signature("predict(batch of 1)", _batched(ask), "vector", count_inputs(target))
    if name == "update" and kind is None:
        kind = "dict"
    return Signature(words, ask, kind, count_inputs(target))


def is_torch_module(target: Any) -> bool:
    """Whether an object is a torch module, without importing torch."""
    torch = sys.modules.get("torch")
    return torch is not None and hasattr(torch, "nn") and isinstance(target, torch.nn.Module)


def count_inputs(target: Any) -> int | None:
    """Return how many numbers a controller takes, where its attributes tell."""
    shape = attribute_of(attribute_of(target, "observation_space"), "shape")
    candidates = [attribute_of(target, "n_inputs"), attribute_of(target, "n_features_in_")]
    if isinstance(shape, tuple) and len(shape) == 1:
        candidates.append(shape[0])
    if is_torch_module(target):
        candidates += [getattr(module, "in_features", None) for module in target.modules()]
    return next((int(count) for count in candidates if isinstance(count, (int, np.integer))), None)


def _no_controller(target: Any) -> SignatureError:
    return SignatureError(
        f"holds an object of type {type(target).__name__}, which is no controller",
        f"It needs a method {', '.join(METHODS[:5])} or __call__ that takes an observation.",
    )


def _package_of(target: Any) -> str:
    packages = {cls.__module__.partition(".")[0] for cls in type(target).__mro__}
    return next((name for name in _BATCH_PACKAGES if name in packages), "")


def _plan(function: Callable[..., Any], shown: str, *, opens_loop: bool) -> tuple[str, Ask, ObservationKind | None]:
    """Decide by the names of the parameters what each of them is given."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        # Built-in functions tell nothing of themselves.
        return f"{shown}(observation)", lambda observation, step, time_s: function(observation), None
    roles: list[tuple[str, str]] = []
    kind: ObservationKind | None = None
    has_observation = False
    for parameter in parameters:
        role = _role(parameter, has_observation=has_observation, opens_loop=opens_loop)
        if role == "":
            continue
        if role == "?":
            raise SignatureError(
                f"has {shown}{_parameters(parameters)}, whose {parameter.name} osimviz cannot give",
                "It gives the observation, and by name the step (step) and the time (t).",
            )
        if role == "observation":
            has_observation = True
            kind = _KINDS_BY_NAME.get(parameter.name)
        roles.append(("" if _goes_by_place(parameter, role, is_first=not roles) else parameter.name, role))
    words = f"{shown}({', '.join(role for _, role in roles)})"
    return words, _caller(function, roles), kind


def _role(parameter: inspect.Parameter, *, has_observation: bool, opens_loop: bool) -> str:
    """Return what a parameter is given; empty for nothing, ``?`` for one that must be given and cannot."""
    name, is_required = parameter.name, parameter.default is parameter.empty
    if parameter.kind is parameter.VAR_KEYWORD:
        return ""
    if parameter.kind is parameter.VAR_POSITIONAL:
        return "" if has_observation else "observation"
    if name in _STEP_NAMES or (opens_loop and not has_observation):
        return "step"
    if name in _TIME_NAMES:
        return "time"
    if name in _SWITCHES:
        return f"{name}={_SWITCHES[name]}"
    if not has_observation:
        return "observation"
    return "?" if is_required else ""


def _goes_by_place(parameter: inspect.Parameter, role: str, *, is_first: bool) -> bool:
    """Whether an argument is passed by its place: by name it cannot land in a parameter that was left out."""
    if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL):
        return True
    return is_first and role == "observation" and parameter.kind is not parameter.KEYWORD_ONLY


def _parameters(parameters: list[inspect.Parameter]) -> str:
    return f"({', '.join(parameter.name for parameter in parameters)})"


def _caller(function: Callable[..., Any], roles: list[tuple[str, str]]) -> Ask:
    if [role for _, role in roles] == ["observation"]:
        # The usual case, without detours in the controller's traceback.
        return lambda observation, step, time_s: function(observation)

    def ask(observation: Any, step: int, time_s: float) -> Any:
        values = {"observation": observation, "step": step, "time": time_s}
        positional, named = [], {}
        for keyword, role in roles:
            switch = role.partition("=")[0]
            value = values[role] if role in values else _SWITCHES[switch]
            if keyword:
                named[keyword] = value
            else:
                positional.append(value)
        return function(*positional, **named)

    return ask


def _batched(ask: Ask) -> Ask:
    return lambda observation, step, time_s: ask(np.asarray(observation, dtype=np.float64)[None], step, time_s)


def _torch_ask(module: Any) -> Ask:
    torch = sys.modules["torch"]
    module.eval()
    parameter = next(module.parameters(), None)
    number_type = torch.float32 if parameter is None else parameter.dtype

    def ask(observation: Any, step: int, time_s: float) -> Any:
        with torch.no_grad():
            return module(torch.as_tensor(np.asarray(observation, dtype=np.float64), dtype=number_type)[None])

    return ask
