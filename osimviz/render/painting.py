"""Words and boxes put over pixels by NumPy, with VTK's own font: no window, no OpenGL. Pixels are top row first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkTextProperty, vtkTextRenderer

from osimviz.palette import Palette
from osimviz.render.capture import Pixels

Mask = NDArray[np.float64]
Corner = Literal["top left", "top right", "bottom left", "bottom right"]

#: Height of a picture at which lengths given to `scaled` are pixels.
DESIGN_HEIGHT_PX = 720
#: Pictures smaller than this have no room for readable words.
SMALLEST_WITH_WORDS_PX = (320, 240)
MARGIN, PADDING, BOX_HEIGHT = 16, 12, 28
_BOX_OPACITY = 0.88
#: Characters whose masks are put together one by one: numbers that change with every frame are then never drawn anew.
_FIGURES = frozenset("0123456789.−")


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a line of text.

    Attributes
    ----------
    text : str
        The characters; blanks count.
    colour : str
        A name of the palette.
    is_bold : bool
        Whether it is set in bold.
    """

    text: str
    colour: str = "text"
    is_bold: bool = False


def has_room_for_words(picture: Pixels) -> bool:
    """Whether words on a picture (height, width, ...) could be read."""
    width_px, height_px = SMALLEST_WITH_WORDS_PX
    return bool(picture.shape[0] >= height_px and picture.shape[1] >= width_px)


def scaled(length: float, scale: float) -> int:
    """Return a length in pixels, at least one."""
    return max(round(length * scale), 1)


def scaled_text(size: float, scale: float) -> int:
    """Return a text size in pixels, at least the smallest that can be read."""
    return max(round(size * scale), 8)


@lru_cache(maxsize=512)
def text_mask(text: str, size_px: int, *, bold: bool = False) -> Mask:
    """Return a text's coverage, shape (height, width), 0..1, top row first, cropped to its width; read-only.

    Its height depends on the size alone, so that words beside each other share a baseline.
    """
    if len(text) > 1 and _FIGURES.issuperset(text):
        figures = [text_mask(figure, size_px, bold=bold) for figure in text]
        # Round figures rise a pixel above the others in large sizes; all stand on one line.
        height = max(figure.shape[0] for figure in figures)
        lifted = [np.pad(figure, ((height - figure.shape[0], 0), (0, 0))) for figure in figures]
        mask: Mask = np.concatenate(lifted, axis=1)
    else:
        mask = _drawn_mask(text, size_px, bold=bold)
    mask.setflags(write=False)
    return mask


def text_width(text: str, size_px: int, *, bold: bool = False) -> int:
    """Return the width of a text in pixels."""
    return int(text_mask(text, size_px, bold=bold).shape[1]) if text else 0


def fill_box(picture: Pixels, left: int, top: int, width: int, height: int, rgb: tuple[float, float, float]) -> None:
    """Put a box of one colour, nearly opaque, behind words; what lies outside the picture is cut off."""
    part = picture[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0), :3]
    for channel, table in enumerate(_behind_words(rgb)):
        part[..., channel] = table[part[..., channel]]
    if picture.shape[2] == 4:
        alpha = picture[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0), 3]
        alpha[:] = np.maximum(alpha, round(255 * _BOX_OPACITY))


@lru_cache(maxsize=16)
def _behind_words(rgb: tuple[float, float, float]) -> NDArray[np.uint8]:
    """Return what each byte of red, green and blue becomes in a box, shape (3, 256)."""
    below = np.arange(256.0) * (1.0 - _BOX_OPACITY)
    return np.rint(below + 255.0 * _BOX_OPACITY * np.array(rgb)[:, None]).astype(np.uint8)


def blend_mask(picture: Pixels, mask: Mask, left: int, top: int, rgb: tuple[float, float, float]) -> None:
    """Paint a colour through a mask whose corner lies at (left, top); what lies outside the picture is cut off."""
    mask = mask[max(-top, 0) :, max(-left, 0) :]
    left, top = max(left, 0), max(top, 0)
    part = picture[top : top + mask.shape[0], left : left + mask.shape[1], :3]
    share = mask[: part.shape[0], : part.shape[1], None]
    part[:] = np.rint(part * (1.0 - share) + 255.0 * np.array(rgb) * share).astype(np.uint8)


def box_width(words: Iterable[Word], scale: float) -> int:
    """Return the width in pixels of the box of a line of words."""
    size = scaled_text(13, scale)
    return sum(text_width(word.text, size, bold=word.is_bold) for word in words) + 2 * scaled(PADDING, scale)


def fitting(words: Sequence[Word], room_px: int, scale: float) -> Sequence[Word]:
    """Return a line whose box is no wider than so many pixels: its longest words end in ``…``."""
    while box_width(words, scale) > room_px:
        longest = max(range(len(words)), key=lambda i: len(words[i].text))
        text = words[longest].text.removesuffix("…")
        if len(text) < 2:
            break
        # A tenth at a time: each try is drawn.
        cut = text[: len(text) - max(len(text) // 10, 1)] + "…"
        words = [replace(word, text=cut) if i == longest else word for i, word in enumerate(words)]
    return words


def add_words(
    picture: Pixels, words: Sequence[Word], palette: Palette, corner: Corner, *, scale: float, row: int = 0
) -> None:
    """Write a line of words in a box in a corner of a picture (height, width, 3 or 4), in place.

    Parameters
    ----------
    picture : uint8 array
        Written over.
    words : sequence of Word
        The line, from left to right; one that is wider than the picture is cut where its words are longest.
    palette : Palette
        Colours of words and box.
    corner : Corner
        Where the box goes.
    scale : float
        Pixels per unit of length.
    row : int
        How many boxes lie between this one and the corner.
    """
    size, margin = scaled_text(13, scale), scaled(MARGIN, scale)
    words = fitting(words, picture.shape[1] - 2 * margin, scale)
    line = [(text_mask(word.text, size, bold=word.is_bold), word.colour) for word in words if word.text]
    width, height = box_width(words, scale), scaled(BOX_HEIGHT, scale)
    left = margin if "left" in corner else picture.shape[1] - margin - width
    down = row * (height + scaled(6, scale))
    top = margin + down if "top" in corner else picture.shape[0] - margin - height - down
    fill_box(picture, left, top, width, height, palette.rgb("panel"))
    x = left + scaled(PADDING, scale)
    for mask, colour in line:
        blend_mask(picture, mask, x, top + (height - mask.shape[0]) // 2, palette.rgb(colour))
        x += mask.shape[1]


def _drawn_mask(text: str, size_px: int, *, bold: bool) -> Mask:
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
    mask: Mask = pixels[: dimensions[1], guard_px : dimensions[0], 3][::-1] / 255.0
    return mask
