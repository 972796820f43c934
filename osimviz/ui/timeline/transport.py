"""The row of playback buttons above the lanes. Reports wishes; decides nothing."""

from collections.abc import Collection

from PyQt5.QtCore import QPointF, Qt, pyqtSignal
from PyQt5.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from osimviz.analysis.gait_events import CHATTER_S
from osimviz.formatting import speed_text
from osimviz.playback import SPEEDS
from osimviz.ui.choice_box import ChoiceBox
from osimviz.ui.commands import COMMANDS, key_text, with_keys
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme
from osimviz.ui.timeline.flat_button import CONTROL_PX, FlatButton
from osimviz.ui.timeline.marks import LARGE_PX, paint_foot_mark
from osimviz.ui.timeline.menu import LaneButton
from osimviz.view_state import ViewState

_BY_ID = {command.id: command for command in COMMANDS}
_BUTTONS = ("start", "previous_event", "step_back", "play", "step_forward", "next_event", "end")
_ROW_PX = 36
_GROUP_GAP_PX = 20


class Transport(QWidget):
    """Start, events, steps, play; speed; loop; time and step; follow; fit.

    Signals
    -------
    command_requested(str)
        A button was pressed: the id of its command.
    speed_requested(float)
        Another speed was chosen.
    fit_requested()
        Show the whole run.
    lanes_requested(list)
        Other lanes are to be left out: their names.
    """

    command_requested = pyqtSignal(str)
    speed_requested = pyqtSignal(float)
    fit_requested = pyqtSignal()
    lanes_requested = pyqtSignal(list)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_ROW_PX)
        self._theme = theme
        self._is_playing = False
        self._buttons = {name: self._command_button(name) for name in (*_BUTTONS, "loop", "follow")}
        self._buttons["play"].setFixedWidth(36)
        self._buttons["play"].setProperty("flat", False)
        self._buttons["loop"].setCheckable(True)
        follow = self._buttons["follow"]
        follow.setCheckable(True)
        # Qt puts the text right beside the icon; the space makes the 8 px of the design.
        follow.setText(" Follow end")
        follow.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        follow.setFixedWidth(108)
        self._speed = ChoiceBox()
        self._speed.setFixedSize(68, CONTROL_PX)
        self._speed.setFocusPolicy(Qt.TabFocus)
        self._speed.setToolTip(
            with_keys("Playback speed, backwards at the end of the list ({faster} and {slower} change it)")
        )
        for speed in (*reversed(SPEEDS), *(-speed for speed in SPEEDS)):
            self._speed.addItem(speed_text(speed), speed)
        self._speed.setMaxVisibleItems(len(SPEEDS) * 2)
        self._speed.setCurrentIndex(self._speed.findData(1.0))
        self._speed.activated.connect(self._on_speed_activated)
        self._range = QLabel()
        self._range.setProperty("strength", "mid")
        self._readout = _Readout(theme)
        self._legend = _Legend(theme)
        # Until the row knows its width: its parts must not make a narrow window wider.
        self._legend.hide()
        self._fit = FlatButton()
        self._fit.setObjectName("fit")
        self._fit.setToolTip("Show the whole run (double-click in the lanes; the wheel zooms)")
        self._fit.clicked.connect(self.fit_requested)
        self._lanes = LaneButton()
        self._lanes.lanes_requested.connect(self.lanes_requested)
        self._lay_out()
        self.set_theme(theme)

    def show_view(self, view: ViewState) -> None:
        """Show a view state."""
        if view.is_playing != self._is_playing:
            self._is_playing = view.is_playing
            self._tint_play()
        index = self._speed.findData(view.speed)
        if index != self._speed.currentIndex():
            self._speed.setCurrentIndex(index)
        for name, button in self._buttons.items():
            button.setEnabled(name == "follow" or view.last_index >= 0)
        self._buttons["loop"].setChecked(view.is_looping)
        self._buttons["follow"].setChecked(view.is_following)
        loop_s = view.loop_s
        self._range.setVisible(loop_s is not None)
        if loop_s is not None:
            self._range.setText(f"{loop_s[0]:.2f} – {loop_s[1]:.2f} s")
        is_live = view.phase in ("running", "stopping") and view.step_limit > 0
        n_steps = view.step_limit if is_live else view.last_index
        end_s = n_steps * view.step_s if is_live else view.end_time_s
        self._readout.show_position(view.index, view.time_s, n_steps, end_s)
        self._legend.show_step(view.step_s)

    def position_words(self) -> tuple[str, str, str, str]:
        """Return time, end, step and number of steps as they are shown."""
        return self._readout.words

    @property
    def is_legend_shown(self) -> bool:
        """Whether the row has room for the legend."""
        return self._legend.isVisible()

    def show_hidden(self, hidden: Collection[str]) -> None:
        """Show which lanes are left out."""
        self._lanes.show_hidden(hidden)

    def set_narrow(self, *, is_narrow: bool) -> None:
        """Leave the legend out where there is no room for it."""
        self._legend.setVisible(not is_narrow)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        palette = theme.palette
        for name, button in self._buttons.items():
            button.setIcon(icon(_BY_ID[name].icon, palette["text_mid"], palette["disabled"], palette["accent"]))
        self._fit.setIcon(icon("fit", palette["text_mid"]))
        self._lanes.setIcon(icon("lanes", palette["text_mid"]))
        self._readout.set_theme(theme)
        self._legend.set_theme(theme)
        self._tint_play()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(2)
        for name in _BUTTONS:
            row.addWidget(self._buttons[name])
        row.addSpacing(6)
        row.addWidget(self._speed)
        row.addSpacing(6)
        row.addWidget(self._buttons["loop"])
        row.addSpacing(4)
        row.addWidget(self._range)
        row.addSpacing(8)
        row.addWidget(_rule())
        row.addSpacing(10)
        row.addWidget(self._readout)
        row.addStretch(1)
        row.addWidget(self._legend)
        row.addSpacing(14)
        row.addWidget(self._buttons["follow"])
        row.addSpacing(6)
        row.addWidget(_rule())
        row.addSpacing(6)
        row.addWidget(self._fit)
        row.addWidget(self._lanes)

    def _command_button(self, command_id: str) -> QToolButton:
        command = _BY_ID[command_id]
        button = FlatButton()
        button.setObjectName(command_id)
        button.setToolTip(f"{command.help} ({key_text(command)})")
        button.setAccessibleName(command.text)
        button.clicked.connect(self._on_button_clicked)
        return button

    def _tint_play(self) -> None:
        palette = self._theme.palette
        name = "pause" if self._is_playing else "play"
        self._buttons["play"].setIcon(icon(name, palette["text"], palette["disabled"]))

    def _on_button_clicked(self) -> None:
        button = self.sender()
        if button.isCheckable():
            # Whether it is on is told by the next view state, not by the click.
            button.setChecked(not button.isChecked())
        self.command_requested.emit(button.objectName())

    def _on_speed_activated(self, index: int) -> None:
        self.speed_requested.emit(self._speed.itemData(index))


class _Readout(QWidget):
    """``t 0.660 / 0.830 s   step 66 / 83``, painted: a rich-text label would lay out the row with every tick."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.words: tuple[str, str, str, str] = ("", "", "", "")
        self.show_position(-1, 0.0, -1, 0.0)

    def show_position(self, index: int, time_s: float, n_steps: int, end_s: float) -> None:
        """Show where the cursor is, of how much; nothing recorded gives dashes."""
        if n_steps < 0:
            words = ("–", " / – s", "–", " / –")
        else:
            words = (f"{time_s:.3f}", f" / {end_s:.3f} s", str(max(index, 0)), f" / {n_steps}")
        if words != self.words:
            self.words = words
            self.setFixedSize(self._places()[-1], CONTROL_PX)
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def _places(self) -> list[int]:
        """Return where t, its value, its end, step, its value, its end begin, and where all ends, px."""
        bold, normal = QFontMetrics(self._theme.font(bold=True)), QFontMetrics(self._theme.font())
        time, end, step, n_steps = self.words
        places = [0]
        for words, metrics in (("t ", normal), (time, bold), (end, normal), ("step ", normal), (step, bold)):
            places.append(places[-1] + metrics.horizontalAdvance(words) + (_GROUP_GAP_PX if words == end else 0))
        # The end keeps the room of the longest step, so that the row beside it never moves.
        room = bold.horizontalAdvance("0" * len(n_steps)) + normal.horizontalAdvance(n_steps)
        return [*places, places[-2] + room]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        time, end, step, n_steps = self.words
        texts = (("t", False), (time, True), (end, False), ("step", False), (step, True), (n_steps, False))
        places = self._places()
        for left, (text, is_bold) in zip(places, texts, strict=False):
            painter.setFont(self._theme.font(bold=is_bold))
            painter.setPen(self._theme.colour("text" if is_bold else "text_mid"))
            painter.drawText(left, 0, self.width(), self.height(), Qt.AlignVCenter, text)
        painter.end()


class _Legend(QWidget):
    """What the marks in the lanes mean."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._step_ms = 10.0
        self._theme = theme
        self.set_theme(theme)

    def show_step(self, step_s: float) -> None:
        """Show which wall time of a step is real time."""
        if step_s * 1e3 != self._step_ms:
            self._step_ms = step_s * 1e3
            self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.setFixedSize(self._places()[-1], CONTROL_PX)
        self.update()

    def _entries(self) -> tuple[tuple[str, str, int], ...]:
        """Return the entries: what is drawn, the words beside it, the width of the drawing."""
        return (
            ("contact", "contact", round(2 * LARGE_PX)),
            ("toe-off", "toe-off", round(2 * LARGE_PX)),
            ("tick", f"under {CHATTER_S * 1e3:.0f} ms", 3),
            ("right", "right", 10),
            ("left", "left", 10),
            ("dashes", f"{self._step_ms:g} ms = real time", 20),
        )

    def _places(self) -> list[int]:
        metrics = QFontMetrics(self._theme.font(small=True))
        places = [0]
        for _, words, width in self._entries():
            places.append(places[-1] + width + 6 + metrics.horizontalAdvance(words) + 16)
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        painter.setFont(self._theme.font(small=True))
        neutral = self._theme.colour("text_mid")
        for left, (kind, words, width) in zip(self._places(), self._entries(), strict=False):
            if kind in ("contact", "toe-off"):
                centre = QPointF(left + width / 2, self.height() / 2)
                paint_foot_mark(painter, centre, LARGE_PX, neutral, is_toe_off=kind == "toe-off")
            elif kind == "tick":
                painter.fillRect(left + 1, 10, 1, 9, neutral)
            elif kind == "dashes":
                pen = QPen(neutral, 1)
                pen.setDashPattern([2, 3])
                painter.setPen(pen)
                painter.drawLine(left, 14, left + width, 14)
            else:
                painter.fillRect(left, 9, width, 10, self._theme.colour(kind))
            painter.setPen(neutral)
            painter.drawText(left + width + 6, 0, 200, self.height(), Qt.AlignVCenter, words)
        painter.end()


def _rule() -> QFrame:
    rule = QFrame()
    rule.setFrameShape(QFrame.VLine)
    rule.setFixedSize(1, 20)
    return rule
