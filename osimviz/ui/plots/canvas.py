"""The drawing of one plot: curves in pyqtgraph, what lies behind and before them with a painter."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import QPointF, QRect, QRectF, Qt
from PyQt5.QtGui import QPainter, QPen
from PyQt5.QtWidgets import QSizePolicy

from osimviz.formatting import short_number, shown_factor
from osimviz.frames import Array, EndLimit
from osimviz.plot_data import CurveSource
from osimviz.ui.plots import backdrop
from osimviz.ui.plots.curve import Curve, compared_pen, curve_pen
from osimviz.ui.plots.curve_item import CurveItem
from osimviz.ui.plots.gestures import TimeGestures
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.ui.plots.value_scale import LINE_DISTANCE_PX, ValueScale, extent_of, scale_of, scales_for
from osimviz.ui.theme import Theme

_DOT_PX = 5
#: A curve that goes up and down by more than this for each pixel to the right is a zigzag. Chosen by eye.
_ZIGZAG = 8.0
#: Samples a pixel from which on a zigzag is drawn in columns of two pixels.
_DENSE = 8


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Where the cursors stand, with the values of the curves there in shown units."""

    time_s: float
    values: tuple[float, ...]
    reference_s: float | None


@dataclass(frozen=True, slots=True)
class _Limit:
    """Where the environment ends the run: as soon as this curve falls below `lower`, in its shown unit."""

    curve: Curve
    lower: float

    @classmethod
    def of(cls, limit: EndLimit | None, curves: Sequence[Curve]) -> "_Limit | None":
        curve = next((curve for curve in curves if limit is not None and curve.channel.name == limit.channel), None)
        if limit is None or curve is None:
            return None
        return cls(curve, limit.lower * shown_factor(curve.channel.unit))


class PlotCanvas(pg.GraphicsView):
    """Curves over the shared range of time, with a value axis for each unit.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    window : TimeWindow
        The range all plots share.
    shows_difference : bool
        Whether the curves are differences of two runs: then zero is always in view, and limits and bounds mean nothing.

    Attributes
    ----------
    gestures : TimeGestures
        What the mouse asks for.
    scales : list of ValueScale
        The value axes: the first is numbered at the left, a second one at the right.
    """

    def __init__(self, theme: Theme, window: TimeWindow, *, shows_difference: bool = False) -> None:
        super().__init__(useOpenGL=False, background=theme.colour("panel"))
        self._theme = theme
        self._window = window
        self._shows_difference = shows_difference
        self._curves: tuple[Curve, ...] = ()
        self._limit: _Limit | None = None
        self._band: tuple[float, float] | None = None
        self._items: list[CurveItem] = []
        self._compared_items: list[CurveItem] = []
        self._time_ticks: Sequence[float] = ()
        self._loop_s: tuple[float, float] | None = None
        self._parting_s: float | None = None
        self._cursor: _Cursor | None = None
        self.scales = [ValueScale("")]
        self._box = pg.ViewBox(border=None, enableMouse=False, enableMenu=False, defaultPadding=0)
        self._box.disableAutoRange()
        # What lies behind the curves is a few rectangles.
        self.setCacheMode(pg.GraphicsView.CacheNone)
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
        """The range of the left value axis, in the shown unit."""
        return self.scales[0].low, self.scales[0].high

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.setBackground(theme.colour("panel"))
        for item, curve in zip(self._items, self._curves, strict=True):
            item.setPen(curve_pen(curve, theme))
        for item, curve in zip(self._compared_items, self._curves, strict=False):
            item.setPen(compared_pen(curve, theme))
        self.repaint_all()

    def set_curves(self, curves: Sequence[Curve], limit: EndLimit | None = None) -> None:
        """Show other curves, with the ending condition of one of them if it has one; drawn with the next `redraw`."""
        for item in (*self._items, *self._compared_items):
            self._box.removeItem(item)
        self._curves = tuple(curves)
        self._limit = _Limit.of(limit, self._curves) if not self._shows_difference else None
        self.scales = scales_for(curves)
        self._band = _common_bounds(self._curves) if not self._shows_difference else None
        self._compared_items = []
        self._items = [self._new_item(curve_pen(curve, self._theme)) for curve in curves]

    def redraw(self, data: CurveSource, time_ticks: Sequence[float], compared: CurveSource | None = None) -> None:
        """Take the visible samples, at most two for each pixel, and choose the value axes; `repaint_all` shows them.

        Parameters
        ----------
        data : CurveSource
            The curves.
        time_ticks : sequence of float
            Times of the grid's lines.
        compared : CurveSource, optional
            The same curves of a second run.
        """
        if compared is not None and not self._compared_items:
            self._compared_items = [self._new_item(compared_pen(curve, self._theme)) for curve in self._curves]
        drawn = [(item, *self._samples(curve, data)) for item, curve in zip(self._items, self._curves, strict=True)]
        for item, curve in zip(self._compared_items, self._curves, strict=False):
            empty = np.empty(0)
            drawn.append((item, *(self._samples(curve, compared) if compared is not None else (empty, empty, False))))
        scales = [scale_of(curve, self.scales) for curve in self._curves]
        scales += scales[: len(self._compared_items)]
        self._choose_scales([(scale, extent_of(each[2])) for scale, each in zip(scales, drawn, strict=True)])
        for scale, (item, times_s, values, is_zigzag) in zip(scales, drawn, strict=True):
            is_whole = not np.isnan(values).any()
            y = scale.onto(self.scales[0], values)
            item.setData(
                times_s,
                y,
                connect="all" if is_whole else "finite",
                skipFiniteCheck=is_whole,
                # Smoothing a zigzag takes four times as long and shows nothing.
                antialias=not (is_zigzag or self._is_zigzag(values, scale.high - scale.low)),
            )
        self._time_ticks = time_ticks
        self._box.setRange(xRange=(self._window.start_s, self._window.end_s), yRange=self.value_extent, padding=0)
        # Now, not while painting: there it would have everything painted a second time.
        self._box.prepareForPaint()

    def show_cursor(self, time_s: float | None, values: Sequence[float] = (), reference_s: float | None = None) -> None:
        """Move the cursors' lines and the dots on the curves; values are in the channels' own units."""
        before = self._cursor
        shown = tuple(v * shown_factor(c.channel.unit) for v, c in zip(values, self._curves, strict=False))
        self._cursor = _Cursor(time_s, shown, reference_s) if time_s is not None else None
        if before == self._cursor:
            return
        for cursor in (before, self._cursor):
            if cursor is not None:
                self._update_at(cursor.time_s)
        references = {cursor.reference_s if cursor is not None else None for cursor in (before, self._cursor)}
        for moment in references if len(references) > 1 else ():
            if moment is not None:
                self._update_at(moment)

    def show_loop(self, loop_s: tuple[float, float] | None) -> None:
        """Tint a range of time; None for none."""
        if loop_s != self._loop_s:
            self._loop_s = loop_s
            self.repaint_all()

    def show_parting(self, time_s: float | None) -> None:
        """Mark where the curves of two runs part; None for no mark."""
        if time_s != self._parting_s:
            self._parting_s = time_s
            self.repaint_all()

    def time_at(self, x: float) -> float:
        """Return the time at a horizontal position."""
        return self._window.start_s + x / max(self.viewport().width(), 1) * self._window.span_s

    def x_of(self, time_s: float) -> float:
        """Return the horizontal position of a time."""
        return (time_s - self._window.start_s) / self._window.span_s * self.viewport().width()

    def y_of(self, value: float, scale: ValueScale | None = None) -> float:
        """Return the vertical position of a value in the shown unit of a value axis, the left one by default."""
        return (1.0 - (scale or self.scales[0]).share_of(value)) * self.viewport().height()

    def repaint_all(self) -> None:
        """Paint everything anew."""
        # The scene, so that Qt paints once where its curves change, too. The widget, because what another plot's scene
        # has painted before this one's message arrives, a cursor's strip alone, would otherwise count as all of it.
        self.scene().update()
        self.viewport().update()

    def _samples(self, curve: Curve, data: CurveSource) -> tuple[Array, Array, bool]:
        """Return times and shown values to draw, each (n,), and whether they are a zigzag drawn in wider columns."""
        start, stop = data.visible(self._window.start_s, self._window.end_s)
        series = data.need(curve.channel.name)
        width = self.viewport().width()
        is_zigzag = False
        if stop - start > _DENSE * width:
            # The same extremes in columns twice as wide: half the strokes, and no other picture if it is a zigzag.
            chosen = series.reduced(start, stop, width // 2)
            is_zigzag = self._is_zigzag(series.samples[chosen], series.highest - series.lowest)
        if not is_zigzag:
            chosen = series.reduced(start, stop, width)
        return data.times_s[chosen], series.samples[chosen] * shown_factor(curve.channel.unit), is_zigzag

    def _is_zigzag(self, values: Array, span: float) -> bool:
        """Whether a curve goes up and down so much that it fills the plot, where the plot spans `span`."""
        if len(values) < 2 or not span > 0.0:
            return False
        size = self.viewport().size()
        travel_px = float(np.nansum(np.abs(np.diff(values)))) / span * size.height()
        return travel_px >= _ZIGZAG * max(size.width(), 1)

    def _choose_scales(self, extents: list[tuple[ValueScale, tuple[float, float]]]) -> None:
        n_most = self.viewport().height() // LINE_DISTANCE_PX
        for scale in self.scales:
            known = [extent for owner, extent in extents if owner is scale and not math.isnan(extent[0])]
            if known and self._shows_difference:
                known.append((0.0, 0.0))
            elif known and self._limit is not None and scale is scale_of(self._limit.curve, self.scales):
                # How far it is to the end is what such a plot is for.
                known.append((self._limit.lower, self._limit.lower))
            scale.choose(known, n_most)

    def _new_item(self, pen: QPen) -> CurveItem:
        item = CurveItem(pen)
        self._box.addItem(item, ignoreBounds=True)
        return item

    def _update_at(self, time_s: float) -> None:
        x = round(self.x_of(time_s))
        self.viewport().update(QRect(x - _DOT_PX, 0, 2 * _DOT_PX + 1, self.height()))

    def _draw_dots(self, painter: QPainter, x: int, values: Sequence[float]) -> None:
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(self._theme.colour("panel"))
        for curve, value in zip(self._curves, values, strict=False):
            if math.isfinite(value):
                painter.setBrush(self._theme.colour(curve.colour))
                place = QPointF(x + 0.5, self.y_of(value, scale_of(curve, self.scales)))
                painter.drawEllipse(place, _DOT_PX / 2 + 0.5, _DOT_PX / 2 + 0.5)

    def _is_visible(self, time_s: float) -> bool:
        return self._window.start_s <= time_s <= self._window.end_s

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Qt's override: band, grid, loop and end limit."""
        super().drawBackground(painter, rect)
        painter.save()
        painter.resetTransform()
        size = self.viewport().size()
        scale = self.scales[0]
        if self._band is not None and len(self.scales) == 1:
            backdrop.draw_band(painter, self._theme, size, self._band, scale)
        times_x = [self.x_of(time_s) for time_s in self._time_ticks]
        backdrop.draw_grid(painter, self._theme, size, times_x, [self.y_of(value) for value in scale.ticks])
        if self._shows_difference:
            painter.fillRect(QRect(0, round(self.y_of(0.0)), size.width(), 1), self._theme.colour("edge"))
            backdrop.draw_name(painter, self._theme, "shown run − second run")
        if self._loop_s is not None:
            backdrop.draw_loop(painter, self._theme, size, *(self.x_of(time_s) for time_s in self._loop_s))
        if self._limit is not None:
            limit_scale = scale_of(self._limit.curve, self.scales)
            words = f"ends below {short_number(self._limit.lower)} {limit_scale.unit}".rstrip()
            y = round(self.y_of(self._limit.lower, limit_scale))
            backdrop.draw_limit(painter, self._theme, size, y, words)
        if self._parting_s is not None:
            backdrop.draw_parting(painter, self._theme, size, round(self.x_of(self._parting_s)))
        painter.restore()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Qt's override: the cursors' lines and dots."""
        cursor = self._cursor
        if cursor is None:
            return
        painter.save()
        painter.resetTransform()
        size, accent = self.viewport().size(), self._theme.colour("accent")
        if cursor.reference_s is not None and self._is_visible(cursor.reference_s):
            x = min(round(self.x_of(cursor.reference_s)), size.width() - 1)
            for y in range(0, size.height(), 6):
                painter.fillRect(QRect(x, y, 1, 3), accent)
        if self._is_visible(cursor.time_s):
            x = min(round(self.x_of(cursor.time_s)), size.width() - 1)
            painter.fillRect(QRect(x, 0, 1, size.height()), accent)
            self._draw_dots(painter, x, cursor.values)
        painter.restore()


def _common_bounds(curves: Sequence[Curve]) -> tuple[float, float] | None:
    """Return the declared bounds, in the shown unit, if all curves have the same."""
    bounds = {
        (c.channel.lower * shown_factor(c.channel.unit), c.channel.upper * shown_factor(c.channel.unit)) for c in curves
    }
    only = bounds.pop() if len(bounds) == 1 else None
    return only if only is not None and any(math.isfinite(edge) for edge in only) else None
