"""Where all bodies of a model are and how they move, read at once from where Simbody keeps them."""

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.envs import engine_memory
from osimviz.envs.engine_library import Reference, counting_function, reference_function

_transform_of = reference_function("_ZNK5SimTK13MobilizedBody16getBodyTransformERKNS_5StateE", 2)
_velocity_of = reference_function("_ZNK5SimTK13MobilizedBody15getBodyVelocityERKNS_5StateE", 2)
_n_bodies_of = counting_function("_ZNK5SimTK22SimbodyMatterSubsystem12getNumBodiesEv")


class BodyMemory:
    """The rows of transforms and velocities of all bodies of a model, as they stand in a state.

    Simbody keeps them in the order of its own bodies, ground first: one call for where they begin and one copy of the
    row take 3 µs, where the wrapper takes as much for every body after a step.

    Parameters
    ----------
    model : opensim.Model
        An initialised model.
    slots : int array (n_bodies,)
        Where in a row the model's bodies stand.
    n_slots : int
        Length of a row.
    functions : tuple of Reference
        Simbody's, for the transform and the velocity of one body in a state, and for the number of bodies.
    """

    def __init__(
        self, model: Any, slots: NDArray[np.intp], n_slots: int, functions: tuple[Reference, Reference, Reference]
    ) -> None:
        self._model, self._ground = model, model.getGround()
        self._transform_of, self._velocity_of, self._n_bodies_of = functions
        self.slots = slots
        self._n_slots = n_slots
        self._n_pose_bytes = n_slots * engine_memory.N_TRANSFORM_BYTES
        self._n_velocity_bytes = n_slots * engine_memory.N_SPATIAL_BYTES

    def fits(self, bodies: list[Any]) -> bool:
        """Return whether bodies stand where they did: a program may have initialised the model with other parts."""
        n_slots = self._n_bodies_of(int(self._model.getMatterSubsystem().this))
        return n_slots == self._n_slots and _slots_of(bodies).tolist() == self.slots.tolist()

    def read(self, state: Any) -> tuple[bytes, bytes]:
        """Return the poses, twelve doubles a slot, and the velocities, six doubles a slot, ground's first.

        Parameters
        ----------
        state : opensim.State
            Of the model, realised to Velocity at least: otherwise the process ends.
        """
        # Asked each time: a model that is initialised again has other bodies.
        ground, place = int(self._ground.getMobilizedBody()), int(state.this)
        poses = ctypes.string_at(self._transform_of(ground, place), self._n_pose_bytes)
        return poses, ctypes.string_at(self._velocity_of(ground, place), self._n_velocity_bytes)


def body_memory(model: Any, bodies: list[Any], state: Any) -> BodyMemory | None:
    """Return what reads the bodies of a model at once; None where they do not stand in memory as expected.

    Parameters
    ----------
    model : opensim.Model
        An initialised model.
    bodies : list of opensim.Body
        Its bodies.
    state : opensim.State
        Of the model, realised to Velocity at least. What is read of it is compared with what the wrapper says.
    """
    if not engine_memory.IS_LAYOUT_KNOWN or not (_transform_of and _velocity_of and _n_bodies_of):
        return None
    n_slots = _n_bodies_of(int(model.getMatterSubsystem().this))
    slots = _slots_of(bodies)
    # One that stands twice in the tree, where joints close a loop, shares its mass with its double.
    if sorted(slots.tolist()) != list(range(1, n_slots)):
        return None
    memory = BodyMemory(model, slots, n_slots, (_transform_of, _velocity_of, _n_bodies_of))
    poses, velocities = memory.read(state)
    return memory if (poses, velocities) == _told_by_wrapper(model, bodies, slots, state) else None


def _slots_of(bodies: list[Any]) -> NDArray[np.intp]:
    return np.array([body.getMobilizedBodyIndex() for body in bodies], dtype=np.intp)


def _told_by_wrapper(model: Any, bodies: list[Any], slots: NDArray[np.intp], state: Any) -> tuple[bytes, bytes]:
    in_order = [model.getGround(), *(bodies[i] for i in np.argsort(slots))]
    return (
        b"".join([engine_memory.transform_bytes(body.getTransformInGround(state)) for body in in_order]),
        b"".join([engine_memory.spatial_bytes(body.getVelocityInGround(state)) for body in in_order]),
    )
