"""What the tests of controller forms share: an environment to bind to, a clean import system, the marker `torch`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

N_ACTIONS = 19
N_OBSERVATIONS = 160


class ProstheticsEnv:
    """Stands for the environment where only its sizes and names matter."""

    def __init__(self, muscles: tuple[str, ...] = tuple(f"muscle_{i}" for i in range(N_ACTIONS))) -> None:
        self._muscles = muscles
        self.osim_model = SimpleNamespace(stepsize=0.01)
        self.observation_space = SimpleNamespace(shape=(N_OBSERVATIONS,))
        self.action_space = SimpleNamespace(shape=(len(muscles),))

    def action_names(self) -> tuple[str, ...]:
        return self._muscles

    def get_observation_space_size(self) -> int:
        return N_OBSERVATIONS

    def get_observation(self) -> list[float]:
        return [0.5] * N_OBSERVATIONS

    def get_observation_dict(self) -> dict[str, Any]:
        return {"pelvis": {"height": 0.94}}

    def get_state_desc(self) -> dict[str, Any]:
        return {"body_pos": {"pelvis": [0.0, 0.94, 0.0]}}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "torch: needs the extras torch, sb3, onnx and joblib; run with -m torch")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "torch" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("torch") is not None]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.get_closest_marker("torch") is None]


@pytest.fixture
def environment() -> ProstheticsEnv:
    return ProstheticsEnv()


@pytest.fixture(autouse=True)
def _restored_imports(tmp_path: Path) -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        # A test's own modules; libraries stay, for those written in C cannot be imported twice.
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", None)):
            del sys.modules[name]
