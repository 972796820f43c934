"""The panel of plots: which there are, what they share, and how they are told what to show."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PyQt5.QtCore import QPoint, QSignalBlocker, QTimer, pyqtSignal
from PyQt5.QtGui import QColor, QImage, QResizeEvent, QShowEvent
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from osimviz.plot_choices import Preset, presets
from osimviz.recording import Recording
from osimviz.ui.plots.curve import Curve, curve_of
from osimviz.ui.plots.drops import ChannelDrops
from osimviz.ui.plots.empty import DropStrip, EmptyPlots
from osimviz.ui.plots.export import choose_and_save, curves_csv, light_picture
from osimviz.ui.plots.gestures import TimeGestures
from osimviz.ui.plots.plot_data import PlotData
from osimviz.ui.plots.row import PlotRow
from osimviz.ui.plots.row_area import RowArea
from osimviz.ui.plots.row_menu import RowMenu
from osimviz.ui.plots.time_axis import TimeAxis
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState


class PlotStack(QWidget):
    """Plots above each other with one time axis and one cursor.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    cursor_requested(int)
        The frame that a press or drag in a plot points at.
    plotted_changed()
        Other channels are shown, or in other colours.
    """

    cursor_requested = pyqtSignal(int)
    plotted_changed = pyqtSignal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._data: PlotData | None = None
        self._view: ViewState | None = None
        self._window = TimeWindow()
        self._remembered: list[list[str]] = []
        self._is_stale = False
        self._is_dragging = False
        self._is_closed = False
        self._redraw_timer = QTimer(self)
        self._redraw_timer.setSingleShot(True)
        self._redraw_timer.timeout.connect(self._redraw)
        self._empty = EmptyPlots(theme)
        self._area = RowArea(theme)
        self._axis = TimeAxis(theme, self._window)
        self._strip = DropStrip(theme)
        self._drops = ChannelDrops(self)
        self._lay_out()
        self._drops.hovered.connect(self._on_drops_hovered)
        self._drops.left.connect(self._on_drops_left)
        self._drops.dropped.connect(self._on_drops_dropped)
        self._empty.preset_requested.connect(self._on_empty_preset_requested)
        self._connect_gestures(self._axis.gestures)
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
        self._fill_background()
        self.plotted_changed.emit()

    def show_run(self, recording: Recording | None) -> None:
        """Show another run; chosen channels that it has stay."""
        names = self.plot_names() or self._remembered
        before = [curve for row in self._area.rows for curve in row.curves]
        self._remove_rows(self._area.rows)
        self._data = PlotData(recording) if recording is not None else None
        self._view = None
        self._window.fit()
        self._remembered = names if recording is None else []
        self._empty.show_presets(presets(recording.info) if recording is not None else ())
        for group in names:
            existing = [name for name in group if recording is not None and recording.has_channel(name)]
            if existing:
                self._add_curves(self._new_row(), existing, before)
        self._show_parts()
        self.show_data()
        self.plotted_changed.emit()

    def show_data(self) -> None:
        """Show frames that were appended since the last time."""
        if self._data is None or self._is_closed:
            return
        if not self.isVisible():
            self._is_stale = True
            return
        self._data.read_new()
        self._redraw()

    def show_view(self, view: ViewState) -> None:
        """Move the cursor and the values there."""
        was_growing = self._view is not None and self._view.phase == "running"
        moved = self._view is None or view.index != self._view.index
        self._view = view
        if self._is_closed or not self.isVisible():
            self._is_stale = True
            return
        if was_growing and view.phase != "running":
            self.show_data()
        elif moved and view.index >= 0 and self._window.reveal(view.time_s):
            self._redraw()
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
        known = self._known(names)
        if not known or self._data is None:
            return
        row = None
        if in_new_plot:
            row = self._new_row()
            self._add_curves(row, known)
        else:
            for name in known:
                row = self._area.row_for(self._data.recording.channel(name)) or self._new_row()
                self._add_curves(row, [name])
        self._after_change(row)

    def plotted(self) -> Mapping[str, QColor]:
        """Return the colour of every plotted channel by name."""
        curves = reversed([curve for row in self._area.rows for curve in row.curves])
        return {curve.channel.name: self._theme.colour(curve.colour) for curve in curves}

    def plot_names(self) -> list[list[str]]:
        """Return the channels of each plot, from the top."""
        return self._area.names

    def picture(self) -> QImage:
        """Return the plots as they are shown, in the light theme, in which figures are exported."""
        with QSignalBlocker(self):
            return light_picture(self, self._theme)

    def table(self) -> str:
        """Return the plotted channels as comma-separated values; empty without a run."""
        names = dict.fromkeys(name for names in self.plot_names() for name in names)
        return curves_csv(self._data, list(names)) if self._data is not None else ""

    def close(self) -> bool:
        """Stop drawing and free the scenes. Idempotent."""
        if not self._is_closed:
            self._is_closed = True
            self._redraw_timer.stop()
            self._remembered = self.plot_names()
            self._remove_rows(self._area.rows)
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
        self._fill_background()

    def _fill_background(self) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), self._theme.colour("panel"))
        self.setPalette(palette)

    def _known(self, names: Sequence[str]) -> list[str]:
        if self._data is None:
            return []
        return [name for name in dict.fromkeys(names) if self._data.recording.has_channel(name)]

    def _new_row(self) -> PlotRow:
        row = PlotRow(self._theme, self._window)
        row.close_requested.connect(self.remove_plot)
        row.menu_requested.connect(self._on_row_menu_requested)
        row.resized.connect(self._on_row_resized)
        self._connect_gestures(row.canvas.gestures)
        self._area.add(row)
        return row

    def _connect_gestures(self, gestures: TimeGestures) -> None:
        gestures.scrub_requested.connect(self._on_scrub_requested)
        gestures.zoom_requested.connect(self._on_zoom_requested)
        gestures.pan_requested.connect(self._on_pan_requested)
        gestures.fit_requested.connect(self.fit)

    def _add_curves(self, row: PlotRow, names: Sequence[str], before: Sequence[Curve] = ()) -> None:
        """Add curves; those that were shown `before` a new run keep their colours."""
        assert self._data is not None
        curves: list[Curve] = list(row.curves)
        kept = {curve.channel.name: curve for curve in before}
        others = [curve for other in self._area.rows if other is not row for curve in other.curves]
        for name in names:
            if name not in [curve.channel.name for curve in curves]:
                self._data.need(name)
                channel = self._data.recording.channel(name)
                known = kept.get(name)
                same = replace(known, channel=channel) if known is not None else None
                curves.append(same or curve_of(channel, curves, others + curves))
        row.set_curves(curves, self._data.recording.info.end_limits)

    def remove_curve(self, row: PlotRow, name: str) -> None:
        """Take a channel out of a plot; the last one takes the plot with it."""
        assert self._data is not None
        curves = [curve for curve in row.curves if curve.channel.name != name]
        if curves:
            row.set_curves(curves, self._data.recording.info.end_limits)
        else:
            self._remove_rows([row])
        self._after_change(None)

    def remove_plot(self, row: PlotRow) -> None:
        """Remove a plot."""
        self._remove_rows([row])
        self._after_change(None)

    def fit(self) -> None:
        """Show the whole run."""
        self._window.fit()
        self._redraw_timer.start(0)

    def _remove_rows(self, rows: Sequence[PlotRow]) -> None:
        for row in list(rows):
            self._area.remove(row)

    def _after_change(self, row: PlotRow | None) -> None:
        if self._data is not None:
            self._data.drop_all_but({name for names in self.plot_names() for name in names})
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
        free_px = self.height() - self._area.maximumHeight() - self._axis.sizeHint().height()
        self._strip.setVisible(has_rows and (self._is_dragging or free_px >= self._strip.sizeHint().height()))

    def _redraw(self) -> None:
        self._redraw_timer.stop()
        if self._data is None or self._is_closed or not self._area.rows:
            return
        times = self._data.times_s
        if len(times):
            is_growing = self._view is not None and self._view.phase == "running"
            self._window.set_extent(float(times[0]), float(times[-1]), is_growing=is_growing)
        ticks, _ = self._axis.ticks()
        for row in self._area.rows:
            row.redraw(self._data, ticks)
        self._axis.update()
        self._show_cursor()

    def _show_cursor(self) -> None:
        if self._data is None or self._view is None or not self._area.rows:
            return
        view = self._view
        names = [name for row in self._area.rows for name in row.names]
        values = self._data.values_at(view.index, names)
        time_s = view.time_s if view.index >= 0 else None
        loop_s = self._loop_times(view)
        first = 0
        for row in self._area.rows:
            row.canvas.show_loop(loop_s)
            row.show_cursor(time_s, values[first : first + len(row.curves)])
            first += len(row.curves)
        self._axis.show_time(time_s)

    def _loop_times(self, view: ViewState) -> tuple[float, float] | None:
        if view.loop is None or self._data is None or not len(self._data):
            return None
        last = len(self._data) - 1
        first_s, last_s = (float(self._data.times_s[min(index, last)]) for index in view.loop)
        return first_s, last_s

    def _on_scrub_requested(self, time_s: float) -> None:
        index = self._data.nearest(time_s) if self._data is not None else -1
        if index >= 0:
            self.cursor_requested.emit(index)

    def _on_zoom_requested(self, factor: float, around_s: float) -> None:
        self._window.zoom(factor, around_s)
        self._redraw_timer.start(0)

    def _on_pan_requested(self, by_s: float) -> None:
        self._window.pan(by_s)
        self._redraw_timer.start(0)

    def _on_row_resized(self, row: PlotRow) -> None:
        self._redraw_timer.start(0)

    def _on_row_menu_requested(self, row: PlotRow, place: QPoint) -> None:
        menu = RowMenu(self, self._theme, row.curves)
        menu.curve_removal_requested.connect(partial(self.remove_curve, row))
        menu.plot_removal_requested.connect(partial(self.remove_plot, row))
        menu.fit_requested.connect(self.fit)
        menu.picture_requested.connect(self._on_menu_picture_requested)
        menu.table_requested.connect(self._on_menu_table_requested)
        menu.popup(place)

    def _on_menu_picture_requested(self) -> None:
        choose_and_save(self, self.picture())

    def _on_menu_table_requested(self) -> None:
        choose_and_save(self, self.table())

    def _on_empty_preset_requested(self, preset: Preset) -> None:
        for names in preset.plots:
            self.plot(names, True)

    def _on_drops_hovered(self, place: QPoint) -> None:
        self._is_dragging = True
        self._show_parts()
        target = self._area.row_at(place, self)
        self._area.mark_drop_target(target, is_dragging=True)
        self._strip.set_drop_target(is_target=target is None)
        self._empty.set_drop_target(is_target=not self.rows)

    def _on_drops_left(self) -> None:
        self._is_dragging = False
        self._show_parts()
        self._area.mark_drop_target(None, is_dragging=False)
        self._strip.set_drop_target(is_target=False)
        self._empty.set_drop_target(is_target=False)

    def _on_drops_dropped(self, names: list[str], place: QPoint) -> None:
        row = self._area.row_at(place, self)
        known = self._known(names)
        if row is not None and known:
            self._add_curves(row, known)
            self._after_change(row)
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
