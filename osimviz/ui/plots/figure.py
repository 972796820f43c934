"""Plots for a file: the window's plots without a window around them, nothing to click, and as large as wanted."""

from collections.abc import Sequence

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from osimviz.channels import Channel
from osimviz.film.curves import PlotCurves, PlotSheet
from osimviz.formatting import shown_factor
from osimviz.frames import Array, EndLimit
from osimviz.plot_data import visible_slice
from osimviz.plot_series import PlotSeries
from osimviz.ui.plots.curve import Curve, curve_of
from osimviz.ui.plots.panel_parts import fill_ground
from osimviz.ui.plots.row import PlotRow
from osimviz.ui.plots.time_axis import HEIGHT_PX, LEFT_PX, RIGHT_PX, TimeAxis
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.ui.plots.value_scale import has_room_for
from osimviz.ui.theme import Theme

#: Sizes in which letters are readable on paper: of the whole, and of one plot.
WIDTH_PX = 800
_ROW_PX, _SMALLEST_ROW_PX = 150, 76
_TOP_PX, _NOTE_PX = 4, 22
#: Higher than any figure: its plots share the height there is.
_LARGEST_PX = 16_384


class SheetSource:
    """The samples of a sheet, as a plot wants them.

    Parameters
    ----------
    times_s : array (n,)
        Times of the samples.
    samples : sequence of (Channel, array (n,))
        Channels with their samples in shown units.
    """

    def __init__(self, times_s: Array, samples: Sequence[tuple[Channel, Array]]) -> None:
        self._times_s = times_s
        self._series: dict[str, PlotSeries] = {}
        for channel, values in samples:
            series = self._series[channel.name] = PlotSeries()
            # As the window's plots have them, which convert what they draw.
            series.extend(values / shown_factor(channel.unit))

    @property
    def times_s(self) -> Array:
        """Times of the samples, shape (n,)."""
        return self._times_s

    def need(self, name: str) -> PlotSeries:
        """Return a channel's samples; none of one that is not there."""
        return self._series.get(name, PlotSeries())

    def visible(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Return the slice of samples that a range of time needs."""
        return visible_slice(self._times_s, start_s, end_s)


class Figure(QWidget):
    """The plots of a sheet above each other, with one time axis.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    sheet : PlotSheet
        The curves.
    end_limits : sequence of EndLimit
        Where the environment ends the run.
    range_s : (float, float)
        Range of the time axis.
    is_whole : bool
        Whether that is the whole run; then there is a little room behind it.
    note : str
        A line below the plots; empty for none.
    """

    def __init__(
        self,
        theme: Theme,
        sheet: PlotSheet,
        end_limits: Sequence[EndLimit],
        range_s: tuple[float, float],
        *,
        is_whole: bool,
        note: str = "",
    ) -> None:
        super().__init__()
        self._theme = theme
        self._note = note
        self._window = TimeWindow()
        if is_whole:
            self._window.set_extent(*range_s, is_growing=False)
        else:
            self._window.show_exactly(*range_s)
        curves = [curve for plot in sheet.plots for curve in plot.curves]
        self._data = SheetSource(sheet.times_s, [(curve.channel, curve.samples) for curve in curves])
        second = [(curve.channel, curve.partner) for curve in curves if curve.partner is not None]
        self._compared = SheetSource(sheet.partner_times_s, second) if len(sheet.partner_times_s) else None
        self.rows: list[PlotRow] = []
        self._axis = TimeAxis(theme, self._window)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, _TOP_PX, 0, _NOTE_PX if note else 0)
        column.setSpacing(0)
        for plot in sheet.plots:
            for channels in _for_two_axes(plot):
                self._add_row(channels, end_limits)
        for row in self.rows:
            column.addWidget(row, 1)
        column.addWidget(self._axis)
        self.setAttribute(Qt.WA_DontShowOnScreen)
        fill_ground(theme, self)
        self.setAutoFillBackground(True)

    @property
    def smallest_height_px(self) -> int:
        """The least height in which every plot can be read."""
        return self._height_px(_SMALLEST_ROW_PX)

    @property
    def natural_size(self) -> QSize:
        """The size that suits a page."""
        return QSize(WIDTH_PX, self._height_px(_ROW_PX))

    def lay_out(self, size: QSize) -> None:
        """Take a size and draw the curves for it."""
        self.resize(size)
        right_px = LEFT_PX if any(row.n_scales > 1 for row in self.rows) else RIGHT_PX
        for row in self.rows:
            row.set_right_px(right_px)
        self._axis.set_margins(LEFT_PX, right_px)
        # Widgets have their sizes once they are shown, and this one never is on a screen.
        self.show()
        self.layout().activate()
        ticks, _ = self._axis.ticks()
        for row in self.rows:
            row.layout().activate()
            row.canvas.redraw(self._data, ticks, self._compared)
            row.repaint_all()

    def close(self) -> bool:
        """Free the scenes. Idempotent."""
        for row in self.rows:
            row.canvas.close()
        self.rows = []
        return super().close()

    def _height_px(self, row_px: int) -> int:
        return _TOP_PX + len(self.rows) * row_px + HEIGHT_PX + (_NOTE_PX if self._note else 0)

    def _add_row(self, channels: Sequence[Channel], end_limits: Sequence[EndLimit]) -> None:
        others = [curve for row in self.rows for curve in row.curves]
        curves: list[Curve] = []
        for channel in channels:
            curves.append(curve_of(channel, curves, others + curves))
        row = PlotRow(self._theme, self._window)
        row.setMaximumHeight(_LARGEST_PX)
        row.set_curves(curves, end_limits)
        self.rows.append(row)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: the line below the plots."""
        if self._note:
            painter = QPainter(self)
            painter.setFont(self._theme.font(small=True))
            painter.setPen(self._theme.colour("text_mid"))
            place = self.rect().adjusted(LEFT_PX, self.height() - _NOTE_PX, -RIGHT_PX, 0)
            painter.drawText(place, Qt.AlignLeft | Qt.AlignVCenter, self._note)


def _for_two_axes(plot: PlotCurves) -> list[list[Channel]]:
    """Return the channels of a plot, those whose unit finds no axis in plots of their own, as in the window."""
    left = [curve.channel for curve in plot.curves]
    plots = []
    while left:
        here: list[Curve] = []
        for channel in left:
            if has_room_for(channel.unit, here):
                here.append(Curve(channel, ""))
        plots.append([curve.channel for curve in here])
        left = [channel for channel in left if channel not in plots[-1]]
    return plots
