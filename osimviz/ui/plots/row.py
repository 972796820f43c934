"""One plot of the stack: legend, value axis and canvas."""

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, QPoint, QRect, Qt, pyqtSignal
from PyQt5.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt5.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from osimviz.axis_ticks import tick_text
from osimviz.compared_data import ComparedData
from osimviz.frames import EndLimit
from osimviz.plot_data import PlotData
from osimviz.ui.plots.canvas import PlotCanvas
from osimviz.ui.plots.curve import Curve
from osimviz.ui.plots.legend import HEIGHT_PX, PlotLegend, Reading
from osimviz.ui.plots.time_axis import LEFT_PX, RIGHT_PX
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.ui.plots.value_scale import ValueScale
from osimviz.ui.theme import Theme

_SMALLEST_PX, _LARGEST_PX = 76, 240
_TICK_GAP_PX, _TICK_HEIGHT_PX = 4, 14
_DIFFERENCE_PX, _DIFFERENCE_GAP_PX = 52, 4


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
    legend : PlotLegend
        The row above it.
    difference : PlotCanvas or None
        What two runs differ by, below it, while that is shown.
    """

    close_requested = pyqtSignal(object)
    menu_requested = pyqtSignal(object, QPoint)
    resized = pyqtSignal(object)

    def __init__(self, theme: Theme, window: TimeWindow) -> None:
        super().__init__()
        self._theme = theme
        self._curves: tuple[Curve, ...] = ()
        self._is_drop_target = False
        self.legend = PlotLegend(theme)
        self.canvas = PlotCanvas(theme, window)
        self.difference: PlotCanvas | None = None
        self._window = window
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(LEFT_PX, 0, RIGHT_PX, 4)
        self._column.setSpacing(0)
        self._column.addWidget(self.legend)
        self._column.addWidget(self.canvas, 1)
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
        if self.difference is not None:
            self.difference.set_theme(theme)
        self.update()

    def set_curves(self, curves: Sequence[Curve], limits: Sequence[EndLimit]) -> None:
        """Show other curves; an end limit of one of them is drawn, too."""
        self._curves = tuple(curves)
        names = self.names
        limit = next((limit for limit in limits if limit.channel in names), None)
        self.legend.set_curves(curves)
        self.canvas.set_curves(curves, limit)
        if self.difference is not None:
            self.difference.set_curves(curves)

    @property
    def n_scales(self) -> int:
        """How many value axes it has."""
        return len(self.canvas.scales)

    def set_right_px(self, width_px: int) -> None:
        """Leave so much room at the right, for a second value axis of this plot or another."""
        margins = self._column.contentsMargins()
        if margins.right() != width_px:
            margins.setRight(width_px)
            self._column.setContentsMargins(margins)
            self.update()

    def show_difference(self, *, is_shown: bool) -> None:
        """Show or hide what two runs differ by, below the plot."""
        if is_shown == (self.difference is not None):
            return
        if self.difference is None:
            self.difference = PlotCanvas(self._theme, self._window, shows_difference=True)
            self.difference.setFixedHeight(_DIFFERENCE_PX)
            self.difference.set_curves(self._curves)
            self.difference.gestures.menu_requested.connect(self._on_menu_requested)
            self._column.addSpacing(_DIFFERENCE_GAP_PX)
            self._column.addWidget(self.difference, 0)
        else:
            self._column.removeWidget(self.difference)
            self._column.takeAt(self._column.count() - 1)
            self.difference.close()
            self.difference.setParent(None)
            self.difference.deleteLater()
            self.difference = None
        extra_px = _DIFFERENCE_PX + _DIFFERENCE_GAP_PX if is_shown else 0
        self.setMinimumHeight(_SMALLEST_PX + extra_px)
        self.setMaximumHeight(_LARGEST_PX + extra_px)
        self.resized.emit(self)

    def redraw(self, data: PlotData, time_ticks: Sequence[float], compared: ComparedData | None = None) -> None:
        """Take what is visible, with the curves of a second run if there is one; `repaint_all` shows it."""
        self.canvas.redraw(data, time_ticks, compared)
        parting = compared.parting(self.names) if compared is not None else None
        at_s = float(data.times_s[parting.index]) if parting is not None and parting.index < len(data) else None
        self.canvas.show_parting(at_s)
        if self.difference is not None and compared is not None:
            self.difference.redraw(compared.differences, time_ticks)

    def repaint_all(self) -> None:
        """Paint curves and axes anew.

        Once all rows were redrawn: Qt paints a canvas twice whose curves change after another was asked to paint.
        """
        self.canvas.repaint_all()
        if self.difference is not None:
            self.difference.repaint_all()
        self.update(QRect(0, 0, LEFT_PX, self.height()))
        self.update(QRect(self.canvas.geometry().right(), 0, self.width(), self.height()))

    def show_cursor(self, time_s: float | None, readings: Sequence[Reading], reference_s: float | None = None) -> None:
        """Show the cursors and what the curves read there."""
        self.canvas.show_cursor(time_s, [reading.value for reading in readings], reference_s)
        self.legend.show_values(readings)
        if self.difference is not None:
            apart = [reading.value - reading.compared for reading in readings]
            self.difference.show_cursor(time_s, apart, reference_s)

    def set_drop_target(self, *, is_target: bool) -> None:
        """Mark the plot as the one that a dragged channel would be added to."""
        if is_target != self._is_drop_target:
            self._is_drop_target = is_target
            self.update()

    def dispose(self) -> None:
        """Free the scene and remove the row."""
        self.canvas.close()
        if self.difference is not None:
            self.difference.close()
        self.hide()
        self.setParent(None)
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: the numbers of the value axes, their units where there are two, the mark of a drop."""
        right = self.canvas.geometry().right()
        if event.rect().left() >= LEFT_PX and event.rect().right() <= right:
            # Only the legend above changed.
            return
        painter = QPainter(self)
        painter.setFont(self._theme.font(small=True))
        painter.setPen(self._theme.colour("text_weak"))
        self._draw_numbers(painter, self.canvas, self.canvas.scales[0], is_left=True)
        if self.n_scales > 1:
            self._draw_numbers(painter, self.canvas, self.canvas.scales[1], is_left=False)
            for is_left, scale in zip((True, False), self.canvas.scales, strict=True):
                place = self._number_place(HEIGHT_PX // 2, is_left=is_left)
                painter.drawText(place, _alignment(is_left=is_left), scale.unit or "1")
        if self.difference is not None:
            for is_left, scale in zip((True, False), self.difference.scales, strict=False):
                self._draw_numbers(painter, self.difference, scale, is_left=is_left)
        if self._is_drop_target:
            painter.setBrush(Qt.NoBrush)
            painter.setPen(QPen(self._theme.colour("accent"), 1))
            painter.drawRect(self.canvas.geometry().adjusted(-1, -1, 0, 0))

    def _draw_numbers(self, painter: QPainter, canvas: PlotCanvas, scale: ValueScale, *, is_left: bool) -> None:
        for value in scale.ticks:
            place = self._number_place(round(canvas.y() + canvas.y_of(value, scale)), is_left=is_left)
            # The next plot's legend begins where this one ends.
            place.moveBottom(min(place.bottom(), self.height() - 1))
            painter.drawText(place, _alignment(is_left=is_left), tick_text(value, scale.step))

    def _number_place(self, y: int, *, is_left: bool) -> QRect:
        width = LEFT_PX - _TICK_GAP_PX
        x = 0 if is_left else self.canvas.geometry().right() + _TICK_GAP_PX
        return QRect(x, y - _TICK_HEIGHT_PX // 2, width, _TICK_HEIGHT_PX)

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


def _alignment(*, is_left: bool) -> int:
    return int(Qt.AlignVCenter | (Qt.AlignRight if is_left else Qt.AlignLeft))
