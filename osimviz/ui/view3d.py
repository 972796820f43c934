"""The 3D view: draws the off-screen scene's pixels into a widget, and what is written over them with Qt's fonts."""

import numpy as np
from PyQt5.QtCore import QPoint, QRect, QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PyQt5.QtWidgets import QWidget

from osimviz.frames import Frame, RunInfo
from osimviz.render.options import SceneOptions
from osimviz.render.scene import Scene
from osimviz.ui.theme import Theme
from osimviz.ui.view3d_overlay import Overlay
from osimviz.view_state import ViewSettings, ViewState

#: After this long without a change, one anti-aliased frame is drawn and kept (the rendering notes, 3.7).
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
        self.setToolTip("")
        self._theme = theme
        self._scene: Scene | None = None
        self._fault = ""
        self._overlay = Overlay(theme)
        self._info: RunInfo | None = None
        self._frame: Frame | None = None
        self._view: ViewState | None = None
        self._options = SceneOptions()
        self._image: QImage | None = None
        self._is_dirty = True
        self._drag_from: QPoint | None = None
        self._still_timer = QTimer(self)
        self._still_timer.setSingleShot(True)
        self._still_timer.setInterval(_STILL_AFTER_MS)
        self._still_timer.timeout.connect(self._draw_still)

    @property
    def options(self) -> SceneOptions:
        """What is drawn at present."""
        return self._options

    def start(self) -> None:
        """Begin to draw: call it once it is known that VTK can. Until then only words are shown."""
        if self._scene is None:
            self._scene = Scene(*self._size_px(), self._theme.palette)
            self._build()

    def show_fault(self, sentence: str) -> None:
        """Say why nothing can be drawn here."""
        self._fault = sentence
        self.update()

    def show_run(self, info: RunInfo | None) -> None:
        """Build the model of a run; None empties the view."""
        self._info = info
        self._frame = None
        self._build()

    def show_view(self, view: ViewState, frame: Frame | None) -> None:
        """Show a frame and the state around it; renders once, later, whatever changed."""
        options = _scene_options(view.settings)
        is_same_picture = frame is not None and self._is_shown(frame) and options == self._options
        self._view, self._frame, self._options = view, frame, options
        if is_same_picture:
            # Words may have changed (a running step's time); the picture stays, anti-aliased or not.
            self.update()
            return
        if self._scene is not None and frame is not None:
            self._scene.show(frame, options)
        self.invalidate()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._overlay.set_theme(theme)
        if self._scene is not None:
            self._scene.set_palette(theme.palette)
            if self._frame is not None:
                self._scene.show(self._frame, self._options)
        self.invalidate()

    def set_camera(self, name: str) -> None:
        """Take a named view."""
        if self._scene is not None:
            self._scene.set_view(name)  # type: ignore[arg-type]
        self.invalidate()

    def invalidate(self) -> None:
        """Ask for one render at the next paint; any number of calls make one."""
        self._is_dirty = True
        if self._scene is not None:
            self._scene.set_still(False)
            self._still_timer.start()
        self.update()

    def picture(self, width_px: int, height_px: int) -> np.ndarray | None:
        """Return an anti-aliased picture of what is shown, (height, width, 3) uint8; None once closed."""
        if self._scene is None:
            return None
        pixels = self._scene.picture(width_px, height_px)
        self.invalidate()
        return pixels

    def shutdown(self) -> None:
        """Free the scene and the timer. Idempotent; the main window calls it, for a child gets no close event."""
        self._still_timer.stop()
        self._image = None
        if self._scene is not None:
            self._scene.close()
            self._scene = None

    def _is_shown(self, frame: Frame) -> bool:
        """Whether it is the frame already in the scene; frames of a recording are made anew at each look."""
        return (
            self._frame is not None
            and frame.step == self._frame.step
            and np.array_equal(frame.state, self._frame.state)
        )

    def _build(self) -> None:
        if self._scene is not None and self._info is not None:
            self._scene.build(self._info.geometry, self._info.action_names)
            if self._frame is not None:
                self._scene.show(self._frame, self._options)
        self.invalidate()

    def _size_px(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)

    def _draw_still(self) -> None:
        if self._scene is not None and self._drag_from is None and self.isVisible():
            self._scene.set_still(True)
            self._is_dirty = True
            self.update()

    def _render(self) -> None:
        assert self._scene is not None
        pixels = self._scene.render()
        height, width = pixels.shape[:2]
        # Shares the scene's buffer, which the scene keeps and overwrites with the next render.
        self._image = QImage(pixels.data, width, height, 4 * width, QImage.Format_RGBX8888)
        self._is_dirty = False

    def _moved_to(self, position: QPoint) -> tuple[float, float]:
        assert self._drag_from is not None
        delta = position - self._drag_from
        self._drag_from = position
        ratio = self.devicePixelRatioF()
        return delta.x() * ratio, delta.y() * ratio

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(640, 520)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's override: the scene has the widget's physical pixels."""
        super().resizeEvent(event)
        if self._scene is not None:
            self._image = None
            self._scene.resize(*self._size_px())
        self.invalidate()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: render if something changed, then blit, then write over it."""
        painter = QPainter(self)
        if self._scene is None:
            painter.fillRect(self.rect(), self._theme.colour("sky"))
            self._overlay.paint_words(painter, self.rect(), self._view, self._fault)
            painter.end()
            return
        if self._is_dirty or self._image is None:
            self._render()
        assert self._image is not None
        painter.save()
        # VTK's first row is the bottom one.
        painter.translate(0, self.height())
        painter.scale(1.0, -1.0)
        painter.drawImage(QRect(0, 0, self.width(), self.height()), self._image)
        painter.restore()
        self._overlay.paint(painter, self.rect(), self._info, self._frame, self._view, self._to_widget)
        painter.end()

    def _to_widget(self, points_m: np.ndarray) -> np.ndarray:
        assert self._scene is not None
        return self._scene.world_to_pixel(points_m) / self.devicePixelRatioF()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._drag_from = event.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt's override: left turns, middle or Shift+left moves, right zooms."""
        if self._drag_from is None or self._scene is None:
            return
        dx_px, dy_px = self._moved_to(event.pos())
        camera = self._scene.camera
        is_panning = event.buttons() & Qt.MiddleButton or event.modifiers() & Qt.ShiftModifier
        if is_panning:
            camera.pan(dx_px, dy_px)
        elif event.buttons() & Qt.RightButton:
            camera.zoom(-dy_px / 40.0)
        else:
            camera.orbit(dx_px, dy_px)
        self.invalidate()
        self.camera_moved.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._drag_from = None
        self.invalidate()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt's override: zoom."""
        if self._scene is not None:
            self._scene.camera.zoom(event.angleDelta().y() / 120.0)
            self.invalidate()
            self.camera_moved.emit()
        event.accept()


def _scene_options(settings: ViewSettings) -> SceneOptions:
    return SceneOptions(
        colour_source=settings.colour_source,
        map_name=settings.colour_map,
        show_forces=settings.show_forces,
        show_centre_of_mass=settings.show_centre_of_mass,
        follow=settings.is_camera_following,
    )
