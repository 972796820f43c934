"""What a step's info tells: the reward's terms, how much of the action was cut, targets reached. NumPy only."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from osimviz.frames import Array

#: Where environments put the parts of their reward: osimviz's own name, then those of users' classes.
_GROUPS = ("reward_terms", "reward_components", "rewards")
#: What counts as a number; the most frequent ones first.
_NUMBERS = (float, int, np.floating, np.integer, np.bool_)
#: The kinds that nearly all of them have; looking one up costs less than `isinstance`.
PLAIN_NUMBERS = frozenset((float, int, bool, np.float64))
#: Kinds of what has none in it, told apart at once.
_NO_NUMBERS = frozenset((np.ndarray, str))
#: Infos nested deeper than this are a circle.
MOST_LEVELS = 8
#: Gymnasium's MuJoCo environments report ``reward_forward``, ``reward_ctrl`` beside other numbers.
_PREFIX = "reward_"


def reward_terms_in(info: Any) -> dict[str, float]:
    """Return the terms of the reward that a step's info tells, by name; empty where it tells none."""
    return {name: value for name, _, value in _terms(info)}


def term_keys(info: Any) -> dict[str, str]:
    """Return for each term of the reward that a step's info tells how `numbers_in` calls it."""
    return {name: key for name, key, _ in _terms(info)}


def _terms(info: Any) -> Iterator[tuple[str, str, float]]:
    """Yield the name of each term of the reward, its name among all numbers of the info, and its value."""
    if not isinstance(info, Mapping):
        return
    for key in _GROUPS:
        group = info.get(key)
        if isinstance(group, Mapping):
            for name, value in group.items():
                if is_number(value):
                    yield name_of(name), f"{key}/{name_of(name)}", _as_float(value)
            return
    for key, value in info.items():
        if isinstance(key, str) and key.startswith(_PREFIX) and key != _PREFIX and is_number(value):
            yield name_of(key.removeprefix(_PREFIX)), name_of(key), _as_float(value)


def numbers_in(info: Any, n_levels: int = MOST_LEVELS) -> dict[str, float]:
    """Return the numbers of a step's info by name, nested ones by ``outer/inner``; arrays and texts are left out.

    So is what lies deeper than `n_levels`.
    """
    # Looked at by their kind first: asking an abstract class costs 2 µs after a step.
    if not (type(info) is dict or isinstance(info, Mapping)) or not n_levels:
        return {}
    found: dict[str, float] = {}
    for key, value in info.items():
        kind = type(value)
        if kind is float:
            found[name_of(key)] = value
        elif kind in _NO_NUMBERS:
            continue
        elif is_number(value):
            found[name_of(key)] = _as_float(value)
        elif kind is dict or isinstance(value, Mapping):
            name = name_of(key)
            found |= {f"{name}/{inner}": number for inner, number in numbers_in(value, n_levels - 1).items()}
    return found


def declared_terms(environment: Any) -> tuple[str, ...] | None:
    """Return the names of the terms that an environment says its reward has, after a reset; None if it says nothing."""
    own = getattr(environment, "reward_term_names", None)
    return tuple(map(str, own())) if callable(own) else None


def term_values(info: Any, names: Sequence[str]) -> Array:
    """Return the terms of a step in the order of `names`, shape (n_terms,); NaN for one it does not tell."""
    terms = reward_terms_in(info) if names else {}
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
    if is_number(told):
        return _as_float(told)
    return float(n_outside(given[None], bounds)[0])


def n_outside(given: Array, bounds: tuple[Array, Array] | None) -> Array:
    """Return how many elements of each action (n, n_actions) are outside its range; NaN where that is not known."""
    if bounds is None or any(bound.size != given.shape[1] for bound in bounds):
        return np.full(len(given), np.nan)
    outside: Array = np.count_nonzero((given < bounds[0]) | (given > bounds[1]), axis=1).astype(np.float64)
    return outside


def target_reached_in(info: Any) -> float:
    """Return 1 if a step's info tells with ``target_reached`` that a target was reached, 0 if not; NaN if nothing."""
    told = info.get("target_reached") if isinstance(info, Mapping) else None
    return float(bool(told)) if is_number(told) else float("nan")


def reward_in(told: Any) -> float:
    """Return a step's reward as a number: also the only element of an array or a list; NaN where it is none."""
    try:
        return _as_float(told)
    except (TypeError, ValueError):
        elements = np.array(told, dtype=object).ravel()
        return _as_float(elements[0]) if elements.size == 1 and is_number(elements[0]) else math.nan


def is_number(value: object) -> bool:
    """Return whether a value of an info counts as a number."""
    return type(value) in PLAIN_NUMBERS or isinstance(value, _NUMBERS)


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        # A whole number of more than 308 digits.
        return math.inf if value > 0 else -math.inf


# The same few keys come with every step. Typed: 1, 1.0 and True are one key of a dictionary, and three texts.
@lru_cache(maxsize=4096, typed=True)
def name_of(key: object) -> str:
    """Return what the number that an info holds under a key is called."""
    # Half of a pair of surrogates has no place in any file, nor a zero in a name of HDF5.
    text = str(key).encode("utf-8", "replace").decode()
    return text.replace("\0", "_").replace("/", "_").strip(".") or "_"
