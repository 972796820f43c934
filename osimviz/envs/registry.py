"""Built-in environments by name. Loads OpenSim when an environment is made: for the worker process only."""

from collections.abc import Mapping
from typing import Any

from osimviz.envs.arguments import parse_arguments
from osimviz.envs.environment import OsimEnv
from osimviz.envs.prosthetics import ProstheticsEnv


def make_environment(name: str, args: Mapping[str, str], seed: int = 0) -> OsimEnv:
    """Make a built-in environment without a window of its own.

    Parameters
    ----------
    name : str
        Name of the environment (``prosthetics``).
    args : mapping of str to str
        Arguments by name, as on the command line (``{"model": "2D", "prosthetic": "false"}``).
    seed : int
        Seeds draws and action sampling where `args` names no seed.

    Raises
    ------
    EnvironmentArgumentError
        If the environment or an argument does not exist, or has a value it cannot have.
    ModelFileError
        If the model file is missing or OpenSim cannot read it.
    """
    values: dict[str, Any] = {"seed": seed, **parse_arguments(name, args)}
    accuracy = {key: values.pop(key) for key in ("integrator_accuracy",) if key in values}
    env = ProstheticsEnv(visualize=False, **accuracy)
    env.change_model(**values)
    return env
