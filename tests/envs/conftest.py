"""A ProstheticsEnv for each test."""

from collections.abc import Iterator

import pytest

from osimviz.envs import ProstheticsEnv


@pytest.fixture
def env() -> Iterator[ProstheticsEnv]:
    """Return a ProstheticsEnv, 3D with prosthesis, not yet reset."""
    environment = ProstheticsEnv(visualize=False)
    yield environment
    environment.close()
