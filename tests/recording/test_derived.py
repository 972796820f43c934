"""Channels made of others by a formula."""

import numpy as np
import pytest

from osimviz.expressions import ExpressionError
from osimviz.recording import Recording
from tests.sample_runs import sample_frame, sample_info


def run(n_frames: int = 30) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(sample_frame(step))
    return recording


def test_that_a_derived_channel_is_a_channel_like_any_other() -> None:
    recording = run()
    made = recording.derived.define("drop", "deriv(body/pelvis/height)")
    assert (made.name, made.unit, made.description) == ("derived/drop", "m/s", "= deriv(body/pelvis/height)")
    assert recording.has_channel("derived/drop")
    assert recording.channel("derived/drop") is made
    assert recording.channels[-1] is made
    np.testing.assert_allclose(recording.column("derived/drop", 5), np.full(25, -0.1))
    assert recording.values(7)[-1] == pytest.approx(-0.1)
    assert recording.values(7).shape == (len(recording.channels),)


def test_that_it_grows_with_the_run() -> None:
    recording = run(3)
    recording.derived.define("twice", "2 * step")
    assert recording.column("derived/twice").tolist() == [0, 2, 4]
    recording.append(sample_frame(3))
    assert recording.column("derived/twice").tolist() == [0, 2, 4, 6]


def test_that_one_can_be_made_of_another_and_goes_with_it() -> None:
    recording = run()
    recording.derived.define("a", "step")
    recording.derived.define("b", "a + 1")
    recording.derived.define("c", "b * derived/a")
    recording.derived.define("other", "time")
    assert recording.column("derived/c")[3] == 12.0
    assert recording.derived.remove("derived/a") == ["derived/a", "derived/b", "derived/c"]
    assert not recording.has_channel("derived/c")
    assert [channel.name for channel in recording.channels[len(recording.info.channels) :]] == ["derived/other"]
    with pytest.raises(KeyError):
        recording.column("derived/a")


def test_that_a_new_formula_changes_all_that_is_made_of_it() -> None:
    recording = run()
    recording.derived.define("a", "step")
    recording.derived.define("b", "a + 1")
    assert recording.column("derived/b")[3] == 4.0
    recording.derived.define("a", "10 * step")
    assert recording.column("derived/b")[3] == 31.0


def test_that_nothing_is_made_of_itself() -> None:
    recording = run()
    recording.derived.define("a", "step")
    recording.derived.define("b", "a + 1")
    for formula in ("b + 1", "derived/a"):
        with pytest.raises(ExpressionError, match="a would be made of itself"):
            recording.derived.define("a", formula)
    assert recording.derived.formula("derived/a") == "step"


@pytest.mark.parametrize("title", ["", "  ", "a/b", "a - b", "`a`", "a\nb", "x" * 61, "𝄞"])
def test_that_a_title_is_a_name_that_formulas_can_use(title: str) -> None:
    recording = run()
    with pytest.raises(ValueError, match="A name has"):
        recording.derived.define(title, "step")
    assert recording.channels == recording.info.channels


def test_that_a_title_with_blanks_is_found_in_a_formula() -> None:
    recording = run()
    recording.derived.define("knee difference 2.5", "step")
    recording.derived.define("more", "knee difference 2.5 * 2")
    assert recording.column("derived/more")[4] == 8.0


def test_that_a_formula_that_is_not_understood_changes_nothing() -> None:
    recording = run()
    with pytest.raises(ExpressionError):
        recording.derived.define("a", "step +")
    assert recording.channels == recording.info.channels
