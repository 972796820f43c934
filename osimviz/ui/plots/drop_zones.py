"""Where channels can be dropped on the stack of plots: on a plot, or beside all of them for a new one."""

from PyQt5.QtCore import QObject, QPoint, pyqtSignal
from PyQt5.QtWidgets import QWidget

from osimviz.ui.plots.drops import ChannelDrops
from osimviz.ui.plots.empty import DropStrip, EmptyPlots
from osimviz.ui.plots.row_area import RowArea


class DropZones(QObject):
    """Marks the plot, or the place for a new one, that a dragged channel would go to.

    Parameters
    ----------
    stack : QWidget
        The widget over which channels are dragged.
    area, strip, empty
        Its parts: the plots, the place for one more, what stands there while there are none.

    Signals
    -------
    changed()
        A drag began or ended.
    dropped(list, object)
        Names of channels, and the `PlotRow` they were dropped on; None beside all plots.

    Attributes
    ----------
    is_dragging : bool
        Whether channels are over the stack.
    """

    changed = pyqtSignal()
    dropped = pyqtSignal(list, object)

    def __init__(self, stack: QWidget, area: RowArea, strip: DropStrip, empty: EmptyPlots) -> None:
        super().__init__(stack)
        self._stack = stack
        self._area = area
        self._strip = strip
        self._empty = empty
        self.is_dragging = False
        self._drops = ChannelDrops(stack)
        self._drops.hovered.connect(self.mark)
        self._drops.left.connect(self.unmark)
        self._drops.dropped.connect(self._on_drops_dropped)

    def mark(self, place: QPoint) -> None:
        """Mark where channels at a place of the stack would go."""
        self.is_dragging = True
        self.changed.emit()
        target = self._area.row_at(place, self._stack)
        self._area.mark_drop_target(target, is_dragging=True)
        self._strip.set_drop_target(is_target=target is None)
        self._empty.set_drop_target(is_target=not self._area.rows)

    def unmark(self) -> None:
        """Take all marks away."""
        self.is_dragging = False
        self.changed.emit()
        self._area.mark_drop_target(None, is_dragging=False)
        self._strip.set_drop_target(is_target=False)
        self._empty.set_drop_target(is_target=False)

    def _on_drops_dropped(self, names: list[str], place: QPoint) -> None:
        self.dropped.emit(names, self._area.row_at(place, self._stack))
