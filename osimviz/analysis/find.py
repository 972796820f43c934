"""Where in a run a condition holds. Pure functions."""

from collections.abc import Sequence

from osimviz.analysis.spans import Span, spans_of
from osimviz.expressions import Expression
from osimviz.recording import Recording


def hits_of(condition: Expression, recording: Recording) -> list[Span]:
    """Return the frames at which a condition holds, those in a row as one hit, in order of time."""
    return spans_of(condition.holds(recording))


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
