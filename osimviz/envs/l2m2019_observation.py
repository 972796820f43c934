"""What L2M2019Env observes beside the field of targets: its numbers, the channel of each, and the nested form.

Layout, signs and normalisers: osim-rl 3.0.11, ``L2M2019Env.get_observation_dict`` and ``get_observation``.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from osimviz.channels import Channel, side_of
from osimviz.envs.engine_memory import vec3
from osimviz.envs.state_description import StateReader
from osimviz.envs.target_field import N_SEEN, Array

#: Mass of the model, kg, and gravity, m/s², as osim-rl writes them: forces are in units of their product.
MASS_KG = 75.16460000000001
GRAVITY_M_S2 = 9.80665

#: The observation's name of a muscle, the model's, and what it is, in the observation's order.
MUSCLES = (
    ("HAB", "abd", "hip abductors"),
    ("HAD", "add", "hip adductors"),
    ("HFL", "iliopsoas", "hip flexors (iliopsoas)"),
    ("GLU", "glut_max", "gluteus maximus"),
    ("HAM", "hamstrings", "hamstrings"),
    ("RF", "rect_fem", "rectus femoris"),
    ("VAS", "vasti", "vasti"),
    ("BFSH", "bifemsh", "short head of biceps femoris"),
    ("GAS", "gastroc", "gastrocnemius"),
    ("SOL", "soleus", "soleus"),
    ("TA", "tib_ant", "tibialis anterior"),
)
LEGS = (("r_leg", "r", "right"), ("l_leg", "l", "left"))

#: Name, unit, bound on both sides and description of the pelvis's velocities.
_PELVIS_VELOCITIES = (
    ("forward", "m/s", 20.0, "Velocity of the pelvis, forward in its own heading."),
    ("leftward", "m/s", 20.0, "Velocity of the pelvis to the left of its own heading."),
    ("upward", "m/s", 20.0, "Upward velocity of the pelvis."),
    ("pitch", "rad/s", 10 * math.pi, "Rate of the pitch of the pelvis, positive forward."),
    ("roll", "rad/s", 10 * math.pi, "Rate of the roll of the pelvis, positive to the right."),
    ("yaw", "rad/s", 10 * math.pi, "Rate of the yaw of the pelvis, positive to the left."),
)
_FORCES = (
    ("forward", 5.0, "forward in the heading of the pelvis"),
    ("lateral", 5.0, "outward, away from the other leg"),
    ("upward", 10.0, "upward"),
)
#: Name, coordinate's joint and index, sign, bounds in degrees, positive direction.
_JOINTS = (
    ("hip_abd", "hip", 1, -1.0, (-45.0, 90.0), "abduction"),
    ("hip", "hip", 0, -1.0, (-180.0, 45.0), "extension"),
    ("knee", "knee", 0, 1.0, (-180.0, 15.0), "extension"),
    ("ankle", "ankle", 0, -1.0, (-45.0, 90.0), "plantarflexion"),
)
_JOINT_RATE = 5 * math.pi

_N_PELVIS = 9
_N_LEG = 44


class L2M2019Observation:
    """Reads the 97 numbers of body and legs.

    Parameters
    ----------
    reader : StateReader
        Handles of the components of one of the two models.

    Attributes
    ----------
    max_isometric_force_n, optimal_fiber_length_m : dict of str to dict of str to float
        By leg and by the observation's name of the muscle.
    """

    def __init__(self, reader: StateReader) -> None:
        self._pelvis = reader.bodies["pelvis"]
        # Tilt, list and rotation.
        self._pelvis_angles = reader.joint_coordinates["ground_pelvis"][:3]
        self._contacts = [reader.forces[f"foot_{side}"] for _, side, _ in LEGS]
        self._joints = [
            [(reader.joint_coordinates[f"{joint}_{side}"][i], sign) for _, joint, i, sign, _, _ in _JOINTS]
            for _, side, _ in LEGS
        ]
        muscles = [[f"{muscle}_{side}" for _, muscle, _ in MUSCLES] for _, side, _ in LEGS]
        self._muscles = [[reader.muscles[name] for name in own] for own in muscles]
        rows = {name: row for row, name in enumerate(reader.muscles)}
        self._muscle_rows = [[rows[name] for name in own] for own in muscles]
        self.max_isometric_force_n = self._by_muscle("getMaxIsometricForce")
        self.optimal_fiber_length_m = self._by_muscle("getOptimalFiberLength")
        self._normalisers = [
            [(self.max_isometric_force_n[leg][name], self.optimal_fiber_length_m[leg][name]) for name, _, _ in MUSCLES]
            for leg, _, _ in LEGS
        ]

    def _by_muscle(self, getter: str) -> dict[str, dict[str, float]]:
        return {
            leg: {name: getattr(muscle, getter)() for (name, _, _), muscle in zip(MUSCLES, muscles, strict=True)}
            for (leg, _, _), muscles in zip(LEGS, self._muscles, strict=True)
        }

    def pose(self, state: Any) -> tuple[float, float, float]:
        """Return the pelvis in field space: forward and left, m, and yaw, rad."""
        place = self._pelvis.getTransformInGround(state).p()
        return place.get(0), -place.get(2), self._pelvis_angles[2].getValue(state)

    def velocity(self, state: Any) -> tuple[float, float]:
        """Return the velocity of the pelvis in field space, m/s."""
        velocity = self._pelvis.getVelocityInGround(state).get(1)
        return velocity.get(0), -velocity.get(2)

    def contact_records(self, state: Any) -> tuple[tuple[float, ...], ...]:
        """Return what the right and the left foot do to the ground, world space.

        Force, N, down where one stands, and torque about the origin, N m: the first six numbers of the record of
        OpenSim's HuntCrossleyForce.
        """
        records = [contact.getRecordValues(state) for contact in self._contacts]
        return tuple(tuple(record.get(k) for k in range(6)) for record in records)

    def read(
        self,
        state: Any,
        contact_records: tuple[tuple[float, ...], ...],
        muscle_values: Callable[[str], list[float]],
    ) -> list[float]:
        """Return the numbers of a state, realised to Acceleration: pelvis, right leg, left leg.

        Parameters
        ----------
        state : opensim.State
            The state.
        contact_records : tuple
            Its contacts (`contact_records`).
        muscle_values : callable
            `OsimModel.muscle_values` of that state.
        """
        force_n, length_m, lengthening = map(muscle_values, ("fiber_force", "fiber_length", "fiber_velocity"))
        tilt, roll, rotation = self._pelvis_angles
        yaw = rotation.getValue(state)
        velocity = vec3(self._pelvis.getVelocityInGround(state).get(1))
        forward, rightward = _rotated(velocity[0], velocity[2], yaw)
        values = [
            self._pelvis.getTransformInGround(state).p().get(1),
            -tilt.getValue(state),
            roll.getValue(state),
            forward,
            -rightward,
            velocity[1],
            -tilt.getSpeedValue(state),
            roll.getSpeedValue(state),
            rotation.getSpeedValue(state),
        ]
        for i, (_, side, _) in enumerate(LEGS):
            x, y, z = (contact_n / (MASS_KG * GRAVITY_M_S2) for contact_n in contact_records[i][:3])
            forward, rightward = _rotated(-x, -z, yaw)
            values += (forward, rightward if side == "r" else -rightward, -y)
            values += [sign * coordinate.getValue(state) for coordinate, sign in self._joints[i]]
            values += [sign * coordinate.getSpeedValue(state) for coordinate, sign in self._joints[i]]
            for row, (largest_n, optimal_m) in zip(self._muscle_rows[i], self._normalisers[i], strict=True):
                values += (force_n[row] / largest_n, length_m[row] / optimal_m, lengthening[row] / optimal_m)
        return values

    @staticmethod
    def as_dict(field: Array, values: Sequence[float]) -> dict[str, Any]:
        """Return field and numbers in osim-rl's nested form."""
        nested: dict[str, Any] = {
            "v_tgt_field": field,
            "pelvis": {"height": values[0], "pitch": values[1], "roll": values[2], "vel": list(values[3:_N_PELVIS])},
        }
        for i, (leg, _, _) in enumerate(LEGS):
            own = values[_N_PELVIS + i * _N_LEG :]
            names = [name for name, *_ in _JOINTS]
            nested[leg] = {
                "ground_reaction_forces": list(own[:3]),
                "joint": dict(zip(names, own[3:7], strict=True)),
                "d_joint": dict(zip(names, own[7:11], strict=True)),
            }
            for k, (name, _, _) in enumerate(MUSCLES):
                nested[leg][name] = dict(zip("flv", own[11 + 3 * k : 14 + 3 * k], strict=True))
        return nested

    @staticmethod
    def as_vector(nested: Mapping[str, Any]) -> list[float]:
        """Return the whole vector of an observation in the nested form."""
        pelvis = nested["pelvis"]
        values: list[float] = np.asarray(nested["v_tgt_field"], dtype=np.float64).ravel().tolist()
        values += [pelvis["height"], pelvis["pitch"], pelvis["roll"], *pelvis["vel"]]
        for leg, _, _ in LEGS:
            values += nested[leg]["ground_reaction_forces"]
            for group in ("joint", "d_joint"):
                values += [nested[leg][group][name] for name, *_ in _JOINTS]
            for name, _, _ in MUSCLES:
                values += [nested[leg][name][quantity] for quantity in "flv"]
        return values

    def channels(self) -> tuple[Channel, ...]:
        """Return the channel of every element of the whole vector, in its order; names are paths in the nested form."""
        return tuple(
            Channel(
                f"observation/{element.name}",
                "observation",
                i,
                element.unit,
                element.lower,
                element.upper,
                element.text,
                side_of(element.name.split("/")[0]),
                normaliser=element.normaliser,
            )
            for i, element in enumerate([*_field(), *_pelvis(), *self._legs()])
        )

    def _legs(self) -> Iterator["_Element"]:
        for leg, side, side_word in LEGS:
            for name, bound, direction in _FORCES:
                text = (
                    f"Force of the ground on the {side_word} foot, {direction}, in body weights of {MASS_KG:.4f} kg × "
                    f"{GRAVITY_M_S2} m/s²."
                )
                weight_n = MASS_KG * GRAVITY_M_S2
                yield _Element(f"{leg}/ground_reaction_forces/{name}", "BW", -bound, bound, text, weight_n)
            for name, joint, _, _, (lower, upper), direction in _JOINTS:
                text = f"Angle of the {side_word} {joint}, positive in {direction}."
                yield _Element(f"{leg}/joint/{name}", "rad", math.radians(lower), math.radians(upper), text)
            for name, joint, _, _, _, direction in _JOINTS:
                text = f"Rate of the angle of the {side_word} {joint}, positive in {direction}."
                yield _Element(f"{leg}/d_joint/{name}", "rad/s", -_JOINT_RATE, _JOINT_RATE, text)
            for name, muscle, words in MUSCLES:
                force_n, length_m = self.max_isometric_force_n[leg][name], self.optimal_fiber_length_m[leg][name]
                part = f"the {side_word} {words}, {muscle}_{side}"
                by_length = f"divided by the optimal fibre length of {length_m:g} m."
                by_force = f"divided by the maximal isometric force of {force_n:.1f} N."
                yield _Element(f"{leg}/{name}/f", "", 0.0, 3.0, f"Fibre force of {part}, {by_force}", force_n)
                yield _Element(f"{leg}/{name}/l", "opt", 0.0, 3.0, f"Fibre length of {part}, {by_length}", length_m)
                yield _Element(
                    f"{leg}/{name}/v", "opt/s", -50.0, 50.0, f"Fibre velocity of {part}, {by_length}", length_m
                )


class _Element(NamedTuple):
    """An element of the vector, as `osimviz.channels.Channel` describes it."""

    name: str
    unit: str
    lower: float
    upper: float
    text: str
    normaliser: float = 1.0


def _field() -> Iterator[_Element]:
    for component, direction in (("forward", "forward"), ("leftward", "to the left")):
        for ix in range(N_SEEN):
            for iy in range(N_SEEN):
                text = f"Target velocity {direction} in the heading of the pelvis, {_place(ix - 5, iy - 5)}."
                yield _Element(f"v_tgt_field/{component}/{ix}_{iy}", "m/s", -10.0, 10.0, text)


def _place(ahead_m: int, left_m: int) -> str:
    along = f"{abs(ahead_m)} m {'ahead' if ahead_m > 0 else 'behind'}" if ahead_m else ""
    across = f"{abs(left_m)} m to the {'left' if left_m > 0 else 'right'}" if left_m else ""
    return " and ".join(part for part in (along, across) if part) or "at the pelvis"


def _pelvis() -> Iterator[_Element]:
    yield _Element("pelvis/height", "m", 0.0, 3.0, "Height of the pelvis above the ground.")
    yield _Element("pelvis/pitch", "rad", -math.pi, math.pi, "Pitch of the pelvis, positive forward.")
    yield _Element("pelvis/roll", "rad", -math.pi, math.pi, "Roll of the pelvis, positive to the right.")
    for name, unit, bound, text in _PELVIS_VELOCITIES:
        yield _Element(f"pelvis/vel/{name}", unit, -bound, bound, text)


def _rotated(x: float, z: float, yaw_rad: float) -> tuple[float, float]:
    """Return a world vector's forward and rightward component in the heading of the pelvis."""
    cosine, sine = np.cos(yaw_rad), np.sin(yaw_rad)
    return float(cosine * x - sine * z), float(sine * x + cosine * z)
