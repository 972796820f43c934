"""Sky and floor: everything around the model, opaque and unlit.

A gradient background or translucency would each cost more than the whole figure in software rendering. The floor fades
into the horizon's colour and the sky begins with it; what lies between is the background, which has it too.
"""

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkRenderingCore import vtkActor

from osimviz.frames import Array
from osimviz.palette import Palette
from osimviz.render.floor import TILE_M, Floor
from osimviz.render.mesh import ring_triangles
from osimviz.render.shadow import Shade
from osimviz.render.surface import Surface, mapper_of, opaque_actor

_DOME_RADIUS_M = 60.0
#: Two tiles: the floor follows the model in such steps, so the checker stands still.
_FOLLOW_STEP_M = 2 * TILE_M


class Ground:
    """Dome and floor around the followed point; whoever draws them has the horizon's colour as background.

    Attributes
    ----------
    actors : tuple of vtkActor
        What to draw.
    height_m : float
        Where the floor is; set it before `follow`.
    """

    def __init__(self, palette: Palette) -> None:
        directions, dome_triangles = _dome()
        self._sine = directions[:, 1] / np.linalg.norm(directions, axis=1)
        self._dome = Surface(len(directions), dome_triangles, normals=False, colours=True)
        self._dome.points[:] = directions * _DOME_RADIUS_M
        self._dome_actor = opaque_actor(mapper_of(self._dome, coloured=True), is_closed=False)
        self._dome_actor.GetProperty().LightingOff()
        self._floor = Floor(palette)
        self.actors: tuple[vtkActor, ...] = (self._floor.actor, self._dome_actor)
        self.height_m = 0.0
        self._centre = np.zeros(2)
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Take the theme's sky, horizon and ground."""
        # Sine of the elevation at which the sky has its full colour: 0.62 rad, just above the picture.
        t = np.clip(self._sine / np.sin(0.62), 0.0, 1.0)
        blend = (0.5 * t * t * (3.0 - 2.0 * t) + 0.5 * t)[:, None]
        colours = np.array(palette.rgb("horizon")) * (1.0 - blend) + np.array(palette.rgb("sky")) * blend
        self._dome.colours[:] = np.rint(np.clip(colours, 0.0, 1.0) * 255.0)
        self._dome.changed()
        self._floor.set_palette(palette)

    def follow(self, x_m: float, z_m: float) -> None:
        """Put the surroundings around a point of the floor."""
        place = np.array([x_m, z_m])
        self._centre = np.round(place / _FOLLOW_STEP_M) * _FOLLOW_STEP_M
        self._dome_actor.SetPosition(x_m, self.height_m, z_m)
        self._floor.actor.SetPosition(float(self._centre[0]), self.height_m, float(self._centre[1]))
        self._floor.brighten(place - self._centre)

    def cast(self, shade: Shade | None) -> None:
        """Take the shadow on the floor, or none; call it after `follow`."""
        self._floor.cast(shade, self._centre)


def _dome() -> tuple[Array, NDArray[np.int32]]:
    # Rings lie closer together near the horizon, where the colour changes most across the picture.
    elevation = np.linspace(0.0, 1.0, 25) ** 1.3 * (0.5 * np.pi)
    azimuth = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
    up, around = np.meshgrid(elevation, azimuth, indexing="ij")
    points = np.stack([np.cos(up) * np.cos(around), np.sin(up), np.cos(up) * np.sin(around)], axis=-1)
    return points.reshape(-1, 3), ring_triangles(len(elevation), len(azimuth))
