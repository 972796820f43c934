"""Recording from the user's own program: any environment that holds an OpenSim model, any number of processes."""

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import osimviz
from osimviz.analysis.run_marks import RunMarks
from osimviz.analysis.spans import Span
from osimviz.envs.l2m2019 import L2M2019Env
from osimviz.envs.prosthetics import ProstheticsEnv
from osimviz.recording import RecordingError, RecordingFile
from osimviz.worker.observer import Observer
from tests.source_rules import REPOSITORY


@pytest.fixture(scope="module")
def prosthetics() -> ProstheticsEnv:
    return ProstheticsEnv(visualize=False)


class OwnModel:
    """What a user's own class has of osim-rl."""

    def __init__(self, env: ProstheticsEnv) -> None:
        self._env = env

    @property
    def model(self) -> Any:
        return self._env.osim_model.model

    @property
    def state(self) -> Any:
        return self._env.osim_model.state


class OwnEnv:
    """A user's own environment: nested observation, eight numbers as action, an episode of a few steps."""

    def __init__(self, env: ProstheticsEnv, n_steps: int = 4, ended_by: str | None = None) -> None:
        self._env = env
        self.osim_model = OwnModel(env)
        self.secret = 42
        self._n_steps, self._step, self._ended_by = n_steps, 0, ended_by

    def reset(self) -> dict[str, Any]:
        self._env.reset()
        self._step = 0
        return self._observe()

    def step(self, action: Any) -> tuple[Any, float, bool, dict[str, Any]]:
        if np.isnan(action).any():
            raise RuntimeError("NaN cannot be simulated")
        self._env.step(np.full(19, float(np.mean(action))))
        self._step += 1
        done = self._step == self._n_steps
        info: dict[str, Any] = {"effort": 0.25, "terms": {"speed": 1.5}, "text": "x", "array": np.zeros(3)}
        if done and self._ended_by:
            info["ended_by"] = self._ended_by
        return self._observe(), 1.5, done, info

    def _observe(self) -> dict[str, Any]:
        return {"pelvis": {"height": self._step / 10, "velocity": [1.0, 2.0]}, "phase": 0.5}


def play(env: Any, n_episodes: int) -> None:
    for _ in range(n_episodes):
        env.reset()
        done = False
        while not done:
            *_, done, _ = env.step(np.full(8, 0.3))


def test_that_a_recorded_run_is_the_run_itself(prosthetics: ProstheticsEnv, tmp_path: Path) -> None:
    env = osimviz.record(prosthetics, tmp_path / "run.h5", controller="half", provenance={"policy": "abc"})
    expected = [env.reset()]
    rewards = []
    frames = [Observer(prosthetics).read(step=0, observation=expected[0])]
    for step in range(1, 6):
        observation, reward, _, _ = env.step([0.5] * 19)
        expected.append(observation)
        rewards.append(reward)
        frames.append(Observer(prosthetics).read(step=step, observation=observation))
    assert env.action_space is prosthetics.action_space
    env.close()
    with osimviz.load(tmp_path / "run.h5") as run:
        np.testing.assert_array_equal(run.observations, expected)
        np.testing.assert_array_equal(run.rewards[1:], rewards)
        np.testing.assert_array_equal(run.actions[1:], np.full((5, 19), 0.5))
        for name in ("body_positions_m", "activation", "ground_reaction_n", "state", "path_points_m", "coordinates"):
            for step in range(6):
                np.testing.assert_array_equal(getattr(run.frame(step), name), getattr(frames[step], name))
        terms = ("constant", "forward_speed")
        assert run.info.reward_term_names == terms
        names = [channel.name for channel in run.channels]
        assert [name for name in names if name not in {f"reward/{term}" for term in terms}] == [
            channel.name for channel in Observer(prosthetics).channels
        ]
        # The terms add up to the reward, step by step.
        np.testing.assert_allclose(
            run.channel("reward/constant") + run.channel("reward/forward_speed"), run.rewards, rtol=1e-12
        )
        assert np.isnan(run.reward_terms["constant"][0])
        assert run.channel("run/n_clipped")[1:].tolist() == [0.0] * 5
        assert len(run.provenance["model_sha256"]) == 64
        assert {"osimviz", "numpy", "opensim", "integrator_accuracy"} <= run.provenance.keys()
        assert run.info.controller == "half"
        assert run.info.state_names[0] == "/jointset/ground_pelvis/pelvis_tilt/value"
        assert run.provenance["model_file"].endswith(".osim")
        assert (run.provenance["policy"], run.provenance["stepping"]) == ("abc", "faithful")
        assert run.outcome is not None
        assert run.outcome.ended_by == "stopped"
        assert "reward_terms/forward_speed" in run.info_names


def test_that_a_users_own_class_is_recorded_with_names_from_its_observation(
    prosthetics: ProstheticsEnv, tmp_path: Path
) -> None:
    env = osimviz.record(OwnEnv(prosthetics), tmp_path / "run.h5")
    play(env, 2)
    assert env.secret == 42
    env.close()
    with osimviz.load(tmp_path / "run.h5", episode=1) as run:
        names = [channel.name for channel in run.channels if channel.field == "observation"]
        assert names == [
            "observation/pelvis/height",
            "observation/pelvis/velocity/0",
            "observation/pelvis/velocity/1",
            "observation/phase",
        ]
        np.testing.assert_allclose(run.channel("pelvis/height"), [0.0, 0.1, 0.2, 0.3, 0.4])
        assert run.actions.shape == (5, 8)
        assert run.info.action_names == tuple(f"action_{i}" for i in range(8))
        np.testing.assert_array_equal(run.info_values("terms/speed")[1:], 1.5)
        assert set(run.info_names) == {"effort", "terms/speed"}
        assert run.outcome is not None
        assert run.outcome.ended_by == "done"
        assert len(run.episodes) == 2


def test_that_a_users_own_class_may_call_its_methods_what_it_likes(prosthetics: ProstheticsEnv, tmp_path: Path) -> None:
    class Named(OwnEnv):
        def contact_records(self) -> str:
            return "of the user's own"

    env = osimviz.record(Named(prosthetics), tmp_path / "run.h5")
    play(env, 1)
    env.close()
    with osimviz.load(tmp_path / "run.h5") as run:
        assert np.isfinite(run.field("ground_reaction_n")).all()


class ReusingEnv(OwnEnv):
    """Writes into the same observation and info at every step, nested ones as well."""

    def __init__(self, env: ProstheticsEnv) -> None:
        super().__init__(env)
        self._seen: dict[str, Any] = {"phase": np.zeros(2)}
        self._info: dict[str, Any] = {"effort": 0.0, "terms": {"speed": 0.0}, "reward_terms": {"alive": 0.0}}

    def step(self, action: Any) -> tuple[Any, float, bool, dict[str, Any]]:
        observation, reward, done, _ = super().step(action)
        self._info["effort"] = 0.5 * self._step
        self._info["terms"]["speed"] = self._info["reward_terms"]["alive"] = float(self._step)
        return observation, reward, done, self._info

    def _observe(self) -> dict[str, Any]:
        self._seen["phase"][:] = self._step
        return self._seen


def test_that_an_environment_may_reuse_what_it_returned(prosthetics: ProstheticsEnv, tmp_path: Path) -> None:
    env = osimviz.record(ReusingEnv(prosthetics), tmp_path / "run.h5")
    play(env, 1)
    env.close()
    with h5py.File(tmp_path / "run.h5") as file:
        episode = file["episode_0"]
        assert episode["observations"][:, 0].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
        assert episode["infos/effort"][1:].tolist() == [0.5, 1.0, 1.5, 2.0]
        assert episode["infos/terms/speed"][1:].tolist() == [1.0, 2.0, 3.0, 4.0]
        assert episode["frames/reward_terms"][1:, 0].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_that_an_action_out_of_range_is_kept_raw_and_counted(prosthetics: ProstheticsEnv, tmp_path: Path) -> None:
    env = osimviz.record(prosthetics, tmp_path / "run.h5")
    env.reset()
    env.step([2.0] * 3 + [-0.5] + [0.5] * 15)
    env.close()
    with osimviz.load(tmp_path / "run.h5") as run:
        assert run.actions[1].tolist() == [2.0] * 3 + [-0.5] + [0.5] * 15
        assert np.isnan(run.channel("run/n_clipped")[0])
        assert run.channel("run/n_clipped")[1] == 4.0
        assert run.field("excitation")[1].max() == 1.0


def test_that_a_reached_target_is_kept_with_its_step_at_a_difficulty_that_pays_nothing_for_it(tmp_path: Path) -> None:
    inner = L2M2019Env(visualize=False, difficulty=1)
    env = osimviz.record(inner, tmp_path / "run.h5")
    env.reset(seed=1)
    env.step([0.1] * 22)
    assert inner.vtgt.goal is not None
    inner.vtgt.goal = replace(inner.vtgt.goal, place_m=inner.pose[:2], stay_s=0.0)
    info = env.step([0.1] * 22)[3]
    assert info["target_reached"]
    env.step([0.1] * 22)
    env.close()
    with osimviz.load(tmp_path / "run.h5") as run:
        np.testing.assert_array_equal(run.channel("run/target_reached"), [np.nan, 0.0, 1.0, 0.0])
        marks = RunMarks(run.recording)
        marks.update()
        assert marks.spans["target"] == [Span(2, 2)]


def test_that_a_seed_that_only_the_environment_understands_disturbs_nothing(
    prosthetics: ProstheticsEnv, tmp_path: Path
) -> None:
    class SeededByPair(OwnEnv):
        def reset(self, seed: object = None) -> Any:
            return super().reset()

    env = osimviz.record(SeededByPair(prosthetics), tmp_path / "run.h5")
    for seed in (2**128, (1, 2)):
        env.reset(seed=seed)
        env.step([0.1] * 19)
    env.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        assert [file.episode(k).recording.info.seed for k in range(2)] == [2**128] * 2


def test_that_a_step_that_raises_ends_the_episode_and_reaches_the_user(
    prosthetics: ProstheticsEnv, tmp_path: Path
) -> None:
    env = osimviz.record(OwnEnv(prosthetics), tmp_path / "run.h5")
    env.reset()
    env.step(np.full(8, 0.3))
    with pytest.raises(RuntimeError, match="NaN cannot be simulated"):
        env.step(np.full(8, np.nan))
    env.close()
    with osimviz.load(tmp_path / "run.h5") as run:
        assert run.outcome is not None
        assert run.outcome.failure is not None
        assert run.outcome.ended_by == "simulator_error"
        assert run.outcome.failure.sentence == "the environment raised RuntimeError: NaN cannot be simulated"
        assert np.isnan(run.outcome.failure.action).all()


def test_that_only_failing_episodes_stay_where_that_is_asked(prosthetics: ProstheticsEnv, tmp_path: Path) -> None:
    env = OwnEnv(prosthetics, 2)
    recorded = osimviz.record(env, tmp_path / "run-{n}.h5", keep="failing")
    for ended_by in ("time_limit", "fell", "time_limit", "fell", "time_limit"):
        env._ended_by = ended_by
        play(recorded, 1)
    recorded.close()
    assert sorted(path.name for path in tmp_path.glob("*.h5")) == ["run-0.h5", "run-1.h5"]
    for path in tmp_path.glob("*.h5"):
        with osimviz.load(path) as run:
            assert run.outcome is not None
            assert run.outcome.ended_by == "fell"


def test_that_only_the_last_episodes_stay_where_that_is_asked(prosthetics: ProstheticsEnv, tmp_path: Path) -> None:
    env = OwnEnv(prosthetics, 1)
    recorded = osimviz.record(env, tmp_path / "run.h5", keep=2)
    for n_steps in (1, 2, 3, 4):
        env._n_steps = n_steps
        play(recorded, 1)
    recorded.close()
    lengths = []
    for path in tmp_path.glob("run-*.h5"):
        with osimviz.load(path) as run:
            lengths.append(len(run) - 1)
    assert sorted(lengths) == [3, 4]


def test_that_what_cannot_be_recorded_is_refused_at_once(prosthetics: ProstheticsEnv, tmp_path: Path) -> None:
    (tmp_path / "run.h5").write_text("precious")
    with pytest.raises(RecordingError, match=r"exists; choose another name, or one with a number: run-\{pid\}-\{n\}"):
        osimviz.record(prosthetics, tmp_path / "run.h5")
    with pytest.raises(RecordingError, match="no OpenSim model was found in object"):
        osimviz.record(object(), tmp_path / "new.h5")
    with pytest.raises(RecordingError, match="the folder of"):
        osimviz.record(prosthetics, tmp_path / "missing" / "new.h5")
    with pytest.raises(RecordingError, match="keep=0 is unknown"):
        osimviz.record(prosthetics, tmp_path / "new.h5", keep=0)


def test_that_a_recording_that_fails_warns_and_lets_the_program_go_on(
    prosthetics: ProstheticsEnv, tmp_path: Path
) -> None:
    env = osimviz.record(OwnEnv(prosthetics), tmp_path / "run.h5")
    env.reset()
    (tmp_path / "run.h5").write_text("somebody was faster")
    with pytest.warns(UserWarning, match=r"osimviz records no more: .*run.h5 exists"):
        env.step(np.full(8, 0.3))
    env.step(np.full(8, 0.3))
    env.close()
    assert (tmp_path / "run.h5").read_text() == "somebody was faster"


def test_that_a_program_that_forgets_to_close_loses_no_step_and_loads_no_window(tmp_path: Path) -> None:
    program = """
import sys
import osimviz
from osimviz.analysis.run_marks import RunMarks
from osimviz.analysis.spans import Span
from osimviz.envs.l2m2019 import L2M2019Env
from osimviz.envs.prosthetics import ProstheticsEnv
env = osimviz.record(ProstheticsEnv(visualize=False), sys.argv[1])
env.reset()
for _ in range(3):
    env.step([0.2] * 19)
print([name for name in ("PyQt5", "vtkmodules", "pyqtgraph") if name in sys.modules])
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    processes = [
        subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        output, errors = process.communicate(timeout=60)
        assert (output, errors) == ("[]\n", "")
    files = sorted(tmp_path.glob("run-*-0.h5"))
    assert {int(path.name.split("-")[1]) for path in files} == {process.pid for process in processes}
    for path in files:
        with osimviz.load(path) as run:
            assert len(run) == 4


def test_that_a_fork_records_into_a_file_of_its_own(prosthetics: ProstheticsEnv, tmp_path: Path) -> None:
    env = osimviz.record(OwnEnv(prosthetics, 3), tmp_path / "run-{pid}-{n}.h5")
    env.reset()
    env.step(np.full(8, 0.3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        play(env, 1)
        env.close()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    env.step(np.full(8, 0.3))
    env.close()
    with (
        RecordingFile(tmp_path / f"run-{os.getpid()}-0.h5") as own,
        RecordingFile(tmp_path / f"run-{child}-0.h5") as of,
    ):
        assert [summary.n_steps for summary in own.summaries()] == [2]
        assert [summary.n_steps for summary in of.summaries()] == [3]


@pytest.fixture
def loaded(prosthetics: ProstheticsEnv, tmp_path: Path) -> Iterator[Any]:
    env = osimviz.record(OwnEnv(prosthetics, 20), tmp_path / "run.h5")
    play(env, 1)
    env.close()
    with osimviz.load(tmp_path / "run.h5") as run:
        yield run


def test_that_a_loaded_run_is_cut_by_time_and_by_number(loaded: Any) -> None:
    assert len(loaded) == 21
    part = loaded.between(0.05, 0.10)
    np.testing.assert_allclose(part.time_s, [0.05, 0.06, 0.07, 0.08, 0.09, 0.10])
    np.testing.assert_array_equal(part.channel("pelvis/height"), loaded.channel("pelvis/height")[5:11])
    assert part.frame(0).step == 5
    assert part[-1].step == 10
    assert len(part[2:4]) == 2
    assert part[2:4].observations.shape == (2, 4)
    assert len(loaded.between(9.0, 10.0)) == 0
    np.testing.assert_array_equal(part.body_positions_m[0], loaded.frame(5).body_positions_m)
    with pytest.raises(IndexError, match="frame 6 of a run of 6"):
        part[6]
    with pytest.raises(TypeError, match=r"values of a channel are run\.channel\('pelvis/height'\)"):
        loaded["pelvis/height"]
    with pytest.raises(IndexError, match="has no gaps"):
        part[::2]


def test_that_a_channel_is_found_by_its_end_and_its_unit_is_told(loaded: Any) -> None:
    np.testing.assert_array_equal(loaded.channel("phase"), np.full(21, 0.5))
    assert loaded.unit("coordinates/pelvis_ty/value") == "m"
    with pytest.raises(KeyError, match="no channel 'elbow'"):
        loaded.channel("elbow")
    with pytest.raises(KeyError, match="it could be any of"):
        loaded.channel("value")
