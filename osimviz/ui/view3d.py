"""The 3D view: shows the drawing thread's images in a widget, and what is written over them with Qt's fonts."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QPoint, QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PyQt5.QtWidgets import QWidget

from osimviz.frames import Frame, RunInfo
from osimviz.render.options import Ghost, SceneOptions
from osimviz.render.scene import Scene
from osimviz.ui.theme import Theme
from osimviz.ui.view3d_drawing import Drawing, DrawingThread
from osimviz.ui.view3d_ghosts import are_same
from osimviz.ui.view3d_overlay import Overlay
from osimviz.view_state import ViewSettings, ViewState

#: After this long without a change, one anti-aliased frame is drawn and kept (chosen by eye: after a scrub's pause).
_STILL_AFTER_MS = 250


class View3D(QWidget):
    """Shows one frame of a run; the mouse turns, moves and zooms the camera.

    Signals
    -------
    camera_moved()
        The user turned or moved the camera away from a named view.
    """

    camera_moved = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 180)
        # So that keys reach the window after a click here, and no button holds them at the start.
        self.setFocusPolicy(Qt.ClickFocus)
        self._theme = theme
        self._thread: DrawingThread | None = None
        self._drawing: Drawing | None = None
        self._fault = ""
        self._overlay = Overlay(theme)
        self._info: RunInfo | None = None
        self._frame: Frame | None = None
        self._ghosts: tuple[Ghost, ...] = ()
        self._view: ViewState | None = None
        self._options = SceneOptions()
        self._drag_from: QPoint | None = None
        self._still_timer = QTimer(self)
        self._still_timer.setSingleShot(True)
        self._still_timer.setInterval(_STILL_AFTER_MS)
        self._still_timer.timeout.connect(self._draw_still)

    @property
    def options(self) -> SceneOptions:
        """What is drawn at present."""
        return self._options

    @property
    def drawing(self) -> Drawing | None:
        """The image on the screen; None before the first."""
        return self._drawing

    def start(self) -> None:
        """Begin to draw: call it once it is known that VTK can. Until then only words are shown."""
        if self._thread is None:
            self._thread = DrawingThread(self._theme.palette, self)
            self._thread.drawn.connect(self._on_thread_drawn)
            self._thread.failed.connect(self.show_fault)
            self._thread.start()
            self._resize_scene()
            self._build()

    def show_fault(self, sentence: str) -> None:
        """Say why nothing can be drawn here."""
        self._fault = sentence
        self._drawing = None
        self.update()

    def show_run(self, info: RunInfo | None) -> None:
        """Build the model of a run; its frames follow."""
        self._info = info
        self._frame = None
        self._ghosts = ()
        self._build()

    def show_view(self, view: ViewState, frame: Frame | None, ghosts: tuple[Ghost, ...] = ()) -> None:
        """Show a frame, others beside it, and the state around them; draws only if the picture is another."""
        options = _scene_options(view.settings)
        is_same_picture = frame is not None and self._is_shown(frame) and options == self._options
        is_same_picture = is_same_picture and are_same(ghosts, self._ghosts)
        self._view, self._frame, self._options, self._ghosts = view, frame, options, ghosts
        if frame is None or is_same_picture:
            # Words may have changed (a running step's time); the picture stays, anti-aliased or not.
            self.update()
            return
        if self._thread is not None:
            self._thread.show(frame, options, self._info, ghosts)
        self._still_timer.start()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._overlay.set_theme(theme)
        palette = theme.palette
        self._order(lambda scene: scene.set_palette(palette))
        self.update()

    def set_camera(self, name: str) -> None:
        """Take a named view."""
        self._order(lambda scene: scene.set_view(name))  # type: ignore[arg-type]

    def picture(self, width_px: int, height_px: int) -> NDArray[np.uint8] | None:
        """Return an anti-aliased picture of what is shown, (height, width, 3); None while nothing can be drawn."""
        if self._thread is None:
            return None
        picture = self._thread.picture(width_px, height_px)
        self._still_timer.start()
        return picture

    def shutdown(self) -> None:
        """End the drawing thread, which frees the scene. Idempotent; a child widget gets no close event of its own."""
        self._still_timer.stop()
        if self._thread is not None:
            self._thread.close()
            self._thread = None

    def _is_shown(self, frame: Frame) -> bool:
        """Whether it is the frame shown last; frames of a recording are made anew at each look."""
        shown = self._frame
        return shown is not None and frame.step == shown.step and np.array_equal(frame.state, shown.state)

    def _build(self) -> None:
        info, frame, options = self._info, self._frame, self._options
        if info is not None and self._thread is not None:
            self._thread.build(info)
            if frame is not None:
                self._thread.show(frame, options, info, self._ghosts)

    def _order(self, work: Callable[[Scene], None]) -> None:
        if self._thread is not None:
            self._thread.order(work)
            self._still_timer.start()

    def _draw_still(self) -> None:
        if self._thread is not None and self._drag_from is None and self.isVisible():
            self._thread.draw(still=True)

    def _resize_scene(self) -> None:
        ratio = self.devicePixelRatioF()
        width, height = max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)
        self._order(lambda scene: scene.resize(width, height))

    def _on_thread_drawn(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self.update()

    def _to_widget(self, points_m: NDArray[np.float64]) -> NDArray[np.float64]:
        assert self._drawing is not None
        return self._drawing.camera.world_to_pixel(points_m) / self.devicePixelRatioF()

    def _move_camera(self, dx_px: float, dy_px: float, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MiddleButton or event.modifiers() & Qt.ShiftModifier:
            self._order(lambda scene: scene.camera.pan(dx_px, dy_px))
        elif event.buttons() & Qt.RightButton:
            self._order(lambda scene: scene.camera.zoom(-dy_px / 40.0))
        else:
            self._order(lambda scene: scene.camera.orbit(dx_px, dy_px))
        self.camera_moved.emit()

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(640, 520)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override: the scene has the widget's physical pixels."""
        super().resizeEvent(event)
        self._resize_scene()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: the newest image, and the words over it."""
        painter = QPainter(self)
        drawing = self._drawing
        if drawing is None:
            painter.fillRect(self.rect(), self._theme.colour("sky"))
            self._overlay.paint_words(painter, self.rect(), self._view, self._fault)
        else:
            painter.drawImage(self.rect(), drawing.image)
            if drawing.frame is not None and drawing.info is not None:
                self._overlay.paint(painter, self.rect(), drawing.info, drawing.frame, self._view, self._to_widget)
            else:
                self._overlay.paint_words(painter, self.rect(), self._view)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._drag_from = event.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt's override: left turns, middle or Shift+left moves, right zooms."""
        if self._drag_from is not None:
            delta, self._drag_from = event.pos() - self._drag_from, event.pos()
            ratio = self.devicePixelRatioF()
            self._move_camera(delta.x() * ratio, delta.y() * ratio, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._drag_from = None
        self._still_timer.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt's override: zoom."""
        steps = event.angleDelta().y() / 120.0
        self._order(lambda scene: scene.camera.zoom(steps))
        self.camera_moved.emit()
        event.accept()


def _scene_options(settings: ViewSettings) -> SceneOptions:
    return SceneOptions(
        colour_source=settings.colour_source,
        map_name=settings.colour_map,
        layers=settings.layers,
        follow=settings.is_camera_following,
    )
