"""The functions an expression may call. Every one looks back only: what it gives at a step never changes later.

So a condition is true at the same steps in a recording and in the run that made it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from osimviz.frames import TIME_SLACK_S, Array

#: What an expression or a part of it is: numbers, or true and false.
Kind = Literal["number", "condition"]
#: Named numbers; ``deg`` is one degree in radians, made of ``°``.
CONSTANTS = {"pi": math.pi, "nan": math.nan, "inf": math.inf, "deg": math.pi / 180.0}


@dataclass(frozen=True, slots=True)
class Function:
    """A function of an expression.

    Attributes
    ----------
    compute : callable
        Takes the times of the frames, shape (n,), and each argument, shape (n,); returns shape (n,).
    n_least, n_most : int
        How many arguments it takes.
    help : str
        What it gives, in a few words.
    kind : {"number", "condition"}
        What it gives.
    keeps_unit : bool
        Whether its value has the unit of its first argument.
    """

    compute: Callable[..., Array]
    n_least: int
    n_most: int
    help: str
    kind: Kind = "number"
    keeps_unit: bool = False


def _plain(compute: Callable[..., Array]) -> Callable[..., Array]:
    """Return a function of values alone as one that is also given the times."""

    def act(times_s: Array, *arguments: Array) -> Array:
        return compute(*arguments)

    return act


def _derivative(times_s: Array, values: Array) -> Array:
    """Return the change since the step before, divided by its time; missing at the first frame."""
    slope = np.full(len(values), np.nan)
    slope[1:] = np.diff(values) / np.diff(times_s)
    return slope


def _integral(times_s: Array, values: Array) -> Array:
    """Return the sum of value times duration of every step so far; a missing value adds nothing."""
    durations = np.diff(times_s, prepend=times_s[:1])
    return np.asarray(np.cumsum(np.nan_to_num(values, posinf=np.inf, neginf=-np.inf) * durations))


def _previous(times_s: Array, values: Array, n_steps: Array | None = None) -> Array:
    """Return the value some steps before; missing where there was none."""
    wanted = 1.0 if n_steps is None else float(n_steps[-1]) if len(n_steps) else 1.0
    n = round(wanted) if 0.0 <= wanted <= len(values) else len(values)
    shifted = np.full(len(values), np.nan)
    shifted[n:] = values[: len(values) - n]
    return shifted


def _smoothed(times_s: Array, values: Array, window_s: Array) -> Array:
    """Return the mean over the time before; missing values are left out."""
    present = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(present, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(present)])
    length_s = float(window_s[-1]) if len(window_s) else 0.0
    first = np.searchsorted(times_s, times_s - length_s + TIME_SLACK_S)
    first = np.minimum(first, np.arange(len(values)))
    last = np.arange(1, len(values) + 1)
    n = counts[last] - counts[first]
    return np.where(n > 0, (sums[last] - sums[first]) / np.maximum(n, 1), np.nan)


def _so_far_or_across(so_far: Callable[[Array], Array], across: Callable[[Array], Array]) -> Callable[..., Array]:
    """Return a function that goes along the run for one argument, and across arguments for several."""

    def act(times_s: Array, *arguments: Array) -> Array:
        return so_far(arguments[0]) if len(arguments) == 1 else across(np.stack(arguments))

    return act


def _mean_so_far(values: Array) -> Array:
    present = np.isfinite(values)
    n = np.cumsum(present)
    return np.where(n > 0, np.cumsum(np.where(present, values, 0.0)) / np.maximum(n, 1), np.nan)


def _deviation_so_far(values: Array) -> Array:
    # About the first value: squares of large numbers that hardly differ would lose all their digits.
    present = np.isfinite(values)
    middle = values[present][0] if present.any() else 0.0
    mean, square = _mean_so_far(values - middle), _mean_so_far((values - middle) ** 2)
    return np.asarray(np.sqrt(np.maximum(square - mean**2, 0.0)))


def _norm(*arguments: Array) -> Array:
    return np.asarray(np.sqrt(np.sum(np.square(np.stack(arguments)), axis=0)))


def _chosen(test: Array, yes: Array, no: Array) -> Array:
    return np.asarray(np.where(test != 0, yes, no))


#: Enough arguments for any hand-written list.
_MANY = 32

FUNCTIONS: dict[str, Function] = {
    "abs": Function(_plain(np.abs), 1, 1, "size without sign", keeps_unit=True),
    "sqrt": Function(_plain(np.sqrt), 1, 1, "square root"),
    "exp": Function(_plain(np.exp), 1, 1, "e to the power"),
    "log": Function(_plain(np.log), 1, 1, "natural logarithm"),
    "sin": Function(_plain(np.sin), 1, 1, "sine of an angle in rad"),
    "cos": Function(_plain(np.cos), 1, 1, "cosine of an angle in rad"),
    "tan": Function(_plain(np.tan), 1, 1, "tangent of an angle in rad"),
    "atan2": Function(_plain(np.arctan2), 2, 2, "angle of (y, x) in rad"),
    "sign": Function(_plain(np.sign), 1, 1, "−1, 0 or 1"),
    "floor": Function(_plain(np.floor), 1, 1, "next whole number below"),
    "round": Function(_plain(np.round), 1, 1, "nearest whole number"),
    "clip": Function(_plain(np.clip), 3, 3, "value kept between two others", keeps_unit=True),
    "where": Function(_plain(_chosen), 3, 3, "second where the first is true, else third"),
    "norm": Function(_plain(_norm), 1, _MANY, "length of a vector", keeps_unit=True),
    "min": Function(
        _so_far_or_across(np.fmin.accumulate, np.fmin.reduce),
        1,
        _MANY,
        "smallest so far, or of several",
        keeps_unit=True,
    ),
    "max": Function(
        _so_far_or_across(np.fmax.accumulate, np.fmax.reduce),
        1,
        _MANY,
        "largest so far, or of several",
        keeps_unit=True,
    ),
    "mean": Function(
        _so_far_or_across(_mean_so_far, lambda rows: np.mean(rows, axis=0)),
        1,
        _MANY,
        "mean so far, or of several",
        keeps_unit=True,
    ),
    "std": Function(_plain(_deviation_so_far), 1, 1, "standard deviation so far", keeps_unit=True),
    "sum": Function(
        _so_far_or_across(lambda values: np.cumsum(np.nan_to_num(values)), lambda rows: np.sum(rows, axis=0)),
        1,
        _MANY,
        "sum so far, or of several",
        keeps_unit=True,
    ),
    "deriv": Function(_derivative, 1, 1, "change per second since the step before"),
    "integral": Function(_integral, 1, 1, "sum over time so far"),
    "prev": Function(_previous, 1, 2, "value one step before, or some", keeps_unit=True),
    "smooth": Function(_smoothed, 2, 2, "mean over so many seconds before", keeps_unit=True),
    "isnan": Function(_plain(np.isnan), 1, 1, "true where a value is missing", "condition"),
    "isfinite": Function(_plain(np.isfinite), 1, 1, "true where a value is a number", "condition"),
}
