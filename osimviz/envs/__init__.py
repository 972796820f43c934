"""The environments of osim-rl on OpenSim 4.6, as a library of their own.

Importing the package does not load OpenSim; taking an environment from it does.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from osimviz.envs.arguments import environment_names, parse_arguments
from osimviz.envs.errors import (
    ActionError,
    EnvironmentArgumentError,
    ModelFileError,
    ResetNeededError,
    SimulatorError,
    SnapshotError,
)
from osimviz.envs.snapshots import Snapshot

if TYPE_CHECKING:
    from osimviz.envs.arm2d import Arm2DEnv, Arm2DVecEnv
    from osimviz.envs.environment import OsimEnv
    from osimviz.envs.l2m2019 import L2M2019Env
    from osimviz.envs.l2run import L2RunEnv
    from osimviz.envs.osim_model import OsimModel
    from osimviz.envs.prosthetics import ProstheticsEnv
    from osimviz.envs.registry import make_environment

__all__ = [
    "ActionError",
    "Arm2DEnv",
    "Arm2DVecEnv",
    "EnvironmentArgumentError",
    "L2M2019Env",
    "L2RunEnv",
    "ModelFileError",
    "OsimEnv",
    "OsimModel",
    "ProstheticsEnv",
    "ResetNeededError",
    "SimulatorError",
    "Snapshot",
    "SnapshotError",
    "environment_names",
    "make_environment",
    "parse_arguments",
]

_HOMES = {
    "Arm2DEnv": "arm2d",
    "Arm2DVecEnv": "arm2d",
    "L2M2019Env": "l2m2019",
    "L2RunEnv": "l2run",
    "OsimEnv": "environment",
    "OsimModel": "osim_model",
    "ProstheticsEnv": "prosthetics",
    "make_environment": "registry",
}


def __getattr__(name: str) -> object:
    """Import what loads OpenSim when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def _register_with_gymnasium() -> None:
    """Make the Gymnasium ids known to a program that uses Gymnasium; others never load it."""
    if "gymnasium" in sys.modules:
        import_module(f"{__name__}.gymnasium_envs")


_register_with_gymnasium()
