"""What a user can choose for the picture, with the words it goes by in menus, legends and labels. No Qt, no VTK."""

from dataclasses import dataclass
from typing import Literal, get_args

#: The quantity that colours the muscles; `fiber_force` is relative to the maximal isometric force.
ColourSource = Literal["activation", "excitation", "action", "fiber_force", "fiber_length", "fiber_velocity"]


@dataclass(frozen=True, slots=True)
class ColourScale:
    """How a quantity is mapped to colours, and what its legend says.

    Attributes
    ----------
    title : str
        The quantity in words.
    unit : str
        Its unit as legends print it; empty for a share.
    lower, upper : float
        The values of the first and the last colour; what lies outside takes the nearest.
    marks : (str, str, str)
        The numbers under the legend's strip: start, middle, end.
    """

    title: str
    unit: str
    lower: float
    upper: float
    marks: tuple[str, str, str]

    @property
    def heading(self) -> str:
        """Quantity and unit, as over the strip."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


#: Fibre lengths as in the design; velocities: in walking hardly any fibre is faster than 3 optimal lengths a second.
LEGENDS: dict[ColourSource, ColourScale] = {
    "activation": ColourScale("Activation", "", 0.0, 1.0, ("0", "0.5", "1")),
    "excitation": ColourScale("Excitation", "", 0.0, 1.0, ("0", "0.5", "1")),
    "action": ColourScale("Action", "", 0.0, 1.0, ("0", "0.5", "1")),
    "fiber_force": ColourScale("Fibre force", "Fmax", 0.0, 1.0, ("0", "0.5", "1")),
    "fiber_length": ColourScale("Fibre length", "opt", 0.5, 1.5, ("0.5", "1", "1.5")),
    "fiber_velocity": ColourScale("Fibre velocity", "opt/s", -3.0, 3.0, ("−3", "0", "3")),
}

#: What the picture's marks are worth, as it draws them and as legends say it: length of a force of one body weight, m;
#: length of a speed of 1 m/s, m; moment of a joint limit whose arrow goes half round, N·m; radii of the rings round an
#: arm's target, m.
M_PER_BODY_WEIGHT = 0.8
M_PER_M_S = 0.4
HALF_TURN_NM = 50.0
TARGET_RINGS_M = (0.035, 0.06)
#: Name of the body that Arm2DEnv puts where the hand shall go, and the words of its legend.
TARGET_BODY = "target"
TARGET_BODY_LEGEND = f"target, ring {200.0 * TARGET_RINGS_M[1]:g} cm across"

#: What can be shown or hidden, in the order of the menu.
Layer = Literal[
    "muscles",
    "tendons",
    "ground_reaction",
    "contact_points",
    "base_of_support",
    "joint_limits",
    "centre_of_mass",
    "extrapolated_centre",
    "trails",
    "target",
    "target_field",
    "contact_geometry",
    "shadow",
]
LAYERS: tuple[Layer, ...] = get_args(Layer)
DEFAULT_LAYERS: frozenset[Layer] = frozenset(("muscles", "ground_reaction", "centre_of_mass", "target", "shadow"))


@dataclass(frozen=True, slots=True)
class LayerWords:
    """How a layer is called, and what it shows.

    Attributes
    ----------
    title : str
        As the menu prints it.
    legend : str
        As legends print it, short; empty for a layer that needs none.
    help : str
        One sentence.
    """

    title: str
    legend: str
    help: str


LAYER_WORDS: dict[Layer, LayerWords] = {
    "muscles": LayerWords("Muscles", "", "Muscles as tubes along their paths, coloured by the chosen quantity"),
    "tendons": LayerWords(
        "Tendons", "tendon", "Tell tendon and belly apart: the belly is as long as the fibres are now"
    ),
    "ground_reaction": LayerWords(
        "Ground Reaction",
        f"force, {M_PER_BODY_WEIGHT:g} m per BW",
        "Force of the ground on each foot, from the centre of pressure",
    ),
    "contact_points": LayerWords("Contact Points", "contact, larger = deeper", "Where contact shapes touch the floor"),
    "base_of_support": LayerWords("Base of Support", "base of support", "The area that the loaded contacts span"),
    "joint_limits": LayerWords(
        "Joint Limit Forces",
        f"joint limit, ½ turn = {HALF_TURN_NM:g} N·m",
        "Moments of the ligaments that keep joints in their ranges",
    ),
    "centre_of_mass": LayerWords("Centre of Mass", "centre of mass", "Centre of mass and where it stands on the floor"),
    "extrapolated_centre": LayerWords(
        "Extrapolated Centre of Mass",
        "extrapolated CoM",
        "Where the centre of mass is heading (Hof 2005): outside the base of support means a fall without a step",
    ),
    "trails": LayerWords("Trails", "trail, last 1 s", "Paths of pelvis and feet over the last second"),
    "target": LayerWords(
        "Target",
        f"target, {M_PER_M_S:g} m per m/s",
        "Target velocity, or the arm's target, where the environment has one",
    ),
    "target_field": LayerWords(
        "Target Field",
        f"target field, {M_PER_M_S:g} m per m/s",
        "The field of target velocities around the body (L2M2019), on the floor",
    ),
    "contact_geometry": LayerWords("Contact Geometry", "contact shape", "The shapes with which feet touch the floor"),
    "shadow": LayerWords("Shadow", "", "The shadow on the floor"),
}

#: Named views in the order of the keys from 1 on; the empty name is a view the user turned by hand.
VIEW_TITLES: dict[str, str] = {
    "three-quarter": "Right front",
    "right": "Right",
    "left": "Left",
    "front": "Front",
    "back": "Back",
    "top": "Top",
    "feet": "Feet",
    "follow": "From behind",
    "": "Free",
}
#: What a camera can follow beside a body of the model.
CENTRE_OF_MASS = "centre of mass"

#: How much a picture may cost: as the renderer allows, fast for software OpenGL, or smooth with ambient occlusion.
LevelChoice = Literal["auto", "low", "high"]
LEVEL_TITLES: dict[LevelChoice, str] = {
    "auto": "As the Graphics Allow",
    "low": "Fast: smoothed at rest",
    "high": "Fine: always smoothed, occlusion",
}
