"""Which moment of a run each picture of a film shows: a fixed rate, whatever the steps of the run. NumPy only."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osimviz.film.errors import FilmError
from osimviz.film.settings import FilmSettings
from osimviz.frames import TIME_SLACK_S, Array

#: More pictures than this are a mistake in a number: nine hours at 30 a second.
_MOST_PICTURES = 1_000_000


@dataclass(frozen=True, slots=True)
class FilmPlan:
    """The moments of a film, one row a picture.

    Attributes
    ----------
    times_s : array (n,)
        Simulated time that each picture stands for.
    indices : int array (n,)
        The last recorded frame not later than that.
    shares : array (n,)
        How far the moment lies on the way to the next frame, 0..1; all zero where frames are held.
    fps : float
        Pictures a second.
    """

    times_s: Array
    indices: NDArray[np.intp]
    shares: Array
    fps: float

    def __len__(self) -> int:
        return len(self.times_s)

    @property
    def duration_s(self) -> float:
        """How long the film lasts."""
        return len(self) / self.fps

    @property
    def needed(self) -> list[int]:
        """Frames of the recording in the order in which they are drawn; none again that is one of the last two."""
        after = self.indices + (self.shares > 0)
        wanted: list[int] = []
        for index in np.stack([self.indices, after], axis=1).ravel().tolist():
            if index not in wanted[-2:]:
                wanted.append(index)
        return wanted


def film_plan(times_s: Array, settings: FilmSettings, fps: float) -> FilmPlan:
    """Return which frames a film shows.

    The film lasts the range over the speed, to the nearest picture. Picture k shows the range's start
    + k · speed / fps; the last one shows the range's end, so that what a run ended with is always seen.

    Parameters
    ----------
    times_s : array (n,)
        Times of the recorded frames.
    settings : FilmSettings
        Range, speed, loops; whether frames are held.
    fps : float
        Pictures a second of the file.

    Raises
    ------
    FilmError
        If the range has no frame, or is outside the recording.
    """
    start_s, end_s = film_range(times_s, settings.from_s, settings.to_s)
    n_pictures = max(round((end_s - start_s) / settings.speed * fps), 1)
    if n_pictures * settings.loops > _MOST_PICTURES:
        raise FilmError(
            f"the film would have {n_pictures * settings.loops} pictures", "Choose a shorter range or a higher speed."
        )
    moments: Array = start_s + np.arange(n_pictures, dtype=np.float64) * (settings.speed / fps)
    moments = np.minimum(np.tile(moments, settings.loops), end_s)
    moments[-1] = end_s
    indices = np.searchsorted(times_s, moments + TIME_SLACK_S, side="right") - 1
    indices = np.clip(indices, 0, len(times_s) - 1)
    return FilmPlan(moments, indices, _shares(times_s, moments, indices, settings.is_interpolated), fps)


def film_range(
    times_s: Array, from_s: float | None, to_s: float | None, *, of: Literal["film", "range"] = "film"
) -> tuple[float, float]:
    """Return the range of a film, or of what `of` calls it, in s; negative times count from the end.

    Raises
    ------
    FilmError
        If it is empty or outside the recording.
    """
    if not len(times_s):
        raise FilmError("there is nothing to film: the recording has no frame", "Record at least one step.")
    first_s, last_s = float(times_s[0]), float(times_s[-1])
    start_s = first_s if from_s is None else from_s if from_s >= 0.0 else max(last_s + from_s, first_s)
    end_s = last_s if to_s is None else to_s if to_s >= 0.0 else last_s + to_s
    whole = f"The recording goes from {first_s:g} to {last_s:g} s."
    if start_s > last_s + TIME_SLACK_S or start_s < first_s - TIME_SLACK_S:
        raise FilmError(f"the {of}'s start at {start_s:g} s is outside the recording", whole)
    if end_s > last_s + TIME_SLACK_S:
        if end_s > _latest_s(times_s):
            raise FilmError(f"the {of}'s end at {end_s:g} s is outside the recording", whole)
        end_s = last_s
    if end_s < start_s - TIME_SLACK_S or (end_s <= start_s and from_s is not None and to_s is not None):
        raise FilmError(f"the {of} ends at {end_s:g} s, before it begins at {start_s:g} s", whole)
    return start_s, max(end_s, start_s)


def check_moment(times_s: Array, moment: float | str) -> None:
    """Refuse a picture of a time after the recording's end; `FilmError`."""
    if isinstance(moment, str) or not len(times_s) or moment <= _latest_s(times_s):
        return
    whole = f"The recording goes from {times_s[0]:g} to {times_s[-1]:g} s."
    raise FilmError(f"the picture's moment at {moment:g} s is outside the recording", whole)


def _latest_s(times_s: Array) -> float:
    """Return the latest time one may ask for.

    A step's worth of time belongs to the last state; a user's 3.0 for a run that ended at 2.99 is meant so.
    """
    step_s = float(times_s[-1] - times_s[-2]) if len(times_s) > 1 else 0.0
    return float(times_s[-1]) + step_s + TIME_SLACK_S


def partner_plan(plan: FilmPlan, partner_times_s: Array, moments_s: Array, *, is_interpolated: bool) -> FilmPlan:
    """Return which frames a second run shows beside a film's.

    Parameters
    ----------
    plan : FilmPlan
        Of the first run.
    partner_times_s : array (m,)
        Times of the second run's frames.
    moments_s : array (n,)
        The time of the second run that belongs to each picture; beyond its ends, the end is held.
    is_interpolated : bool
        As in `FilmSettings`.
    """
    moments = np.clip(moments_s, partner_times_s[0], partner_times_s[-1])
    indices = np.searchsorted(partner_times_s, moments + TIME_SLACK_S, side="right") - 1
    indices = np.clip(indices, 0, len(partner_times_s) - 1)
    return FilmPlan(moments, indices, _shares(partner_times_s, moments, indices, is_interpolated), plan.fps)


def _shares(times_s: Array, moments: Array, indices: NDArray[np.intp], is_interpolated: bool) -> Array:
    if not is_interpolated or len(times_s) < 2:
        return np.zeros(len(moments))
    after = np.minimum(indices + 1, len(times_s) - 1)
    gaps = times_s[after] - times_s[indices]
    shares = np.divide(moments - times_s[indices], gaps, out=np.zeros(len(moments)), where=gaps > 0)
    shares = np.clip(shares, 0.0, 1.0)
    # What is as good as a recorded state is that state.
    return np.where(shares < 1e-3, 0.0, shares)
