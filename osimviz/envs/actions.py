"""The check of what a controller returns before it reaches the muscles. Does not load OpenSim."""

import math

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.errors import ActionError


def checked_action(action: object, n_muscles: int, step: int) -> NDArray[np.float64]:
    """Return an action as a vector, or say what is wrong with it.

    Parameters
    ----------
    action : object
        What a controller returned.
    n_muscles : int
        Number of muscles it must excite.
    step : int
        The step it was meant for, to be named.

    Returns
    -------
    array (n_muscles,)
        A copy, not clipped.

    Raises
    ------
    ActionError
        If it is not a vector of `n_muscles` numbers, or one of them is NaN.
    """
    expected = f"expected {n_muscles} numbers, one for each muscle, shape ({n_muscles},)"
    try:
        raw = np.asarray(action)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ActionError(f"The action of step {step} is no vector of numbers ({error}); {expected}") from error
    if raw.dtype.kind not in "biuf":
        raise ActionError(f"The action of step {step} does not hold numbers (type {raw.dtype}); {expected}")
    if raw.shape != (n_muscles,):
        raise ActionError(f"The action of step {step} has shape {raw.shape}; {expected}")
    vector = np.array(raw, dtype=np.float64)
    # The sum is NaN where a number is; a sum over opposite infinities is NaN as well.
    if math.isnan(sum(vector.tolist())) and np.isnan(vector).any():
        missing = np.flatnonzero(np.isnan(vector))
        places = ", ".join(map(str, missing[:5])) + (", …" if missing.size > 5 else "")
        raise ActionError(f"The action of step {step}, shape {raw.shape}, is NaN at {places}; {expected}")
    return vector
