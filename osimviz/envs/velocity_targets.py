"""The velocity ProstheticsEnv asks for in its second round: piecewise constant, drawn anew at every reset."""

import math
import random

import numpy as np
from numpy.typing import NDArray

#: Mean number of steps between two changes, and number of changes drawn: osim-rl 2.1.5, ``generate_new_targets``.
_MEAN_STEPS_BETWEEN_CHANGES = 300
_N_CHANGES = 10
#: Speed at the start and the largest change of speed and of heading: the same function.
_START_SPEED_M_S = 1.25
_MAX_SPEED_CHANGE_M_S = 0.5
_MAX_HEADING_CHANGE_RAD = math.pi / 8


def draw_velocity_targets(
    n_rows: int, numpy_random: np.random.RandomState, python_random: random.Random
) -> NDArray[np.float64]:
    """Draw the target velocity of every step of an episode.

    The order of the draws is osim-rl's, so that generators seeded alike give the targets it gives.

    Parameters
    ----------
    n_rows : int
        Number of rows: steps and the reset.
    numpy_random, python_random : RandomState, Random
        Generators of the rows of change, and of the changes.

    Returns
    -------
    array (n_rows, 3)
        Velocity in world space, m/s: forward, 0, to the right.
    """
    change_rows = set(np.cumsum(numpy_random.poisson(_MEAN_STEPS_BETWEEN_CHANGES, _N_CHANGES)).tolist())
    speed_m_s, heading_rad = _START_SPEED_M_S, 0.0
    targets = np.zeros((n_rows, 3))
    for row in range(n_rows):
        if row > 0 and row in change_rows:
            speed_m_s += python_random.choice([-1, 1]) * python_random.uniform(
                -_MAX_SPEED_CHANGE_M_S, _MAX_SPEED_CHANGE_M_S
            )
            heading_rad += python_random.choice([-1, 1]) * python_random.uniform(
                -_MAX_HEADING_CHANGE_RAD, _MAX_HEADING_CHANGE_RAD
            )
        targets[row] = (speed_m_s * math.cos(heading_rad), 0.0, speed_m_s * math.sin(heading_rad))
    return targets
