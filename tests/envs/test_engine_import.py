"""What importing the environments and OpenSim does to a process."""

import pickle
import subprocess
import sys
from pathlib import Path

from osimviz.envs import L2M2019Env


def run_clean(code: str, folder: Path) -> str:
    """Return what a fresh interpreter prints."""
    arguments = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n{code}"]
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout + done.stderr


def test_that_checking_arguments_does_not_load_opensim(tmp_path: Path) -> None:
    code = """
import osimviz.envs
import osimviz.envs.actions
import osimviz.envs.models
osimviz.envs.parse_arguments("prosthetics", {"model": "2D"})
print(sorted({"opensim", "gym", "PyQt5", "vtkmodules"} & {name.split(".")[0] for name in sys.modules}))
"""
    assert run_clean(code, tmp_path).strip() == "[]"


def test_that_an_environment_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    code = """
import os
os.environ.pop("LD_LIBRARY_PATH", None)
names = ("PATH", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE")
before = [os.environ.get(name) for name in names]
from osimviz.envs import ProstheticsEnv
env = ProstheticsEnv(visualize=False)
env.reset()
env.step(env.action_space.sample())
print([os.environ.get(name) for name in names] == before)
print(sorted({"gym", "gymnasium", "PyQt5", "vtkmodules"} & {name.split(".")[0] for name in sys.modules}))
"""
    folder = tmp_path / "work"
    folder.mkdir()
    # Nothing else may be said: OpenSim is silent.
    assert run_clean(code, folder).split("\n") == ["True", "[]", ""]
    assert list(folder.iterdir()) == []


def test_that_a_snapshot_is_read_without_opensim(tmp_path: Path) -> None:
    env = L2M2019Env(visualize=False, difficulty=3, seed=5)
    env.reset()
    (tmp_path / "snapshot.pkl").write_bytes(pickle.dumps(env.snapshot()))
    code = """
import pickle
snapshot = pickle.load(open("snapshot.pkl", "rb"))
print(snapshot.environment, snapshot.physics.istep, snapshot.bookkeeping["footstep"]["n"], "opensim" in sys.modules)
"""
    assert run_clean(code, tmp_path).strip() == "L2M2019Env 0 0 False"
