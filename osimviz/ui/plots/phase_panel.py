"""The phase view: choose two channels, see one against the other, both sides of the body together."""

from collections.abc import Sequence

from PyQt5.QtCore import QPoint, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QImage, QShowEvent
from PyQt5.QtWidgets import QComboBox, QCompleter, QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from osimviz.analysis.run_pair import RunPair
from osimviz.channels import Channel
from osimviz.finite_values import finite
from osimviz.formatting import number, shown_factor, shown_unit
from osimviz.frames import Array
from osimviz.plot_choices import other_side, phase_choice
from osimviz.plot_data import CursorValues
from osimviz.recording import Recording
from osimviz.ui.icons import icon
from osimviz.ui.plots.drops import ChannelDrops
from osimviz.ui.plots.export import light_picture, light_vector_picture
from osimviz.ui.plots.panel_parts import fill_ground, sentence_label
from osimviz.ui.plots.panel_tables import channels_table
from osimviz.ui.plots.phase_plot import PhaseCurve, PhasePlot
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState

#: Of the paths of a second run; no side of the body has it.
_SECOND_COLOUR = "text_weak"
_SIDE_LETTERS = {"right": "R", "left": "L", "": ""}
#: A channel dropped below this share of the panel's height is meant for the horizontal axis.
_HORIZONTAL_BELOW = 0.6


class PhasePanel(QWidget):
    """One channel against another.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    cursor_requested(int)
        The frame that a press or drag in the plot points at.

    Attributes
    ----------
    plot : PhasePlot
        The drawing.
    """

    cursor_requested = pyqtSignal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._recording: Recording | None = None
        self._values: CursorValues | None = None
        self._pair: RunPair | None = None
        self._view: ViewState | None = None
        self._n_shown = (0, 0)
        self._x_box, self._y_box = (
            _ChannelBox("The channel along the horizontal axis"),
            _ChannelBox("The channel along the vertical axis"),
        )
        self._swap = QToolButton()
        self._swap.setProperty("flat", True)
        self._swap.setToolTip("Exchange the two axes")
        self._swap.setAccessibleName("Exchange the two axes")
        self._swap.setFixedSize(28, 28)
        self._readout = QLabel()
        self._readout.setProperty("strength", "mid")
        self._readout.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)
        self._nothing = sentence_label("One channel against another appears here with the first run.")
        self.plot = PhasePlot(theme)
        self._drops = ChannelDrops(self)
        self._lay_out()
        self.set_theme(theme)
        for box in (self._x_box, self._y_box):
            box.channel_chosen.connect(self._on_box_channel_chosen)
        self._swap.clicked.connect(self._on_swap_clicked)
        self._drops.dropped.connect(self._on_drops_dropped)
        self.plot.cursor_requested.connect(self.cursor_requested)

    @property
    def channels(self) -> tuple[str, str]:
        """Names of the horizontal and the vertical channel; empty without a run."""
        return self._x_box.chosen, self._y_box.chosen

    def set_channels(self, x: str, y: str) -> None:
        """Show a channel against another; names that the run has not are passed over."""
        self._x_box.choose(x)
        self._y_box.choose(y)
        self._read()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.plot.set_theme(theme)
        self._swap.setIcon(icon("swap", theme.palette["text_mid"]))
        fill_ground(theme, self)
        self._show_values()

    def show_run(self, recording: Recording | None) -> None:
        """Show another run; the chosen channels stay if it has them."""
        before = self.channels
        self._recording = recording
        self._values = CursorValues(recording) if recording is not None else None
        self._pair = None
        self._view = None
        self._offer(before)
        self._read()

    def show_channels(self) -> None:
        """Offer the channels that the run has now; one that is gone makes room for the usual one of its axis."""
        self._offer(self.channels)
        self._read()

    def show_comparison(self, pair: RunPair | None) -> None:
        """Show the paths of a second run, too; None for none."""
        self._pair = pair
        self._read()

    def show_data(self) -> None:
        """Show frames that were appended since the last time."""
        if self.isVisible() and self._recording is not None and self._lengths() != self._n_shown:
            self._read()

    def show_view(self, view: ViewState) -> None:
        """Move the cursor."""
        self._view = view
        if self.isVisible():
            self.plot.show_index(view.index)
            self._show_values()

    @property
    def has_table(self) -> bool:
        """Whether there is something to write as a table."""
        return self._recording is not None and all(self.channels)

    def picture(self) -> QImage:
        """Return the panel in the light theme, in which figures are exported."""
        return light_picture(self, self._theme)

    def vector_picture(self, suffix: str) -> bytes:
        """Return the panel in the light theme as SVG or, if the suffix is ``.pdf``, as PDF."""
        return light_vector_picture(self, self._theme, suffix)

    def table(self) -> str:
        """Return both channels as comma-separated values; empty without a run."""
        return channels_table(self._recording, self.channels) if self._recording is not None and self.has_table else ""

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(360, 420)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt's override: catch up with what happened while hidden."""
        super().showEvent(event)
        self._read()

    def _lay_out(self) -> None:
        head = QGridLayout()
        head.setContentsMargins(12, 6, 12, 4)
        head.setHorizontalSpacing(8)
        head.setVerticalSpacing(4)
        for row, (title, box) in enumerate((("vertical", self._y_box), ("horizontal", self._x_box))):
            label = QLabel(title)
            label.setProperty("strength", "weak")
            head.addWidget(label, row, 0)
            head.addWidget(box, row, 1)
        head.addWidget(self._swap, 0, 2, 2, 1, Qt.AlignCenter)
        head.addWidget(self._readout, 2, 0, 1, 3)
        head.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        column.addWidget(self._nothing, 1)
        self.setAutoFillBackground(True)

    def _offer(self, chosen: tuple[str, str]) -> None:
        channels = self._recording.channels if self._recording is not None else ()
        names = {channel.name for channel in channels}
        usual = phase_choice(self._recording.info) if self._recording is not None else ("", "")
        for box, name, other in zip((self._x_box, self._y_box), chosen, usual, strict=True):
            box.offer(channels)
            box.choose(name if name in names else other)

    def _read(self) -> None:
        has_run = self._recording is not None and bool(self._recording.channels)
        self.plot.setVisible(has_run)
        self._nothing.setVisible(not has_run)
        for box in (self._x_box, self._y_box):
            box.setEnabled(has_run)
        if not self.isVisible():
            return
        if not has_run or not all(self.channels):
            self._readout.setText("")
            return
        assert self._recording is not None
        self._n_shown = self._lengths()
        x, y = (self._recording.channel(name) for name in self.channels)
        units = (shown_unit(x.unit), shown_unit(y.unit))
        curves = self._curves(x, y)
        note = "grey: the second run" if any(curve.colour == _SECOND_COLOUR for curve in curves) else ""
        self.plot.show_curves(curves, units, self._recording.info.step_s, note)
        self.plot.show_index(self._view.index if self._view is not None else -1)
        self._show_values()

    def _lengths(self) -> tuple[int, int]:
        """Return how many frames the run and the one beside it have; either may grow."""
        n_second = len(self._pair.second) if self._pair is not None else 0
        return len(self._recording) if self._recording is not None else 0, n_second

    def _curves(self, x: Channel, y: Channel) -> list[PhaseCurve]:
        """Return the path of the chosen channels, that of the other side, and those of a second run."""
        assert self._recording is not None
        curves = []
        for first, second in self._both_sides(x, y):
            colour = second.side or first.side or "series1"
            columns = (_shown(self._recording.column(each.name), each) for each in (first, second))
            curves.append(PhaseCurve(colour, *columns))
            if self._pair is not None and all(self._pair.is_shared(each.name) for each in (first, second)):
                columns = (_shown(self._pair.second_column(each.name), each) for each in (first, second))
                curves.append(PhaseCurve(_SECOND_COLOUR, *columns))
        return curves

    def _both_sides(self, x: Channel, y: Channel) -> list[tuple[Channel, Channel]]:
        assert self._recording is not None
        names = {channel.name for channel in self._recording.channels}
        others = [other_side(each, names) for each in (x, y)]
        # Both of one side: the other side makes a pair, too, if it has both. An unsided channel stays with it.
        has_others = any(others) and all(other or not own.side for other, own in zip(others, (x, y), strict=True))
        if has_others and (not x.side or not y.side or x.side == y.side):
            pair = [self._recording.channel(other or own.name) for other, own in zip(others, (x, y), strict=True)]
            return [(x, y), (pair[0], pair[1])]
        return [(x, y)]

    def _show_values(self) -> None:
        index = self._view.index if self._view is not None else -1
        if self._recording is None or not all(self.channels) or not 0 <= index <= self._recording.last_index:
            self._readout.setText("")
            return
        assert self._values is not None
        x, y = (self._recording.channel(name) for name in self.channels)
        texts = []
        for both in self._both_sides(x, y):
            side = both[1].side or both[0].side
            values = self._values.at(index, [each.name for each in both])
            across, up = (
                f"{number(value, each.unit)} {shown_unit(each.unit)}".strip()
                for value, each in zip(values, both, strict=True)
            )
            colour = self._theme.palette[side or "series1"]
            texts.append(f'<span style="color:{colour}">{_SIDE_LETTERS[side]}</span> {up} at {across}'.strip())
        self._readout.setText(" &nbsp; ".join(texts))

    def _on_box_channel_chosen(self) -> None:
        self._read()

    def _on_swap_clicked(self) -> None:
        x, y = self.channels
        self.set_channels(y, x)

    def _on_drops_dropped(self, names: Sequence[str], place: QPoint) -> None:
        """Two channels are both axes; one takes the axis it is nearer to."""
        x, y = self.channels
        if len(names) > 1:
            x, y = names[0], names[1]
        elif place.y() > self.height() * _HORIZONTAL_BELOW:
            x = names[0]
        else:
            y = names[0]
        self.set_channels(x, y)


def _shown(values: Array, channel: Channel) -> Array:
    """Return values of a channel, (n,), in its shown unit."""
    return finite(values) * shown_factor(channel.unit)


class _ChannelBox(QComboBox):
    """A channel, chosen from a list or found by typing a part of its name."""

    channel_chosen = pyqtSignal()

    def __init__(self, tooltip: str) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setToolTip(tooltip)
        completer = self.completer()
        completer.setCompletionMode(QCompleter.PopupCompletion)
        completer.setFilterMode(Qt.MatchContains)
        completer.setCaseSensitivity(Qt.CaseInsensitive)
        self.activated.connect(self._on_activated)
        self.lineEdit().editingFinished.connect(self._on_edited)

    @property
    def chosen(self) -> str:
        """The chosen channel's name."""
        return str(self.itemText(self.currentIndex())) if self.currentIndex() >= 0 else ""

    def offer(self, channels: Sequence[Channel]) -> None:
        """Offer other channels."""
        self.clear()
        self.addItems([channel.name for channel in channels])

    def choose(self, name: str) -> None:
        """Choose a channel; a name that is not offered changes nothing."""
        index = self.findText(name)
        if index >= 0:
            self.setCurrentIndex(index)
            self.lineEdit().setCursorPosition(0)

    def _on_activated(self, index: int) -> None:
        self.channel_chosen.emit()

    def _on_edited(self) -> None:
        """Take a typed name, or give the text back that was chosen."""
        index = self.findText(self.lineEdit().text())
        if index >= 0 and index != self.currentIndex():
            self.setCurrentIndex(index)
            self.channel_chosen.emit()
        elif index < 0:
            self.lineEdit().setText(self.chosen)
