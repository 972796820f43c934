"""The targets of the second round and what seeds them."""

import random

import numpy as np
import pytest

from osimviz.envs import ProstheticsEnv
from osimviz.envs.velocity_targets import draw_velocity_targets


def test_that_targets_are_those_of_osim_rl_for_the_seed() -> None:
    targets = draw_velocity_targets(1001, np.random.RandomState(5), random.Random(5))
    assert targets.shape == (1001, 3)
    assert [0, *np.flatnonzero(np.any(np.diff(targets, axis=0), axis=1)) + 1] == [0, 285, 569, 868]
    expected = [[1.25, 0], [1.438807, -0.394036], [1.341919, 0.048973], [1.706965, 0.121138]]
    np.testing.assert_allclose(targets[[0, 285, 569, 868]][:, [0, 2]], expected, atol=1e-6)
    assert not targets[:, 1].any()


def test_that_a_seed_gives_the_same_targets_and_no_seed_others() -> None:
    env = ProstheticsEnv(visualize=False, difficulty=1, seed=0)
    drawn = []
    for seed in (None, None, 0, 5):
        env.reset(seed=seed)
        drawn.append(env.targets)
    first, second, again, other = drawn
    assert len(first) == 1001
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(again, first)
    np.testing.assert_array_equal(other, draw_velocity_targets(1001, np.random.RandomState(5), random.Random(5)))


def test_that_global_generators_are_left_alone() -> None:
    random.seed(1)
    np.random.seed(1)
    before = (random.getstate(), np.random.get_state()[1].tolist())
    ProstheticsEnv(visualize=False, seed=3).reset(seed=4)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


def test_that_the_last_target_stays_beyond_the_limit_it_was_drawn_for() -> None:
    env = ProstheticsEnv(visualize=False, difficulty=1)
    env.spec.timestep_limit = 5000
    env.reset()
    state = env.osim_model.get_state()
    state.setTime(20.0)
    env.osim_model.set_state(state)
    assert env.osim_model.istep == 2000
    assert env.get_state_desc()["target_vel"] == pytest.approx(env.targets[-1])
