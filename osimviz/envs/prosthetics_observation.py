"""The observation vector of ProstheticsEnv: its layout, the channel of every element, and how it is read.

Layout: osim-rl 2.1.5, ``ProstheticsEnv.get_observation``. Only the sagittal plane is observed of bodies.
"""

from collections.abc import Callable, Iterator
from typing import Any

from osimviz.channels import Channel, side_of
from osimviz.envs.engine_memory import place, spatial, vec3
from osimviz.envs.state_description import StateReader

#: Observed relative to the pelvis, in this order. The prosthetic leg has neither toes nor talus: zeros stand there.
_BODIES = ("head", "torso", "toes_l", "toes_r", "talus_l", "talus_r")
_JOINTS = ("ankle_l", "ankle_r", "back", "hip_l", "hip_r", "knee_l", "knee_r")
_HIP_COORDINATES = ("flexion", "adduction", "rotation")

_PELVIS_QUANTITIES = ("y", "vx", "vy", "ax", "ay", "rz", "vrz", "arz")
_BODY_QUANTITIES = ("dx", "dy", "vx", "vy", "ax", "ay", "d_rz", "vrz", "arz")
_MASS_CENTRE_QUANTITIES = ("dx", "dy", "vx", "vy", "vz", "ax", "ay", "az")

_MOTIONS = {
    "y": ("m", "Height of {part} above the ground."),
    "dx": ("m", "Distance of {part} in front of the pelvis."),
    "dy": ("m", "Height of {part} above the pelvis."),
    "vx": ("m/s", "Forward velocity of {part}."),
    "vy": ("m/s", "Upward velocity of {part}."),
    "vz": ("m/s", "Velocity of {part} to the right."),
    "ax": ("m/s²", "Forward acceleration of {part}."),
    "ay": ("m/s²", "Upward acceleration of {part}."),
    "az": ("m/s²", "Acceleration of {part} to the right."),
    "rz": ("rad", "Rotation of {part} in the sagittal plane, positive leaning backward."),
    "d_rz": ("rad", "Rotation of {part} in the sagittal plane relative to the pelvis, positive leaning backward."),
    "vrz": ("rad/s", "Angular velocity of {part} in the sagittal plane, positive leaning backward."),
    "arz": ("rad/s²", "Angular acceleration of {part} in the sagittal plane, positive leaning backward."),
}
_JOINT_MOTIONS = {
    "pos": ("rad", "{angle} of {part}, positive in {direction}."),
    "vel": ("rad/s", "Rate of the {angle} of {part}, positive in {direction}."),
    "acc": ("rad/s²", "Acceleration of the {angle} of {part}, positive in {direction}."),
}
#: Angle and positive direction of a joint's coordinates: the axes of the models of osim-rl.
_ANGLES = {
    "ankle": ("angle", "dorsiflexion"),
    "back": ("extension", "extension"),
    "knee": ("angle", "extension"),
    "flexion": ("flexion", "flexion"),
    "adduction": ("adduction", "adduction"),
    "rotation": ("rotation", "internal rotation"),
}
_MUSCLE_QUANTITIES = {
    "activation": ("", "Activation of {part}, 0 to 1."),
    "fiber_length": ("m", "Fibre length of {part}."),
    "fiber_velocity": ("m/s", "Fibre velocity of {part}, negative while shortening."),
}


class ProstheticsObservation:
    """Reads the observation vector of one model.

    Parameters
    ----------
    model : opensim.Model
        One of the four 14-coordinate models.
    reader : StateReader
        Handles of its components.
    """

    def __init__(self, model: Any, reader: StateReader) -> None:
        self._model = model
        self._pelvis = reader.bodies["pelvis"]
        self._bodies = tuple((name, reader.bodies.get(name)) for name in _BODIES)
        self._joints = tuple((name, tuple(reader.joint_coordinates[name])) for name in _JOINTS)
        self._muscle_names = sorted(reader.muscles)
        rows = {name: row for row, name in enumerate(reader.muscles)}
        self._muscle_rows = [rows[name] for name in self._muscle_names]

    def read(self, state: Any, muscle_values: Callable[[str], list[float]]) -> list[float]:
        """Return the vector of a state that is realised to Acceleration: 160 values with the prosthesis, else 169.

        `muscle_values` is `OsimModel.muscle_values` of that state.
        """
        pelvis = _sagittal(self._pelvis, state)
        values = pelvis[1:]
        for _, body in self._bodies:
            if body is None:
                values += [0.0] * len(_BODY_QUANTITIES)
                continue
            motion = _sagittal(body, state)
            for i in (0, 1, 6):
                motion[i] -= pelvis[i]
            values += motion
        for _, coordinates in self._joints:
            values += [coordinate.getValue(state) for coordinate in coordinates]
            values += [coordinate.getSpeedValue(state) for coordinate in coordinates]
            values += [coordinate.getAccelerationValue(state) for coordinate in coordinates]
        activation, length_m, velocity = map(muscle_values, _MUSCLE_QUANTITIES)
        for row in self._muscle_rows:
            values += (activation[row], length_m[row], velocity[row])
        x_m, y_m, _ = vec3(self._model.calcMassCenterPosition(state))
        values += (x_m - pelvis[0], y_m - pelvis[1])
        values += vec3(self._model.calcMassCenterVelocity(state))
        values += vec3(self._model.calcMassCenterAcceleration(state))
        return values

    def channels(self) -> tuple[Channel, ...]:
        """Return the channel of every element, in the vector's order."""
        return tuple(
            Channel(f"observation/{name}", "observation", index, unit=unit, description=text, side=side_of(name))
            for index, (name, unit, text) in enumerate(self._elements())
        )

    def _elements(self) -> Iterator[tuple[str, str, str]]:
        """Yield name, unit and description of every element."""
        yield from _motions("pelvis", "the pelvis", _PELVIS_QUANTITIES)
        for name, body in self._bodies:
            if body is None:
                text = f"Always 0: the prosthetic leg has no {name.removesuffix('_r')}."
                yield from ((f"{name}/{quantity}", _MOTIONS[quantity][0], text) for quantity in _BODY_QUANTITIES)
            else:
                yield from _motions(name, _in_words(name), _BODY_QUANTITIES)
        for name, coordinates in self._joints:
            yield from _joint_motions(name, len(coordinates))
        for name in self._muscle_names:
            for quantity, (unit, text) in _MUSCLE_QUANTITIES.items():
                yield f"muscles/{name}/{quantity}", unit, text.format(part=_in_words(name))
        yield from _motions("mass_centre", "the centre of mass", _MASS_CENTRE_QUANTITIES)


def _sagittal(body: Any, state: Any) -> list[float]:
    """Return x, y, their velocities and accelerations (m, s), and the angle about z and its two rates (rad, s)."""
    world_from_body = body.getTransformInGround(state)
    rate, velocity = spatial(body.getVelocityInGround(state))
    rate_change, acceleration = spatial(body.getAccelerationInGround(state))
    return [
        *place(world_from_body)[:2],
        *velocity[:2],
        *acceleration[:2],
        world_from_body.R().convertRotationToBodyFixedXYZ().get(2),
        rate[2],
        rate_change[2],
    ]


def _in_words(name: str) -> str:
    """Return a component's name as one says it: ``the left toes`` for ``toes_l``."""
    side = side_of(name)
    return f"the {side} {name[:-2]}" if side else f"the {name}"


def _motions(name: str, part: str, quantities: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for quantity in quantities:
        unit, text = _MOTIONS[quantity]
        yield f"{name}/{quantity}", unit, text.format(part=part)


def _joint_motions(name: str, n_coordinates: int) -> Iterator[tuple[str, str, str]]:
    part = "the trunk" if name == "back" else _in_words(name)
    for motion, (unit, text) in _JOINT_MOTIONS.items():
        for coordinate in _HIP_COORDINATES[:n_coordinates] if n_coordinates > 1 else ("",):
            angle, direction = _ANGLES[coordinate or name.partition("_")[0]]
            sentence = text.format(angle=angle, part=part, direction=direction)
            quantity = f"{coordinate}_{motion}" if coordinate else motion
            yield f"{name}/{quantity}", unit, sentence[0].upper() + sentence[1:]
