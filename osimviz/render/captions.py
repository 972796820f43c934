"""What is written over a picture that is made without a window: time, step and the colour legend."""

import numpy as np

from osimviz.frames import Frame
from osimviz.palette import Palette, muscle_colours
from osimviz.render.capture import Pixels
from osimviz.render.options import SceneOptions
from osimviz.render.painting import (
    DESIGN_HEIGHT_PX,
    MARGIN,
    PADDING,
    Word,
    add_words,
    blend_mask,
    fill_box,
    has_room_for_words,
    scaled,
    scaled_text,
    text_mask,
)
from osimviz.view_choices import LEGENDS

_STRIP_WIDTH, _STRIP_HEIGHT = 120, 9


def add_captions(picture: Pixels, frame: Frame, options: SceneOptions, palette: Palette) -> None:
    """Write time, step and the colour legend over a picture (height, width, 3), in place.

    Pictures too small for readable words stay as they are.
    """
    if not has_room_for_words(picture):
        return
    scale = picture.shape[0] / DESIGN_HEIGHT_PX
    add_words(picture, time_words(frame.time_s, frame.step), palette, "bottom left", scale=scale)
    add_legend(picture, options, palette, scale)


def time_words(time_s: float, step: int) -> tuple[Word, ...]:
    """Return time and step as a line of words."""
    return (
        Word(f"{time_s:.3f}", is_bold=True),
        Word(" s", "text_mid"),
        Word("    step ", "text_mid"),
        Word(f"{step}", is_bold=True),
    )


def add_legend(picture: Pixels, options: SceneOptions, palette: Palette, scale: float) -> None:
    """Draw the legend of the muscles' colours into the upper right corner, in place.

    Parameters
    ----------
    picture : uint8 array (height, width, 3 or 4)
        Written over.
    options : SceneOptions
        What the colours mean.
    palette : Palette
        Colours of words and box.
    scale : float
        Pixels per unit of length.
    """
    words = LEGENDS[options.colour_source]
    padding, strip_width = scaled(PADDING, scale), scaled(_STRIP_WIDTH, scale)
    width, height = strip_width + 2 * padding, scaled(62, scale)
    left, top = picture.shape[1] - scaled(MARGIN, scale) - width, scaled(MARGIN, scale)
    fill_box(picture, left, top, width, height, palette.rgb("panel"))
    heading = text_mask(words.heading, scaled_text(13, scale), bold=True)
    blend_mask(picture, heading, left + padding, top + scaled(8, scale), palette.rgb("text"))
    strip_top = top + scaled(30, scale)
    colours = muscle_colours(np.linspace(0.0, 1.0, strip_width), options.map_name)
    rows = slice(strip_top, strip_top + scaled(_STRIP_HEIGHT, scale))
    picture[rows, left + padding : left + padding + strip_width, :3] = colours
    for share, text in zip((0.0, 0.5, 1.0), words.marks, strict=True):
        if not text:
            continue
        mask = text_mask(text, scaled_text(11, scale))
        x = left + padding + round(share * (strip_width - mask.shape[1]))
        blend_mask(picture, mask, x, strip_top + scaled(_STRIP_HEIGHT + 3, scale), palette.rgb("text_mid"))
