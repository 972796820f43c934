"""The named colours of the two themes and the colour maps of muscles: one family for window, plots and 3D view.

Colours are asked for by name; `resources/themes/*.json` holds them. NumPy only.
"""

import json
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osimviz.resource_files import resource_path

ThemeName = Literal["dark", "light"]
MapName = Literal["blue-red", "colour-blind safe"]

#: Colour-blind-safe map: lightness rises throughout. Chosen for this project; corner points of design tokens.
_SAFE_POSITIONS = (0.0, 0.25, 0.5, 0.75, 1.0)
_SAFE_COLOURS = ((35, 79, 158), (76, 100, 148), (133, 127, 128), (192, 167, 87), (255, 214, 51))


@dataclass(frozen=True, slots=True)
class Palette:
    """The named colours of one theme, as ``#rrggbb`` strings."""

    name: ThemeName
    colours: dict[str, str]

    def __getitem__(self, name: str) -> str:
        """Return the colour `name` as ``#rrggbb``; `KeyError` if there is none of that name."""
        return self.colours[name]

    def rgb(self, name: str) -> tuple[float, float, float]:
        """Return the colour `name` as red, green, blue in 0..1."""
        text = self.colours[name]
        return (int(text[1:3], 16) / 255.0, int(text[3:5], 16) / 255.0, int(text[5:7], 16) / 255.0)


def load_palette(name: ThemeName) -> Palette:
    """Read one theme's colours from the resources."""
    text = resource_path(f"themes/{name}.json").read_text(encoding="utf-8")
    return Palette(name, json.loads(text))


def muscle_colours(values: ArrayLike, map_name: MapName = "blue-red") -> NDArray[np.uint8]:
    """Map quantities to colours.

    Parameters
    ----------
    values : array (n,)
        Clipped to 0..1. NaN gives mid grey.
    map_name : MapName
        ``blue-red`` is OpenSim's own rule.

    Returns
    -------
    uint8 array (n, 3)
        Red, green, blue.

    Source
    ------
    (a, 0, 1 − a): OpenSim 4.6 ``Muscle::computePathColor``.
    """
    a = np.clip(np.asarray(values, dtype=np.float64), 0.0, 1.0)
    if map_name == "blue-red":
        rgb = np.stack([255.0 * a, np.zeros_like(a), 255.0 * (1.0 - a)], axis=-1)
    else:
        table = np.asarray(_SAFE_COLOURS, dtype=np.float64)
        rgb = np.stack([np.interp(a, _SAFE_POSITIONS, table[:, i]) for i in range(3)], axis=-1)
    rgb = np.where(np.isfinite(a)[..., None], rgb, 128.0)
    return np.rint(rgb).astype(np.uint8)
