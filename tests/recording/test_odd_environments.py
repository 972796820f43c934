"""Environments that return what nobody expects: what can be kept is kept, and the user's program goes on."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import osimviz
from osimviz.envs.engine import opensim
from osimviz.envs.l2run import L2RunEnv
from osimviz.envs.model_file import read_model
from osimviz.envs.models import model_path
from osimviz.envs.prosthetics import ProstheticsEnv
from osimviz.recording import RecordingFile

ACTION = [0.1] * 18


@pytest.fixture(scope="module")
def simulated() -> Iterator[L2RunEnv]:
    env = L2RunEnv(visualize=False)
    yield env
    env.close()


class Odd:
    """Changes what an environment answers, step by step."""

    def __init__(self, env: L2RunEnv, **changes: Any) -> None:
        self._env = env
        self.osim_model = env.osim_model
        self._changes = changes
        self.n_calls = 0

    def _changed(self, what: str, answer: Any) -> Any:
        change = self._changes.get(what, answer)
        return change(self.n_calls) if callable(change) else change

    def reset(self) -> Any:
        observation = self._env.reset()
        return self._changed("observation", observation)

    def step(self, action: Any) -> Any:
        self.n_calls += 1
        observation, reward, done, info = self._env.step(action)
        return (
            self._changed("observation", observation),
            self._changed("reward", reward),
            self._changed("done", done),
            self._changed("info", info),
        )


def record(env: Odd, path: Path, n_episodes: int = 1) -> list[str]:
    """Record episodes of three steps; return what was told."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        recorded = osimviz.record(env, path)
        for _ in range(n_episodes):
            recorded.reset()
            for _ in range(3):
                recorded.step(ACTION)
        recorded.close()
    return [str(warning.message) for warning in told]


def circle() -> dict[str, Any]:
    info: dict[str, Any] = {"speed": 2.0}
    info["again"] = info
    return info


@pytest.mark.parametrize(
    ("info", "name", "value"),
    [
        ({"n": 10**400}, "n", np.inf),
        ({"n": -(10**400)}, "n", -np.inf),
        ({"reward_terms": {"effort": 10**400}}, "reward_terms/effort", np.inf),
        ({"half \ud800": 1.5}, "half ?", 1.5),
        ({"a\0b": 1.5}, "a_b", 1.5),
        (circle(), "speed", 2.0),
    ],
)
def test_that_an_info_of_any_kind_ends_no_recording(
    simulated: L2RunEnv, tmp_path: Path, info: Any, name: str, value: float
) -> None:
    assert record(Odd(simulated, info=info), tmp_path / "run.h5") == []
    with RecordingFile(tmp_path / "run.h5") as file:
        np.testing.assert_array_equal(file.episode(0).info_values(name), [np.nan, value, value, value])


@pytest.mark.parametrize(
    ("reward", "kept"), [(np.array([1.5]), 1.5), ([2], 2.0), ("much", np.nan), ([1.0, 2.0], np.nan), (10**400, np.inf)]
)
def test_that_a_reward_of_any_kind_ends_no_recording(
    simulated: L2RunEnv, tmp_path: Path, reward: Any, kept: float
) -> None:
    assert record(Odd(simulated, reward=reward), tmp_path / "run.h5") == []
    with osimviz.load(tmp_path / "run.h5") as run:
        np.testing.assert_array_equal(run.rewards, [np.nan, kept, kept, kept])


def test_that_an_observation_that_grows_ends_its_episode_and_no_other(simulated: L2RunEnv, tmp_path: Path) -> None:
    # From the second step of the first episode on it is longer.
    env = Odd(simulated, observation=lambda n_calls: np.zeros(4 if n_calls in (2, 3) else 3))
    told = record(env, tmp_path / "run.h5", n_episodes=2)
    sentence = "the observation and the action of step 2 are 4 and 18 numbers, they were 3 and 18 before"
    assert told == [f"osimviz leaves out the rest of this episode: {sentence}; the next one is recorded again."]
    with RecordingFile(tmp_path / "run.h5") as file:
        # The reset of the second episode comes after the third step, with four.
        assert [summary.n_steps for summary in file.summaries()] == [1, 0]
        outcome = file.episode(0).recording.outcome
    assert outcome is not None
    assert (outcome.ended_by, outcome.sentence) == ("stopped", f"recorded to here: {sentence}")


def test_that_an_end_that_cannot_be_read_is_told_once_and_every_episode_is_kept(
    simulated: L2RunEnv, tmp_path: Path
) -> None:
    env = Odd(simulated, done=lambda n_calls: np.zeros(2, dtype=bool) if n_calls % 3 == 2 else False)
    told = record(env, tmp_path / "run.h5", n_episodes=3)
    assert len(told) == 1
    assert "a step could not be read (ValueError: The truth value of an array" in told[0]
    with RecordingFile(tmp_path / "run.h5") as file:
        assert [summary.n_steps for summary in file.summaries()] == [2, 2, 2]


class GrowingEnv:
    """Gives its model another body before every second episode, and the upper arm another mass before each."""

    def __init__(self) -> None:
        self.model = read_model(model_path("arm2dof6musc.osim"))
        self.state: Any = None
        self.centres_m: list[list[Any]] = []

    def reset(self) -> list[float]:
        n_episodes = len(self.centres_m)
        if n_episodes % 2:
            body = opensim.Body(f"stone{n_episodes}", 1.0 + n_episodes, opensim.Vec3(0.1), opensim.Inertia(0.1))
            self.model.addBody(body)
            self.model.addJoint(opensim.FreeJoint(f"fall{n_episodes}", self.model.getGround(), body))
        arm = self.model.getBodySet().get("r_humerus")
        arm.setMass(1.5 * arm.getMass())
        self.state = self.model.initSystem()
        self.model.equilibrateMuscles(self.state)
        self._manager = opensim.Manager(self.model)
        self._manager.initialize(self.state)
        self.centres_m.append([])
        return [0.0]

    def step(self, action: Any) -> tuple[list[float], float, bool, dict[str, Any]]:
        self.state = self._manager.integrate(self.state.getTime() + 0.01)
        self.model.realizeAcceleration(self.state)
        self.centres_m[-1].append(self.model.calcMassCenterPosition(self.state).to_numpy())
        return [1.0], 0.0, False, {}


def test_that_a_model_with_other_parts_in_every_episode_is_recorded(tmp_path: Path) -> None:
    env = GrowingEnv()
    with osimviz.record(env, tmp_path / "run.h5") as recorded:
        for _ in range(4):
            recorded.reset()
            for _ in range(3):
                recorded.step(np.full(6, 0.1))
    for number, centres_m in enumerate(env.centres_m):
        with osimviz.load(tmp_path / "run.h5", episode=number) as run:
            assert len(run.info.geometry.body_names) == 3 + (number + 1) // 2
            np.testing.assert_allclose(run.field("centre_of_mass_m")[1:], centres_m, atol=1e-12)


def test_that_another_model_is_recorded_from_the_next_reset_on(tmp_path: Path) -> None:
    states, n_muscles = [], []
    with osimviz.record(ProstheticsEnv(visualize=False, integrator_accuracy=1e-2), tmp_path / "run.h5") as env:
        for model, prosthetic in (("3D", True), ("2D", False), ("3D", True)):
            env.change_model(model, prosthetic)
            env.reset()
            for _ in range(3):
                env.step(np.full(env.get_action_space_size(), 0.1))
            states.append(env.osim_model.state.getY().to_numpy())
            n_muscles.append(env.get_action_space_size())
    for number in range(3):
        with osimviz.load(tmp_path / "run.h5", episode=number) as run:
            np.testing.assert_array_equal(run.field("state")[-1], states[number])
            assert len(run) == 4
            assert len(run.info.geometry.muscle_names) == n_muscles[number]
    assert n_muscles[0] != n_muscles[1]
