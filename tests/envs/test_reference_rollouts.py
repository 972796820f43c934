"""The numbers of osim-rl 2.1.5 on OpenSim 4.6, recorded with osim-rl itself."""

import json
from pathlib import Path

import numpy as np
import pytest

from osimviz.envs import ProstheticsEnv

REFERENCE = Path(__file__).parents[1] / "reference"

#: Contact multiplies a difference of 1e-13 by about a billion in forty steps: where this fails by little, look at
#: which OpenBLAS kernels OpenSim runs on (`osimviz.envs.engine`).
TOLERANCE = {"rtol": 1e-6, "atol": 1e-9}


@pytest.mark.parametrize(
    "name",
    [
        "prosthetics_3d",
        "prosthetics_3d_intact",
        "prosthetics_3d_round2",
        "prosthetics_2d_pros",
        "prosthetics_2d_intact",
    ],
)
def test_that_an_episode_of_osim_rl_is_reproduced(name: str) -> None:
    with np.load(REFERENCE / f"{name}.npz") as reference:
        expected = dict(reference)
    meta = json.loads(str(expected["meta"]))
    env = ProstheticsEnv(visualize=False, **meta["kwargs"])
    if meta["change_model"]:
        env.change_model(*meta["change_model"])
    # Both generators were seeded with 12 right before the reset, which seeds them anew if it is given a seed.
    observations = [env.reset(seed=meta["reset"].get("seed", 12))]
    states = [env.osim_model.state.getY().to_numpy().copy()]
    rewards, dones, times_s = [], [], [0.0]
    for action in expected["actions"]:
        observation, reward, done, _ = env.step(action)
        observations.append(observation)
        rewards.append(reward)
        dones.append(done)
        times_s.append(env.osim_model.state.getTime())
        states.append(env.osim_model.state.getY().to_numpy().copy())
    np.testing.assert_allclose(np.array(observations), expected["observations"], **TOLERANCE)
    np.testing.assert_allclose(np.array(states), expected["y"], **TOLERANCE)
    np.testing.assert_allclose(rewards, expected["rewards"], **TOLERANCE)
    np.testing.assert_allclose(times_s, expected["time"], rtol=0, atol=1e-12)
    assert dones == expected["dones"].tolist()


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


def test_that_random_actions_fall_at_the_step_and_with_the_return_of_osim_rl(env: ProstheticsEnv) -> None:
    env.action_space.seed(0)
    env.reset()
    rewards: list[float] = []
    done = False
    while not done:
        _, reward, done, info = env.step(env.action_space.sample())
        rewards.append(reward)
    assert len(rewards) == 98
    assert sum(rewards) == pytest.approx(-544.84, abs=0.5)
    assert info["ended_by"] == "fell"
    assert env.get_state_desc()["body_pos"]["pelvis"][1] < 0.6
