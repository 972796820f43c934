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


def _quaternion_products() -> tuple[Array, Array]:
    """Return the linear map from the axes of a rotation, (9,), to 4 q qᵀ, (16,), as (9, 16), and its constant, (16,).

    Source: R = I + 2 w [u] + 2 [u]² for a unit quaternion (w, u), solved for the products of its elements.
    """
    # By column and row of R: an axis of the frame is a column.
    matrix = np.zeros((3, 3, 4, 4))
    signs = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    for i in range(3):
        matrix[i, i, range(4), range(4)] = signs[:, i]
        j, k = (i + 1) % 3, (i + 2) % 3
        for row, column in ((0, i + 1), (i + 1, 0)):
            # 4 w u_i.
            matrix[j, k, row, column], matrix[k, j, row, column] = 1.0, -1.0
        for row, column in ((j + 1, k + 1), (k + 1, j + 1)):
            # 4 u_j u_k.
            matrix[j, k, row, column] = matrix[k, j, row, column] = 1.0
    return matrix.reshape(9, 16), np.eye(4).reshape(16)


_PRODUCTS, _CONSTANT = _quaternion_products()


def quaternions(poses: Array) -> Array:
    """Return the unit quaternions (n, 4), scalar first and not negative, of poses as `read_poses` gives them."""
    products = poses.reshape(-1, 12)[:, :9] @ _PRODUCTS
    products += _CONSTANT
    # A row divided by the root of its diagonal element is the quaternion; the largest one loses no digits.
    rows, largest = np.arange(len(products)), products[:, ::5].argmax(axis=1)
    found: Array = products.reshape(-1, 4, 4)[rows, largest]
    # The scalar of the row of another element may be negative; the sign of zero does not matter.
    scale = 2.0 * np.sqrt(found[rows, largest])
    found /= np.where(found[:, 0] < 0.0, -scale, scale)[:, None]
    return found
