"""One curve of a plot: its channel and how it is told from the others. No Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from osimviz.channels import Channel

_SERIES = ("series1", "series2", "series3", "series4")
#: Line styles for curves that have to share a colour: solid, dashed, dotted, in pixels drawn and left out.
DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 3.0), (2.0, 2.0))


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
