"""Why a run ended: the margin of its ending condition, and when it first left its usual band. Pure functions."""

from dataclasses import dataclass

import numpy as np

from osimviz.analysis.thresholds import DEFAULT_THRESHOLDS, Thresholds
from osimviz.finite_values import finite
from osimviz.frames import Array, EndLimit, Outcome
from osimviz.recording import Recording


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, in numbers.

    Attributes
    ----------
    limit : EndLimit or None
        The condition that is watched; None where the environment has none.
    margin : array (n,)
        How far the watched channel was from the limit at each frame, in its unit, NaN where it has no value that can be
        drawn; empty without a limit.
    departure : int or None
        The frame at which the margin left its usual band for good; None where it never did.
    outcome : Outcome or None
        How the run ended.
    """

    limit: EndLimit | None
    margin: Array
    departure: int | None
    outcome: Outcome | None


def ending_of(recording: Recording, number: int | None = None, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Ending:
    """Return how a run ended, or stands so far.

    The first departure is looked for only where the run fell: a margin that is small at a time limit is no departure.

    Parameters
    ----------
    recording : Recording
        The run.
    number : int, optional
        Which of `watched_limits` to watch; without it the one that is nearest at the end, which ended the run.
    thresholds : Thresholds, optional
        What the usual band is.
    """
    limits = watched_limits(recording)
    outcome = recording.outcome
    if not limits:
        return Ending(None, np.empty(0), None, outcome)
    margins = [finite(recording.column(limit.channel)) - limit.lower for limit in limits]
    if number is None:
        nearest = [float(margin[-1]) if margin.size and np.isfinite(margin[-1]) else np.inf for margin in margins]
        number = int(np.argmin(nearest))
    margin = margins[number]
    has_fallen = outcome is not None and outcome.ended_by == "fell"
    departure = first_departure(margin, recording.info.step_s, thresholds) if has_fallen else None
    return Ending(limits[number], margin, departure, outcome)


def watched_limits(recording: Recording) -> list[EndLimit]:
    """Return the conditions of the environment that end a run and whose channel was recorded."""
    return [limit for limit in recording.info.end_limits if recording.has_channel(limit.channel)]


def first_departure(margin: Array, step_s: float, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> int | None:
    """Return the first frame after the margin was last inside its usual band.

    Parameters
    ----------
    margin : array (n,)
        Distance to an ending condition over time; NaN, which is in no band, where it is not known.
    step_s : float
        Time between two frames.
    thresholds : Thresholds, optional
        What the usual band is.

    Returns
    -------
    int or None
        The frame after the last one whose margin was above mean less `band_deviations` standard deviations of
        the `band_s` before it, or, where the run ended inside that band, of all that was before it; None if the run
        is too short for a band, or ended inside both.
    """
    n_band = max(round(thresholds.band_s / step_s), 2)
    if margin.size <= n_band:
        return None
    before = np.lib.stride_tricks.sliding_window_view(margin, n_band)[:-1]
    lowest = before.mean(axis=1) - thresholds.band_deviations * before.std(axis=1)
    first = _first_after(margin, lowest, n_band)
    return first if first is not None else _departure_from_history(margin, n_band, thresholds.band_deviations)


def _departure_from_history(margin: Array, n_band: int, deviations: float) -> int | None:
    """Hold the margin against all that came before it, where the band of the last moments goes down with it.

    In a steady descent longer than `band_s` the margin is always within two deviations of that band.
    """
    # A moment without a value is no reason to know nothing of those behind it.
    counts = np.maximum(np.cumsum(np.isfinite(margin)), 1)
    mean = np.nancumsum(margin) / counts
    variance = np.maximum(np.nancumsum(margin**2) / counts - mean**2, 0.0)
    lowest = (mean - deviations * np.sqrt(variance))[n_band - 1 : -1]
    return _first_after(margin, lowest, n_band)


def _first_after(margin: Array, lowest: Array, n_band: int) -> int | None:
    """Return the first frame after the last one inside its band; None where that is the last of all."""
    # A margin that stands still is inside its band, whatever the last digits of its mean are.
    inside = np.flatnonzero(margin[n_band:] >= lowest - 1e-9)
    first = n_band + (int(inside[-1]) + 1 if inside.size else 0)
    return first if first < margin.size else None
