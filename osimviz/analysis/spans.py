"""Frames in a row at which something holds. Pure functions on arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Span:
    """Frames in a row at which something holds.

    Attributes
    ----------
    first, last : int
        First and last frame.
    """

    first: int
    last: int


def spans_of(holds: NDArray[np.bool_], start: int = 0) -> list[Span]:
    """Return the frames at which something holds (n,), those in a row as one span; the first frame is `start`."""
    changes = np.diff(holds.astype(np.int8), prepend=0, append=0)
    begins, ends = np.flatnonzero(changes == 1) + start, np.flatnonzero(changes == -1) + start - 1
    return [Span(first, last) for first, last in zip(begins.tolist(), ends.tolist(), strict=True)]
