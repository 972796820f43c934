"""The lanes of the timeline as a widget: kept picture, cursor over it, mouse to wishes."""

from collections.abc import Collection, Sequence

import numpy as np
from PyQt5.QtCore import QPoint, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PyQt5.QtWidgets import QToolTip, QWidget

from osimviz.analysis.lane_data import LaneData, LaneReader
from osimviz.analysis.spans import Span
from osimviz.analysis.thresholds import DEFAULT_THRESHOLDS, Thresholds
from osimviz.formatting import number
from osimviz.frames import Array
from osimviz.recording import Recording
from osimviz.ui.theme import Theme
from osimviz.ui.timeline.cursor import CursorPainter
from osimviz.ui.timeline.lanes import LanePainter
from osimviz.ui.timeline.layout import LaneLayout, axis_end_s
from osimviz.ui.timeline.marks import Label, MarkPainter
from osimviz.ui.timeline.notes import NotePainter
from osimviz.ui.timeline.scale import TimeScale
from osimviz.view_state import ViewState

#: Within this distance a click means a mark instead of the place under the pointer.
_MARK_REACH_PX = 6.0
#: The hints for beginners stay until so many frames are there.
_HINTS_UNTIL_FRAMES = 40
#: Angle of one notch of a wheel, in Qt's eighths of a degree.
_NOTCH = 120.0
#: Time shown after a notch, as a share of before; how far a notch with Shift moves, as a share of the width.
_ZOOM_PER_NOTCH, _PAN_PER_NOTCH = 0.8, 1 / 12
#: A range in sight of this share of the whole axis is the whole: rounding leaves a little.
_NEARLY_WHOLE = 0.999
#: Time of a step while no run says it.
_USUAL_STEP_S = 0.01


class LaneStrip(QWidget):
    """Ruler and lanes.

    Signals
    -------
    cursor_requested(int)
        The user points at a frame.
    loop_requested(int, int)
        The user drew a range, first and last frame.
    """

    cursor_requested = pyqtSignal(int)
    loop_requested = pyqtSignal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._theme = theme
        self._recording: Recording | None = None
        self._thresholds = DEFAULT_THRESHOLDS
        self._reader: LaneReader | None = None
        self._hidden: frozenset[str] = frozenset()
        self._hits: tuple[Span, ...] = ()
        self._hits_s: Array = np.empty((0, 2))
        self._data: LaneData | None = None
        self._view: ViewState | None = None
        self._zoom: tuple[float, float] | None = None
        self._picture: QPixmap | None = None
        self._labels: list[Label] = []
        self._drag = ""
        self._drag_from = 0
        self._has_told = False
        self._more = QTimer(self)
        self._more.setInterval(0)
        self._more.timeout.connect(self._on_more_timeout)

    def show_run(self, recording: Recording | None) -> None:
        """Show a run, whole."""
        self._recording = recording
        self._reader = LaneReader(recording, self._thresholds) if recording is not None else None
        self._zoom = None
        self._hits = ()
        self.show_data()

    def show_thresholds(self, thresholds: Thresholds) -> None:
        """Mark from other thresholds on."""
        self._thresholds = thresholds
        if self._recording is not None:
            self._reader = LaneReader(self._recording, thresholds)
            self.show_data()

    def show_data(self) -> None:
        """Read the recording again."""
        self._data = self._reader.read() if self._reader is not None else None
        self._place_hits()
        self._draw_again()
        if self._reader is not None and not self._reader.is_complete:
            self._more.start()

    def show_hits(self, hits: Sequence[tuple[int, int]]) -> None:
        """Mark what a search found: first and last frame of each hit, in order of time."""
        self._hits = tuple(Span(first, last) for first, last in hits)
        self._place_hits()
        self.update()

    def hide_lanes(self, hidden: Collection[str]) -> None:
        """Leave these lanes of `HIDEABLE` out."""
        self._hidden = frozenset(hidden)
        self._draw_again()
        self.updateGeometry()

    def cursor_x_px(self) -> int:
        """Return the column of the cursor, within the widget."""
        x = round(self.scale.x_of(self._view.time_s)) if self._view is not None else 0
        return min(max(x, self._layout.left_px), self._layout.right_px)

    @property
    def lanes_height_px(self) -> int:
        """How high the lanes are."""
        return self._layout.bottom_px

    def show_view(self, view: ViewState) -> None:
        """Show cursor and loop; a zoomed axis turns a page when the cursor leaves it."""
        before, self._view = self._view, view
        if axis_end_s(before, self._start_s) != axis_end_s(view, self._start_s):
            self._picture = None
            self._keep_in_axis()
        if self._has_told and view.is_playing and before is not None and before.index != view.index:
            # What is under the pointer is another moment now.
            self._has_told = False
            QToolTip.hideText()
        if self._zoom is not None and (before is None or before.index != view.index):
            start_s, end_s = self._zoom
            if not start_s <= view.time_s <= end_s and self._drag == "":
                self._zoom_to(self.scale.paged(view.time_s, self._whole))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._draw_again()

    def fit(self) -> None:
        """Show the whole run."""
        self._zoom = None
        self._draw_again()

    def close(self) -> bool:
        """Let go of the run, whose file may be closed next: no further marks are looked for. Idempotent."""
        self._more.stop()
        self._recording = self._reader = None
        return bool(super().close())

    def event_indices(self) -> list[int]:
        """Return the frames one wants to go to, in order of time."""
        return self._data.event_indices() if self._data is not None else []

    def time_range_s(self) -> tuple[float, float]:
        """Return the range of time in sight."""
        return self._zoom or (self._whole.start_s, self._whole.end_s)

    @property
    def scale(self) -> TimeScale:
        """Time to pixels, as it is now."""
        return self._layout.scale(*self.time_range_s())

    @property
    def _layout(self) -> LaneLayout:
        has_feet = self._data is None or self._data.has_feet
        return LaneLayout.of(self.width(), has_feet=has_feet, hidden=self._hidden)

    @property
    def _start_s(self) -> float:
        """Where the axis begins: at the first frame, which of a motion from a file may be anywhere."""
        return float(self._data.times_s[0]) if self._data is not None else 0.0

    @property
    def _whole(self) -> TimeScale:
        return self._layout.scale(self._start_s, axis_end_s(self._view, self._start_s))

    @property
    def _step_s(self) -> float:
        return self._view.step_s if self._view is not None else _USUAL_STEP_S

    def _keep_in_axis(self) -> None:
        """Bring a zoomed range back into an axis that became shorter, as at the end of a run."""
        if self._zoom is not None and self._zoom[1] > self._whole.end_s:
            self._zoom_to(self.scale.shifted(0.0, self._whole))

    def _zoom_to(self, seen: TimeScale) -> None:
        """Show a range of time; one that is the whole axis follows it from then on."""
        whole = self._whole
        is_whole = seen.end_s - seen.start_s >= _NEARLY_WHOLE * (whole.end_s - whole.start_s)
        self._zoom = None if is_whole else (seen.start_s, seen.end_s)
        self._draw_again()

    def _on_more_timeout(self) -> None:
        """Look for marks in a further part of a long run, while nothing else is to be done."""
        if self._reader is not None and not self._reader.is_complete:
            self._reader.read_more()
        else:
            self._more.stop()
            self._draw_again()

    def _place_hits(self) -> None:
        # Once, not with every tick: a search may find thousands.
        self._hits_s = self._data.ranges_of(self._hits) if self._data is not None else np.empty((0, 2))

    def _draw_again(self) -> None:
        self._picture = None
        self.update()

    def _index_at(self, x_px: float) -> int:
        assert self._view is not None
        index = self._data.index_at(self.scale.time_at(x_px)) if self._data is not None else 0
        return min(max(index, 0), max(self._view.last_index, 0))

    def _recorded_s(self) -> float:
        return float(self._data.times_s[-1]) if self._data is not None else 0.0

    def _paint_picture(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.transparent)
        painter = QPainter(picture)
        parts = (painter, self._theme, self._layout, self.scale)
        lanes, marks = LanePainter(*parts), MarkPainter(*parts)
        lanes.paint_ground(self._data, self._step_s)
        if self._data is not None:
            lanes.paint_data(self._data)
            marks.paint(self._data)
            notes = NotePainter(*parts)
            notes.paint(self._data, marks.end_boxes)
            marks.labels += notes.labels
        has_ended = self._data is not None and self._data.outcome is not None
        is_young = self._data is None or self._data.n_frames < _HINTS_UNTIL_FRAMES
        if self._zoom is None and is_young and not has_ended:
            lanes.paint_empty(self._recorded_s(), has_events=self._data is not None and bool(self._data.events))
        elif self._data is not None and has_ended:
            lanes.paint_missing(self._data, has_all_marks=self._reader is not None and self._reader.is_complete)
        painter.end()
        self._labels = marks.labels
        return picture

    def _tell(self, x_px: int, y_px: int, where: QPoint) -> None:
        """Say what is under the pointer: mark, time, step, values."""
        data, layout = self._data, self._layout
        if data is None or self._view is None or not layout.left_px <= x_px <= layout.right_px:
            QToolTip.hideText()
            return
        self._has_told = True
        mark = self._mark_near(x_px, y_px)
        index = min(self._index_at(x_px) if mark is None else mark, data.n_frames - 1)
        lines = data.names_at(index) if mark is not None else []
        lines += self._reader.words_at(index) if self._reader is not None else []
        lines.append(f"{data.times_s[index]:.3f} s · step {index}")
        for foot, force in zip(data.stances, data.forces_bw[index], strict=False):
            lines.append(f"{foot} foot {number(float(force), 'BW')} BW")
        if index > 0:
            lines += data.step_words(index)
        QToolTip.showText(where, "\n".join(lines), self)

    def _mark_near(self, x_px: float, y_px: float) -> int | None:
        """Return the frame of the event mark under the pointer."""
        top, height = self._layout.spans["events"]
        if self._data is None or not top <= y_px < top + height:
            return None
        indices = np.array(self._data.event_indices(), dtype=np.intp)
        if not len(indices):
            return None
        distances = np.abs(self.scale.xs_of(self._data.times_of(indices)) - x_px)
        nearest = int(distances.argmin())
        return int(indices[nearest]) if distances[nearest] <= _MARK_REACH_PX else None

    def _move_range(self, dx_px: float) -> None:
        """Move the zoomed range by pixels."""
        if self._zoom is not None:
            self._zoom_to(self.scale.shifted(dx_px, self._whole))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: ground, the kept picture, then loop, cursor and values over it."""
        if self._picture is None:
            self._picture = self._paint_picture()
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("panel"))
        cursor = CursorPainter(painter, self._theme, self._layout, self.scale)
        cursor.paint_under(self._view, self._recorded_s(), self._hits_s)
        painter.drawPixmap(0, 0, self._picture)
        cursor.paint_live_end(self._view, self._recorded_s())
        cursor.paint_over(self._view, self._data, self._labels)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override."""
        super().resizeEvent(event)
        self._picture = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's override: left scrubs, Shift+left or right draws a loop, middle moves the range in sight."""
        if self._view is None or self._view.last_index < 0 or self._drag:
            return
        if event.button() == Qt.MiddleButton:
            self._drag, self._drag_from = "move", event.x()
        elif event.button() == Qt.RightButton or event.modifiers() & Qt.ShiftModifier:
            self._drag, self._drag_from = "loop", self._index_at(event.x())
        elif event.button() == Qt.LeftButton:
            self._drag = "cursor"
            mark = self._mark_near(event.x(), event.y())
            self.cursor_requested.emit(self._index_at(event.x()) if mark is None else mark)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        if self._view is None or self._view.last_index < 0:
            return
        if self._drag == "cursor":
            self.cursor_requested.emit(self._index_at(event.x()))
        elif self._drag == "loop":
            end = self._index_at(event.x())
            if end != self._drag_from:
                self.loop_requested.emit(min(self._drag_from, end), max(self._drag_from, end))
        elif self._drag == "move":
            self._move_range(self._drag_from - event.x())
            self._drag_from = event.x()
        else:
            self._tell(event.x(), event.y(), event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._drag = ""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt's override: show the whole run."""
        if event.button() == Qt.LeftButton:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt's override: zoom around the pointer; a sideways wheel, or Shift, moves the range."""
        event.accept()
        if self._view is None:
            return
        across, up = event.angleDelta().x(), event.angleDelta().y()
        if event.modifiers() & Qt.ShiftModifier or abs(across) > abs(up):
            self._move_range(-(across or up) / _NOTCH * _PAN_PER_NOTCH * self.width())
            return
        factor = _ZOOM_PER_NOTCH ** (up / _NOTCH)
        self._zoom_to(self.scale.zoomed(factor, event.position().x(), self._whole, self._view.step_s))
