"""The window without a window: two layers, lights, the camera of VTK, and how much work goes into a picture."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from vtkmodules.vtkCommonCore import vtkCommand
from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderer

from osimviz.render import camera as cameras
from osimviz.render.camera import Camera
from osimviz.render.capture import OffscreenWindow, Pixels
from osimviz.render.lights import Lights
from osimviz.render.options import Level, Quality
from osimviz.render.tiles import Tile

_MULTI_SAMPLES = 4
#: OpenGL's name of mixing a fragment with what is there.
_GL_BLEND = 0x0BE2
#: Pictures of at most so many pixels are drawn at twice the size: thin ribs then have 16 samples a pixel.
_LARGEST_DOUBLED_PX = 1_200_000
#: Reach of ambient occlusion, m, and the depth it takes for noise; chosen by eye: between two ribs, not between legs.
_OCCLUSION_M, _OCCLUSION_BIAS_M, _OCCLUSION_SAMPLES = 0.06, 0.004, 64


class Stage:
    """An off-screen window with a layer for the figure and one for the marks drawn over it.

    Parameters
    ----------
    width_px, height_px : int
        Its size.
    level : Level
        ``low`` draws a moving view without anti-aliasing; ``high`` smooths every picture and darkens where surfaces
        meet (screen-space ambient occlusion).
    """

    def __init__(self, width_px: int, height_px: int, level: Level) -> None:
        self.level = level
        self.quality: Quality = "moving"
        self._window = OffscreenWindow(width_px, height_px)
        self._figure = vtkRenderer()
        # Arrows and marks lie over the figure: the second layer keeps the colours and starts with an empty depth.
        self._overlay = vtkRenderer()
        self._window.vtk_window.SetNumberOfLayers(2)
        self._overlay.SetLayer(1)
        self._lights = Lights()
        for renderer in (self._figure, self._overlay):
            # The little that is translucent needs no pass of its own to be put in order.
            renderer.SetUseOIT(False)
            renderer.AddObserver(vtkCommand.StartEvent, self._begin)
            self._lights.shine_in(renderer)
            self._window.add(renderer)
        self._overlay.SetActiveCamera(self._figure.GetActiveCamera())
        self._figure.SetSSAORadius(_OCCLUSION_M)
        self._figure.SetSSAOBias(_OCCLUSION_BIAS_M)
        self._figure.SetSSAOKernelSize(_OCCLUSION_SAMPLES)
        self._figure.SetSSAOBlur(True)
        self._smooth()

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self._window.size_px

    def add(self, actors: Iterable[vtkActor], *, over: bool = False) -> None:
        """Draw actors with the figure, or over it; one that is there already moves to the end."""
        renderer = self._overlay if over else self._figure
        for actor in actors:
            renderer.RemoveActor(actor)
            renderer.AddActor(actor)

    def remove(self, actors: Iterable[vtkActor]) -> None:
        """Draw actors no longer."""
        for actor in actors:
            self._figure.RemoveActor(actor)
            self._overlay.RemoveActor(actor)

    def set_background(self, red: float, green: float, blue: float) -> None:
        """Choose the colour behind everything."""
        self._figure.SetBackground(red, green, blue)

    def resize(self, width_px: int, height_px: int) -> None:
        """Change the size, to at least one pixel."""
        self._window.resize(width_px, height_px)

    def set_level(self, level: Level) -> None:
        """Choose how much a picture may cost."""
        self.level = level
        self._smooth()

    def set_quality(self, quality: Quality) -> None:
        """Choose the work per picture, from the next one on."""
        self.quality = quality
        self._smooth()

    def aim(self, camera: Camera, tile: Tile | None = None, whole_px: tuple[int, int] = (1, 1)) -> None:
        """See from a camera: the whole picture, or a tile of one of that size."""
        vtk_camera = self._figure.GetActiveCamera()
        vtk_camera.SetPosition(*camera.position_m)
        vtk_camera.SetFocalPoint(*camera.focal_point_m)
        vtk_camera.SetViewUp(*camera.up)
        vtk_camera.SetViewAngle(float(np.degrees(cameras.VIEW_ANGLE_RAD)))
        vtk_camera.SetWindowCenter(0.0, 0.0)
        # Fixed: VTK would fit the range to the figure and cut sky and ground away.
        vtk_camera.SetClippingRange(*cameras.CLIPPING_RANGE_M)
        if tile is not None:
            tile.aim(vtk_camera, *whole_px)
        self._lights.turn_to(camera.azimuth_rad)

    def render(self) -> Pixels:
        """Draw and read back into the kept buffer (`OffscreenWindow.render`)."""
        return self._window.render()

    def render_apart(self, *, doubled: bool = False) -> Pixels:
        """Draw into a buffer of its own, (height, width, 4), bottom row first; doubled for smoother edges."""
        if not doubled:
            return self._window.render_apart()
        width, height = self._window.size_px
        self._window.resize(2 * width, 2 * height)
        try:
            return _halved(self._window.render_apart())
        finally:
            self._window.resize(width, height)

    def close(self) -> None:
        """Give everything back."""
        for renderer in (self._figure, self._overlay):
            renderer.RemoveAllObservers()
            renderer.RemoveAllViewProps()
            renderer.RemoveAllLights()
            self._window.vtk_window.RemoveRenderer(renderer)
        self._window.close()

    def _begin(self, renderer: vtkRenderer, _event: str) -> None:
        """Have opaque surfaces replace what is behind them: VTK would mix every pixel with it, at a share of nothing.

        That mixing is an eighth of the time of a picture in software.
        """
        # VTK's own stubs know neither the state of OpenGL nor that collections can be walked through.
        window: Any = self._window.vtk_window
        actors: Any = renderer.GetActors()
        state = window.GetState()
        if any(actor.GetVisibility() and actor.HasTranslucentPolygonalGeometry() for actor in actors):
            state.vtkglEnable(_GL_BLEND)
        else:
            state.vtkglDisable(_GL_BLEND)

    def _smooth(self) -> None:
        is_high, is_best = self.level == "high", self.quality == "best"
        self._figure.SetUseSSAO(is_high)
        # The last layer's filter sees the whole picture, the layers below included.
        self._overlay.SetUseFXAA(self.quality == "still" or (is_high and not is_best))
        # Occlusion is computed on single samples.
        self._window.vtk_window.SetMultiSamples(_MULTI_SAMPLES if is_best and not is_high else 0)


def is_doubled(width_px: int, height_px: int) -> bool:
    """Whether a picture of that size is drawn at twice the size, to be made smaller again."""
    return width_px * height_px <= _LARGEST_DOUBLED_PX


def _halved(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    sums = np.zeros((height, width, pixels.shape[2]), np.uint16)
    for row in (0, 1):
        for column in (0, 1):
            sums += pixels[row::2, column::2]
    return ((sums + 2) >> 2).astype(np.uint8)
