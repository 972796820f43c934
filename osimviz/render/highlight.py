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
_BONE_M, _MUSCLE_M = 0.0045, 0.005


class Highlight:
    """What was picked once more, over everything else, before a hull of which only the far side is drawn.

    Attributes
    ----------
    actors : tuple of vtkActor
        What to draw over the figure.
    """

    def __init__(self, palette: Palette) -> None:
        self._matrix = vtkMatrix4x4()
        self._hull, self._copy = _nothing(), _nothing()
        self._hull_actor = opaque_actor(mapper_of(self._hull, coloured=False), is_closed=False)
        self._copy_actor = opaque_actor(mapper_of(self._copy, coloured=True), is_closed=False)
        self.actors = (self._copy_actor, self._hull_actor)
        for actor in self.actors:
            actor.SetUserMatrix(self._matrix)
            actor.VisibilityOff()
        look = self._hull_actor.GetProperty()
        look.LightingOff()
        look.FrontfaceCullingOn()
        self._picked: Picked | None = None
        self._body_index = GROUND
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Take the theme's colour of what is chosen."""
        self._hull_actor.GetProperty().SetColor(*palette.rgb("accent"))

    def choose(self, picked: Picked | None, bones: Bones | None, muscles: Muscles | None) -> None:
        """Surround a muscle or a mesh, or nothing."""
        self._picked = picked
        for actor in self.actors:
            actor.VisibilityOff()
        if picked is None or bones is None or muscles is None:
            return
        is_muscle = picked.kind == "muscle"
        if is_muscle:
            n_points = shape.N_STATIONS * shape.N_SIDES
            self._hull = Surface(n_points, shape.tube_triangles(1), normals=False, colours=False)
            self._copy = Surface(n_points, shape.tube_triangles(1), normals=True, colours=True)
            look = muscles.actor.GetProperty()
        else:
            body = next(body for body in bones.bodies if (body.owner_of_triangle == picked.index).any())
            self._body_index = body.body_index
            triangles = body.surface.triangles[body.owner_of_triangle == picked.index]
            points, normals = body.surface.points, body.surface.normals
            self._hull = Surface.of(points + np.float32(_BONE_M) * normals, triangles)
            self._copy = Surface.of(points, triangles, normals=normals)
            look = body.actor.GetProperty()
        self._hull_actor.SetMapper(mapper_of(self._hull, coloured=False))
        self._copy_actor.SetMapper(mapper_of(self._copy, coloured=is_muscle))
        self._copy_actor.GetProperty().DeepCopy(look)
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
        for actor in self.actors:
            actor.SetVisibility(known)
        if known:
            self._matrix.DeepCopy(world.ravel().tolist())

    def _fit_muscle(self, muscles: Muscles, index: int) -> bool:
        n_points = len(self._hull.points)
        rows = slice(index * n_points, (index + 1) * n_points)
        if not muscles.actor.GetVisibility() or not np.isfinite(muscles.centre_lines_m[index]).all():
            return False
        whole = muscles.surface
        self._hull.points[:] = whole.points[rows] + np.float32(_MUSCLE_M) * whole.normals[rows]
        self._copy.points[:], self._copy.normals[:] = whole.points[rows], whole.normals[rows]
        self._copy.colours[:] = whole.colours[rows]
        self._hull.changed()
        self._copy.changed()
        return True


def _nothing() -> Surface:
    return Surface(0, np.empty((0, 3), np.int32), normals=False, colours=False)
