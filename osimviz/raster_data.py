"""What the muscle raster shows of a recording, read once and grown with it."""

import numpy as np
from numpy.typing import NDArray

from osimviz.finite_values import finite
from osimviz.frames import TIME_SLACK_S, Array
from osimviz.muscle_rows import FIELDS, MuscleQuantity, by_muscle, muscle_rows, muscle_values, reduced_columns, shares
from osimviz.recording import Recording

_FIRST_CAPACITY = 1024


class RasterData:
    """One quantity of all muscles over time.

    Parameters
    ----------
    recording : Recording
        Where it comes from.
    quantity : MuscleQuantity
        Which one.

    Attributes
    ----------
    rows : tuple of MuscleRow
        The muscles as they stand below each other.
    strips : tuple of Strip
        The same without their rows.
    """

    def __init__(self, recording: Recording, quantity: MuscleQuantity) -> None:
        self.recording = recording
        self.quantity: MuscleQuantity = quantity
        self.rows = muscle_rows(recording.info.geometry.muscle_names)
        self.strips = tuple(strip for row in self.rows for strip in row.strips)
        self._order = [strip.muscle for strip in self.strips]
        self._n = 0
        self._times = np.empty(_FIRST_CAPACITY)
        self._shares = np.empty((_FIRST_CAPACITY, len(self.strips)), dtype=np.float32)

    def __len__(self) -> int:
        return self._n

    @property
    def times_s(self) -> Array:
        """Times of the samples, shape (n,)."""
        return self._times[: self._n]

    def read_new(self) -> bool:
        """Read the frames that came since the last time; return whether there were any."""
        if self._n > self.recording.last_index:
            return False
        times = self.recording.time_s(self._n)
        values = muscle_values(self.recording, self.quantity, self._n)
        end = self._n + len(times)
        if end > len(self._times):
            capacity = max(2 * len(self._times), end)
            self._times = np.concatenate((self.times_s, np.empty(capacity - self._n)))
            room = np.empty((capacity - self._n, len(self.strips)), dtype=np.float32)
            self._shares = np.concatenate((self._shares[: self._n], room))
        self._times[self._n : end] = times
        # Beyond its ends the colour map stays as it is.
        self._shares[self._n : end] = np.clip(shares(finite(values), self.quantity, self.recording.info), 0.0, 1.0)[
            :, self._order
        ]
        self._n = end
        return True

    def columns(self, start_s: float, end_s: float, n_columns: int) -> tuple[int, NDArray[np.floating]]:
        """Return what each pixel column of a range of time shows.

        A frame holds until the next one; the last one for a step.

        Returns
        -------
        first : int
            The first column that shows anything.
        shown : array (n, n_strips)
            Places in the colour map from there on, the largest of each column; NaN where there is none.
        """
        if not self._n or n_columns < 1 or end_s <= start_s:
            return 0, np.empty((0, len(self.strips)))
        edges = start_s + (end_s - start_s) / n_columns * np.arange(n_columns + 1)
        step_s = self.recording.info.step_s
        # A frame on an edge belongs to the column right of it.
        frames = self.times_s.searchsorted(edges + TIME_SLACK_S, side="right") - 1
        first_s, end_of_last_s = self.times_s[0] + TIME_SLACK_S, self.times_s[-1] + step_s - TIME_SLACK_S
        visible = np.flatnonzero((edges[1:] > first_s) & (edges[:-1] < end_of_last_s))
        if not len(visible):
            return 0, np.empty((0, len(self.strips)))
        starts = np.maximum(frames[visible], 0)
        stop = max(int(frames[visible[-1] + 1]), int(starts[-1]) + 1)
        low = int(starts[0])
        return int(visible[0]), reduced_columns(self._shares[low:stop], starts - low)

    def values_at(self, index: int) -> tuple[Array, Array]:
        """Return the values at a frame and their places in the colour map, each (n_strips,); NaN without a frame."""
        if not 0 <= index <= self.recording.last_index or not self.strips:
            missing = np.full(len(self.strips), np.nan)
            return missing, missing
        field = np.asarray(getattr(self.recording.frame(index), FIELDS[self.quantity]), dtype=np.float64)
        values = by_muscle(field, self.quantity, self.recording.info)
        placed = shares(values, self.quantity, self.recording.info)
        return values[self._order], placed[self._order]
