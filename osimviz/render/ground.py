"""Sky, floor and far ground: everything around the model, opaque and unlit.

A gradient background, a texture or translucency would each cost more than the whole figure in software rendering;
vertex colours cost almost nothing. The floor fades into the horizon's colour, so it needs no edge and no blending.
"""

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkFloatArray, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkActor, vtkTexture

from osimviz.frames import Array
from osimviz.palette import Palette
from osimviz.render.mesh import ring_triangles
from osimviz.render.shadow import Shade
from osimviz.render.surface import Surface, mapper_of, numpy_view, opaque_actor

_DOME_RADIUS_M = 60.0
_TILE_M = 0.25
#: Fog is complete at 5.1 m, and the disc's middle is at most 0.36 m beside the model.
_DISC_RADIUS_M = 5.5
#: The far ring starts under the disc's rim and ends short of the dome.
_RING_M = (4.7, 58.0)
_RING_Y_M = -0.004
#: Two tiles: the disc follows the model in such steps, so the checker stands still.
_FOLLOW_STEP_M = 2 * _TILE_M
#: The fading is drawn again when the model has moved this far from where it was drawn for: one of 255 levels at most.
_RECOLOUR_M = 0.1
#: Light that a full shadow leaves, by theme; chosen by eye.
_DARKEST = {"dark": 0.46, "light": 0.62}


def _smooth(t: Array) -> Array:
    t = np.clip(t, 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


class Ground:
    """Dome, checker disc and far ring around the followed point.

    Attributes
    ----------
    actors : tuple of vtkActor
        What to draw, in this order: each hides parts of the next.
    height_m : float
        Where the floor is; set it before `follow`.
    """

    def __init__(self, palette: Palette) -> None:
        directions, dome_triangles = _dome()
        self._sine = directions[:, 1] / np.linalg.norm(directions, axis=1)
        self._dome = Surface(len(directions), dome_triangles, normals=False, colours=True)
        self._dome.points[:] = directions * _DOME_RADIUS_M
        corners, disc_triangles, is_dark = _disc()
        self._lattice_m, lattice_index = np.unique(corners[:, [0, 2]], axis=0, return_inverse=True)
        self._colour_of_corner = lattice_index + len(self._lattice_m) * is_dark
        self._disc = Surface(len(corners), disc_triangles, normals=False, colours=True)
        self._disc.points[:] = corners
        ring_points, ring_triangles = _ring()
        self._ring = Surface(len(ring_points), ring_triangles, normals=False, colours=True)
        self._ring.points[:] = ring_points
        self._dome_actor, self._disc_actor, self._ring_actor = (
            _unlit(surface) for surface in (self._dome, self._disc, self._ring)
        )
        self.actors: tuple[vtkActor, ...] = (self._disc_actor, self._ring_actor, self._dome_actor)
        self.height_m = 0.0
        self._centre = np.zeros(2)
        self._coloured_for = np.zeros(2)
        self._light = _LightTexture(self._disc)
        self._disc_actor.SetTexture(self._light.texture)
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Take the theme's sky, horizon and ground."""
        self._horizon = np.array(palette.rgb("horizon"))
        self._tiles = np.array([palette.rgb("ground_b"), palette.rgb("ground_a")])
        # On a light floor the same glow would burn out to white.
        self._glow = 0.07 if palette.name == "dark" else 0.02
        self._light.set_darkest(_DARKEST[palette.name])
        # Sine of the elevation at which the sky has its full colour: 0.62 rad, just above the picture.
        t = np.clip(self._sine / np.sin(0.62), 0.0, 1.0)
        blend = (0.5 * _smooth(t) + 0.5 * t)[:, None]
        self._dome.colours[:] = _bytes(self._horizon * (1.0 - blend) + np.array(palette.rgb("sky")) * blend)
        self._dome.changed()
        self._ring.colours[:] = _bytes(self._horizon[None])
        self._ring.changed()
        self._colour_disc(self._centre)

    def follow(self, x_m: float, z_m: float) -> None:
        """Put the surroundings around a point of the floor."""
        snapped = np.round(np.array([x_m, z_m]) / _FOLLOW_STEP_M) * _FOLLOW_STEP_M
        self._dome_actor.SetPosition(x_m, self.height_m, z_m)
        self._ring_actor.SetPosition(x_m, self.height_m, z_m)
        offset = np.array([x_m, z_m]) - snapped
        self._centre = snapped
        self._disc_actor.SetPosition(float(snapped[0]), self.height_m, float(snapped[1]))
        if np.abs(offset - self._coloured_for).max() > _RECOLOUR_M:
            self._colour_disc(offset)

    def cast(self, shade: Shade | None) -> None:
        """Take the shadow on the floor, or none; call it after `follow`."""
        self._light.take(shade, self._centre)

    def _colour_disc(self, offset: Array) -> None:
        self._coloured_for = offset.copy()
        # Corners shared by tiles have one distance: the colours of both kinds of tile are made once and handed out.
        r = np.hypot(*(self._lattice_m - offset).T)[:, None]
        glow = self._glow * np.exp(-((r / 1.7) ** 2))
        fog = _smooth((r - 1.2) / 3.9)
        light, dark = ((tile + glow) * (1.0 - fog) + self._horizon * fog for tile in self._tiles)
        self._disc.colours[:] = _bytes(np.concatenate([light, dark]))[self._colour_of_corner]
        self._disc.recoloured()


class _LightTexture:
    """The texture of the floor: how much light arrives, 255 for all of it.

    Parameters
    ----------
    floor : Surface
        What takes it; its points, around the actor's position, decide where.
    """

    def __init__(self, floor: Surface) -> None:
        self._floor_m = floor.points[:, [0, 2]].astype(np.float32)
        self._floor = floor
        self._coordinates = vtkFloatArray()
        self._coordinates.SetNumberOfComponents(2)
        self._coordinates.SetNumberOfTuples(len(floor.points))
        self._places = numpy_view(self._coordinates)
        self._places[:] = 0.0
        floor.polydata.GetPointData().SetTCoords(self._coordinates)
        self.texture = vtkTexture()
        self.texture.InterpolateOn()
        self.texture.MipmapOff()
        # What lies outside the picture takes the colour of its rim.
        self.texture.SetWrap(vtkTexture.ClampToEdge)
        self.texture.SetColorModeToDirectScalars()
        self._is_lit = False
        self._darkest = 0.5
        self._resize(4)
        self.take(None, np.zeros(2))

    def set_darkest(self, share: float) -> None:
        """Say how much light a full shadow leaves; takes effect with the next shadow."""
        self._darkest = share

    def take(self, shade: Shade | None, centre_m: Array) -> None:
        """Show a shadow on a floor whose middle is at `centre_m` (2,), or full light."""
        if shade is None:
            if not self._is_lit:
                self._pixels[:] = 255
                self._values.Modified()
                self._image.Modified()
            self._is_lit = True
            return
        self._is_lit = False
        if len(shade.darkness) != self._image.GetDimensions()[0]:
            self._resize(len(shade.darkness))
        np.multiply(shade.darkness, 255.0 * (self._darkest - 1.0), out=shade.darkness)
        self._pixels[:] = shade.darkness + 255.5
        self._values.Modified()
        self._image.Modified()
        offset = (centre_m - np.array(shade.corner_m)).astype(np.float32)
        np.multiply(self._floor_m + offset, np.float32(1.0 / shade.side_m), out=self._places)
        self._coordinates.Modified()
        self._floor.polydata.Modified()

    def _resize(self, n: int) -> None:
        self._image = vtkImageData()
        self._image.SetDimensions(n, n, 1)
        self._values = vtkUnsignedCharArray()
        self._values.SetNumberOfComponents(1)
        self._values.SetNumberOfTuples(n * n)
        self._image.GetPointData().SetScalars(self._values)
        self._pixels = numpy_view(self._values).reshape(n, n)
        self.texture.SetInputData(self._image)


def _bytes(rgb: Array) -> NDArray[np.uint8]:
    return np.rint(np.clip(rgb, 0.0, 1.0) * 255.0).astype(np.uint8)


def _unlit(surface: Surface) -> vtkActor:
    actor = opaque_actor(mapper_of(surface, coloured=True), is_closed=False)
    actor.GetProperty().LightingOff()
    surface.changed()
    return actor


def _dome() -> tuple[Array, NDArray[np.int32]]:
    # Rings lie closer together near the horizon, where the colour changes most across the picture.
    elevation = np.concatenate([[-0.12], np.linspace(0.0, 1.0, 25) ** 1.3]) * (0.5 * np.pi)
    azimuth = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
    up, around = np.meshgrid(elevation, azimuth, indexing="ij")
    points = np.stack([np.cos(up) * np.cos(around), np.sin(up), np.cos(up) * np.sin(around)], axis=-1)
    return points.reshape(-1, 3), ring_triangles(len(elevation), len(azimuth))


def _disc() -> tuple[Array, NDArray[np.int32], NDArray[np.bool_]]:
    n = int(np.ceil(_DISC_RADIUS_M / _TILE_M))
    column, row = np.meshgrid(np.arange(-n, n), np.arange(-n, n), indexing="ij")
    nearest = np.hypot(np.minimum(np.abs(column), np.abs(column + 1)), np.minimum(np.abs(row), np.abs(row + 1)))
    inside = nearest * _TILE_M < _DISC_RADIUS_M
    column, row = column[inside], row[inside]
    # Four corners of its own for every tile, so that the edges stay sharp.
    x = np.stack([column, column, column + 1, column + 1], axis=1) * _TILE_M
    z = np.stack([row, row + 1, row + 1, row], axis=1) * _TILE_M
    points = np.stack([x, np.zeros_like(x), z], axis=-1).reshape(-1, 3)
    first = 4 * np.arange(len(column))
    triangles = np.concatenate(
        [np.stack([first, first + 1, first + 2], axis=1), np.stack([first, first + 2, first + 3], axis=1)]
    )
    return points, triangles.astype(np.int32), np.repeat((column + row) % 2 == 0, 4)


def _ring() -> tuple[Array, NDArray[np.int32]]:
    around = np.linspace(0.0, 2.0 * np.pi, 64, endpoint=False)
    circle = np.stack([np.cos(around), np.zeros_like(around), np.sin(around)], axis=1)
    points = np.concatenate([circle * radius for radius in _RING_M])
    points[:, 1] = _RING_Y_M
    return points, ring_triangles(2, len(around))
