"""L2RunEnv of osim-rl 2.1.5: run as far as possible, on a model held in the sagittal plane."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from osimviz.channels import Channel, side_of
from osimviz.envs.engine_memory import place, vec3
from osimviz.envs.environment import OsimEnv
from osimviz.envs.integrators import INTEGRATORS
from osimviz.envs.models import model_path
from osimviz.envs.osim_model import OsimModel
from osimviz.envs.state_description import StateReader, state_rows

_MODEL_FILE = "gait9dof18musc.osim"

#: The layout of the vector: osim-rl 2.1.5, ``L2RunEnv.get_observation``.
_PELVIS = (
    ("tilt", "rad", "Tilt of the pelvis, positive leaning backward."),
    ("tx", "m", "Distance of the pelvis forward from the start."),
    ("ty", "m", "Height of the pelvis above the ground."),
    ("tilt_vel", "rad/s", "Rate of the tilt of the pelvis, positive leaning backward."),
    ("tx_vel", "m/s", "Forward velocity of the pelvis."),
    ("ty_vel", "m/s", "Upward velocity of the pelvis."),
)
_JOINTS = ("hip_l", "hip_r", "knee_l", "knee_r", "ankle_l", "ankle_r")
_POSITIVE = {"hip": "flexion", "knee": "extension", "ankle": "dorsiflexion"}
_BODIES = ("head", "pelvis", "torso", "toes_l", "toes_r", "talus_l", "talus_r")
_AXES = (("x", "forward from the start"), ("y", "above the ground"), ("z", "to the right of the start"))
_N_ZEROS = 5


class L2RunEnv(OsimEnv):
    """Run forward.

    Parameters
    ----------
    visualize : bool
        Whether a window of another process shows every episode live.
    integrator_accuracy : float
        Accuracy of the integrator.
    seed : int or None
        Seeds the samples of the action space; the environment itself draws nothing.
    stepping, integrator : str
        As `OsimEnv` describes them.

    Raises
    ------
    ModelFileError
        If the model file is missing or OpenSim cannot read it.

    Notes
    -----
    Reward, limit, layout: osim-rl 2.1.5, ``osim/env/osim.py``. Beside what `OsimEnv` says:

    ======================================================= ========================================================
    in osim-rl                                              here
    ======================================================= ========================================================
    41 values declared, 43 returned (#129, #184)            kept: 43, in the same order; declared as what they are
    the last five values are always 0                       kept
    neither obstacles nor strengths, unlike RunEnv of 2017  kept
    ======================================================= ========================================================
    """

    time_limit = 1000
    fall_height_m = 0.6

    def __init__(
        self,
        visualize: bool = True,
        integrator_accuracy: float = 5e-5,
        seed: int | None = None,
        *,
        stepping: str = "faithful",
        integrator: str = INTEGRATORS[0],
    ) -> None:
        super().__init__(visualize, integrator_accuracy, stepping=stepping, integrator=integrator)
        self.load_model()
        self.action_space.seed(seed)

    def _own_model_path(self) -> Path:
        return model_path(_MODEL_FILE)

    def _model_loaded(self, loaded: OsimModel) -> None:
        self._layout = _Observation(loaded.model, loaded.reader)
        self._forward = loaded.reader.joint_coordinates["ground_pelvis"][1]
        self._forward_row = state_rows(loaded.model)[f"{self._forward.getAbsolutePathString()}/value"]

    def _read_observation(self) -> list[float]:
        return self._layout.read(self.osim_model.state)

    def get_reward_terms(self) -> dict[str, float]:
        """Return the terms of the reward of the last step by name; their sum is the reward.

        ``distance`` is how far the pelvis went forward in the step, m; 0 before the first one.
        """
        previous_y = self.osim_model.previous_y
        if previous_y is None:
            return {"distance": 0.0}
        return {"distance": self._forward.getValue(self.osim_model.state) - float(previous_y[self._forward_row])}

    def observation_channels(self) -> tuple[Channel, ...]:
        """Return a channel for every element of the observation vector, in its order."""
        return tuple(
            Channel(f"observation/{name}", "observation", index, unit=unit, description=text, side=side_of(name))
            for index, (name, unit, text) in enumerate(_elements())
        )


class _Observation:
    """Reads the 43 numbers of the vector."""

    def __init__(self, model: Any, reader: StateReader) -> None:
        self._model = model
        self._pelvis = reader.joint_coordinates["ground_pelvis"]
        self._joints = [coordinate for joint in _JOINTS for coordinate in reader.joint_coordinates[joint]]
        self._bodies = [reader.bodies[name] for name in _BODIES]

    def read(self, state: Any) -> list[float]:
        """Return the vector of a state that is realised to Velocity."""
        values = [coordinate.getValue(state) for coordinate in self._pelvis]
        values += [coordinate.getSpeedValue(state) for coordinate in self._pelvis]
        for coordinate in self._joints:
            values += (coordinate.getValue(state), coordinate.getSpeedValue(state))
        for body in self._bodies:
            values += place(body.getTransformInGround(state))[:2]
        values += vec3(self._model.calcMassCenterPosition(state))
        values += vec3(self._model.calcMassCenterVelocity(state))
        return [*values, *[0.0] * _N_ZEROS]


def _elements() -> Iterator[tuple[str, str, str]]:
    """Yield name, unit and description of every element."""
    for quantity, unit, text in _PELVIS:
        yield f"pelvis/{quantity}", unit, text
    for joint in _JOINTS:
        kind, _, letter = joint.partition("_")
        part = f"the {'left' if letter == 'l' else 'right'} {kind}, positive in {_POSITIVE[kind]}."
        yield f"{joint}/pos", "rad", f"Angle of {part}"
        yield f"{joint}/vel", "rad/s", f"Rate of the angle of {part}"
    for body in _BODIES:
        side = side_of(body)
        part = f"the {side} {body[:-2]}" if side else f"the {body}"
        for axis, direction in _AXES[:2]:
            yield f"{body}/{axis}", "m", f"Position of {part}, {direction}."
    for axis, direction in _AXES:
        yield f"mass_centre/{axis}", "m", f"Position of the centre of mass, {direction}."
    for axis, direction in (("x", "Forward"), ("y", "Upward"), ("z", "Rightward")):
        yield f"mass_centre/v{axis}", "m/s", f"{direction} velocity of the centre of mass."
    for i in range(_N_ZEROS):
        yield f"always_zero/{i}", "", "Always 0: an obstacle or a muscle's strength stood here in the 2017 challenge."
