"""The gait view: the plotted channels cut at foot contacts and laid over each other, 0 to 100 % of the cycle."""

import math
from collections.abc import Sequence

from PyQt5.QtCore import QRect, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QImage, QPainter, QPaintEvent, QShowEvent
from PyQt5.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from osimviz.analysis.gait_cycles import SETTLING_S, value_at
from osimviz.analysis.gait_data import FootSummary, GaitData
from osimviz.analysis.gait_events import CHATTER_S
from osimviz.analysis.run_pair import RunPair
from osimviz.frames import FEET
from osimviz.recording import Recording
from osimviz.ui.plots.curve import Curve
from osimviz.ui.plots.cycle_plot import SHARE_TICKS, CycleCurve, CyclePlot
from osimviz.ui.plots.export import light_picture, light_vector_picture
from osimviz.ui.plots.legend import HEIGHT_PX as LEGEND_PX
from osimviz.ui.plots.legend import PlotLegend, Reading
from osimviz.ui.plots.panel_parts import fill_ground, scroll_down_only, sentence_label
from osimviz.ui.plots.panel_tables import gait_table
from osimviz.ui.plots.time_axis import HEIGHT_PX, LEFT_PX, RIGHT_PX
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState
from osimviz.wording import counted

#: Height of a plot at most, as of the plots over time.
_LARGEST_PX = 240


class GaitPanel(QWidget):
    """Gait cycles of the channels that are plotted.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    cursor_requested(int)
        The frame that a press or drag in a plot points at.
    """

    cursor_requested = pyqtSignal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._data: GaitData | None = None
        self._second: GaitData | None = None
        self._curves: list[tuple[Curve, ...]] = []
        self._view: ViewState | None = None
        self._rows: list[tuple[PlotLegend, CyclePlot]] = []
        self._settling = QDoubleSpinBox()
        self._settling.setRange(0.0, 1000.0)
        self._settling.setDecimals(1)
        self._settling.setSingleStep(0.5)
        self._settling.setSuffix(" s")
        self._settling.setValue(SETTLING_S)
        self._settling.setToolTip(
            "Strides that begin earlier are left out while there are later ones: a gait needs to settle"
        )
        self._words = {foot: QLabel() for foot in FEET}
        self._nothing = sentence_label()
        self._axis = _ShareAxis(theme)
        self._scroll = QScrollArea()
        self._column = QVBoxLayout()
        self._lay_out()
        self.set_theme(theme)
        self._settling.valueChanged.connect(self._on_settling_changed)
        self._show_parts()

    @property
    def plots(self) -> list[CyclePlot]:
        """The plots, from the top."""
        return [plot for _, plot in self._rows]

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for foot, label in self._words.items():
            label.setStyleSheet(f"color: {theme.palette[foot]}; font-size: 11px;")
        for legend, plot in self._rows:
            legend.set_theme(theme)
            plot.set_theme(theme)
        self._axis.set_theme(theme)
        fill_ground(theme, self, self._scroll, self._scroll.viewport(), self._scroll.widget())

    def show_run(self, recording: Recording | None) -> None:
        """Show another run."""
        self._data = GaitData(recording, self._settling.value()) if recording is not None else None
        self._second = None
        self._view = None
        self._refresh()

    def show_comparison(self, pair: RunPair | None) -> None:
        """Show the means of a second run, too; None for none."""
        self._second = GaitData(pair.second, self._settling.value()) if pair is not None else None
        self._refresh()

    def show_curves(self, curves: Sequence[tuple[Curve, ...]]) -> None:
        """Show other channels: those of each plot together."""
        self._curves = [tuple(group) for group in curves]
        self._refresh()

    def show_channels(self) -> None:
        """Take up what the run's channels are now; the plotted ones follow by `show_curves`."""
        for data in (self._data, self._second):
            if data is not None:
                data.forget_channels()

    def show_data(self) -> None:
        """Show strides that were completed since the last time."""
        if self.isVisible() and self._data is not None:
            has_second = self._second is not None and self._second.read_new()
            if self._data.read_new() or has_second:
                self._refresh()

    def show_view(self, view: ViewState) -> None:
        """Show in which stride the cursor is, and how much of it is over."""
        self._view = view
        if self.isVisible():
            self._show_cursor()

    @property
    def has_table(self) -> bool:
        """Whether there is something to write as a table."""
        return self._data is not None and any(self._curves)

    def picture(self) -> QImage:
        """Return the panel in the light theme, in which figures are exported."""
        return light_picture(self, self._theme)

    def vector_picture(self, suffix: str) -> bytes:
        """Return the panel in the light theme as SVG or, if the suffix is ``.pdf``, as PDF."""
        return light_vector_picture(self, self._theme, suffix)

    def table(self) -> str:
        """Return the strides of the plotted channels as comma-separated values; empty without a run."""
        names = [curve.channel.name for group in self._curves for curve in group]
        return gait_table(self._data, names) if self._data is not None and names else ""

    def showEvent(self, event: QShowEvent) -> None:
        """Qt's override: catch up with what happened while hidden."""
        super().showEvent(event)
        self._refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 12, 4)
        head.setSpacing(8)
        label = QLabel("from")
        label.setProperty("strength", "weak")
        head.addWidget(label)
        self._settling.setFixedWidth(76)
        head.addWidget(self._settling)
        words = QVBoxLayout()
        words.setSpacing(0)
        for each in self._words.values():
            each.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)
            words.addWidget(each)
        head.addLayout(words, 1)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        scroll_down_only(self._scroll, inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._axis)
        column.addWidget(self._nothing, 1)
        column.addStretch(0)
        self.setAutoFillBackground(True)

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        for data in (self._data, self._second):
            if data is not None:
                data.read_new()
        self._make_rows()
        shares = {foot: self._data.summary(foot).stance_share for foot in FEET} if self._data is not None else {}
        for (_, plot), group in zip(self._rows, self._curves, strict=True):
            plot.show_cycles([cycle for curve in group if (cycle := self._cycle(curve)) is not None], shares)
        self._show_parts()
        self._show_cursor()

    def _cycle(self, curve: Curve) -> CycleCurve | None:
        name = curve.channel.name
        if self._data is None or not self._data.recording.has_channel(name):
            return None
        foot, compared = self._data.foot_of(name), None
        second = self._second
        if second is not None and second.recording.has_channel(name):
            is_same = second.recording.channel(name).unit == curve.channel.unit
            # By the same foot, also where the second run would choose another one.
            compared = second.cycles_of(name, foot) if is_same else None
        return CycleCurve(curve, foot, self._data.cycles_of(name), compared)

    def _make_rows(self) -> None:
        while len(self._rows) > len(self._curves):
            for part in self._rows.pop():
                self._column.removeWidget(part)
                part.setParent(None)
                part.deleteLater()
        while len(self._rows) < len(self._curves):
            legend, plot = PlotLegend(self._theme, can_close=False), CyclePlot(self._theme)
            legend.setContentsMargins(LEFT_PX, 0, RIGHT_PX, 0)
            plot.setMaximumHeight(_LARGEST_PX)
            plot.share_requested.connect(self._on_plot_share_requested)
            self._column.addWidget(legend)
            self._column.addWidget(plot, 1)
            self._rows.append((legend, plot))
        for (legend, _), group in zip(self._rows, self._curves, strict=True):
            legend.set_curves(group, "In brackets: the mean of all strides at this share of the cycle.")
        self._scroll.setMaximumHeight(len(self._rows) * (_LARGEST_PX + LEGEND_PX))

    def _show_parts(self) -> None:
        has_strides = self._data is not None and any(self._data.strides.values())
        shows = has_strides and bool(self._curves)
        self._scroll.setVisible(shows)
        self._axis.setVisible(shows)
        self._nothing.setVisible(not shows)
        self._nothing.setText(self._sentence(has_strides=has_strides))
        for foot, label in self._words.items():
            text = _summary_text(self._data.summary(foot)) if self._data is not None and has_strides else ""
            label.setText(text)
            label.setToolTip(text)

    def _sentence(self, *, has_strides: bool) -> str:
        if has_strides:
            return "No channel is plotted.\nWhat stands in Plots appears here over the gait cycle."
        if self._data is None or not len(self._data.times_s):
            return "Gait cycles appear here once a foot has landed twice."
        if self._data.recording.field("ground_reaction_n").shape[1:2] != (len(FEET),):
            return (
                "No forces of the ground in this run: no foot contacts to cut curves at.\nPlots shows them over time."
            )
        return f"No stride yet: a foot has to land twice. Touches shorter than {CHATTER_S * 1e3:.0f} ms do not count."

    def _show_cursor(self) -> None:
        if self._data is None or self._view is None or not self._rows:
            return
        index = self._view.index
        places = {foot: place for foot in FEET if (place := self._data.place_of(foot, index)) is not None}
        for (legend, plot), group in zip(self._rows, self._curves, strict=True):
            plot.show_places(places)
            legend.show_values([self._reading(curve, places) for curve in group])
        self._axis.show_places(places, {foot: len(found) for foot, found in self._data.strides.items()})

    def _reading(self, curve: Curve, places: dict[str, tuple[int, float]]) -> Reading:
        missing = Reading(math.nan)
        if self._data is None or not self._data.recording.has_channel(curve.channel.name):
            return missing
        place = places.get(self._data.foot_of(curve.channel.name))
        if place is None:
            return missing
        found = self._data.cycles_of(curve.channel.name)
        return Reading(value_at(found.curves[place[0]], place[1]), value_at(found.mean, place[1]))

    def _on_settling_changed(self, value: float) -> None:
        for data in (self._data, self._second):
            if data is not None:
                data.set_settling(value)
        self._refresh()

    def _on_plot_share_requested(self, foot: str, share: float) -> None:
        if self._data is not None:
            index = self._data.frame_at(foot, share, self._view.index if self._view is not None else 0)
            if index >= 0:
                self.cursor_requested.emit(index)


def _summary_text(summary: FootSummary) -> str:
    letter = summary.foot[0].upper()
    if not summary.n_strides:
        return f"{letter}  no stride"
    text = f"{letter}  {counted(summary.n_strides, 'stride')} · {summary.time_s:.2f}"
    text += f" ± {summary.time_deviation_s:.2f} s" if math.isfinite(summary.time_deviation_s) else " s"
    return text + (f" · stance {100 * summary.stance_share:.0f} %" if math.isfinite(summary.stance_share) else "")


class _ShareAxis(QWidget):
    """Numbers of the axis of the gait cycle, and the cursor's place in the strides of both feet."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._texts: dict[str, tuple[float, str]] = {}
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_places(self, places: dict[str, tuple[int, float]], counts: dict[str, int]) -> None:
        texts = {
            foot: (share, f"{foot[0].upper()} {number + 1}/{counts[foot]} · {100 * share:.0f} %")
            for foot, (number, share) in places.items()
        }
        if texts != self._texts:
            self._texts = texts
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 2 * HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font(small=True))
        painter.setPen(self._theme.colour("text_weak"))
        width = max(self.width() - LEFT_PX - RIGHT_PX, 1)
        for share in SHARE_TICKS:
            text = f"{100 * share:.0f}" + (" %" if share == SHARE_TICKS[-1] else "")
            x = round(LEFT_PX + share * width)
            text_px = painter.fontMetrics().horizontalAdvance(text) + 2
            place = QRect(min(x - text_px // 2, self.width() - text_px - 2), 0, text_px, HEIGHT_PX)
            painter.drawText(place, Qt.AlignCenter, text)
        taken = None
        for foot, (share, text) in sorted(self._texts.items(), key=lambda item: item[1][0]):
            chip_px = painter.fontMetrics().horizontalAdvance(text) + 12
            x = min(max(round(LEFT_PX + share * width - chip_px / 2), 2), self.width() - chip_px - 2)
            if taken is not None:
                x = min(max(x, taken + 4), self.width() - chip_px - 2)
            place = QRect(x, HEIGHT_PX + 1, chip_px, HEIGHT_PX - 5)
            taken = place.right()
            painter.fillRect(place, self._theme.colour(foot))
            painter.setPen(self._theme.colour("panel"))
            painter.drawText(place, Qt.AlignCenter, text)
            painter.setPen(self._theme.colour("text_weak"))
