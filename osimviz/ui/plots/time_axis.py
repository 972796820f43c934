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
#: A number as it stands at most axes.
_USUAL_TEXT = "0.00"


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
    left_px, right_px : int
        Where the plots above begin and end, from either side.
    """

    def __init__(self, theme: Theme, window: TimeWindow) -> None:
        super().__init__()
        self._theme = theme
        self._window = window
        self._time_s: float | None = None
        self._reference_s: float | None = None
        self.left_px, self.right_px = LEFT_PX, RIGHT_PX
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

    def show_reference(self, time_s: float | None) -> None:
        """Show the second cursor's time; None for none."""
        if time_s != self._reference_s:
            self._reference_s = time_s
            self.update()

    def set_margins(self, left_px: int, right_px: int) -> None:
        """Stand below plots that begin and end elsewhere."""
        if (left_px, right_px) != (self.left_px, self.right_px):
            self.left_px, self.right_px = left_px, right_px
            self.update()

    def time_at(self, x: float) -> float:
        """Return the time at a horizontal position."""
        return self._window.start_s + (x - self.left_px) / self._plot_width() * self._window.span_s

    def ticks(self) -> tuple[list[float], float]:
        """Return the times of the grid's lines and their distance, for plots of this width."""
        step = self._step_for(_USUAL_TEXT)
        # Late in a long run numbers are longer.
        last = tick_text(self._window.end_s, step)
        if len(last) > len(_USUAL_TEXT):
            step = self._step_for(last)
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
        second = self._second_chip(painter.fontMetrics(), chip)
        times, step = self.ticks()
        painter.setPen(self._theme.colour("text_weak"))
        for i, time_s in enumerate(times):
            text = tick_text(time_s, step) + (" s" if i == len(times) - 1 else "")
            place = self._label_place(painter.fontMetrics(), time_s, text)
            if not any(taken is not None and place.adjusted(-4, 0, 4, 0).intersects(taken) for taken in (chip, second)):
                painter.drawText(place, Qt.AlignCenter, text)
        if second is not None:
            painter.setPen(self._theme.colour("accent"))
            painter.setBrush(self._theme.colour("panel"))
            painter.drawRect(second.adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setPen(self._theme.colour("text"))
            painter.drawText(second, Qt.AlignCenter, self._second_text())
        if chip is not None:
            painter.setRenderHint(QPainter.Antialiasing)
            painter.setPen(Qt.NoPen)
            painter.setBrush(self._theme.colour("accent"))
            painter.drawRoundedRect(chip, 2, 2)
            painter.setPen(self._theme.colour("on_accent"))
            painter.drawText(chip, Qt.AlignCenter, self._chip_text())

    def _step_for(self, text: str) -> float:
        """Return the distance of ticks whose numbers are as long as a text."""
        room_px = QFontMetrics(self._theme.font(small=True)).horizontalAdvance(text) + _LABEL_GAP_PX
        return tick_step(self._window.span_s, max(self._plot_width() // room_px, 2))

    def _plot_width(self) -> int:
        return max(self.width() - self.left_px - self.right_px, 1)

    def _x_of(self, time_s: float) -> float:
        return self.left_px + (time_s - self._window.start_s) / self._window.span_s * self._plot_width()

    def _label_place(self, metrics: QFontMetrics, time_s: float, text: str) -> QRectF:
        width = metrics.horizontalAdvance(text) + 1
        left = min(self._x_of(time_s) - width / 2, self.width() - width - 2)
        return QRectF(left, 0, width, self.height())

    def _chip_text(self) -> str:
        return f"{self._precise(self._time_s or 0.0)} s"

    def _second_text(self) -> str:
        """Return the time from the second cursor to the cursor, or its own time while there is no cursor."""
        if self._time_s is None or self._reference_s is None:
            return f"{self._precise(self._reference_s or 0.0)} s"
        return f"Δ {self._precise(self._time_s - self._reference_s)} s"

    def _precise(self, time_s: float) -> str:
        return tick_text(time_s, min(tick_step(self._window.span_s, 100), 0.01))

    def _chip(self, metrics: QFontMetrics) -> QRectF | None:
        """Return the place of the cursor's chip, within the axis."""
        return self._chip_at(metrics, self._time_s, self._chip_text())

    def _second_chip(self, metrics: QFontMetrics, chip: QRectF | None) -> QRectF | None:
        """Return the place of the second cursor's chip, beside the cursor's where the two would meet."""
        second = self._chip_at(metrics, self._reference_s, self._second_text())
        if second is not None and chip is not None and second.intersects(chip):
            is_left = (self._reference_s or 0.0) < (self._time_s or 0.0) and chip.left() - second.width() >= 6
            second.moveLeft(chip.left() - second.width() - 4 if is_left else chip.right() + 4)
            if second.right() > self.width() - 2:
                second.moveRight(chip.left() - 4)
        return second

    def _chip_at(self, metrics: QFontMetrics, time_s: float | None, text: str) -> QRectF | None:
        if time_s is None or not self._window.start_s <= time_s <= self._window.end_s:
            return None
        width = metrics.horizontalAdvance(text) + 10
        left = min(max(self._x_of(time_s) - width / 2, 2), self.width() - width - 2)
        return QRectF(left, 3, width, self.height() - 6)
