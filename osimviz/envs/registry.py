"""Built-in environments by name. Loads OpenSim when an environment is made: for the worker process only."""

from collections.abc import Mapping
from typing import Any

from osimviz.envs.arguments import parse_arguments
from osimviz.envs.arm2d import Arm2DEnv
from osimviz.envs.environment import OsimEnv
from osimviz.envs.l2m2019 import L2M2019Env
from osimviz.envs.l2run import L2RunEnv
from osimviz.envs.prosthetics import ProstheticsEnv

#: Arguments that only a constructor takes.
_CONSTRUCTOR_ARGUMENTS = ("integrator_accuracy", "integrator", "stepping")

_PLAIN: dict[str, type[L2RunEnv] | type[Arm2DEnv]] = {"l2run": L2RunEnv, "arm2d": Arm2DEnv}


def make_environment(name: str, args: Mapping[str, str], seed: int = 0) -> OsimEnv:
    """Make a built-in environment without a window of its own.

    Parameters
    ----------
    name : str
        Name of the environment (`osimviz.envs.environment_names`).
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
    constructor = {key: values.pop(key) for key in _CONSTRUCTOR_ARGUMENTS if key in values}
    if name == "prosthetics":
        prosthetics = ProstheticsEnv(visualize=False, **constructor)
        prosthetics.change_model(**values)
        return prosthetics
    if name == "l2m2019":
        return _make_l2m2019(values, constructor)
    return _PLAIN[name](visualize=False, seed=values["seed"], **constructor)


def _make_l2m2019(values: dict[str, Any], constructor: dict[str, Any]) -> L2M2019Env:
    pose = values.pop("init_pose", None)
    env = L2M2019Env(visualize=False, seed=values.pop("seed"), **constructor)
    env.change_model(**values)
    if pose is not None:
        env.INIT_POSE = pose
    return env
