"""The curve of the margin to an ending condition, small enough for the panel that says why a run ended."""

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt5.QtWidgets import QWidget

from osimviz.analysis.ending import Ending
from osimviz.frames import Array
from osimviz.ui.ending_panel.words import curve_title, margin_words
from osimviz.ui.theme import Theme

#: Samples drawn at most; the curve is at most so many pixels wide.
_N_DRAWN = 400
#: Room for the value at the left, px; for the title above; for title and lower edge together.
_AXIS_PX, _TITLE_PX, _EDGES_PX = 30, 18, 22
#: Room above the highest and below the lowest value, as shares of the range: the line touches no edge.
_ROOM_ABOVE, _ROOM_BELOW = 0.08, 0.06
#: The least range, m: of a margin that is never above 0.
_SMALLEST_RANGE_M = 1e-6


class MarginCurve(QWidget):
    """The margin over the whole run, with the limit, the first departure and the cursor."""

    cursor_requested = pyqtSignal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setMinimumHeight(52)
        self.setCursor(Qt.CrossCursor)
        self._theme = theme
        self._ending: Ending | None = None
        self._index = -1

    def show_ending(self, ending: Ending | None) -> None:
        """Show another margin."""
        self._ending = ending
        self.update()

    def show_cursor(self, index: int) -> None:
        """Move the cursor."""
        if index != self._index:
            self._index = index
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        ending = self._ending
        if ending is None or ending.limit is None or ending.margin.size < 2 or not np.isfinite(ending.margin).any():
            return
        painter = QPainter(self)
        painter.setFont(self._theme.font(small=True))
        low, high = _shown_range(ending.margin)
        self._paint_words(painter, ending)
        self._paint_limit(painter, self._y(0.0, low, high))
        self._paint_departure(painter, ending)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(self._theme.colour("series1"), 1.2))
        chosen = np.linspace(0, ending.margin.size - 1, min(ending.margin.size, _N_DRAWN)).astype(int)
        known = [int(i) for i in chosen if np.isfinite(ending.margin[i])]
        points = [QPointF(self._x(i), self._y(float(ending.margin[i]), low, high)) for i in known]
        painter.drawPolyline(QPolygonF(points))
        if 0 <= self._index < ending.margin.size:
            self._paint_upright(painter, self._index, "accent")
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._point_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._point_at(event)

    def _point_at(self, event: QMouseEvent) -> None:
        if self._ending is not None and self._ending.margin.size > 1:
            plot = self._plot()
            share = (event.x() - plot.left()) / max(plot.width(), 1.0)
            last = self._ending.margin.size - 1
            self.cursor_requested.emit(min(max(round(share * last), 0), last))

    def _plot(self) -> QRectF:
        return QRectF(_AXIS_PX, _TITLE_PX, max(self.width() - _AXIS_PX, 10), max(self.height() - _EDGES_PX, 10))

    def _x(self, index: int) -> float:
        assert self._ending is not None
        plot = self._plot()
        return plot.left() + index / max(self._ending.margin.size - 1, 1) * plot.width()

    def _y(self, value: float, low: float, high: float) -> float:
        plot = self._plot()
        return plot.bottom() - (value - low) / (high - low) * plot.height()

    def _paint_words(self, painter: QPainter, ending: Ending) -> None:
        assert ending.limit is not None
        line = QRectF(0, 0, self.width(), 16)
        painter.setPen(self._theme.colour("text_weak"))
        painter.drawText(line, Qt.AlignVCenter, curve_title(ending.limit))
        if self._index >= 0:
            # The cursor of a run that grows is ahead of the curve, which is read ten times a second at most.
            here = min(self._index, ending.margin.size - 1)
            painter.setPen(self._theme.colour("text_mid"))
            painter.drawText(line, Qt.AlignVCenter | Qt.AlignRight, f"{margin_words(float(ending.margin[here]))} here")

    def _paint_limit(self, painter: QPainter, zero: float) -> None:
        """Paint where the run ends: a broken line, and what is below it in red."""
        plot = self._plot()
        painter.fillRect(QRectF(plot.left(), zero, plot.width(), plot.bottom() - zero), self._theme.colour("bad", 0.1))
        pen = QPen(self._theme.colour("bad"), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(plot.left(), zero), QPointF(plot.right(), zero))
        painter.setPen(self._theme.colour("text_weak"))
        painter.drawText(QRectF(0, zero - 8, plot.left() - 6, 16), Qt.AlignRight | Qt.AlignVCenter, "0.0")

    def _paint_departure(self, painter: QPainter, ending: Ending) -> None:
        if ending.departure is None:
            return
        x = self._paint_upright(painter, ending.departure, "warn")
        y = self._plot().center().y()
        painter.drawText(QRectF(0, y, x - 5, 16), Qt.AlignRight | Qt.AlignVCenter, "first departure")

    def _paint_upright(self, painter: QPainter, index: int, colour: str) -> float:
        """Paint an upright line at a frame, on a whole pixel; return where it stands."""
        plot = self._plot()
        x = round(self._x(index)) + 0.5
        painter.setPen(QPen(self._theme.colour(colour), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        return x


def _shown_range(margin: Array) -> tuple[float, float]:
    """Return the lowest and highest value of the axis, with the limit, 0, inside; the margin has a finite value."""
    high = max(float(np.nanmax(margin)), _SMALLEST_RANGE_M) * (1.0 + _ROOM_ABOVE)
    low = min(float(np.nanmin(margin)), 0.0)
    return low - _ROOM_BELOW * (high - low), high
