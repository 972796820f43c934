"""Draws the lanes of the timeline: ruler, events, stance bars, reward, step wall time. Painting only."""

from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QFontMetrics, QPainter, QPen, QPolygonF

from osimviz.analysis.gait_events import FootEvent
from osimviz.frames import FEET, Array
from osimviz.ui.formatting import number
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme
from osimviz.ui.timeline_data import LaneData, largest_per_pixel
from osimviz.ui.timeline_scale import TimeScale

#: Real time of a step that keeps pace with the simulation is the step itself; the dashed line of the last lane.
_BAR_PX = 10
_CHATTER_TICK_PX = 9


@dataclass(frozen=True, slots=True)
class LaneHeights:
    """Heights of the lanes, top to bottom, px."""

    ruler: int = 20
    events: int = 48
    stance: int = 20
    reward: int = 32
    wall_time: int = 28

    def tops(self) -> dict[str, int]:
        """Return where each lane begins."""
        tops, y = {}, 0
        for name, height in (
            ("ruler", self.ruler),
            ("events", self.events),
            ("right", self.stance),
            ("left", self.stance),
            ("reward", self.reward),
            ("wall_time", self.wall_time),
        ):
            tops[name] = y
            y += height
        tops["end"] = y
        return tops


WIDE, NARROW = LaneHeights(), LaneHeights(20, 44, 18, 28, 26)


class LanePainter:
    """Paints one state of the lanes.

    Parameters
    ----------
    painter : QPainter
        Of the widget's pixmap.
    theme : Theme
        Colours and fonts.
    scale : TimeScale
        Time to pixels.
    heights : LaneHeights
        Heights of the lanes.
    """

    def __init__(self, painter: QPainter, theme: Theme, scale: TimeScale, heights: LaneHeights) -> None:
        self._painter = painter
        self._theme = theme
        self._scale = scale
        self._heights = heights
        self._tops = heights.tops()
        self._small = theme.font(small=True)
        self._metrics = QFontMetrics(self._small)
        painter.setFont(self._small)

    def paint_frame(self, total_width_px: int, recorded_until_s: float) -> None:
        """Paint ruler, lane names, rules, and the part that is not recorded yet."""
        painter, theme, scale = self._painter, self._theme, self._scale
        painter.fillRect(QRectF(0, 0, total_width_px, self._tops["end"]), theme.colour("panel"))
        painter.fillRect(QRectF(scale.left_px, 0, scale.width_px, self._heights.ruler), theme.colour("field"))
        unrecorded = max(min(scale.x_of(recorded_until_s), scale.left_px + scale.width_px), scale.left_px)
        room = QRectF(
            unrecorded,
            self._heights.ruler,
            scale.left_px + scale.width_px - unrecorded,
            self._tops["end"] - self._heights.ruler,
        )
        painter.fillRect(room, theme.colour("window", 0.55))
        painter.setPen(QPen(theme.colour("grid"), 1))
        for name in ("right", "left", "reward", "wall_time"):
            y = self._tops[name] + 0.5
            painter.drawLine(QPointF(scale.left_px, y), QPointF(scale.left_px + scale.width_px, y))
        painter.setPen(theme.colour("text_weak"))
        self._name("s", 0, self._heights.ruler)

    def paint_names(self, *, has_feet: bool, is_narrow: bool) -> None:
        """Paint the names of the lanes at the left."""
        names = [("events", "events", self._heights.events // 2)]
        if has_feet:
            names += [("right", "stance R", self._heights.stance), ("left", "stance L", self._heights.stance)]
        names += [
            ("reward", "reward", self._heights.reward),
            ("wall_time", "wall time" if is_narrow else "step wall time", self._heights.wall_time),
        ]
        self._painter.setPen(self._theme.colour("text_mid"))
        for lane, text, height in names:
            self._name(text, self._tops[lane], height)

    def paint_ruler(self, step_s: float) -> None:
        """Paint ticks and their times."""
        painter, scale = self._painter, self._scale
        bottom = float(self._heights.ruler)
        painter.setPen(QPen(self._theme.colour("edge"), 1))
        for time_s in scale.minor_ticks(step_s):
            x = round(scale.x_of(time_s)) + 0.5
            is_long = abs(time_s / (5 * step_s) - round(time_s / (5 * step_s))) < 1e-6
            painter.drawLine(QPointF(x, bottom - (6 if is_long else 3)), QPointF(x, bottom))
        labels = scale.label_ticks()
        distance = labels[1] - labels[0] if len(labels) > 1 else 1.0
        decimals = 2 if distance < 0.099 else 1 if distance < 0.99 else 0
        for time_s in labels:
            x = round(scale.x_of(time_s)) + 0.5
            painter.setPen(QPen(self._theme.colour("edge"), 1))
            painter.drawLine(QPointF(x, 4), QPointF(x, bottom))
            painter.setPen(self._theme.colour("text_weak"))
            text = f"{time_s:.{decimals}f}"
            if x + 4 + self._metrics.horizontalAdvance(text) < scale.left_px + scale.width_px:
                painter.drawText(QRectF(x + 4, 0, 60, bottom - 2), Qt.AlignVCenter, text)

    def paint_stances(self, data: LaneData) -> None:
        """Paint a bar per stance; chatter as an outline."""
        for foot in FEET:
            top = self._tops[foot] + (self._heights.stance - _BAR_PX) / 2
            colour = self._theme.colour(foot)
            for stance in data.stances.get(foot, []):
                left = self._scale.x_of(stance.first * data.step_s)
                right = self._scale.x_of(min(stance.last + 1, data.n_frames - 1) * data.step_s)
                box = self._inside(QRectF(left, top, max(right - left, 1.0), _BAR_PX))
                if box.isEmpty():
                    continue
                if stance.is_chatter and box.width() > 3:
                    self._painter.setPen(QPen(colour, 1))
                    self._painter.setBrush(Qt.NoBrush)
                    self._painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
                else:
                    self._painter.fillRect(box, colour)

    def paint_reward(self, data: LaneData) -> None:
        """Paint one level piece per step, from 0 to the largest, which is printed at the left."""
        top, height = self._tops["reward"], self._heights.reward
        finite = data.rewards[np.isfinite(data.rewards)]
        if not finite.size:
            return
        lowest, highest = min(float(finite.min()), 0.0), max(float(finite.max()), 0.0)
        span = max(highest - lowest, 1e-9)
        ys = top + height - 5 - (data.rewards - lowest) / span * (height - 10)
        self._painter.setPen(QPen(self._theme.colour("series1"), 1))
        self._painter.drawPolyline(self._stairs(data.times_s, ys, data.step_s))
        self._painter.setPen(self._theme.colour("text_weak"))
        label = QRectF(self._scale.left_px + 4, top + 1, 80, 12)
        self._painter.drawText(label, Qt.AlignVCenter, number(highest if highest > 0 else lowest))

    def paint_wall_times(self, data: LaneData) -> None:
        """Paint a bar per step and the dashed line of real time; the longest bar fills the lane."""
        top, height = self._tops["wall_time"], self._heights.wall_time
        wall = data.wall_times_s
        finite = wall[np.isfinite(wall)]
        if not finite.size:
            return
        # A single stall must not flatten all other bars: they fill the lane at three times their median.
        full = max(3.0 * float(np.median(finite)), 1.5 * data.step_s)
        base = top + height - 3
        columns = np.floor(np.array([self._scale.x_of(t - data.step_s) for t in data.times_s])).astype(int)
        width = max(round(data.step_s * self._scale.px_per_s), 1)
        offset = int(self._scale.left_px)
        n_columns = int(self._scale.width_px)
        largest = largest_per_pixel(wall, columns - offset, n_columns)
        bar, slow = self._theme.colour("edge"), self._theme.colour("warn")
        for column in np.flatnonzero(np.isfinite(largest)):
            share = float(largest[column]) / full
            tall = max(min(share, 1.0) * (height - 6), 1.0)
            right = min(column + max(width - 1, 1), n_columns)
            box = QRectF(offset + column, base - tall, right - column, tall)
            self._painter.fillRect(box, slow if share > 1.0 else bar)
        y = base - data.step_s / full * (height - 6)
        pen = QPen(self._theme.colour("text_weak"), 1)
        pen.setDashPattern([2, 3])
        self._painter.setPen(pen)
        self._painter.drawLine(QPointF(offset, y), QPointF(offset + n_columns, y))

    def paint_events(self, data: LaneData) -> None:
        """Paint contact marks in the first row, the end in the second."""
        shown = [event for event in data.events if not event.is_chatter]
        xs = [self._scale.x_of(event.index * data.step_s) for event in shown]
        middle = self._tops["events"] + self._heights.events * 0.27
        for event in data.events:
            if event.is_chatter:
                self._chatter_tick(self._scale.x_of(event.index * data.step_s), middle, event.foot)
        for number_, (event, x) in enumerate(zip(shown, xs, strict=True)):
            room = (xs[number_ + 1] if number_ + 1 < len(xs) else float("inf")) - x
            self._foot_mark(event, x, middle, room)
        if data.outcome is not None and data.n_frames:
            self._end_mark(data)

    def paint_empty(self, *, is_running: bool) -> None:
        """Say what goes into the lanes."""
        self._painter.setPen(self._theme.colour("text_weak"))
        left = self._scale.left_px + 64
        words = (
            ("events", self._heights.events // 2, "Foot contacts and the end of the run appear here."),
            ("reward", self._heights.reward, "Drag anywhere to scrub, also while the run goes on."),
        )
        for lane, height, text in words:
            self._painter.drawText(QRectF(left, self._tops[lane], 600, height), Qt.AlignVCenter, text)

    def _name(self, text: str, top: float, height: float) -> None:
        box = QRectF(0, top, self._scale.left_px - 8, height)
        self._painter.drawText(box, Qt.AlignRight | Qt.AlignVCenter, text)

    def _inside(self, box: QRectF) -> QRectF:
        lane = QRectF(self._scale.left_px, box.top(), self._scale.width_px, box.height())
        return box.intersected(lane)

    def _stairs(self, times_s: Array, ys: Array, step_s: float) -> QPolygonF:
        """Return the level pieces of the visible steps; step k reaches from the time before it to its own."""
        first = max(int((self._scale.start_s) / step_s), 1)
        last = min(int(self._scale.end_s / step_s) + 2, len(times_s))
        left, right = self._scale.left_px, self._scale.left_px + self._scale.width_px
        points = QPolygonF()
        for step in range(first, last):
            if np.isfinite(ys[step]):
                for time_s in (times_s[step - 1], times_s[step]):
                    points.append(QPointF(min(max(self._scale.x_of(float(time_s)), left), right), float(ys[step])))
        return points

    def _is_visible(self, x: float) -> bool:
        return self._scale.left_px - 1 <= x <= self._scale.left_px + self._scale.width_px + 1

    def _chatter_tick(self, x: float, middle: float, foot: str) -> None:
        if self._is_visible(x):
            self._painter.setPen(QPen(self._theme.colour(foot), 1))
            half = _CHATTER_TICK_PX / 2
            self._painter.drawLine(QPointF(round(x) + 0.5, middle - half), QPointF(round(x) + 0.5, middle + half))

    def _foot_mark(self, event: FootEvent, x: float, middle: float, room_px: float) -> None:
        if not self._is_visible(x):
            return
        painter, colour = self._painter, self._theme.colour(event.foot)
        painter.setRenderHint(QPainter.Antialiasing)
        up = event.kind == "toe-off"
        tip, base = (middle - 5, middle + 4) if up else (middle + 5, middle - 4)
        mark = QPolygonF([QPointF(x - 5.5, base), QPointF(x + 5.5, base), QPointF(x, tip)])
        painter.setPen(QPen(colour, 1.3) if up else Qt.NoPen)
        painter.setBrush(Qt.NoBrush if up else colour)
        painter.drawPolygon(mark)
        painter.setBrush(Qt.NoBrush)
        painter.setRenderHint(QPainter.Antialiasing, False)
        letter = event.foot[0].upper()
        for text in (f"{event.kind} {letter}", letter):
            if self._metrics.horizontalAdvance(text) + 20 < room_px:
                painter.setPen(self._theme.colour("text_mid"))
                painter.drawText(QRectF(x + 8, middle - 8, 90, 16), Qt.AlignVCenter, text)
                break

    def _end_mark(self, data: LaneData) -> None:
        """Paint the end: an octagon with a cross and a sentence, and a line through all lanes."""
        outcome = data.outcome
        assert outcome is not None
        is_bad = outcome.ended_by == "fell" or outcome.failure is not None
        name = "bad" if is_bad else "text_weak"
        colour = self._theme.colour(name)
        x = self._scale.x_of(float(data.times_s[-1]))
        if not self._is_visible(x):
            return
        painter = self._painter
        top = self._tops["events"]
        painter.fillRect(QRectF(round(x) - 1, top, 2, self._tops["end"] - top), colour)
        y = top + self._heights.events * 0.74
        icon("end-mark", self._theme.palette[name]).paint(painter, round(x) - 7, round(y) - 7, 14, 14)
        painter.setFont(self._theme.font(small=True, bold=is_bad))
        metrics = QFontMetrics(painter.font())
        text = _short_end(outcome.sentence)
        width = min(metrics.horizontalAdvance(text) + 2, int(self._scale.width_px / 2))
        text = metrics.elidedText(text, Qt.ElideRight, width)
        painter.setPen(colour)
        fits_left = x - width - 12 > self._scale.left_px
        left = x - width - 12 if fits_left else x + 12
        alignment = Qt.AlignRight if fits_left else Qt.AlignLeft
        painter.drawText(QRectF(left, y - 8, width, 16), alignment | Qt.AlignVCenter, text)
        painter.setFont(self._small)


def _short_end(sentence: str) -> str:
    """Return an outcome's sentence without its time, which the mark's place tells: ``fell: pelvis below 0.6 m``."""
    head, colon, tail = sentence.partition(": ")
    if head.startswith("fell at"):
        return f"fell{colon}{tail}"
    head, at, _ = sentence.rpartition(" at ")
    return head if at and sentence.endswith(" s") else sentence
