"""The start pose of L2M2019Env: the twelve numbers that `L2M2019Env.reset` takes, put into a state."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.engine import opensim
from osimviz.envs.errors import EnvironmentArgumentError

Array = NDArray[np.float64]

#: Where the numbers of a start pose go: index into the model's coordinates (tree order) and sign.
_POSE_COORDINATES = ((4, 1), (0, -1), (7, -1), (6, -1), (13, 1), (15, -1), (10, -1), (9, -1), (14, 1), (16, -1))
_N_POSE = 12


def checked_pose(pose: object) -> Array:
    """Return a start pose as an array (12,); `EnvironmentArgumentError` if it is none."""
    try:
        numbers = np.array(pose, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EnvironmentArgumentError(f"The init_pose of L2M2019Env is {_N_POSE} numbers, not {pose!r}.") from error
    if numbers.shape != (_N_POSE,) or not np.isfinite(numbers).all():
        raise EnvironmentArgumentError(
            f"The init_pose of L2M2019Env is {_N_POSE} finite numbers; this has shape {numbers.shape} and "
            f"{int(np.count_nonzero(~np.isfinite(numbers)))} that are not finite."
        )
    return numbers


def take_pose(state: Any, pose: Array) -> None:
    """Set a start pose: all speeds 0 but the two of the pelvis, which stands at the origin, upright and straight on."""
    coordinates = state.getQ().to_numpy().copy()
    speeds = np.zeros_like(coordinates)
    coordinates[[1, 2, 3, 5]] = 0.0
    speeds[[3, 5]] = pose[:2]
    for value, (index, sign) in zip(pose[2:], _POSE_COORDINATES, strict=True):
        coordinates[index] = sign * value
    state.setQ(opensim.Vector.createFromMat(coordinates))
    state.setU(opensim.Vector.createFromMat(speeds))
