"""Which channels are worth a plot, and what plots and their curves are called. Works with any channel table; no Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from osimviz.channels import Channel, mirrored, without_side
from osimviz.frames import RunInfo

#: Type of what is dragged from the list of channels to the plots: channel names, one a line.
DRAGGED_CHANNELS = "application/x-osimviz-channels"
#: Parts of a channel's name that say where it stands in the table and nothing of what it is.
_SILENT_GROUPS = ("observation", "coordinates", "muscles", "body", "run")
_SILENT_QUANTITIES = ("value",)
_SPOKEN = {
    "contact": "ground reaction",
    "force_up": "up",
    "force_forward": "forward",
    "force_right": "rightward",
    "pelvis_tx": "pelvis forward",
    "pelvis_ty": "pelvis upward",
    "pelvis_tz": "pelvis rightward",
}


@dataclass(frozen=True, slots=True)
class Caption:
    """The words above a plot.

    Attributes
    ----------
    title : str
        What its curves have in common; may be empty.
    items : tuple of str
        What tells each curve from the others: ``R``, ``pitch``; empty for a single one.
    """

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """A choice offered where nothing is plotted yet.

    Attributes
    ----------
    title, hint : str
        What it is; what it shows.
    plots : tuple of tuple of str
        Names of the channels of each plot; only channels that the run has.
    """

    title: str
    hint: str
    plots: tuple[tuple[str, ...], ...]


#: Plots as tuples of channels; ``|`` separates names for the same thing in different environments: the first that a
#: run has is taken.
_HEIGHT = ("body/pelvis/height|observation/pelvis/height|observation/pelvis/y",)
_FORWARD_SPEED = "coordinates/pelvis_tx/speed|observation/pelvis/vx"
_UPWARD_SPEED = "coordinates/pelvis_ty/speed|observation/pelvis/vy"
_GROUND_REACTION = ("contact/right/force_up", "contact/left/force_up")
_KNEES = tuple(f"coordinates/knee_angle_{side}/value|observation/knee_{side}/pos" for side in "rl")
_ANKLES = tuple(f"coordinates/ankle_angle_{side}/value|observation/ankle_{side}/pos" for side in "rl")
_HIPS = tuple(f"coordinates/hip_flexion_{side}/value|observation/hip_{side}/flexion_pos" for side in "rl")
_HIPS_ABDUCTION = tuple(f"coordinates/hip_adduction_{side}/value" for side in "rl")
_TRUNK = ("coordinates/pelvis_tilt/value|observation/pelvis/pitch", "coordinates/pelvis_list/value")
_ARM = (
    "coordinates/r_shoulder_elev/value|observation/shoulder/pos",
    "coordinates/r_elbow_flex/value|observation/elbow/pos",
)
_ARM_SPEEDS = (
    "coordinates/r_shoulder_elev/speed|observation/shoulder/vel",
    "coordinates/r_elbow_flex/speed|observation/elbow/vel",
)
_HAND_X, _HAND_Y = (tuple(f"observation/{what}/{axis}" for what in ("hand", "target")) for axis in "xy")
_CENTRE_OF_MASS = ("centre_of_mass/velocity_x", "centre_of_mass/velocity_y")
_REWARD = ("reward/step",)

_PRESETS: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...] = (
    ("Pelvis", "height, forward and upward velocity", (_HEIGHT, (_FORWARD_SPEED, _UPWARD_SPEED))),
    ("Trunk", "tilt and list of the pelvis", (_TRUNK,)),
    ("Ground reaction", "right and left, in body weights", (_GROUND_REACTION,)),
    ("Knees and ankles", "right and left", (_KNEES, _ANKLES)),
    ("Hips", "flexion and adduction, right and left", (_HIPS, _HIPS_ABDUCTION)),
    ("Arm", "shoulder and elbow, angles and speeds", (_ARM, _ARM_SPEEDS)),
    ("Hand and target", "forward and upward", (_HAND_X, _HAND_Y)),
    ("Centre of mass", "forward and upward velocity", (_CENTRE_OF_MASS,)),
    ("Reward", "of each step, and its sum", (_REWARD, ("reward/return",))),
)
#: Horizontal and vertical channel; the first pair that a run has is taken.
_PHASE_CHOICES = (
    ("coordinates/knee_angle_r/value|observation/knee_r/pos", "coordinates/knee_angle_r/speed|observation/knee_r/vel"),
    (_ARM[1], _ARM_SPEEDS[1]),
    (_HEIGHT[0], _UPWARD_SPEED),
)
_DEFAULTS = (_HEIGHT, (_FORWARD_SPEED,), _GROUND_REACTION, _KNEES, _ARM, _HAND_X, _HAND_Y, _REWARD)


def default_channels(info: RunInfo) -> list[list[str]]:
    """Return the plots of a first start, each a list of channel names of the run; what it lacks is left out.

    A channel at which the environment ends the run is always among them.
    """
    plots = [list(plot) for plot in _existing(_DEFAULTS, info)]
    names = {channel.name for channel in info.channels}
    plotted = {name for plot in plots for name in plot}
    limited = [[limit.channel] for limit in info.end_limits if limit.channel in names - plotted]
    return limited + plots


def presets(info: RunInfo) -> tuple[Preset, ...]:
    """Return the choices that show something of this run."""
    offered = [Preset(title, hint, _existing(plots, info)) for title, hint, plots in _PRESETS]
    terms = [c.name for c in info.channels if c.path[0] == "reward" and c.name not in (*_REWARD, "reward/return")]
    if len(terms) > 1:
        offered.append(Preset("Reward terms", f"all {len(terms)} in one plot", (tuple(terms),)))
    # By muscle: right and left of one muscle share a plot.
    by_muscle: dict[str, list[str]] = {}
    for channel in info.channels:
        if channel.path[0] == "muscles" and channel.path[-1] == "activation":
            by_muscle.setdefault(without_side(channel.path[1]), []).append(channel.name)
    hint = f"all {sum(map(len, by_muscle.values()))}, right and left together"
    offered.append(Preset("Muscle activation", hint, tuple(tuple(names) for names in by_muscle.values())))
    return tuple(preset for preset in offered if preset.plots)


def phase_choice(info: RunInfo) -> tuple[str, str]:
    """Return the channels of a first phase plot, horizontal and vertical: a knee's angle and how fast it changes."""
    for each in _PHASE_CHOICES:
        found = [plot[0] for plot in _existing(((name,) for name in each), info)]
        if len(found) == 2:
            return found[0], found[1]
    names = [channel.name for channel in info.channels]
    return (names[0], names[min(1, len(names) - 1)]) if names else ("", "")


def caption(channels: Sequence[Channel]) -> Caption:
    """Return title and items for the channels of one plot."""
    phrases = [_phrase(channel) for channel in channels]
    sides = [channel.side[:1].upper() for channel in channels]
    head = _n_shared(phrases)
    rests = [phrase[head:] for phrase in phrases]
    tail = _n_shared([rest[::-1] for rest in rests])
    title = (*phrases[0][:head], *(rests[0][len(rests[0]) - tail :])) if phrases else ()
    items = [" ".join((*rest[: len(rest) - tail], side)).strip() for rest, side in zip(rests, sides, strict=True)]
    return Caption(" ".join(title), tuple(items))


def unit_caption(channels: Iterable[Channel], shown_units: Iterable[str]) -> str:
    """Return the unit of a plot in words: ``body weight``, ``0–1`` for a share, several separated by commas."""
    words = []
    for channel, unit in zip(channels, shown_units, strict=True):
        if not unit and (channel.lower, channel.upper) == (0.0, 1.0):
            unit = "0–1"
        words.append("body weight" if unit == "BW" else unit)
    return ", ".join(dict.fromkeys(word for word in words if word))


def other_side(channel: Channel, names: Iterable[str]) -> str:
    """Return the name of the same channel of the other side of the body, if it is among `names`; empty if not."""
    if not channel.side:
        return ""
    swapped = mirrored(channel.name)
    return swapped if swapped != channel.name and swapped in set(names) else ""


def belongs_with(channel: Channel, others: Sequence[Channel]) -> bool:
    """Whether a channel is better added to a plot of `others` than given one of its own.

    That is where it has their unit and is another side of one of them, or another quantity of the same thing.
    """
    return any(channel.unit == other.unit and _is_relative(channel, other) for other in others)


def _is_relative(one: Channel, other: Channel) -> bool:
    is_sibling = len(one.path) > 2 and one.path[:-1] == other.path[:-1]
    is_other_side = one.side != other.side and one.path[0] == other.path[0] and _phrase(one) == _phrase(other)
    return is_sibling or is_other_side


def _existing(plots: Iterable[Iterable[str]], info: RunInfo) -> tuple[tuple[str, ...], ...]:
    names = {channel.name for channel in info.channels}
    found = []
    for plot in plots:
        chosen = [next((name for name in each.split("|") if name in names), "") for each in plot]
        if any(chosen):
            found.append(tuple(name for name in chosen if name))
    return tuple(found)


def _phrase(channel: Channel) -> tuple[str, ...]:
    """Return a name as words, without its side and without silent parts: ``(knee, angle)``."""
    parts = list(channel.path)
    if len(parts) > 1 and parts[0] in _SILENT_GROUPS:
        parts = parts[1:]
    if len(parts) > 1 and parts[-1] in _SILENT_QUANTITIES:
        parts = parts[:-1]
    words = []
    for part in parts:
        spoken = _SPOKEN.get(part, without_side(part) if channel.side else part)
        words += spoken.replace("_", " ").split()
    return tuple(words) or (channel.name,)


def _n_shared(phrases: Sequence[tuple[str, ...]]) -> int:
    """Return with how many equal words all phrases begin."""
    count = 0
    while phrases and all(len(phrase) > count and phrase[count] == phrases[0][count] for phrase in phrases):
        count += 1
    return count
