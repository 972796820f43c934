"""The words beside ground-reaction arrows: side and size in body weights, and where there is room for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from osimviz.frames import FEET, GRAVITY_M_S2, Array, Frame
from osimviz.palette import Palette
from osimviz.render.blown_up import without_blown_up
from osimviz.render.capture import Pixels
from osimviz.render.forces import arrow_ends
from osimviz.render.painting import blend_mask, fill_box, has_room_for_words, scaled, scaled_text, text_mask

#: Lengths at the height that pictures are designed for: a label's box, from tip to box, between boxes, and the width of
#: the legend at the right, which a label keeps clear of.
LABEL_HEIGHT, LABEL_GAP, LABEL_STEP, LABEL_PADDING, LEGEND_WIDTH = 18, 14, 4, 6, 205
_TEXT = 11


@dataclass(frozen=True, slots=True)
class ForceLabel:
    """What stands beside one arrow.

    Attributes
    ----------
    text : str
        Side and upward force: ``R 0.97 BW``.
    colour : str
        Name of the side's colour in the palette.
    tip_m : array (3,)
        The arrow's tip in world space.
    """

    text: str
    colour: str
    tip_m: Array


def force_labels(frame: Frame, mass_kg: float) -> tuple[ForceLabel, ...]:
    """Return a label for each arrow that is drawn of a frame's ground reaction."""
    if not len(frame.ground_reaction_n) or mass_kg <= 0.0:
        return ()
    frame = without_blown_up(frame)
    _, tips_m = arrow_ends(frame, mass_kg)
    # The upward part, as in the plots and the stance lanes; the arrow shows the whole force.
    shares = frame.ground_reaction_n[:, 1] / (mass_kg * GRAVITY_M_S2)
    return tuple(
        ForceLabel(f"{FEET[foot][0].upper()} {shares[foot]:.2f} BW", FEET[foot], tips_m[foot])
        for foot in range(len(tips_m))
        if np.isfinite(tips_m[foot]).all()
    )


def label_places(
    tips_px: Array,
    widths_px: Sequence[float],
    size_px: tuple[int, int],
    *,
    box_px: float = LABEL_HEIGHT,
    scale: float = 1.0,
) -> list[tuple[float, float] | None]:
    """Return the upper left corner of each label's box: beside its tip, clear of the legend and of each other.

    Parameters
    ----------
    tips_px : array (n, 2)
        Tips of the arrows in the picture; NaN behind the camera.
    widths_px : sequence of float
        Widths of the boxes.
    size_px : (int, int)
        Width and height of the picture.
    box_px : float
        Height of the boxes.
    scale : float
        Pixels per unit of length.

    Returns
    -------
    list of (float, float) or None
        None for a label whose tip lies beside the picture; one whose tip lies above or below it stays at the edge.
    """
    width_px, height_px = size_px
    gap_px, step_px = LABEL_GAP * scale, LABEL_STEP * scale
    places: list[tuple[float, float] | None] = [None] * len(tips_px)
    taken: list[tuple[float, float, float]] = []
    for i in np.argsort(tips_px[:, 0]):
        x, y = (float(part) for part in tips_px[i])
        if not (np.isfinite(y) and 0.0 <= x <= width_px):
            continue
        is_right = x + gap_px + widths_px[i] < width_px - LEGEND_WIDTH * scale
        left = x + gap_px if is_right else x - gap_px - widths_px[i]
        top = min(max(y - 0.5 * box_px, step_px), max(height_px - step_px - box_px, step_px))
        for other_left, other_top, other_width in taken:
            if left < other_left + other_width and other_left < left + widths_px[i] and abs(top - other_top) < box_px:
                top = other_top + box_px + step_px
        taken.append((left, top, widths_px[i]))
        places[i] = (left, top)
    return places


def add_force_labels(
    picture: Pixels,
    frame: Frame,
    mass_kg: float,
    to_pixel: Callable[[Array], Array],
    palette: Palette,
    scale: float,
) -> None:
    """Write beside the ground-reaction arrows of a picture (height, width, 3 or 4), in place.

    Parameters
    ----------
    picture : uint8 array
        Written over; one too small for readable words stays as it is.
    frame : Frame
        What is drawn.
    mass_kg : float
        Mass of the model.
    to_pixel : callable
        Projects world points (n, 3) to pixels (n, 2) of the picture; NaN behind the camera.
    palette : Palette
        Colours.
    scale : float
        Pixels per unit of length.
    """
    labels = force_labels(frame, mass_kg)
    if not labels or not has_room_for_words(picture):
        return
    masks = [text_mask(label.text, scaled_text(_TEXT, scale)) for label in labels]
    padding_px = scaled(LABEL_PADDING, scale)
    # Words do not shrink below what can be read.
    height_px = max(scaled(LABEL_HEIGHT, scale), masks[0].shape[0] + 4)
    widths_px = [mask.shape[1] + 2 * padding_px for mask in masks]
    tips_px = to_pixel(np.array([label.tip_m for label in labels]))
    size_px = (picture.shape[1], picture.shape[0])
    places = label_places(tips_px, widths_px, size_px, box_px=height_px, scale=scale)
    for label, mask, width_px, place in zip(labels, masks, widths_px, places, strict=True):
        if place is None:
            continue
        left, top = (round(part) for part in place)
        fill_box(picture, left, top, width_px, height_px, palette.rgb("panel"))
        blend_mask(picture, mask, left + padding_px, top + (height_px - mask.shape[0]) // 2, palette.rgb(label.colour))
