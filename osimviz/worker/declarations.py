"""What a controller says of itself, or the user of it: observation, action range, frame skip, environment."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from osimviz.worker.controller_errors import ControllerLoadError

#: What a controller is given: the observation vector as a list, the environment's own nested form, or osim-rl's state
#: description; ``given`` is what the environment's `reset` returned.
ObservationKind = Literal["vector", "dict", "state_desc", "given"]
#: What a controller's numbers mean: excitations from 0 to 1, or the output of tanh, -1 to 1, which is (a + 1)/2.
ActionRange = Literal["unit", "tanh"]

#: Attributes by which a controller speaks of itself; the second name is a common synonym.
_NAMES = {
    "observation_kind": ("observation_kind", "obs_kind"),
    "action_repeat": ("action_repeat", "frame_skip"),
    "history": ("history", "n_history"),
    "action_range": ("action_range",),
    "environment": ("environment",),
    "environment_args": ("environment_args",),
    "init_pose": ("init_pose",),
}


@dataclass(frozen=True, slots=True)
class ControllerOptions:
    """What the user says of a controller; None leaves it to the controller.

    Attributes
    ----------
    is_trusted : bool
        Whether the user consented to run the file's code. False loads harmless files only.
    observation_kind : ObservationKind or None
        What it is given.
    action_repeat : int or None
        Steps each action is held for.
    action_range : ActionRange or None
        What its numbers mean.
    """

    is_trusted: bool = False
    observation_kind: ObservationKind | None = None
    action_repeat: int | None = None
    action_range: ActionRange | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a controller says of itself.

    Attributes
    ----------
    observation_kind : ObservationKind or None
        What it wants to be given.
    action_repeat : int
        Steps each of its actions is held for.
    history : int
        How many of the latest observations it is given, the present one last; a vector's are joined to one.
    action_range : ActionRange
        What its numbers mean.
    environment : str
        Name of the environment it was made for; empty where it does not say.
    environment_args : tuple of (str, str)
        Arguments of that environment.
    init_pose : tuple of float
        Start pose for an environment that takes one; empty for the environment's own.
    """

    observation_kind: ObservationKind | None = None
    action_repeat: int = 1
    history: int = 1
    action_range: ActionRange = "unit"
    environment: str = ""
    environment_args: tuple[tuple[str, str], ...] = ()
    init_pose: tuple[float, ...] = ()


def declared_by(file_name: str, *speakers: Any) -> Declaration:
    """Read a controller's declaration off its attributes, the first speaker's before the others'.

    Raises
    ------
    ControllerLoadError
        If an attribute has a value it cannot have.
    """
    found: dict[str, Any] = {}
    for field, names in _NAMES.items():
        for name in names:
            values = (attribute_of(speaker, name) for speaker in speakers)
            value = next((value for value in values if value is not None), None)
            if value is not None and not callable(value):
                found[field] = _checked(field, name, value, file_name)
                break
    return Declaration(**found)


def attribute_of(target: Any, name: str) -> Any:
    """Return an attribute, or None where there is none or it cannot be had: a controller's `__getattr__` may raise."""
    try:
        return getattr(target, name, None)
    except Exception:  # noqa: BLE001
        # An attribute that cannot be had says nothing.
        return None


def _checked(field: str, name: str, value: Any, file_name: str) -> Any:
    try:
        checked = _CHECKS[field](value)
    except (TypeError, ValueError, OverflowError):
        checked = None
    if checked is None:
        raise ControllerLoadError(
            f"{file_name} declares {name} = {_short(value)}, which is no {_EXPECTED[field]}",
            f"Correct the attribute {name}, or leave it out.",
        )
    return checked


def _short(value: Any) -> str:
    text = " ".join(repr(value).split()) if isinstance(value, (str, int, float, tuple, list)) else type(value).__name__
    return text if len(text) <= 40 else f"{text[:39]}…"


def _kind(value: Any) -> Any:
    return value if value in get_args(ObservationKind) else None


def _count(value: Any) -> int | None:
    count = int(value)
    return count if count == value and 1 <= count <= 10_000 else None


def _range(value: Any) -> Any:
    return value if value in get_args(ActionRange) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _arguments(value: Any) -> tuple[tuple[str, str], ...] | None:
    return tuple((str(key), str(entry)) for key, entry in value.items()) if isinstance(value, Mapping) else None


def _pose(value: Any) -> tuple[float, ...] | None:
    numbers = tuple(float(number) for number in value)
    return numbers if all(map(math.isfinite, numbers)) else None


_CHECKS: dict[str, Any] = {
    "observation_kind": _kind,
    "action_repeat": _count,
    "history": _count,
    "action_range": _range,
    "environment": _text,
    "environment_args": _arguments,
    "init_pose": _pose,
}
_EXPECTED = {
    "observation_kind": "kind of observation (vector, dict, state_desc)",
    "action_repeat": "whole number from 1",
    "history": "whole number from 1",
    "action_range": "range of actions (unit, tanh)",
    "environment": "name",
    "environment_args": "dict of arguments",
    "init_pose": "sequence of finite numbers",
}
