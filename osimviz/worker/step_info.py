"""What a step's info tells: the reward's terms, how much of the action was cut, targets reached. NumPy only."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from osimviz.frames import Array

#: Where environments put the parts of their reward: osimviz's own name, then those of users' classes.
_GROUPS = ("reward_terms", "reward_components", "rewards")
#: What counts as a number; the most frequent ones first.
_NUMBERS = (float, int, np.floating, np.integer, np.bool_)
#: Gymnasium's MuJoCo environments report ``reward_forward``, ``reward_ctrl`` beside other numbers.
_PREFIX = "reward_"


def reward_terms_in(info: Any) -> dict[str, float]:
    """Return the terms of the reward that a step's info tells, by name; empty where it tells none."""
    if not isinstance(info, Mapping):
        return {}
    for key in _GROUPS:
        group = info.get(key)
        if isinstance(group, Mapping):
            return {_name(name): float(value) for name, value in group.items() if _is_number(value)}
    return {
        _name(key.removeprefix(_PREFIX)): float(value)
        for key, value in info.items()
        if isinstance(key, str) and key.startswith(_PREFIX) and key != _PREFIX and _is_number(value)
    }


def declared_terms(environment: Any) -> tuple[str, ...] | None:
    """Return the names of the terms that an environment says its reward has, after a reset; None if it says nothing."""
    own = getattr(environment, "reward_term_names", None)
    return tuple(map(str, own())) if callable(own) else None


def term_values(info: Any, names: Sequence[str]) -> Array:
    """Return the terms of a step in the order of `names`, shape (n_terms,); NaN for one it does not tell."""
    terms = reward_terms_in(info)
    return np.array([terms.get(name, np.nan) for name in names], dtype=np.float64)


def bounds_of(space: Any) -> tuple[Array, Array] | None:
    """Return the lowest and the highest action of a space, flat; None where it does not say."""
    low, high = getattr(space, "low", None), getattr(space, "high", None)
    if low is None or high is None:
        return None
    return np.asarray(low, dtype=np.float64).ravel(), np.asarray(high, dtype=np.float64).ravel()


def n_clipped_of(info: Any, given: Array, bounds: tuple[Array, Array] | None) -> float:
    """Return how many elements of an action were cut to their range: told by the info, else counted.

    Parameters
    ----------
    info : object
        A step's info; ``clipped`` is how many.
    given : array (n_actions,)
        What the environment was given.
    bounds : pair of array (n_actions,), or None
        What it takes; NaN is returned where that is not known.
    """
    told = info.get("clipped") if isinstance(info, Mapping) else None
    if _is_number(told):
        return float(told)  # type: ignore[arg-type]
    if bounds is None or any(bound.size != given.size for bound in bounds):
        return float("nan")
    return float(np.count_nonzero((given < bounds[0]) | (given > bounds[1])))


def target_reached_in(info: Any) -> float:
    """Return 1 if a step's info tells with ``target_reached`` that a target was reached, 0 if not; NaN if nothing."""
    told = info.get("target_reached") if isinstance(info, Mapping) else None
    return float(bool(told)) if _is_number(told) else float("nan")


def _is_number(value: object) -> bool:
    return isinstance(value, _NUMBERS)


def _name(key: object) -> str:
    return str(key).replace("/", "_").strip(".") or "_"
