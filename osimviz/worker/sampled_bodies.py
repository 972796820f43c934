"""What follows from what was read of the bodies in many states. Knows no engine."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array


class BodySample(NamedTuple):
    """What only the engine knows of the bodies in a state, as it stands in memory.

    Attributes
    ----------
    poses : bytes
        Axes and origin of each body, twelve doubles, m, world space.
    velocities : bytes
        Angular velocity, rad/s, and velocity of the origin, m/s, of each body, six doubles, world space.
    shares : array (4 n_bodies,)
        Of each body its share of the mass times the place of its centre in the body, m, and the share itself.
    centre_of_mass : bytes
        Place (m) and velocity (m/s) of the centre of mass, six doubles; empty where it follows from the others.
    slots : int array (n_bodies,), or None
        Where among those of `poses` and `velocities` each body is; None where they stand in the bodies' order.
    """

    poses: bytes
    velocities: bytes
    shares: Array
    centre_of_mass: bytes
    slots: NDArray[np.intp] | None


def body_motions(samples: Sequence[BodySample]) -> tuple[Array, Array]:
    """Return poses and centre of mass of samples of one model.

    Parameters
    ----------
    samples : sequence of BodySample
        In any order; their bodies stand in the same slots.

    Returns
    -------
    poses : array (n_samples, n_bodies, 4, 3)
        As `osimviz.worker.body_poses.read_poses` gives them.
    centres : array (n_samples, 2, 3)
        Place (m) and velocity (m/s) of the centre of mass, world space.

    Notes
    -----
    The centre is Σ m (R c + p) / Σ m, its velocity Σ m (v + ω x R c) / Σ m, over the bodies: the sums of
    ``SimbodyMatterSubsystem::calcSystemMassCenterLocationInGround`` and its like for the velocity.
    """
    n = len(samples)
    poses = np.frombuffer(b"".join([sample.poses for sample in samples])).reshape(n, -1, 4, 3)
    velocities = np.frombuffer(b"".join([sample.velocities for sample in samples])).reshape(n, -1, 2, 3)
    slots = samples[0].slots
    if slots is not None:
        poses, velocities = poses[:, slots], velocities[:, slots]
    shares = np.array([sample.shares for sample in samples])[:, None]
    centres = np.empty((n, 2, 3))
    centres[:, :1] = shares @ poses.reshape(n, -1, 3)
    # By body: m R c / Σ m, and all products of its elements with those of ω, of which three differences make ω x.
    arms = shares.reshape(n, -1, 1, 4)[..., :3] @ poses[:, :, :3]
    products = velocities[:, :, 0].swapaxes(1, 2) @ arms[:, :, 0]
    turning = np.stack([products[:, i - 2, i - 1] - products[:, i - 1, i - 2] for i in range(3)], axis=-1)
    centres[:, 1] = (shares[:, :, 3::4] @ velocities[:, :, 1])[:, 0] + turning
    for centre, sample in zip(centres, samples, strict=True):
        if sample.centre_of_mass:
            centre[:] = np.frombuffer(sample.centre_of_mass).reshape(2, 3)
    return poses, centres


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
