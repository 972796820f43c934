"""The samples of all plotted channels, read from the recording once."""

from collections.abc import Sequence
from typing import Protocol

from osimviz.channels import Channel
from osimviz.frames import Array
from osimviz.plot_series import PlotSeries
from osimviz.recording import Recording


class CurveSource(Protocol):
    """Where a plot gets its curves from: the run, a second one, or what the two differ by."""

    @property
    def times_s(self) -> Array:
        """Times of the samples, shape (n,), rising."""

    def need(self, name: str) -> PlotSeries:
        """Return a channel's samples."""

    def visible(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Return the slice of samples that a range of time needs."""


def visible_slice(times_s: Array, start_s: float, end_s: float) -> tuple[int, int]:
    """Return the slice of rising times within a range, and one more at either side."""
    first = int(times_s.searchsorted(start_s))
    last = int(times_s.searchsorted(end_s, side="right"))
    return max(first - 1, 0), min(last + 1, len(times_s))


class CursorValues:
    """Values of a run's channels at single frames; where each of them stands is looked up once.

    Parameters
    ----------
    recording : Recording
        The run.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._channels: tuple[Channel, ...] = ()
        self._columns: dict[str, int] = {}

    def at(self, index: int, names: Sequence[str]) -> list[float]:
        """Return the values of channels at a frame, in their own units; NaN where there is no such frame or channel."""
        if not 0 <= index <= self._recording.last_index:
            return [float("nan")] * len(names)
        row, channels = self._recording.values(index), self._recording.channels
        # Channels made by a formula come and go; those that stay are the same objects.
        if channels != self._channels:
            self._channels = channels
            self._columns = {channel.name: i for i, channel in enumerate(channels)}
        return [float(row[self._columns[name]]) if name in self._columns else float("nan") for name in names]


class PlotData:
    """Time and samples of the channels that somebody asked for; grows with the recording.

    Parameters
    ----------
    recording : Recording
        Where samples come from.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._times = PlotSeries()
        self._series: dict[str, PlotSeries] = {}
        self._cursor_values = CursorValues(recording)

    def __len__(self) -> int:
        return len(self._times)

    @property
    def times_s(self) -> Array:
        """Times of the samples, shape (n,)."""
        return self._times.samples

    def need(self, name: str) -> PlotSeries:
        """Return a channel's samples, as far as those of the others reach; `KeyError` if the run has no such channel.

        From then on it grows with the others.
        """
        if name not in self._series:
            series = PlotSeries()
            series.extend(self.recording.column(name)[: len(self)])
            self._series[name] = series
        return self._series[name]

    def drop_all_but(self, names: set[str]) -> None:
        """Forget the channels that nobody shows any more."""
        self._series = {name: series for name, series in self._series.items() if name in names}

    def read_new(self) -> bool:
        """Read the frames that were appended since the last time, and only those; return whether there were any."""
        start = len(self)
        if start > self.recording.last_index:
            return False
        self._times.extend(self.recording.time_s(start))
        for name, series in self._series.items():
            series.extend(self.recording.column(name, start))
        return True

    def values_at(self, index: int, names: Sequence[str]) -> list[float]:
        """Return the values of channels at a frame, as of `CursorValues.at`."""
        return self._cursor_values.at(index, names)

    def visible(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Return the slice of samples that a range of time needs: those within, and one more at either side."""
        return visible_slice(self.times_s, start_s, end_s)
