"""Runs, view states and mouse actions for the tests of the plots."""

import numpy as np
from PyQt5.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QRect, Qt
from PyQt5.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QMouseEvent, QPaintEvent, QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QWidget

from osimviz.playback import Playback
from osimviz.plot_choices import DRAGGED_CHANNELS
from osimviz.recording import Recording
from osimviz.ui.plots import PlotStack
from osimviz.ui.plots.canvas import PlotCanvas
from osimviz.view_state import Phase, RunStatus, ViewSettings, ViewState, resolve
from tests.sample_runs import frame_with, sample_frame, sample_info

HEIGHT, SPEED, REWARD = "body/pelvis/height", "observation/pelvis/speed", "reward/step"
RIGHT, LEFT = "contact/right/force_up", "contact/left/force_up"
SOLEUS = ("muscles/soleus_r/activation", "muscles/soleus_l/activation")


class PaintedAreas(QObject):
    """Notes which part of a widget is painted, each time it is."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.areas: list[QRect] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's override."""
        if isinstance(event, QPaintEvent):
            self.areas.append(event.rect())
        return False


def recorded(n_frames: int = 101) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(sample_frame(step))
    return recording


def view_of(
    recording: Recording, index: int, *, phase: Phase = "ended", loop: tuple[int, int] | None = None
) -> ViewState:
    playback = Playback()
    playback.seek(index)
    if loop is not None:
        playback.set_loop(*loop)
    return resolve(recording, playback, ViewSettings(), RunStatus(phase))


def canvas_of(stack: PlotStack, row: int = 0) -> PlotCanvas:
    QApplication.processEvents()
    return stack.rows[row].canvas


def point_at(canvas: PlotCanvas, time_s: float) -> QPoint:
    return QPoint(round(canvas.x_of(time_s)), canvas.viewport().height() // 2)


def drag(
    widget: QWidget,
    places: list[QPoint],
    modifiers: Qt.KeyboardModifiers = Qt.NoModifier,
    button: Qt.MouseButton = Qt.LeftButton,
) -> None:
    """Press at the first place, move over the others, release at the last.

    Not by pytest-qt's `mouseMove`: it moves the display's own pointer, which tells nothing where it already is.
    """
    QTest.mousePress(widget, button, modifiers, places[0])
    for place in places[1:]:
        move(widget, place, modifiers, button)
    QTest.mouseRelease(widget, button, modifiers, places[-1])


def move(
    widget: QWidget,
    place: QPoint,
    modifiers: Qt.KeyboardModifiers = Qt.NoModifier,
    button: Qt.MouseButton = Qt.NoButton,
) -> None:
    """Move the mouse over a widget."""
    event = QMouseEvent(QEvent.MouseMove, QPointF(place), Qt.NoButton, button, modifiers)
    QApplication.sendEvent(widget, event)


def wheel(canvas: PlotCanvas, time_s: float, notches: int, modifiers: Qt.KeyboardModifiers = Qt.NoModifier) -> None:
    place = QPointF(point_at(canvas, time_s))
    event = QWheelEvent(
        place, QPointF(), QPoint(), QPoint(0, 120 * notches), Qt.NoButton, modifiers, Qt.NoScrollPhase, False
    )
    QApplication.sendEvent(canvas.viewport(), event)
    QApplication.processEvents()


def drop(stack: PlotStack, names: str, place: QPoint, mime_type: str = DRAGGED_CHANNELS) -> bool:
    content = QMimeData()
    content.setData(mime_type, names.encode())
    enter = QDragEnterEvent(place, Qt.CopyAction, content, Qt.LeftButton, Qt.NoModifier)
    enter.ignore()
    QApplication.sendEvent(stack, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(stack, QDropEvent(QPointF(place), Qt.CopyAction, content, Qt.LeftButton, Qt.NoModifier))
    return True


def pixels_of(widget: QWidget, colour: QColor) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format_RGB32)
    buffer = image.constBits().asstring(image.byteCount())
    values = np.frombuffer(buffer, np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return np.argwhere((values & 0xFFFFFF) == (colour.rgb() & 0xFFFFFF))


def bright_columns(widget: QWidget) -> np.ndarray:
    """Return the columns with light pixels: those of a light curve, however smoothed, on a dark panel."""
    image = widget.grab().toImage().convertToFormat(QImage.Format_Grayscale8)
    buffer = image.constBits().asstring(image.byteCount())
    values = np.frombuffer(buffer, np.uint8).reshape(image.height(), image.bytesPerLine())[:, : image.width()]
    return np.flatnonzero((values > 90).any(axis=0))


def walking(n_frames: int = 401, *, has_left: bool = True) -> Recording:
    """Return a run whose feet land every 100 steps, right at 50 and left at 100; the right stance lasts 60 steps."""
    recording = Recording(sample_info())
    for step in range(n_frames):
        force = np.zeros((2, 3))
        force[0, 1] = 600.0 if (step - 50) % 100 < 60 and step >= 50 else 0.0
        force[1, 1] = 500.0 if has_left and step % 100 < 50 and step >= 100 else 0.0
        height = 0.9 + 0.02 * np.sin(2 * np.pi * step / 100)
        recording.append(
            frame_with(
                step,
                ground_reaction_n=force,
                body_positions_m=np.array([[0.01 * step, height, 0.0], [0.01 * step, height + 0.3, 0.0]]),
            )
        )
    return recording
