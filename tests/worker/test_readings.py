"""What is read of a state once and shared: always that of the state asked for."""

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from osimviz.envs.registry import make_environment
from osimviz.frames import Frame
from osimviz.worker import readings
from osimviz.worker.observer import Observer
from tests.source_rules import REPOSITORY

ENVIRONMENTS = ("l2m2019", "prosthetics", "l2run", "arm2d")


def stepped(name: str) -> Any:
    env = make_environment(name, {})
    env.reset(seed=3)
    draw = np.random.RandomState(0)
    for _ in range(5):
        env.step(draw.uniform(0.0, 1.0, env.get_action_space_size()))
    return env


def as_the_engine_says(env: Any, monkeypatch: pytest.MonkeyPatch) -> Frame:
    """Return the frame that is read without asking anybody but the engine."""
    with monkeypatch.context() as patch:
        patch.setattr(readings, "OsimModel", type(None))
        return read(Observer(env))


def read(observer: Observer) -> Frame:
    return observer.read(step=5, observation=[], action=np.zeros(1))


def assert_equal(frame: Frame, other: Frame) -> None:
    for name in Frame.__slots__:
        np.testing.assert_array_equal(getattr(frame, name), getattr(other, name), err_msg=name)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_that_what_the_environment_has_read_is_what_the_engine_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    env = stepped(name)
    observer = Observer(env)
    for _ in range(3):
        env.step(np.full(env.get_action_space_size(), 0.7))
        assert_equal(read(observer), as_the_engine_says(env, monkeypatch))
    env.reset(seed=4)
    assert_equal(read(observer), as_the_engine_says(env, monkeypatch))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_that_a_state_changed_by_opensims_setters_is_read_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    env = stepped(name)
    observer = Observer(env)
    before = read(observer)
    muscle = env.osim_model.model.getMuscles().get(0)
    muscle.setActivation(env.osim_model.state, 0.33)
    after = read(observer)
    assert after.activation[0] == pytest.approx(0.33)
    assert before.activation[0] != after.activation[0]
    assert_equal(after, as_the_engine_says(env, monkeypatch))
    assert env.osim_model.get_activations()[0] == pytest.approx(0.33)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_that_a_changed_state_that_the_program_has_realised_itself_is_read_again(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = stepped(name)
    observer = Observer(env)
    read(observer)
    model, state = env.osim_model.model, env.osim_model.state
    model.getMuscles().get(0).setActivation(state, 0.33)
    model.realizeAcceleration(state)
    after = read(observer)
    assert after.activation[0] == pytest.approx(0.33)
    assert_equal(after, as_the_engine_says(env, monkeypatch))


def test_that_activations_asked_for_are_those_of_a_state_changed_by_opensims_setters() -> None:
    env = stepped("arm2d")
    assert env.osim_model.get_activations()[0] != pytest.approx(0.33)
    env.osim_model.model.getMuscles().get(0).setActivation(env.osim_model.state, 0.33)
    assert env.osim_model.get_activations()[0] == pytest.approx(0.33)


def test_that_activations_asked_for_are_the_callers_own() -> None:
    env = stepped("arm2d")
    env.osim_model.get_activations()[0] = 5.0
    assert env.osim_model.get_activations()[0] <= 1.0


STOCK = """
import contextlib, json, sys
import numpy as np
from osimviz.envs import osim_rl_shim
osim_rl_shim.install()
from osim.env import L2M2019Env
from osimviz.envs.foreign import ForeignEnvironment
from osimviz.frames import Frame
from osimviz.worker import readings
from osimviz.worker.observer import Observer

with contextlib.redirect_stdout(sys.stderr):
    env = ForeignEnvironment(L2M2019Env(visualize=False, difficulty=0, seed=1))
    env.reset()
theirs = env.osim_model
observer = Observer(env)
plain = Observer(env)
plain._readings = readings.Readings(theirs.model)
said = {"kind": type(observer._readings).__name__}

def differences():
    frames = [one.read(step=1, observation=[], action=np.zeros(22)) for one in (observer, plain)]
    return [n for n in Frame.__slots__ if not np.array_equal(*(getattr(f, n) for f in frames), equal_nan=True)]

asked = []
own = readings.Readings.read
readings.Readings.read = lambda self, state, y: asked.append(self) or own(self, state, y)
said["differences"] = []
for _ in range(4):
    env.step(np.random.RandomState(0).uniform(0, 1.2, 22))
    said["differences"] += differences()
said["asked"] = sum(one is observer._readings for one in asked)
# Another state in the same step: osim-rl goes on describing the one before.
state = theirs.get_state()
coordinate = theirs.model.getCoordinateSet().get("knee_angle_r")
coordinate.setValue(state, -0.7)
theirs.state = state
theirs.model.realizeAcceleration(state)
said["stale"] = differences()
said["asked_of_stale"] = sum(one is observer._readings for one in asked)
# The same pose with other muscles.
env.step(np.full(22, 0.5))
theirs.model.getMuscles().get(0).setActivation(theirs.state, 0.33)
theirs.model.realizeAcceleration(theirs.state)
said["stale_muscles"] = differences()
print(json.dumps(said))
"""


def test_that_what_osim_rl_has_described_is_taken_where_it_is_of_the_state() -> None:
    result = subprocess.run([sys.executable, "-c", STOCK], cwd=REPOSITORY, capture_output=True, text=True, timeout=50)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1]) == {
        "kind": "_OsimRlReadings",
        "differences": [],
        "asked": 0,
        "stale": [],
        "asked_of_stale": 1,
        "stale_muscles": [],
    }
