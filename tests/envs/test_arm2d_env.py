"""Arm2DEnv and Arm2DVecEnv as programs for osim-rl use them."""

import math
import random
from pathlib import Path

import numpy as np
import pytest

from osimviz.envs import ActionError, Arm2DEnv, Arm2DVecEnv, ModelFileError
from osimviz.envs.arm2d import draw_target
from tests.envs.rollouts import random_actions, y_of

MUSCLES = np.full(6, 0.1)


@pytest.fixture
def arm() -> Arm2DEnv:
    return Arm2DEnv(visualize=False, seed=1)


def test_that_targets_of_release_2_1_5_are_osim_rls() -> None:
    generator = random.Random(1)
    drawn = [draw_target("2.1.5", generator) for _ in range(2)]
    assert drawn[0] == pytest.approx((-0.534305, -0.328316), abs=1e-6)
    assert drawn[1] == pytest.approx((-0.147870, -0.517551), abs=1e-6)


def test_that_targets_of_release_3_0_11_lie_before_the_shoulder() -> None:
    generator = random.Random(12)
    angle, distance = random.Random(12).uniform(0, math.pi * 2 / 3), None
    x, y = draw_target("3.0.11", generator)
    distance = math.hypot(x, y - 0.8)
    assert 0.3 <= distance <= 0.65
    assert math.atan2(0.8 - y, x) == pytest.approx(angle)


def test_that_the_model_says_its_release(arm: Arm2DEnv) -> None:
    assert arm.release == "3.0.11"
    assert len(y_of_reset(arm)) == 22


def y_of_reset(arm: Arm2DEnv) -> np.ndarray:
    arm.reset()
    return y_of(arm)


def test_that_reset_shows_the_old_target_and_the_first_step_the_new_one(arm: Arm2DEnv) -> None:
    first = arm.reset(obs_as_dict=False)
    assert first[:2] == [0.0, 0.0]
    target = (arm.target_x, arm.target_y)
    assert tuple(arm.step(MUSCLES, obs_as_dict=False)[0][:2]) == target
    assert arm.get_state_desc()["body_pos"]["target"][:2] == pytest.approx(target)
    assert tuple(arm.reset(obs_as_dict=False)[:2]) == target != (arm.target_x, arm.target_y)


def test_that_the_target_stays_where_none_is_drawn(arm: Arm2DEnv) -> None:
    arm.reset()
    target = (arm.target_x, arm.target_y)
    arm.reset(random_target=False)
    assert (arm.target_x, arm.target_y) == target


def test_that_a_seed_gives_the_same_target_and_global_generators_are_left_alone(arm: Arm2DEnv) -> None:
    random.seed(1)
    before = random.getstate()
    targets = []
    for seed in (0, None, 0):
        arm.reset(seed=seed)
        targets.append((arm.target_x, arm.target_y))
    assert targets[0] == targets[2] != targets[1]
    assert random.getstate() == before


def test_that_the_reward_is_one_less_the_squared_distance_of_the_hand(arm: Arm2DEnv) -> None:
    arm.reset()
    description, reward, done, info = arm.step(MUSCLES)
    x, y, _ = description["markers"]["r_radius_styloid"]["pos"]
    distance = (x - arm.target_x) ** 2 + (y - arm.target_y) ** 2
    assert reward == 1.0 - distance
    assert info["reward_terms"] == {"constant": 1.0, "distance": -distance}
    assert done is False
    assert arm.fall_height_m is None


def test_that_the_limit_ends_it_and_nothing_else(arm: Arm2DEnv) -> None:
    assert arm.spec.timestep_limit == 200
    arm.spec.timestep_limit = 2
    arm.reset()
    infos = [arm.step(MUSCLES)[3] for _ in range(2)]
    assert [info["ended_by"] for info in infos] == [None, "time_limit"]


def test_that_episodes_with_the_same_target_are_alike_to_the_bit(arm: Arm2DEnv) -> None:
    actions = random_actions(arm, 5)
    episodes = []
    for _ in range(3):
        arm.reset(seed=4)
        episodes.append([arm.step(action, obs_as_dict=False)[0] for action in actions])
        arm.reset()
    assert episodes[0] == episodes[1] == episodes[2]


def test_that_a_model_file_of_ones_own_is_taken_or_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"cannot read the model file .*arm\.osim"):
        Arm2DEnv(visualize=False, model_path=tmp_path / "arm.osim")


def test_that_the_vector_environment_takes_nan_for_0_and_says_so() -> None:
    env = Arm2DVecEnv(visualize=False, seed=1)
    assert len(env.reset(seed=1)) == 16
    step = env.step([math.nan, 0.5, math.nan, 0.1, 0.1, 0.1])
    assert isinstance(step, tuple)
    observation, _, done, info = step
    assert (len(observation), done) == (16, False)
    assert info["nan_actions"] == 2
    assert info["excitation"].tolist() == [0.0, 0.5, 0.0, 0.1, 0.1, 0.1]
    with pytest.raises(ActionError, match=r"shape \(2,\); expected 6"):
        env.step([math.nan, 0.1])
    with pytest.raises(ActionError, match="does not hold numbers"):
        env.step(None)


def test_that_nan_in_the_vector_ends_the_vector_environments_episode() -> None:
    class Blind(Arm2DVecEnv):
        def _read_observation(self) -> list[float]:
            return [math.nan, *super()._read_observation()[1:]]

    env = Blind(visualize=False)
    env.reset()
    observation, _, done, info = env.step(MUSCLES)
    assert observation[0] == 0.0
    assert done is True
    assert (info["ended_by"], info["nan_observations"]) == ("simulator_error", 1)
