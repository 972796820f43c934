"""Other frames in the same picture: a second recording, the same one at another time, or a whole range of it."""

import numpy as np
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import vtkActor

from osimviz.frames import Array, Frame, ModelGeometry
from osimviz.palette import Palette
from osimviz.render.blown_up import without_blown_up
from osimviz.render.bones import GROUND, Bones, transforms
from osimviz.render.muscles import Muscles
from osimviz.render.options import Ghost, SceneOptions
from osimviz.render.shadow import Float32Array, Samples, muscle_samples
from osimviz.render.surface import mapper_of, opaque_actor


class _Model:
    """The bones of one model, shared by all its ghosts."""

    def __init__(self, geometry: ModelGeometry, bones: Bones, samples: Samples | None = None) -> None:
        self.geometry, self.bones = geometry, bones
        self.samples = samples or Samples(bones)


class _Figure:
    """One ghost: actors of its own on the meshes of its model.

    Attributes
    ----------
    actors : list of vtkActor
        What to draw.
    is_solid : bool
        Whether it is drawn opaque, in the frame shown last.
    """

    def __init__(self, model: _Model) -> None:
        self.model = model
        self.is_solid = True
        self._is_full = False
        self.world_from_body: Array = np.empty((0, 4, 4))
        self._painted: tuple[str | None, str] | None = None
        self._shown: tuple[Frame, SceneOptions] | None = None
        self._matrices: list[vtkMatrix4x4] = []
        self._of_bodies: list[vtkActor] = []
        for body in model.bones.bodies:
            # A mapper of its own: one that draws two actors uploads the mesh again for each.
            actor = opaque_actor(mapper_of(body.surface, coloured=False), is_closed=body.look.is_closed)
            matrix = vtkMatrix4x4()
            actor.SetUserMatrix(matrix)
            self._of_bodies.append(actor)
            self._matrices.append(matrix)
        self.muscles = Muscles(model.geometry)
        self._coloured = self.muscles.actor.GetMapper()
        self._plain = mapper_of(self.muscles.surface, coloured=False)
        self.actors = [*self._of_bodies, self.muscles.actor]

    def show(self, ghost: Ghost, options: SceneOptions, palette: Palette) -> None:
        """Take pose and colours of a ghost."""
        frame = ghost.frame
        if frame.body_positions_m.shape != (len(self.model.geometry.body_names), 3):
            raise ValueError(
                f"a ghost has {len(frame.body_positions_m)} bodies, its model {len(self.model.geometry.body_names)}: "
                "give the ghost its own geometry"
            )
        self.is_solid = ghost.is_solid
        self._paint(ghost.tint, palette)
        if self._shown is not None and self._shown[0] is frame and self._shown[1] == options:
            return
        self._shown = (frame, options)
        frame = without_blown_up(frame)
        self.world_from_body = transforms(frame.body_positions_m, frame.body_quaternions)
        for body, actor, matrix in zip(self.model.bones.bodies, self._of_bodies, self._matrices, strict=True):
            is_ground = body.body_index == GROUND
            world = np.eye(4) if is_ground else self.world_from_body[body.body_index]
            # What is fixed to the ground is there already.
            visible = not body.look.is_contact and not is_ground and bool(np.isfinite(world[0, 0]))
            actor.SetVisibility(visible)
            if visible:
                matrix.DeepCopy(world.ravel().tolist())
        self.muscles.show(frame, options)

    def _paint(self, tint: str | None, palette: Palette) -> None:
        """Take a tint; only when it changes, for a changed look has VTK upload the mesh again."""
        if (tint, palette.name) == self._painted:
            return
        self._painted = (tint, palette.name)
        rgb = None if tint is None else _rgb(tint, palette)
        for body, actor in zip(self.model.bones.bodies, self._of_bodies, strict=True):
            look = actor.GetProperty()
            look.DeepCopy(body.actor.GetProperty())
            if rgb is not None:
                look.SetColor(*rgb)
        self.muscles.actor.SetMapper(self._coloured if rgb is None else self._plain)
        if rgb is not None:
            # A shade deeper than the bones, so that the two can be told apart.
            self.muscles.actor.GetProperty().SetColor(*(0.72 * part for part in rgb))

    def use_full_detail(self, full: bool) -> None:
        """Draw all triangles of the files, or the reduced meshes; call after the bones' method of that name."""
        if full == self._is_full:
            return
        self._is_full = full
        for body, actor in zip(self.model.bones.bodies, self._of_bodies, strict=True):
            surface = body.full_surface if full and body.full_surface is not None else body.surface
            actor.SetMapper(mapper_of(surface, coloured=False))


class Ghosts:
    """All ghosts of a scene; figures that are no longer needed wait for the next frame that has more.

    Attributes
    ----------
    shown : list
        The ghosts of the frame shown last.
    """

    def __init__(self) -> None:
        self._own: ModelGeometry | None = None
        self._models: dict[int, _Model] = {}
        self._pools: dict[int, list[_Figure]] = {}
        self.shown: list[_Figure] = []
        self._is_full = False

    def set_model(self, geometry: ModelGeometry | None, bones: Bones | None, samples: Samples | None) -> None:
        """Take another model for ghosts without one of their own; the figures of the last are given up."""
        self._models.clear()
        self._pools.clear()
        self.shown = []
        self._own = geometry
        if geometry is not None and bones is not None:
            self._models[id(geometry)] = _Model(geometry, bones, samples)

    def show(self, ghosts: "tuple[Ghost, ...]", options: SceneOptions, palette: Palette) -> None:
        """Pose as many figures as there are ghosts and hide the others."""
        taken: dict[int, int] = {}
        self.shown = []
        for ghost in ghosts:
            model = self._model_of(ghost, palette)
            key = id(model.geometry)
            pool = self._pools.setdefault(key, [])
            number = taken.get(key, 0)
            taken[key] = number + 1
            if number == len(pool):
                pool.append(_Figure(model))
            figure = pool[number]
            figure.use_full_detail(self._is_full)
            figure.show(ghost, options, palette)
            self.shown.append(figure)

    def translucent_actors(self) -> list[vtkActor]:
        """Return what is to be seen of the ghosts that let the picture behind them through."""
        return [
            actor for figure in self.shown if not figure.is_solid for actor in figure.actors if actor.GetVisibility()
        ]

    def set_full_detail(self, full: bool) -> None:
        """Draw all triangles of the files, or the reduced meshes; call after the bones' method of that name."""
        self._is_full = full
        for model in self._models.values():
            if model.geometry is not self._own:
                model.bones.set_detail("best" if full else "still")
        for figure in self.shown:
            figure.use_full_detail(full)

    def extents_m(self) -> list[tuple[Array, Array] | None]:
        """Return the lowest and highest corner of each ghost shown; None for one whose bodies are nowhere."""
        return [figure.model.bones.extent_m(figure.world_from_body) for figure in self.shown]

    def samples(self) -> list[tuple[Float32Array, Float32Array]]:
        """Return points and covers of the solid ghosts, for the shadow."""
        parts = []
        for figure in self.shown:
            if figure.is_solid:
                samples = figure.model.samples
                parts.append((samples.in_world(figure.world_from_body).copy(), samples.weights))
                if figure.muscles.actor.GetVisibility():
                    parts.append(muscle_samples(figure.muscles))
        return parts

    def _model_of(self, ghost: Ghost, palette: Palette) -> _Model:
        geometry = ghost.geometry or self._own
        if geometry is None:
            raise RuntimeError("a ghost was shown before a model was built: call build first")
        model = self._models.get(id(geometry))
        if model is None:
            model = self._models[id(geometry)] = _Model(geometry, Bones(geometry, palette))
            model.bones.set_detail("best" if self._is_full else "still")
        return model


def _rgb(tint: str, palette: Palette) -> tuple[float, float, float]:
    if tint.startswith("#"):
        red, green, blue = (int(tint[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
        return (red, green, blue)
    return palette.rgb(tint)
