"""Marks of balance, limits, trails and targets: made only while they are shown."""

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkRenderingCore import vtkActor

from osimviz.analysis.balance import ContactSpheres, base_of_support, extrapolated_centre, margin_of_stability
from osimviz.analysis.joint_limits import limit_forces
from osimviz.frames import Array, Frame, ModelGeometry
from osimviz.model_geometry import Colour
from osimviz.palette import Palette
from osimviz.render import mark_shapes as shapes
from osimviz.render import solids
from osimviz.render.mesh import Mesh, joined
from osimviz.render.options import SceneOptions
from osimviz.render.surface import Surface, mapper_of, opaque_actor
from osimviz.scenery import Scenery
from osimviz.view_choices import HALF_TURN_NM, M_PER_M_S, TARGET_BODY, TARGET_RINGS_M

#: Heights above the floor, m, by which flat marks lie over each other without fighting for the same depth.
_FIELD_Y_M, _BASE_Y_M, _PLACE_Y_M = 0.003, 0.006, 0.009
#: The least moment of a joint limit that is drawn, N·m.
_LEAST_NM = 0.5
_ARC_RADIUS_M = 0.075


class Marks:
    """Everything drawn around the figure beside forces and the centre of mass.

    Attributes
    ----------
    floor_actors : tuple of vtkActor
        What lies on the floor and is hidden by the figure.
    overlay_actors : tuple of vtkActor
        What is drawn over the figure.
    """

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self._spheres: ContactSpheres | None = None
        self._field, self._base, self._place = (_Drawn(is_lit=False) for _ in range(3))
        self._trails = _Drawn(is_lit=False)
        self._contacts, self._limits, self._targets = (_Drawn(is_lit=True) for _ in range(3))
        self._all = (
            self._field, self._base, self._place, self._trails, self._contacts, self._limits, self._targets,
        )  # fmt: skip
        self.floor_actors: tuple[vtkActor, ...] = (
            self._field.actor, self._place.actor, self._trails.actor,
        )  # fmt: skip
        self.overlay_actors: tuple[vtkActor, ...] = (
            self._base.actor, self._contacts.actor, self._limits.actor, self._targets.actor,
        )  # fmt: skip

    def set_palette(self, palette: Palette) -> None:
        """Take the theme's colours, from the next frame on."""
        self._palette = palette

    def set_model(self, geometry: ModelGeometry | None) -> None:
        """Take another model; nothing is shown until its first frame."""
        self._spheres = None if geometry is None else ContactSpheres.of(geometry)
        for drawn in self._all:
            drawn.show([])

    def show(
        self, frame: Frame, geometry: ModelGeometry, world_from_body: Array, options: SceneOptions, scenery: Scenery
    ) -> None:
        """Take a frame; what a layer hides is not computed."""
        wants_contacts = any(options.shows(layer) for layer in ("contact_points", "base_of_support"))
        wants_contacts = wants_contacts or options.shows("extrapolated_centre")
        points, depth = np.empty((0, 3)), np.empty(0)
        if wants_contacts and self._spheres is not None:
            points, depth = self._spheres.touching(world_from_body)
        hull = base_of_support(points)
        self._contacts.show(self._contact_balls(points, depth) if options.shows("contact_points") else [])
        self._base.show(self._outline(hull) if options.shows("base_of_support") else [])
        self._place.show(self._extrapolated(frame, hull) if options.shows("extrapolated_centre") else [])
        self._limits.show(self._arcs(frame, geometry, world_from_body) if options.shows("joint_limits") else [])
        self._targets.show(self._target(frame, geometry) if options.shows("target") else [])
        self._trails.show(self._tails(scenery) if options.shows("trails") else [])
        self._field.show(self._quiver(scenery) if options.shows("target_field") else [])

    def _contact_balls(self, points: Array, depth: Array) -> list[tuple[Mesh, Colour]]:
        assert self._spheres is not None or not len(points)
        found = []
        for i in np.flatnonzero(np.isfinite(depth)):
            side = self._spheres.side[i] if self._spheres is not None else ""
            # Deeper is heavier: under a standing model the soft spheres sink in by some centimetres.
            radius = 0.008 + 0.012 * min(max(float(depth[i]), 0.0) / 0.05, 1.0)
            found.append((shapes.ball(points[i], radius), self._palette.rgb(side or "text_mid")))
        return found

    def _outline(self, hull: Array) -> list[tuple[Mesh, Colour]]:
        if len(hull) < 2:
            return []
        return [(shapes.floor_outline(hull, 0.006, _BASE_Y_M), self._palette.rgb("accent"))]

    def _extrapolated(self, frame: Frame, hull: Array) -> list[tuple[Mesh, Colour]]:
        place = extrapolated_centre(frame.centre_of_mass_m, frame.centre_of_mass_velocity)
        if not np.isfinite(place).all():
            return []
        margin = margin_of_stability(place, hull)
        colour = self._palette.rgb("good" if margin >= 0.0 else "bad")
        below = frame.centre_of_mass_m * np.array([1.0, 0.0, 1.0])
        way = shapes.floor_arrows(below[None], (place - below)[None], 0.022, _PLACE_Y_M - 0.001)
        return [(way, self._palette.rgb("text_mid")), (shapes.floor_diamond(place, 0.045, _PLACE_Y_M), colour)]

    def _arcs(self, frame: Frame, geometry: ModelGeometry, world_from_body: Array) -> list[tuple[Mesh, Colour]]:
        forces = limit_forces(geometry.joint_limits, frame.coordinates, frame.speeds)
        found = []
        for limit, force in zip(geometry.joint_limits, forces, strict=True):
            if not abs(force) >= _LEAST_NM or not limit.axis_in_body.any():
                continue
            turned = world_from_body[limit.body_index]
            fixed = np.eye(4) if limit.axis_body_index < 0 else world_from_body[limit.axis_body_index]
            centre = turned[:3, :3] @ limit.centre_in_body + turned[:3, 3]
            axis = fixed[:3, :3] @ limit.axis_in_body
            if not (np.isfinite(centre).all() and np.isfinite(axis).all()):
                continue
            sweep = np.sign(force) * np.clip(np.pi * abs(force) / HALF_TURN_NM, 0.35, 5.4)
            found.append((shapes.arc_arrow(centre, axis, _ARC_RADIUS_M, float(sweep)), self._palette.rgb("warn")))
        return found

    def _target(self, frame: Frame, geometry: ModelGeometry) -> list[tuple[Mesh, Colour]]:
        found = []
        if len(frame.target_velocity) == 3 and np.isfinite(frame.target_velocity).all():
            start = frame.centre_of_mass_m * np.array([1.0, 0.0, 1.0]) + np.array([0.0, 0.02, 0.0])
            tip = start + M_PER_M_S * frame.target_velocity * np.array([1.0, 0.0, 1.0])
            if np.isfinite(start).all() and float(np.linalg.norm(tip - start)) > 0.01:
                found.append((solids.arrow(start, tip), self._palette.rgb("accent")))
        if TARGET_BODY in geometry.body_names:
            place = frame.body_positions_m[geometry.body_names.index(TARGET_BODY)]
            if np.isfinite(place).all():
                across = np.array([0.0, 0.0, 1.0])
                rings = [shapes.ring(place, across, radius, 0.004) for radius in TARGET_RINGS_M]
                found += [(ring, self._palette.rgb("accent")) for ring in rings]
        return found

    def _tails(self, scenery: Scenery) -> list[tuple[Mesh, Colour]]:
        found = []
        for body, places in zip(scenery.trail_bodies, scenery.trails_m, strict=True):
            places = places[np.isfinite(places).all(axis=1)]
            if len(places) < 2:
                continue
            colour = "right" if body.endswith("_r") else "left" if body.endswith("_l") else "text_mid"
            # It thins out backwards, where a translucent tail would fade.
            radius = np.linspace(0.0008, 0.0055, len(places))
            found.append((shapes.tube(places, radius), self._palette.rgb(colour)))
        return found

    def _quiver(self, scenery: Scenery) -> list[tuple[Mesh, Colour]]:
        if not len(scenery.field_places_m):
            return []
        along = np.nan_to_num(scenery.field_velocities) * M_PER_M_S
        arrows = shapes.floor_arrows(scenery.field_places_m - 0.5 * along, along, 0.045, _FIELD_Y_M)
        return [(arrows, self._palette.rgb("accent"))]


class _Drawn:
    """One actor for some meshes of one colour each; its surface is made anew when the triangles change."""

    def __init__(self, *, is_lit: bool) -> None:
        self._surface = Surface(0, np.empty((0, 3), np.int32), normals=True, colours=True)
        self.actor = opaque_actor(mapper_of(self._surface, coloured=True), is_closed=False)
        self.actor.VisibilityOff()
        look = self.actor.GetProperty()
        look.SetLighting(is_lit)
        look.SetAmbient(0.62)
        look.SetDiffuse(0.42)
        look.SetSpecular(0.0)

    def show(self, parts: list[tuple[Mesh, Colour]]) -> None:
        """Draw these and nothing else."""
        self.actor.SetVisibility(bool(parts))
        if not parts:
            return
        mesh = joined([part for part, _ in parts])
        colours = _repeated([(len(part.points), colour) for part, colour in parts])
        surface = self._surface
        if len(surface.points) != len(mesh.points) or not np.array_equal(surface.triangles, mesh.triangles):
            self._surface = Surface.of(mesh.points, mesh.triangles, normals=mesh.normals, colours=colours)
            self.actor.SetMapper(mapper_of(self._surface, coloured=True))
            return
        surface.points[:], surface.normals[:], surface.colours[:] = mesh.points, mesh.normals, colours
        surface.changed()


def _repeated(parts: list[tuple[int, Colour]]) -> NDArray[np.uint8]:
    return np.concatenate([np.tile(np.rint(255.0 * np.array(colour)).astype(np.uint8), (n, 1)) for n, colour in parts])
