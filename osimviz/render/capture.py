"""The off-screen window and its pixels. Needs no window of the system."""

import os
import sys

import numpy as np

# Both register what VTK makes by name: windows, actors and mappers of OpenGL, and fonts.
import vtkmodules.vtkRenderingFreeType  # noqa: F401
import vtkmodules.vtkRenderingOpenGL2 as back_ends
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow

from osimviz.render.surface import numpy_view

Pixels = NDArray[np.uint8]


def new_window() -> vtkRenderWindow:
    """Return a render window of the back end that suits this process, not yet opened.

    VTK chooses by itself, with one exception: on Linux without a display server it is asked for EGL at once, which
    saves a failed attempt and its warning. `VTK_DEFAULT_OPENGL_WINDOW` overrides everything.
    """
    has_display = bool(os.environ.get("DISPLAY"))
    if sys.platform == "linux" and not has_display and not os.environ.get("VTK_DEFAULT_OPENGL_WINDOW"):
        return back_ends.vtkEGLRenderWindow()
    return vtkRenderWindow()


class OffscreenWindow:
    """A render window without a window of the system, and one kept buffer for its pixels.

    Attributes
    ----------
    vtk_window : vtkRenderWindow
        VTK's window.
    size_px : (int, int)
        Width and height.
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        self.vtk_window = new_window()
        self.vtk_window.SetOffScreenRendering(True)
        self.vtk_window.SetMultiSamples(0)
        self.size_px = (0, 0)
        self._buffer = vtkUnsignedCharArray()
        self.resize(width_px, height_px)

    def resize(self, width_px: int, height_px: int) -> None:
        """Change the size, to at least one pixel."""
        size = (max(1, int(width_px)), max(1, int(height_px)))
        if size != self.size_px:
            self.size_px = size
            self.vtk_window.SetSize(*size)
            # A new buffer, so that whoever still shows the old one reads no freed memory.
            self._buffer = vtkUnsignedCharArray()

    def add(self, renderer: vtkRenderer) -> None:
        """Show a renderer in the window."""
        self.vtk_window.AddRenderer(renderer)

    def render(self) -> Pixels:
        """Draw and read back.

        Returns
        -------
        uint8 array (height, width, 4)
            Red, green, blue, alpha; bottom row first. A view of one kept buffer, overwritten by the next call; after a
            change of size there is a new buffer. Alpha means nothing.
        """
        return self._render_into(self._buffer)

    def render_apart(self) -> Pixels:
        """Draw and read back as `render` does, into a buffer of its own."""
        return self._render_into(vtkUnsignedCharArray())

    def _render_into(self, buffer: vtkUnsignedCharArray) -> Pixels:
        width, height = self.size_px
        self.vtk_window.Render()
        self.vtk_window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, buffer, 0)
        pixels: Pixels = numpy_view(buffer).reshape(height, width, 4)
        return pixels

    def close(self) -> None:
        """Give back what the graphics driver holds."""
        self.vtk_window.Finalize()
