"""Draws what deserves a look: the lane of checks, and in the second row of the events departure, targets, bookmarks."""

from collections.abc import Sequence

from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen, QPolygonF

from osimviz.analysis.lane_data import LaneData
from osimviz.analysis.run_marks import MarkKind
from osimviz.ui.theme import Theme
from osimviz.ui.timeline.layout import LaneLayout
from osimviz.ui.timeline.marks import Label
from osimviz.ui.timeline.painter import TimelinePainter
from osimviz.ui.timeline.scale import TimeScale

#: Kinds of the lane of checks from the back to the front, with colour and shape: colour never stands alone.
_CHECKS: tuple[tuple[MarkKind, str, str], ...] = (
    ("slow", "warn", "line"),
    ("clipped", "warn", "outline"),
    ("bounds", "warn", "bar"),
    ("missing", "bad", "cross"),
)
_RADIUS_PX = 5.0
_GAP_PX = 4


class NotePainter(TimelinePainter):
    """Paints over the lanes of a run.

    Parameters as of `TimelinePainter`.

    Attributes
    ----------
    labels : list of Label
        The texts painted.
    """

    def __init__(self, painter: QPainter, theme: Theme, layout: LaneLayout, scale: TimeScale) -> None:
        super().__init__(painter, theme, layout, scale)
        _, lower = layout.event_rows_px
        self._row = round(lower)
        self.labels: list[Label] = []

    def paint(self, data: LaneData, taken: Sequence[QRectF]) -> None:
        """Paint the marks of a run; labels leave the places free that others have taken."""
        if "checks" in self._layout.spans:
            self._painter.setClipRect(self._layout.box("checks"))
            for kind, colour, shape in _CHECKS:
                self._spans(data, kind, self._theme.colour(colour), shape)
            self._painter.setClipping(False)
        self._second_row(data, taken)

    def _spans(self, data: LaneData, kind: MarkKind, colour: QColor, shape: str) -> None:
        painter, scale = self._painter, self._scale
        top, height = self._layout.spans["checks"]
        bar = QRectF(0, top + 3, 0, height - 6)
        painted_to = -1.0
        for span in data.spans.get(kind, ()):
            start_s, end_s = data.range_of(span)
            left, right = round(scale.x_of(start_s)), scale.x_of(end_s)
            if right < self._layout.left_px or left > self._layout.right_px or right <= painted_to:
                continue
            # Marks closer than pixels are one.
            painted_to = left + max(right - left, 2.0)
            bar.setLeft(left)
            bar.setRight(round(painted_to))
            if shape == "bar":
                painter.fillRect(bar, colour)
                continue
            painter.setPen(QPen(colour, 1))
            if shape == "outline":
                painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
            elif shape == "line":
                painter.drawLine(QLineF(bar.left(), bar.bottom() + 1.5, bar.right(), bar.bottom() + 1.5))
            else:
                painter.fillRect(QRectF(bar.left(), bar.center().y() - 0.5, bar.width(), 1), colour)
                half = bar.height() / 2
                middle = QPointF(left + 0.5, bar.center().y())
                painter.drawLine(middle + QPointF(-half, -half), middle + QPointF(half, half))
                painter.drawLine(middle + QPointF(-half, half), middle + QPointF(half, -half))

    def _second_row(self, data: LaneData, taken: Sequence[QRectF]) -> None:
        """Paint departure, targets and bookmarks, then their words where there is room for them."""
        marks: list[tuple[float, str, str, str]] = []
        if data.departure is not None:
            marks.append((self._scale.x_of(data.time_of(data.departure)), "departure", "warn", "first departure"))
        for span in data.spans.get("target", ()):
            marks.append((self._scale.x_of(data.time_of(span.first)), "target", "good", "target reached"))
        for span in data.spans.get("target_change", ()):
            marks.append((self._scale.x_of(data.time_of(span.first)), "change", "text_mid", "target changes"))
        for mark in data.bookmarks:
            marks.append((self._scale.x_of(data.time_of(mark.step)), "bookmark", "series2", mark.note))
        shown = sorted(mark for mark in marks if self._layout.left_px <= mark[0] <= self._layout.right_px)
        places = [QRectF(x - _RADIUS_PX - 1, self._row - 8, 2 * _RADIUS_PX + 2, 16) for x, *_ in shown]
        occupied = [*taken, *places]
        for x, shape, colour, _ in shown:
            self._shape(x, shape, self._theme.colour(colour))
        for x, _, colour, words in shown:
            self._write(x, words, self._theme.colour(colour if colour == "warn" else "text_mid"), occupied)

    def _shape(self, x: float, shape: str, colour: QColor) -> None:
        painter, y, r = self._painter, float(self._row), _RADIUS_PX
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        painter.setBrush(colour)
        if shape == "departure":
            corners = ((0, -r), (r, 0), (0, r), (-r, 0))
            painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))
        elif shape == "target":
            painter.setBrush(Qt.NoBrush)
            painter.setPen(QPen(colour, 1.5))
            painter.drawEllipse(QPointF(x, y), r - 0.5, r - 0.5)
            painter.drawEllipse(QPointF(x, y), 1.0, 1.0)
        elif shape == "change":
            painter.setBrush(Qt.NoBrush)
            painter.setPen(QPen(colour, 1.5, Qt.SolidLine, Qt.RoundCap))
            painter.drawLine(QLineF(x - r, y, x + r, y))
            for dy in (-3.0, 3.0):
                painter.drawLine(QLineF(x + r - 3.0, y + dy, x + r, y))
        else:
            # A flag on its pole.
            pole = round(x) + 0.5
            painter.drawPolygon(QPolygonF([QPointF(pole, y - 7), QPointF(pole + 9, y - 3.5), QPointF(pole, y)]))
            painter.setPen(QPen(colour, 1.2))
            painter.drawLine(QLineF(pole, y - 7, pole, y + 7))
        painter.setBrush(Qt.NoBrush)
        painter.setRenderHint(QPainter.Antialiasing, False)

    def _write(self, x: float, words: str, colour: QColor, occupied: list[QRectF]) -> None:
        """Write a mark's words at its right, else at its left, else nowhere: its tooltip has them."""
        if not words:
            return
        words = self._metrics.elidedText(words, Qt.ElideRight, 220)
        width = self._metrics.horizontalAdvance(words) + 1
        reach = _RADIUS_PX + _GAP_PX
        others = [box for box in occupied if not box.left() <= x <= box.right()]
        for left in (x + reach, x - reach - width):
            box = QRectF(left, self._row - 8, width, 16)
            is_inside = box.left() >= self._layout.left_px and box.right() <= self._layout.right_px
            if is_inside and not any(other.intersects(box.adjusted(-6, 0, 6, 0)) for other in others):
                self._painter.setFont(self._font)
                self._painter.setPen(colour)
                self._painter.drawText(box, Qt.AlignVCenter, words)
                self.labels.append(Label(box, words, colour, self._font))
                occupied.append(box)
                return
