"""A channel's samples made ready for drawing: no more points than pixels, and no spike lost. NumPy only."""

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array

Indices = NDArray[np.intp]

#: Samples of a block of level 1; a block of level k has this many to the power of k. Four keeps all levels together
#: at two thirds of the samples' own size.
_FACTOR = 4
_FIRST_CAPACITY = 1024
_LOWEST, _HIGHEST = 1, -1


class PlotSeries:
    """Samples that only grow, with the places of the extremes of blocks of 4, 16, 64, ... samples.

    Zooming and appending then cost as much as the points that are drawn, however long the run is. What is drawn are
    samples themselves, at their own times, never averages: a spike of one sample stays one.

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
        """Append samples, shape (n,); infinite ones count as missing (NaN)."""
        end = self._n_samples + len(samples)
        if end > len(self._samples):
            grown = np.empty(max(2 * len(self._samples), end))
            grown[: self._n_samples] = self.samples
            self._samples = grown
        added = self._samples[self._n_samples : end]
        added[:] = np.where(np.isfinite(samples), samples, np.nan)
        self._n_samples = end
        is_missing = np.isnan(added)
        self._has_missing = self._has_missing or bool(is_missing.any())
        if len(added) and not is_missing.all():
            self.lowest = float(np.fmin(self.lowest, np.nanmin(added)))
            self.highest = float(np.fmax(self.highest, np.nanmax(added)))
        self._extend_levels()

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
        level, n_blocks = self._column_size(n_visible, n_columns)
        size = _FACTOR**level
        width = size * n_blocks
        first_column = -(-start // width)
        n_whole = min(stop // size, self._n_whole(level))
        low, high = self._block_extremes(level, first_column * n_blocks, n_whole)
        low, high = self._merged(low, n_blocks, _LOWEST), self._merged(high, n_blocks, _HIGHEST)
        # What of the range lies before the first column that is within it, and behind the last whole block.
        head = np.arange(start, min(first_column * width, stop), dtype=np.intp)
        tail = np.arange(max(n_whole * size, first_column * width), stop, dtype=np.intp)
        for part, is_before in ((head, True), (tail, False)):
            if len(part):
                lowest, highest = self._extreme(part[None, :], _LOWEST), self._extreme(part[None, :], _HIGHEST)
                low = np.concatenate((lowest, low) if is_before else (low, lowest))
                high = np.concatenate((highest, high) if is_before else (high, highest))
        # Column after column, the earlier of the two first: in order without sorting.
        chosen = np.empty(2 * len(low) + 2, dtype=np.intp)
        chosen[0], chosen[-1] = start, stop - 1
        np.minimum(low, high, out=chosen[1:-1:2])
        np.maximum(low, high, out=chosen[2:-1:2])
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

    def _column_size(self, n_visible: int, n_columns: int) -> tuple[int, int]:
        """Return the level whose blocks fit into a column, and how many of its blocks make one."""
        level = 0
        while level < len(self._levels) and _FACTOR ** (level + 1) * n_columns <= n_visible:
            level += 1
        n_blocks = -(-n_visible // (_FACTOR**level * n_columns))
        return level, n_blocks

    def _n_whole(self, level: int) -> int:
        return self._n_samples if level == 0 else len(self._levels[level - 1])

    def _block_extremes(self, level: int, start: int, stop: int) -> tuple[Indices, Indices]:
        if level == 0:
            all_of_them = np.arange(start, stop, dtype=np.intp)
            return all_of_them, all_of_them
        return self._levels[level - 1].low[start:stop], self._levels[level - 1].high[start:stop]

    def _merged(self, indices: Indices, n_blocks: int, sign: int) -> Indices:
        """Return the extreme of each `n_blocks` neighbours; the last group may be smaller."""
        n_groups = len(indices) // n_blocks
        whole = self._extreme(indices[: n_groups * n_blocks].reshape(n_groups, n_blocks), sign)
        rest = indices[n_groups * n_blocks :]
        return np.append(whole, self._extreme(rest[None, :], sign)) if len(rest) else whole

    def _extreme(self, indices: Indices, sign: int) -> Indices:
        """Return of each row of sample indices that of the lowest sample, or of the highest if `sign` is -1."""
        if not indices.size:
            return np.empty(0, dtype=np.intp)
        values = self._samples[indices]
        if self._has_missing:
            values = np.where(np.isnan(values), sign * np.inf, values)
        places = values.argmin(axis=1) if sign == _LOWEST else values.argmax(axis=1)
        chosen: Indices = indices[np.arange(len(indices)), places]
        return chosen

    def _extend_levels(self) -> None:
        level = 0
        while True:
            n_below = self._n_whole(level)
            n_blocks = n_below // _FACTOR
            if not n_blocks:
                return
            if level == len(self._levels):
                self._levels.append(_Level())
            done = len(self._levels[level])
            if n_blocks > done:
                low, high = self._block_extremes(level, done * _FACTOR, n_blocks * _FACTOR)
                self._levels[level].extend(
                    self._extreme(low.reshape(-1, _FACTOR), _LOWEST),
                    self._extreme(high.reshape(-1, _FACTOR), _HIGHEST),
                )
            level += 1


Chooser = type(_LOWEST)


class _Level:
    """Places of the lowest and the highest sample of each block of one size."""

    def __init__(self) -> None:
        self._low: Indices = np.empty(_FIRST_CAPACITY // _FACTOR, dtype=np.intp)
        self._high: Indices = np.empty_like(self._low)
        self._n_blocks = 0

    def __len__(self) -> int:
        return self._n_blocks

    @property
    def low(self) -> Indices:
        return self._low[: self._n_blocks]

    @property
    def high(self) -> Indices:
        return self._high[: self._n_blocks]

    def extend(self, low: Indices, high: Indices) -> None:
        end = self._n_blocks + len(low)
        if end > len(self._low):
            capacity = max(2 * len(self._low), end)
            self._low = np.concatenate((self.low, np.empty(capacity - self._n_blocks, dtype=np.intp)))
            self._high = np.concatenate((self.high, np.empty(capacity - self._n_blocks, dtype=np.intp)))
        self._low[self._n_blocks : end] = low
        self._high[self._n_blocks : end] = high
        self._n_blocks = end
