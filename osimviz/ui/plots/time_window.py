"""The part of the run's time that all plots show. A plain object; no Qt."""

#: Never less than this is shown: about four steps of the usual 0.01 s.
_SMALLEST_SPAN_S = 0.04
#: The range while nothing is recorded.
_EMPTY_S = (0.0, 1.0)
#: Room after the newest sample as a share of the run: little when it is over, more while it grows, so that the axis
#: need not move with every sample. Chosen by eye.
_ROOM_AT_REST, _ROOM_WHILE_GROWING = 0.02, 0.08
#: While a run grows the axis stays as long as it has this share of the room at rest.
_LEAST_ROOM = 0.2
#: How much of the page before is seen after a page was turned.
_PAGE_OVERLAP = 0.1


class TimeWindow:
    """A range of time within the recorded one: zoomed, moved, or fitted to all of it.

    Attributes
    ----------
    start_s, end_s : float
        The range shown.
    is_fitted : bool
        Whether it follows the extent of the recording.
    """

    def __init__(self) -> None:
        self.start_s, self.end_s = _EMPTY_S
        self.is_fitted = True
        self._first_s, self._last_s = 0.0, 0.0
        self._is_growing = False

    @property
    def span_s(self) -> float:
        """How much time is shown."""
        return self.end_s - self.start_s

    def set_extent(self, first_s: float, last_s: float, *, is_growing: bool) -> bool:
        """Tell what is recorded; return whether the range changed."""
        self._first_s, self._last_s, self._is_growing = first_s, last_s, is_growing
        if not self.is_fitted:
            return False
        # Growing: what still fits stays as it is.
        if is_growing and self.start_s == first_s and self._tight_end_s() <= self.end_s <= self._loose_end_s():
            return False
        before = (self.start_s, self.end_s)
        self._fit()
        return (self.start_s, self.end_s) != before

    def show_exactly(self, start_s: float, end_s: float) -> None:
        """Show a range without room behind it, of a figure that nobody zooms."""
        self.set_extent(start_s, end_s, is_growing=False)
        self.end_s = max(end_s, start_s + _SMALLEST_SPAN_S)

    def reset(self) -> None:
        """Show what is shown while nothing is recorded."""
        self.start_s, self.end_s = _EMPTY_S
        self.is_fitted = True
        self._first_s = self._last_s = 0.0

    def fit(self) -> None:
        """Show everything, also what will come."""
        self.is_fitted = True
        self._fit()

    def zoom(self, factor: float, around_s: float) -> None:
        """Show `factor` times as much time; `around_s` stays where it is."""
        whole = self._loose_end_s() - self._first_s
        span = min(max(self.span_s * factor, _SMALLEST_SPAN_S), whole)
        if span >= whole:
            self.fit()
            return
        share = (around_s - self.start_s) / self.span_s
        self.is_fitted = False
        self._place(around_s - share * span, span)

    def pan(self, by_s: float) -> None:
        """Move along time; a fitted range stays."""
        if not self.is_fitted:
            self._place(self.start_s + by_s, self.span_s)

    def reveal(self, time_s: float) -> bool:
        """Move so far that a moment is in the range, like turning a page; return whether that was needed."""
        if self.is_fitted or self.start_s <= time_s <= self.end_s:
            return False
        ahead = time_s > self.end_s
        self._place(time_s - (_PAGE_OVERLAP if ahead else 1.0 - _PAGE_OVERLAP) * self.span_s, self.span_s)
        return True

    def _tight_end_s(self) -> float:
        return self._last_s + _LEAST_ROOM * _ROOM_AT_REST * (self._last_s - self._first_s)

    def _loose_end_s(self) -> float:
        share = _ROOM_WHILE_GROWING if self._is_growing else _ROOM_AT_REST
        return max(self._last_s + share * (self._last_s - self._first_s), self._first_s + _SMALLEST_SPAN_S)

    def _fit(self) -> None:
        self.start_s, self.end_s = self._first_s, self._loose_end_s()

    def _place(self, start_s: float, span_s: float) -> None:
        latest = max(self._loose_end_s() - span_s, self._first_s)
        self.start_s = min(max(start_s, self._first_s), latest)
        self.end_s = self.start_s + span_s
