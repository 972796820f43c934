"""The numbers of osim-rl 2.1.5 and 3.0.11 on OpenSim 4.6, recorded with osim-rl itself."""

import numpy as np
import pytest

from osimviz.envs import Arm2DEnv, L2M2019Env, L2RunEnv, OsimEnv, ProstheticsEnv
from tests.envs.rollouts import Rollout, y_of

#: Contact multiplies a difference of 1e-13 by about a billion in forty steps: where this fails by little, look at
#: which OpenBLAS kernels OpenSim runs on (`osimviz.envs.engine`).
TOLERANCE = {"rtol": 1e-6, "atol": 1e-9}

ROLLOUTS = (
    "prosthetics_3d",
    "prosthetics_3d_intact",
    "prosthetics_3d_round2",
    "prosthetics_2d_pros",
    "prosthetics_2d_intact",
    "l2run",
    "l2m2019_d0",
    "l2m2019_d1",
    "l2m2019_d2",
    "l2m2019_d3",
    "l2m2019_2d",
    "arm2d",
    "reflex_3d",
)


@pytest.mark.parametrize("name", ROLLOUTS)
def test_that_an_episode_of_osim_rl_is_reproduced(name: str) -> None:
    rollout = Rollout(name)
    expected = rollout.recorded
    env = rollout.make()
    rollout.reset(env)
    # The arm shows its old target in what reset returns; the recordings hold that.
    observations = [expected["observations"][0] if name == "arm2d" else env.get_observation()]
    states = [y_of(env)]
    rewards, dones, times_s, terms = [], [], [0.0], []
    for action in expected["actions"]:
        _, reward, done, info = env.step(action)
        observations.append(env.get_observation())
        rewards.append(reward)
        dones.append(done)
        terms.append(sum(info["reward_terms"].values()))
        times_s.append(env.osim_model.state.getTime())
        states.append(y_of(env))
    np.testing.assert_allclose(np.array(observations), expected["observations"], **TOLERANCE)
    np.testing.assert_allclose(np.array(states), expected["y"], **TOLERANCE)
    np.testing.assert_allclose(rewards, expected["rewards"], **TOLERANCE)
    np.testing.assert_allclose(terms, rewards, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(times_s, expected["time"], rtol=0, atol=1e-12)
    assert dones == expected["dones"].tolist()


def test_that_the_reflex_gait_falls_at_the_step_it_falls_at_in_osim_rl() -> None:
    rollout = Rollout("reflex_3d")
    env = rollout.make()
    rollout.reset(env)
    steps = [env.step(action) for action in rollout.recorded["actions"]]
    assert [step for step, (_, _, done, _) in enumerate(steps, 1) if done] == [83]
    info = steps[-1][3]
    assert (info["ended_by"], info["footsteps"]) == ("fell", 5)
    assert sum(step[1] for step in steps) == pytest.approx(14.300, abs=1e-3)
    place = env.get_state_desc()["body_pos"]["pelvis"]
    assert place == pytest.approx([1.208, 0.584, 0.311], abs=1e-3)


def test_that_the_arms_reset_returns_the_observation_of_osim_rl() -> None:
    rollout = Rollout("arm2d")
    env = rollout.make()
    first = env.reset(seed=12, **rollout.meta["reset"])
    np.testing.assert_allclose(first, rollout.recorded["observations"][0], **TOLERANCE)


@pytest.mark.parametrize(
    ("model", "prosthetic", "reward"),
    [("3D", True, 0.683819), ("2D", True, 0.683831), ("3D", False, 0.652264), ("2D", False, 0.652288)],
)
def test_that_the_first_step_of_every_model_earns_what_it_does_in_osim_rl(
    model: str, prosthetic: bool, reward: float
) -> None:
    env = ProstheticsEnv(visualize=False)
    env.change_model(model, prosthetic)
    env.reset()
    assert env.step([0.05] * env.get_action_space_size())[1] == pytest.approx(reward, abs=2e-6)


@pytest.mark.parametrize(
    ("env", "n_steps", "total", "ended_by"),
    [
        (ProstheticsEnv, 98, -544.84, "fell"),
        (L2RunEnv, 121, -0.8386, "fell"),
    ],
)
def test_that_random_actions_fall_at_the_step_and_with_the_return_of_osim_rl(
    env: type[OsimEnv], n_steps: int, total: float, ended_by: str
) -> None:
    environment = env(visualize=False)
    environment.action_space.seed(0)
    environment.reset()
    rewards: list[float] = []
    done = False
    while not done:
        _, reward, done, info = environment.step(environment.action_space.sample())
        rewards.append(reward)
    assert len(rewards) == n_steps
    assert sum(rewards) == pytest.approx(total, rel=1e-3)
    assert info["ended_by"] == ended_by
    assert environment.get_state_desc()["body_pos"]["pelvis"][1] < 0.6


def test_that_every_environment_of_osim_rl_is_compared() -> None:
    compared = {Rollout(name).meta["class"] for name in ROLLOUTS}
    assert compared == {cls.__name__ for cls in (ProstheticsEnv, L2RunEnv, L2M2019Env, Arm2DEnv)}
