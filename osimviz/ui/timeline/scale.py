"""Time to pixels and back. No Qt."""

import math
from dataclasses import dataclass

from osimviz.axis_ticks import tick_step
from osimviz.frames import Array

#: Labelled ticks are at least so far apart, s: they have two decimals.
_LEAST_LABEL_S = 0.01
#: A label has at least this much room.
_LABEL_ROOM_PX = 88.0
#: Steps are drawn as ticks of their own while they are at least so far apart.
_STEP_TICK_PX = 4.0
#: The narrowest range of time that can be zoomed to, in steps.
_FEWEST_STEPS = 8
#: How much of the page before is seen after a page was turned.
_PAGE_OVERLAP = 0.1


@dataclass(frozen=True, slots=True)
class TimeScale:
    """A visible range of time over a range of pixels.

    Attributes
    ----------
    start_s, end_s : float
        Visible range.
    left_px, width_px : float
        Where it is drawn.
    """

    start_s: float
    end_s: float
    left_px: float
    width_px: float

    @property
    def px_per_s(self) -> float:
        """Pixels of a second."""
        return self.width_px / max(self.end_s - self.start_s, 1e-9)

    def x_of(self, time_s: float) -> float:
        """Return the pixel column of a time; it may lie outside."""
        return self.left_px + (time_s - self.start_s) * self.px_per_s

    def xs_of(self, times_s: Array) -> Array:
        """Return the pixel columns of times (n,)."""
        return self.left_px + (times_s - self.start_s) * self.px_per_s

    def time_at(self, x_px: float) -> float:
        """Return the time of a pixel column; it may lie outside."""
        return self.start_s + (x_px - self.left_px) / self.px_per_s

    @property
    def label_distance_s(self) -> float:
        """Time between two labelled ticks."""
        return max(tick_step(_LABEL_ROOM_PX / self.px_per_s, 1), _LEAST_LABEL_S)

    def label_ticks(self) -> list[float]:
        """Return the times that get a label."""
        return self._multiples(self.label_distance_s)

    def middle_ticks(self) -> list[float]:
        """Return the times half way between labels, and the labels themselves."""
        return self._multiples(self.label_distance_s / 2)

    def minor_ticks(self, step_s: float) -> list[float]:
        """Return the times of small ticks: every step if there is room, else tenths or fifths of the labels."""
        for distance in (step_s, self.label_distance_s / 10, self.label_distance_s / 5):
            if distance >= step_s - 1e-9 and distance * self.px_per_s >= _STEP_TICK_PX:
                return self._multiples(distance)
        return []

    def zoomed(self, factor: float, around_px: float, whole: "TimeScale", step_s: float) -> "TimeScale":
        """Return a scale that shows `factor` times the time, with the same time under a pixel, within the whole."""
        whole_s = whole.end_s - whole.start_s
        shortest = min(_FEWEST_STEPS * step_s, whole_s)
        length = min(max((self.end_s - self.start_s) * factor, shortest), whole_s)
        share = (around_px - self.left_px) / max(self.width_px, 1.0)
        return self._within(self.time_at(around_px) - share * length, length, whole)

    def shifted(self, dx_px: float, whole: "TimeScale") -> "TimeScale":
        """Return a scale moved by pixels, within the whole."""
        return self._within(self.start_s + dx_px / self.px_per_s, self.end_s - self.start_s, whole)

    def paged(self, time_s: float, whole: "TimeScale") -> "TimeScale":
        """Return a scale that was turned like a page so that a time is in it, within the whole."""
        length = self.end_s - self.start_s
        share = _PAGE_OVERLAP if time_s > self.end_s else 1.0 - _PAGE_OVERLAP
        return self._within(time_s - share * length, length, whole)

    def _within(self, start_s: float, length_s: float, whole: "TimeScale") -> "TimeScale":
        start_s = min(max(start_s, whole.start_s), max(whole.end_s - length_s, whole.start_s))
        return TimeScale(start_s, start_s + length_s, self.left_px, self.width_px)

    def _multiples(self, distance: float) -> list[float]:
        first, last = math.ceil(self.start_s / distance - 1e-6), math.floor(self.end_s / distance + 1e-6)
        return [number * distance for number in range(first, last + 1)]
