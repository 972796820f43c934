"""Controllers in the forms that need no extra library: real files, loaded for real."""

import json
import pickle
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from osimviz.resource_files import resource_path
from osimviz.worker.controllers import BoundController, ControllerLoadError, ControllerOptions, load_controller
from osimviz.worker.forms.reflex import START_POSE, osim_rl_controller
from tests.controllers.conftest import N_ACTIONS, N_OBSERVATIONS, ProstheticsEnv
from tests.recording.files import start_writer

OBSERVATION = np.linspace(-1.0, 1.0, N_OBSERVATIONS).tolist()
MUSCLES = tuple(f"muscle_{i}" for i in range(N_ACTIONS))


class L2M2019Env(ProstheticsEnv):
    """Stands for the environment of the reflex controller."""

    def __init__(self) -> None:
        super().__init__(tuple(f"muscle_{i}" for i in range(22)))


def bound(file: Path | str, environment: Any = None, *, is_trusted: bool = False) -> BoundController:
    program = load_controller(str(file), options=ControllerOptions(is_trusted=is_trusted))
    return program.bind(environment or ProstheticsEnv(), 0)


def network(**others: Any) -> dict[str, Any]:
    generator = np.random.RandomState(1)
    sizes = ((N_OBSERVATIONS, 12), (12, N_ACTIONS))
    arrays = {f"W{i}": generator.normal(size=size) / size[0] for i, size in enumerate(sizes)}
    arrays |= {f"b{i}": generator.normal(size=size[1]) for i, size in enumerate(sizes)}
    return {**arrays, "activations": np.array(["tanh", "sigmoid"]), **others}


def test_that_a_network_of_numpy_arrays_is_run_layer_by_layer(tmp_path: Path) -> None:
    held = network(mean=np.full(N_OBSERVATIONS, 0.2), std=np.full(N_OBSERVATIONS, 2.0))
    np.savez(tmp_path / "net.npz", **held)
    controller = bound(tmp_path / "net.npz")
    x = (np.array(OBSERVATION) - 0.2) / 2.0
    hidden = np.tanh(x @ held["W0"] + held["b0"])
    expected = 1.0 / (1.0 + np.exp(-(hidden @ held["W1"] + held["b1"])))
    np.testing.assert_allclose(controller.act(OBSERVATION, 0), expected, rtol=1e-12)
    assert controller.observation_kind == "vector"
    assert controller.signature == "act(observation)"


@pytest.mark.parametrize("suffix", [".npz", ".npy", ".pkl"])
def test_that_an_array_of_actions_is_run_row_by_row_and_its_last_row_held(tmp_path: Path, suffix: str) -> None:
    actions = np.random.RandomState(0).uniform(size=(4, N_ACTIONS))
    file = tmp_path / f"actions{suffix}"
    if suffix == ".pkl":
        file.write_bytes(pickle.dumps(actions))
    elif suffix == ".npy":
        np.save(file, actions)
    else:
        np.savez(file, actions=actions)
    controller = bound(file)
    for step, row in enumerate([0, 1, 2, 3, 3, 3]):
        np.testing.assert_array_equal(controller.act(OBSERVATION, step), actions[row])


def table(separator: str, rows: list[list[float]], names: tuple[str, ...]) -> str:
    return "\n".join([separator.join(names), *(separator.join(map(str, row)) for row in rows)]) + "\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_that_a_table_with_times_is_followed_linearly(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "excitations.csv"
    file.write_text(table(separator, [[0.0, *[0.0] * 19], [0.02, *[1.0] * 19]], ("time", *MUSCLES)))
    controller = bound(file)
    assert [controller.act([], step)[0] for step in (0, 1, 2, 9)] == pytest.approx([0.0, 0.5, 1.0, 1.0])
    assert controller.signature == "act(time)"


def test_that_columns_are_matched_by_muscle_in_any_order(tmp_path: Path) -> None:
    file = tmp_path / "excitations.sto"
    shuffled = [f"/forceset/{muscle}/activation" for muscle in MUSCLES]
    shuffled += [f"/forceset/{muscle}/excitation" for muscle in reversed(MUSCLES)]
    row = [0.0, *[9.0] * 19, *map(float, reversed(range(19)))]
    header = f"excitations\nversion=1\nnRows=1\nnColumns={len(row)}\ninDegrees=no\nendheader\n"
    file.write_text(header + table("\t", [row], ("time", *shuffled)))
    assert bound(file).act([], 0).tolist() == list(range(19))


def test_that_a_table_without_names_and_times_is_one_action_a_step(tmp_path: Path) -> None:
    file = tmp_path / "actions.csv"
    np.savetxt(file, np.arange(38.0).reshape(2, 19), delimiter=",")
    assert bound(file).act([], 1).tolist() == list(range(19, 38))


def test_that_a_recordings_actions_are_done_again(tmp_path: Path) -> None:
    actions = np.random.RandomState(2).uniform(size=(3, N_ACTIONS))
    with h5py.File(tmp_path / "run.h5", "w") as file:
        file["episode_0/actions"] = actions
    controller = bound(f"replay:{tmp_path / 'run.h5'}")
    np.testing.assert_array_equal(controller.act(OBSERVATION, 2), actions[2])
    assert controller.label == "replay · run.h5"


def test_that_the_actions_of_a_run_whose_program_was_killed_are_done_again(tmp_path: Path) -> None:
    writer = start_writer(tmp_path / "run.h5", 1000, 0.0)
    assert writer.stdout is not None
    for _ in range(300):
        writer.stdout.readline()
    writer.kill()
    writer.communicate()
    declaration = load_controller(f"replay:{tmp_path / 'run.h5'}").declaration
    assert declaration.environment == "prosthetics"


@pytest.mark.parametrize(
    ("env_name", "declared"), [("l2m2019", "l2m2019"), ("evil.py:Env", ""), (["prosthetics"], ""), (None, "")]
)
def test_that_a_recording_names_its_environment_but_no_program(tmp_path: Path, env_name: Any, declared: str) -> None:
    with h5py.File(tmp_path / "run.h5", "w") as file:
        file["episode_0/actions"] = np.zeros((2, 22))
        file["episode_0/run"] = json.dumps({"env_name": env_name, "env_args": [["model", "2D"], ["odd"]]})
    declaration = load_controller(f"replay:{tmp_path / 'run.h5'}").declaration
    assert declaration.environment == declared
    assert declaration.environment_args == ((("model", "2D"),) if declared else ())


@pytest.mark.parametrize("action_range", ["tanh", "unit"])
def test_that_a_recordings_raw_actions_are_mapped_as_they_were(tmp_path: Path, action_range: str) -> None:
    raw = np.random.RandomState(2).uniform(-1.5, 1.5, size=(3, 4))
    applied = np.clip((raw + 1) / 2 if action_range == "tanh" else raw, 0.0, 1.0)
    with h5py.File(tmp_path / "run.h5", "w") as file:
        file["episode_0/actions"] = raw
        file["episode_0/frames/excitation"] = np.vstack([np.zeros(4), applied[:, ::-1]])
    assert load_controller(f"replay:{tmp_path / 'run.h5'}").declaration.action_range == action_range


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n" + bytes(64), b"text"])
def test_that_a_recording_that_is_none_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "run.h5").write_bytes(content)
    with pytest.raises(ControllerLoadError, match=r"run\.h5 holds no recorded actions") as caught:
        bound(f"replay:{tmp_path / 'run.h5'}")
    assert "\n" not in str(caught.value)


def legs() -> dict[str, Any]:
    """Return an observation of L2M2019Env on both feet."""
    generator = np.random.RandomState(3)
    names = ("HAB", "HAD", "HFL", "GLU", "HAM", "RF", "VAS", "BFSH", "GAS", "SOL", "TA")
    leg = {
        "ground_reaction_forces": [0.0, 0.0, 0.6],
        "joint": {"hip_abd": 0.0, "hip": -0.3, "knee": -0.2, "ankle": 0.1},
        "d_joint": {"hip_abd": 0.1, "hip": 0.5, "knee": -0.4, "ankle": 0.2},
        **{name: dict(zip("flv", generator.uniform(size=3).tolist(), strict=True)) for name in names},
    }
    pelvis = {"height": 0.9, "pitch": 0.1, "roll": 0.0, "vel": [1.3, 0.0, 0.0, 0.1, 0.0, 0.0]}
    return {"pelvis": pelvis, "r_leg": leg, "l_leg": {**leg, "joint": {**leg["joint"], "hip": 0.2}}}


@pytest.mark.parametrize("n", [37, 46, 74, 92])
def test_that_reflex_parameters_run_osim_rls_own_controller(tmp_path: Path, n: int) -> None:
    parameters = np.random.RandomState(4).uniform(0.8, 1.2, n)
    file = tmp_path / "params.txt"
    np.savetxt(file, parameters)
    controller = bound(file, L2M2019Env())
    mode, n_leg = ("2D", 37) if n in (37, 74) else ("3D", 46)
    own = osim_rl_controller()(mode=sys.intern(mode))
    own.set_control_params_RL("r_leg", parameters[:n_leg])
    own.set_control_params_RL("l_leg", parameters[-n_leg:])
    for step in range(3):
        action = controller.act(legs(), step)
        assert len(action) == 22
        np.testing.assert_array_equal(action, own.update(legs()))
    assert controller.observation_kind == "dict"
    assert mode in controller.label


def test_that_the_reflex_controller_declares_where_it_walks() -> None:
    declaration = load_controller("reflex").declaration
    assert declaration.environment == "l2m2019"
    assert declaration.environment_args == (("model", "2D"), ("difficulty", "0"))
    assert declaration.init_pose == START_POSE
    assert len(START_POSE) == 12


def test_that_a_record_of_cma_gives_its_last_row(tmp_path: Path) -> None:
    rows = np.random.RandomState(5).uniform(size=(3, 5 + 37))
    np.savetxt(tmp_path / "run_xrecentbest.dat", rows, header="columns", comments="% ")
    np.savetxt(tmp_path / "params.txt", rows[-1, 5:])
    of_record = bound(tmp_path / "run_xrecentbest.dat", L2M2019Env())
    of_text = bound(tmp_path / "params.txt", L2M2019Env())
    np.testing.assert_allclose(of_record.act(legs(), 0), of_text.act(legs(), 0), rtol=1e-15)


def test_that_the_reflex_controller_begins_each_episode_anew(tmp_path: Path) -> None:
    controller = bound("reflex", L2M2019Env())
    first = [np.array(controller.act(legs(), step)) for step in range(3)]
    in_the_air = legs()
    in_the_air["r_leg"] = {**in_the_air["r_leg"], "ground_reaction_forces": [0.0, 0.0, 0.0]}
    assert not np.array_equal(controller.act(in_the_air, 3), first[0])
    controller.restart()
    np.testing.assert_array_equal([controller.act(legs(), step) for step in range(3)], first)


@pytest.mark.parametrize("name", ["reflex_2d_walk.txt", "reflex_2d_fall.txt"])
def test_that_the_bundled_parameters_are_there(name: str) -> None:
    path = resource_path(f"controllers/{name}")
    assert bound(path, L2M2019Env()).label == f"{name} · reflex controller 2D"
    assert np.loadtxt(path).shape == (37,)


def test_that_osim_rls_packages_are_not_imported() -> None:
    load_controller("reflex")
    assert not {"gym", "osim", "envs", "envs.control"} & set(sys.modules)


@pytest.mark.parametrize(
    ("suffix", "content", "words"),
    [
        (".onnx", b"\x08\x07\x12\x07pytorch", ["needs the module onnxruntime", "pip install osimviz[onnx]"]),
        (".joblib", pickle.dumps({"a": 1}), ["needs the module joblib", "pip install osimviz[joblib]"]),
    ],
)
def test_that_a_missing_library_is_named_with_the_line_that_installs_it(
    tmp_path: Path, suffix: str, content: bytes, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setitem(sys.modules, "joblib", None)
    file = tmp_path / f"policy{suffix}"
    file.write_bytes(content)
    with pytest.raises(ControllerLoadError) as caught:
        bound(file, is_trusted=True)
    for word in words:
        assert word in f"{caught.value} {caught.value.failure.hint}"


def test_that_requirements_beside_a_controller_are_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("no_such_module_anywhere\n")
    (tmp_path / "walk.py").write_text("import no_such_module_anywhere\n")
    with pytest.raises(ControllerLoadError, match="needs the module no_such_module_anywhere") as caught:
        bound(tmp_path / "walk.py", is_trusted=True)
    assert f"pip install -r {tmp_path / 'requirements.txt'}" in caught.value.failure.hint


def test_that_a_harmless_pickle_does_not_make_its_folder_importable(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (tmp_path / "fractions.py").write_text(f"open({str(canary)!r}, 'w').close()\n")
    file = tmp_path / "weights.pkl"
    file.write_bytes(b"\x80\x04\x8c\x09fractions\x8c\x08Fraction\x93K\x01\x85R.")
    hidden = sys.modules.pop("fractions", None)
    try:
        with pytest.raises(ControllerLoadError):
            bound(file)
    finally:
        if hidden is not None:
            sys.modules["fractions"] = hidden
    assert not canary.exists()


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("class Agent:\n    def act(self, obs):\n        return 'agent'\n", "agent"),
        ("def my_controller(obs):\n    return 'mine'\n", "mine"),
        ("def policy(obs):\n    return 'policy'\n", "policy"),
        (
            "class Agent:\n"
            "    def __init__(self, observation_space, action_space):\n        self.n = action_space.shape\n"
            "    def act(self, obs):\n        return self.n\n",
            (19,),
        ),
        ("controller = [[0.1] * 19]\n", None),
    ],
)
def test_that_a_python_file_names_its_controller_as_people_do(tmp_path: Path, source: str, answer: Any) -> None:
    file = tmp_path / "solution.py"
    file.write_text(source)
    if answer is None:
        with pytest.raises(ControllerLoadError, match="type list, which is no controller"):
            bound(file, is_trusted=True)
    else:
        assert bound(file, is_trusted=True).act([], 0) == answer


def test_that_a_python_file_finds_its_weights_by_their_bare_name(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    np.save(folder / "w.npy", np.full(19, 0.3))
    (folder / "walk.py").write_text(
        "import numpy as np\nA = np.load('w.npy')\n\nclass Agent:\n"
        "    def __init__(self):\n        self.b = np.load('w.npy')\n"
        "    def act(self, o):\n        return A + self.b\n"
    )
    here = Path.cwd()
    assert bound(folder / "walk.py", is_trusted=True).act([], 0).tolist() == [0.6] * 19
    assert Path.cwd() == here


def test_that_an_array_in_a_python_file_is_run_by_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "walk.py"
    file.write_text("import numpy as np\ncontroller = np.arange(38.0).reshape(2, 19)\n")
    assert bound(file, is_trusted=True).act([], 1)[0] == 19.0


def test_that_a_pickle_of_python_2_with_arrays_is_read(tmp_path: Path) -> None:
    # numpy.ones((2, 19)) as Python 2.7 pickled it, protocol 2: the bytes of the array are a text.
    data = np.full((2, 19), 0.7).tobytes()
    text = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K\x02K\x13\x86"
        b"cnumpy\ndtype\nU\x02f8K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89"
        b"T" + len(data).to_bytes(4, "little") + data + b"tb."
    )
    file = tmp_path / "actions.pkl"
    file.write_bytes(text)
    np.testing.assert_array_equal(bound(file).act([], 0), np.full(19, 0.7))
