"""L2RunEnv as programs for osim-rl use it."""

import numpy as np
import pytest

from osimviz.envs import L2RunEnv


@pytest.fixture
def runner() -> L2RunEnv:
    environment = L2RunEnv(visualize=False)
    environment.reset()
    return environment


def test_that_the_start_is_osim_rls(runner: L2RunEnv) -> None:
    values = runner.named_values(runner.reset())
    assert len(values) == 43 == runner.observation_space.shape[0]
    start = {
        "pelvis/tilt": -0.05,
        "pelvis/tx": 0.0,
        "pelvis/ty": 0.91,
        "head/x": 0.00717,
        "head/y": 1.536572,
        "mass_centre/x": -0.069734,
        "mass_centre/y": 0.970769,
        "always_zero/4": 0.0,
    }
    assert {name: values[f"observation/{name}"] for name in start} == pytest.approx(start, abs=1e-6)


def test_that_the_reward_is_the_way_of_the_pelvis(runner: L2RunEnv) -> None:
    assert runner.get_reward() == 0.0
    observation, reward, done, info = runner.step([0.05] * 18)
    assert reward == pytest.approx(0.000529, abs=1e-6)
    assert reward == observation[1]
    assert done is False
    assert info["reward_terms"] == {"distance": reward}
    second = runner.step([0.05] * 18)
    assert second[1] == second[0][1] - observation[1]


def test_that_a_step_is_a_list_as_in_osim_rl(runner: L2RunEnv) -> None:
    step = runner.step(np.zeros(18))
    assert isinstance(step, list)
    assert runner.summary() == "L2RunEnv"
    assert runner.spec.timestep_limit == 1000
    assert (runner.action_names()[0], runner.action_names()[17]) == ("hamstrings_r", "tib_ant_l")
