"""What a legend lists beside the muscles' colours: a row for each layer that shows something. No Qt, no VTK."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from osimviz.frames import Frame
from osimviz.view_choices import LAYER_WORDS, LAYERS, Layer

#: How a row's sign looks: as what it stands for does.
Sign = Literal["arrows", "disc", "dot", "line", "diamond", "arc", "arrow", "patch"]


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One row.

    Attributes
    ----------
    sign : Sign
        What stands before the words.
    colour : str
        Its name in the palette.
    text : str
        The words, with the scale.
    """

    sign: Sign
    colour: str
    text: str


_SIGNS: dict[Layer, tuple[Sign, str]] = {
    "tendons": ("line", "bone"),
    "ground_reaction": ("arrows", "right"),
    "contact_points": ("dot", "right"),
    "base_of_support": ("patch", "accent"),
    "joint_limits": ("arc", "warn"),
    "centre_of_mass": ("disc", "text"),
    "extrapolated_centre": ("diamond", "good"),
    "trails": ("line", "text_mid"),
    "target": ("arrow", "accent"),
    "target_field": ("arrow", "accent"),
    "contact_geometry": ("dot", "accent"),
}


def legend_rows(layers: Iterable[Layer], frame: Frame) -> tuple[LegendRow, ...]:
    """Return the rows for what is shown of a frame, in the order of the layers; none for layers it has no data for."""
    shown = set(layers)
    rows = []
    for layer in LAYERS:
        if layer in shown and layer in _SIGNS and _has_data(layer, frame):
            sign, colour = _SIGNS[layer]
            rows.append(LegendRow(sign, colour, LAYER_WORDS[layer].legend))
    return tuple(rows)


def _has_data(layer: Layer, frame: Frame) -> bool:
    if layer in ("ground_reaction", "contact_points", "base_of_support", "contact_geometry"):
        return len(frame.ground_reaction_n) > 0
    if layer in ("target", "target_field"):
        return len(frame.target_velocity) == 3
    if layer in ("joint_limits", "tendons"):
        return len(frame.activation) > 0
    return True
