"""What is written over the pictures of a film: title, time, step, speed, reward, legend, names of two runs."""

from collections.abc import Sequence

from osimviz.film.settings import Look
from osimviz.film.spoken import Spoken
from osimviz.formatting import number
from osimviz.frames import Frame, ModelGeometry
from osimviz.palette import Palette
from osimviz.render.captions import add_legend, time_words
from osimviz.render.painting import (
    DESIGN_HEIGHT_PX,
    MARGIN,
    Word,
    add_words,
    box_width,
    fitting,
    has_room_for_words,
    scaled,
)
from osimviz.render.png_file import Pixels

#: Colour of a second run in the picture of the first, and of its name.
GHOST_TINT = "series2"
#: Words are as large as on a picture of this width, or smaller. This and what follows was chosen by eye.
_DESIGN_WIDTH_PX = 480
#: Rows closer together than this would let their words, which stay readable, touch.
_LEAST_SCALE = 0.6
_MOST_TITLE_LINES = 3


def scale_of(width_px: int, height_px: int) -> float:
    """Return how large words are on a picture."""
    return max(min(height_px / DESIGN_HEIGHT_PX, width_px / _DESIGN_WIDTH_PX), _LEAST_SCALE)


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
    right_px = picture.shape[1]
    if look.show_legend and is_first:
        right_px = add_legend(picture, look.scene, palette, scale, frame, geometry)
    if look.title and is_first:
        for row, words in enumerate(_title_lines(look.title, right_px - 2 * scaled(MARGIN, scale), scale)):
            add_words(picture, words, palette, "top left", scale=scale, row=row)
    lines = _lines(look, spoken, is_first=is_first)
    for row, words in enumerate(lines):
        add_words(picture, words, palette, "bottom left", scale=scale, row=row)
    if spoken.name:
        words = _names(spoken)
        taken_px = max((box_width(each, scale) for each in lines), default=0)
        room_px = picture.shape[1] - 3 * scaled(MARGIN, scale) - taken_px
        row = 0 if box_width(words, scale) <= room_px else len(lines)
        add_words(picture, words, palette, "bottom right", scale=scale, row=row)


def _title_lines(title: str, room_px: int, scale: float) -> list[Sequence[Word]]:
    """Return a title in lines that are no wider than so many pixels."""
    lines: list[str] = []
    for word in title.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and box_width([Word(longer, is_bold=True)], scale) <= room_px:
            lines[-1] = longer
        else:
            lines.append(word)
    most = [*lines[: _MOST_TITLE_LINES - 1], " ".join(lines[_MOST_TITLE_LINES - 1 :])]
    return [fitting([Word(line, is_bold=True)], room_px, scale) for line in most if line]


def _lines(look: Look, spoken: Spoken, *, is_first: bool) -> list[Sequence[Word]]:
    """Return what is written at the lower left, from below."""
    lines: list[Sequence[Word]] = []
    if look.show_time and (is_first or spoken.strobe is not None):
        words = _moment_words(spoken)
        lines.append((*words, Word(f"    {spoken.pace}", "text_mid")) if spoken.pace else words)
    if look.show_reward:
        lines.append(
            (
                Word("reward ", "text_mid"),
                Word(number(spoken.reward), is_bold=True),
                Word("    return ", "text_mid"),
                Word(number(spoken.total_reward), is_bold=True),
            )
        )
    return lines


def _names(spoken: Spoken) -> list[Word]:
    words = [Word(spoken.name, "text_mid")]
    if spoken.ghost_name:
        words += [Word("    ghost: ", "text_weak"), Word(spoken.ghost_name, GHOST_TINT)]
    return words


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
