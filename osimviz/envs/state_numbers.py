"""Time and state vector: what a state of a model is made from. In the model's process."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.engine import opensim

#: Time, s, and the state vector Y.
Numbers = tuple[float, NDArray[np.float64]]

#: The largest difference between the time asked for and the time reached that is rounding.
_TIME_TOLERANCE_S = 1e-9


def numbers_of(state: Any) -> Numbers:
    """Return the numbers of an `opensim.State`, a copy."""
    return state.getTime(), state.getY().to_numpy().copy()


def set_numbers(state: Any, numbers: Numbers) -> None:
    """Put numbers into an `opensim.State` of the same model, which is no longer realised then."""
    time_s, y = numbers
    state.setTime(time_s)
    state.setY(opensim.Vector.createFromMat(y))


def problem_with(state: Any, y: NDArray[np.float64], end_s: float) -> str:
    """Return what is wrong with a state that OpenSim returned without complaint; empty where nothing is.

    Parameters
    ----------
    state : opensim.State
        Where the integrator stopped.
    y : array (n_states,)
        Its state vector.
    end_s : float
        Where it was to stop.
    """
    if abs(state.getTime() - end_s) > _TIME_TOLERANCE_S:
        return f"OpenSim stopped at {state.getTime():.6f} s."
    # A sum is finite where all numbers are, and cheaper than asking each; only very large ones make it overflow.
    if not math.isfinite(sum(y.tolist())) and not np.isfinite(y).all():
        return "the state holds numbers that are not finite."
    return ""
