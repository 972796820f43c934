"""The samples of a second run beside the plotted ones, and what the two differ by."""

import numpy as np

from osimviz.analysis.run_pair import VISIBLE, Parting, RunPair
from osimviz.frames import Array
from osimviz.plot_data import CursorValues, visible_slice
from osimviz.plot_series import PlotSeries


class ComparedData:
    """The second run's channels at the times of the first, and the differences (first − second) at its frames.

    Parameters
    ----------
    pair : RunPair
        The two runs.

    Attributes
    ----------
    pair : RunPair
        As given.
    differences : Differences
        The first run's channels less the second's.
    """

    def __init__(self, pair: RunPair) -> None:
        self.pair = pair
        self.differences = Differences(pair)
        self._cursor_values = CursorValues(pair.second)
        self._map = pair.time_map()
        self._times: Array = np.empty(0)
        self._series: dict[str, PlotSeries] = {}
        self.read_new()

    @property
    def times_s(self) -> Array:
        """Times of the second run's samples in the time of the first, shape (n,)."""
        return self._times

    def need(self, name: str) -> PlotSeries:
        """Return a channel's samples in the second run; none where it has no such channel in that unit."""
        if name not in self._series:
            self._series[name] = PlotSeries()
            if self.pair.is_shared(name):
                self._series[name].extend(self.pair.second.column(name)[: len(self._times)])
        return self._series[name]

    def visible(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Return the slice of samples that a range of the first run's time needs."""
        return visible_slice(self._times, start_s, end_s)

    def read_new(self) -> None:
        """Take what either run got since the last time."""
        moments = self.pair.time_map()
        n_before = len(self._times)
        if moments is not self._map or len(self.pair.second) != n_before:
            self._map = moments
            self._times = moments.to_first(self.pair.second.time_s())
            for name, series in self._series.items():
                if self.pair.is_shared(name):
                    series.extend(self.pair.second.column(name, n_before))
        self.differences.read_new()

    def drop_all_but(self, names: set[str]) -> None:
        """Forget the channels that nobody shows any more."""
        self._series = {name: series for name, series in self._series.items() if name in names}
        self.differences.drop_all_but(names)

    def values_at(self, index: int, names: list[str]) -> list[float]:
        """Return the second run's values at the moment of a frame of the first; NaN where it has none."""
        values = self._cursor_values.at(self.pair.second_index(index), names)
        return [value if self.pair.is_shared(name) else float("nan") for value, name in zip(values, names, strict=True)]

    def parting(self, names: list[str]) -> Parting | None:
        """Return where plotted channels first differ visibly."""
        return self.pair.parting(VISIBLE, names)


class Differences:
    """First run less second, at the frames of the first.

    Parameters
    ----------
    pair : RunPair
        The two runs.
    """

    def __init__(self, pair: RunPair) -> None:
        self._pair = pair
        self._map = pair.time_map()
        self._n_second = len(pair.second)
        self._times: Array = np.empty(0)
        self._series: dict[str, PlotSeries] = {}
        self.read_new()

    @property
    def times_s(self) -> Array:
        """Times of the samples, shape (n,)."""
        return self._times

    def need(self, name: str) -> PlotSeries:
        """Return a channel's difference; missing (NaN) where one run has no value."""
        if name not in self._series:
            self._series[name] = PlotSeries()
            self._extend(name)
        return self._series[name]

    def visible(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Return the slice of samples that a range of time needs."""
        return visible_slice(self._times, start_s, end_s)

    def drop_all_but(self, names: set[str]) -> None:
        """Forget the channels that nobody shows any more."""
        self._series = {name: series for name, series in self._series.items() if name in names}

    def read_new(self) -> None:
        """Take what either run got since the last time."""
        moments, n_second = self._pair.time_map(), len(self._pair.second)
        if moments is not self._map or n_second != self._n_second:
            self._map, self._n_second = moments, n_second
            self._series = {name: PlotSeries() for name in self._series}
            self._times = np.empty(0)
        if len(self._times) != len(self._pair.first):
            self._times = np.concatenate((self._times, self._pair.first.time_s(len(self._times))))
        for name in self._series:
            self._extend(name)

    def _extend(self, name: str) -> None:
        series = self._series[name]
        start = len(series)
        if start >= len(self._times):
            return
        first = self._pair.first.column(name, start)[: len(self._times) - start]
        second = self._pair.second_column(name, start)[: len(first)]
        with np.errstate(invalid="ignore", over="ignore"):
            series.extend(first - second)
