"""Words over a picture: none lies on another, none is cut at the picture's edge, however long they are."""

from dataclasses import replace

import numpy as np
import pytest

from osimviz.film.overlays import add_overlays, scale_of
from osimviz.film.settings import Look
from osimviz.film.spoken import Spoken
from osimviz.palette import load_palette
from osimviz.render.painting import BOX_HEIGHT, scaled, scaled_text
from osimviz.render.png_file import Pixels
from tests.film.conftest import filmed_run

LONG = "a name that is much longer than anybody would ever want to read below a picture of half the width of it all.h5"
SPOKEN = Spoken(1.0, 100, 0.5, 50.0)


def written(look: Look, spoken: Spoken, size_px: tuple[int, int] = (640, 360)) -> Pixels:
    """Return a black picture with what is written over it in light colours."""
    picture = np.zeros((size_px[1], size_px[0], 3), np.uint8)
    run = filmed_run(2)
    add_overlays(picture, look, load_palette("light"), spoken, run.frame(1), run.info.geometry)
    return picture


def boxes(look: Look, spoken: Spoken, size_px: tuple[int, int] = (640, 360)) -> np.ndarray:
    """Return where the boxes are."""
    return written(look, spoken, size_px).max(axis=2) > 0


QUIET = Look(show_time=False, show_legend=False)


@pytest.mark.parametrize("size_px", [(640, 360), (400, 900), (1280, 720)])
def test_that_a_long_title_ends_before_the_legend(size_px: tuple[int, int]) -> None:
    title = boxes(replace(QUIET, title=LONG + LONG), SPOKEN, size_px)
    legend = boxes(replace(QUIET, show_legend=True), SPOKEN, size_px)
    both = boxes(replace(QUIET, title=LONG + LONG, show_legend=True), SPOKEN, size_px)
    assert title.any()
    assert not both[:, -4:].any()
    beside = both[:, : np.flatnonzero(legend.any(axis=0)).min()]
    assert not beside[:, -4:].any()
    assert both.sum() == legend.sum() + beside.sum()


def test_that_a_title_that_needs_more_than_a_line_has_them_and_no_more_than_three() -> None:
    def n_lines(title: str) -> int:
        column = boxes(replace(QUIET, title=title), SPOKEN)[:, 12]
        return int((np.diff(column.astype(int)) == 1).sum())

    assert [n_lines(title) for title in ("short", f"{LONG} {LONG}", " ".join([LONG] * 9))] == [1, 2, 3]


@pytest.mark.parametrize("ghost_name", ["", LONG])
def test_that_long_names_of_runs_lie_on_no_other_words_and_in_the_picture(ghost_name: str) -> None:
    look = replace(QUIET, show_time=True, show_reward=True)
    lines = boxes(look, SPOKEN)
    names = boxes(QUIET, replace(SPOKEN, name=LONG, ghost_name=ghost_name))
    both = boxes(look, replace(SPOKEN, name=LONG, ghost_name=ghost_name))
    assert not names[:, :4].any()
    assert not names[:, -4:].any()
    assert both.sum() == lines.sum() + names.sum()


def test_that_the_rows_of_a_small_picture_do_not_touch() -> None:
    rows = boxes(replace(QUIET, show_time=True, show_reward=True), SPOKEN, (320, 240))[:, 14]
    assert (np.diff(rows.astype(int)) == 1).sum() == 2
    text_px = scaled_text(13, scale_of(320, 240))
    assert text_px <= scaled(BOX_HEIGHT, scale_of(320, 240)) - 4
