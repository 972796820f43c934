"""The channel table of a run: what of each frame has a name. No OpenSim."""

from collections.abc import Sequence

from osimviz.channels import Channel, side_of
from osimviz.frames import FEET, GRAVITY_M_S2, ModelGeometry

#: Field of a frame, name of the quantity, unit and what it is.
_MUSCLE_QUANTITIES = (
    ("activation", "activation", "", "How far {} is activated, 0 to 1."),
    ("excitation", "excitation", "", "The excitation that reached {}, 0 to 1."),
    ("fiber_force_n", "fiber_force", "N", "Force of the fibres of {}."),
    ("fiber_length", "fiber_length", "opt", "Fibre length of {} in optimal fibre lengths."),
    ("fiber_velocity", "fiber_velocity", "opt/s", "Fibre velocity of {}, positive while it lengthens."),
)
_AXES = (("forward", "x"), ("up", "y"), ("right", "z"))


def run_channels(
    geometry: ModelGeometry,
    *,
    observation: Sequence[Channel],
    action_names: Sequence[str],
    coordinates: Sequence[tuple[str, bool]],
    has_feet: bool,
    has_target_velocity: bool = False,
    has_targets: bool = False,
) -> tuple[Channel, ...]:
    """Return the channels of a run, grouped as they are listed.

    Parameters
    ----------
    geometry : ModelGeometry
        Muscles and bodies.
    observation : sequence of Channel
        The environment's own table of its observation vector.
    action_names : sequence of str
        Muscle of each element of an action.
    coordinates : sequence of (str, bool)
        Name, and whether it is an angle, in the order of `Frame.coordinates`.
    has_feet : bool
        Whether frames carry ground reaction forces.
    has_target_velocity : bool
        Whether frames carry a target velocity.
    has_targets : bool
        Whether frames tell if a target was reached.
    """
    table = [
        *observation,
        *_actions(action_names),
        *_muscles(geometry),
        *_coordinates(coordinates),
        *(_contacts(geometry) if has_feet else ()),
        *_bodies(geometry),
        *_centre_of_mass(),
        *(_target_velocity() if has_target_velocity else ()),
        Channel("reward/step", "reward", 0, "", description="Reward of the step."),
        Channel("reward/return", "episode_return", 0, "", description="Sum of the rewards so far."),
        Channel("run/step_wall_time", "wall_time_s", 0, "ms", description="Real time the step took.", scale=1e3),
        Channel("run/n_clipped", "n_clipped", 0, "", 0.0, description="Elements of the action that were cut to range."),
        *(_target_reached() if has_targets else ()),
    ]
    return tuple(table)


def with_reward_terms(channels: Sequence[Channel], names: Sequence[str]) -> tuple[Channel, ...]:
    """Return a run's channels with one for each term of its reward, behind those of the reward itself."""
    taken = {channel.name for channel in channels}
    terms = []
    for i, name in enumerate(names):
        title = f"reward/{name}" if f"reward/{name}" not in taken else f"reward/{name}_term"
        sentence = f"The term {name} of the step's reward."
        terms.append(Channel(title, "reward_terms", i, "", description=sentence, side=side_of(name)))
    place = 1 + max((i for i, c in enumerate(channels) if c.field in ("reward", "episode_return")), default=-1)
    return (*channels[:place], *terms, *channels[place:])


def _actions(names: Sequence[str]) -> list[Channel]:
    sentence = "What the controller returned for {}, before clipping to 0..1."
    return [
        Channel(f"action/{name}", "action", i, "", 0.0, 1.0, sentence.format(name), side_of(name))
        for i, name in enumerate(names)
    ]


def _muscles(geometry: ModelGeometry) -> list[Channel]:
    return [
        Channel(
            f"muscles/{muscle}/{quantity}",
            field,
            i,
            unit,
            description=sentence.format(muscle),
            side=side_of(muscle),
        )
        for i, muscle in enumerate(geometry.muscle_names)
        for field, quantity, unit, sentence in _MUSCLE_QUANTITIES
    ]


def _coordinates(coordinates: Sequence[tuple[str, bool]]) -> list[Channel]:
    table = []
    for i, (name, is_angle) in enumerate(coordinates):
        unit = "rad" if is_angle else "m"
        side = side_of(name)
        table.append(Channel(f"coordinates/{name}/value", "coordinates", i, unit, description=f"{name}.", side=side))
        table.append(
            Channel(f"coordinates/{name}/speed", "speeds", i, f"{unit}/s", description=f"Speed of {name}.", side=side)
        )
    return table


def _contacts(geometry: ModelGeometry) -> list[Channel]:
    per_newton = 1.0 / (geometry.mass_kg * GRAVITY_M_S2)
    table = []
    for i, foot in enumerate(FEET):
        for axis, (direction, _) in enumerate(_AXES):
            sentence = f"Force of the ground on the {foot} foot, {direction}, in body weights."
            table.append(
                Channel(
                    f"contact/{foot}/force_{direction}",
                    "ground_reaction_n",
                    3 * i + axis,
                    "BW",
                    description=sentence,
                    side="right" if foot == "right" else "left",
                    scale=per_newton,
                )
            )
        for axis, (direction, letter) in enumerate(_AXES):
            if letter != "y":
                table.append(
                    Channel(
                        f"contact/{foot}/pressure_{letter}",
                        "centre_of_pressure_m",
                        3 * i + axis,
                        "m",
                        description=f"Centre of pressure under the {foot} foot, {direction}; missing while it is up.",
                        side="right" if foot == "right" else "left",
                    )
                )
    return table


def _bodies(geometry: ModelGeometry) -> list[Channel]:
    positions = [
        Channel(
            f"body/{body}/{'height' if letter == 'y' else letter}",
            "body_positions_m",
            3 * i + axis,
            "m",
            description=f"Origin of {body} in world space, {direction}.",
            side=side_of(body),
        )
        for i, body in enumerate(geometry.body_names)
        for axis, (direction, letter) in enumerate(_AXES)
    ]
    rotations = [
        Channel(
            f"body/{body}/rotation_{letter}",
            "body_quaternions",
            4 * i + part,
            description=f"Rotation of {body} from its own axes to the world's: part {letter} of the unit quaternion.",
            side=side_of(body),
        )
        for i, body in enumerate(geometry.body_names)
        for part, letter in enumerate("wxyz")
    ]
    return [*positions, *rotations]


def _target_reached() -> list[Channel]:
    sentence = "1 in a step that reached a target, else 0."
    return [Channel("run/target_reached", "target_reached", 0, "", 0.0, 1.0, description=sentence)]


def _target_velocity() -> list[Channel]:
    return [
        Channel(f"target/velocity_{letter}", "target_velocity", axis, "m/s", description=f"Target velocity, {words}.")
        for axis, (words, letter) in enumerate(_AXES)
        if letter != "y"
    ]


def _centre_of_mass() -> list[Channel]:
    table = []
    for axis, (direction, letter) in enumerate(_AXES):
        table.append(
            Channel(
                f"centre_of_mass/position_{letter}",
                "centre_of_mass_m",
                axis,
                "m",
                description=f"Centre of mass in world space, {direction}.",
            )
        )
    for axis, (direction, letter) in enumerate(_AXES):
        table.append(
            Channel(
                f"centre_of_mass/velocity_{letter}",
                "centre_of_mass_velocity",
                axis,
                "m/s",
                description=f"Velocity of the centre of mass, {direction}.",
            )
        )
    return table
