"""Rollouts recorded with osim-rl itself, and what tests of all environments share."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from osimviz.envs import Arm2DEnv, L2M2019Env, L2RunEnv, OsimEnv, ProstheticsEnv

REFERENCE = Path(__file__).parents[1] / "reference"
CLASSES = {cls.__name__: cls for cls in (ProstheticsEnv, L2RunEnv, L2M2019Env, Arm2DEnv)}


def y_of(environment: OsimEnv) -> np.ndarray:
    """Return a copy of OpenSim's state vector."""
    return environment.osim_model.state.getY().to_numpy().copy()


def random_actions(environment: OsimEnv, n_steps: int, seed: int = 3) -> np.ndarray:
    """Return actions that are the same for the same seed."""
    return np.random.RandomState(seed).uniform(0, 1, (n_steps, environment.get_action_space_size()))


class Rollout:
    """A rollout recorded with osim-rl itself, and the environment that shall repeat it."""

    def __init__(self, name: str) -> None:
        with np.load(REFERENCE / f"{name}.npz") as file:
            self.recorded = dict(file)
        self.meta: dict[str, Any] = json.loads(str(self.recorded["meta"]))

    def make(self, **arguments: Any) -> OsimEnv:
        """Return the environment, not yet reset."""
        environment = CLASSES[self.meta["class"]](visualize=False, **self.meta["kwargs"], **arguments)
        if self.meta["change_model"]:
            environment.change_model(*self.meta["change_model"])
        return environment

    def reset(self, environment: OsimEnv) -> None:
        """Reset it as osim-rl's was."""
        arguments = dict(self.meta["reset"] or {})
        if self.meta["init_pose"]:
            arguments["init_pose"] = self.meta["init_pose"]
        # Both generators were seeded with 12 right before the reset, which seeds them anew if it is given a seed.
        arguments.setdefault("seed", 12)
        environment.reset(**arguments)
