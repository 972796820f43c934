"""What the 3D view shows: the choices that a user makes, beside the camera."""

from dataclasses import dataclass
from typing import Literal

from osimviz.palette import MapName
from osimviz.view_choices import ColourSource

#: How much work goes into one picture: `moving` for motion, `still` for a resting view, `best` for files.
Quality = Literal["moving", "still", "best"]


@dataclass(frozen=True, slots=True)
class SceneOptions:
    """What is drawn, and how muscles are coloured.

    Attributes
    ----------
    colour_source : ColourSource
        Quantity behind the muscles' colour.
    map_name : MapName
        Colour map of the muscles.
    show_muscles, show_forces, show_centre_of_mass, show_shadow : bool
        Whether these are drawn.
    follow : bool
        Whether the camera goes along with the model.
    """

    colour_source: ColourSource = "activation"
    map_name: MapName = "blue-red"
    show_muscles: bool = True
    show_forces: bool = True
    show_centre_of_mass: bool = True
    show_shadow: bool = True
    follow: bool = True
