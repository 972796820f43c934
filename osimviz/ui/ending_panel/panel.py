"""Why it ended: the condition, its margin over time, the first departure, and a way to go there."""

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt5.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from osimviz.analysis.ending import Ending, ending_of, watched_limits
from osimviz.analysis.thresholds import DEFAULT_THRESHOLDS, Thresholds
from osimviz.recording import Recording
from osimviz.ui.ending_panel.words import headline, rows, waiting_words
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState

#: Samples drawn at most; the curve is at most so many pixels wide.
_N_DRAWN = 400


class EndingPanel(QWidget):
    """Names the condition that ended the run; follows its margin while the run goes on.

    Signals
    -------
    cursor_requested(int)
        The user points at a frame of the curve, or wants to go to the first departure or the last frame.
    """

    cursor_requested = pyqtSignal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ending")
        self.setAttribute(Qt.WA_StyledBackground)
        self.setMinimumHeight(96)
        self._theme = theme
        self._recording: Recording | None = None
        self._ending: Ending | None = None
        self._title = QLabel("<b>Why it ended</b>")
        self._title.setFixedHeight(28)
        self._condition = QComboBox()
        self._condition.setToolTip("Which ending condition's margin is shown")
        self._condition.setAccessibleName("Ending condition")
        self._condition.activated.connect(self._on_condition_activated)
        self._condition.hide()
        self._number: int | None = None
        self._thresholds = DEFAULT_THRESHOLDS
        self._head = _Headline(theme)
        self._words = QLabel(waiting_words(is_running=False))
        self._words.setWordWrap(True)
        self._words.setProperty("strength", "mid")
        self._words.setAlignment(Qt.AlignTop)
        self._curve = _MarginCurve(theme)
        self._curve.cursor_requested.connect(self.cursor_requested)
        self._rows = _Rows(theme)
        self._go = QPushButton()
        self._go.clicked.connect(self._on_go_clicked)
        self._lay_out()
        self.set_theme(theme)
        self._show_parts()

    def show_run(self, recording: Recording | None) -> None:
        """Watch another run."""
        self._recording = recording
        self._number = None
        limits = watched_limits(recording) if recording is not None else []
        self._condition.clear()
        self._condition.addItems([limit.sentence for limit in limits])
        self._condition.setVisible(len(limits) > 1)
        self.show_data()

    def show_data(self) -> None:
        """Read appended frames and the outcome."""
        recording = self._recording
        has_frames = recording is not None and recording.last_index >= 0
        self._ending = (
            ending_of(recording, self._number, self._thresholds) if recording is not None and has_frames else None
        )
        if self._ending is not None and self._ending.limit is not None:
            self._condition.setCurrentText(self._ending.limit.sentence)
        self._curve.show_ending(self._ending)
        if recording is not None and self._ending is not None and self._ending.outcome is not None:
            self._head.show_words(*headline(self._ending), is_bad=_is_bad(self._ending))
            self._rows.show_rows(rows(recording, self._ending))
        self._words.setText(waiting_words(is_running=has_frames))
        self._show_parts()

    def show_thresholds(self, thresholds: Thresholds) -> None:
        """Look for the first departure by another band."""
        self._thresholds = thresholds
        self.show_data()

    @property
    def departure(self) -> int | None:
        """The first departure that is shown; None where there is none."""
        return self._ending.departure if self._ending is not None else None

    def show_view(self, view: ViewState) -> None:
        """Show the cursor of a view state."""
        self._curve.show_cursor(view.index)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._go.setIcon(icon("go-to", theme.palette["text_mid"]))
        for part in (self._head, self._curve, self._rows):
            part.set_theme(theme)

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(304, 250)

    def _lay_out(self) -> None:
        button = QHBoxLayout()
        button.addWidget(self._go)
        button.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 8)
        column.setSpacing(4)
        title = QHBoxLayout()
        title.addWidget(self._title)
        title.addStretch(1)
        title.addWidget(self._condition)
        column.addLayout(title)
        for part in (self._head, self._words):
            column.addWidget(part)
        column.addWidget(self._curve, 1)
        column.addWidget(self._rows)
        column.addLayout(button)

    def _show_parts(self) -> None:
        """Show what there is something to say in."""
        ending = self._ending
        has_ended = ending is not None and ending.outcome is not None
        self._head.setVisible(has_ended)
        self._words.setVisible(not has_ended)
        self._curve.setVisible(ending is not None and ending.margin.size > 1)
        self._rows.setVisible(has_ended)
        self._go.setVisible(has_ended)
        if ending is not None and ending.departure is not None:
            self._go.setText("Go to first departure")
            self._go.setToolTip("Put the cursor where the margin left its usual band (D)")
        else:
            self._go.setText("Go to the last step")
            self._go.setToolTip("Put the cursor on the last recorded frame")

    def _on_condition_activated(self, number: int) -> None:
        self._number = number
        self.show_data()

    def _on_go_clicked(self) -> None:
        if self._ending is None or self._recording is None:
            return
        departure = self._ending.departure
        self.cursor_requested.emit(departure if departure is not None else self._recording.last_index)


class _Headline(QWidget):
    """A mark, the condition in bold, the step."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedHeight(24)
        self._theme = theme
        self._what, self._when, self._is_bad = "", "", False

    def show_words(self, what: str, when: str, *, is_bad: bool) -> None:
        """Show a condition and its step."""
        self._what, self._when, self._is_bad = what, when, is_bad
        self.setToolTip(f"{what} ({when})")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        colour = "bad" if self._is_bad else "text_weak"
        icon("end-mark", self._theme.palette[colour]).paint(painter, 0, 4, 16, 16)
        weak, strong = self._theme.font(), self._theme.font(bold=True)
        when = self._when
        needed = QFontMetrics(strong).horizontalAdvance(self._what) + QFontMetrics(weak).horizontalAdvance(when) + 32
        if needed > self.width():
            # The condition matters more than the time, which the step tells as well.
            when = when.split(" · ")[0]
        width = QFontMetrics(weak).horizontalAdvance(when)
        painter.setFont(weak)
        painter.setPen(self._theme.colour("text_mid"))
        painter.drawText(QRectF(self.width() - width, 0, width + 1, 24), Qt.AlignVCenter, when)
        painter.setFont(strong)
        painter.setPen(self._theme.colour("text"))
        room = self.width() - width - 32
        text = QFontMetrics(strong).elidedText(self._what, Qt.ElideRight, room)
        painter.drawText(QRectF(22, 0, room, 24), Qt.AlignVCenter, text)
        painter.end()


class _Rows(QWidget):
    """Names at the left, values at the right; long values go where there is no room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[tuple[str, str]] = []

    def show_rows(self, found: list[tuple[str, str]]) -> None:
        """Show name and value pairs."""
        self._rows = found
        self.setFixedHeight(18 * len(found))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        painter.setFont(self._theme.font())
        metrics = QFontMetrics(self._theme.font())
        for number, (name, value) in enumerate(self._rows):
            box = QRectF(0, 18 * number, self.width(), 18)
            painter.setPen(self._theme.colour("text_mid"))
            painter.drawText(box, Qt.AlignVCenter, name)
            room = self.width() - metrics.horizontalAdvance(name) - 12
            if metrics.horizontalAdvance(value) > room:
                value = value.split(", ")[0]
            painter.setPen(self._theme.colour("text"))
            painter.drawText(box, Qt.AlignVCenter | Qt.AlignRight, value)
        painter.end()


class _MarginCurve(QWidget):
    """The margin over the whole run, with the limit, the first departure and the cursor."""

    cursor_requested = pyqtSignal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setMinimumHeight(52)
        self.setCursor(Qt.CrossCursor)
        self._theme = theme
        self._ending: Ending | None = None
        self._index = -1

    def show_ending(self, ending: Ending | None) -> None:
        """Show another margin."""
        self._ending = ending
        self.update()

    def show_cursor(self, index: int) -> None:
        """Move the cursor."""
        if index != self._index:
            self._index = index
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        ending = self._ending
        if ending is None or ending.limit is None or ending.margin.size < 2:
            return
        painter = QPainter(self)
        painter.setFont(self._theme.font(small=True))
        margin, plot = ending.margin, self._plot()
        low, high = min(float(np.nanmin(margin)), 0.0), max(float(np.nanmax(margin)), 1e-6) * 1.08
        low -= 0.06 * (high - low)
        self._paint_words(painter, ending)
        zero = self._y(0.0, low, high)
        painter.fillRect(QRectF(plot.left(), zero, plot.width(), plot.bottom() - zero), self._theme.colour("bad", 0.1))
        pen = QPen(self._theme.colour("bad"), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(plot.left(), zero), QPointF(plot.right(), zero))
        painter.setPen(self._theme.colour("text_weak"))
        painter.drawText(QRectF(0, zero - 8, plot.left() - 6, 16), Qt.AlignRight | Qt.AlignVCenter, "0.0")
        self._paint_departure(painter, ending)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(self._theme.colour("series1"), 1.2))
        chosen = np.unique(np.linspace(0, margin.size - 1, min(margin.size, _N_DRAWN)).astype(int))
        points = [QPointF(self._x(int(i)), self._y(float(margin[i]), low, high)) for i in chosen]
        painter.drawPolyline(QPolygonF(points))
        if 0 <= self._index < margin.size:
            painter.setPen(QPen(self._theme.colour("accent"), 1))
            x = round(self._x(self._index)) + 0.5
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._point_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._point_at(event)

    def _point_at(self, event: QMouseEvent) -> None:
        if self._ending is not None and self._ending.margin.size > 1:
            plot = self._plot()
            share = (event.x() - plot.left()) / max(plot.width(), 1.0)
            last = self._ending.margin.size - 1
            self.cursor_requested.emit(min(max(round(share * last), 0), last))

    def _plot(self) -> QRectF:
        return QRectF(30, 18, max(self.width() - 30, 10), max(self.height() - 22, 10))

    def _x(self, index: int) -> float:
        assert self._ending is not None
        plot = self._plot()
        return plot.left() + index / max(self._ending.margin.size - 1, 1) * plot.width()

    def _y(self, value: float, low: float, high: float) -> float:
        plot = self._plot()
        return plot.bottom() - (value - low) / (high - low) * plot.height()

    def _paint_words(self, painter: QPainter, ending: Ending) -> None:
        assert ending.limit is not None
        painter.setPen(self._theme.colour("text_weak"))
        title = f"{ending.limit.channel.replace('body/', '').replace('/', ' ')} − {ending.limit.lower:g} m"
        painter.drawText(QRectF(0, 0, self.width(), 16), Qt.AlignVCenter, title[:1].upper() + title[1:])
        if self._index >= 0:
            # The cursor of a run that grows is ahead of the curve, which is read ten times a second at most.
            here = min(self._index, ending.margin.size - 1)
            value = f"{ending.margin[here]:.3f} m here".replace("-", "−")
            painter.setPen(self._theme.colour("text_mid"))
            painter.drawText(QRectF(0, 0, self.width(), 16), Qt.AlignVCenter | Qt.AlignRight, value)

    def _paint_departure(self, painter: QPainter, ending: Ending) -> None:
        if ending.departure is None:
            return
        plot, colour = self._plot(), self._theme.colour("warn")
        x = round(self._x(ending.departure)) + 0.5
        painter.setPen(QPen(colour, 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.drawText(QRectF(0, plot.center().y(), x - 5, 16), Qt.AlignRight | Qt.AlignVCenter, "first departure")


def _is_bad(ending: Ending) -> bool:
    outcome = ending.outcome
    return outcome is not None and (outcome.ended_by == "fell" or outcome.failure is not None)
