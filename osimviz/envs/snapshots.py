"""A step of an episode held as plain numbers: what a simulation and its environment need to go on from there.

Does not load OpenSim, and nothing in a snapshot belongs to it: snapshots can be pickled, sent and kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.errors import SnapshotError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ModelSnapshot:
    """The physics of one step.

    Attributes
    ----------
    istep : int
        Steps since the reset.
    time_s : float
        Simulated time.
    y : array (n_state,)
        OpenSim's state vector.
    previous_time_s, previous_y : float, array (n_state,), or None
        The same one step earlier; None where the simulation has just begun.
    excitation : array (n_muscles,)
        The excitations in force, 0..1.
    n_clipped : int
        How many values of the last action were outside 0..1.
    locked : tuple of str
        Paths of the coordinates that are locked.
    strength : tuple of float
        Factors on the maximal isometric forces of the model file.
    is_fresh : bool
        Whether the integrator has not stepped yet: it holds nothing then that is not in the state.
    """

    istep: int
    time_s: float
    y: Array
    previous_time_s: float | None
    previous_y: Array | None
    excitation: Array
    n_clipped: int
    locked: tuple[str, ...]
    strength: tuple[float, ...]
    is_fresh: bool


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Physics and bookkeeping of an environment after one step.

    Attributes
    ----------
    environment : str
        Name of the class.
    model_file : str
        Name of the model's file.
    stepping, integrator, integrator_accuracy : str, str, float
        How the episode was stepped.
    timestep_limit : float
        The episode's limit of steps.
    physics : ModelSnapshot
        State and excitations.
    bookkeeping : mapping of str to object
        What the environment keeps from one step to the next, copied: targets, field, accumulators of the reward,
        footsteps, generators.
    sampling : object
        State of the generator of ``action_space.sample()``.
    """

    environment: str
    model_file: str
    stepping: str
    integrator: str
    integrator_accuracy: float
    timestep_limit: float
    physics: ModelSnapshot
    bookkeeping: Mapping[str, Any]
    sampling: Any


def check_snapshot(
    snapshot: Snapshot,
    environment: str,
    model_file: str,
    stepping: str,
    integrator: str,
    integrator_accuracy: float,
    *,
    exact: bool,
) -> None:
    """Say whether an environment can go on from a snapshot.

    Parameters
    ----------
    snapshot : Snapshot
        What is to be restored.
    environment, model_file, stepping, integrator, integrator_accuracy
        The environment that is to go on, as `Snapshot` describes it.
    exact : bool
        Whether it is to go on bit for bit as the episode did.

    Raises
    ------
    SnapshotError
        If it cannot.
    """
    if (snapshot.environment, snapshot.model_file) != (environment, model_file):
        raise SnapshotError(
            f"The snapshot is of {snapshot.environment} with {snapshot.model_file}, not of {environment} with "
            f"{model_file}; restore it in an environment made like its own."
        )
    if not exact:
        return
    made_with = _in_words(snapshot.stepping, snapshot.integrator, snapshot.integrator_accuracy)
    steps_with = _in_words(stepping, integrator, integrator_accuracy)
    if made_with != steps_with:
        raise SnapshotError(
            f"The snapshot was made with {made_with} and this environment steps with {steps_with}: it would not go on "
            "exactly. Make it alike, or restore(snapshot, exact=False)."
        )
    if stepping == "faithful" and not snapshot.physics.is_fresh:
        raise SnapshotError(
            f"Step {snapshot.physics.istep} cannot be restored exactly in faithful stepping, whose integrator carries "
            "more than the state from step to step. Make the environment with stepping='branchable', replay the "
            "actions from the reset, or restore(snapshot, exact=False)."
        )


def _in_words(stepping: str, integrator: str, accuracy: float) -> str:
    return f"{stepping} stepping, {integrator} and accuracy {accuracy!r}"
