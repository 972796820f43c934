"""Environments for tests."""

from collections.abc import Iterator

import pytest

from osimviz.envs import OsimEnv, ProstheticsEnv
from tests.envs.rollouts import CLASSES


@pytest.fixture
def env() -> Iterator[ProstheticsEnv]:
    """Return a ProstheticsEnv, 3D with prosthesis, not yet reset."""
    environment = ProstheticsEnv(visualize=False)
    yield environment
    environment.close()


@pytest.fixture(params=list(CLASSES))
def any_env(request: pytest.FixtureRequest) -> Iterator[OsimEnv]:
    """Return each of the environments, as constructed without arguments."""
    environment = CLASSES[request.param](visualize=False)
    yield environment
    environment.close()
