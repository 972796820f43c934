"""Recording environments of Gymnasium, alone and many at a time."""

import os
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np

import osimviz
from osimviz.envs.prosthetics import ProstheticsEnv


class WalkEnv(gymnasium.Env[Any, Any]):
    """A user's own environment of Gymnasium around an OpenSim model."""

    def __init__(self) -> None:
        self._env = ProstheticsEnv(visualize=False)
        self.model = self._env.osim_model.model
        self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (3,))
        self.action_space = gymnasium.spaces.Box(0.0, 1.0, (19,))

    @property
    def state(self) -> Any:
        return self._env.osim_model.state

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self._env.reset()
        return np.zeros(3, dtype=np.float32), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self._env.step(action)
        return np.full(3, 2.0, dtype=np.float32), 1.0, False, False, {"speed": 3.0}


def recorded_in(folder: str) -> Any:
    return osimviz.record(WalkEnv(), folder)


def test_that_a_gymnasium_environment_stays_one_and_its_limit_ends_the_episode(tmp_path: Path) -> None:
    limited = gymnasium.wrappers.TimeLimit(WalkEnv(), 3)
    env = gymnasium.wrappers.RecordEpisodeStatistics(osimviz.record(limited, tmp_path / "run.h5"))
    env.reset(seed=7)
    truncated = False
    while not truncated:
        *_, truncated, _ = env.step(np.full(19, 0.1))
    env.close()
    assert isinstance(env.unwrapped, WalkEnv)
    with osimviz.load(tmp_path / "run.h5") as run:
        assert run.outcome is not None
        assert (run.outcome.ended_by, run.info.seed, len(run)) == ("time_limit", 7, 4)
        np.testing.assert_array_equal(run.info_values("speed")[1:], 3.0)


def test_that_parallel_environments_write_a_file_each(tmp_path: Path) -> None:
    folder = str(tmp_path / "runs")
    os.mkdir(folder)  # noqa: PTH102
    environments = gymnasium.vector.AsyncVectorEnv([lambda: recorded_in(folder)] * 2, context="spawn")
    try:
        environments.reset(seed=1)
        for _ in range(3):
            environments.step(np.full((2, 19), 0.2))
    finally:
        environments.close()
    files = sorted((tmp_path / "runs").iterdir())
    assert len(files) == 2
    for file in files:
        with osimviz.load(file) as run:
            assert len(run) == 4
            assert run.info_values("speed")[1:].tolist() == [3.0, 3.0, 3.0]
