"""What the mouse does over a time axis: the same in every plot and below them."""

from collections.abc import Callable

from PyQt5.QtCore import QEvent, QObject, QPoint, Qt, pyqtSignal
from PyQt5.QtGui import QMouseEvent, QWheelEvent
from PyQt5.QtWidgets import QApplication, QWidget

#: Angle of one notch of a wheel, in Qt's eighths of a degree.
_NOTCH = 120
#: Time shown after a notch, as a share of before; how far a notch with Shift moves, as a share of the width.
_ZOOM_PER_NOTCH, _PAN_PER_NOTCH = 0.8, 0.1


class TimeGestures(QObject):
    """Turns mouse events of a widget into wishes about time.

    Parameters
    ----------
    widget : QWidget
        Whose events are taken; it is the parent, too.
    time_at : callable
        From a horizontal position in the widget, in pixels, to a time in s.

    Signals
    -------
    scrub_requested(float)
        Left press or drag: put the cursor to this time.
    reference_requested(float)
        The same with Shift: put the second cursor there.
    zoom_requested(float, float)
        Wheel: show so many times as much time, keeping this moment in place.
    pan_requested(float)
        Right or middle drag, or the wheel with Shift: move by this time.
    fit_requested()
        Double click.
    menu_requested(QPoint)
        Right click without a drag, in global coordinates.
    hovered(QPoint), left()
        The mouse is here, in the widget's coordinates, without a button pressed; it is no longer over the widget.
    """

    scrub_requested = pyqtSignal(float)
    reference_requested = pyqtSignal(float)
    zoom_requested = pyqtSignal(float, float)
    pan_requested = pyqtSignal(float)
    fit_requested = pyqtSignal()
    menu_requested = pyqtSignal(QPoint)
    hovered = pyqtSignal(QPoint)
    left = pyqtSignal()

    def __init__(self, widget: QWidget, time_at: Callable[[float], float]) -> None:
        super().__init__(widget)
        self._time_at = time_at
        self._pressed = Qt.NoButton
        self._press_place = QPoint()
        self._last_x = 0
        self._is_dragged = False
        self._sets_reference = False
        widget.installEventFilter(self)

    def _on_press(self, event: QMouseEvent) -> None:
        self._pressed = event.button()
        self._press_place = event.pos()
        self._last_x = event.x()
        self._is_dragged = False
        if event.button() == Qt.LeftButton:
            self._sets_reference = bool(event.modifiers() & Qt.ShiftModifier)
            self._point(event)

    def _point(self, event: QMouseEvent) -> None:
        wish = self.reference_requested if self._sets_reference else self.scrub_requested
        wish.emit(self._time_at(event.x()))

    def _on_move(self, event: QMouseEvent) -> None:
        if self._pressed == Qt.NoButton:
            self.hovered.emit(event.pos())
        elif self._pressed == Qt.LeftButton:
            self._point(event)
        elif self._pressed in (Qt.RightButton, Qt.MiddleButton):
            distance = (event.pos() - self._press_place).manhattanLength()
            self._is_dragged = self._is_dragged or distance >= QApplication.startDragDistance()
            if self._is_dragged:
                by_s = self._time_at(self._last_x) - self._time_at(event.x())
                self._last_x = event.x()
                self.pan_requested.emit(by_s)

    def _on_release(self, event: QMouseEvent) -> None:
        if event.button() == Qt.RightButton and self._pressed == Qt.RightButton and not self._is_dragged:
            self.menu_requested.emit(event.globalPos())
        self._pressed = Qt.NoButton

    def _on_wheel(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        x = event.position().x()
        if event.modifiers() & Qt.ShiftModifier or not event.angleDelta().y():
            step_px = _PAN_PER_NOTCH * self.parent().width()
            self.pan_requested.emit((self._time_at(0) - self._time_at(step_px)) * turned / _NOTCH)
        else:
            self.zoom_requested.emit(_ZOOM_PER_NOTCH ** (turned / _NOTCH), self._time_at(x))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's override: take the mouse, leave the rest."""
        if event.type() == QEvent.MouseButtonPress:
            self._on_press(event)
        elif event.type() == QEvent.MouseMove:
            self._on_move(event)
        elif event.type() == QEvent.MouseButtonRelease:
            self._on_release(event)
        elif event.type() == QEvent.MouseButtonDblClick:
            self.fit_requested.emit()
        elif event.type() == QEvent.Wheel:
            self._on_wheel(event)
        elif event.type() == QEvent.Leave:
            self.left.emit()
            return False
        else:
            # A key's menu is a menu, too; that of the mouse comes with the release.
            return event.type() == QEvent.ContextMenu
        return True
