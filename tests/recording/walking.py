"""A short real run of OpenSim, recorded, for tests that compare with OpenSim."""

from pathlib import Path

import numpy as np

import osimviz
from osimviz.envs.prosthetics import ProstheticsEnv


def record_prosthetics(path: Path, n_steps: int = 25) -> ProstheticsEnv:
    """Record a few steps of the prosthesis model under random excitations; return the environment, still alive."""
    env = ProstheticsEnv(visualize=False)
    recorded = osimviz.record(env, path)
    recorded.reset()
    draw = np.random.default_rng(1)
    for _ in range(n_steps):
        recorded.step(draw.uniform(size=19))
    recorded.close()
    return env
