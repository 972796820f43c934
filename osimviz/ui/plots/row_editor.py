"""Which channels stand in which plot: adds them where they belong, and takes them out."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from osimviz.plot_choices import other_side
from osimviz.plot_data import PlotData
from osimviz.ui.plots.curve import Curve, curve_of
from osimviz.ui.plots.row import PlotRow
from osimviz.ui.plots.row_area import RowArea
from osimviz.ui.plots.value_scale import has_room_for


class RowEditor:
    """Changes the curves of the plots of one run.

    Parameters
    ----------
    area : RowArea
        Holds the plots.
    make_row : callable
        Makes another plot below the others.

    Attributes
    ----------
    data : PlotData or None
        The run's samples; names it has no channel for are passed over.
    """

    def __init__(self, area: RowArea, make_row: Callable[[], PlotRow]) -> None:
        self.data: PlotData | None = None
        self._area = area
        self._make_row = make_row

    def known(self, names: Sequence[str]) -> list[str]:
        """Return the names of channels that the run has, each once."""
        if self.data is None:
            return []
        return [name for name in dict.fromkeys(names) if self.data.recording.has_channel(name)]

    def add_where_they_belong(self, names: Sequence[str]) -> PlotRow | None:
        """Add each channel to the plot with its relatives, or to a new one; return the last plot that got one."""
        row = None
        for name in self.known(names):
            assert self.data is not None
            row = self._area.row_for(self.data.recording.channel(name)) or self._make_row()
            self.add_curves(row, [name])
        return row

    def add_to(self, row: PlotRow, names: Sequence[str], before: Sequence[Curve] = ()) -> PlotRow:
        """Add channels to a plot; those whose unit finds no axis there go into further ones. Return the last plot.

        Those that were shown `before` a new run keep their colours.
        """
        assert self.data is not None
        left = self.known(names)
        while left:
            rest = []
            for name in left:
                if has_room_for(self.data.recording.channel(name).unit, row.curves):
                    self.add_curves(row, [name], before)
                else:
                    rest.append(name)
            left = rest
            row = self._make_row() if left else row
        return row

    def add_curves(self, row: PlotRow, names: Sequence[str], before: Sequence[Curve] = ()) -> None:
        """Add curves to a plot; those that were shown `before` a new run keep their colours."""
        assert self.data is not None
        curves: list[Curve] = list(row.curves)
        kept = {curve.channel.name: curve for curve in before}
        others = [curve for other in self._area.rows if other is not row for curve in other.curves]
        for name in names:
            if name not in [curve.channel.name for curve in curves]:
                self.data.need(name)
                channel = self.data.recording.channel(name)
                known = kept.get(name)
                same = replace(known, channel=channel) if known is not None else None
                curves.append(same or curve_of(channel, curves, others + curves))
        row.set_curves(curves, self.data.recording.info.end_limits)

    def remove_curve(self, row: PlotRow, name: str) -> None:
        """Take a channel out of a plot; the last one takes the plot with it."""
        assert self.data is not None
        curves = [curve for curve in row.curves if curve.channel.name != name]
        if curves:
            row.set_curves(curves, self.data.recording.info.end_limits)
        else:
            self._area.remove(row)

    def missing_sides(self, row: PlotRow) -> list[str]:
        """Return the other sides of a plot's channels that it does not show yet."""
        if self.data is None:
            return []
        names = [channel.name for channel in self.data.recording.channels]
        others = [other_side(curve.channel, names) for curve in row.curves]
        return [name for name in others if name and name not in row.names]
