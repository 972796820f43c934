"""A point that goes along with the model without its tremor: what a following camera is anchored to. NumPy only."""

import math

import numpy as np

from osimviz.frames import Array

#: Time in which a step of the followed point is caught up to 63 %; chosen by eye: a walk's sway goes, its speed stays.
_TIME_CONSTANT_S = 0.15
#: A gap in time or a leap in place of this much is not motion: the point is there at once.
_LONGEST_S, _FARTHEST_M = 0.12, 0.35


class Follower:
    """Follows a point of the floor, smoothed by its own speed, so that a steady walk is followed without lag.

    Source: the g-h filter, with h for critical damping (Benedict and Bordner 1962). It counts simulated time: the same
    frames give the same pictures, whatever the computer.
    """

    def __init__(self) -> None:
        self._time_s = math.nan
        self._place = self._seen = np.zeros(2)
        self._velocity = np.zeros(2)

    def forget(self) -> None:
        """Be where the next point is."""
        self._time_s = math.nan

    def reach(self, time_s: float, place_m: Array) -> Array:
        """Return where to be (2,) when the followed point is at `place_m` (2,)."""
        elapsed_s = time_s - self._time_s
        if elapsed_s == 0.0 and np.array_equal(place_m, self._seen):
            return self._place
        is_motion = 0.0 < elapsed_s <= _LONGEST_S
        expected = self._place + self._velocity * (elapsed_s if is_motion else 0.0)
        missed = place_m - expected
        if not is_motion or np.abs(missed).max() > _FARTHEST_M:
            self._place, self._velocity = place_m.copy(), np.zeros(2)
        else:
            g = 1.0 - math.exp(-elapsed_s / _TIME_CONSTANT_S)
            self._place = expected + g * missed
            self._velocity = self._velocity + g * g / (2.0 - g) / elapsed_s * missed
        self._time_s, self._seen = time_s, place_m.copy()
        return self._place
