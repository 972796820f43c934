"""The timeline: one cursor for the whole window, lanes of what happened, everything scrubs."""

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtWidgets import QToolTip, QVBoxLayout, QWidget

from osimviz.frames import FEET
from osimviz.recording import Recording
from osimviz.ui.formatting import number
from osimviz.ui.theme import Theme
from osimviz.ui.timeline_data import LaneData, read_lanes
from osimviz.ui.timeline_lanes import NARROW, WIDE, LanePainter
from osimviz.ui.timeline_scale import TimeScale
from osimviz.ui.timeline_transport import Transport
from osimviz.view_state import ViewState

_NARROW_PX = 1400
#: Distance within which a click means a mark instead of the place under the pointer.
_MARK_REACH_PX = 6.0


class Timeline(QWidget):
    """Transport row and lanes.

    Signals
    -------
    cursor_requested(int)
        The user points at a frame.
    loop_requested(int, int)
        The user drew a range, first and last frame.
    command_requested(str)
        A transport button was pressed.
    speed_requested(float)
        Another speed was chosen.
    """

    cursor_requested = pyqtSignal(int)
    loop_requested = pyqtSignal(int, int)
    command_requested = pyqtSignal(str)
    speed_requested = pyqtSignal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAttribute(Qt.WA_StyledBackground)
        self._transport = Transport(theme)
        self._lanes = _Lanes(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._transport)
        column.addWidget(self._lanes, 1)
        self._transport.command_requested.connect(self.command_requested)
        self._transport.speed_requested.connect(self.speed_requested)
        self._transport.fit_requested.connect(self._lanes.fit)
        self._lanes.cursor_requested.connect(self.cursor_requested)
        self._lanes.loop_requested.connect(self.loop_requested)

    def show_run(self, recording: Recording | None) -> None:
        """Show a run from its start, whole."""
        self._lanes.show_run(recording)

    def show_data(self) -> None:
        """Read appended frames again."""
        self._lanes.show_data()

    def show_view(self, view: ViewState) -> None:
        """Show cursor, loop and playback of a view state."""
        self._transport.show_view(view)
        self._lanes.show_view(view)

    def event_indices(self) -> list[int]:
        """Return the frames of contacts, lift-offs and the end, in order."""
        return self._lanes.event_indices()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._transport.set_theme(theme)
        self._lanes.set_theme(theme)

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(1200, 196 if self.width() < _NARROW_PX else 212)

    def minimumSizeHint(self) -> QSize:
        """Qt's override: all lanes stay in sight."""
        return QSize(760, 36 + NARROW.tops()["end"] + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override."""
        super().resizeEvent(event)
        self._transport.set_narrow(self.width() < _NARROW_PX)


class _Lanes(QWidget):
    """The lanes under the transport; painted into a pixmap, the cursor over it."""

    cursor_requested = pyqtSignal(int)
    loop_requested = pyqtSignal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._theme = theme
        self._recording: Recording | None = None
        self._data: LaneData | None = None
        self._view: ViewState | None = None
        self._zoom: TimeScale | None = None
        self._picture: QPixmap | None = None
        self._drag = ""
        self._drag_start = 0

    def show_run(self, recording: Recording | None) -> None:
        """Show a run, whole."""
        self._recording = recording
        self._zoom = None
        self.show_data()

    def show_data(self) -> None:
        """Read the recording again."""
        self._data = read_lanes(self._recording)
        self._repaint_lanes()

    def show_view(self, view: ViewState) -> None:
        """Show cursor and loop."""
        if self._view is None or self._whole_s(view) != self._whole_s(self._view):
            self._picture = None
        self._view = view
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._repaint_lanes()

    def fit(self) -> None:
        """Show the whole run."""
        self._zoom = None
        self._repaint_lanes()

    def event_indices(self) -> list[int]:
        """Return the frames of contacts, lift-offs and the end, in order."""
        return self._data.event_indices() if self._data is not None else []

    def _repaint_lanes(self) -> None:
        self._picture = None
        self.update()

    def _whole_s(self, view: ViewState | None) -> float:
        """Return the length of the whole axis: the recording, and while it grows some room ahead of it."""
        if view is None:
            return 1.0
        recorded_s = max(view.last_index, 0) * view.step_s
        if view.phase not in ("starting", "running", "stopping"):
            return max(recorded_s, 10 * view.step_s) * 1.02
        limit_s = max(view.step_limit * view.step_s, 10 * view.step_s)
        # Doubles as the run grows, so that steps of a long run are not squeezed into its first pixels.
        room_s = 1.0
        while room_s < recorded_s * 1.15:
            room_s *= 2.0
        return min(limit_s, room_s)

    @property
    def _gutters(self) -> tuple[int, int]:
        return (84, 80) if self.width() < _NARROW_PX else (96, 92)

    def _scale(self) -> TimeScale:
        left, right = self._gutters
        width = max(self.width() - left - right, 10)
        if self._zoom is not None:
            return TimeScale(self._zoom.start_s, self._zoom.end_s, left, width)
        return TimeScale(0.0, self._whole_s(self._view), left, width)

    def _index_at(self, x_px: float) -> int:
        assert self._view is not None
        step = round(self._scale().time_at(x_px) / self._view.step_s)
        return min(max(step, 0), max(self._view.last_index, 0))

    def _paint_lanes(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._theme.colour("panel"))
        is_narrow = self.width() < _NARROW_PX
        painter = QPainter(picture)
        lanes = LanePainter(painter, self._theme, self._scale(), NARROW if is_narrow else WIDE)
        data = self._data
        step_s = self._view.step_s if self._view is not None else 0.01
        lanes.paint_frame(self.width(), float(data.times_s[-1]) if data is not None else 0.0)
        lanes.paint_ruler(step_s)
        lanes.paint_names(has_feet=data is None or data.has_feet, is_narrow=is_narrow)
        if data is None or data.n_frames < 20:
            lanes.paint_empty(is_running=data is not None)
        if data is not None:
            lanes.paint_wall_times(data)
            lanes.paint_reward(data)
            lanes.paint_stances(data)
            lanes.paint_events(data)
        painter.end()
        return picture

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: the kept picture, then loop, cursor and values over it."""
        if self._picture is None:
            self._picture = self._paint_lanes()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self._view is not None and self._view.index >= 0:
            self._paint_loop(painter, self._view)
            self._paint_values(painter, self._view)
            self._paint_cursor(painter, self._view)
        painter.end()

    def _bottom(self) -> int:
        return (NARROW if self.width() < _NARROW_PX else WIDE).tops()["end"]

    def _paint_loop(self, painter: QPainter, view: ViewState) -> None:
        if view.loop is None:
            return
        scale = self._scale()
        lane = QRectF(scale.left_px, 0, scale.width_px, self._bottom())
        left, right = (scale.x_of(index * view.step_s) for index in view.loop)
        box = QRectF(left, 0, right - left, self._bottom()).intersected(lane)
        painter.fillRect(box, self._theme.colour("accent", 0.07))
        painter.fillRect(QRectF(box.left(), 18, box.width(), 2), self._theme.colour("accent"))
        for x in (box.left(), box.right() - 2):
            painter.fillRect(QRectF(x, 12, 2, 8), self._theme.colour("accent"))

    def _paint_cursor(self, painter: QPainter, view: ViewState) -> None:
        scale = self._scale()
        x = scale.x_of(view.time_s)
        if not scale.left_px - 1 <= x <= scale.left_px + scale.width_px + 1:
            return
        accent = self._theme.colour("accent")
        painter.setPen(QPen(accent, 1))
        painter.drawLine(QPointF(round(x) + 0.5, 18), QPointF(round(x) + 0.5, self._bottom()))
        painter.setFont(self._theme.font(bold=True, small=True))
        text = f"{view.time_s:.2f}"
        width = QFontMetrics(painter.font()).horizontalAdvance(text) + 12
        left = min(max(x - width / 2, scale.left_px - 8), self.width() - width)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(left, 1, width, 15), 2, 2)
        painter.drawPolygon(QPolygonF([QPointF(x - 4, 16), QPointF(x + 4, 16), QPointF(x, 20)]))
        painter.setPen(self._theme.colour("on_accent"))
        painter.drawText(QRectF(left, 1, width, 15), Qt.AlignCenter, text)
        painter.setRenderHint(QPainter.Antialiasing, False)

    def _paint_values(self, painter: QPainter, view: ViewState) -> None:
        """Write the values at the cursor into the right gutter."""
        data = self._data
        if data is None or view.index >= data.n_frames:
            return
        heights = NARROW if self.width() < _NARROW_PX else WIDE
        tops = heights.tops()
        rows: list[tuple[float, float, str, str]] = []
        for foot, force in zip(FEET, data.forces_bw[view.index], strict=False):
            rows.append((tops[foot], heights.stance, number(float(force), "BW"), "BW"))
        reward, wall_s = float(data.rewards[view.index]), float(data.wall_times_s[view.index])
        rows.append((tops["reward"], heights.reward, number(reward), ""))
        rows.append((tops["wall_time"], heights.wall_time, number(wall_s * 1e3, "ms"), "ms"))
        left = self.width() - self._gutters[1] + 8
        font = self._theme.font(small=True)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        for top, height, value, unit in rows:
            painter.setPen(self._theme.colour("text"))
            painter.drawText(QRectF(left, top, 80, height), Qt.AlignVCenter, value)
            painter.setPen(self._theme.colour("text_weak"))
            shift = metrics.horizontalAdvance(value) + 4
            painter.drawText(QRectF(left + shift, top, 60, height), Qt.AlignVCenter, unit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override."""
        super().resizeEvent(event)
        self._picture = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's override: left scrubs, Shift+left or right draws a loop, middle moves the visible range."""
        if self._view is None or self._view.last_index < 0:
            return
        self._drag_start = self._index_at(event.x())
        if event.button() == Qt.MiddleButton:
            self._drag, self._drag_start = "move", event.x()
        elif event.button() == Qt.RightButton or event.modifiers() & Qt.ShiftModifier:
            self._drag = "loop"
        else:
            self._drag = "cursor"
            self.cursor_requested.emit(self._mark_near(event) if event.y() < self._bottom() else self._drag_start)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        if self._view is None or self._view.last_index < 0:
            return
        if self._drag == "cursor":
            self.cursor_requested.emit(self._index_at(event.x()))
        elif self._drag == "loop":
            end = self._index_at(event.x())
            if end != self._drag_start:
                self.loop_requested.emit(min(self._drag_start, end), max(self._drag_start, end))
        elif self._drag == "move":
            self._zoom = self._scale().shifted(self._drag_start - event.x(), self._whole_s(self._view))
            self._drag_start = event.x()
            self._repaint_lanes()
        else:
            self._tell(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._drag = ""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt's override: show the whole run."""
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt's override: zoom around the pointer."""
        if self._view is not None:
            factor = 0.8 ** (event.angleDelta().y() / 120.0)
            whole_s = self._whole_s(self._view)
            zoomed = self._scale().zoomed(factor, event.position().x(), whole_s, self._view.step_s)
            self._zoom = zoomed if zoomed.end_s - zoomed.start_s < whole_s * 0.999 else None
            self._repaint_lanes()
        event.accept()

    def _mark_near(self, event: QMouseEvent) -> int:
        """Return the frame of an event mark under the pointer, or the frame at the pointer."""
        assert self._view is not None
        here = self._index_at(event.x())
        heights = NARROW if self.width() < _NARROW_PX else WIDE
        tops = heights.tops()
        if self._data is None or not tops["events"] <= event.y() < tops["right"]:
            return here
        indices = np.array(self._data.event_indices(), dtype=int)
        if not indices.size:
            return here
        distances = np.abs([self._scale().x_of(index * self._view.step_s) - event.x() for index in indices])
        nearest = int(np.argmin(distances))
        return int(indices[nearest]) if distances[nearest] <= _MARK_REACH_PX else here

    def _tell(self, event: QMouseEvent) -> None:
        """Show time, step and values under the pointer."""
        data = self._data
        scale = self._scale()
        inside = scale.left_px <= event.x() <= scale.left_px + scale.width_px
        if data is None or not inside or not data.n_frames:
            QToolTip.hideText()
            return
        index = self._index_at(event.x())
        if index >= data.n_frames:
            return
        lines = [f"{data.times_s[index]:.2f} s · step {index}"]
        if np.isfinite(data.rewards[index]):
            lines.append(f"reward {number(float(data.rewards[index]))}")
            lines.append(f"took {number(float(data.wall_times_s[index]) * 1e3, 'ms')} ms")
        QToolTip.showText(event.globalPos(), "\n".join(lines), self)
