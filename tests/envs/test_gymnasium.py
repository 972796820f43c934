"""The environments by Gymnasium's rules, checked by Gymnasium itself."""

import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from osimviz.envs import EnvironmentArgumentError, SimulatorError, make_environment
from osimviz.envs.gymnasium_envs import IDS, GymnasiumEnv, register

ROOT = Path(__file__).parents[2]

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def arm() -> Iterator[gymnasium.Env[Any, Any]]:
    env = gymnasium.make("osimviz/Arm2D-v0")
    yield env
    env.close()


@pytest.mark.parametrize("identifier", list(IDS))
def test_that_gymnasiums_checker_has_nothing_to_say(identifier: str) -> None:
    env = gymnasium.make(identifier)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env.unwrapped)
    env.close()


@pytest.mark.parametrize("identifier", list(IDS))
def test_that_an_episode_is_that_of_the_environment_itself(identifier: str) -> None:
    env = gymnasium.make(identifier)
    first, _ = env.reset(seed=3)
    own = make_environment(IDS[identifier], {})
    own.reset(seed=3)
    np.testing.assert_array_equal(first, own.get_observation())
    actions = np.random.RandomState(0).uniform(0, 1, (4, *env.action_space.shape)).astype(np.float32)
    for action in actions:
        observation, reward, terminated, truncated, info = env.step(action)
        _, expected, done, own_info = own.step(action)
        np.testing.assert_array_equal(observation, own.get_observation())
        assert observation.dtype == np.float64
        assert env.observation_space.contains(observation)
        assert (reward, terminated, truncated) == (expected, done, False)
        assert info["reward_terms"] == own_info["reward_terms"]
    env.close()


def test_that_a_fall_terminates() -> None:
    env = gymnasium.make("osimviz/L2Run-v0")
    env.reset(seed=0)
    env.unwrapped.environment.fall_height_m = 2.0
    _, _, terminated, truncated, info = env.step(env.action_space.sample())
    assert (terminated, truncated, info["ended_by"]) == (True, False, "fell")


def test_that_the_limit_of_steps_truncates() -> None:
    env = gymnasium.make("osimviz/L2Run-v0")
    env.reset(seed=0)
    env.unwrapped.environment.spec.timestep_limit = 1
    _, _, terminated, truncated, info = env.step(env.action_space.sample())
    assert (terminated, truncated, info["ended_by"]) == (False, True, "time_limit")


def test_that_a_simulation_that_fails_truncates_and_says_so(
    arm: gymnasium.Env[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = arm.reset(seed=1)

    def fail(*_: Any, **__: Any) -> None:
        raise SimulatorError("The simulation failed in step 1.")

    monkeypatch.setattr(arm.unwrapped.environment.osim_model, "integrate", fail)
    observation, reward, terminated, truncated, info = arm.step(arm.action_space.sample())
    np.testing.assert_array_equal(observation, first)
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert (info["ended_by"], info["error"]) == ("simulator_error", "The simulation failed in step 1.")
    monkeypatch.undo()
    arm.reset()
    assert len(arm.step(arm.action_space.sample())) == 5


def test_that_environments_in_processes_of_gymnasium_give_what_one_alone_does(arm: gymnasium.Env[Any, Any]) -> None:
    vector = gymnasium.make_vec(
        "osimviz/Arm2D-v0", num_envs=2, vectorization_mode="async", vector_kwargs={"context": "spawn"}
    )
    try:
        first, _ = vector.reset(seed=[11, 12])
        actions = np.random.RandomState(0).uniform(0, 1, (3, 2, 6)).astype(np.float32)
        steps = [vector.step(action) for action in actions]
    finally:
        vector.close()
    for i, seed in enumerate((11, 12)):
        expected, _ = arm.reset(seed=seed)
        np.testing.assert_array_equal(first[i], expected)
        for action, step in zip(actions[:, i], steps, strict=True):
            observation, reward, *_ = arm.step(action)
            np.testing.assert_array_equal(step[0][i], observation)
            assert step[1][i] == reward
    assert not np.array_equal(first[0], first[1])


def test_that_the_first_episode_is_another_one_every_time_unless_it_is_seeded() -> None:
    unseeded = [GymnasiumEnv("arm2d").reset()[0] for _ in range(2)]
    assert not np.array_equal(*unseeded)
    seeded = [GymnasiumEnv("arm2d", seed=0).reset()[0] for _ in range(2)]
    assert np.array_equal(*seeded)


def test_that_arguments_are_those_of_the_environment_as_values() -> None:
    pose = [0.5, 0.0, 0.95, *[0.0] * 9]
    env = GymnasiumEnv(
        "l2m2019", model="2D", difficulty=0, init_pose=pose, integrator_accuracy=1e-3, stepping="branchable"
    )
    own = env.environment
    assert (own.model, own.difficulty, own.integrator_accuracy, own.stepping) == ("2D", 0, 1e-3, "branchable")
    observation, _ = env.reset()
    assert observation[242] == pytest.approx(0.95)
    assert GymnasiumEnv("prosthetics", prosthetic=False).action_space.shape == (22,)


def test_that_options_of_a_reset_are_given_on() -> None:
    env = GymnasiumEnv("l2m2019", difficulty=0)
    observation, _ = env.reset(options={"init_pose": [0.0, 0.0, 0.97, *[0.0] * 9]})
    assert observation[242] == pytest.approx(0.97)


def test_that_observations_are_kept_within_their_bounds_and_counted() -> None:
    env = GymnasiumEnv("l2m2019", difficulty=0)
    # Faster forward than the 20 m/s declared.
    observation, info = env.reset(options={"init_pose": [25.0, 0.0, 0.97, *[0.0] * 9]})
    assert (observation[245], info["observation_clipped"]) == (20.0, 1)
    assert env.observation_space.contains(observation)


def test_that_what_it_does_not_know_is_refused(arm: gymnasium.Env[Any, Any]) -> None:
    with pytest.raises(EnvironmentArgumentError, match=r"no option 'pose' for reset \(known: random_target\)"):
        arm.unwrapped.reset(options={"pose": 1})
    with pytest.raises(EnvironmentArgumentError, match="no argument 'dificulty'"):
        GymnasiumEnv("prosthetics", dificulty=1)
    with pytest.raises(EnvironmentArgumentError, match="no render_mode 'human'"):
        GymnasiumEnv("arm2d", render_mode="human")


def test_that_registering_again_is_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        register()
    assert set(IDS) <= set(gymnasium.registry)


def test_that_the_environments_alone_do_not_load_gymnasium() -> None:
    program = "import sys, osimviz.envs.registry; print('gymnasium' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=50)
    assert result.stdout == "False\n"


def test_that_registering_does_not_load_opensim() -> None:
    program = "import sys, osimviz.envs.gymnasium_envs; print('opensim' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=50)
    assert result.stdout == "False\n"


def test_that_gymnasium_finds_the_environments_by_module_and_id() -> None:
    program = (
        "import gymnasium\n"
        "env = gymnasium.make('osimviz.envs.gymnasium_envs:osimviz/Prosthetics-v0')\n"
        "print(env.reset(seed=1)[0].shape, len(env.step(env.action_space.sample())))"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=50)
    assert result.stdout == "(160,) 5\n", result.stderr


def test_that_importing_the_environments_makes_the_ids_known_to_a_program_that_uses_gymnasium() -> None:
    program = (
        "import sys, gymnasium, osimviz.envs\n"
        "assert 'opensim' not in sys.modules\n"
        "gymnasium.spec('osimviz/Prosthetics-v0'), gymnasium.spec('osimviz/Arm2D-v0')\n"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")
