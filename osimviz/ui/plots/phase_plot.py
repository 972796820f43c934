"""One channel against another: the path over the run, the last second before the cursor, its point and direction."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import QPointF, QRect, Qt, pyqtSignal
from PyQt5.QtGui import QMouseEvent, QPainter, QPen, QPolygonF, QResizeEvent
from PyQt5.QtWidgets import QSizePolicy

from osimviz.analysis.spans import spans_of
from osimviz.axis_ticks import tick_text
from osimviz.frames import Array
from osimviz.ui.plots.kept_plot import KeptPlot
from osimviz.ui.plots.time_axis import LEFT_PX
from osimviz.ui.plots.value_scale import ValueScale, extent_of
from osimviz.ui.polygons import polygon_of
from osimviz.ui.theme import Theme

_RIGHT_PX, _TOP_PX, _BOTTOM_PX = 14, 6, 22
_LINE_DISTANCE_PX, _COLUMN_DISTANCE_PX = 26, 56
#: The part of the path that is drawn strongly: so long before the cursor.
TRAIL_S = 1.0
_PATH_OPACITY = 0.35
#: Points up to which a path is smoothed.
_MOST_SMOOTH = 20_000
_POINT_PX, _ARROW_PX = 4.0, 22.0
#: A press farther from the path asks for nothing.
_REACH_PX = 40.0


@dataclass(frozen=True, slots=True)
class PhaseCurve:
    """A path in the plane of two channels.

    Attributes
    ----------
    colour : str
        Name of its colour in the palette.
    x, y : array (n,)
        The channels at the frames of the run, in shown units; NaN for a missing value.
    """

    colour: str
    x: Array
    y: Array


class PhasePlot(KeptPlot):
    """Draws paths, and where the cursor is on them.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    cursor_requested(int)
        The frame whose point is nearest to a press or drag.
    """

    cursor_requested = pyqtSignal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._curves: tuple[PhaseCurve, ...] = ()
        self._x_scale, self._y_scale = ValueScale(""), ValueScale("")
        self._extents: tuple[list[tuple[float, float]], list[tuple[float, float]]] = [], []
        self._note = ""
        self._index = -1
        self._n_trail = 100
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMinimumHeight(120)

    @property
    def scales(self) -> tuple[ValueScale, ValueScale]:
        """The horizontal and the vertical axis."""
        return self._x_scale, self._y_scale

    @property
    def note(self) -> str:
        """What is said of the paths in a corner."""
        return self._note

    def show_curves(self, curves: Sequence[PhaseCurve], units: tuple[str, str], step_s: float, note: str = "") -> None:
        """Show other paths; `units` are the shown units of the two axes, `note` says what else is to be known."""
        self._curves = tuple(curves)
        self._note = note
        self._n_trail = max(round(TRAIL_S / step_s), 2)
        if units != (self._x_scale.unit, self._y_scale.unit):
            self._x_scale, self._y_scale = ValueScale(units[0]), ValueScale(units[1])
        self._extents = [extent_of(curve.x) for curve in curves], [extent_of(curve.y) for curve in curves]
        self._choose_scales()
        self.redraw()

    def show_index(self, index: int) -> None:
        """Move the cursor to a frame; -1 for none."""
        if index != self._index:
            self._index = index
            self.update()

    def point_of(self, x: float, y: float) -> QPointF:
        """Return the place of a pair of values in the shown units."""
        area = self._plot_area()
        across, up = self._x_scale.share_of(x), self._y_scale.share_of(y)
        return QPointF(area.left() + across * area.width(), area.bottom() + 1 - up * area.height())

    def direction(self, curve: PhaseCurve) -> tuple[float, float] | None:
        """Return where a path goes at the cursor, as a unit vector in pixels (y down); None where it rests or ends."""
        index = self._index_on(curve)
        before, after = max(index - 1, 0), min(index + 1, len(curve.x) - 1)
        if index < 0:
            return None
        values = (curve.x[before], curve.y[before], curve.x[after], curve.y[after])
        if not all(math.isfinite(value) for value in values):
            return None
        start, end = self.point_of(values[0], values[1]), self.point_of(values[2], values[3])
        dx, dy = end.x() - start.x(), end.y() - start.y()
        length = math.hypot(dx, dy)
        # Less than a hundredth of a pixel in two steps is noise.
        return (dx / length, dy / length) if length > 0.01 else None

    def nearest(self, place: QPointF) -> int:
        """Return the frame whose point lies nearest to a place; -1 beyond reach. Of equally near ones, the next."""
        best, best_distance = -1, _REACH_PX
        for curve in self._curves:
            xs, ys = self._places(curve)
            with np.errstate(invalid="ignore"):
                distances = np.hypot(xs - place.x(), ys - place.y())
            if not np.isfinite(distances).any():
                continue
            least = float(np.nanmin(distances))
            # A path comes by the same place in every stride: stay in the present one.
            near = np.flatnonzero(distances <= least + 3.0)
            index = int(near[np.argmin(np.abs(near - max(self._index, 0)))])
            if least < best_distance:
                best, best_distance = index, least
        return best

    def _draw_over(self, painter: QPainter) -> None:
        # The first one, the shown run's, lies on top.
        for curve in reversed(self._curves):
            self._draw_trail(painter, curve)
        for curve in reversed(self._curves):
            self._draw_point(painter, curve)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override."""
        super().resizeEvent(event)
        self._choose_scales()
        self.redraw()

    def _request(self, event: QMouseEvent) -> None:
        index = self.nearest(QPointF(event.pos()))
        if index >= 0:
            self.cursor_requested.emit(index)

    def _choose_scales(self) -> None:
        """Choose the axes, with as many numbers as have room."""
        across, up = self._extents
        self._x_scale.choose(across, max(self._plot_area().width() // _COLUMN_DISTANCE_PX, 2))
        self._y_scale.choose(up, max(self._plot_area().height() // _LINE_DISTANCE_PX, 2))

    def _draw_kept(self, painter: QPainter) -> None:
        self._draw_axes(painter)
        for curve in reversed(self._curves):
            # Of a path that goes round hundreds of times one sees no smoothing, which takes up to ten times as long.
            painter.setRenderHint(QPainter.Antialiasing, len(curve.x) <= _MOST_SMOOTH)
            painter.setPen(QPen(self._theme.colour(curve.colour, _PATH_OPACITY), 1))
            for part in self._parts(curve, 0, len(curve.x)):
                painter.drawPolyline(part)

    def _draw_axes(self, painter: QPainter) -> None:
        area, grid = self._plot_area(), self._theme.colour("grid")
        painter.setPen(self._theme.colour("text_weak"))
        for value in self._x_scale.ticks:
            x = int(self.point_of(value, self._y_scale.low).x())
            painter.fillRect(QRect(min(x, area.right()), area.top(), 1, area.height()), grid)
            place = QRect(x - 28, area.bottom() + 2, 56, _BOTTOM_PX - 2)
            painter.drawText(place, Qt.AlignCenter, tick_text(value, self._x_scale.step))
        for value in self._y_scale.ticks:
            y = int(self.point_of(self._x_scale.low, value).y())
            painter.fillRect(QRect(area.left(), min(y, area.bottom()), area.width(), 1), grid)
            place = QRect(0, y - 7, LEFT_PX - 4, 14)
            painter.drawText(place, Qt.AlignRight | Qt.AlignVCenter, tick_text(value, self._y_scale.step))
        painter.setPen(self._theme.colour("text_weak"))
        painter.drawText(area.adjusted(0, 2, -4, 0), Qt.AlignRight | Qt.AlignTop, self._note)
        painter.setPen(self._theme.colour("text_mid"))
        if self._y_scale.unit:
            painter.drawText(area.adjusted(4, 2, 0, 0), Qt.AlignLeft | Qt.AlignTop, self._y_scale.unit)
        if self._x_scale.unit:
            painter.drawText(area.adjusted(0, 0, -4, -2), Qt.AlignRight | Qt.AlignBottom, self._x_scale.unit)

    def _draw_trail(self, painter: QPainter, curve: PhaseCurve) -> None:
        index = self._index_on(curve)
        if index >= 0:
            # No wider than 1: Qt draws thin lines ten times as fast.
            painter.setPen(QPen(self._theme.colour(curve.colour), 1))
            for part in self._parts(curve, max(index - self._n_trail, 0), index + 1):
                painter.drawPolyline(part)

    def _draw_point(self, painter: QPainter, curve: PhaseCurve) -> None:
        index = self._index_on(curve)
        if index < 0:
            return
        x, y = float(curve.x[index]), float(curve.y[index])
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        place = self.point_of(x, y)
        way = self.direction(curve)
        painter.setPen(QPen(self._theme.colour("accent"), 1.5))
        if way is not None:
            tip = QPointF(place.x() + _ARROW_PX * way[0], place.y() + _ARROW_PX * way[1])
            painter.drawLine(place, tip)
            for turn in (0.85 * math.pi, -0.85 * math.pi):
                dx = way[0] * math.cos(turn) - way[1] * math.sin(turn)
                dy = way[0] * math.sin(turn) + way[1] * math.cos(turn)
                painter.drawLine(tip, QPointF(tip.x() + 7 * dx, tip.y() + 7 * dy))
        painter.setBrush(self._theme.colour(curve.colour))
        painter.drawEllipse(place, _POINT_PX, _POINT_PX)

    def _index_on(self, curve: PhaseCurve) -> int:
        """Return where the cursor is on a path; -1 for nowhere.

        The cursor of a run that grows is ahead of the paths, which are read ten times a second at most.
        """
        return min(self._index, len(curve.x) - 1)

    def _parts(self, curve: PhaseCurve, start: int, stop: int) -> list[QPolygonF]:
        """Return a path as polylines, cut where a value is missing, without points that fall on the same pixel."""
        xs, ys = self._places(curve, start, stop)
        if not len(xs):
            return []
        is_there = np.isfinite(xs) & np.isfinite(ys)
        # A tenth of a pixel is seen in no picture; missing values keep their place as a cut.
        with np.errstate(invalid="ignore"):
            moves = np.ones(len(xs), dtype=bool)
            moves[1:] = (np.abs(np.diff(xs)) >= 0.1) | (np.abs(np.diff(ys)) >= 0.1) | ~is_there[1:] | ~is_there[:-1]
        moves[-1] = True
        xs, ys, is_there = xs[moves], ys[moves], is_there[moves]
        parts = [slice(span.first, span.last + 1) for span in spans_of(is_there)]
        return [polygon_of(xs[part], ys[part]) for part in parts]

    def _places(self, curve: PhaseCurve, start: int = 0, stop: int | None = None) -> tuple[Array, Array]:
        area, x_scale, y_scale = self._plot_area(), self._x_scale, self._y_scale
        x, y = curve.x[start:stop], curve.y[start:stop]
        xs = area.left() + (x - x_scale.low) / (x_scale.high - x_scale.low) * area.width()
        ys = area.bottom() + 1 - (y - y_scale.low) / (y_scale.high - y_scale.low) * area.height()
        return xs, ys

    def _plot_area(self) -> QRect:
        width = max(self.width() - LEFT_PX - _RIGHT_PX, 1)
        return QRect(LEFT_PX, _TOP_PX, width, max(self.height() - _TOP_PX - _BOTTOM_PX, 1))
