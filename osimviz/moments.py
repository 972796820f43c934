"""Which frame a moment means: a time, the end, the failure."""

from typing import Literal

from osimviz.recording import Recording


def frame_at(recording: Recording, moment: float | Literal["end", "failure"]) -> int:
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
