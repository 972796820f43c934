"""Stock osim-rl, unmodified, on this OpenSim: in a process of its own, which the shim changes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from osimviz.envs.foreign_interpolation import LinearInterpolation
from osimviz.envs.target_field import TargetField

REPOSITORY = Path(__file__).parents[2]

PREPARE = """
import contextlib, importlib, json, random, sys
import numpy as np
from osimviz.envs import osim_rl_shim
from osimviz.envs.engine import opensim
osim_rl_shim.install()
said = {}
"""

REPEAT = """
with np.load(f"{folder}/{name}.npz") as file:
    recorded = dict(file)
meta = json.loads(str(recorded["meta"]))
with contextlib.redirect_stdout(sys.stderr):
    env = getattr(importlib.import_module("osim.env"), meta["class"])(visualize=False, **meta["kwargs"])
    random.seed(12); np.random.seed(12)
    env.reset(**meta["reset"])
    steps = [env.step(action) for action in recorded["actions"][:n_steps]]
y = env.osim_model.state.getY().to_numpy()
said["y"] = float(abs(y - recorded["y"][n_steps]).max())
said["rewards"] = float(abs(np.array([step[1] for step in steps]) - recorded["rewards"][:n_steps]).max())
said["observation"] = float(abs(np.array(env.get_observation()) - recorded["observations"][n_steps]).max())
"""


def said_by(program: str) -> dict[str, Any]:
    """Run a program under the shim; return its variable `said`."""
    text = f"{PREPARE}{program}\nprint(json.dumps(said))"
    result = subprocess.run([sys.executable, "-c", text], cwd=REPOSITORY, capture_output=True, text=True, timeout=50)
    assert result.returncode == 0, result.stderr
    said: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return said


@pytest.mark.parametrize("name", ["l2m2019_d0", "l2m2019_d2", "arm2d"])
def test_that_stock_osim_rl_runs_and_gives_its_own_numbers(name: str) -> None:
    folder = REPOSITORY / "tests" / "reference"
    said = said_by(f"folder, name, n_steps = {str(folder)!r}, {name!r}, 12\n{REPEAT}")
    assert said["y"] < 1e-9
    assert said["rewards"] < 1e-9
    assert said["observation"] < 1e-9


def test_that_a_state_outlives_the_manager_that_osim_rl_replaces() -> None:
    said = said_by(
        """
env = importlib.import_module("osim.env").Arm2DEnv(visualize=False)
env.reset()
env.step([0.2] * 6)
env.osim_model.set_activations([0.4] * 6)
said["activations"] = env.osim_model.get_activations()
said["steps"] = len([env.step([0.2] * 6) for _ in range(3)])
"""
    )
    assert said == {"activations": pytest.approx([0.4] * 6), "steps": 3}


def test_that_no_visualizer_is_started() -> None:
    program = """
env = importlib.import_module("osim.env").Arm2DEnv(visualize=True)
env.reset()
said["has"] = env.osim_model.model.getUseVisualizer()
"""
    assert said_by(program) == {"has": False}


def test_that_gym_and_scipy_stand_in_only_as_far_as_osim_rl_needs_them() -> None:
    said = said_by(
        """
importlib.import_module("envs.target")
said["version"] = importlib.import_module("gym").__version__
box = importlib.import_module("gym.spaces").Box(np.array([0.0] * 3), np.array([1.0] * 3))
said["inside"] = box.contains(box.sample())
said["field"] = type(importlib.import_module("envs.target.v_tgt_field").np.diff(np.array([0.8, 1.8]))).__name__
said["elsewhere"] = type(np.diff(np.array([0.8, 1.8]))).__name__
said["is_lent"] = "scipy" in sys.modules and not hasattr(sys.modules["scipy"], "__version__")
"""
    )
    assert said.pop("version")
    assert said == {"inside": True, "field": "float", "elsewhere": "ndarray", "is_lent": False}


def test_that_installing_twice_changes_nothing_more() -> None:
    program = """
before = opensim.Manager.integrate, list(sys.meta_path)
osim_rl_shim.install()
said["is_same"] = before == (opensim.Manager.integrate, list(sys.meta_path))
"""
    assert said_by(program) == {"is_same": True}


def test_that_a_process_without_foreign_environments_is_left_alone() -> None:
    program = "import sys, osimviz.envs.registry; print([n for n in ('gym', 'scipy', 'osim') if n in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=50)
    assert result.stdout == "[]\n"


def test_that_the_interpolation_is_that_of_the_target_field() -> None:
    field = TargetField(seed=7)
    field.reset(2)
    axis = (np.arange(81) - 40.0) / 2
    nodes = np.array([[field.velocity_at((x, y))[0] for x in axis] for y in axis])
    interpolation = LinearInterpolation(axis, axis, nodes, kind="linear")
    places = [*np.random.RandomState(1).uniform(-22, 22, (200, 2)), (20.0, -20.0), (-25.0, 3.0)]
    for x, y in places:
        value = interpolation(x, y)
        assert value.shape == (1,)
        assert value[0] == field.velocity_at((x, y))[0]


def test_that_the_interpolation_of_two_axes_is_a_grid() -> None:
    interpolation = LinearInterpolation([0, 1, 2], [0, 1], [[0, 1, 2], [10, 11, 12]])
    np.testing.assert_allclose(interpolation([0.5, 1.5], [0.0, 0.5, 1.0]), [[0.5, 1.5], [5.5, 6.5], [10.5, 11.5]])


def test_that_another_kind_of_interpolation_is_refused() -> None:
    with pytest.raises(ValueError, match="linear interpolation only, not for kind='cubic'"):
        LinearInterpolation([0, 1], [0, 1], [[0, 1], [0, 1]], kind="cubic")
