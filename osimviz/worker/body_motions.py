"""Read where the bodies of a model and its centre of mass are and how they move. In the worker process only.

What only the engine knows is taken after every step; what follows from it is computed for many states at once.
"""

from typing import Any

import numpy as np

from osimviz.envs.engine_bodies import body_memory
from osimviz.envs.engine_memory import spatial_bytes, vec3_bytes
from osimviz.worker.body_poses import pose_bytes
from osimviz.worker.sampled_bodies import BodySample, body_motions

#: The centre of mass is computed where it is the engine's to this, m and m/s: chosen, far above rounding and far
#: below what any mass left out would make.
_TOLERANCE = 1e-9


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
        _, computed = body_motions([self.sample(state)])
        told = np.frombuffer(self._centre(state)).reshape(1, 2, 3)
        # A model may have masses that its bodies do not tell of.
        self._is_centre_asked = not np.allclose(computed, told, rtol=0.0, atol=_TOLERANCE)

    def sample(self, state: Any) -> BodySample:
        """Return what the engine knows of a state, realised to Velocity at least."""
        if self._memory is not None:
            (poses, velocities), slots = self._memory.read(state), self._memory.slots
        else:
            slots = None
            poses = pose_bytes(self._bodies, state)
            velocities = b"".join([spatial_bytes(body.getVelocityInGround(state)) for body in self._bodies])
        centre = self._centre(state) if self._is_centre_asked else b""
        return BodySample(poses, velocities, self._shares, centre, slots)

    def _centre(self, state: Any) -> bytes:
        place, velocity = self._model.calcMassCenterPosition(state), self._model.calcMassCenterVelocity(state)
        return vec3_bytes(place) + vec3_bytes(velocity)
