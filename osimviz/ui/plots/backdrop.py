"""What lies behind the curves of a plot: bounds, grid, loop, end limit, the moment where two runs part."""

from collections.abc import Iterable

from PyQt5.QtCore import QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QPainter, QPen

from osimviz.ui.plots.value_scale import ValueScale
from osimviz.ui.theme import Theme

_LIMIT_OPACITY, _LOOP_OPACITY = 0.10, 0.05


def draw_band(painter: QPainter, theme: Theme, size: QSize, bounds: tuple[float, float], scale: ValueScale) -> None:
    """Fill what lies between the bounds of a channel, if an edge of them is in view; they may be infinite."""
    lower, upper = bounds
    if scale.low < lower < scale.high or scale.low < upper < scale.high:
        top, bottom = (
            min(max((1.0 - scale.share_of(edge)) * size.height(), 0), size.height()) for edge in (upper, lower)
        )
        painter.fillRect(QRectF(0, top, size.width(), bottom - top), theme.colour("band"))


def draw_grid(painter: QPainter, theme: Theme, size: QSize, xs: Iterable[float], ys: Iterable[float]) -> None:
    """Draw the lines of the two axes."""
    colour = theme.colour("grid")
    for x in xs:
        painter.fillRect(QRect(min(int(x), size.width() - 1), 0, 1, size.height()), colour)
    for y in ys:
        painter.fillRect(QRect(0, min(int(y), size.height() - 1), size.width(), 1), colour)


def draw_loop(painter: QPainter, theme: Theme, size: QSize, left: float, right: float) -> None:
    """Tint a range of time."""
    painter.fillRect(QRectF(left, 0, right - left, size.height()), theme.colour("accent", _LOOP_OPACITY))


def draw_limit(painter: QPainter, theme: Theme, size: QSize, y: int, words: str) -> None:
    """Draw the limit at which the environment ends the run, and tint what lies beyond."""
    painter.fillRect(QRect(0, y, size.width(), size.height() - y), theme.colour("bad", _LIMIT_OPACITY))
    pen = QPen(theme.colour("bad"), 1)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.drawLine(0, y, size.width(), y)
    painter.setFont(theme.font(small=True))
    painter.drawText(4, y - 4, words)


def draw_name(painter: QPainter, theme: Theme, words: str) -> None:
    """Write what the plot shows into its upper left corner, where it has no legend of its own."""
    painter.setFont(theme.font(small=True))
    painter.setPen(theme.colour("text_weak"))
    painter.drawText(4, painter.fontMetrics().ascent() + 1, words)


def draw_parting(painter: QPainter, theme: Theme, size: QSize, x: int) -> None:
    """Mark the moment where the curves of two runs part."""
    if not 0 <= x < size.width():
        return
    pen = QPen(theme.colour("warn"), 1)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.drawLine(x, 0, x, size.height())
    painter.setFont(theme.font(small=True))
    words = "part"
    width = painter.fontMetrics().horizontalAdvance(words) + 8
    is_left = x + width > size.width()
    place = QRect(x - width if is_left else x, 1, width, painter.fontMetrics().height())
    painter.drawText(place, Qt.AlignCenter, words)
