"""The panel of muscles: which quantity, the raster, its time axis, and what is said where there is nothing to show."""

from functools import partial

from PyQt5.QtCore import QPoint, QRect, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QImage, QPainter, QPaintEvent, QShowEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QMenu, QScrollArea, QVBoxLayout, QWidget

from osimviz.muscle_rows import QUANTITIES, MuscleQuantity, quantities_of
from osimviz.raster_data import RasterData
from osimviz.recording import Recording
from osimviz.ui.choice_box import ChoiceBox
from osimviz.ui.plots.export import choose_and_save, light_picture, light_vector_picture
from osimviz.ui.plots.panel_parts import fill_ground, scroll_down_only, sentence_label
from osimviz.ui.plots.panel_tables import muscles_table
from osimviz.ui.plots.raster import MARGIN_PX, VALUE_PX, MuscleRaster
from osimviz.ui.plots.time_axis import HEIGHT_PX, TimeAxis
from osimviz.ui.plots.time_control import TimeControl
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState

#: Said of the rows while nothing is under the mouse.
_HINT = "right above left"
#: From this width on the numbers below the bars stand below the bars' ends; in a narrower axis side by side.
_WIDE_AXIS_PX = 140


class MusclePanel(QWidget):
    """Muscles × time, and the values at the cursor.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    time : TimeControl
        The range of time, shared with the plots.

    Signals
    -------
    plot_requested(list)
        Names of channels to plot.

    Attributes
    ----------
    raster : MuscleRaster
        The drawing; its gestures are the panel's.
    axis : TimeAxis
        The time axis below it.
    """

    plot_requested = pyqtSignal(list)

    def __init__(self, theme: Theme, time: TimeControl) -> None:
        super().__init__()
        self._theme = theme
        self._recording: Recording | None = None
        self._data: RasterData | None = None
        self._view: ViewState | None = None
        self._time = time
        self._quantity = ChoiceBox()
        self._quantity.setToolTip("What the colours of the raster mean")
        self._readout = QLabel(_HINT)
        self._readout.setProperty("strength", "weak")
        self._nothing = sentence_label()
        self.raster = MuscleRaster(theme, time.window)
        self.axis = TimeAxis(theme, time.window)
        self._bar_axis = _BarAxis(theme)
        self._scroll = QScrollArea()
        self._lay_out()
        self._quantity.currentIndexChanged.connect(self._on_quantity_changed)
        self.raster.hover_changed.connect(self._on_raster_hover_changed)
        self.raster.resized.connect(self._on_raster_resized)
        for gestures in (self.raster.gestures, self.axis.gestures):
            time.connect_gestures(gestures)
        time.changed.connect(self.redraw)
        self.raster.gestures.menu_requested.connect(self._on_menu_requested)
        self._show_parts()

    @property
    def quantity(self) -> MuscleQuantity:
        """What is shown."""
        chosen: MuscleQuantity = self._quantity.currentData() or "activation"
        return chosen

    def set_quantity(self, quantity: MuscleQuantity) -> None:
        """Show another quantity; one the run has not is passed over."""
        index = self._quantity.findData(quantity)
        if index >= 0:
            self._quantity.setCurrentIndex(index)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self.raster, self.axis, self._bar_axis):
            part.set_theme(theme)
        self._fill_background()

    def show_run(self, recording: Recording | None) -> None:
        """Show another run; the quantity stays if the run has it."""
        wanted = self.quantity
        self._recording = recording
        self._view = None
        self._time.show_run(recording)
        self._quantity.blockSignals(True)
        self._quantity.clear()
        for quantity in quantities_of(recording.info) if recording is not None else ():
            self._quantity.addItem(QUANTITIES[quantity].title, quantity)
        self.set_quantity(wanted)
        self._quantity.blockSignals(False)
        self._read()

    def show_data(self) -> None:
        """Show frames that were appended since the last time."""
        self._time.show_data()
        if self.isVisible() and self._data is not None and self._data.read_new():
            self.redraw()

    def show_view(self, view: ViewState) -> None:
        """Move the cursor and the values there."""
        self._view = view
        self._time.show_view(view)
        if not self.isVisible():
            return
        self.raster.set_map(view.settings.colour_map)
        time_s = view.time_s if view.index >= 0 else None
        reference_s = view.reference_time_s if view.reference_index >= 0 else None
        self.raster.show_cursor(view.index, time_s, reference_s)
        self.axis.show_time(time_s)
        self.axis.show_reference(reference_s)

    def redraw(self) -> None:
        """Draw anew, after the shared range of time changed."""
        self.raster.redraw()
        self.axis.update()

    @property
    def has_table(self) -> bool:
        """Whether there is something to write as a table."""
        return self._data is not None and bool(self._data.strips)

    def picture(self) -> QImage:
        """Return the panel in the light theme, in which figures are exported."""
        return light_picture(self, self._theme)

    def vector_picture(self, suffix: str) -> bytes:
        """Return the panel in the light theme as SVG or, if the suffix is ``.pdf``, as PDF."""
        return light_vector_picture(self, self._theme, suffix)

    def table(self) -> str:
        """Return the quantity of every muscle as comma-separated values; empty without a run."""
        data = self._data
        return muscles_table(data.recording, data.quantity) if data is not None else ""

    def showEvent(self, event: QShowEvent) -> None:
        """Qt's override: catch up with what happened while hidden."""
        super().showEvent(event)
        if self._data is not None:
            self._data.read_new()
        self._place_axis()
        self.redraw()
        if self._view is not None:
            self.show_view(self._view)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 12, 4)
        head.setSpacing(10)
        self._quantity.setFixedWidth(130)
        head.addWidget(self._quantity)
        head.addWidget(self._readout, 1)
        scroll_down_only(self._scroll, self.raster)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(0)
        foot.addWidget(self.axis, 1)
        foot.addWidget(self._bar_axis)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)
        column.addWidget(self._nothing, 1)
        column.addStretch(0)
        self.setAutoFillBackground(True)
        self._fill_background()

    def _fill_background(self) -> None:
        fill_ground(self._theme, self, self._scroll, self._scroll.viewport())

    def _read(self) -> None:
        self._data = RasterData(self._recording, self.quantity) if self._recording is not None else None
        if self._data is not None and self.isVisible():
            self._data.read_new()
        self.raster.show_muscles(self._data)
        self._bar_axis.show_ends(QUANTITIES[self.quantity].ends)
        self._readout.setText(self._hint())
        self._show_parts()
        self._place_axis()
        self.axis.update()
        if self._view is not None:
            self.show_view(self._view)

    def _show_parts(self) -> None:
        has_muscles = self._data is not None and bool(self._data.strips) and self._quantity.count() > 0
        self._scroll.setVisible(has_muscles)
        self._scroll.setMaximumHeight(self.raster.maximumHeight())
        self.axis.setVisible(has_muscles)
        self._bar_axis.setVisible(has_muscles)
        self._quantity.setVisible(has_muscles)
        self._nothing.setVisible(not has_muscles)
        self._nothing.setText(
            "Every muscle over time appears here with the first run."
            if self._recording is None
            else "The model of this run has no muscles.\nPlots shows its coordinates over time."
            if self._data is None or not self._data.strips
            else "This run has no activations or forces of its muscles.\nPlots shows what it has over time."
        )

    def _hint(self) -> str:
        if not self._quantity.count():
            return ""
        has_sides = self._data is not None and any(strip.side for strip in self._data.strips)
        return _HINT if has_sides else ""

    def _place_axis(self) -> None:
        self._bar_axis.setFixedWidth(self.raster.right_px - 2)
        self.axis.set_margins(self.raster.left_px, 2)

    def _on_quantity_changed(self, index: int) -> None:
        self._read()

    def _on_raster_hover_changed(self, text: str) -> None:
        self._readout.setText(text or self._hint())

    def _on_raster_resized(self) -> None:
        self._place_axis()

    def _on_menu_requested(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WA_DeleteOnClose)
        strip = self.raster.strip_at(self.raster.mapFromGlobal(place))
        names = self._channels_of(strip.name) if strip is not None else []
        if strip is not None and names:
            menu.addAction(f"Plot {strip.name.replace('_', ' ')}").triggered.connect(
                partial(self._on_plot_triggered, names)
            )
            menu.addSeparator()
        menu.addAction("Save Picture …").triggered.connect(self._on_picture_triggered)
        menu.popup(place)

    def _channels_of(self, muscle: str) -> list[str]:
        if self._recording is None:
            return []
        name = f"action/{muscle}" if self.quantity == "action" else f"muscles/{muscle}/{self.quantity}"
        return [name] if self._recording.has_channel(name) else []

    def _on_plot_triggered(self, names: list[str]) -> None:
        self.plot_requested.emit(names)

    def _on_picture_triggered(self) -> None:
        choose_and_save(self, self)


class _BarAxis(QWidget):
    """The numbers below the bars of the instant: the map's upper end at both sides, its lower end in the middle."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._ends = ("0", "1")

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_ends(self, ends: tuple[str, str]) -> None:
        self._ends = ends
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font(small=True))
        painter.setPen(self._theme.colour("text_weak"))
        width = self.width() - MARGIN_PX
        low, high = self._ends
        third = width // 3
        is_wide = width >= _WIDE_AXIS_PX
        painter.drawText(QRect(0, 0, width, self.height()), Qt.AlignCenter, low if is_wide else f"{high} {low} {high}")
        for end_px in (VALUE_PX, width - VALUE_PX) if is_wide else ():
            painter.drawText(QRect(end_px - third // 2, 0, third, self.height()), Qt.AlignCenter, high)
