"""Draws the events of the timeline: foot contacts, toe-offs, chatter, the end of the run. Painting only."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from osimviz.analysis.gait_events import FootEvent
from osimviz.analysis.lane_data import LaneData
from osimviz.ui.theme import Theme
from osimviz.ui.timeline.layout import LaneLayout
from osimviz.ui.timeline.painter import TimelinePainter
from osimviz.ui.timeline.scale import TimeScale

_TICK_PX = 9
#: Half width of a mark: usual, and where marks are close.
LARGE_PX, _SMALL_PX = 5.5, 3.5
#: Half height of a mark of half width 1: about that of an equal-sided triangle.
_MARK_HEIGHT = 0.86
#: Width of the outline of a hollow mark.
_OUTLINE_PX = 1.4
#: Marks of the given size need this distance from each other, px.
_ROOM_LARGE_PX, _ROOM_SMALL_PX = 13.0, 8.0
#: Labels are left out altogether where fewer marks than this share have room for a letter: stray ones mislead.
_LABELLED_SHARE = 0.6
_LABEL_GAP_PX = 3
_END_RADIUS_PX = 7.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text that was painted, to be painted again in front of the cursor where that crosses it."""

    box: QRectF
    text: str
    colour: QColor
    font: QFont


class MarkPainter(TimelinePainter):
    """Paints the lane of events.

    Parameters as of `TimelinePainter`.

    Attributes
    ----------
    labels : list of Label
        The texts painted.
    end_boxes : list of QRectF
        Where the mark of the end and its words are, in the lower row.
    """

    def __init__(self, painter: QPainter, theme: Theme, layout: LaneLayout, scale: TimeScale) -> None:
        super().__init__(painter, theme, layout, scale)
        self._upper, self._lower = layout.event_rows_px
        self._ticked: set[tuple[float, str]] = set()
        self.labels: list[Label] = []
        self.end_boxes: list[QRectF] = []

    def paint(self, data: LaneData) -> None:
        """Paint all marks that are in sight."""
        layout = self._layout
        self._painter.setClipRect(QRectF(0, layout.spans["events"][0], layout.width_px, layout.bottom_px))
        for event in data.events:
            x = self._x(event, data)
            if event.is_chatter and self._is_visible(x):
                self._tick(x, event.foot)
        visible = [event for event in data.events if not event.is_chatter and self._is_visible(self._x(event, data))]
        shown, half_width_px = self._choose(visible, data)
        if half_width_px:
            for event in shown:
                centre, colour = QPointF(self._x(event, data), self._upper), self._theme.colour(event.foot)
                paint_foot_mark(self._painter, centre, half_width_px, colour, is_toe_off=event.kind == "toe-off")
            if half_width_px == LARGE_PX:
                self._label_marks(shown, data)
        else:
            for event in shown:
                self._tick(self._x(event, data), event.foot)
        if data.outcome is not None:
            self._end(data)
        self._painter.setClipping(False)

    def _x(self, event: FootEvent, data: LaneData) -> float:
        return self._scale.x_of(data.time_of(event.index))

    def _is_visible(self, x: float) -> bool:
        return self._layout.left_px <= x <= self._layout.right_px

    def _choose(self, events: list[FootEvent], data: LaneData) -> tuple[list[FootEvent], float]:
        """Return what is painted of the visible events, and the marks' half width, 0 for ticks.

        Toe-offs go first where marks would meet: the end of the stance bar below tells them too.
        """
        contacts = [event for event in events if event.kind == "contact"]
        for shown in (events, contacts):
            distances = np.diff([self._x(event, data) for event in shown])
            usual = float(np.quantile(distances, 0.1)) if distances.size else np.inf
            if usual >= _ROOM_LARGE_PX:
                return shown, LARGE_PX
            if usual >= _ROOM_SMALL_PX:
                return shown, _SMALL_PX
        return contacts, 0.0

    def _tick(self, x: float, foot: str) -> None:
        column = round(x) + 0.5
        # In a long run many share a column.
        if (column, foot) in self._ticked:
            return
        self._ticked.add((column, foot))
        self._painter.setPen(QPen(self._theme.colour(foot), 1))
        self._painter.drawLine(QLineF(column, self._upper - _TICK_PX / 2, column, self._upper + _TICK_PX / 2))

    def _label_marks(self, shown: list[FootEvent], data: LaneData) -> None:
        """Write ``contact L`` beside the marks, ``L`` where the next one is near, nothing where that is the rule."""
        drawn = set(shown)
        borders = sorted(
            [self._x(event, data) - LARGE_PX for event in data.events if event.is_chatter or event in drawn]
            + [self._scale.x_of(data.end_s) if data.outcome is not None else np.inf, self._layout.right_px]
        )
        chosen = []
        for event in shown:
            left = self._x(event, data) + LARGE_PX + _LABEL_GAP_PX
            room = borders[min(bisect_right(borders, left - _LABEL_GAP_PX), len(borders) - 1)] - left
            letter = event.foot[0].upper()
            texts = (f"{event.kind} {letter}", letter)
            chosen.append((left, next((t for t in texts if self._metrics.horizontalAdvance(t) < room - 2), "")))
        if sum(bool(text) for _, text in chosen) < _LABELLED_SHARE * len(chosen):
            return
        for left, text in chosen:
            if text:
                width = self._metrics.horizontalAdvance(text) + 1
                self._write(QRectF(left, self._upper - 8, width, 16), text, self._theme.colour("text_mid"), self._font)

    def _end(self, data: LaneData) -> None:
        """Paint the end: a line through all lanes, an octagon with a cross, and a sentence."""
        outcome = data.outcome
        assert outcome is not None
        x = self._scale.x_of(data.end_s)
        if not self._is_visible(x):
            return
        is_bad = outcome.ended_by == "fell" or outcome.failure is not None
        colour = self._theme.colour("bad" if is_bad else "text_mid")
        top = self._layout.spans["events"][0]
        self._painter.fillRect(QRectF(round(x) - 1, top, 2, self._layout.bottom_px - top), colour)
        self._octagon(QPointF(round(x), round(self._lower)), colour, is_bad=is_bad)
        font = self._theme.font(small=True, bold=is_bad)
        metrics = QFontMetrics(font)
        gap = _END_RADIUS_PX + 5
        room_left, room_right = x - gap - self._layout.left_px, self._layout.right_px - gap - x
        self.end_boxes = [QRectF(x - gap, round(self._lower) - 8, 2 * gap, 16)]
        sentence = short_end(outcome.sentence)
        for text in (metrics.elidedText(sentence, Qt.ElideRight, int(room_left)), sentence.partition(":")[0]):
            width = metrics.horizontalAdvance(text) + 1
            for left in (x - gap - width, x + gap):
                box = QRectF(left, round(self._lower) - 8, width, 16)
                is_inside = self._layout.left_px <= left and box.right() <= x + gap + room_right
                # A mark of the row that the words would cover goes before them; other places have the words as well.
                if is_inside and not any(box.left() < mark < box.right() for mark in self._others(data)):
                    self._write(box, text, colour, font)
                    self.end_boxes.append(box)
                    return

    def _others(self, data: LaneData) -> list[float]:
        """Return where the other marks of the lower row are, with some room around them."""
        steps = [mark.step for mark in data.bookmarks]
        steps += [span.first for kind in ("target", "target_change") for span in data.spans.get(kind, ())]
        if data.departure is not None:
            steps.append(data.departure)
        return [self._scale.x_of(data.time_of(step)) + dx for step in steps for dx in (-7.0, 0.0, 10.0)]

    def _octagon(self, centre: QPointF, colour: QColor, *, is_bad: bool) -> None:
        """Paint an octagon with a cross cut out, or, where nothing went wrong, a square."""
        painter, radius = self._painter, _END_RADIUS_PX
        cut = radius * (np.sqrt(2) - 1)
        corners = [(-cut, -radius), (cut, -radius), (radius, -cut), (radius, cut)]
        corners += [(-x, -y) for x, y in corners]
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in corners]))
        painter.setBrush(Qt.NoBrush)
        panel = self._theme.colour("panel")
        if is_bad:
            painter.setPen(QPen(panel, 1.8, Qt.SolidLine, Qt.RoundCap))
            for dx, dy in ((2.4, 2.4), (2.4, -2.4)):
                painter.drawLine(centre - QPointF(dx, dy), centre + QPointF(dx, dy))
        else:
            painter.fillRect(QRectF(centre.x() - 2.5, centre.y() - 2.5, 5, 5), panel)
        painter.setRenderHint(QPainter.Antialiasing, False)

    def _write(self, box: QRectF, text: str, colour: QColor, font: QFont) -> None:
        self._painter.setFont(font)
        self._painter.setPen(colour)
        self._painter.drawText(box, Qt.AlignVCenter, text)
        self.labels.append(Label(box, text, colour, font))


def paint_foot_mark(
    painter: QPainter, centre: QPointF, half_width_px: float, colour: QColor, *, is_toe_off: bool
) -> None:
    """Paint the mark of a foot: a filled triangle down where it lands, a hollow one up where it leaves the ground."""
    half_height = half_width_px * _MARK_HEIGHT
    tip, foot = (-half_height, half_height) if is_toe_off else (half_height, -half_height)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(QPen(colour, _OUTLINE_PX, Qt.SolidLine, Qt.RoundCap, Qt.RoundJoin) if is_toe_off else Qt.NoPen)
    painter.setBrush(Qt.NoBrush if is_toe_off else colour)
    # The pen of a hollow mark adds to its outline.
    half_width = half_width_px - _OUTLINE_PX / 2 if is_toe_off else half_width_px
    corners = (QPointF(-half_width, foot), QPointF(half_width, foot), QPointF(0.0, tip))
    painter.drawPolygon(QPolygonF([centre + corner for corner in corners]))
    painter.setBrush(Qt.NoBrush)
    painter.setRenderHint(QPainter.Antialiasing, False)


def short_end(sentence: str) -> str:
    """Return an outcome's sentence without its time, which the mark's place tells: ``fell: pelvis below 0.6 m``."""
    head, colon, tail = sentence.partition(": ")
    if head.startswith("fell at"):
        return f"fell{colon}{tail}"
    head, at, _ = sentence.rpartition(" at ")
    return head if at and sentence.endswith(" s") else sentence
