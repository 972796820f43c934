"""Frames made of many samples at once, and of numbers read in either way."""

from typing import Any

import numpy as np
import pytest

from osimviz.envs import engine_memory
from osimviz.envs.registry import make_environment
from osimviz.frames import Frame
from osimviz.recording.row_layout import RowLayout
from osimviz.worker import muscle_paths
from osimviz.worker.observer import Observer

#: Conditional and moving points and contact under two feet; wrapping paths.
ENVIRONMENTS = ("l2m2019", "arm2d")
N_STEPS = 6


def assert_equal(frames: list[Frame], expected: list[Frame]) -> None:
    for frame, other in zip(frames, expected, strict=True):
        for name in Frame.__slots__:
            np.testing.assert_array_equal(getattr(frame, name), getattr(other, name), err_msg=name)


def walked(env: Any) -> Any:
    """Yield the environment's observation after each of some steps that move it about."""
    env.reset(seed=3)
    draw = np.random.RandomState(0)
    for _ in range(N_STEPS):
        env.step(draw.uniform(0.0, 1.0, env.get_action_space_size()))
        yield env.get_observation()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_that_many_samples_make_the_frames_that_each_alone_makes(name: str) -> None:
    env = make_environment(name, {})
    env.reset(seed=3)
    observer = Observer(env)
    alone, samples = [], []
    for step, observation in enumerate(walked(env), 1):
        numbers = {"step": step, "observation": observation, "action": np.zeros(env.get_action_space_size())}
        alone.append(observer.read(**numbers))
        samples.append(observer.sample(**numbers))
    assert_equal(observer.frames(samples), alone)
    # Field by field for a file, they fill the same rows.
    columns, layout = observer.maker.columns(samples), RowLayout.of(alone[0])
    rows, expected = np.empty((len(alone), layout.width)), np.empty((len(alone), layout.width))
    layout.pack_columns(columns, rows)
    for frame, row in zip(alone, expected, strict=True):
        layout.pack(frame, row)
    np.testing.assert_array_equal(rows[:, :-1], expected[:, :-1])
    for i, frame in enumerate(alone):
        np.testing.assert_array_equal(columns.path_points_m[i], frame.path_points_m)
        np.testing.assert_array_equal(columns.path_counts[i], frame.path_counts)
    # The paths of the arm wrap in some of the steps and not in others, so that their points come and go.
    assert name != "arm2d" or len({len(frame.path_points_m) for frame in alone}) > 1


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_that_getters_give_what_the_memory_holds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    env = make_environment(name, {})
    for _ in walked(env):
        pass
    observer = Observer(env)
    frame, description = observer.read(step=1, observation=[]), env.osim_model.reader.describe(env.osim_model.state)
    assert engine_memory.IS_LAYOUT_KNOWN
    for module in (engine_memory, muscle_paths):
        monkeypatch.setattr(module, "IS_LAYOUT_KNOWN", False)
    monkeypatch.setattr(engine_memory, "bytes_of", None)
    monkeypatch.setattr(muscle_paths, "bytes_of", None)
    assert_equal([observer.read(step=1, observation=[])], [frame])
    assert env.osim_model.reader.describe(env.osim_model.state) == description
