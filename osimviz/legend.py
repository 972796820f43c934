"""What a legend lists beside the muscles' colours: a row for each layer that shows something. No Qt, no VTK."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from osimviz.frames import Frame, ModelGeometry
from osimviz.view_choices import LAYER_WORDS, LAYERS, TARGET_BODY, TARGET_BODY_LEGEND, Layer

#: How a row's sign looks: as what it stands for does.
Sign = Literal["arrows", "disc", "dot", "line", "diamond", "arc", "arrow", "patch", "rings", "cord"]


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
    "tendons": ("cord", "bone"),
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


def legend_rows(layers: Iterable[Layer], frame: Frame, geometry: ModelGeometry | None = None) -> tuple[LegendRow, ...]:
    """Return the rows for what is shown of a frame, in the order of the layers; none for layers it has no data for.

    Without the model, a layer that depends on it has its row.
    """
    shown = set(layers)
    rows = []
    for layer in LAYERS:
        if layer in shown and layer in _SIGNS and _has_data(layer, frame, geometry):
            sign, colour = _SIGNS[layer]
            rows.append(LegendRow(sign, colour, LAYER_WORDS[layer].legend))
        if layer == "target" and layer in shown and geometry is not None and TARGET_BODY in geometry.body_names:
            rows.append(LegendRow("rings", "accent", TARGET_BODY_LEGEND))
    return tuple(rows)


def lists_muscles(layers: Iterable[Layer], frame: Frame | None) -> bool:
    """Return whether the muscles' colours are explained: where they are drawn, and the model has any."""
    return "muscles" in layers and (frame is None or len(frame.activation) > 0)


def _has_data(layer: Layer, frame: Frame, geometry: ModelGeometry | None) -> bool:
    if layer == "contact_geometry" and geometry is not None:
        return any(bone.is_contact for bone in geometry.bones) or any(solid.is_contact for solid in geometry.solids)
    if layer == "joint_limits" and geometry is not None:
        return len(geometry.joint_limits) > 0
    if layer in ("centre_of_mass", "extrapolated_centre"):
        return bool(np.isfinite(frame.centre_of_mass_m).all())
    if layer in ("ground_reaction", "contact_points", "base_of_support", "contact_geometry"):
        return len(frame.ground_reaction_n) > 0
    if layer in ("target", "target_field"):
        return len(frame.target_velocity) == 3
    if layer in ("joint_limits", "tendons"):
        return len(frame.activation) > 0
    return True
