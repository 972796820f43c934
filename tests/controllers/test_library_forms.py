"""Controllers that need an extra library: ONNX, PyTorch, Stable-Baselines3, joblib. Run with `-m torch`."""

import pickle
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest

from osimviz.trust import inspect
from osimviz.worker.controllers import BoundController, ControllerLoadError, ControllerOptions, load_controller
from tests.controllers.broken_files import WITH_CANARY, WITHOUT_CODE
from tests.controllers.conftest import N_ACTIONS, N_OBSERVATIONS, ProstheticsEnv

pytestmark = [
    pytest.mark.torch,
    # The libraries warn of their own and of each other's old habits.
    pytest.mark.filterwarnings("ignore"),
]

OBSERVATION = np.linspace(-1.0, 1.0, N_OBSERVATIONS).tolist()


def bound(file: Path, *, is_trusted: bool = False, environment: Any = None) -> BoundController:
    program = load_controller(str(file), options=ControllerOptions(is_trusted=is_trusted))
    return program.bind(environment or ProstheticsEnv(), 0)


def refusal(file: Path, *, is_trusted: bool = True) -> str:
    with pytest.raises(ControllerLoadError) as caught:
        bound(file, is_trusted=is_trusted)
    assert "\n" not in str(caught.value)
    return f"{caught.value}. {caught.value.failure.hint}"


def torch_network(n_inputs: int = N_OBSERVATIONS) -> Any:
    import torch

    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(n_inputs, 8), torch.nn.Dropout(0.5), torch.nn.Tanh(), torch.nn.Linear(8, N_ACTIONS)
    )


def expected_of(network: Any) -> Any:
    import torch

    network.eval()
    with torch.no_grad():
        return network(torch.tensor([OBSERVATION], dtype=torch.float32)).numpy()


def onnx_model(*, n_inputs: int = 1, width: int = N_OBSERVATIONS, number_type: int = 1) -> bytes:
    """Return a model y = tanh(x W), with more inputs than one if asked for."""
    from onnx import helper, numpy_helper

    weight = np.random.RandomState(0).normal(size=(width, N_ACTIONS)).astype(np.float32 if number_type == 1 else float)
    names = ["observation", *(f"state_{i}" for i in range(n_inputs - 1))]
    nodes = [helper.make_node("MatMul", ["observation", "W"], ["h"]), helper.make_node("Tanh", ["h"], ["action"])]
    nodes += [helper.make_node("Identity", [name], [f"next_{name}"]) for name in names[1:]]
    graph = helper.make_graph(
        nodes,
        "policy",
        [helper.make_tensor_value_info(name, number_type, ["batch", width]) for name in names],
        [
            helper.make_tensor_value_info("action", number_type, ["batch", N_ACTIONS]),
            *(helper.make_tensor_value_info(f"next_{name}", number_type, ["batch", width]) for name in names[1:]),
        ],
        [numpy_helper.from_array(weight, "W")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return model.SerializeToString()


@pytest.mark.parametrize("number_type", [1, 11], ids=["float", "double"])
def test_that_an_onnx_model_is_run_on_the_vector(tmp_path: Path, number_type: int) -> None:
    file = tmp_path / "policy.onnx"
    file.write_bytes(onnx_model(number_type=number_type))
    controller = bound(file)
    weight = np.random.RandomState(0).normal(size=(N_OBSERVATIONS, N_ACTIONS))
    np.testing.assert_allclose(controller.act(OBSERVATION, 0), np.tanh([OBSERVATION @ weight]), atol=2e-5)
    assert controller.observation_kind == "vector"


def test_that_an_onnx_model_of_another_width_is_told_before_the_first_step(tmp_path: Path) -> None:
    file = tmp_path / "policy.onnx"
    file.write_bytes(onnx_model(width=158))
    assert "this controller takes 158 values; ProstheticsEnv gives 160" in refusal(file)


def test_that_an_onnx_model_with_two_inputs_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "policy.onnx"
    file.write_bytes(onnx_model(n_inputs=2))
    assert "takes 2 inputs (observation, state_0)" in refusal(file)


def test_that_a_torchscript_module_runs_without_consent(tmp_path: Path) -> None:
    import torch

    network = torch_network()
    file = tmp_path / "policy.pt"
    torch.jit.script(network).save(str(file))
    inspection = inspect(file)
    assert (inspection.form, inspection.is_harmless) == ("torchscript", True)
    controller = bound(file)
    np.testing.assert_allclose(controller.act(OBSERVATION, 0), expected_of(network), rtol=1e-6)
    np.testing.assert_array_equal(controller.act(OBSERVATION, 1), controller.act(OBSERVATION, 2))


@pytest.mark.parametrize("is_old", [False, True], ids=["zip", "old"])
def test_that_a_whole_torch_module_runs_with_consent_only(tmp_path: Path, is_old: bool) -> None:
    import torch

    network = torch_network()
    file = tmp_path / "policy.pth"
    torch.save(network, file, _use_new_zipfile_serialization=not is_old)
    assert not inspect(file).is_harmless
    assert "torch.nn.modules" in refusal(file, is_trusted=False)
    controller = bound(file, is_trusted=True)
    np.testing.assert_allclose(controller.act(OBSERVATION, 0), expected_of(network), rtol=1e-6)
    assert controller.signature == "forward(tensor)"


@pytest.mark.parametrize("is_old", [False, True], ids=["zip", "old"])
@pytest.mark.parametrize("is_trusted", [False, True])
def test_that_weights_alone_ask_for_their_network(tmp_path: Path, is_old: bool, is_trusted: bool) -> None:
    import torch

    file = tmp_path / "actor.pth"
    torch.save(torch_network().state_dict(), file, _use_new_zipfile_serialization=not is_old)
    assert inspect(file).is_harmless
    assert "weights without the network they belong to" in refusal(file, is_trusted=is_trusted)


def test_that_a_torch_module_of_another_width_is_told_before_the_first_step(tmp_path: Path) -> None:
    import torch

    file = tmp_path / "policy.pt"
    torch.save(torch_network(n_inputs=158), file)
    assert "this controller takes 158 values; ProstheticsEnv gives 160" in refusal(file)


def test_that_a_cloudpickled_network_is_asked_with_tensors(tmp_path: Path) -> None:
    network = torch_network()
    file = tmp_path / "policy.pkl"
    file.write_bytes(cloudpickle.dumps(network))
    np.testing.assert_allclose(bound(file, is_trusted=True).act(OBSERVATION, 0), expected_of(network), rtol=1e-6)


def test_that_a_torch_object_with_a_method_of_its_own_is_asked_by_it(tmp_path: Path) -> None:
    import torch

    (tmp_path / "agents.py").write_text(
        "import torch\n\nclass Agent(torch.nn.Module):\n    def get_action(self, obs):\n        return len(obs)\n"
    )
    sys.path.insert(0, str(tmp_path))
    import agents  # type: ignore[import-not-found]

    torch.save(agents.Agent(), tmp_path / "policy.pt")
    assert bound(tmp_path / "policy.pt", is_trusted=True).act(OBSERVATION, 0) == N_OBSERVATIONS


def sb3_model(algorithm: str, folder: Path) -> tuple[Path, Any]:
    import gymnasium
    import stable_baselines3

    class Env(gymnasium.Env):  # type: ignore[misc]
        low = 0.0 if algorithm in ("PPO", "A2C") else -1.0
        observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (N_OBSERVATIONS,))
        action_space = gymnasium.spaces.Box(low, 1.0, (N_ACTIONS,))

        def reset(self, *, seed: Any = None, options: Any = None) -> Any:
            return self.observation_space.low * 0, {}

        def step(self, action: Any) -> Any:
            return np.zeros(N_OBSERVATIONS), 0.0, False, False, {}

    words = {"policy_kwargs": {"net_arch": [8]}, "device": "cpu", "seed": 0}
    if algorithm in ("SAC", "TD3", "DDPG"):
        words["buffer_size"] = 10
    model = getattr(stable_baselines3, algorithm)("MlpPolicy", Env(), **words)
    file = folder / f"{algorithm}.zip"
    model.save(file)
    return file, model


@pytest.mark.parametrize("algorithm", ["PPO", "A2C", "SAC", "TD3", "DDPG"])
def test_that_a_stable_baselines_model_answers_as_its_own_predict(tmp_path: Path, algorithm: str) -> None:
    file, model = sb3_model(algorithm, tmp_path)
    inspection = inspect(file)
    assert (inspection.form, inspection.is_harmless, inspection.fault) == ("sb3", False, "")
    assert any(name.startswith("gymnasium") for name in inspection.imports)
    assert "runs code" in refusal(file, is_trusted=False)
    controller = bound(file, is_trusted=True)
    expected, _ = model.predict(np.array(OBSERVATION, dtype=np.float32), deterministic=True)
    np.testing.assert_allclose(controller.act(OBSERVATION, 0), expected, rtol=1e-6)
    assert controller.action_range == ("unit" if algorithm in ("PPO", "A2C") else "tanh")


def test_that_a_joblib_dump_of_a_regressor_is_run(tmp_path: Path) -> None:
    import joblib

    (tmp_path / "regressors.py").write_text(
        "class Regressor:\n    def __init__(self, W):\n        self.W = W\n"
        "    def act(self, observation):\n        return observation @ self.W\n"
    )
    sys.path.insert(0, str(tmp_path))
    import regressors  # type: ignore[import-not-found]

    weight = np.random.RandomState(0).normal(size=(N_OBSERVATIONS, N_ACTIONS))
    for compress in (0, 3):
        file = tmp_path / f"policy{compress}.joblib"
        joblib.dump(regressors.Regressor(weight), file, compress=compress)
        assert not inspect(file).is_harmless
        answer = bound(file, is_trusted=True).act(OBSERVATION, 0)
        np.testing.assert_allclose(answer, OBSERVATION @ weight)


def test_that_a_joblib_dump_with_the_suffix_of_a_pickle_is_known(tmp_path: Path) -> None:
    import joblib

    file = tmp_path / "policy.pkl"
    joblib.dump({"actions": np.zeros((3, N_ACTIONS)), "n": 3}, file)
    assert inspect(file).form == "joblib"


@pytest.mark.parametrize("name", WITH_CANARY)
def test_that_nothing_runs_without_consent_where_all_libraries_are(name: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    file = tmp_path / name
    file.write_bytes(WITH_CANARY[name](canary))
    refusal(file, is_trusted=False)
    assert not canary.exists()


@pytest.mark.parametrize("name", WITHOUT_CODE)
def test_that_what_is_no_controller_gets_one_line_where_all_libraries_are(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(WITHOUT_CODE[name])
    line = refusal(file)
    assert "needs the module torch" not in line
    assert "Traceback" not in line


@pytest.mark.parametrize("name", ["module.pt", "before_1_6.pth", "dumped.joblib", "compressed.joblib"])
def test_that_the_canary_sings_with_consent_where_all_libraries_are(name: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    file = tmp_path / name
    file.write_bytes(WITH_CANARY[name](canary))
    refusal(file)
    assert canary.exists()


def test_that_a_torch_file_with_two_pickles_of_one_name_runs_nothing(tmp_path: Path) -> None:
    # Readers of zip archives differ in which of the two they take.
    canary = tmp_path / "canary"
    file = tmp_path / "twice.pt"
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a/data.pkl", WITH_CANARY["protocol_2.pkl"](canary))
        archive.writestr("a/version", b"3\n")
        archive.writestr("a/data.pkl", pickle.dumps({"w": 1}, 2))
    refusal(file, is_trusted=False)
    assert not canary.exists()
