"""What stands where no plot is yet: how to get one, and good first choices."""

from collections.abc import Sequence

from PyQt5.QtCore import QRect, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QVBoxLayout, QWidget

from osimviz.plot_choices import Preset
from osimviz.ui.commands import with_keys
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme

_MARGIN_PX, _BUTTON_PX, _TITLE_X_PX, _HINT_X_PX = 12, 32, 36, 172
#: How low a choice may be where all of them would not fit.
_LEAST_BUTTON_PX = 22
_TITLE, _WAITING_TITLE = "Drag a channel here", "Plots appear here with a run"
_WAITING_LINES = ("{run} runs the controller, {open} opens a recording.",)
_LINES = ("or double-click it in Channels.", "Several channels in one plot: drop them on it.")
#: Below this width the hints of the choices start further left.
_NARROW_PX = 420


class EmptyPlots(QWidget):
    """A place to drop channels on, and a list of choices.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    preset_requested(object)
        A `Preset` was chosen.
    """

    preset_requested = pyqtSignal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._drop_place = DropPlace(theme, _TITLE, _LINES)
        self._title = QLabel("Start with")
        self._title.hide()
        self._buttons: list[PresetButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        self._column.setSpacing(4)
        self._column.addWidget(self._drop_place, 2)
        self._column.addSpacing(14)
        self._column.addWidget(self._title)
        self._column.addSpacing(6)
        self._column.addStretch(1)
        self.show_presets(None)
        self.set_theme(theme)

    @property
    def buttons(self) -> list["PresetButton"]:
        """The choices, from the top."""
        return list(self._buttons)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._title.setFont(theme.font(bold=True))
        self._drop_place.set_theme(theme)
        for button in self._buttons:
            button.set_theme(theme)

    def show_presets(self, offered: Sequence[Preset] | None) -> None:
        """Offer these choices; None while there is no run."""
        if offered is None:
            self._drop_place.set_words(_WAITING_TITLE, [with_keys(line) for line in _WAITING_LINES])
        else:
            self._drop_place.set_words(_TITLE, _LINES)
        for button in self._buttons:
            self._column.removeWidget(button)
            button.setParent(None)
            button.deleteLater()
        self._buttons = [PresetButton(self._theme, preset) for preset in offered or ()]
        for button in self._buttons:
            button.chosen.connect(self._on_button_chosen)
            self._column.insertWidget(self._column.count() - 1, button)
        self._title.setVisible(bool(offered))

    def set_drop_target(self, *, is_target: bool) -> None:
        """Mark the frame while a channel is dragged over it."""
        self._drop_place.set_drop_target(is_target=is_target)

    def _on_button_chosen(self, preset: Preset) -> None:
        self.preset_requested.emit(preset)


class DropPlace(QWidget):
    """A dashed frame with a sentence in it.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    title : str
        What goes there.
    lines : sequence of str
        How else; one line each.
    """

    def __init__(self, theme: Theme, title: str, lines: Sequence[str] = ()) -> None:
        super().__init__()
        self._theme = theme
        self._what = title
        self._lines = tuple(lines)
        self._is_target = False
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMinimumHeight(36 + 16 * len(self._lines) + (24 if lines else 0))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_words(self, title: str, lines: Sequence[str]) -> None:
        """Say something else in the frame."""
        self._what, self._lines = title, tuple(lines)
        self.update()

    @property
    def words(self) -> str:
        """What is said in the frame."""
        return " ".join((self._what, *self._lines))

    def set_drop_target(self, *, is_target: bool) -> None:
        """Mark the frame while a channel is dragged over it."""
        if is_target != self._is_target:
            self._is_target = is_target
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        pen = QPen(self._theme.colour("accent" if self._is_target else "edge"), 1)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        height = 20 + 16 * len(self._lines)
        top = (self.height() - height) // 2
        if self._lines:
            icon("add", self._theme.palette["text_weak"]).paint(painter, QRect(self.width() // 2 - 8, top - 22, 16, 16))
        painter.setPen(self._theme.colour("text"))
        painter.setFont(self._theme.font())
        painter.drawText(QRect(0, top, self.width(), 20), Qt.AlignCenter, self._what)
        painter.setPen(self._theme.colour("text_weak"))
        painter.setFont(self._theme.font(small=True))
        for i, line in enumerate(self._lines):
            painter.drawText(QRect(0, top + 20 + 16 * i, self.width(), 16), Qt.AlignCenter, line)


class DropStrip(QWidget):
    """A place for one more plot, below those there are.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._place = DropPlace(theme, "Drag a channel here for another plot")
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, 8, _MARGIN_PX, _MARGIN_PX)
        column.addWidget(self._place)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._place.set_theme(theme)

    def set_drop_target(self, *, is_target: bool) -> None:
        """Mark the frame while a channel is dragged over it."""
        self._place.set_drop_target(is_target=is_target)


class PresetButton(QAbstractButton):
    """One choice: a plus, its title and what it shows.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    preset : Preset
        The choice.

    Signals
    -------
    chosen(object)
        Its `Preset`, when it is pressed.
    """

    chosen = pyqtSignal(object)

    def __init__(self, theme: Theme, preset: Preset) -> None:
        super().__init__()
        self._theme = theme
        self.preset = preset
        self.setText(preset.title)
        self.setToolTip(preset.hint)
        self.setAttribute(Qt.WA_Hover)
        self.setCursor(Qt.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Maximum)
        self.clicked.connect(self._on_clicked)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(240, _BUTTON_PX)

    def minimumSizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(120, _LEAST_BUTTON_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        state = "accent_soft" if self.isDown() else "hover" if self.underMouse() else "field"
        painter.setPen(self._theme.colour("accent") if self.hasFocus() else Qt.NoPen)
        painter.setBrush(self._theme.colour(state))
        half = 0.5 if self.hasFocus() else 0.0
        painter.drawRoundedRect(QRect(self.rect()).adjusted(0, 0, -1 if half else 0, -1 if half else 0), 3, 3)
        middle = (self.height() - 16) // 2
        icon("add", self._theme.palette["accent"]).paint(painter, QRect(10, middle, 16, 16))
        painter.setPen(self._theme.colour("text"))
        painter.setFont(self._theme.font())
        text_end = _TITLE_X_PX + painter.fontMetrics().horizontalAdvance(self.text())
        painter.drawText(QRect(_TITLE_X_PX, 0, self.width(), self.height()), Qt.AlignVCenter, self.text())
        painter.setPen(self._theme.colour("text_weak"))
        painter.setFont(self._theme.font(small=True))
        hint_x = text_end + 14 if self.width() < _NARROW_PX else max(_HINT_X_PX, text_end + 14)
        width = self.width() - hint_x - 8
        hint = painter.fontMetrics().elidedText(self.preset.hint, Qt.ElideRight, width)
        painter.drawText(QRect(hint_x, 0, width, self.height()), Qt.AlignVCenter, hint)

    def _on_clicked(self) -> None:
        self.chosen.emit(self.preset)
