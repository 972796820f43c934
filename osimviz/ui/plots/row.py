"""One plot of the stack: legend, value axis and canvas."""

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, QPoint, QRect, Qt, pyqtSignal
from PyQt5.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt5.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from osimviz.axis_ticks import tick_text
from osimviz.frames import EndLimit
from osimviz.ui.plots.canvas import PlotCanvas
from osimviz.ui.plots.curve import Curve
from osimviz.ui.plots.legend import LegendRow
from osimviz.ui.plots.plot_data import PlotData
from osimviz.ui.plots.time_axis import LEFT_PX, RIGHT_PX
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.ui.theme import Theme

_SMALLEST_PX, _LARGEST_PX = 76, 240
_TICK_GAP_PX, _TICK_HEIGHT_PX = 4, 14


class PlotRow(QWidget):
    """A plot that is named above, with its values at the left.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    window : TimeWindow
        The range of time all plots share.

    Signals
    -------
    close_requested(object), menu_requested(object, QPoint), resized(object)
        This row asks to be removed; for its menu at a global place; to be drawn in its new size.

    Attributes
    ----------
    canvas : PlotCanvas
        The drawing.
    legend : LegendRow
        The row above it.
    """

    close_requested = pyqtSignal(object)
    menu_requested = pyqtSignal(object, QPoint)
    resized = pyqtSignal(object)

    def __init__(self, theme: Theme, window: TimeWindow) -> None:
        super().__init__()
        self._theme = theme
        self._curves: tuple[Curve, ...] = ()
        self._is_drop_target = False
        self.legend = LegendRow(theme)
        self.canvas = PlotCanvas(theme, window)
        column = QVBoxLayout(self)
        column.setContentsMargins(LEFT_PX, 0, RIGHT_PX, 4)
        column.setSpacing(0)
        column.addWidget(self.legend)
        column.addWidget(self.canvas, 1)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self.setMinimumHeight(_SMALLEST_PX)
        self.setMaximumHeight(_LARGEST_PX)
        self.legend.close_requested.connect(self._on_legend_close_requested)
        self.legend.menu_requested.connect(self._on_menu_requested)
        self.canvas.gestures.menu_requested.connect(self._on_menu_requested)

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The curves shown."""
        return self._curves

    @property
    def names(self) -> list[str]:
        """Names of their channels."""
        return [curve.channel.name for curve in self._curves]

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.legend.set_theme(theme)
        self.canvas.set_theme(theme)
        self.update()

    def set_curves(self, curves: Sequence[Curve], limits: Sequence[EndLimit]) -> None:
        """Show other curves; an end limit of one of them is drawn, too."""
        self._curves = tuple(curves)
        names = self.names
        limit = next((limit for limit in limits if limit.channel in names), None)
        self.legend.set_curves(curves)
        self.canvas.set_curves(curves, limit)

    def redraw(self, data: PlotData, time_ticks: Sequence[float]) -> None:
        """Draw what is visible anew."""
        self.canvas.redraw(data, time_ticks)
        self.update(QRect(0, 0, LEFT_PX, self.height()))

    def show_cursor(self, time_s: float | None, values: Sequence[float]) -> None:
        """Show the cursor and the values there."""
        self.canvas.show_cursor(time_s, values)
        self.legend.show_values(values)

    def set_drop_target(self, *, is_target: bool) -> None:
        """Mark the plot as the one that a dragged channel would be added to."""
        if is_target != self._is_drop_target:
            self._is_drop_target = is_target
            self.update()

    def dispose(self) -> None:
        """Free the scene and remove the row."""
        self.canvas.close()
        self.hide()
        self.setParent(None)
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: the numbers of the value axis."""
        if event.rect().left() >= LEFT_PX:
            # Only the legend above changed.
            return
        painter = QPainter(self)
        painter.setFont(self._theme.font(small=True))
        painter.setPen(self._theme.colour("text_weak"))
        top = self.canvas.y()
        for value in self.canvas.value_ticks:
            y = round(top + self.canvas.y_of(value))
            place = QRect(0, y - _TICK_HEIGHT_PX // 2, LEFT_PX - _TICK_GAP_PX, _TICK_HEIGHT_PX)
            # The next plot's legend begins where this one ends.
            place.moveBottom(min(place.bottom(), self.height() - 1))
            painter.drawText(place, Qt.AlignRight | Qt.AlignVCenter, tick_text(value, self.canvas.value_step))
        if self._is_drop_target:
            painter.setBrush(Qt.NoBrush)
            painter.setPen(QPen(self._theme.colour("accent"), 1))
            painter.drawRect(self.canvas.geometry().adjusted(-1, -1, 0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override."""
        super().resizeEvent(event)
        self.resized.emit(self)

    def enterEvent(self, event: QEvent) -> None:
        """Qt's override."""
        self.legend.set_hovered(is_hovered=True)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt's override."""
        self.legend.set_hovered(is_hovered=False)

    def _on_legend_close_requested(self) -> None:
        self.close_requested.emit(self)

    def _on_menu_requested(self, place: QPoint) -> None:
        self.menu_requested.emit(self, place)
