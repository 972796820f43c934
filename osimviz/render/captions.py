"""Words and legends on a picture that is written without a window: VTK's own font, put over the pixels by NumPy."""

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkTextProperty, vtkTextRenderer

from osimviz.frames import Frame
from osimviz.palette import Palette, muscle_colours
from osimviz.render.capture import Pixels
from osimviz.render.options import SceneOptions
from osimviz.view_choices import LEGENDS

#: Height of a picture at which sizes below are pixels.
_DESIGN_HEIGHT_PX = 720
_BOX_OPACITY = 0.88
_MARGIN, _PADDING, _STRIP_WIDTH, _STRIP_HEIGHT = 16, 12, 120, 9


def text_mask(text: str, size_px: int, *, bold: bool = False) -> NDArray[np.float64]:
    """Return a text's coverage, shape (height, width), 0..1, top row first, cropped to its width.

    Its height depends on the size alone, so that words beside each other share a baseline.
    """
    font = vtkTextProperty()
    font.SetFontFamilyToArial()
    font.SetFontSize(size_px)
    font.SetBold(bold)
    font.SetColor(1.0, 1.0, 1.0)
    image = vtkImageData()
    # "|g" gives every text the same ascent and descent; its own columns are cut away again.
    dimensions, guard = [0, 0], [0, 0]
    renderer = vtkTextRenderer.GetInstance()
    renderer.RenderString(font, "|g ", image, guard, 72)
    guard_px = guard[0]
    renderer.RenderString(font, f"|g {text}", image, dimensions, 72)
    width, height, _ = image.GetDimensions()
    pixels = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(height, width, 4)
    mask: NDArray[np.float64] = pixels[: dimensions[1], guard_px : dimensions[0], 3][::-1] / 255.0
    return mask


def add_captions(picture: Pixels, frame: Frame, options: SceneOptions, palette: Palette) -> None:
    """Write time, step and the colour legend over a picture (height, width, 3), in place.

    Pictures too small for readable words stay as they are.
    """
    scale = picture.shape[0] / _DESIGN_HEIGHT_PX
    if picture.shape[0] < 240 or picture.shape[1] < 320:
        return
    _add_time(picture, frame, palette, scale)
    _add_legend(picture, options, palette, scale)


def _add_time(picture: Pixels, frame: Frame, palette: Palette, scale: float) -> None:
    size = _points(13, scale)
    words = [
        (text_mask(f"{frame.time_s:.3f}", size, bold=True), "text"),
        (text_mask(" s", size), "text_mid"),
        (text_mask("    step ", size), "text_mid"),
        (text_mask(f"{frame.step}", size, bold=True), "text"),
    ]
    width = sum(mask.shape[1] for mask, _ in words) + 2 * _px(_PADDING, scale)
    height = _px(28, scale)
    left, top = _px(_MARGIN, scale), picture.shape[0] - _px(_MARGIN, scale) - height
    _add_box(picture, left, top, width, height, palette)
    x = left + _px(_PADDING, scale)
    for mask, colour in words:
        _add_mask(picture, mask, x, top + (height - mask.shape[0]) // 2, palette.rgb(colour))
        x += mask.shape[1]


def _add_legend(picture: Pixels, options: SceneOptions, palette: Palette, scale: float) -> None:
    title, numbers = LEGENDS[options.colour_source]
    padding, strip_width = _px(_PADDING, scale), _px(_STRIP_WIDTH, scale)
    width, height = strip_width + 2 * padding, _px(62, scale)
    left, top = picture.shape[1] - _px(_MARGIN, scale) - width, _px(_MARGIN, scale)
    _add_box(picture, left, top, width, height, palette)
    heading = text_mask(title, _points(13, scale), bold=True)
    _add_mask(picture, heading, left + padding, top + _px(8, scale), palette.rgb("text"))
    strip_top = top + _px(30, scale)
    colours = muscle_colours(np.linspace(0.0, 1.0, strip_width), options.map_name)
    picture[strip_top : strip_top + _px(_STRIP_HEIGHT, scale), left + padding : left + padding + strip_width] = colours
    for share, text in zip((0.0, 0.5, 1.0), numbers, strict=True):
        mask = text_mask(text, _points(11, scale))
        x = left + padding + round(share * (strip_width - mask.shape[1]))
        _add_mask(picture, mask, x, strip_top + _px(_STRIP_HEIGHT + 3, scale), palette.rgb("text_mid"))


def _add_box(picture: Pixels, left: int, top: int, width: int, height: int, palette: Palette) -> None:
    part = picture[top : top + height, left : left + width]
    colour = 255.0 * np.array(palette.rgb("panel"))
    part[:] = np.rint(part * (1.0 - _BOX_OPACITY) + colour * _BOX_OPACITY).astype(np.uint8)


def _add_mask(picture: Pixels, mask: NDArray[np.float64], left: int, top: int, rgb: tuple[float, float, float]) -> None:
    part = picture[top : top + mask.shape[0], left : left + mask.shape[1]]
    share = mask[: part.shape[0], : part.shape[1], None]
    part[:] = np.rint(part * (1.0 - share) + 255.0 * np.array(rgb) * share).astype(np.uint8)


def _px(length: float, scale: float) -> int:
    return max(round(length * scale), 1)


def _points(size: float, scale: float) -> int:
    return max(round(size * scale), 8)
