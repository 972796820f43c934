"""The drawing of one plot: curves in pyqtgraph, what lies behind and before them with a painter."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import QPointF, QRect, QRectF, Qt
from PyQt5.QtGui import QPainter, QPen
from PyQt5.QtWidgets import QGraphicsItem, QSizePolicy

from osimviz.axis_ticks import readable_ticks, value_range
from osimviz.formatting import shown_factor, shown_unit
from osimviz.frames import EndLimit
from osimviz.ui.plots.curve import DASHES, Curve
from osimviz.ui.plots.gestures import TimeGestures
from osimviz.ui.plots.plot_data import PlotData
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.ui.theme import Theme

_DOT_PX = 5
#: Least distance of the lines of the value axis.
_LINE_DISTANCE_PX = 22
_LIMIT_OPACITY, _LOOP_OPACITY = 0.10, 0.05


class PlotCanvas(pg.GraphicsView):
    """Curves over the shared range of time, with a value axis of their own.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    window : TimeWindow
        The range all plots share.

    Attributes
    ----------
    gestures : TimeGestures
        What the mouse asks for.
    value_ticks : list of float
        Values of the grid's lines, in the shown unit.
    value_step : float
        Their distance.
    """

    def __init__(self, theme: Theme, window: TimeWindow) -> None:
        super().__init__(useOpenGL=False, background=theme.colour("panel"))
        self._theme = theme
        self._window = window
        self._curves: tuple[Curve, ...] = ()
        self._limit: EndLimit | None = None
        self._band: tuple[float, float] | None = None
        self._items: list[Any] = []
        self._low, self._high = 0.0, 1.0
        self._time_ticks: Sequence[float] = ()
        self._loop_s: tuple[float, float] | None = None
        self._cursor: tuple[float, tuple[float, ...]] | None = None
        self.value_ticks: list[float] = []
        self.value_step = 1.0
        self._box = pg.ViewBox(border=None, enableMouse=False, enableMenu=False, defaultPadding=0)
        self._box.disableAutoRange()
        self.setCentralItem(self._box)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMinimumSize(20, 20)
        self.setFocusPolicy(Qt.NoFocus)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.viewport().setCursor(Qt.CrossCursor)
        self.gestures = TimeGestures(self.viewport(), self.time_at)

    @property
    def value_extent(self) -> tuple[float, float]:
        """The range of the value axis, in the shown unit."""
        return self._low, self._high

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.setBackground(theme.colour("panel"))
        for item, curve in zip(self._items, self._curves, strict=True):
            item.setPen(self._pen(curve))
        self._repaint()

    def set_curves(self, curves: Sequence[Curve], limit: EndLimit | None) -> None:
        """Show other curves; `limit` is the ending condition of one of them. They are drawn with the next `redraw`."""
        for item in self._items:
            self._box.removeItem(item)
        self._curves = tuple(curves)
        self._limit = limit
        self._band = _common_bounds(self._curves)
        # Smooth lines cost nothing measurable with two points a pixel: 18 ms for 32 curves with or without.
        self._items = [pg.PlotCurveItem(pen=self._pen(curve), antialias=True) for curve in curves]
        for item in self._items:
            # The cursor moves over a kept picture of the curves: 2.8 ms for eight plots instead of 8 to 30.
            item.setCacheMode(QGraphicsItem.DeviceCoordinateCache)
            self._box.addItem(item, ignoreBounds=True)

    def redraw(self, data: PlotData, time_ticks: Sequence[float]) -> None:
        """Draw the visible samples, at most two for each pixel, and choose the value axis for them."""
        start, stop = data.visible(self._window.start_s, self._window.end_s)
        lows, highs = [], []
        for item, curve in zip(self._items, self._curves, strict=True):
            series = data.need(curve.channel.name)
            chosen = series.reduced(start, stop, self.viewport().width())
            values = series.samples[chosen] * shown_factor(curve.channel.unit)
            is_whole = not np.isnan(values).any()
            item.setData(
                data.times_s[chosen], values, connect="all" if is_whole else "finite", skipFiniteCheck=is_whole
            )
            if len(values) and not np.isnan(values).all():
                lows.append(float(np.nanmin(values)))
                highs.append(float(np.nanmax(values)))
        self._time_ticks = time_ticks
        self._choose_values(lows, highs)
        self._box.setRange(xRange=(self._window.start_s, self._window.end_s), yRange=(self._low, self._high), padding=0)
        self._repaint()

    def show_cursor(self, time_s: float | None, values: Sequence[float] = ()) -> None:
        """Move the cursor's line and the dots on the curves; values are in the channels' own units."""
        before = self._cursor
        shown = tuple(v * shown_factor(c.channel.unit) for v, c in zip(values, self._curves, strict=False))
        self._cursor = (time_s, shown) if time_s is not None else None
        for cursor in {before, self._cursor}:
            if cursor is not None:
                x = round(self.x_of(cursor[0]))
                self.viewport().update(QRect(x - _DOT_PX, 0, 2 * _DOT_PX + 1, self.height()))

    def show_loop(self, loop_s: tuple[float, float] | None) -> None:
        """Tint a range of time; None for none."""
        if loop_s != self._loop_s:
            self._loop_s = loop_s
            self._repaint()

    def time_at(self, x: float) -> float:
        """Return the time at a horizontal position."""
        return self._window.start_s + x / max(self.viewport().width(), 1) * self._window.span_s

    def x_of(self, time_s: float) -> float:
        """Return the horizontal position of a time."""
        return (time_s - self._window.start_s) / self._window.span_s * self.viewport().width()

    def y_of(self, value: float) -> float:
        """Return the vertical position of a value in the shown unit."""
        return (self._high - value) / (self._high - self._low) * self.viewport().height()

    def _repaint(self) -> None:
        """Paint everything anew; pyqtgraph's view keeps a picture of the background until it is told."""
        self.resetCachedContent()
        self.viewport().update()

    def _pen(self, curve: Curve) -> QPen:
        pen = QPen(self._theme.colour(curve.colour), 1)
        pen.setCosmetic(True)
        if DASHES[curve.dash]:
            pen.setDashPattern(DASHES[curve.dash])
        return pen

    def _choose_values(self, lows: list[float], highs: list[float]) -> None:
        unit = shown_unit(self._curves[0].channel.unit) if self._curves else ""
        low, high = (min(lows), max(highs)) if lows else (math.nan, math.nan)
        if self._limit is not None and lows:
            # How far it is to the end is what such a plot is for.
            low, high = min(low, self._limit.lower), max(high, self._limit.lower)
        self._low, self._high = value_range(low, high, unit)
        self.value_step, self.value_ticks = 1.0, []
        if lows:
            n_most = self.viewport().height() // _LINE_DISTANCE_PX
            self.value_step, self.value_ticks = readable_ticks(self._low, self._high, n_most, unit)

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Qt's override: band, grid, loop and end limit."""
        super().drawBackground(painter, rect)
        painter.save()
        painter.resetTransform()
        width, height = self.viewport().width(), self.viewport().height()
        if self._band is not None:
            top, bottom = (min(max(self.y_of(edge), 0), height) for edge in (self._band[1], self._band[0]))
            is_edge_in_view = self._low < self._band[0] < self._high or self._low < self._band[1] < self._high
            if is_edge_in_view:
                painter.fillRect(QRectF(0, top, width, bottom - top), self._theme.colour("band"))
        grid = self._theme.colour("grid")
        for time_s in self._time_ticks:
            painter.fillRect(QRect(min(int(self.x_of(time_s)), width - 1), 0, 1, height), grid)
        for value in self.value_ticks:
            painter.fillRect(QRect(0, min(int(self.y_of(value)), height - 1), width, 1), grid)
        if self._loop_s is not None:
            left, right = (self.x_of(time_s) for time_s in self._loop_s)
            painter.fillRect(QRectF(left, 0, right - left, height), self._theme.colour("accent", _LOOP_OPACITY))
        if self._limit is not None:
            self._draw_limit(painter, self._limit, width, height)
        painter.restore()

    def _draw_limit(self, painter: QPainter, limit: EndLimit, width: int, height: int) -> None:
        y = round(self.y_of(limit.lower))
        painter.fillRect(QRect(0, y, width, height - y), self._theme.colour("bad", _LIMIT_OPACITY))
        pen = QPen(self._theme.colour("bad"), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(0, y, width, y)
        painter.setFont(self._theme.font(small=True))
        unit = next((c.channel.unit for c in self._curves if c.channel.name == limit.channel), "")
        painter.drawText(4, y - 4, f"ends below {limit.lower:g} {unit}".rstrip().replace("-", "−"))

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Qt's override: the cursor's line and dots."""
        if self._cursor is None:
            return
        time_s, values = self._cursor
        if not self._window.start_s <= time_s <= self._window.end_s:
            return
        painter.save()
        painter.resetTransform()
        x = min(round(self.x_of(time_s)), self.viewport().width() - 1)
        painter.fillRect(QRect(x, 0, 1, self.viewport().height()), self._theme.colour("accent"))
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(self._theme.colour("panel"), 1))
        for curve, value in zip(self._curves, values, strict=False):
            if math.isfinite(value):
                painter.setBrush(self._theme.colour(curve.colour))
                painter.drawEllipse(QPointF(x + 0.5, self.y_of(value)), _DOT_PX / 2 + 0.5, _DOT_PX / 2 + 0.5)
        painter.restore()


def _common_bounds(curves: Sequence[Curve]) -> tuple[float, float] | None:
    """Return the declared bounds, in the shown unit, if all curves have the same."""
    bounds = {
        (c.channel.lower * shown_factor(c.channel.unit), c.channel.upper * shown_factor(c.channel.unit)) for c in curves
    }
    only = bounds.pop() if len(bounds) == 1 else None
    return only if only is not None and any(math.isfinite(edge) for edge in only) else None
