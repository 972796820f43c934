"""One plot of the gait view: mean and spread of its channels over the strides, every stride, and the present one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import QPointF, QRect, Qt, pyqtSignal
from PyQt5.QtGui import QMouseEvent, QPainter, QPen, QPolygonF, QResizeEvent
from PyQt5.QtWidgets import QSizePolicy

from osimviz.analysis.gait_cycles import Cycles, value_at
from osimviz.analysis.spans import spans_of
from osimviz.axis_ticks import tick_text
from osimviz.formatting import shown_factor
from osimviz.frames import Array
from osimviz.ui.plots.curve import Curve
from osimviz.ui.plots.kept_plot import KeptPlot
from osimviz.ui.plots.time_axis import LEFT_PX, RIGHT_PX
from osimviz.ui.plots.value_scale import LINE_DISTANCE_PX, ValueScale, extent_of, scale_of, scales_for
from osimviz.ui.theme import Theme

_BAND_OPACITY, _STRIDE_OPACITY = 0.18, 0.35
#: Strides drawn one by one; of more, the newest.
_N_STRIDES = 60
SHARE_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class CycleCurve:
    """A channel over the strides of its foot.

    Attributes
    ----------
    curve : Curve
        Channel and colour.
    foot : str
        Whose contacts cut it.
    cycles : Cycles
        In the channel's unit.
    compared : Cycles or None
        The same of a second run.
    """

    curve: Curve
    foot: str
    cycles: Cycles
    compared: Cycles | None = None


class CyclePlot(KeptPlot):
    """Draws channels from 0 to 100 % of the gait cycle.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    share_requested(str, float)
        The foot and the share of its stride that a press or drag points at.
    """

    share_requested = pyqtSignal(str, float)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._curves: tuple[CycleCurve, ...] = ()
        self._stance_shares: dict[str, float] = {}
        self._places: dict[str, tuple[int, float]] = {}
        self.scales = [ValueScale("")]
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMinimumHeight(54)

    def show_cycles(self, curves: Sequence[CycleCurve], stance_shares: dict[str, float]) -> None:
        """Show other cycles; `stance_shares` says by foot where stance ends, NaN where that is not known."""
        self._curves = tuple(curves)
        self._stance_shares = stance_shares
        self.scales = scales_for([each.curve for each in curves])
        n_most = max(self.height() // LINE_DISTANCE_PX, 2)
        for scale in self.scales:
            extents = []
            for each in curves:
                if self._scale_of(each.curve) is scale:
                    factor = shown_factor(each.curve.channel.unit)
                    extents += [extent_of(part.ravel() * factor) for part in _drawn_of(each)]
            scale.choose(extents, n_most)
        self.redraw()

    def show_places(self, places: dict[str, tuple[int, float]]) -> None:
        """Show the cursor: by foot the number of the present stride and how much of it is over."""
        if places != self._places:
            self._places = places
            self.update()

    def share_at(self, x: float) -> float:
        """Return the share of the cycle at a horizontal position, 0 to 1."""
        return min(max((x - LEFT_PX) / self._plot_width(), 0.0), 1.0)

    def x_of(self, share: float) -> float:
        """Return the horizontal position of a share of the cycle."""
        return LEFT_PX + share * self._plot_width()

    def y_of(self, value: float, scale: ValueScale) -> float:
        """Return the vertical position of a value in the shown unit."""
        return (1.0 - scale.share_of(value)) * self._plot_height() + 2

    def _draw_over(self, painter: QPainter) -> None:
        feet = {each.foot for each in self._curves}
        for foot, (_, share) in self._places.items():
            if foot in feet:
                line = QRect(round(self.x_of(share)), 2, 1, self._plot_height())
                painter.fillRect(line, self._theme.colour(foot if len(feet) > 1 else "accent"))
        for each in self._curves:
            place = self._places.get(each.foot)
            if place is not None and place[0] < len(each.cycles.curves):
                self._draw_present(painter, each, *place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override."""
        super().resizeEvent(event)
        self.show_cycles(self._curves, self._stance_shares)

    def _request(self, event: QMouseEvent) -> None:
        feet = [each.foot for each in self._curves]
        if feet:
            # The foot whose stride the cursor is in goes first.
            foot = next((foot for foot in feet if foot in self._places), feet[0])
            self.share_requested.emit(foot, self.share_at(event.x()))

    def _draw_kept(self, painter: QPainter) -> None:
        self._draw_axes(painter)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setClipRect(QRect(LEFT_PX, 0, self._plot_width() + 1, self.height()))
        for each in self._curves:
            self._draw_spread(painter, each)
        for each in self._curves:
            self._draw_means(painter, each)

    def _draw_axes(self, painter: QPainter) -> None:
        grid, height, width = self._theme.colour("grid"), self._plot_height(), self._plot_width()
        for share in SHARE_TICKS:
            painter.fillRect(QRect(min(int(self.x_of(share)), LEFT_PX + width - 1), 2, 1, height), grid)
        painter.setPen(self._theme.colour("text_weak"))
        for scale, is_left in zip(self.scales, (True, False), strict=False):
            for value in scale.ticks:
                y = round(self.y_of(value, scale))
                if is_left:
                    painter.fillRect(QRect(LEFT_PX, y, width, 1), grid)
                x = 0 if is_left else LEFT_PX + width + 4
                flags = Qt.AlignVCenter | (Qt.AlignRight if is_left else Qt.AlignLeft)
                painter.drawText(QRect(x, y - 7, LEFT_PX - 4, 14), flags, tick_text(value, scale.step))
        for foot, share in self._stance_shares.items():
            if math.isfinite(share) and any(each.foot == foot for each in self._curves):
                pen = QPen(self._theme.colour(foot), 1)
                pen.setDashPattern([2, 3])
                painter.setPen(pen)
                painter.drawLine(round(self.x_of(share)), 2, round(self.x_of(share)), 2 + height)

    def _draw_spread(self, painter: QPainter, each: CycleCurve) -> None:
        scale, colour = self._scale_of(each.curve), self._theme.colour(each.curve.colour, _STRIDE_OPACITY)
        factor = shown_factor(each.curve.channel.unit)
        low, high = each.cycles.mean - each.cycles.deviation, each.cycles.mean + each.cycles.deviation
        painter.setPen(Qt.NoPen)
        painter.setBrush(self._theme.colour(each.curve.colour, _BAND_OPACITY))
        for upper, lower in zip(self._lines(high * factor, scale), self._lines(low * factor, scale), strict=True):
            painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        painter.setPen(QPen(colour, 0.7))
        for stride in each.cycles.curves[-_N_STRIDES:]:
            self._draw_lines(painter, stride * factor, scale)

    def _draw_means(self, painter: QPainter, each: CycleCurve) -> None:
        scale, factor = self._scale_of(each.curve), shown_factor(each.curve.channel.unit)
        painter.setPen(QPen(self._theme.colour(each.curve.colour), 1.8))
        self._draw_lines(painter, each.cycles.mean * factor, scale)
        if each.compared is not None:
            pen = QPen(self._theme.colour(each.curve.colour), 1.4)
            pen.setDashPattern([3, 3])
            painter.setPen(pen)
            self._draw_lines(painter, each.compared.mean * factor, scale)

    def _draw_present(self, painter: QPainter, each: CycleCurve, number: int, share: float) -> None:
        scale, factor = self._scale_of(each.curve), shown_factor(each.curve.channel.unit)
        values = each.cycles.curves[number] * factor
        painter.setPen(QPen(self._theme.colour("text"), 1))
        painter.setBrush(Qt.NoBrush)
        self._draw_lines(painter, values, scale)
        value = value_at(values, share)
        if math.isfinite(value):
            painter.setPen(self._theme.colour("panel"))
            painter.setBrush(self._theme.colour(each.curve.colour))
            painter.drawEllipse(QPointF(self.x_of(share), self.y_of(value, scale)), 3.0, 3.0)

    def _draw_lines(self, painter: QPainter, values: Array, scale: ValueScale) -> None:
        for line in self._lines(values, scale):
            painter.drawPolyline(QPolygonF(line))

    def _lines(self, values: Array, scale: ValueScale) -> list[list[QPointF]]:
        """Return a cycle (n_points,) in the shown unit as lines, broken where values are missing."""
        xs = self.x_of(0.0) + np.linspace(0.0, 1.0, len(values)) * self._plot_width()
        ys = (1.0 - (values - scale.low) / (scale.high - scale.low)) * self._plot_height() + 2
        return [
            [QPointF(x, y) for x, y in zip(xs[part].tolist(), ys[part].tolist(), strict=True)]
            for part in (slice(span.first, span.last + 1) for span in spans_of(np.isfinite(ys)))
        ]

    def _scale_of(self, curve: Curve) -> ValueScale:
        return scale_of(curve, self.scales)

    def _plot_width(self) -> int:
        right = LEFT_PX if len(self.scales) > 1 else RIGHT_PX
        return max(self.width() - LEFT_PX - right, 1)

    def _plot_height(self) -> int:
        return max(self.height() - 6, 1)


def _drawn_of(each: CycleCurve) -> list[Array]:
    """Return what is drawn of a channel: every stride, the spread around their mean, the mean of a second run."""
    own = each.cycles
    drawn = [own.curves, own.mean - own.deviation, own.mean + own.deviation]
    return drawn if each.compared is None else [*drawn, each.compared.mean]
