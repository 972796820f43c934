"""What is written over the pictures of a film: title, time, step, speed, reward, legend, names of two runs."""

from osimviz.film.settings import Look
from osimviz.film.spoken import Spoken
from osimviz.formatting import number
from osimviz.frames import Frame, ModelGeometry
from osimviz.palette import Palette
from osimviz.render.captions import add_legend, time_words
from osimviz.render.painting import DESIGN_HEIGHT_PX, Word, add_words, has_room_for_words
from osimviz.render.png_file import Pixels

#: Colour of a second run in the picture of the first, and of its name.
GHOST_TINT = "series2"
#: Words are as large as on a picture of this width, or smaller.
_DESIGN_WIDTH_PX = 640


def scale_of(width_px: int, height_px: int) -> float:
    """Return how large words are on a picture."""
    return min(height_px / DESIGN_HEIGHT_PX, width_px / _DESIGN_WIDTH_PX)


def add_overlays(
    picture: Pixels,
    look: Look,
    palette: Palette,
    spoken: Spoken,
    frame: Frame | None = None,
    geometry: ModelGeometry | None = None,
    *,
    is_first: bool = True,
) -> None:
    """Write over a 3D view (height, width, 3 or 4), in place; one too small for readable words stays as it is.

    Parameters
    ----------
    picture : uint8 array
        The view.
    look : Look
        Which words are wanted.
    palette : Palette
        Colours.
    spoken : Spoken
        The numbers.
    frame : Frame, optional
        What is drawn, for the legend of the layers.
    geometry : ModelGeometry, optional
        Its model.
    is_first : bool
        Whether it is the first of two views: only that one has title and time, which is not that of a strobe picture.
    """
    if not has_room_for_words(picture):
        return
    scale = scale_of(picture.shape[1], picture.shape[0])
    if look.title and is_first:
        add_words(picture, [Word(look.title, is_bold=True)], palette, "top left", scale=scale)
    if spoken.name:
        words = [Word(spoken.name, "text_mid")]
        if spoken.ghost_name:
            words += [Word("    ghost: ", "text_weak"), Word(spoken.ghost_name, GHOST_TINT)]
        add_words(picture, words, palette, "bottom right", scale=scale)
    row = 0
    if look.show_time and (is_first or spoken.strobe is not None):
        line = _moment_words(spoken)
        if spoken.pace:
            line = (*line, Word(f"    {spoken.pace}", "text_mid"))
        add_words(picture, line, palette, "bottom left", scale=scale)
        row = 1
    if look.show_reward:
        line = (
            Word("reward ", "text_mid"),
            Word(number(spoken.reward), is_bold=True),
            Word("    return ", "text_mid"),
            Word(number(spoken.total_reward), is_bold=True),
        )
        add_words(picture, line, palette, "bottom left", scale=scale, row=row)
    if look.show_legend and is_first:
        add_legend(picture, look.scene, palette, scale, frame, geometry)


def _moment_words(spoken: Spoken) -> tuple[Word, ...]:
    if spoken.strobe is None:
        return time_words(spoken.time_s, spoken.step)
    first_s, last_s, n_figures = spoken.strobe
    return (
        Word(f"{first_s:.3f} – {last_s:.3f}", is_bold=True),
        Word(" s", "text_mid"),
        Word("    figures ", "text_mid"),
        Word(f"{n_figures}", is_bold=True),
    )
