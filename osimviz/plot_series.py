"""A channel's samples made ready for drawing: no more points than pixels, and no spike lost. NumPy only."""

import numpy as np
from numpy.typing import NDArray

from osimviz.finite_values import finite
from osimviz.frames import Array

Indices = NDArray[np.intp]
Places = NDArray[np.int32]

#: Places of samples are kept in 32 bits: 2 147 483 647 samples are 248 days of steps of 0.01 s.
_PLACE = np.int32
_FIRST_CAPACITY = 1024


class PlotSeries:
    """Samples that only grow, with the places of the extremes of blocks of 2, 4, 8, 16, ... samples.

    Zooming and appending then cost as much as the points that are drawn, however long the run is. What is drawn are
    samples themselves, at their own times, never averages: a spike of one sample stays one. Places are found when they
    are first wanted; all of them together take as much memory as the samples.

    Attributes
    ----------
    lowest, highest : float
        Extremes of all samples; NaN while there is none.
    """

    def __init__(self) -> None:
        self.lowest = float("nan")
        self.highest = float("nan")
        self._samples: Array = np.empty(_FIRST_CAPACITY)
        self._n_samples = 0
        self._has_missing = False
        self._levels: list[_Level] = []

    def __len__(self) -> int:
        return self._n_samples

    @property
    def samples(self) -> Array:
        """All samples, shape (n,); a view that `extend` leaves behind."""
        return self._samples[: self._n_samples]

    def extend(self, samples: Array) -> None:
        """Append samples, shape (n,); those that cannot be drawn (`osimviz.finite_values`) count as missing (NaN)."""
        end = self._n_samples + len(samples)
        if end > len(self._samples):
            grown = np.empty(max(2 * len(self._samples), end))
            grown[: self._n_samples] = self.samples
            self._samples = grown
        added = self._samples[self._n_samples : end]
        added[:] = finite(samples)
        self._n_samples = end
        is_missing = np.isnan(added)
        self._has_missing = self._has_missing or bool(is_missing.any())
        if len(added) and not is_missing.all():
            self.lowest = float(np.fmin(self.lowest, np.nanmin(added)))
            self.highest = float(np.fmax(self.highest, np.nanmax(added)))

    def reduced(self, start: int, stop: int, n_columns: int) -> Indices:
        """Return the indices of the samples to draw for a range, in the order of time.

        Parameters
        ----------
        start, stop : int
            The range, as of a slice; clipped to what there is.
        n_columns : int
            Pixels it is drawn on.

        Returns
        -------
        int array (m,)
            Every index of the range if they are at most two a pixel. Otherwise the lowest and the highest sample of
            each column of a pixel or two, and the range's own ends. Columns begin at multiples of their width, so a
            growing run does not make the curve flicker. A column without a number gives one missing sample: a gap.
        """
        start, stop = max(start, 0), min(stop, self._n_samples)
        n_columns = max(n_columns, 1)
        n_visible = stop - start
        if n_visible <= 2 * n_columns:
            return np.arange(start, max(stop, start), dtype=np.intp)
        # A column is one block: of the blocks that are a pixel wide or more, the smallest.
        level = (-(-n_visible // n_columns) - 1).bit_length()
        size = 1 << level
        blocks = self._level(level)
        first = -(-start // size)
        last = max(stop // size, first)
        # What of the range lies before the first block that is within it, and behind the last.
        head, tail = (start, min(first * size, stop)), (min(last * size, stop), stop)
        n_ends = 2 + 2 * (head[0] < head[1]) + 2 * (tail[0] < tail[1])
        # Column after column, the earlier of the two first: in order without sorting.
        chosen = np.empty(2 * (last - first) + n_ends, dtype=np.intp)
        chosen[0], chosen[-1] = start, stop - 1
        at = 1
        if head[0] < head[1]:
            chosen[1:3] = self._extremes(*head)
            at = 3
        if tail[0] < tail[1]:
            chosen[-3:-1] = self._extremes(*tail)
        low, high = blocks.low[first:last], blocks.high[first:last]
        until = at + 2 * len(low)
        np.minimum(low, high, out=chosen[at:until:2])
        np.maximum(low, high, out=chosen[at + 1 : until : 2])
        # Each once; much faster than `numpy.unique`.
        is_wanted = np.ones(len(chosen), dtype=np.bool_)
        np.not_equal(chosen[1:], chosen[:-1], out=is_wanted[1:])
        return chosen[is_wanted]

    def extent(self, start: int, stop: int) -> tuple[float, float]:
        """Return the lowest and the highest sample of a range; NaN if there is none."""
        # Few columns: only the extremes of their extremes are wanted.
        visible = self.samples[self.reduced(start, stop, 64)]
        if not len(visible) or np.isnan(visible).all():
            return float("nan"), float("nan")
        return float(np.nanmin(visible)), float(np.nanmax(visible))

    def _extremes(self, start: int, stop: int) -> tuple[int, int]:
        """Return the places of the lowest and the highest sample of a range that is not empty, the earlier first."""
        part = self._samples[start:stop]
        low, high = part.argmin(), part.argmax()
        if self._has_missing and np.isnan(part[low]):
            # NumPy takes a missing sample for the lowest, and for the highest.
            is_missing = np.isnan(part)
            low, high = np.where(is_missing, np.inf, part).argmin(), np.where(is_missing, -np.inf, part).argmax()
        return start + int(min(low, high)), start + int(max(low, high))

    def _level(self, level: int) -> "_Level":
        """Return the blocks of `2 ** level` samples, with every block that is whole by now."""
        while len(self._levels) < level:
            self._levels.append(_Level())
        below: _Level | None = None
        for blocks in self._levels[:level]:
            n_below = len(below) if below is not None else self._n_samples
            first, last = 2 * len(blocks), n_below - n_below % 2
            if first < last:
                if below is not None:
                    blocks.extend(
                        self._better(below.low[first:last], np.less), self._better(below.high[first:last], np.greater)
                    )
                else:
                    places = np.arange(first, last, dtype=_PLACE)
                    blocks.extend(self._better(places, np.less), self._better(places, np.greater))
            below = blocks
        assert below is not None
        return below

    def _better(self, places: Places, is_better: np.ufunc) -> Places:
        """Return of each two neighbouring places that of the better sample; the first where they are equal."""
        first, second = places[0::2], places[1::2]
        is_second = is_better(self._samples[second], self._samples[first])
        if self._has_missing:
            is_second |= np.isnan(self._samples[first])
        chosen: Places = np.where(is_second, second, first)
        return chosen


def extremes_per_column(values: Array, columns: Array, n_columns: int) -> tuple[Array, Array]:
    """Return the smallest and the largest value in each pixel column; NaN where there is none.

    Parameters
    ----------
    values : array (n,)
        Samples; NaN is left out.
    columns : int array (n,)
        Pixel column of each; columns outside 0..n_columns - 1 are left out.
    n_columns : int
        How many columns there are.
    """
    smallest, largest = np.full(n_columns, np.inf), np.full(n_columns, -np.inf)
    inside = (columns >= 0) & (columns < n_columns) & np.isfinite(values)
    at = columns[inside].astype(np.intp)
    np.minimum.at(smallest, at, values[inside])
    np.maximum.at(largest, at, values[inside])
    empty = ~np.isfinite(largest)
    smallest[empty] = largest[empty] = np.nan
    return smallest, largest


class _Level:
    """Places of the lowest and the highest sample of each block of one size."""

    def __init__(self) -> None:
        self._low: Places = np.empty(_FIRST_CAPACITY // 2, dtype=_PLACE)
        self._high: Places = np.empty_like(self._low)
        self._n_blocks = 0

    def __len__(self) -> int:
        return self._n_blocks

    @property
    def low(self) -> Places:
        return self._low[: self._n_blocks]

    @property
    def high(self) -> Places:
        return self._high[: self._n_blocks]

    def extend(self, low: Places, high: Places) -> None:
        end = self._n_blocks + len(low)
        if end > len(self._low):
            n_free = max(2 * len(self._low), end) - self._n_blocks
            self._low = np.concatenate((self.low, np.empty(n_free, dtype=_PLACE)))
            self._high = np.concatenate((self.high, np.empty(n_free, dtype=_PLACE)))
        self._low[self._n_blocks : end] = low
        self._high[self._n_blocks : end] = high
        self._n_blocks = end
