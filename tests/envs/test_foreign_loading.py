"""User's environments by name: found, imported, made with arguments, or refused in one sentence."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from osimviz.envs import osim_rl_shim
from osimviz.envs.foreign_loading import make_foreign_environment
from osimviz.envs.foreign_names import ForeignEnvironmentError, ForeignName, is_foreign, parse_foreign_name

REPOSITORY = Path(__file__).parents[2]

PROGRAM = """
from pathlib import Path
from osimviz.envs import OsimModel
from osimviz.envs.models import model_path

class Reach:
    def __init__(self, gain=1.0, seed=None, visualize=True):
        self.given = {"gain": gain, "seed": seed, "visualize": visualize}
        self.osim_model = OsimModel(Path(model_path("arm2dof6musc.osim")))

    def change_model(self, gain=0.0, level=0):
        self.changed = {"gain": gain, "level": level}

    def reset(self, pose=None):
        self.pose = pose
        self.osim_model.reset()
        return [1.0, 2.0]

    def step(self, action):
        self.osim_model.actuate(action)
        self.osim_model.integrate()
        return [1.0, 2.0], 0.0, False, {}

class Derived(Reach):
    def __init__(self, extra=3, **arguments):
        super().__init__(**arguments)
        self.extra = extra

class Failing:
    def __init__(self):
        raise OSError("the table is missing\\nand more")

def make():
    return Derived(gain=9.0)

number = 3
"""


@pytest.fixture(autouse=True)
def _process_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    # The shim changes the process for good; it has tests of its own, in other processes.
    monkeypatch.setattr(osim_rl_shim, "install", lambda: None)
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "reaching_env.py"
    path.write_text(PROGRAM, encoding="utf-8")
    yield path
    sys.modules.pop("reaching_env", None)


def test_that_the_forms_of_names_are_told_apart() -> None:
    assert [is_foreign(name) for name in ("prosthetics", "a.b:C", "f.py:C", "arm.osim", "f.py", "l2run")] == [
        False, True, True, True, True, False,
    ]  # fmt: skip
    assert parse_foreign_name("a.b:C") == ForeignName("a.b", "C", is_file=False)
    assert parse_foreign_name("C:/x/f.py:C.Inner") == ForeignName("C:/x/f.py", "C.Inner", is_file=True)
    assert parse_foreign_name("C:/x/arm.osim").is_model


@pytest.mark.parametrize("name", ["f.py", "f.py:", "a:b c", ":C"])
def test_that_a_name_without_a_class_is_refused(name: str) -> None:
    with pytest.raises(ForeignEnvironmentError, match="does not name a class of the user's own; write "):
        parse_foreign_name(name)


def test_that_a_class_of_a_file_is_made_without_a_window_and_with_the_seed(program: Path) -> None:
    env = make_foreign_environment(f"{program}:Reach", {}, seed=4)
    assert env.given == {"gain": 1.0, "seed": 4, "visualize": False}


def test_that_a_class_of_a_module_beside_the_user_is_found(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(program.parent)
    assert type(make_foreign_environment("reaching_env:Reach", {})).__name__ == "Reach"


def test_that_a_function_may_make_the_environment(program: Path) -> None:
    assert make_foreign_environment(f"{program}:make", {}).given["gain"] == 9.0


def test_that_arguments_go_to_constructor_change_model_and_reset(program: Path) -> None:
    env = make_foreign_environment(f"{program}:Derived", {"extra": "5", "gain": "2.5", "level": "1", "pose": "low"})
    env.reset()
    assert (env.extra, env.given["gain"], env.pose) == (5, 2.5, "low")
    # change_model sets its defaults where it is given nothing.
    assert env.changed == {"gain": 2.5, "level": 1}


def test_that_a_file_in_a_package_imports_its_neighbours(tmp_path: Path) -> None:
    folder = tmp_path / "walking_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "first.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "second.py").write_text("from .first import Reach\nclass Mine(Reach): ...\n", encoding="utf-8")
    env = make_foreign_environment(f"{folder / 'second.py'}:Mine", {})
    assert type(env.environment).__module__ == "walking_package.second"


@pytest.mark.parametrize(
    ("name", "args", "sentence"),
    [
        ("no_such_module_here:C", {}, "There is no module no_such_module_here; name one"),
        ("no_such_file.py:C", {}, "There is no file no_such_file.py; name the file that holds C."),
        ("{file}:Nothing", {}, "reaching_env.py has no class Nothing; it has Derived, Reach."),
        ("{file}:number", {}, "has no class number; it has"),
        ("{file}:Failing", {}, r"Failing of .*reaching_env.py raised OSError when it was made: the table is missing$"),
        ("{file}:Path", {}, "Path is no environment of osim-rl's protocol: it has no reset and no step and no osim_m"),
        ("{file}:Reach", {"gian": "2"}, "has no argument 'gian'; known: gain, level, pose, seed, visualize."),
        ("json:dumps", {}, "dumps of json raised TypeError when it was made"),
        ("no_such_arm.osim", {}, "There is no model file no_such_arm.osim; name an .osim file."),
    ],
)
def test_that_what_cannot_be_made_is_one_sentence(
    program: Path, name: str, args: dict[str, str], sentence: str
) -> None:
    with pytest.raises((ForeignEnvironmentError, RuntimeError), match=sentence) as caught:
        make_foreign_environment(name.format(file=program), args)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("import no_such_neighbour", "raised ModuleNotFoundError when it was imported: No module named"),
        ("1 / 0", "raised ZeroDivisionError when it was imported: division by zero"),
        ("def", "raised SyntaxError when it was imported"),
        ("raise SystemExit(3)", "raised SystemExit when it was imported"),
    ],
)
def test_that_a_file_that_cannot_be_imported_is_named_and_forgotten(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "broken_env.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ForeignEnvironmentError, match=sentence):
        make_foreign_environment(f"{path}:C", {})
    assert "broken_env" not in sys.modules


def test_that_a_subclass_of_the_users_own_osim_rl_runs() -> None:
    text = """
import sys
from osim.env import L2M2019Env
class Slow(L2M2019Env):
    def get_reward(self):
        return -1.0
"""
    program = f"""
import contextlib, pathlib, sys
pathlib.Path("slow_env.py").write_text({text!r})
from osimviz.envs.foreign_loading import make_foreign_environment
from osimviz.worker.observer import Observer
with contextlib.redirect_stdout(sys.stderr):
    env = make_foreign_environment("slow_env.py:Slow", {{"model": "2D", "difficulty": "0"}}, seed=3)
    first = env.reset(seed=3)
observer = Observer(env)
step = env.step([0.1] * 22)
frame = observer.read(step=1, observation=env.get_observation(), reward=step[1])
print(sorted(first)[:2], step[1:], frame.observation.size, env.spec.timestep_limit)
print([c.name for c in env.observation_channels()][242:244], env.action_names()[2:4], observer.end_limits[0].sentence)
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50,
                            env={"PYTHONPATH": str(REPOSITORY), "PATH": ""})  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "['l_leg', 'pelvis'] (-1.0, False, {'ended_by': None}) 339 1000",
        "['observation/pelvis/height', 'observation/pelvis/pitch'] ('iliopsoas_r', 'glut_max_r') pelvis below 0.6 m",
    ]
