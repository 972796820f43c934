"""Gait cycles: strides between contacts of one foot, and curves cut there and laid over each other. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from osimviz.analysis.gait_events import FootEvent
from osimviz.finite_values import finite
from osimviz.frames import TIME_SLACK_S, Array

#: Points of a cycle, 0 to 100 %: one a percent, the usual number of gait laboratories (gait notes, section 4).
N_POINTS = 101
#: Strides that begin earlier are left out while later ones exist: a gait needs some steps to settle (gait notes,
#: section 3: the reference gait is steady from 2 s on).
SETTLING_S = 2.0


@dataclass(frozen=True, slots=True)
class Stride:
    """From a contact of one foot to its next.

    Attributes
    ----------
    foot : str
        ``right`` or ``left``.
    start, end : int
        The frames of the two contacts.
    """

    foot: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cycles:
    """A channel over the strides of one foot.

    Attributes
    ----------
    curves : array (n_strides, N_POINTS)
        The channel in each stride at 0 to 100 %; NaN where a sample is missing.
    mean : array (N_POINTS,)
        Mean of the strides that have a value there; NaN where none has.
    deviation : array (N_POINTS,)
        Their standard deviation (n − 1); NaN where fewer than two have a value.
    """

    curves: Array
    mean: Array
    deviation: Array


def strides_of(events: Sequence[FootEvent], foot: str) -> list[Stride]:
    """Return the strides of a foot in order of time; chatter is no contact."""
    contacts = [
        event.index for event in events if event.foot == foot and event.kind == "contact" and not event.is_chatter
    ]
    return [Stride(foot, start, end) for start, end in pairwise(contacts)]


def settled(strides: Sequence[Stride], times_s: Array, settling_s: float = SETTLING_S) -> list[Stride]:
    """Return the strides that begin at `settling_s` after the first frame or later; all of them if none does."""
    if not len(times_s):
        return []
    earliest = float(times_s[0]) + settling_s - TIME_SLACK_S
    later = [stride for stride in strides if times_s[stride.start] >= earliest]
    return later or list(strides)


def cycles(times_s: Array, values: Array, strides: Sequence[Stride], n_points: int = N_POINTS) -> Cycles:
    """Cut a channel into strides and lay them over each other.

    Parameters
    ----------
    times_s, values : array (n,)
        Samples of the channel.
    strides : sequence of Stride
        Where to cut; their frames lie within the samples.
    n_points : int
        Points of a cycle, both ends included.

    Returns
    -------
    Cycles
        Samples are interpolated linearly; one that is missing, or cannot be drawn (`osimviz.finite_values`), makes the
        points next to it missing.
    """
    if not strides:
        empty = np.full(n_points, np.nan)
        return Cycles(np.empty((0, n_points)), empty, empty.copy())
    starts = times_s[[stride.start for stride in strides]]
    ends = times_s[[stride.end for stride in strides]]
    share = np.linspace(0.0, 1.0, n_points)
    places = starts[:, None] + share * (ends - starts)[:, None]
    curves = interpolated(times_s, finite(values), places.ravel()).reshape(places.shape)
    counts = np.isfinite(curves).sum(axis=0)
    sums = np.nansum(curves, axis=0)
    mean = np.divide(sums, counts, out=np.full(n_points, np.nan), where=counts > 0)
    squares = np.nansum((curves - mean) ** 2, axis=0)
    variance = np.divide(squares, counts - 1, out=np.full(n_points, np.nan), where=counts > 1)
    return Cycles(curves, mean, np.sqrt(variance))


def stride_at(strides: Sequence[Stride], times_s: Array, index: int) -> tuple[int, float] | None:
    """Return the number of the stride a frame lies in and how much of it is over, 0 to 1; None outside all of them.

    A contact belongs to the stride it begins, the last contact to the stride it ends.
    """
    for number in range(len(strides) - 1, -1, -1):
        stride = strides[number]
        if stride.start <= index <= stride.end:
            whole = times_s[stride.end] - times_s[stride.start]
            return number, float((times_s[index] - times_s[stride.start]) / whole)
    return None


def value_at(cycle: Array, share: float) -> float:
    """Return a cycle (n_points,) at a share of it, 0 to 1, linear between its points; NaN next to a missing one."""
    return float(np.interp(share, np.linspace(0.0, 1.0, len(cycle)), cycle))


def interpolated(times_s: Array, values: Array, at_s: Array) -> Array:
    """Return a channel at other moments, linearly between its samples; NaN outside them and next to a missing one.

    A moment within a millionth of a step of a sample gets that sample exactly: two runs of the same steps compare
    equal although their times were summed up differently.
    """
    n = len(times_s)
    if not n:
        return np.full(len(at_s), np.nan)
    if n == 1:
        return np.where(np.abs(at_s - times_s[0]) <= 1e-9, values[0], np.nan)
    after = np.clip(np.searchsorted(times_s, at_s), 1, n - 1)
    before = after - 1
    share = (at_s - times_s[before]) / (times_s[after] - times_s[before])
    on_before, on_after = np.abs(share) <= 1e-6, np.abs(share - 1.0) <= 1e-6
    with np.errstate(invalid="ignore", over="ignore"):
        between = values[before] + share * (values[after] - values[before])
    result: Array = np.where(on_before, values[before], np.where(on_after, values[after], between))
    result[(share < -1e-6) | (share > 1.0 + 1e-6)] = np.nan
    return result
