"""The 3D view: shows the drawing thread's images in a widget, and what is written over them with Qt's fonts."""

import contextlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PyQt5.QtWidgets import QFrame, QMenu, QToolButton, QWidget

from osimviz.frames import Frame, RunInfo
from osimviz.render.captions import add_captions
from osimviz.render.options import Ghost, Level, SceneOptions
from osimviz.render.picking import Picked
from osimviz.render.scene import Scene
from osimviz.scenery import NO_SCENERY, Scenery
from osimviz.stored_cameras import CameraPose
from osimviz.ui.theme import Theme
from osimviz.ui.view3d.drawing import Drawing, DrawingThread
from osimviz.ui.view3d.ghosts import are_same
from osimviz.ui.view3d.layers import LayerMenu
from osimviz.ui.view3d.overlay import Overlay
from osimviz.view_state import ViewSettings, ViewState

#: After this long without a change, one anti-aliased frame is drawn and kept (chosen by eye: after a scrub's pause).
_STILL_AFTER_MS = 250
#: A press that moves no farther is a click.
_CLICK_PX = 4
#: Angle of one notch of a wheel, in Qt's eighths of a degree, and a drag that zooms as much.
_NOTCH, _DRAG_PX_PER_NOTCH = 120.0, 40.0


class View3D(QWidget):
    """Shows one frame of a run; the mouse turns, moves and zooms the camera.

    Signals
    -------
    camera_moved()
        The user turned or moved the camera away from a named view.
    picked(object)
        The user clicked a muscle or a bone: a `Picked`.
    """

    camera_moved = pyqtSignal()
    picked = pyqtSignal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 180)
        # So that keys reach the window after a click here, and no button holds them at the start.
        self.setFocusPolicy(Qt.ClickFocus)
        self.setMouseTracking(True)
        self._theme = theme
        self._thread: DrawingThread | None = None
        self._drawing: Drawing | None = None
        self._fault = ""
        self._overlay = Overlay(theme)
        self.layer_menu = LayerMenu(self)
        self._layer_button = _layer_button(self, self.layer_menu)
        self._pointed: Picked | None = None
        self._is_software = True
        self._info: RunInfo | None = None
        self._frame: Frame | None = None
        self._ghosts: tuple[Ghost, ...] = ()
        self._view: ViewState | None = None
        self._options = SceneOptions()
        self._drag_from: QPoint | None = None
        self._pressed_at: QPoint | None = None
        self._pressed_on: Picked | None = None
        self._scenery = NO_SCENERY
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

    @property
    def camera_pose(self) -> CameraPose | None:
        """Where the camera of the image on the screen is (`Camera.pose`); None before the first."""
        return self._drawing.camera.pose if self._drawing is not None else None

    def start(self, *, is_software: bool = True) -> None:
        """Begin to draw: call it once it is known that VTK can. Until then only words are shown.

        Parameters
        ----------
        is_software : bool
            Whether the processor draws, which the automatic quality depends on.
        """
        self._is_software = is_software
        if self._thread is None:
            self._thread = DrawingThread(self._theme.palette, self)
            self._thread.drawn.connect(self._on_thread_drawn)
            self._thread.pointed.connect(self._on_thread_pointed)
            self._thread.failed.connect(self.show_fault)
            self._thread.start()
            self._resize_scene()
            self._order_level()
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
        self._pointed = None
        self.layer_menu.show_run(info)
        self._build()

    def show_view(
        self,
        view: ViewState,
        frame: Frame | None,
        ghosts: tuple[Ghost, ...] = (),
        scenery: Scenery = NO_SCENERY,
    ) -> None:
        """Show a frame, others beside it, and the state around them; draws only if the picture is another."""
        options = _scene_options(view.settings)
        is_same_picture = frame is not None and self._is_shown(frame) and options == self._options
        is_same_picture = is_same_picture and are_same(ghosts, self._ghosts)
        has_level = self._view is not None and self._view.settings.level == view.settings.level
        self._view, self._frame, self._options, self._ghosts = view, frame, options, ghosts
        self._scenery = scenery
        self.layer_menu.show_settings(view.settings)
        if not has_level:
            self._order_level()
        if frame is None or is_same_picture:
            # Words may have changed (a running step's time); the picture stays, anti-aliased or not.
            self.update()
            return
        if self._thread is not None:
            self._thread.show(frame, options, self._info, ghosts, scenery)
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

    def set_camera_pose(self, pose: tuple[float, ...]) -> None:
        """Take a stored camera; one that makes no sense is left out."""

        def take(scene: Scene) -> None:
            with contextlib.suppress(ValueError):
                scene.camera.set_pose(pose)

        self._order(take)

    def fit(self) -> None:
        """Bring everything that is shown into the picture, without turning the camera."""
        self._order(lambda scene: scene.fit())

    def picture(self, width_px: int, height_px: int, *, has_words: bool = False) -> NDArray[np.uint8] | None:
        """Return an anti-aliased picture of what is shown, (height, width, 3); None while nothing can be drawn.

        With words, time, step, legend and the numbers of the forces are written over it.
        """
        drawn = self._thread.picture(width_px, height_px) if self._thread is not None else None
        if drawn is None:
            return None
        self._still_timer.start()
        pixels, camera = drawn
        if has_words and self._frame is not None and self._info is not None:
            model, palette = self._info.geometry, self._theme.palette
            add_captions(pixels, self._frame, self._options, palette, model, camera.world_to_pixel)
        return pixels

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
                self._thread.show(frame, options, info, self._ghosts, self._scenery)

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

    def _on_thread_pointed(self, picked: Picked | None) -> None:
        self._pointed = picked
        self.setCursor(Qt.PointingHandCursor if picked is not None else Qt.ArrowCursor)
        self.update()

    def _point_at(self, place: QPoint | None) -> None:
        if self._thread is not None:
            ratio = self.devicePixelRatioF()
            self._thread.point_at(None if place is None else (place.x() * ratio, place.y() * ratio))

    def _order_level(self) -> None:
        choice = self._view.settings.level if self._view is not None else "auto"
        level: Level = choice if choice != "auto" else "low" if self._is_software else "high"
        self._order(lambda scene: scene.set_level(level))

    def _free_area(self) -> QRect:
        """Return what lies below a card over the view, such as the tour's: words would stand behind it."""
        area = self.rect()
        for card in self.findChildren(QFrame, options=Qt.FindDirectChildrenOnly):
            if card.isVisible():
                area.setTop(max(area.top(), card.geometry().bottom() + 1))
        return area

    def _to_widget(self, points_m: NDArray[np.float64]) -> NDArray[np.float64]:
        assert self._drawing is not None
        return self._drawing.camera.world_to_pixel(points_m) / self.devicePixelRatioF()

    def _move_camera(self, dx_px: float, dy_px: float, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MiddleButton or event.modifiers() & Qt.ShiftModifier:
            self._order(lambda scene: scene.camera.pan(dx_px, dy_px))
        elif event.buttons() & Qt.RightButton:
            self._order(lambda scene: scene.camera.zoom(-dy_px / _DRAG_PX_PER_NOTCH))
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
            self._overlay.paint_words(painter, self._free_area(), self._view, self._fault)
        else:
            painter.drawImage(self.rect(), drawing.image)
            if drawing.frame is not None and drawing.info is not None:
                picked = self._pointed if self._drag_from is None else None
                self._overlay.paint(
                    painter, self.rect(), drawing.info, drawing.frame, self._view, self._to_widget, picked
                )
            else:
                self._overlay.paint_words(painter, self._free_area(), self._view)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._drag_from = self._pressed_at = event.pos()
        self._pressed_on = self._pointed
        self._point_at(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt's override: left turns, middle or Shift+left moves, right zooms."""
        if self._drag_from is not None:
            delta, self._drag_from = event.pos() - self._drag_from, event.pos()
            ratio = self.devicePixelRatioF()
            self._move_camera(delta.x() * ratio, delta.y() * ratio, event)
        else:
            self._point_at(event.pos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's override."""
        self._drag_from = None
        pressed, self._pressed_at = self._pressed_at, None
        is_click = pressed is not None and (event.pos() - pressed).manhattanLength() <= _CLICK_PX
        if is_click and event.button() == Qt.LeftButton and self._pressed_on is not None:
            self.picked.emit(self._pressed_on)
        self._point_at(event.pos())
        self._still_timer.start()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt's override: nothing is under the pointer any more."""
        super().leaveEvent(event)
        self._pointed = None
        self._point_at(None)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt's override: zoom."""
        notches = event.angleDelta().y() / _NOTCH
        self._order(lambda scene: scene.camera.zoom(notches))
        self.camera_moved.emit()
        event.accept()


def _layer_button(view: QWidget, menu: QMenu) -> QToolButton:
    button = QToolButton(view)
    button.setText("Layers")
    button.setToolTip("What is drawn, what the camera follows, how fine pictures are")
    button.setPopupMode(QToolButton.InstantPopup)
    button.setMenu(menu)
    # Keys belong to the window, also after a click here.
    button.setFocusPolicy(Qt.TabFocus)
    button.setCursor(Qt.ArrowCursor)
    button.move(12, 12)
    return button


def _scene_options(settings: ViewSettings) -> SceneOptions:
    return SceneOptions(
        colour_source=settings.colour_source,
        map_name=settings.colour_map,
        layers=settings.layers,
        follow=settings.is_camera_following,
        followed=settings.followed,
    )
