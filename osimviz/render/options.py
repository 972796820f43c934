"""What the 3D view shows: the choices that a user makes, beside the camera."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from osimviz.frames import Frame, ModelGeometry
from osimviz.palette import MapName
from osimviz.view_choices import DEFAULT_LAYERS, ColourSource, Layer

#: How much work goes into one picture: `moving` for motion, `still` for a resting view, `best` for files.
Quality = Literal["moving", "still", "best"]
#: How much a picture may cost: `low` for software OpenGL, `high` for a graphics card.
Level = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class SceneOptions:
    """What is drawn, and how muscles are coloured.

    Attributes
    ----------
    colour_source : ColourSource
        Quantity behind the muscles' colour.
    map_name : MapName
        Colour map of the muscles.
    layers : frozenset of Layer
        What is drawn beside bones and floor; a layer that a run has no data for draws nothing.
    follow : bool
        Whether the camera goes along with the model.
    followed : str
        What it goes along with: a body's name, or ``centre of mass``; empty for the model's own choice, the pelvis.
    """

    colour_source: ColourSource = "activation"
    map_name: MapName = "blue-red"
    layers: frozenset[Layer] = DEFAULT_LAYERS
    follow: bool = True
    followed: str = ""

    def shows(self, layer: Layer) -> bool:
        """Whether a layer is drawn."""
        return layer in self.layers


class Ghost(NamedTuple):
    """Another frame in the same picture: of a second recording, or of the same one at another time.

    Attributes
    ----------
    frame : Frame
        What is drawn; where it is, it is.
    tint : str or None
        One colour for bones and muscles: a name of the palette (``left``, ``series2``) or ``#rrggbb``; None keeps the
        natural colours.
    is_solid : bool
        Drawn opaque and with a shadow, as the figure itself is; else translucent, without a shadow.
    geometry : ModelGeometry or None
        The ghost's own model; None where it is that of the scene.
    """

    frame: Frame
    tint: str | None = "series2"
    is_solid: bool = False
    geometry: ModelGeometry | None = None
