"""Ground-reaction arrows and the centre of mass, drawn over the figure so that nothing hides them."""

import numpy as np
from vtkmodules.vtkRenderingCore import vtkActor

from osimviz.frames import GRAVITY_M_S2, Array, Frame
from osimviz.palette import Palette
from osimviz.render import solids
from osimviz.render.mesh import joined
from osimviz.render.surface import Surface, mapper_of, opaque_actor
from osimviz.view_choices import M_PER_BODY_WEIGHT

#: Share of body weight below which no arrow is drawn.
HIDDEN_BELOW_BODY_WEIGHTS = 0.05
_N_ARROWS = 2
_N_DASHES = 60
_DASH_M = 0.024
_MARK_RADIUS_M = 0.019


def arrow_ends(frame: Frame, mass_kg: float) -> tuple[Array, Array]:
    """Return where the ground-reaction arrows of a frame start and end.

    Returns
    -------
    array (n_feet, 3), array (n_feet, 3)
        Centre of pressure and tip in world space, m; NaN where no arrow is drawn: below
        `HIDDEN_BELOW_BODY_WEIGHTS`, or where force or centre of pressure are not finite.
    """
    weight_n = mass_kg * GRAVITY_M_S2
    in_body_weights = frame.ground_reaction_n / (weight_n if weight_n > 0.0 else np.nan)
    start = frame.centre_of_pressure_m.astype(float, copy=True)
    tip = start + M_PER_BODY_WEIGHT * in_body_weights
    drawn = np.linalg.norm(in_body_weights, axis=1) >= HIDDEN_BELOW_BODY_WEIGHTS
    drawn &= np.isfinite(tip).all(axis=1)
    start[~drawn] = np.nan
    tip[~drawn] = np.nan
    return start, tip


class Forces:
    """The two arrows and the mark of the centre of mass.

    Attributes
    ----------
    actors : tuple of vtkActor
        What to draw, in the renderer that lies over the figure.
    """

    def __init__(self, palette: Palette) -> None:
        unit = solids.arrow(np.zeros(3), np.array([0.0, 1.0, 0.0]))
        self._arrows = [Surface.of_mesh(unit) for _ in range(_N_ARROWS)]
        self._arrow_actors = [opaque_actor(mapper_of(arrow, coloured=False), is_closed=True) for arrow in self._arrows]
        for actor in self._arrow_actors:
            look = actor.GetProperty()
            look.SetAmbient(0.62)
            look.SetDiffuse(0.42)
            look.SetSpecular(0.0)
        ball, ball_colours = solids.quartered_ball(_MARK_RADIUS_M)
        self._ball = Surface.of(ball.points, ball.triangles, normals=ball.normals, colours=ball_colours)
        self._ball_actor = opaque_actor(mapper_of(self._ball, coloured=True), is_closed=True)
        self._plumb = _PlumbLine(_N_DASHES, _DASH_M)
        self._plumb_actor = opaque_actor(mapper_of(self._plumb.surface, coloured=False), is_closed=True)
        for actor in (self._ball_actor, self._plumb_actor):
            actor.GetProperty().LightingOff()
        self.actors: tuple[vtkActor, ...] = (*self._arrow_actors, self._plumb_actor, self._ball_actor)
        for actor in self.actors:
            actor.VisibilityOff()
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Take the theme's colours of the sides."""
        for actor, name in zip(self._arrow_actors, ("right", "left"), strict=True):
            actor.GetProperty().SetColor(*palette.rgb(name))
        self._plumb_actor.GetProperty().SetColor(*palette.rgb("text_mid"))

    def show_arrows(self, frame: Frame, mass_kg: float, *, visible: bool) -> None:
        """Draw the ground reaction of each foot, feet ordered as `osimviz.frames.FEET`."""
        start, tip = arrow_ends(frame, mass_kg)
        for index, (surface, actor) in enumerate(zip(self._arrows, self._arrow_actors, strict=True)):
            drawn = visible and index < len(tip) and bool(np.isfinite(tip[index]).all())
            actor.SetVisibility(drawn)
            if drawn:
                mesh = solids.arrow(start[index], tip[index])
                surface.points[:] = mesh.points
                surface.normals[:] = mesh.normals
                surface.changed()

    def show_centre_of_mass(self, position_m: Array, *, visible: bool) -> None:
        """Draw the mark at a world position (3,) and its plumb line to the floor; a NaN hides both."""
        drawn = visible and bool(np.isfinite(position_m).all())
        self._ball_actor.SetVisibility(drawn)
        self._plumb_actor.SetVisibility(drawn)
        if drawn:
            x, y, z = (float(part) for part in position_m)
            self._ball_actor.SetPosition(x, y, z)
            self._plumb.hang_from(y - _MARK_RADIUS_M)
            self._plumb_actor.SetPosition(x, 0.0, z)


class _PlumbLine:
    """A dashed line from the floor up, with a cross where it meets the floor.

    Attributes
    ----------
    surface : Surface
        The mesh, around the line's foot.
    """

    def __init__(self, n_dashes: int, dash_m: float) -> None:
        self._dash_m = dash_m
        half = np.array([0.0017, 0.17 * dash_m, 0.0017])
        dash = solids.box(np.zeros(3), 2.0 * half)
        across = [
            solids.box(np.array([0.0, 0.004, 0.0]), np.array(size))
            for size in ((0.09, 0.001, 0.006), (0.006, 0.001, 0.09))
        ]
        mesh = joined([dash] * n_dashes + across)
        self._n_dash_points = len(dash.points)
        self._n_dashes = n_dashes
        self._shown = (0.0, -1)
        self._dash_points = dash.points
        self.surface = Surface.of(mesh.points, mesh.triangles, normals=mesh.normals)

    def hang_from(self, height_m: float) -> None:
        """Let the line reach from the floor to a height; dashes above it shrink to points."""
        # A very high mark gets longer gaps, not a shorter line.
        pitch = max(self._dash_m, height_m / self._n_dashes)
        centre = (np.arange(self._n_dashes) + 0.5) * pitch
        n_drawn = int((centre < height_m).sum())
        if (pitch, n_drawn) == self._shown:
            return
        self._shown = (pitch, n_drawn)
        drawn = (np.arange(self._n_dashes) < n_drawn)[:, None, None]
        lifted = self._dash_points[None] + np.stack([0 * centre, centre, 0 * centre], axis=1)[:, None, :]
        # The dashes come first in the mesh.
        n_points = self._n_dashes * self._n_dash_points
        self.surface.points[:n_points] = np.where(drawn, lifted, 0.0).reshape(-1, 3)
        self.surface.changed()
