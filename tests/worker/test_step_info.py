"""What a step's info tells of reward and action, whichever environment it is of."""

import numpy as np
import pytest

from osimviz.channels import Channel
from osimviz.worker.channel_table import with_reward_terms
from osimviz.worker.step_info import (
    bounds_of,
    declared_terms,
    n_clipped_of,
    reward_terms_in,
    target_reached_in,
    term_values,
)


@pytest.mark.parametrize(
    ("info", "terms"),
    [
        ({"reward_terms": {"speed": 1, "effort": np.float32(-0.5), "note": "x"}}, {"speed": 1.0, "effort": -0.5}),
        ({"rewards": {"a/b": True}}, {"a_b": 1.0}),
        ({"reward_forward": 2.0, "reward_": 3.0, "x_position": 1.0, "reward_text": "no"}, {"forward": 2.0}),
        ({"rewards": [1.0, 2.0]}, {}),
        (None, {}),
        ([], {}),
    ],
)
def test_that_terms_are_found_under_the_names_that_environments_use(info: object, terms: dict[str, float]) -> None:
    assert reward_terms_in(info) == terms


def test_that_a_term_a_step_does_not_tell_is_not_a_number() -> None:
    np.testing.assert_array_equal(term_values({"reward_terms": {"b": 2.0}}, ("a", "b")), [np.nan, 2.0])


def test_that_cut_actions_are_counted_where_nobody_tells_them() -> None:
    bounds = (np.zeros(3), np.ones(3))
    assert n_clipped_of({"clipped": 2}, np.zeros(3), bounds) == 2.0
    assert n_clipped_of({}, np.array([-0.1, 0.5, 1.5]), bounds) == 2.0
    assert np.isnan(n_clipped_of({}, np.zeros(4), bounds))
    assert np.isnan(n_clipped_of({}, np.zeros(3), bounds_of(object())))


def test_that_a_target_is_reached_or_not_or_not_told() -> None:
    assert target_reached_in({"target_reached": True}) == 1.0
    assert target_reached_in({"target_reached": np.bool_(False)}) == 0.0
    assert np.isnan([target_reached_in(info) for info in ({}, None, {"target_reached": "yes"})]).all()


def test_that_terms_stand_behind_the_reward_and_never_take_its_name() -> None:
    channels = (Channel("reward/step", "reward", 0), Channel("run/step_wall_time", "wall_time_s", 0))
    named = with_reward_terms(channels, ("speed", "step"))
    assert [channel.name for channel in named] == [
        "reward/step",
        "reward/speed",
        "reward/step_term",
        "run/step_wall_time",
    ]
    assert [(channel.field, channel.index) for channel in named[1:3]] == [("reward_terms", 0), ("reward_terms", 1)]


def test_that_an_environment_may_declare_its_terms() -> None:
    class Declaring:
        def reward_term_names(self) -> list[str]:
            return ["alive", "target"]

    assert declared_terms(Declaring()) == ("alive", "target")
    assert declared_terms(object()) is None
