"""The muscle raster: a row a muscle over time, right strip above left, and the bars of the instant beside it."""

import math

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor, QFontMetrics, QHelpEvent, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PyQt5.QtWidgets import QWIDGETSIZE_MAX, QSizePolicy, QToolTip, QWidget

from osimviz.analysis.spans import spans_of
from osimviz.formatting import number
from osimviz.frames import Array
from osimviz.muscle_rows import QUANTITIES, Strip
from osimviz.palette import MapName, muscle_colours
from osimviz.raster_data import RasterData
from osimviz.ui.plots.gestures import TimeGestures
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.ui.theme import Theme

_SMALLEST_ROW_PX, _LARGEST_ROW_PX = 18, 40
#: Room for names of muscles, in a wide and in a narrow panel.
_LABEL_PX, _NARROW_LABEL_PX = 104, 72
MARGIN_PX = 12
_LABEL_GAP_PX, _SIDE_PX, _SIDE_GAP_PX = 5, 3, 5
#: Room for a value, and half the width of a bar, in a wide and in a narrow panel.
VALUE_PX = 40
#: From here on a share of what is usual has fewer decimals.
_MOST_SHARES = 100.0
_BAR_PX, _NARROW_BAR_PX, _NARROW_PX = 42, 20, 440


class MuscleRaster(QWidget):
    """Draws muscles × time, the values at the cursor, and their bars.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    window : TimeWindow
        The range of time, shared with the plots.

    Signals
    -------
    hover_changed(str)
        What is under the mouse in words; empty for nothing.
    resized()
        It is to be drawn in its new size.

    Attributes
    ----------
    gestures : TimeGestures
        What the mouse asks for.
    """

    hover_changed = pyqtSignal(str)
    resized = pyqtSignal()

    def __init__(self, theme: Theme, window: TimeWindow) -> None:
        super().__init__()
        self._theme = theme
        self._window = window
        self._data: RasterData | None = None
        self._map: MapName = "blue-red"
        self._picture: QPixmap | None = None
        self._time_s: float | None = None
        self._reference_s: float | None = None
        self._values: Array = np.empty(0)
        self._places: Array = np.empty(0)
        self._colours: list[QColor] = []
        self._hovered: Strip | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.gestures = TimeGestures(self, self.time_at)
        self.gestures.hovered.connect(self._on_gestures_hovered)
        self.gestures.left.connect(self._on_gestures_left)

    @property
    def left_px(self) -> int:
        """Where the raster begins, from the left."""
        return MARGIN_PX + self._label_width() + _LABEL_GAP_PX + _SIDE_PX + _SIDE_GAP_PX

    @property
    def right_px(self) -> int:
        """Where the raster ends, from the right."""
        return MARGIN_PX + 2 * (VALUE_PX + self._bar_px())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.redraw()

    def set_map(self, name: MapName) -> None:
        """Take another colour map."""
        if name != self._map:
            self._map = name
            self._colour_bars()
            self.redraw()

    def show_muscles(self, data: RasterData | None) -> None:
        """Show another run or another quantity; None for nothing."""
        self._data = data
        self._hovered = None
        n_rows = len(data.rows) if data is not None else 0
        self.setMinimumHeight(n_rows * _SMALLEST_ROW_PX)
        self.setMaximumHeight(n_rows * _LARGEST_ROW_PX if n_rows else QWIDGETSIZE_MAX)
        self._values = self._places = np.empty(0)
        self._colours = []
        self.redraw()

    def redraw(self) -> None:
        """Draw names and raster anew with the next paint."""
        self._picture = None
        self.update()

    def show_cursor(self, index: int, time_s: float | None, reference_s: float | None) -> None:
        """Show the values at a frame and move the cursors there."""
        for before, after in ((self._time_s, time_s), (self._reference_s, reference_s)):
            if before != after:
                self._update_at(before)
                self._update_at(after)
        self._time_s, self._reference_s = time_s, reference_s
        if self._data is None:
            return
        values, places = self._data.values_at(index)
        if not np.array_equal(values, self._values, equal_nan=True):
            self._values, self._places = values, places
            self._colour_bars()
            self.update(QRect(self.width() - self.right_px, 0, self.right_px, self.height()))
        if self._hovered is not None:
            self.hover_changed.emit(self.hover_text())

    def time_at(self, x: float) -> float:
        """Return the time at a horizontal position."""
        return self._window.start_s + (x - self.left_px) / self._raster_width() * self._window.span_s

    def strip_at(self, place: QPoint) -> Strip | None:
        """Return the muscle at a place; None beside all rows."""
        if self._data is None or not self._data.rows:
            return None
        row = int(place.y() // self._row_height())
        if not 0 <= row < len(self._data.rows):
            return None
        strips = self._data.rows[row].strips
        share = place.y() / self._row_height() - row
        bars = self.width() - self.right_px
        if place.x() >= bars and len(strips) > 1:
            # The bars of both sides share a line: left at the left.
            is_left = place.x() < bars + VALUE_PX + self._bar_px()
            return strips[1] if is_left else strips[0]
        return strips[min(int(share * len(strips)), len(strips) - 1)]

    def hover_text(self) -> str:
        """Return muscle and value under the mouse in words: ``iliopsoas left 0.99``."""
        if self._hovered is None or self._data is None:
            return ""
        at = self._data.strips.index(self._hovered)
        title = next(row.title for row in self._data.rows if self._hovered in row.strips)
        value = float(self._values[at]) if at < len(self._values) else math.nan
        unit = QUANTITIES[self._data.quantity].unit
        return " ".join(part for part in (title, self._hovered.side, _value_text(value, unit), unit) if part)

    def sizeHint(self) -> QSize:
        """Qt's override."""
        n_rows = len(self._data.rows) if self._data is not None else 0
        return QSize(360, max(n_rows, 1) * 28)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override."""
        super().resizeEvent(event)
        self._picture = None
        self.resized.emit()

    def event(self, event: QEvent) -> bool:
        """Qt's override: the tooltip gives the muscle's name in the model."""
        if event.type() == QEvent.ToolTip:
            assert isinstance(event, QHelpEvent)
            strip = self.strip_at(event.pos())
            QToolTip.showText(event.globalPos(), strip.name if strip is not None else "", self)
            return True
        return bool(super().event(event))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        if self._data is None:
            return
        painter = QPainter(self)
        if self._picture is None:
            self._picture = self._drawn()
        painter.drawPixmap(0, 0, self._picture)
        if event.rect().right() >= self.width() - self.right_px:
            self._draw_bars(painter)
        for time_s, is_second in ((self._reference_s, True), (self._time_s, False)):
            if time_s is not None and self._window.start_s <= time_s <= self._window.end_s:
                # Readable on every colour of the raster: white beside black.
                x = self._x_of(time_s)
                dash = 6 if is_second else self.height()
                for y in range(0, self.height(), 2 * dash if is_second else self.height()):
                    painter.fillRect(QRect(x, y, 1, dash), Qt.white)
                    painter.fillRect(QRect(x + 1, y, 1, dash), Qt.black)

    def _drawn(self) -> QPixmap:
        """Return names, side marks and raster; what stays while the cursor moves."""
        assert self._data is not None
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._theme.colour("panel"))
        painter = QPainter(picture)
        painter.setFont(self._theme.font(small=True))
        metrics = painter.fontMetrics()
        label_width = self._label_width()
        first, shown = self._data.columns(self._window.start_s, self._window.end_s, self._raster_width())
        image = _image(shown, self._map)
        gap = np.isnan(shown)
        for row_index, row in enumerate(self._data.rows):
            top = row_index * self._row_height()
            place = QRectF(MARGIN_PX, top, label_width, self._row_height())
            painter.setPen(self._theme.colour("text_mid"))
            title = metrics.elidedText(row.title, Qt.ElideRight, label_width)
            painter.drawText(place, Qt.AlignRight | Qt.AlignVCenter, title)
            for i, strip in enumerate(row.strips):
                area = self._strip_area(row_index, i, len(row.strips))
                if strip.side:
                    side = QRect(area.left() - _SIDE_GAP_PX - _SIDE_PX, area.top(), _SIDE_PX, area.height())
                    painter.fillRect(side, self._theme.colour(strip.side))
                painter.fillRect(area, self._theme.colour("field"))
                at = self._data.strips.index(strip)
                if image is not None:
                    target = QRect(area.left() + first, area.top(), image.width(), area.height())
                    painter.drawImage(target, image, QRect(0, at, image.width(), 1))
                    self._draw_gaps(painter, target, gap[:, at])
        painter.end()
        return picture

    def _draw_gaps(self, painter: QPainter, area: QRect, is_missing: NDArray[np.bool_]) -> None:
        for gap in spans_of(is_missing):
            part = QRect(area.left() + gap.first, area.top(), gap.last + 1 - gap.first, area.height())
            painter.fillRect(part, self._theme.colour("disabled"))
            painter.fillRect(part, QBrush(self._theme.colour("panel"), Qt.BDiagPattern))

    def _draw_bars(self, painter: QPainter) -> None:
        assert self._data is not None
        painter.fillRect(
            QRect(self.width() - self.right_px + 1, 0, self.right_px, self.height()), self._theme.colour("panel")
        )
        if len(self._values) != len(self._data.strips):
            return
        painter.setFont(self._theme.font(small=True))
        bar_px = self._bar_px()
        left = self.width() - self.right_px + VALUE_PX
        middle = left + bar_px
        at = 0
        for row_index, row in enumerate(self._data.rows):
            top = round((row_index + 0.5) * self._row_height()) - 6
            painter.fillRect(QRect(left, top, 2 * bar_px, 12), self._theme.colour("field"))
            for strip in row.strips:
                is_left = strip.side == "left"
                length = round(bar_px * min(max(float(np.nan_to_num(self._places[at])), 0.0), 1.0))
                place = QRect(middle - length if is_left else middle, top, length, 12)
                painter.fillRect(place, self._colours[at])
                painter.setPen(self._theme.colour("text" if strip is not self._hovered else "accent"))
                text = _value_text(float(self._values[at]), QUANTITIES[self._data.quantity].unit)
                x = left - VALUE_PX if is_left else left + 2 * bar_px
                painter.drawText(QRect(x, top - 2, VALUE_PX - 6, 16), Qt.AlignRight | Qt.AlignVCenter, text)
                at += 1
            painter.fillRect(QRect(middle, top - 2, 1, 16), self._theme.colour("edge"))

    def _colour_bars(self) -> None:
        rgb = muscle_colours(np.nan_to_num(self._places), self._map)
        self._colours = [QColor(*colour) for colour in rgb.tolist()]

    def _strip_area(self, row: int, strip: int, n_strips: int) -> QRect:
        height = self._row_height()
        gap = 2 if height >= 22 else 1
        top, bottom = row * height + gap, (row + 1) * height - gap
        each = (bottom - top) / n_strips
        first, last = round(top + strip * each), round(top + (strip + 1) * each)
        # A line of the panel between right and left.
        return QRect(self.left_px, first, self._raster_width(), last - first - (1 if strip < n_strips - 1 else 0))

    def _row_height(self) -> float:
        n_rows = len(self._data.rows) if self._data is not None else 1
        return self.height() / max(n_rows, 1)

    def _raster_width(self) -> int:
        return max(self.width() - self.left_px - self.right_px, 1)

    def _bar_px(self) -> int:
        return _BAR_PX if self.width() >= _NARROW_PX else _NARROW_BAR_PX

    def _label_width(self) -> int:
        if self._data is None:
            return 0
        metrics = QFontMetrics(self._theme.font(small=True))
        widest = max((metrics.horizontalAdvance(row.title) for row in self._data.rows), default=0)
        return min(widest + 1, _LABEL_PX if self.width() >= _NARROW_PX else _NARROW_LABEL_PX)

    def _x_of(self, time_s: float) -> int:
        return self.left_px + round((time_s - self._window.start_s) / self._window.span_s * self._raster_width())

    def _update_at(self, time_s: float | None) -> None:
        if time_s is not None:
            self.update(QRect(self._x_of(time_s) - 1, 0, 4, self.height()))

    def _on_gestures_hovered(self, place: QPoint) -> None:
        self._hover(self.strip_at(place))

    def _on_gestures_left(self) -> None:
        self._hover(None)

    def _hover(self, strip: Strip | None) -> None:
        if strip is not self._hovered:
            self._hovered = strip
            self.update(QRect(self.width() - self.right_px, 0, self.right_px, self.height()))
            self.hover_changed.emit(self.hover_text())


def _image(shown: NDArray[np.floating], map_name: MapName) -> QImage | None:
    """Return the colours of columns of muscles as an image, one line a strip."""
    if not shown.size:
        return None
    rgb = muscle_colours(shown.T.ravel(), map_name)
    pixels = np.full((*shown.T.shape, 4), 255, dtype=np.uint8)
    pixels[..., :3] = rgb.reshape(*shown.T.shape, 3)[..., ::-1]
    height, width = pixels.shape[:2]
    # A copy: the image must not outlive the array it was made from.
    return QImage(pixels.data, width, height, 4 * width, QImage.Format_RGB32).copy()


def _value_text(value: float, unit: str) -> str:
    # Two decimals of a share have room beside its bar; a number out of all bounds is told as any other.
    return number(value, unit) if unit == "N" or not abs(value) < _MOST_SHARES else number(value, "BW")
