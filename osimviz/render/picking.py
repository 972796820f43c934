"""Finds the muscle or bone under a pixel by a ray, on the CPU: no render, about a millisecond."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from osimviz.frames import Array, ModelGeometry
from osimviz.render.bones import GROUND, BodyBones, Bones
from osimviz.render.camera import Camera
from osimviz.render.muscles import Muscles

#: A muscle is found this many pixels beside its edge: tendons are two pixels wide from afar.
_MUSCLE_MARGIN_PX = 3.0


@dataclass(frozen=True, slots=True)
class Picked:
    """What lies under a pixel.

    Attributes
    ----------
    kind : {"muscle", "bone"}
        What it is.
    name : str
        The muscle's name, the mesh file's or the solid's.
    index : int
        Index into `ModelGeometry.muscle_names`, or into `Bones.part_names`: the bones of the model, then its solids.
    body : str
        The body it is fixed to; empty for a muscle, and for what is fixed to the ground.
    point_m : tuple of float
        Where, world space.
    """

    kind: Literal["muscle", "bone"]
    name: str
    index: int
    point_m: tuple[float, float, float]
    body: str = ""


def pick(
    geometry: ModelGeometry, bones: Bones, muscles: Muscles, camera: Camera, x_px: float, y_px: float
) -> Picked | None:
    """Return the nearest muscle or bone under a pixel, or None."""
    origin, direction = camera.position_m, camera.ray_through(x_px, y_px)
    bone = _nearest_bone(bones, origin, direction)
    limit_m = bone[0] if bone is not None else np.inf
    muscle = None
    if muscles.actor.GetVisibility():
        # First what is truly under the pixel; only then a muscle just beside it, before the bone.
        for margin_px in (0.0, _MUSCLE_MARGIN_PX):
            muscle = muscle or _nearest_muscle(muscles, camera, origin, direction, margin_px, limit_m)
    found = muscle or bone
    if found is None:
        return None
    distance, index = found
    x, y, z = (float(part) for part in origin + distance * direction)
    if muscle is not None:
        return Picked("muscle", geometry.muscle_names[index], index, (x, y, z))
    n_bones = len(geometry.bones)
    body_index = geometry.bones[index].body_index if index < n_bones else geometry.solids[index - n_bones].body_index
    body = geometry.body_names[body_index] if body_index != GROUND else ""
    return Picked("bone", bones.part_names[index], index, (x, y, z), body)


def _nearest_muscle(
    muscles: Muscles, camera: Camera, origin: Array, direction: Array, margin_px: float, limit_m: float
) -> tuple[float, int] | None:
    """Return distance along the ray, below a limit, and index, by the stations and the middles between them."""
    line, radius = muscles.centre_lines_m, muscles.radii_m
    if line.size == 0:
        return None
    line = np.concatenate([line, 0.5 * (line[:, :-1] + line[:, 1:])], axis=1)
    radius = np.concatenate([radius, 0.5 * (radius[:, :-1] + radius[:, 1:])], axis=1)
    relative = line - origin
    along = relative @ direction
    beside = np.linalg.norm(relative - along[..., None] * direction, axis=2)
    surface = along - np.sqrt(np.maximum(radius**2 - beside**2, 0.0))
    hit = (along > 0.0) & (beside <= radius + margin_px * camera.m_per_px_at(1.0) * along) & (surface <= limit_m)
    if not hit.any():
        return None
    depth = np.where(hit, surface, np.inf)
    index = int(depth.min(axis=1).argmin())
    return float(depth[index].min()), index


def _nearest_bone(bones: Bones, origin: Array, direction: Array) -> tuple[float, int] | None:
    best: tuple[float, int] | None = None
    for body in bones.bodies:
        if not body.actor.GetVisibility():
            continue
        if body.body_index == GROUND:
            start, ray = origin, direction
        else:
            world_from_body = bones.world_from_body[body.body_index]
            start = (origin - world_from_body[:3, 3]) @ world_from_body[:3, :3]
            ray = direction @ world_from_body[:3, :3]
        hit = _hit(body, start, ray)
        if hit is not None and (best is None or hit[0] < best[0]):
            best = hit
    return best


def _hit(body: BodyBones, start: Array, ray: Array) -> tuple[float, int] | None:
    """Intersect a ray with a body's triangles in body space (Möller and Trumbore 1997)."""
    points = body.surface.points
    low, high = points.min(axis=0), points.max(axis=0)
    centre = 0.5 * (low + high)
    reach = 0.5 * float(np.linalg.norm(high - low))
    towards = centre - start
    if np.linalg.norm(towards - (towards @ ray) * ray) > reach:
        return None
    a, b, c = (points[body.surface.triangles[:, corner]].astype(float) for corner in range(3))
    first, second = b - a, c - a
    across = np.cross(ray, second)
    determinant = (first * across).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1.0 / determinant
        offset = start - a
        u = (offset * across).sum(axis=1) * inverse
        other = np.cross(offset, first)
        v = (other @ ray) * inverse
        distance = (second * other).sum(axis=1) * inverse
        inside = (u >= 0.0) & (v >= 0.0) & (u + v <= 1.0) & (distance > 0.0)
    if not inside.any():
        return None
    index = int(np.where(inside, distance, np.inf).argmin())
    return float(distance[index]), int(body.owner_of_triangle[index])
