"""The rows of the stack: one below the other, and scrolled where they do not fit."""

from collections.abc import Sequence

from PyQt5.QtCore import QPoint
from PyQt5.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from osimviz.channels import Channel
from osimviz.compared_data import ComparedData
from osimviz.plot_choices import belongs_with
from osimviz.plot_data import PlotData
from osimviz.ui.plots.curve import Curve
from osimviz.ui.plots.legend import Reading
from osimviz.ui.plots.panel_parts import fill_ground, scroll_down_only
from osimviz.ui.plots.row import PlotRow
from osimviz.ui.theme import Theme

_TOP_PX = 4


class RowArea(QScrollArea):
    """Holds the rows of plots; they share the height.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Attributes
    ----------
    rows : list of PlotRow
        From the top; read only.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.rows: list[PlotRow] = []
        column = QWidget()
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(0, _TOP_PX, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(0)
        scroll_down_only(self, column)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        fill_ground(theme, self, self.viewport(), self.widget())
        for row in self.rows:
            row.set_theme(theme)

    @property
    def names(self) -> list[list[str]]:
        """The channels of each row."""
        return [row.names for row in self.rows]

    @property
    def curves(self) -> list[Curve]:
        """The curves of all rows."""
        return [curve for row in self.rows for curve in row.curves]

    def redraw(self, data: PlotData, time_ticks: Sequence[float], compared: ComparedData | None) -> None:
        """Take what is visible into every row, as of `PlotRow.redraw`, and paint it."""
        for row in self.rows:
            row.redraw(data, time_ticks, compared)
        for row in self.rows:
            row.repaint_all()

    def show_cursor(
        self,
        time_s: float | None,
        readings: Sequence[Reading],
        reference_s: float | None,
        loop_s: tuple[float, float] | None,
    ) -> None:
        """Show cursors, loop and what the curves of all rows read; `readings` are in the order of `curves`."""
        first = 0
        for row in self.rows:
            row.canvas.show_loop(loop_s)
            row.show_cursor(time_s, readings[first : first + len(row.curves)], reference_s)
            first += len(row.curves)

    def row_for(self, channel: Channel) -> PlotRow | None:
        """Return the row that shows a channel, or else the last one with relatives of it; None if there is neither."""
        shown = next((row for row in self.rows if channel.name in row.names), None)
        fitting = (row for row in reversed(self.rows) if belongs_with(channel, [curve.channel for curve in row.curves]))
        return shown or next(fitting, None)

    def add(self, row: PlotRow) -> None:
        """Put a row below the others."""
        self.rows.append(row)
        self._column.insertWidget(len(self.rows) - 1, row, 1)
        self.limit_height()

    def remove(self, row: PlotRow) -> None:
        """Take a row out and free it."""
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.dispose()
        self.limit_height()

    def clear(self) -> None:
        """Take every row out."""
        for row in self.rows.copy():
            self.remove(row)

    def reveal(self, row: PlotRow) -> None:
        """Scroll until a row is in sight."""
        self._column.activate()
        self.ensureWidgetVisible(row, 0, 0)

    def row_at(self, place: QPoint, of_widget: QWidget) -> PlotRow | None:
        """Return the row under a place of another widget."""
        rows = (row for row in self.rows if row.isVisible())
        return next((row for row in rows if row.rect().contains(row.mapFrom(of_widget, place))), None)

    def mark_drop_target(self, target: PlotRow | None, *, is_dragging: bool) -> None:
        """Mark the row that a dragged channel would be added to."""
        for row in self.rows:
            row.set_drop_target(is_target=is_dragging and row is target)

    def limit_height(self) -> None:
        """Take no more room than the rows can fill: the time axis stands right below the last one."""
        self.setMaximumHeight(_TOP_PX + sum(row.maximumHeight() for row in self.rows))
