"""Errors of the environments: each says in one sentence what is wrong, where, and what to do.

Imports nothing, so that the window's process can name them without loading OpenSim.
"""


class EnvironmentArgumentError(ValueError):
    """An environment or one of its arguments does not exist or has a value it cannot have."""


class ActionError(ValueError):
    """An action is not a vector of one number per muscle."""


class ModelFileError(RuntimeError):
    """A model file is missing or OpenSim cannot read it."""


class ResetNeededError(RuntimeError):
    """An environment was used before `reset`, after its simulation failed, or after `close`."""


class SimulatorError(RuntimeError):
    """OpenSim could not carry on: it refused a step, stopped short of its end, or left numbers that are not finite."""


class SnapshotError(ValueError):
    """A snapshot cannot be restored: it is of another environment, or the episode would not go on exactly."""
