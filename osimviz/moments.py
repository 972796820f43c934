"""Which frame a moment means: a time, the end, the failure."""

from typing import Literal

from osimviz.frames import Array
from osimviz.recording import Recording

#: A time in s, or the last frame, or the last one before the run failed or fell.
Moment = float | Literal["end", "failure"]


def nearest_index(times_s: Array, time_s: float) -> int:
    """Return the index of the time nearest to a moment, of rising times (n,); -1 of none."""
    after = min(int(times_s.searchsorted(time_s)), len(times_s) - 1)
    before = max(after - 1, 0)
    is_before = after > 0 and time_s - times_s[before] < times_s[after] - time_s
    return before if is_before else after


def frame_at(recording: Recording, moment: Moment) -> int:
    """Return the index of the frame a moment means.

    Parameters
    ----------
    recording : Recording
        A run with at least one frame.
    moment : float or {"end", "failure"}
        A time in s, clamped to the recording; the last frame; the last frame before the run failed or fell, which is
        the last one as well, for a failed step leaves none.
    """
    if isinstance(moment, str):
        return recording.last_index
    return recording.index_at_time(moment)
