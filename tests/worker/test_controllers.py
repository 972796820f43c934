"""Controllers as people keep them: real files, loaded for real."""

import pickle
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cloudpickle
import numpy as np
import pytest

from osimviz.worker.controllers import ControllerLoadError, ControllerOptions, load_controller

N_ACTIONS = 19
TRUSTED = ControllerOptions(is_trusted=True)
ENVIRONMENT = SimpleNamespace(action_names=lambda: tuple(f"muscle_{i}" for i in range(N_ACTIONS)))


@pytest.fixture(autouse=True)
def _restored_imports() -> Any:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def first_action(file: str | Path, seed: int = 0) -> Any:
    bound = load_controller(str(file), options=TRUSTED).bind(ENVIRONMENT, seed)
    return bound.act([0.0] * 160, 0)


def refusal(file: str | Path) -> str:
    with pytest.raises(ControllerLoadError) as caught:
        load_controller(str(file), options=TRUSTED).bind(ENVIRONMENT, 0)
    sentence = caught.value.failure.sentence
    assert "\n" not in sentence
    return sentence


def test_that_random_actions_are_those_of_numpys_legacy_generator() -> None:
    bound = load_controller("random").bind(ENVIRONMENT, 5)
    expected = np.random.RandomState(5)
    for step in range(3):
        np.testing.assert_array_equal(bound.act([], step), expected.uniform(0, 1, N_ACTIONS))


@pytest.mark.parametrize(("name", "value"), [("zero", 0.0), ("constant:0.3", 0.3)])
def test_that_built_in_constants_excite_all_muscles_alike(name: str, value: float) -> None:
    np.testing.assert_array_equal(first_action(name), np.full(N_ACTIONS, value))


def test_that_a_cloudpickled_function_is_a_controller(tmp_path: Path) -> None:
    scale = 0.25
    file = tmp_path / "function.pkl"
    file.write_bytes(cloudpickle.dumps(lambda observation: [scale] * len(observation)))
    assert first_action(file) == [0.25] * 160


@pytest.mark.parametrize("method", ["act", "predict", "get_action", "compute_action", "__call__"])
def test_that_a_pickled_object_is_asked_by_the_method_it_has(tmp_path: Path, method: str) -> None:
    (tmp_path / "policies.py").write_text(
        f"class Policy:\n    def {method}(self, observation):\n        return 'asked'\n"
    )
    sys.path.insert(0, str(tmp_path))
    import policies  # type: ignore[import-not-found]

    file = tmp_path / "policy.pkl"
    file.write_bytes(pickle.dumps(policies.Policy()))
    sys.path.remove(str(tmp_path))
    del sys.modules["policies"]
    assert first_action(file) == "asked"


def test_that_a_python_file_may_hold_a_function_and_import_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "gains.py").write_text("GAIN = 0.5\n")
    file = tmp_path / "walk.py"
    file.write_text("from gains import GAIN\n\ndef controller(observation):\n    return [GAIN]\n")
    assert first_action(file) == [0.5]


def test_that_a_python_file_may_hold_a_class_that_is_reset(tmp_path: Path) -> None:
    file = tmp_path / "walk.py"
    file.write_text(
        "class Controller:\n"
        "    def reset(self):\n        self.n = 7\n"
        "    def act(self, observation):\n        return self.n\n"
    )
    assert first_action(file) == 7


def test_that_a_factory_that_takes_the_environment_gets_it(tmp_path: Path) -> None:
    file = tmp_path / "walk.py"
    file.write_text("def make_controller(env):\n    n = len(env.action_names())\n    return lambda observation: n\n")
    assert first_action(file) == N_ACTIONS


def test_that_a_reset_that_takes_a_seed_gets_it(tmp_path: Path) -> None:
    file = tmp_path / "walk.py"
    file.write_text(
        "class Controller:\n"
        "    def reset(self, seed):\n        self.seed = seed\n"
        "    def act(self, observation):\n        return self.seed\n"
    )
    assert first_action(file, seed=42) == 42


def test_that_a_dataclass_in_a_python_file_finds_its_module(tmp_path: Path) -> None:
    file = tmp_path / "walk.py"
    file.write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n"
        "@dataclass\nclass Controller:\n    gain: float = 0.5\n"
        "    def act(self, observation):\n        return self.gain\n"
    )
    assert first_action(file) == 0.5


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no complete pickle"),
        (b"this is text, not a pickle\n", "no complete pickle"),
        (pickle.dumps(list(range(1000)))[:50], "no complete pickle"),
        (b"\x80\x05\x95\xff\xff\xff\xff\xff\xff\xff\xff.", "no complete pickle"),
        (pickle.dumps({"weights": [1, 2]}), "type dict, which is no controller"),
        (pickle.dumps(3.5), "type float, which is no controller"),
        (b"\x80\x04\x8c\x0bno_such_mod\x8c\x01C\x93.", "needs the module no_such_mod"),
        (b"\x80\x04\x8c\x04json\x8c\x08NotThere\x93.", "needs NotThere from the module json"),
        (b"\x80\x04\x8c\x08__main__\x8c\x06Policy\x93.", "was pickled from a script"),
        (
            b"\x80\x04\x8c\x08builtins\x8c\x04exec\x93\x8c\x0fraise Exception\x85R.",
            "raised Exception while it was unpickled",
        ),
        (b"\x80\x04\x8c\x08builtins\x8c\x04exec\x93\x8c\x10raise SystemExit\x85R.", "raised SystemExit while"),
    ],
)
def test_that_a_file_without_a_controller_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "broken.pkl"
    file.write_bytes(content)
    assert words in refusal(file)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = 1\n", "has neither a function controller(observation) nor a class Controller"),
        ("def controller(:\n", "raised SyntaxError"),
        ("import no_such_module_anywhere\n", "needs the module no_such_module_anywhere"),
        ("1 / 0\n", "raised ZeroDivisionError while it was loaded"),
        ("raise SystemExit(3)\n", "raised SystemExit while it was loaded"),
        ("class Controller:\n    def __init__(self):\n        raise OSError('no weights')\n", "no weights"),
        ("class Controller:\n    def __init__(self, a, b):\n        pass\n", "raised TypeError when it was made"),
        ("class Controller:\n    pass\n", "type Controller, which is no controller"),
        ("class Controller:\n    act = print\n    def reset(self):\n        1 / 0\n", "reset() of walk.py raised"),
        ("controller = None\n", "type NoneType, which is no controller"),
    ],
)
def test_that_a_python_file_without_a_controller_is_refused_in_one_sentence(
    tmp_path: Path, source: str, words: str
) -> None:
    file = tmp_path / "walk.py"
    file.write_text(source)
    assert words in refusal(file)


def test_that_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "there is no controller file" in refusal(tmp_path / "missing.pkl")
