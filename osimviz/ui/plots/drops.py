"""Channels that are dragged over a widget and dropped on it."""

from PyQt5.QtCore import QEvent, QObject, QPoint, pyqtSignal
from PyQt5.QtWidgets import QWidget

from osimviz.plot_choices import DRAGGED_CHANNELS


class ChannelDrops(QObject):
    """Takes drags of channels over a widget; drags of anything else are left to its parents.

    Parameters
    ----------
    widget : QWidget
        Where channels may be dropped.

    Signals
    -------
    hovered(QPoint)
        Channels are over this place of the widget.
    left()
        They are not any more.
    dropped(list, QPoint)
        Names of channels, and where they were dropped.
    """

    hovered = pyqtSignal(QPoint)
    left = pyqtSignal()
    dropped = pyqtSignal(list, QPoint)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's override."""
        if event.type() == QEvent.DragLeave:
            self.left.emit()
            return True
        if event.type() not in (QEvent.DragEnter, QEvent.DragMove, QEvent.Drop):
            return False
        content = event.mimeData()
        if not content.hasFormat(DRAGGED_CHANNELS):
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Drop:
            self.left.emit()
            names = bytes(content.data(DRAGGED_CHANNELS)).decode("utf-8").splitlines()
            self.dropped.emit(names, event.pos())
        else:
            self.hovered.emit(event.pos())
        return True
