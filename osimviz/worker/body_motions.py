"""Where the bodies of a model and its centre of mass are and how they move, of many states. In the worker process only.

What only the engine knows is taken after every step; what follows from it is computed for many states at once.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from osimviz.envs.engine_bodies import body_memory
from osimviz.envs.engine_memory import spatial_bytes, vec3_bytes
from osimviz.frames import Array
from osimviz.worker.body_poses import pose_bytes

#: The centre of mass is computed where it is the engine's to this, m and m/s: chosen, far above rounding and far
#: below what any mass left out would make.
_TOLERANCE = 1e-9


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
    """

    poses: bytes
    velocities: bytes
    shares: Array
    centre_of_mass: bytes


class BodyMotions:
    """Reads the bodies of a model.

    Parameters
    ----------
    model : opensim.Model
        An initialised model.
    state : opensim.State
        Of the model; it is realised to Velocity.
    """

    def __init__(self, model: Any, state: Any) -> None:
        model.realizeVelocity(state)
        self._model = model
        self._bodies = list(model.getBodySet())
        self._memory = body_memory(model, self._bodies, state)
        self.weigh(state)

    def weigh(self, state: Any) -> None:
        """Take the masses as they are now: a program may change them between episodes.

        Parameters
        ----------
        state : opensim.State
            Realised to Velocity at least.
        """
        if self._memory is not None and not self._memory.fits(self._bodies):
            self._memory = None
        masses = np.array([body.getMass() for body in self._bodies])
        centres = np.frombuffer(b"".join([vec3_bytes(body.getMassCenter()) for body in self._bodies])).reshape(-1, 3)
        # Without a mass there is no centre, which the engine says in its way.
        shares = np.column_stack((masses[:, None] * centres, masses)) / (masses.sum() or 1.0)
        self._shares, self._is_centre_asked = shares.ravel(), False
        _, computed = self.motions([self.sample(state)])
        told = np.frombuffer(self._centre(state)).reshape(1, 2, 3)
        # A model may have masses that its bodies do not tell of.
        self._is_centre_asked = not np.allclose(computed, told, rtol=0.0, atol=_TOLERANCE)

    def sample(self, state: Any) -> BodySample:
        """Return what the engine knows of a state, realised to Velocity at least."""
        if self._memory is not None:
            poses, velocities = self._memory.read(state)
        else:
            poses = pose_bytes(self._bodies, state)
            velocities = b"".join([spatial_bytes(body.getVelocityInGround(state)) for body in self._bodies])
        return BodySample(poses, velocities, self._shares, self._centre(state) if self._is_centre_asked else b"")

    def motions(self, samples: Sequence[BodySample]) -> tuple[Array, Array]:
        """Return poses and centre of mass of samples of this object.

        Parameters
        ----------
        samples : sequence of BodySample
            In any order.

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
        if self._memory is not None:
            poses, velocities = poses[:, self._memory.slots], velocities[:, self._memory.slots]
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

    def _centre(self, state: Any) -> bytes:
        place, velocity = self._model.calcMassCenterPosition(state), self._model.calcMassCenterVelocity(state)
        return vec3_bytes(place) + vec3_bytes(velocity)
