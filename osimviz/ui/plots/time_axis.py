"""The one time axis below all plots, with the cursor's time in a chip."""

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import QSizePolicy, QWidget

from osimviz.axis_ticks import tick_step, tick_text, tick_values
from osimviz.ui.plots.gestures import TimeGestures
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.ui.theme import Theme

HEIGHT_PX = 22
#: Width of the value axis left of every plot, and the room right of it.
LEFT_PX, RIGHT_PX = 44, 12
_LABEL_GAP_PX = 18


class TimeAxis(QWidget):
    """Numbers of the time axis, below the plots and as wide as them.

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
    """

    def __init__(self, theme: Theme, window: TimeWindow) -> None:
        super().__init__()
        self._theme = theme
        self._window = window
        self._time_s: float | None = None
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self.gestures = TimeGestures(self, self.time_at)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_time(self, time_s: float | None) -> None:
        """Show the cursor's time; None for none."""
        if time_s != self._time_s:
            self._time_s = time_s
            self.update()

    def time_at(self, x: float) -> float:
        """Return the time at a horizontal position."""
        width = max(self.width() - LEFT_PX - RIGHT_PX, 1)
        return self._window.start_s + (x - LEFT_PX) / width * self._window.span_s

    def ticks(self) -> tuple[list[float], float]:
        """Return the times of the grid's lines and their distance, for plots of this width."""
        width = max(self.width() - LEFT_PX - RIGHT_PX, 1)
        room = QFontMetrics(self._theme.font(small=True)).horizontalAdvance("0.00") + _LABEL_GAP_PX
        step = tick_step(self._window.span_s, max(width // room, 2))
        return tick_values(self._window.start_s, self._window.end_s, step), step

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(200, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(100, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        painter.setFont(self._theme.font(small=True))
        chip = self._chip(painter.fontMetrics())
        times, step = self.ticks()
        painter.setPen(self._theme.colour("text_weak"))
        for i, time_s in enumerate(times):
            text = tick_text(time_s, step) + (" s" if i == len(times) - 1 else "")
            place = self._label_place(painter.fontMetrics(), time_s, text)
            if chip is None or not place.adjusted(-4, 0, 4, 0).intersects(chip):
                painter.drawText(place, Qt.AlignCenter, text)
        if chip is not None:
            painter.setRenderHint(QPainter.Antialiasing)
            painter.setPen(Qt.NoPen)
            painter.setBrush(self._theme.colour("accent"))
            painter.drawRoundedRect(chip, 2, 2)
            painter.setPen(self._theme.colour("on_accent"))
            painter.drawText(chip, Qt.AlignCenter, self._chip_text())

    def _x_of(self, time_s: float) -> float:
        width = max(self.width() - LEFT_PX - RIGHT_PX, 1)
        return LEFT_PX + (time_s - self._window.start_s) / self._window.span_s * width

    def _label_place(self, metrics: QFontMetrics, time_s: float, text: str) -> QRectF:
        width = metrics.horizontalAdvance(text) + 1
        left = min(self._x_of(time_s) - width / 2, self.width() - width - 2)
        return QRectF(left, 0, width, self.height())

    def _chip_text(self) -> str:
        step = min(tick_step(self._window.span_s, 100), 0.01)
        return f"{tick_text(self._time_s or 0.0, step)} s"

    def _chip(self, metrics: QFontMetrics) -> QRectF | None:
        """Return the place of the cursor's chip, within the axis."""
        if self._time_s is None or not self._window.start_s <= self._time_s <= self._window.end_s:
            return None
        width = metrics.horizontalAdvance(self._chip_text()) + 10
        left = min(max(self._x_of(self._time_s) - width / 2, 2), self.width() - width - 2)
        return QRectF(left, 3, width, self.height() - 6)
