"""One curve of a plot: its channel, how it is told from the others, and the pens it is drawn with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PyQt5.QtGui import QPen

from osimviz.channels import Channel
from osimviz.ui.theme import Theme

_SERIES = ("series1", "series2", "series3", "series4")
#: Line styles for curves that have to share a colour: solid, dashed, dotted, in pixels drawn and left out.
DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 3.0), (2.0, 2.0))
#: A second run's curves are finer: short strokes, and weaker.
_COMPARED_DASH, _COMPARED_OPACITY = (3.0, 3.0), 0.8


@dataclass(frozen=True, slots=True)
class Curve:
    """A channel in a plot.

    Attributes
    ----------
    channel : Channel
        What it shows.
    colour : str
        Name of its colour in the palette.
    dash : int
        Index into `DASHES`.
    """

    channel: Channel
    colour: str
    dash: int = 0


def curve_of(channel: Channel, in_plot: Sequence[Curve], in_all: Iterable[Curve]) -> Curve:
    """Return a new curve for a plot.

    Right and left have their own colours, whatever the plot; other channels take the one that is rarest, first in
    this plot, then in all. Curves that share a colour in a plot differ by their dashes.
    """
    everywhere = [curve.colour for curve in in_all]
    here = [curve.colour for curve in in_plot]
    colour: str = channel.side
    if not colour:
        known = next((curve.colour for curve in in_all if curve.channel.name == channel.name), "")
        rarest = min(_SERIES, key=lambda name: (here.count(name), everywhere.count(name)))
        colour = known if known and known not in here else rarest
    return Curve(channel, colour, here.count(colour) % len(DASHES))


def curve_pen(curve: Curve, theme: Theme) -> QPen:
    """Return what a curve is drawn with."""
    return _pen(curve, theme, 1.0, DASHES[curve.dash])


def compared_pen(curve: Curve, theme: Theme) -> QPen:
    """Return what the same curve of a second run is drawn with."""
    return _pen(curve, theme, _COMPARED_OPACITY, _COMPARED_DASH)


def _pen(curve: Curve, theme: Theme, opacity: float, dash: tuple[float, ...]) -> QPen:
    pen = QPen(theme.colour(curve.colour, opacity), 1)
    pen.setCosmetic(True)
    if dash:
        pen.setDashPattern(dash)
    return pen
