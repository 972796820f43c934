"""What is written over a picture that is made without a window: time, step and the colour legend."""

from collections.abc import Callable

import numpy as np

from osimviz.frames import Array, Frame, ModelGeometry
from osimviz.legend import legend_rows, lists_muscles
from osimviz.palette import Palette, muscle_colours
from osimviz.render.capture import Pixels
from osimviz.render.force_labels import add_force_labels
from osimviz.render.legend_signs import add_sign
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
    text_width,
)
from osimviz.view_choices import LEGENDS

_STRIP_WIDTH, _STRIP_HEIGHT = 120, 9
_ROW_HEIGHT, _SIGN = 20, 14


def add_captions(
    picture: Pixels,
    frame: Frame,
    options: SceneOptions,
    palette: Palette,
    geometry: ModelGeometry | None = None,
    to_pixel: Callable[[Array], Array] | None = None,
) -> None:
    """Write time, step and the colour legend over a picture (height, width, 3), in place.

    Pictures too small for readable words stay as they are. Where the model and the projection of world points (n, 3) to
    pixels are given, the ground-reaction arrows have their numbers.
    """
    if not has_room_for_words(picture):
        return
    scale = picture.shape[0] / DESIGN_HEIGHT_PX
    if geometry is not None and to_pixel is not None and options.shows("ground_reaction"):
        add_force_labels(picture, frame, geometry.mass_kg, to_pixel, palette, scale)
    add_words(picture, time_words(frame.time_s, frame.step), palette, "bottom left", scale=scale)
    add_legend(picture, options, palette, scale, frame, geometry)


def time_words(time_s: float, step: int) -> tuple[Word, ...]:
    """Return time and step as a line of words."""
    return (
        Word(f"{time_s:.3f}", is_bold=True),
        Word(" s", "text_mid"),
        Word("    step ", "text_mid"),
        Word(f"{step}", is_bold=True),
    )


def add_legend(
    picture: Pixels,
    options: SceneOptions,
    palette: Palette,
    scale: float,
    frame: Frame | None = None,
    geometry: ModelGeometry | None = None,
) -> int:
    """Draw the legend into the upper right corner, in place: the muscles' colours, then what else is shown.

    Parameters
    ----------
    picture : uint8 array (height, width, 3 or 4)
        Written over.
    options : SceneOptions
        What is shown and what the colours mean.
    palette : Palette
        Colours of words and box.
    scale : float
        Pixels per unit of length.
    frame : Frame, optional
        What the rows of the layers are for; without it there are none.
    geometry : ModelGeometry, optional
        Its model, which decides what there is to list.

    Returns
    -------
    int
        Where it begins, in pixels from the left; the picture's width if there is nothing to list.
    """
    rows = legend_rows(options.layers, frame, geometry) if frame is not None else ()
    shows_muscles = lists_muscles(options.layers, frame)
    if not shows_muscles and not rows:
        return int(picture.shape[1])
    words = LEGENDS[options.colour_source]
    padding, strip_width, row_px = scaled(PADDING, scale), scaled(_STRIP_WIDTH, scale), scaled(_ROW_HEIGHT, scale)
    text_px, sign_px = scaled_text(11, scale), scaled(_SIGN, scale)
    widest = max((text_width(row.text, text_px) for row in rows), default=0) + sign_px + scaled(8, scale)
    heading = text_mask(words.heading, scaled_text(13, scale), bold=True)
    inner = max(strip_width, widest if rows else 0, heading.shape[1] if shows_muscles else 0)
    head = scaled(62, scale) if shows_muscles else scaled(6, scale)
    n_rows = min(len(rows), max((picture.shape[0] - head - scaled(90, scale)) // row_px, 0))
    height = head + (n_rows * row_px + scaled(4, scale) if n_rows else 0)
    left: int = picture.shape[1] - scaled(MARGIN, scale) - inner - 2 * padding
    top = scaled(MARGIN, scale)
    fill_box(picture, left, top, inner + 2 * padding, height, palette.rgb("panel"))
    if shows_muscles:
        blend_mask(picture, heading, left + padding, top + scaled(8, scale), palette.rgb("text"))
        _add_strip(picture, options, palette, scale, left + padding, top + scaled(30, scale))
    for i, row in enumerate(rows[:n_rows]):
        middle = top + head + i * row_px + row_px // 2
        add_sign(picture, row, left + padding, middle - sign_px // 2, sign_px, palette)
        mask = text_mask(row.text, text_px)
        x = left + padding + sign_px + scaled(8, scale)
        blend_mask(picture, mask, x, middle - mask.shape[0] // 2, palette.rgb("text_mid"))
    return left


def _add_strip(picture: Pixels, options: SceneOptions, palette: Palette, scale: float, left: int, top: int) -> None:
    width, height = scaled(_STRIP_WIDTH, scale), scaled(_STRIP_HEIGHT, scale)
    picture[top : top + height, left : left + width, :3] = muscle_colours(
        np.linspace(0.0, 1.0, width), options.map_name
    )
    for share, text in zip((0.0, 0.5, 1.0), LEGENDS[options.colour_source].marks, strict=True):
        mask = text_mask(text, scaled_text(11, scale))
        x = left + round(share * (width - mask.shape[1]))
        blend_mask(picture, mask, x, top + scaled(_STRIP_HEIGHT + 3, scale), palette.rgb("text_mid"))
