"""The drawing thread: owns the scene, draws the newest wish, hands finished images to the window.

Drawing takes 15-30 ms on software OpenGL. VTK lets go of Python's lock meanwhile, so in a thread of its own it holds
up neither the window nor the stepping thread. A scene belongs to the thread that made it: everything that touches it
is an order, carried out here.
"""

import contextlib
import copy
import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QObject, QThread, pyqtSignal
from PyQt5.QtGui import QImage

from osimviz.frames import Frame, RunInfo
from osimviz.palette import Palette
from osimviz.render.camera import Camera
from osimviz.render.options import Ghost, SceneOptions
from osimviz.render.picking import Picked
from osimviz.render.scene import Scene
from osimviz.scenery import NO_SCENERY, Scenery

_log = logging.getLogger(__name__)
#: Niceness of drawing, measured on two cores with the worker on one: at 0 the window is held up 29-38 ms (p99), at 5
#: 21-33 ms, at 10 14-15 ms, and still four of five steps are drawn.
_NICENESS = 10
#: Longest wait for a picture for a file: 8K with four samples takes some seconds in software.
_PICTURE_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """One finished image of the scene.

    Attributes
    ----------
    image : QImage
        The pixels, top row first; nobody else's.
    camera : Camera
        The camera as it stood, for what is written over the image.
    frame : Frame or None
        The frame it shows.
    info : RunInfo or None
        The run the frame belongs to, which need not be the newest.
    """

    image: QImage
    camera: Camera
    frame: Frame | None
    info: RunInfo | None


class DrawingThread(QThread):
    """Draws one scene; the newest wish wins, the ones it overtook are never drawn.

    Signals
    -------
    drawn(object)
        A `Drawing` is finished.
    pointed(object)
        What is under the pointer: a `Picked`, or None.
    failed(str)
        The thread ended by an error: a sentence.

    Parameters
    ----------
    palette : Palette
        Colours to begin with.
    """

    drawn = pyqtSignal(object)
    pointed = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, palette: Palette, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("osimviz-drawing")
        self._palette = palette
        self._wake = threading.Condition()
        self._orders: list[Callable[[Scene], None]] = []
        self._shown: tuple[Frame, SceneOptions, RunInfo | None, tuple[Ghost, ...], Scenery] | None = None
        self._pointer: tuple[float, float] | None = None
        self._has_pointed = False
        self._picked: Picked | None = None
        self._to_build: RunInfo | None = None
        self._is_still = False
        self._is_wanted = False
        self._is_closing = False
        self._has_ended = False
        self._awaited: set[threading.Event] = set()

    def order(self, work: Callable[[Scene], None]) -> None:
        """Have something done to the scene, in order, before the next drawing. Any thread."""
        with self._wake:
            self._orders.append(work)
            self._is_wanted = True
            self._is_still = False
            self._wake.notify()

    def build(self, info: RunInfo) -> None:
        """Take another run's model with the first frame shown of it; until then the last image stays. Any thread."""
        with self._wake:
            self._to_build = info
            self._shown = None

    def show(
        self,
        frame: Frame,
        options: SceneOptions,
        info: RunInfo | None,
        ghosts: tuple[Ghost, ...] = (),
        scenery: Scenery = NO_SCENERY,
    ) -> None:
        """Draw a frame next, with what stands around it, in place of one that waits. Any thread."""
        with self._wake:
            self._shown = (frame, options, info, ghosts, scenery)
            self._is_wanted = True
            self._is_still = False
            self._wake.notify()

    def point_at(self, place_px: tuple[float, float] | None) -> None:
        """Find out what lies under a pixel and outline it, now and in each drawing to come; None for nothing."""
        with self._wake:
            if place_px != self._pointer:
                self._pointer = place_px
                self._has_pointed = True
                self._wake.notify()

    def draw(self, *, still: bool) -> None:
        """Draw what is shown again; anti-aliased if it rests. Any thread."""
        with self._wake:
            self._is_wanted = True
            self._is_still = still
            self._wake.notify()

    def picture(self, width_px: int, height_px: int) -> tuple[NDArray[np.uint8], Camera] | None:
        """Return an anti-aliased picture (height, width, 3), top row first, and its camera; wait for it.

        None while no thread draws or the model has no frame yet, and where drawing failed or took too long. Not to be
        called in the drawing thread.
        """
        finished = threading.Event()
        results: list[tuple[NDArray[np.uint8], Camera]] = []

        def work(scene: Scene) -> None:
            try:
                pixels, camera = scene.picture(width_px, height_px), copy.copy(scene.camera)
                camera.set_viewport(width_px, height_px)
                results.append((pixels, camera))
            finally:
                finished.set()

        with self._wake:
            # A model that waits for its first frame cannot be drawn yet; one that has it is built before the picture.
            has_no_pose = self._to_build is not None and self._shown is None
            if self._has_ended or not self.isRunning() or has_no_pose:
                return None
            self._awaited.add(finished)
        self.order(work)
        finished.wait(_PICTURE_TIMEOUT_S)
        with self._wake:
            self._awaited.discard(finished)
        return results[0] if results else None

    def close(self) -> None:
        """End the thread, which frees the scene, and wait for it. Idempotent."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()
        self.wait()

    def run(self) -> None:
        """Draw until closed; Qt calls it in the new thread."""
        _give_way()
        try:
            scene = Scene(64, 64, self._palette)
            try:
                self._draw_wishes(scene)
            finally:
                scene.close()
        except Exception as error:  # noqa: BLE001
            # Nothing above this frame could tell it: the window does.
            _log.exception("the 3D view stopped")
            self.failed.emit(f"The 3D view stopped: {type(error).__name__}: {error}")
        finally:
            with self._wake:
                self._has_ended = True
                # Their pictures will never be drawn.
                for finished in self._awaited:
                    finished.set()

    def _has_work(self) -> bool:
        """Whether there is something to draw; a model without a frame has no pose."""
        return (self._is_wanted or self._has_pointed) and not (self._to_build is not None and self._shown is None)

    def _draw_wishes(self, scene: Scene) -> None:
        frame: Frame | None = None
        info: RunInfo | None = None
        while True:
            with self._wake:
                while not self._has_work() and not self._is_closing:
                    self._wake.wait()
                if self._is_closing:
                    return
                to_build, self._to_build = self._to_build, None
                orders, self._orders = self._orders, []
                shown, self._shown = self._shown, None
                still = self._is_still
                pointer, is_wanted = self._pointer, self._is_wanted
                self._is_wanted = self._has_pointed = False
            if to_build is not None:
                scene.build(to_build.geometry, to_build.action_names)
            if shown is not None:
                frame, options, info, ghosts, scenery = shown
                scene.show(frame, options, ghosts=ghosts, scenery=scenery)
            # Last, for a camera may be asked to fit what is shown now.
            for work in orders:
                work(scene)
            if not self._point(scene, pointer) and not is_wanted:
                continue
            scene.set_still(still)
            pixels = scene.render()
            height, width = pixels.shape[:2]
            # VTK's first row is the bottom one; turning the image copies it out of the scene's buffer.
            image = QImage(pixels.data, width, height, 4 * width, QImage.Format_RGBX8888).mirrored(False, True)
            self.drawn.emit(Drawing(image, copy.copy(scene.camera), frame, info))

    def _point(self, scene: Scene, pointer: tuple[float, float] | None) -> bool:
        """Outline what is under the pointer; whether that is another thing than before."""
        picked = scene.pick(*pointer) if pointer is not None else None
        before, self._picked = self._picked, picked
        if picked != before:
            self.pointed.emit(picked)
        is_other = (picked and (picked.kind, picked.index)) != (before and (before.kind, before.index))
        if is_other:
            scene.highlight(picked)
        return is_other


def _give_way() -> None:
    """Let the window and the worker go first on a busy machine: pictures may wait, keys and steps may not.

    On Linux a thread has a niceness of its own, which the threads that software OpenGL starts from it inherit.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
