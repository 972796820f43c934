"""What an observer asks the engine of muscles and feet, or takes from who has asked it already. In the worker process.

Each number asked for costs up to 2 µs after a step, whose work has pushed everything out of the processor's caches. An
environment has asked for most of them for its observation.
"""

from itertools import chain
from typing import Any

import numpy as np

from osimviz.envs.engine import opensim
from osimviz.envs.osim_model import OsimModel
from osimviz.envs.shared_reading import MUSCLE_GETTERS, muscle_reader
from osimviz.envs.state_description import components, state_rows
from osimviz.frames import FEET, Array
from osimviz.worker.frame_making import Reading

#: Contact forces of osim-rl's leg models by foot; the prosthesis has a name of its own.
_FOOT_FORCES = {"right": ("foot_r", "pros_foot_r"), "left": ("foot_l",)}
#: Where osim-rl 2.1.5 and 3.0.11 have their ``OsimModel``.
_OSIM_RL_MODULE = "osim.env.osim"
#: Force on the ground and torque about its origin: the first block of the record of a HuntCrossleyForce.
_N_RECORDED = 6


class Readings:
    """Asks the engine.

    Parameters
    ----------
    model : opensim.Model
        An initialised model.

    Attributes
    ----------
    has_feet : bool
        Whether the model has a contact force for each foot, by osim-rl's names.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._muscles = [muscle for muscle in model.getMuscles()]
        self._muscle_values = muscle_reader(self._muscles)
        self._feet = _foot_forces(model)
        self.has_feet = bool(self._feet)

    def read(self, state: Any, y: Array) -> Reading:
        """Return what is known of a state.

        Parameters
        ----------
        state : opensim.State
            Realised to Acceleration.
        y : array (n_states,)
            Its state vector.
        """
        return Reading(self._read_muscles(state), self._read_feet(state))

    def realise(self, state: Any) -> Array:
        """Realise a state to Acceleration and return its state vector (n_states,)."""
        self._model.realizeAcceleration(state)
        y: Array = state.getY().to_numpy()
        return y

    def excitation(self, state: Any) -> Array:
        """Return what reached the muscles in the step that led to a state, (n_muscles,)."""
        return np.array([muscle.getExcitation(state) for muscle in self._muscles])

    def _read_muscles(self, state: Any) -> list[float]:
        return list(chain.from_iterable(self._muscle_values(state).values()))

    def _read_feet(self, state: Any) -> list[float]:
        records = [foot.getRecordValues(state) for foot in self._feet]
        return [record.get(k) for record in records for k in range(_N_RECORDED)]


class _OwnReadings(Readings):
    """Takes what an environment of osimviz knows."""

    def __init__(self, model: Any, osim_model: OsimModel, environment: Any) -> None:
        super().__init__(model)
        self._osim_model = osim_model
        contacts = getattr(environment, "contact_records", None)
        # What a user's own class calls by that name may be anything.
        is_ours = str(getattr(contacts, "__module__", "")).startswith("osimviz.envs.")
        self._contacts_known = contacts if is_ours and self.has_feet else None

    def realise(self, state: Any) -> Array:
        return self._osim_model.realise()

    def _read_muscles(self, state: Any) -> list[float]:
        return list(chain.from_iterable(map(self._osim_model.muscle_values, MUSCLE_GETTERS)))

    def _read_feet(self, state: Any) -> list[float]:
        known = self._contacts_known
        return super()._read_feet(state) if known is None else list(chain.from_iterable(known()))


class _OsimRlReadings(Readings):
    """Takes what osim-rl's own model has described of a step for its observation.

    It keeps its description until the number of the step changes, also where a program sets another state in between.
    So the description is believed where coordinates, speeds, activations and fibre lengths are those of the state.
    """

    def __init__(self, model: Any, osim_model: Any) -> None:
        super().__init__(model)
        self._osim_model = osim_model
        self._foot_names = [foot.getName() for foot in self._feet]
        row_of = state_rows(model)
        paths = [
            joint.get_coordinates(i).getAbsolutePathString()
            for joint in components(model.getJointSet()).values()
            for i in range(joint.numCoordinates())
        ]
        motion_rows = [row_of[f"{path}/{motion}"] for motion in ("value", "speed") for path in paths]
        # Where Y has what of a muscle, where a reading has it, and who else knows it; a muscle without dynamics of its
        # own has nothing in Y.
        muscles = components(model.getMuscles()).values()
        muscle_states = [
            (row_of[path], i * len(muscles) + k, getattr(muscle, MUSCLE_GETTERS[quantity]))
            for i, quantity in enumerate(MUSCLE_GETTERS)
            for k, muscle in enumerate(muscles)
            if (path := f"{muscle.getAbsolutePathString()}/{quantity}") in row_of
        ]
        self._muscle_places = [place for _, place, _ in muscle_states]
        self._muscle_getters = [getter for *_, getter in muscle_states]
        self._n_motions = len(motion_rows)
        self._rows = np.array([*motion_rows, *(row for row, *_ in muscle_states)], dtype=np.intp)

    def read(self, state: Any, y: Array) -> Reading:
        known = self._osim_model.state_desc
        if known is None or self._osim_model.state_desc_istep != self._osim_model.istep:
            return super().read(state, y)
        described = known["muscles"].values()
        muscles = [muscle[quantity] for quantity in MUSCLE_GETTERS for muscle in described]
        if not self._is_of(known, muscles, state, y):
            return super().read(state, y)
        forces = known["forces"]
        return Reading(muscles, [value for name in self._foot_names for value in forces[name][:_N_RECORDED]])

    def excitation(self, state: Any) -> Array:
        # What it has given its controller, cut to 0..1.
        given = np.array(self._osim_model.last_action, dtype=np.float64)
        return given if given.shape == (len(self._muscles),) else super().excitation(state)

    def _is_of(self, description: Any, muscles: list[float], state: Any, y: Array) -> bool:
        """Return whether a description, of which `muscles` were taken, is of a state."""
        values = y[self._rows].tolist()
        motions = (*description["joint_pos"].values(), *description["joint_vel"].values())
        if list(chain.from_iterable(motions)) != values[: self._n_motions]:
            return False
        told, own = [muscles[place] for place in self._muscle_places], values[self._n_motions :]
        # A muscle keeps its activation in its range where the integrator's is beyond it: then the muscle is asked.
        return told == own or all(
            there == value or there == getter(state)
            for there, value, getter in zip(told, own, self._muscle_getters, strict=True)
        )


def readings_of(environment: Any, model: Any) -> Readings:
    """Return what reads the states of an environment's model.

    Parameters
    ----------
    environment : object
        As `osimviz.worker.observer.Observer` takes it.
    model : opensim.Model
        Its model.
    """
    osim_model = getattr(environment.osim_model, "holder", environment.osim_model)
    if isinstance(osim_model, OsimModel):
        return _OwnReadings(model, osim_model, environment)
    # The class itself: one derived from it may step and describe as it likes.
    if type(osim_model).__module__ == _OSIM_RL_MODULE:
        return _OsimRlReadings(model, osim_model)
    return Readings(model)


def _foot_forces(model: Any) -> list[Any]:
    """Return the contact force of each foot, in the order of `FEET`; empty unless both are there."""
    present = components(model.getForceSet())
    found = [next((present[name] for name in _FOOT_FORCES[foot] if name in present), None) for foot in FEET]
    if any(force is None for force in found):
        return []
    return [opensim.HuntCrossleyForce.safeDownCast(force) for force in found]
