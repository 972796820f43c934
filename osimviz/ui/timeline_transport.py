"""The row of playback buttons above the lanes. Reports wishes; decides nothing."""

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt5.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget
from PyQt5.QtCore import QPointF

from osimviz.playback import SPEEDS
from osimviz.ui.commands import COMMANDS, key_text
from osimviz.ui.formatting import speed_text
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState

_BUTTONS = ("start", "previous_event", "step_back", "play", "step_forward", "next_event", "end")


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
    """

    command_requested = pyqtSignal(str)
    speed_requested = pyqtSignal(float)
    fit_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(36)
        self._theme = theme
        self._is_playing = False
        self._buttons = {name: self._command_button(name) for name in _BUTTONS}
        self._buttons["play"].setFixedWidth(36)
        self._buttons["play"].setProperty("flat", False)
        self._speed = QComboBox()
        self._speed.setFixedWidth(68)
        self._speed.setFocusPolicy(Qt.TabFocus)
        self._speed.setToolTip("Playback speed (+ and −)")
        for speed in (*reversed(SPEEDS), *(-speed for speed in SPEEDS)):
            self._speed.addItem(speed_text(speed), speed)
        self._speed.activated.connect(self._on_speed_activated)
        self._loop = self._command_button("loop")
        self._loop.setCheckable(True)
        self._range = _label("mid")
        self._time = _label()
        self._step = _label()
        self._legend = _Legend(theme)
        self._follow = self._command_button("follow")
        self._follow.setCheckable(True)
        self._follow.setText("Follow end")
        self._follow.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        self._follow.setFixedWidth(104)
        self._fit = QToolButton()
        self._fit.setProperty("flat", True)
        self._fit.setFixedSize(28, 28)
        self._fit.setFocusPolicy(Qt.TabFocus)
        self._fit.setToolTip("Show the whole run (double-click in the lanes)")
        self._fit.clicked.connect(self.fit_requested)
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
        self._loop.setChecked(view.is_looping)
        self._follow.setChecked(view.is_following)
        loop = view.loop
        self._range.setText(f"{loop[0] * view.step_s:.2f} – {loop[1] * view.step_s:.2f} s" if loop else "")
        self._range.setVisible(loop is not None)
        is_live = view.phase in ("running", "stopping")
        n_steps = view.step_limit if is_live else max(view.last_index, 0)
        end_s = n_steps * view.step_s if is_live else view.end_time_s
        colours = self._theme.palette
        weak, strong = colours["text_mid"], colours["text"]
        self._time.setText(
            f'<span style="color:{weak}">t</span> <b style="color:{strong}">{view.time_s:.3f}</b>'
            f'<span style="color:{weak}"> / {end_s:.3f} s</span>'
        )
        self._step.setText(
            f'<span style="color:{weak}">step</span> <b style="color:{strong}">{max(view.index, 0)}</b>'
            f'<span style="color:{weak}"> / {n_steps}</span>'
        )

    def set_narrow(self, narrow: bool) -> None:
        """Leave the legend out where there is no room for it."""
        self._legend.setVisible(not narrow)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        palette = theme.palette
        by_id = {command.id: command for command in COMMANDS}
        for name, button in (*self._buttons.items(), ("loop", self._loop), ("follow", self._follow)):
            button.setIcon(icon(by_id[name].icon, palette["text_mid"], palette["disabled"], palette["accent"]))
        self._fit.setIcon(icon("fit", palette["text_mid"]))
        self._legend.set_theme(theme)
        self._tint_play()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        for button in self._buttons.values():
            row.addWidget(button)
        row.addSpacing(4)
        row.addWidget(self._speed)
        row.addSpacing(4)
        row.addWidget(self._loop)
        row.addWidget(self._range)
        row.addSpacing(6)
        rule = QFrame()
        rule.setFrameShape(QFrame.VLine)
        rule.setFixedSize(1, 20)
        row.addWidget(rule)
        row.addSpacing(8)
        row.addWidget(self._time)
        row.addSpacing(12)
        row.addWidget(self._step)
        row.addStretch(1)
        row.addWidget(self._legend)
        row.addSpacing(12)
        row.addWidget(self._follow)
        row.addWidget(self._fit)

    def _command_button(self, command_id: str) -> QToolButton:
        command = next(command for command in COMMANDS if command.id == command_id)
        button = QToolButton()
        button.setObjectName(command_id)
        button.setProperty("flat", True)
        button.setFixedSize(28, 28)
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.TabFocus)
        button.setToolTip(f"{command.help} ({key_text(command)})")
        button.clicked.connect(self._on_button_clicked)
        return button

    def _tint_play(self) -> None:
        name = "pause" if self._is_playing else "play"
        self._buttons["play"].setIcon(icon(name, self._theme.palette["text"]))

    def _on_button_clicked(self) -> None:
        self.command_requested.emit(self.sender().objectName())

    def _on_speed_activated(self, index: int) -> None:
        self.speed_requested.emit(self._speed.itemData(index))


class _Legend(QWidget):
    """What the marks in the lanes mean."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedSize(388, 28)
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setFont(self._theme.font(small=True))
        neutral = self._theme.colour("text_mid")
        self._triangle(painter, 4, neutral, filled=True)
        self._triangle(painter, 74, neutral, filled=False)
        painter.fillRect(144, 9, 10, 10, self._theme.colour("right"))
        painter.fillRect(200, 9, 10, 10, self._theme.colour("left"))
        pen = QPen(self._theme.colour("text_weak"), 1)
        pen.setDashPattern([2, 3])
        painter.setPen(pen)
        painter.drawLine(248, 14, 268, 14)
        painter.setPen(neutral)
        for x, text in ((20, "contact"), (90, "toe-off"), (160, "right"), (216, "left"), (274, "10 ms = real time")):
            painter.drawText(x, 0, 140, 28, Qt.AlignVCenter, text)
        painter.end()

    def _triangle(self, painter: QPainter, x: float, colour: QColor, *, filled: bool) -> None:
        tip, base = (19, 10) if filled else (9, 18)
        painter.setPen(Qt.NoPen if filled else QPen(colour, 1.3))
        painter.setBrush(colour if filled else Qt.NoBrush)
        painter.drawPolygon(QPolygonF([QPointF(x, base), QPointF(x + 10, base), QPointF(x + 5, tip)]))
        painter.setBrush(Qt.NoBrush)


def _label(strength: str = "") -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.RichText)
    if strength:
        label.setProperty("strength", strength)
    return label
