"""Small curves of channels, and whether they ever crossed a bound; read only for rows that are looked at. No Qt."""

from dataclasses import dataclass

import numpy as np

from osimviz.frames import Array
from osimviz.plot_series import PlotSeries
from osimviz.recording import Recording


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A channel over the whole run.

    Attributes
    ----------
    x, y : array (n,)
        Places of its samples, 0..1 from the first frame to the newest and from the lowest value to the highest; NaN
        in y for a missing one.
    lowest, highest : float
        Extremes over the run, in the channel's unit.
    """

    x: Array
    y: Array
    lowest: float
    highest: float


class Sparklines:
    """Sparklines of the channels that were asked for; each grows by the frames appended since it was last asked for.

    Parameters
    ----------
    recording : Recording
        Where samples come from.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._series: dict[str, PlotSeries] = {}
        self._made: dict[tuple[str, int], Sparkline] = {}
        self._n_frames = 0

    def take_new(self) -> None:
        """Let the sparklines reach to the newest frame, from the next time they are asked for."""
        self._made.clear()
        self._n_frames = len(self._recording)

    def get(self, name: str, width_px: int) -> Sparkline:
        """Return a channel's sparkline for a width."""
        known = self._made.get((name, width_px))
        if known is not None:
            return known
        series = self._series.setdefault(name, PlotSeries())
        if len(series) < self._n_frames:
            series.extend(self._recording.column(name, len(series)))
        made = self._made[(name, width_px)] = _sparkline(series, width_px)
        return made


def _sparkline(series: PlotSeries, width_px: int) -> Sparkline:
    chosen = series.reduced(0, len(series), width_px)
    x = chosen / max(len(series) - 1, 1)
    span = series.highest - series.lowest
    # A constant stands in the middle, one that differs in its last digits as well.
    is_constant = not span > 1e-9 * max(abs(series.lowest), abs(series.highest))
    y = 0.5 + 0.0 * series.samples[chosen] if is_constant else (series.samples[chosen] - series.lowest) / span
    return Sparkline(x, np.asarray(y), series.lowest, series.highest)
