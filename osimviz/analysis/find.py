"""Where in a run a condition holds. Pure functions."""

from collections.abc import Sequence

import numpy as np

from osimviz.analysis.run_marks import Span
from osimviz.expressions import Expression
from osimviz.recording import Recording


def hits_of(condition: Expression, recording: Recording) -> list[Span]:
    """Return the frames at which a condition holds, those in a row as one hit, in order of time."""
    changes = np.diff(condition.holds(recording).astype(np.int8), prepend=0, append=0)
    begins, ends = np.flatnonzero(changes == 1), np.flatnonzero(changes == -1) - 1
    return [Span(first, last) for first, last in zip(begins.tolist(), ends.tolist(), strict=True)]


def neighbour(hits: Sequence[Span], index: int, direction: int) -> int | None:
    """Return where the next hit begins, seen from a frame; the first one follows the last.

    Parameters
    ----------
    hits : sequence of Span
        In order of time.
    index : int
        The frame under the cursor.
    direction : int
        1 for the next hit, -1 for the one before.
    """
    begins = [hit.first for hit in hits]
    if not begins:
        return None
    ahead = [first for first in begins if (first - index) * direction > 0]
    if not ahead:
        return begins[0] if direction > 0 else begins[-1]
    return ahead[0] if direction > 0 else ahead[-1]
