"""Read where the bodies of a model are: numbers of many transforms at once. In the worker process only."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from osimviz.envs.engine_memory import rows_of, transform_bytes
from osimviz.frames import Array


def read_poses(frames: Sequence[Any], state: Any) -> Array:
    """Return where frames of a model are in world space.

    Parameters
    ----------
    frames : sequence of n opensim.Frame
        Bodies or other frames of one model.
    state : opensim.State
        Realised to Position at least.

    Returns
    -------
    array (n, 4, 3)
        The x, y and z axis of each frame and its origin, m, all in world space: ``[x, y, z, 1] @ pose`` is where the
        frame's point (x, y, z) is. The array may be read-only.

    Notes
    -----
    Through the wrapper's getters a transform costs 7 µs, its twelve numbers read from where the wrapper says that they
    are 1.3 µs.
    """
    return np.frombuffer(pose_bytes(frames, state)).reshape(-1, 4, 3)


def pose_bytes(frames: Sequence[Any], state: Any) -> bytes:
    """Return what `read_poses` returns, its doubles as they stand in memory."""
    # The transforms are references into the state: copied here, while it stands.
    return b"".join([transform_bytes(frame.getTransformInGround(state)) for frame in frames])


def pose_of(transform: Any) -> Array:
    """Return one transform of OpenSim as a row of `read_poses`, (4, 3)."""
    return np.array(rows_of(transform))
