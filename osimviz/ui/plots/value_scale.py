"""The value axes of one plot: one for each unit, two at most."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from osimviz.axis_ticks import readable_ticks, value_range
from osimviz.finite_values import LARGEST
from osimviz.formatting import shown_unit
from osimviz.frames import Array
from osimviz.ui.plots.curve import Curve

#: A plot has an axis at its left and one at its right.
N_SCALES = 2
#: Least distance of the lines of a value axis.
LINE_DISTANCE_PX = 22


@dataclass(slots=True)
class ValueScale:
    """One value axis.

    Attributes
    ----------
    unit : str
        The shown unit of its curves.
    low, high : float
        Its range, in that unit.
    step : float
        Distance of its ticks.
    ticks : list of float
        Values that are numbered; none while there is nothing to show.
    """

    unit: str
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    ticks: list[float] = field(default_factory=list)

    def choose(self, extents: Iterable[tuple[float, float]], n_most_ticks: int) -> None:
        """Take the range that shows everything between some lowest and highest values; NaN for none."""
        known = [extent for extent in extents if not math.isnan(extent[0])]
        low = min((low for low, _ in known), default=math.nan)
        high = max((high for _, high in known), default=math.nan)
        self.low, self.high = value_range(low, high, self.unit)
        self.step, self.ticks = 1.0, []
        if known:
            self.step, self.ticks = readable_ticks(self.low, self.high, n_most_ticks, self.unit)

    def share_of(self, value: float) -> float:
        """Return how far up a value stands, 0 at the lower end and 1 at the upper."""
        return (value - self.low) / (self.high - self.low)

    def onto(self, other: "ValueScale", values: Array) -> Array:
        """Return the values of another scale that stand where these do."""
        if other is self:
            return values
        return other.low + (values - self.low) * ((other.high - other.low) / (self.high - self.low))


def units_of(curves: Sequence[Curve]) -> list[str]:
    """Return the shown units of curves, each once, in the order in which they come."""
    return list(dict.fromkeys(shown_unit(curve.channel.unit) for curve in curves))


def scales_for(curves: Sequence[Curve]) -> list[ValueScale]:
    """Return the axes that a plot of curves has: one at least, also without a curve."""
    return [ValueScale(unit) for unit in units_of(curves)[:N_SCALES]] or [ValueScale("")]


def scale_of(curve: Curve, scales: Sequence[ValueScale]) -> ValueScale:
    """Return the axis of a curve among those of its plot."""
    unit = shown_unit(curve.channel.unit)
    return next((scale for scale in scales if scale.unit == unit), scales[0])


def has_room_for(unit: str, curves: Sequence[Curve]) -> bool:
    """Whether a channel of that unit (SI) finds an axis in a plot of curves."""
    units = units_of(curves)
    return shown_unit(unit) in units or len(units) < N_SCALES


def extent_of(values: Array) -> tuple[float, float]:
    """Return the lowest and the highest value that can be drawn; NaN if there is none."""
    known = values[np.abs(values) <= LARGEST]
    return (float(known.min()), float(known.max())) if known.size else (math.nan, math.nan)
