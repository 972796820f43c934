"""The rows of the stack: one below the other, scrolled where they do not fit, and marked while a channel is dragged."""

from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from osimviz.ui.plots.empty import DropPlace
from osimviz.ui.plots.row import PlotRow
from osimviz.ui.theme import Theme

_STRIP_LARGEST_PX = 160


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
        self._strip = DropPlace(theme, "New plot")
        self._strip.setMaximumHeight(_STRIP_LARGEST_PX)
        self._strip.hide()
        column = QWidget()
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._strip)
        self._column.addStretch(0)
        self.setWidget(column)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.NoFocus)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._strip.set_theme(theme)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), theme.colour("panel"))
        for part in (self, self.viewport(), self.widget()):
            part.setPalette(palette)
        for row in self.rows:
            row.set_theme(theme)

    def add(self, row: PlotRow) -> None:
        """Put a row below the others."""
        self.rows.append(row)
        self._column.insertWidget(len(self.rows) - 1, row, 1)

    def remove(self, row: PlotRow) -> None:
        """Take a row out and free it."""
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.dispose()

    def reveal(self, row: PlotRow) -> None:
        """Scroll until a row is in sight."""
        self._column.activate()
        self.ensureWidgetVisible(row, 0, 0)

    def row_at(self, place: QPoint, of_widget: QWidget) -> PlotRow | None:
        """Return the row under a place of another widget."""
        rows = (row for row in self.rows if row.isVisible())
        return next((row for row in rows if row.rect().contains(row.mapFrom(of_widget, place))), None)

    def mark_drop_target(self, target: PlotRow | None, *, is_dragging: bool) -> None:
        """Mark the row that a dragged channel would be added to, or the strip for a new plot."""
        for row in self.rows:
            row.set_drop_target(is_target=is_dragging and row is target)
        self._strip.setVisible(is_dragging)
        self._strip.set_drop_target(is_target=is_dragging and target is None)
