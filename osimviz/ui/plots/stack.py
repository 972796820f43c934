"""The panel of plots: which there are, what they share, and how they are told what to show."""

from collections.abc import Mapping, Sequence
from functools import partial

from PyQt5.QtCore import QPoint, QSignalBlocker, QTimer, pyqtSignal
from PyQt5.QtGui import QColor, QImage, QResizeEvent, QShowEvent
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from osimviz.analysis.run_pair import RunPair
from osimviz.compared_data import ComparedData
from osimviz.plot_choices import Preset, presets
from osimviz.plot_data import PlotData
from osimviz.recording import Recording
from osimviz.ui.plots.curve import Curve
from osimviz.ui.plots.drop_zones import DropZones
from osimviz.ui.plots.empty import DropStrip, EmptyPlots
from osimviz.ui.plots.export import choose_and_save, light_picture, light_vector_picture
from osimviz.ui.plots.panel_parts import fill_ground
from osimviz.ui.plots.panel_tables import channels_table
from osimviz.ui.plots.readings import readings_at
from osimviz.ui.plots.row import PlotRow
from osimviz.ui.plots.row_area import RowArea
from osimviz.ui.plots.row_editor import RowEditor
from osimviz.ui.plots.row_menu import RowMenu
from osimviz.ui.plots.time_axis import LEFT_PX, RIGHT_PX, TimeAxis
from osimviz.ui.plots.time_control import TimeControl
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState


class PlotStack(QWidget):
    """Plots above each other with one time axis and one cursor.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    time : TimeControl, optional
        The range of time, if other panels share it.

    Signals
    -------
    cursor_requested(int)
        The frame that a press or drag in a plot, or in another panel of the same time, points at.
    plotted_changed()
        Other channels are shown, or in other colours.

    Attributes
    ----------
    time : TimeControl
        The range of time.
    """

    cursor_requested = pyqtSignal(int)
    plotted_changed = pyqtSignal()

    def __init__(self, theme: Theme, time: TimeControl | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._data: PlotData | None = None
        self._compared: ComparedData | None = None
        self._shows_difference = False
        self._view: ViewState | None = None
        self.time = time if time is not None else TimeControl(self)
        self._window = self.time.window
        self._remembered: list[list[str]] = []
        self._is_stale = False
        self._is_closed = False
        self._redraw_timer = QTimer(self)
        self._redraw_timer.setSingleShot(True)
        self._redraw_timer.timeout.connect(self._redraw)
        self._empty = EmptyPlots(theme)
        self._area = RowArea(theme)
        self._editor = RowEditor(self._area, self._new_row)
        self._axis = TimeAxis(theme, self._window)
        self._strip = DropStrip(theme)
        self._drops = DropZones(self, self._area, self._strip, self._empty)
        self._lay_out()
        self._drops.changed.connect(self._show_parts)
        self._drops.dropped.connect(self._on_drops_dropped)
        self._empty.preset_requested.connect(self.plot_preset)
        self.time.connect_gestures(self._axis.gestures)
        self.time.cursor_requested.connect(self.cursor_requested)
        self.time.changed.connect(self._redraw)
        self._show_parts()

    @property
    def rows(self) -> list[PlotRow]:
        """The plots, from the top."""
        return list(self._area.rows)

    @property
    def window_s(self) -> tuple[float, float]:
        """The range of time shown, in s."""
        return self._window.start_s, self._window.end_s

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._empty.set_theme(theme)
        self._area.set_theme(theme)
        self._axis.set_theme(theme)
        self._strip.set_theme(theme)
        fill_ground(self._theme, self)
        self.plotted_changed.emit()

    def show_run(self, recording: Recording | None) -> None:
        """Show another run; chosen channels that it has stay."""
        names = self.plot_names() or self._remembered
        self._compared = None
        self._view = None
        self.time.show_run(recording)
        self._remembered = names if recording is None else []
        self._empty.show_presets(presets(recording.info) if recording is not None else None)
        self._plot_again(recording, names)

    def show_channels(self) -> None:
        """Take up the channels that the run has now: one made by a formula may be new, gone or another."""
        if self._data is not None:
            if self._compared is not None:
                self._compared = ComparedData(self._compared.pair)
            self._plot_again(self._data.recording, self.plot_names())

    def show_data(self) -> None:
        """Show frames that were appended since the last time."""
        if self._data is None or self._is_closed:
            return
        self.time.show_data()
        if not self.isVisible():
            self._is_stale = True
            return
        self._read_new()
        self._redraw()

    def show_comparison(self, pair: RunPair | None) -> None:
        """Show the curves of a second run beside those of the shown one; None for none."""
        self._compared = ComparedData(pair) if pair is not None else None
        for row in self._area.rows:
            self._show_difference_of(row)
        self.show_data()

    def set_difference(self, *, is_shown: bool) -> None:
        """Show below each plot what the two runs differ by, once there are two."""
        self._shows_difference = is_shown
        for row in self._area.rows:
            self._show_difference_of(row)
        self.show_data()

    def show_view(self, view: ViewState) -> None:
        """Move the cursor and the values there."""
        self._view = view
        self.time.show_view(view)
        if self._is_closed or not self.isVisible():
            self._is_stale = True
            return
        self._show_cursor()

    def plot(self, names: Sequence[str], in_new_plot: bool = False) -> None:
        """Plot channels; names that the run has not are passed over.

        Parameters
        ----------
        names : sequence of str
            The channels.
        in_new_plot : bool
            All of them in a plot of their own; otherwise each goes where its relatives are (the other side, other
            quantities of the same thing), or into a new plot. One that is plotted already is only brought into view.
        """
        known = self._editor.known(names)
        if not known:
            return
        belong = self._editor.add_where_they_belong
        row = self._editor.add_to(self._new_row(), known) if in_new_plot else belong(known)
        self._after_change(row)

    def add_other_sides(self, rows: Sequence[PlotRow] | None = None) -> None:
        """Add to plots, by default all of them, the same channels of the other side of the body."""
        for row in self._area.rows if rows is None else rows:
            missing = self._editor.missing_sides(row)
            if missing:
                self._editor.add_curves(row, missing)
        self._after_change(None)

    def offered_presets(self) -> tuple[Preset, ...]:
        """Return the plots that are offered for this run."""
        return presets(self._data.recording.info) if self._data is not None else ()

    def plot_preset(self, preset: Preset) -> None:
        """Add the plots of a preset below the others."""
        row = None
        for names in preset.plots:
            known = self._editor.known(names)
            if known:
                row = self._editor.add_to(self._new_row(), known)
        self._after_change(row)

    def remove_curve(self, row: PlotRow, name: str) -> None:
        """Take a channel out of a plot; the last one takes the plot with it."""
        self._editor.remove_curve(row, name)
        self._after_change(None)

    def remove_plot(self, row: PlotRow) -> None:
        """Remove a plot."""
        self._area.remove(row)
        self._after_change(None)

    def remove_all(self) -> None:
        """Remove every plot."""
        self._area.clear()
        self._after_change(None)

    def plotted(self) -> Mapping[str, QColor]:
        """Return the colour of every plotted channel by name."""
        return {curve.channel.name: self._theme.colour(curve.colour) for curve in reversed(self._area.curves)}

    def curves(self) -> list[tuple[Curve, ...]]:
        """Return the curves of each plot, from the top."""
        return [row.curves for row in self._area.rows]

    def plot_names(self) -> list[list[str]]:
        """Return the channels of each plot, from the top."""
        return self._area.names

    @property
    def has_table(self) -> bool:
        """Whether there is something to write as a table."""
        return bool(self._area.rows)

    def picture(self) -> QImage:
        """Return the plots as they are shown, in the light theme, in which figures are exported."""
        self._draw_unseen()
        with QSignalBlocker(self):
            return light_picture(self, self._theme)

    def vector_picture(self, suffix: str) -> bytes:
        """Return the plots as they are shown, in the light theme, as SVG or PDF (``.pdf``)."""
        self._draw_unseen()
        with QSignalBlocker(self):
            return light_vector_picture(self, self._theme, suffix)

    def table(self) -> str:
        """Return the plotted channels as comma-separated values; empty without a plot."""
        names = dict.fromkeys(curve.channel.name for curve in self._area.curves)
        return channels_table(self._data.recording, names) if self._data is not None and names else ""

    def close(self) -> bool:
        """Stop drawing and free the scenes. Idempotent."""
        if not self._is_closed:
            self._is_closed = True
            self._redraw_timer.stop()
            self._remembered = self.plot_names()
            self._area.clear()
        return super().close()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._empty, 1)
        column.addWidget(self._area, 1)
        column.addWidget(self._axis)
        column.addWidget(self._strip)
        self.setAutoFillBackground(True)
        fill_ground(self._theme, self)

    def _plot_again(self, recording: Recording | None, names: Sequence[Sequence[str]]) -> None:
        """Make all plots anew from a run's channels, in the colours that they had."""
        before = self._area.curves
        self._area.clear()
        self._data = PlotData(recording) if recording is not None else None
        self._editor.data = self._data
        for group in names:
            existing = self._editor.known(group)
            if existing:
                # Another run may have a channel in another unit, for which the plot has no axis.
                self._editor.add_to(self._new_row(), existing, before)
        self._show_parts()
        self.show_data()
        self.plotted_changed.emit()

    def _new_row(self) -> PlotRow:
        row = PlotRow(self._theme, self._window)
        row.close_requested.connect(self.remove_plot)
        row.menu_requested.connect(self._on_row_menu_requested)
        row.resized.connect(self._on_row_resized)
        self.time.connect_gestures(row.canvas.gestures)
        self._area.add(row)
        self._show_difference_of(row)
        return row

    def _after_change(self, row: PlotRow | None) -> None:
        if self._data is not None:
            names = {curve.channel.name for curve in self._area.curves}
            self._data.drop_all_but(names)
            if self._compared is not None:
                self._compared.drop_all_but(names)
        self._show_parts()
        self.show_data()
        if row is not None:
            self._area.reveal(row)
        self.plotted_changed.emit()

    def _show_parts(self) -> None:
        has_rows = bool(self._area.rows)
        self._empty.setVisible(not has_rows)
        self._area.setVisible(has_rows)
        self._axis.setVisible(has_rows)
        right_px = LEFT_PX if any(row.n_scales > 1 for row in self._area.rows) else RIGHT_PX
        for row in self._area.rows:
            row.set_right_px(right_px)
        self._axis.set_margins(LEFT_PX, right_px)
        free_px = self.height() - self._area.maximumHeight() - self._axis.sizeHint().height()
        self._strip.setVisible(has_rows and (self._drops.is_dragging or free_px >= self._strip.sizeHint().height()))

    def _draw_unseen(self) -> None:
        """Draw what came while another panel was in front, for a picture."""
        if self._data is None or self._is_closed or self.isVisible():
            return
        if self.parentWidget() is not None:
            self.resize(self.parentWidget().size())
        # Qt gives hidden parts their places only when they are painted.
        self.grab()
        self._read_new()
        self._draw_rows()

    def _read_new(self) -> None:
        assert self._data is not None
        self._data.read_new()
        if self._compared is not None:
            self._compared.read_new()

    def _redraw(self) -> None:
        self._redraw_timer.stop()
        if self._data is not None and not self._is_closed and self.isVisible():
            self._draw_rows()

    def _draw_rows(self) -> None:
        if self._data is None or not self._area.rows:
            return
        ticks, _ = self._axis.ticks()
        self._area.redraw(self._data, ticks, self._compared)
        self._axis.update()
        self._show_cursor()

    def _show_cursor(self) -> None:
        if self._data is None or self._view is None or not self._area.rows:
            return
        view = self._view
        names = [curve.channel.name for curve in self._area.curves]
        readings = readings_at(view, names, self._data, self._compared)
        time_s = view.time_s if view.index >= 0 else None
        reference_s = view.reference_time_s if view.reference_index >= 0 else None
        self._area.show_cursor(time_s, readings, reference_s, view.loop_s)
        self._axis.show_time(time_s)
        self._axis.show_reference(reference_s)

    def _show_difference_of(self, row: PlotRow) -> None:
        had = row.difference is not None
        row.show_difference(is_shown=self._shows_difference and self._compared is not None)
        if row.difference is not None and not had:
            self.time.connect_gestures(row.difference.gestures)
        self._area.limit_height()

    def _on_row_resized(self, row: PlotRow) -> None:
        self._redraw_timer.start(0)

    def _on_row_menu_requested(self, row: PlotRow, place: QPoint) -> None:
        menu = RowMenu(self, self._theme, row.curves)
        menu.offer_other_sides(is_offered=bool(self._editor.missing_sides(row)))
        menu.other_sides_requested.connect(partial(self.add_other_sides, [row]))
        menu.curve_removal_requested.connect(partial(self.remove_curve, row))
        menu.plot_removal_requested.connect(partial(self.remove_plot, row))
        menu.fit_requested.connect(self.time.fit)
        menu.picture_requested.connect(partial(choose_and_save, self, self))
        menu.table_requested.connect(self._on_menu_table_requested)
        menu.popup(place)

    def _on_menu_table_requested(self) -> None:
        choose_and_save(self, self.table())

    def _on_drops_dropped(self, names: list[str], row: PlotRow | None) -> None:
        known = self._editor.known(names)
        if row is not None and known:
            self._after_change(self._editor.add_to(row, known))
        else:
            self.plot(known, True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override: what is left over below the plots changes."""
        super().resizeEvent(event)
        self._show_parts()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt's override: catch up with what happened while hidden."""
        super().showEvent(event)
        if self._is_stale:
            self._is_stale = False
            self.show_data()
