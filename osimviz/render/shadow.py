"""The shadow on the floor: everything lit once more, flattened along a light direction.

A planar projection costs a quarter of a shadow map in software rendering. It is opaque, so overlaps do not darken
twice.
"""

import numpy as np
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from osimviz.frames import Array
from osimviz.palette import Palette
from osimviz.render.bones import GROUND, Bones
from osimviz.render.muscles import Muscles
from osimviz.render.surface import Surface, mapper_of, opaque_actor

#: Steeper than the key light, so that the shadow stays near the feet; chosen by eye.
LIGHT_DIRECTION = (-0.45, -1.0, -0.35)
#: Above the floor by so much that the two never fight for the same depth.
HEIGHT_M = 0.003
#: Share of the dark tile's colour left in the shadow.
_DARKNESS = 0.62


def floor_from_world() -> Array:
    """Return the matrix (4, 4) that moves a world point along the light to just above the floor."""
    dx, dy, dz = LIGHT_DIRECTION
    return np.array(
        [[1.0, -dx / dy, 0.0, 0.0], [0.0, 0.0, 0.0, HEIGHT_M], [0.0, -dz / dy, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    )


class Shadow:
    """The shadow of one model.

    Attributes
    ----------
    actors : list of vtkActor
        What to draw.
    """

    def __init__(self, bones: Bones, muscles: Muscles, palette: Palette) -> None:
        self._bones = bones
        self._project = floor_from_world()
        self._of_bodies: list[tuple[int, vtkActor, vtkMatrix4x4]] = []
        self._full_mappers: list[vtkPolyDataMapper] = []
        for body in bones.bodies:
            matrix = vtkMatrix4x4()
            self._of_bodies.append((body.body_index, _flat(body.shadow, matrix, is_closed=body.is_closed), matrix))
            if body.body_index == GROUND:
                matrix.DeepCopy(self._project.ravel().tolist())
        muscle_matrix = vtkMatrix4x4()
        muscle_matrix.DeepCopy(self._project.ravel().tolist())
        self._of_muscles = _flat(muscles.surface, muscle_matrix, is_closed=True)
        self.actors = [actor for _, actor, _ in self._of_bodies] + [self._of_muscles]
        self._moving_mappers = [actor.GetMapper() for actor in self.actors]
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Take the theme's ground colour."""
        red, green, blue = (_DARKNESS * part for part in palette.rgb("ground_a"))
        for actor in self.actors:
            actor.GetProperty().SetColor(red, green, blue)

    def set_full_detail(self, full: bool) -> None:
        """Cast the shadow of all triangles, or of the reduced meshes; call after the bones' method of that name."""
        if full and not self._full_mappers:
            self._full_mappers = [
                mapper_of(body.full_surface or body.shadow, coloured=False) for body in self._bones.bodies
            ]
        mappers = self._full_mappers if full else self._moving_mappers
        # The muscles' shadow comes last and has one mapper for both.
        for (_, actor, _), mapper in zip(self._of_bodies, mappers, strict=False):
            actor.SetMapper(mapper)

    def show(self, *, visible: bool, with_muscles: bool) -> None:
        """Move the shadow under the bones as they are posed now."""
        projected = self._project @ self._bones.world_from_body
        for body_index, actor, matrix in self._of_bodies:
            known = body_index == GROUND or bool(np.isfinite(projected[body_index]).all())
            actor.SetVisibility(visible and known)
            if visible and known and body_index != GROUND:
                matrix.DeepCopy(projected[body_index].ravel().tolist())
        self._of_muscles.SetVisibility(visible and with_muscles)


def _flat(surface: Surface, matrix: vtkMatrix4x4, *, is_closed: bool) -> vtkActor:
    actor = opaque_actor(mapper_of(surface, coloured=False), is_closed=is_closed)
    actor.SetUserMatrix(matrix)
    actor.GetProperty().LightingOff()
    return actor
