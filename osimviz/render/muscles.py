"""All muscles of a model as one mesh that NumPy writes in place at every frame."""

import numpy as np
from vtkmodules.vtkRenderingCore import vtkActor

from osimviz.frames import Array, Frame, ModelGeometry
from osimviz.palette import muscle_colours
from osimviz.render import muscle_shape as shape
from osimviz.render.options import SceneOptions
from osimviz.render.surface import Surface, mapper_of, opaque_actor
from osimviz.view_choices import LEGENDS, ColourSource

#: Colour of tendons told apart from bellies, in both themes: between bone and white.
TENDON_RGB = (216, 207, 184)


class Muscles:
    """The muscles of one model.

    Attributes
    ----------
    actor : vtkActor
        Draws them all.
    surface : Surface
        Their mesh, for the shadow.
    centre_lines_m : array (n_muscles, N_STATIONS, 3)
        Where they run in the frame shown, for picking; NaN where hidden.
    radii_m : array (n_muscles, N_STATIONS)
        Their radius there.
    """

    def __init__(self, geometry: ModelGeometry, action_names: tuple[str, ...] | None = None) -> None:
        self._geometry = geometry
        n_muscles = len(geometry.muscle_names)
        self._action_index = _action_index(geometry, action_names)
        self._belly_m = shape.belly_radii(geometry.max_isometric_force_n)
        self._is_disabled = np.array([name in geometry.disabled_muscles for name in geometry.muscle_names], dtype=bool)
        n_points = n_muscles * shape.N_STATIONS * shape.N_SIDES
        self.surface = Surface(n_points, shape.tube_triangles(n_muscles), normals=True, colours=True)
        self.surface.points[:] = 0.0
        self.surface.normals[:] = (0.0, 1.0, 0.0)
        angle = np.arange(shape.N_SIDES, dtype=np.float32) * np.float32(2.0 * np.pi / shape.N_SIDES)
        # From the six numbers of two normals to the three of each side's own.
        self._around = np.kron(np.stack([np.cos(angle), np.sin(angle)]), np.eye(3, dtype=np.float32))
        self.centre_lines_m: Array = np.full((n_muscles, shape.N_STATIONS, 3), np.nan)
        self.radii_m: Array = np.zeros((n_muscles, shape.N_STATIONS))

        self.actor: vtkActor = opaque_actor(mapper_of(self.surface, coloured=True), is_closed=True)
        # The map's colours are meant to be read, so the unlit share is high and the highlight small and white.
        look = self.actor.GetProperty()
        look.SetAmbient(0.42)
        look.SetDiffuse(0.72)
        look.SetSpecular(0.22)

    def show(self, frame: Frame, options: SceneOptions) -> None:
        """Write shape and colours of a frame.

        Raises
        ------
        ValueError
            The frame belongs to a model with other muscles.
        """
        n_muscles = len(self._geometry.muscle_names)
        if len(frame.path_counts) != n_muscles:
            raise ValueError(
                f"the frame has {len(frame.path_counts)} muscle paths, the model {self._geometry.model_name} "
                f"has {n_muscles} muscles: build the scene for the frame's model first"
            )
        self.actor.SetVisibility(options.shows("muscles") and n_muscles > 0)
        # What is hidden costs nothing; the shadow has no use for it either.
        if n_muscles == 0 or not options.shows("muscles"):
            return
        told_apart = options.shows("tendons")
        fibers_m = frame.fiber_length * self._geometry.optimal_fiber_length_m if told_apart else None
        line = shape.centre_lines(frame.path_points_m, frame.path_counts, fibers_m)
        hidden = ~np.isfinite(line).all(axis=(1, 2))
        # A hidden muscle shrinks to one point: zero-area triangles leave no pixel.
        line[hidden] = 0.0
        normal, binormal = shape.frames_along(line)
        radii = shape.parted_radii if told_apart else shape.radii
        radius = radii(self._belly_m, frame.activation, frame.fiber_length)
        # One product of matrices makes all sides of all stations; element by element it takes five times as long.
        across = np.concatenate([normal, binormal], axis=2, dtype=np.float32)
        rows = (-1, 3 * shape.N_SIDES)
        np.matmul(across.reshape(-1, 6), self._around, out=self.surface.normals.reshape(rows))
        across *= radius.astype(np.float32)[:, :, None]
        points = self.surface.points.reshape(rows)
        np.matmul(across.reshape(-1, 6), self._around, out=points)
        points += np.tile(line.reshape(-1, 3), shape.N_SIDES)
        rgb = muscle_colours(
            scaled(self.quantity(frame, options.colour_source), options.colour_source), options.map_name
        )
        colours = self.surface.colours.reshape(n_muscles, shape.N_STATIONS, shape.N_SIDES, 3)
        colours[:] = rgb[:, None, None]
        if told_apart:
            colours[:, shape.is_tendon()] = TENDON_RGB
        self.surface.changed()
        line[hidden] = np.nan
        self.centre_lines_m, self.radii_m = line, radius

    def quantity(self, frame: Frame, source: ColourSource) -> Array:
        """Return the quantity (n_muscles,) that colours the muscles, in the unit of its legend.

        NaN where the frame has none, and for muscles whose force the model does not apply.
        """
        n_muscles = len(self._geometry.muscle_names)
        if source == "fiber_force":
            values = frame.fiber_force_n / self._geometry.max_isometric_force_n
        elif source == "action":
            values = _taken(frame.action, self._action_index)
        else:
            values = getattr(frame, source)
        if len(values) != n_muscles:
            return np.full(n_muscles, np.nan)
        return np.where(self._is_disabled, np.nan, values)


def scaled(values: Array, source: ColourSource) -> Array:
    """Return a quantity on its legend's scale: 0 for the first colour, 1 for the last."""
    scale = LEGENDS[source]
    return (values - scale.lower) / (scale.upper - scale.lower)


def _action_index(geometry: ModelGeometry, action_names: tuple[str, ...] | None) -> np.ndarray:
    names = geometry.muscle_names if action_names is None else action_names
    where = {name: index for index, name in enumerate(names)}
    return np.array([where.get(name, -1) for name in geometry.muscle_names], dtype=int)


def _taken(values: Array, index: np.ndarray) -> Array:
    inside = (index >= 0) & (index < len(values))
    taken = np.full(len(index), np.nan)
    taken[inside] = values[index[inside]]
    return taken
