"""Where the numbers of ground-reaction forces are written."""

import numpy as np
import pytest

from osimviz.frames import GRAVITY_M_S2, Frame, ModelGeometry
from osimviz.render.force_labels import LABEL_HEIGHT, force_labels, label_places
from tests.render.recorded_walk import load_walk

SIZE_PX = (640, 360)


@pytest.fixture(scope="module")
def walk() -> tuple[ModelGeometry, list[Frame]]:
    return load_walk()


def test_that_a_foot_that_bears_nothing_has_no_number(walk: tuple[ModelGeometry, list[Frame]]) -> None:
    geometry, frames = walk
    assert force_labels(frames[0], geometry.mass_kg) == ()
    (label,) = force_labels(frames[3], geometry.mass_kg)
    share = frames[3].ground_reaction_n[0, 1] / (geometry.mass_kg * GRAVITY_M_S2)
    assert (label.text, label.colour) == (f"R {share:.2f} BW", "right")
    assert force_labels(frames[3], 0.0) == ()


def test_that_two_labels_at_one_place_do_not_cover_each_other() -> None:
    first, second = label_places(np.array([[200.0, 100.0], [203.0, 104.0]]), [60.0, 60.0], SIZE_PX)
    assert first is not None
    assert second is not None
    assert first[0] > 200.0
    assert abs(second[1] - first[1]) >= LABEL_HEIGHT


def test_that_a_label_stays_clear_of_the_legend_and_in_the_picture() -> None:
    near_legend, above, beside, behind = label_places(
        np.array([[600.0, 100.0], [100.0, -500.0], [-40.0, 50.0], [np.nan, np.nan]]), [60.0] * 4, SIZE_PX
    )
    assert near_legend is not None
    assert near_legend[0] + 60.0 < 600.0, "left of its tip"
    assert above is not None
    assert 0.0 <= above[1] < 20.0, "a force that reaches out of the picture keeps its number"
    assert beside is None
    assert behind is None
