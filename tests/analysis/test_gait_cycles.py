"""Strides, curves cut at contacts, and where in a stride a frame lies."""

import numpy as np
import pytest

from osimviz.analysis.gait_cycles import Stride, cycles, interpolated, settled, stride_at, strides_of
from osimviz.analysis.gait_events import FootEvent

TIMES_S = np.arange(301) * 0.01


def contact(index: int, foot: str = "right", *, is_chatter: bool = False) -> FootEvent:
    return FootEvent(foot, "contact", index, is_chatter)


def test_that_a_stride_goes_from_a_contact_of_a_foot_to_its_next() -> None:
    events = [contact(10), contact(60, "left"), FootEvent("right", "toe-off", 70, False), contact(110), contact(215)]

    assert strides_of(events, "right") == [Stride("right", 10, 110), Stride("right", 110, 215)]
    assert strides_of(events, "left") == []


def test_that_chatter_cuts_no_stride() -> None:
    events = [contact(10), contact(13, is_chatter=True), contact(110)]

    assert strides_of(events, "right") == [Stride("right", 10, 110)]


def test_that_strides_before_the_gait_settles_are_left_out_while_there_are_later_ones() -> None:
    strides = [Stride("right", 10, 110), Stride("right", 200, 300)]

    assert settled(strides, TIMES_S) == strides[1:]
    assert settled(strides, TIMES_S, 0.0) == strides
    assert settled(strides[:1], TIMES_S) == strides[:1]
    assert settled([], np.empty(0)) == []


def test_that_the_settling_time_counts_from_the_first_frame_on() -> None:
    strides = [Stride("right", 10, 110), Stride("right", 110, 210)]

    assert settled(strides, TIMES_S + 100.0, 1.0) == strides[1:]


def test_that_cycles_of_different_lengths_lie_over_each_other() -> None:
    values = np.empty(301)
    values[:101] = np.linspace(0.0, 1.0, 101)
    values[100:300] = np.linspace(0.0, 1.0, 200)
    values[100] = 0.0
    values[300] = 0.0
    found = cycles(TIMES_S, values, [Stride("right", 0, 99), Stride("right", 100, 299)], 11)

    assert found.curves.shape == (2, 11)
    np.testing.assert_allclose(found.curves[1], np.linspace(0, 1, 11), atol=1e-12)
    np.testing.assert_allclose(found.curves[0], np.linspace(0, 0.99, 11), atol=1e-12)


def test_that_mean_and_spread_are_those_of_the_strides() -> None:
    values = np.zeros(301)
    values[100:200], values[200:] = 2.0, 7.0
    strides = [Stride("right", 0, 99), Stride("right", 100, 199), Stride("right", 200, 299)]

    found = cycles(TIMES_S, values, strides, 5)

    np.testing.assert_allclose(found.mean, 3.0)
    np.testing.assert_allclose(found.deviation, np.std([0.0, 2.0, 7.0], ddof=1))


def test_that_one_stride_has_a_mean_and_no_spread_and_none_has_neither() -> None:
    one = cycles(TIMES_S, TIMES_S, [Stride("right", 0, 100)], 3)
    np.testing.assert_allclose(one.mean, [0.0, 0.5, 1.0])
    assert np.isnan(one.deviation).all()

    none = cycles(TIMES_S, TIMES_S, [], 3)
    assert none.curves.shape == (0, 3)
    assert np.isnan(none.mean).all()
    assert np.isnan(none.deviation).all()


def test_that_missing_samples_stay_missing_and_the_mean_is_of_the_other_strides() -> None:
    values = np.ones(301)
    values[40:60] = np.nan
    strides = [Stride("right", 0, 100), Stride("right", 100, 200)]

    found = cycles(TIMES_S, values, strides, 11)

    assert np.isnan(found.curves[0, 5])
    np.testing.assert_allclose(found.mean, 1.0)
    assert np.isnan(found.deviation[5])
    assert found.deviation[1] == 0.0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_that_a_run_without_a_finite_value_warns_of_nothing(value: float) -> None:
    found = cycles(TIMES_S, np.full(301, value), [Stride("right", 0, 100), Stride("right", 100, 200)])

    assert np.isnan(found.mean).all()


def test_that_a_frame_knows_its_stride_and_how_much_of_it_is_over() -> None:
    strides = [Stride("right", 10, 110), Stride("right", 110, 210)]

    assert stride_at(strides, TIMES_S, 60) == (0, pytest.approx(0.5))
    assert stride_at(strides, TIMES_S, 110) == (1, 0.0)
    assert stride_at(strides, TIMES_S, 210) == (1, 1.0)
    assert stride_at(strides, TIMES_S, 9) is None
    assert stride_at(strides, TIMES_S, 211) is None
    assert stride_at([], TIMES_S, 3) is None


def test_that_interpolation_stops_at_the_ends_and_at_missing_samples() -> None:
    times, values = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 10.0, np.nan, 30.0])

    found = interpolated(times, values, np.array([-0.1, 0.0, 0.5, 1.0, 1.5, 2.5, 3.0, 3.1]))

    np.testing.assert_array_equal(np.isnan(found), [True, False, False, False, True, True, False, True])
    np.testing.assert_allclose(found[[1, 2, 3, 6]], [0.0, 5.0, 10.0, 30.0])


def test_that_a_moment_beside_a_sample_by_rounding_gets_exactly_that_sample() -> None:
    values = np.random.default_rng(0).normal(size=301)

    summed = np.cumsum(np.full(301, 0.01)) - 0.01

    assert (summed != TIMES_S).any()
    np.testing.assert_array_equal(interpolated(TIMES_S, values, summed), values)


@pytest.mark.parametrize("n", [0, 1])
def test_that_a_run_of_no_or_one_sample_can_be_asked(n: int) -> None:
    found = interpolated(TIMES_S[:n], np.full(n, 5.0), np.array([0.0, 0.5]))

    np.testing.assert_array_equal(found, [5.0 if n else np.nan, np.nan])
