"""Stance and events from ground reaction forces."""

import numpy as np
import pytest

from osimviz.analysis.gait_events import FootEvent, Stance, contacts_of_run, foot_events, loaded, stances

WEIGHT_N, STEP_S = 700.0, 0.01


def force(pattern: str) -> np.ndarray:
    """Return 500 N where `pattern` has a letter, 0 where it has a dot."""
    return np.array([0.0 if mark == "." else 500.0 for mark in pattern])


def test_that_a_foot_counts_as_loaded_above_five_percent_of_body_weight() -> None:
    np.testing.assert_array_equal(
        loaded(np.array([0.0, 35.0, 35.001, np.nan, 700.0]), WEIGHT_N), [False, False, True, False, True]
    )


def test_that_a_stance_reaches_from_its_first_to_its_last_loaded_frame() -> None:
    assert stances(force("...xxxxxxx....xxxxxx"), WEIGHT_N, STEP_S, "right") == [
        Stance("right", 3, 9, False),
        Stance("right", 14, 19, False),
    ]


def test_that_a_short_stance_is_chatter_unless_it_still_lasts_at_the_end() -> None:
    assert [s.is_chatter for s in stances(force("xx....xxxxx...xx"), WEIGHT_N, STEP_S, "left")] == [True, False, False]


@pytest.mark.parametrize("pattern", ["", "....", "xxxx"])
def test_that_a_foot_that_never_changes_has_no_events(pattern: str) -> None:
    found = stances(force(pattern), WEIGHT_N, STEP_S, "right")
    assert foot_events(found, len(pattern), STEP_S) == []


def test_that_contact_and_toe_off_name_the_first_frame_of_the_new_condition() -> None:
    pattern = ".........xxxxxxxx........"
    found = stances(force(pattern), WEIGHT_N, STEP_S, "right")
    assert foot_events(found, len(pattern), STEP_S) == [
        FootEvent("right", "contact", 9, False),
        FootEvent("right", "toe-off", 17, False),
    ]


def test_that_a_short_swing_makes_both_its_events_chatter() -> None:
    pattern = "xxxxxxxxxx..xxxxxxxxxx......."
    found = stances(force(pattern), WEIGHT_N, STEP_S, "right")
    assert [(e.index, e.is_chatter) for e in foot_events(found, len(pattern), STEP_S)] == [
        (10, True),
        (12, True),
        (22, False),
    ]


def test_that_events_of_both_feet_come_in_order_of_time() -> None:
    reaction = np.zeros((30, 2, 3))
    reaction[:, 0, 1] = force("xxxxxxxxxxxxxxx...............")
    reaction[:, 1, 1] = force("..........xxxxxxxxxxxxxxxxxxxx")
    by_foot, events = contacts_of_run(reaction, WEIGHT_N, STEP_S)
    assert [(e.foot, e.kind, e.index) for e in events] == [("left", "contact", 10), ("right", "toe-off", 15)]
    assert by_foot["right"] == [Stance("right", 0, 14, False)]


def test_that_a_model_without_feet_has_no_events() -> None:
    assert contacts_of_run(np.zeros((5, 0, 3)), WEIGHT_N, STEP_S) == ({}, [])


def test_that_a_touch_before_landing_is_chatter_and_the_landing_is_not() -> None:
    pattern = "..x..xxxxxxxxxxx"
    found = stances(force(pattern), WEIGHT_N, STEP_S, "right")
    assert [(e.kind, e.index, e.is_chatter) for e in foot_events(found, len(pattern), STEP_S)] == [
        ("contact", 2, True),
        ("toe-off", 3, True),
        ("contact", 5, False),
    ]


def test_that_a_toe_off_right_before_the_end_is_no_chatter() -> None:
    pattern = "xxxxxxxxxx."
    found = stances(force(pattern), WEIGHT_N, STEP_S, "left")
    assert foot_events(found, len(pattern), STEP_S) == [FootEvent("left", "toe-off", 10, False)]
