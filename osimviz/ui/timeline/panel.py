"""The timeline: one cursor for the whole window, lanes of what happened, everything scrubs."""

from collections.abc import Collection, Sequence

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from osimviz.analysis.thresholds import Thresholds
from osimviz.recording import Recording
from osimviz.ui.theme import Theme
from osimviz.ui.timeline.layout import NARROW_PX
from osimviz.ui.timeline.strip import LaneStrip
from osimviz.ui.timeline.transport import Transport
from osimviz.view_state import ViewState

#: Height of the transport row and of what is below the lanes (the design's tokens).
_TRANSPORT_PX, _BELOW_PX = 36, 8
#: Below this width the transport's parts would overlap.
_NARROWEST_PX = 900


class Timeline(QWidget):
    """Transport row and lanes.

    Signals
    -------
    cursor_requested(int)
        The user points at a frame.
    loop_requested(int, int)
        The user drew a range, first and last frame.
    command_requested(str)
        A transport button was pressed: the id of its command.
    speed_requested(float)
        Another speed was chosen.
    lanes_requested(list)
        Other lanes are to be left out: their names.
    """

    cursor_requested = pyqtSignal(int)
    loop_requested = pyqtSignal(int, int)
    command_requested = pyqtSignal(str)
    speed_requested = pyqtSignal(float)
    lanes_requested = pyqtSignal(list)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAttribute(Qt.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Preferred)
        self._transport = Transport(theme)
        self._strip = LaneStrip(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._transport)
        column.addWidget(self._strip, 1)
        self._transport.command_requested.connect(self.command_requested)
        self._transport.speed_requested.connect(self.speed_requested)
        self._transport.lanes_requested.connect(self.lanes_requested)
        self._transport.fit_requested.connect(self._strip.fit)
        self._strip.cursor_requested.connect(self.cursor_requested)
        self._strip.loop_requested.connect(self.loop_requested)

    def show_run(self, recording: Recording | None) -> None:
        """Show a run from its start, whole."""
        self._strip.show_run(recording)

    def show_data(self) -> None:
        """Read appended frames; the caller sees to it that this is not more than ten times a second."""
        self._strip.show_data()

    def show_view(self, view: ViewState) -> None:
        """Show cursor, loop and playback of a view state."""
        self._transport.show_view(view)
        self._strip.show_view(view)

    def show_hits(self, hits: Sequence[tuple[int, int]]) -> None:
        """Mark what a search found: first and last frame of each hit, in order of time."""
        self._strip.show_hits(hits)

    def show_thresholds(self, thresholds: Thresholds) -> None:
        """Mark from other thresholds on."""
        self._strip.show_thresholds(thresholds)

    def hide_lanes(self, hidden: Collection[str]) -> None:
        """Leave lanes out, by their names in `osimviz.ui.timeline.layout.HIDEABLE`."""
        self._strip.hide_lanes(hidden)
        self._transport.show_hidden(hidden)
        self.updateGeometry()

    def cursor_x_px(self) -> int:
        """Return the column of the cursor, within the widget."""
        return self._strip.cursor_x_px()

    def event_indices(self) -> list[int]:
        """Return the frames one wants to go to, in order of time."""
        return self._strip.event_indices()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._transport.set_theme(theme)
        self._strip.set_theme(theme)

    def close(self) -> bool:
        """Let go of the run. Idempotent."""
        self._strip.close()
        return bool(super().close())

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(1200, self._height_px())

    def minimumSizeHint(self) -> QSize:
        """Qt's override: all lanes stay in sight."""
        return QSize(_NARROWEST_PX, self._height_px())

    def _height_px(self) -> int:
        return _TRANSPORT_PX + self._strip.lanes_height_px + _BELOW_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override."""
        super().resizeEvent(event)
        self._transport.set_narrow(is_narrow=self.width() < NARROW_PX)
        self.updateGeometry()
