"""Draws what changes with every tick of the timeline: ruler labels, loop, cursor, the values at the cursor."""

import numpy as np
from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QFontMetrics, QPainter, QPen, QPolygonF

from osimviz.analysis.lane_data import LaneData
from osimviz.analysis.spans import spans_of
from osimviz.formatting import number
from osimviz.frames import FEET, Array
from osimviz.ui.timeline.marks import Label
from osimviz.ui.timeline.painter import TimelinePainter
from osimviz.view_state import ViewState

_FLAG_HEIGHT_PX = 15
_BRACKET_PX = 2
#: Of the tint of what a search found, under the lanes, which stay the stronger.
_HIT_OPACITY = 0.55


class CursorPainter(TimelinePainter):
    """Paints over and under the kept picture of the lanes.

    Parameters as of `TimelinePainter`.
    """

    def paint_under(self, view: ViewState | None, recorded_s: float, hits_s: Array) -> None:
        """Paint the ground: ruler, the part that is not recorded, the loop's tint, and what a search found.

        `hits_s` are ranges of time (n, 2), s.
        """
        layout, theme, painter = self._layout, self._theme, self._painter
        ruler, lanes = layout.box("ruler"), layout.lanes_box()
        painter.fillRect(ruler, theme.colour("field"))
        beyond = min(max(self._scale.x_of(recorded_s), lanes.left()), lanes.right()) if recorded_s else lanes.left()
        room = QRectF(round(beyond), lanes.top(), lanes.right() - round(beyond), lanes.height())
        painter.fillRect(room, theme.colour("window", 0.55))
        if view is not None and view.loop_s is not None:
            left, right = self._loop_sides(view.loop_s)
            painter.fillRect(QRectF(left, 0, right - left, ruler.height()), theme.colour("accent_soft"))
            painter.fillRect(QRectF(left, lanes.top(), right - left, lanes.height()), theme.colour("accent", 0.05))
        self._hits(hits_s, ruler, lanes)

    def _hits(self, hits_s: Array, ruler: QRectF, lanes: QRectF) -> None:
        """Tint what a search found; the narrowest hit is 2 px wide, and hits that meet are painted as one."""
        soft, strong = self._theme.colour("accent_soft", _HIT_OPACITY), self._theme.colour("text_weak")
        first_px, n_columns = int(lanes.left()), int(lanes.width())
        columns = np.rint(self._scale.xs_of(hits_s)).astype(np.intp) - first_px
        starts, stops = columns[:, 0], np.maximum(columns[:, 1], columns[:, 0] + 2)
        # How many hits begin in each column, less those that end there.
        edges = np.zeros(n_columns + 1, dtype=np.intp)
        np.add.at(edges, np.clip(starts, 0, n_columns), 1)
        np.add.at(edges, np.clip(stops, 0, n_columns), -1)
        for span in spans_of(np.cumsum(edges[:-1]) > 0):
            left, width = first_px + span.first, span.last + 1 - span.first
            self._painter.fillRect(QRectF(left, lanes.top(), width, lanes.height()), soft)
            self._painter.fillRect(QRectF(left, ruler.bottom() - 4, width, 4), strong)

    def paint_live_end(self, view: ViewState | None, recorded_s: float) -> None:
        """Paint where a run that still grows has come to, with what it does there."""
        if view is None or view.phase not in ("running", "stopping") or view.last_index < 0:
            return
        x = round(self._scale.x_of(recorded_s)) + 0.5
        if not self._layout.left_px <= x <= self._layout.right_px:
            return
        colour = self._theme.colour("warn" if view.is_paused else "good")
        words = "paused" if view.is_paused else "live · following" if view.is_following else "live"
        top, height = self._layout.spans["events"]
        pen = QPen(colour, 1)
        pen.setDashPattern([2, 2])
        self._painter.setPen(pen)
        self._painter.drawLine(QLineF(x, top, x, self._layout.bottom_px))
        width = self._metrics.horizontalAdvance(words)
        # The cursor is ahead of the lanes, which are read ten times a second at most: the words stand beyond both.
        cursor = self._scale.x_of(view.time_s)
        beyond = cursor if x < cursor < x + 8 + width else x
        left = beyond + 5 if beyond + 8 + width < self._layout.right_px else x - 5 - width
        self._painter.setFont(self._font)
        self._painter.setPen(colour)
        self._painter.drawText(QRectF(left, top + height / 2, width + 2, height / 2), Qt.AlignVCenter, words)

    def paint_over(self, view: ViewState | None, data: LaneData | None, labels: list[Label]) -> None:
        """Paint the times on the ruler, the loop's bracket, the cursor, and the values at the cursor."""
        if view is None or view.index < 0:
            self._ruler_labels(QRectF())
            return
        flag = self._flag_box(view)
        self._ruler_labels(flag)
        if view.loop_s is not None:
            self._bracket(view.loop_s)
        if data is not None and data.n_frames:
            # The cursor of a run that grows is ahead of the lanes, which are read ten times a second at most.
            self._values(min(view.index, data.n_frames - 1), data)
        x = self._scale.x_of(view.time_s)
        if self._layout.left_px <= x <= self._layout.right_px:
            self._cursor(x, flag, view, labels)

    def _loop_sides(self, loop_s: tuple[float, float]) -> tuple[float, float]:
        """Return where the loop begins and ends within the lanes, px."""
        left_px, right_px = self._layout.left_px, self._layout.right_px
        left, right = (round(self._scale.x_of(time_s)) for time_s in loop_s)
        return min(max(left, left_px), right_px), min(max(right, left_px), right_px)

    def _ruler_labels(self, flag: QRectF) -> None:
        """Write the times that the cursor's flag leaves in sight."""
        self._painter.setFont(self._font)
        self._painter.setPen(self._theme.colour("text_mid"))
        distance = self._scale.label_distance_s
        decimals = 2 if distance < 0.099 else 1 if distance < 0.99 else 0
        for time_s in self._scale.label_ticks():
            text = f"{time_s:.{decimals}f}"
            left = round(self._scale.x_of(time_s)) + 5
            box = QRectF(left, 1, self._metrics.horizontalAdvance(text) + 1, 14)
            if box.right() <= self._layout.right_px and not flag.adjusted(-3, 0, 3, 0).intersects(box):
                self._painter.drawText(box, Qt.AlignVCenter, text)

    def _bracket(self, loop_s: tuple[float, float]) -> None:
        left, right = self._loop_sides(loop_s)
        accent, bottom = self._theme.colour("accent"), self._layout.spans["ruler"][1]
        self._painter.fillRect(QRectF(left, bottom - _BRACKET_PX, right - left, _BRACKET_PX), accent)
        for x in (left, right - _BRACKET_PX):
            self._painter.fillRect(QRectF(x, bottom - 7, _BRACKET_PX, 7), accent)

    def _flag_text(self, view: ViewState) -> str:
        # Steps of a hundredth of a second need two decimals, finer ones three.
        is_coarse = abs(view.step_s * 100 - round(view.step_s * 100)) < 1e-6
        return f"{view.time_s:.{2 if is_coarse else 3}f}"

    def _flag_box(self, view: ViewState) -> QRectF:
        """Return the place of the cursor's flag: at the cursor, within the widget."""
        metrics = QFontMetrics(self._theme.font(bold=True, small=True))
        width = metrics.horizontalAdvance(self._flag_text(view)) + 14
        x = self._scale.x_of(view.time_s)
        if not self._layout.left_px <= x <= self._layout.right_px:
            return QRectF()
        left = min(max(x - width / 2, 4.0), self._layout.width_px - width)
        return QRectF(round(left), 0, width, _FLAG_HEIGHT_PX)

    def _cursor(self, x: float, flag: QRectF, view: ViewState, labels: list[Label]) -> None:
        painter, layout = self._painter, self._layout
        accent = self._theme.colour("accent")
        column = round(x) + 0.5
        painter.setPen(QPen(accent, 1))
        painter.drawLine(QLineF(column, _FLAG_HEIGHT_PX, column, layout.bottom_px))
        for label in labels:
            if label.box.left() - 2 <= column <= label.box.right() + 2:
                painter.fillRect(label.box.adjusted(-2, 1, 2, -1), self._theme.colour("panel"))
                painter.setFont(label.font)
                painter.setPen(label.colour)
                painter.drawText(label.box, Qt.AlignVCenter, label.text)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        painter.setBrush(accent)
        painter.drawRoundedRect(flag, 2, 2)
        tip = [
            QPointF(column - 5, flag.bottom()),
            QPointF(column + 5, flag.bottom()),
            QPointF(column, flag.bottom() + 5),
        ]
        painter.drawPolygon(QPolygonF(tip))
        painter.setBrush(Qt.NoBrush)
        painter.setRenderHint(QPainter.Antialiasing, False)
        painter.setFont(self._theme.font(bold=True, small=True))
        painter.setPen(self._theme.colour("on_accent"))
        painter.drawText(flag, Qt.AlignCenter, self._flag_text(view))

    def _values(self, index: int, data: LaneData) -> None:
        """Write the values at the cursor into the right gutter."""
        forces = dict(zip(FEET, data.forces_bw[index], strict=False))
        for foot, force in forces.items():
            self._value(foot, number(float(force), "BW"), "BW")
        total = number(float(data.returns[index])) if index < data.returns.size else ""
        self._value("reward", number(float(data.rewards[index])), "", (0.0, 0.5))
        # Short: beside a number of three digits a word would not fit.
        self._value("reward", total, "Σ", (0.5, 1.0))
        self._value("wall_time", number(float(data.wall_times_s[index]) * 1e3, "ms"), "ms")

    def _value(self, lane: str, value: str, unit: str, part: tuple[float, float] = (0.0, 1.0)) -> None:
        """Write a value and its unit beside a part of a lane."""
        if lane not in self._layout.spans or value in ("", "–"):
            return
        top, height = self._layout.spans[lane]
        box = QRectF(self._layout.right_px + 8, top + part[0] * height, 80, (part[1] - part[0]) * height)
        self._painter.setFont(self._font)
        self._painter.setPen(self._theme.colour("text"))
        self._painter.drawText(box, Qt.AlignVCenter, value)
        self._painter.setPen(self._theme.colour("text_weak"))
        box.setLeft(box.left() + self._metrics.horizontalAdvance(value) + 4)
        self._painter.drawText(box, Qt.AlignVCenter, unit)
