"""The outline around the bone or muscle under the pointer."""

import numpy as np
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from osimviz.palette import Palette
from osimviz.render import muscle_shape as shape
from osimviz.render.bones import GROUND, Bones
from osimviz.render.muscles import Muscles
from osimviz.render.picking import Picked
from osimviz.render.surface import Surface, mapper_of, opaque_actor

#: How far the outline stands off what it surrounds, m: two pixels at the usual distance.
_BONE_M, _MUSCLE_M = 0.005, 0.0055


class Highlight:
    """A hull around one thing, of which only the far side is drawn: the thing itself hides all but the hull's edge.

    Attributes
    ----------
    actors : tuple of vtkActor
        What to draw with the figure.
    """

    def __init__(self, palette: Palette) -> None:
        self._actor = opaque_actor(mapper_of(_nothing(), coloured=False), is_closed=False)
        self._matrix = vtkMatrix4x4()
        self._actor.SetUserMatrix(self._matrix)
        self._actor.VisibilityOff()
        look = self._actor.GetProperty()
        look.LightingOff()
        look.BackfaceCullingOff()
        look.FrontfaceCullingOn()
        self.actors = (self._actor,)
        self._picked: Picked | None = None
        self._body_index = GROUND
        self._surface = _nothing()
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Take the theme's colour of what is chosen."""
        self._actor.GetProperty().SetColor(*palette.rgb("accent"))

    def choose(self, picked: Picked | None, bones: Bones | None, muscles: Muscles | None) -> None:
        """Surround a muscle or a mesh, or nothing."""
        self._picked = picked
        self._actor.VisibilityOff()
        if picked is None or bones is None or muscles is None:
            return
        if picked.kind == "muscle":
            n_points = shape.N_STATIONS * shape.N_SIDES
            self._surface = Surface(n_points, shape.tube_triangles(1), normals=False, colours=False)
        else:
            body = next(body for body in bones.bodies if (body.owner_of_triangle == picked.index).any())
            self._body_index = body.body_index
            triangles = body.surface.triangles[body.owner_of_triangle == picked.index]
            points = body.surface.points + np.float32(_BONE_M) * body.surface.normals
            self._surface = Surface.of(points, triangles)
        self._actor.SetMapper(mapper_of(self._surface, coloured=False))
        self.pose(bones, muscles)

    def pose(self, bones: Bones, muscles: Muscles) -> None:
        """Go where the surrounded thing is now."""
        if self._picked is None:
            return
        world = np.eye(4)
        known = True
        if self._picked.kind == "muscle":
            known = self._fit_muscle(muscles, self._picked.index)
        elif self._body_index != GROUND:
            world = bones.world_from_body[self._body_index]
            known = bool(np.isfinite(world).all())
        self._actor.SetVisibility(known)
        if known:
            self._matrix.DeepCopy(world.ravel().tolist())

    def _fit_muscle(self, muscles: Muscles, index: int) -> bool:
        n_points = len(self._surface.points)
        rows = slice(index * n_points, (index + 1) * n_points)
        if not muscles.actor.GetVisibility() or not np.isfinite(muscles.centre_lines_m[index]).all():
            return False
        outward = np.float32(_MUSCLE_M) * muscles.surface.normals[rows]
        self._surface.points[:] = muscles.surface.points[rows] + outward
        self._surface.changed()
        return True


def _nothing() -> Surface:
    return Surface(0, np.empty((0, 3), np.int32), normals=False, colours=False)
