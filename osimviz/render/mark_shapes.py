"""Shapes of marks: ribbons on the floor, tubes, arcs, rings, balls and flat arrows. NumPy only."""

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array
from osimviz.render.mesh import Mesh, joined, ring_triangles
from osimviz.render.muscle_shape import frames_along
from osimviz.render.solids import unit_solid

_N_TUBE_SIDES = 7
_UP = np.array([0.0, 1.0, 0.0])


def tube(line_m: Array, radius_m: Array | float) -> Mesh:
    """Return a tube along a line (n, 3) with one radius or one for each place (n,)."""
    normal, binormal = (part[0] for part in frames_along(line_m[None]))
    angle = np.linspace(0.0, 2.0 * np.pi, _N_TUBE_SIDES, endpoint=False)
    outward = np.cos(angle)[:, None] * normal[:, None] + np.sin(angle)[:, None] * binormal[:, None]
    radius = np.broadcast_to(np.asarray(radius_m, dtype=float), (len(line_m),))
    points = line_m[:, None] + radius[:, None, None] * outward
    return _mesh(points, outward, ring_triangles(len(line_m), _N_TUBE_SIDES))


def arc_arrow(centre_m: Array, axis: Array, radius_m: float, sweep_rad: float) -> Mesh:
    """Return an arrow bent about an axis: it turns by `sweep_rad`, right-handed for a positive one."""
    first = np.cross(axis, np.eye(3)[int(np.argmin(np.abs(axis)))])
    first /= np.linalg.norm(first)
    second = np.cross(axis, first)
    head_rad = np.sign(sweep_rad) * 0.42
    # Two places at the neck make the step from shaft to head.
    neck = sweep_rad
    angle = np.concatenate([np.linspace(0.0, neck, 22), [neck, neck + 0.5 * head_rad, neck + head_rad]])
    radius = np.concatenate([np.full(22, 0.0042), [0.0125, 0.0065, 0.0]])
    line = centre_m + radius_m * (np.cos(angle)[:, None] * first + np.sin(angle)[:, None] * second)
    # A line that stands still at the neck has no direction there.
    line[22] = line[21] + 1e-5 * (line[23] - line[21])
    return tube(line, radius)


def ring(centre_m: Array, normal: Array, radius_m: float, thickness_m: float) -> Mesh:
    """Return a closed ring."""
    first = np.cross(normal, np.eye(3)[int(np.argmin(np.abs(normal)))])
    first /= np.linalg.norm(first)
    angle = np.linspace(0.0, 2.0 * np.pi, 41)
    line = centre_m + radius_m * (np.cos(angle)[:, None] * first + np.sin(angle)[:, None] * np.cross(normal, first))
    return tube(line, thickness_m)


def ball(centre_m: Array, radius_m: float) -> Mesh:
    """Return a ball."""
    unit = unit_solid("sphere")
    return Mesh((unit.points * radius_m + centre_m).astype(np.float32), unit.normals, unit.triangles, True)


def floor_outline(corners: Array, radius_m: float, height_m: float) -> Mesh:
    """Return a cord around an area, corners (m, 2) of x and z; a straight one for two corners."""
    points = np.stack([corners[:, 0], np.full(len(corners), height_m), corners[:, 1]], axis=1)
    # An edge each: a cord that goes round sharp corners would pinch there.
    ends = list(zip(points, np.roll(points, -1, axis=0), strict=True))[: len(points) if len(points) > 2 else 1]
    return joined([tube(np.array([start, 0.5 * (start + end), end]), radius_m) for start, end in ends])


def floor_diamond(place_m: Array, radius_m: float, height_m: float) -> Mesh:
    """Return a square on its corner, lying on the floor."""
    corners = place_m[[0, 2]] + radius_m * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
    return _flat(corners, np.array([[0, 1, 2], [0, 2, 3]]), height_m)


def floor_arrows(starts_m: Array, along_m: Array, width_m: float, height_m: float) -> Mesh:
    """Return flat arrows on the floor: where each starts (n, 3) and how far it reaches (n, 3)."""
    length = np.linalg.norm(along_m[:, [0, 2]], axis=1)
    direction = along_m[:, [0, 2]] / np.where(length > 0.0, length, 1.0)[:, None]
    across = np.stack([-direction[:, 1], direction[:, 0]], axis=1)
    head = np.minimum(2.6 * width_m, 0.6 * length)
    # Share of the length or of the head, and across in half widths: shaft, then head.
    neck = (length - head)[:, None]
    start = starts_m[:, [0, 2]]
    half = 0.5 * width_m * np.minimum(length / (2.6 * width_m), 1.0)[:, None]
    corners = np.stack(
        [
            start - half * 0.5 * across,
            start + half * 0.5 * across,
            start + neck * direction + half * 0.8 * across,
            start + neck * direction - half * 0.8 * across,
            start + neck * direction + half * 2.3 * across,
            start + length[:, None] * direction,
            start + neck * direction - half * 2.3 * across,
        ],
        axis=1,
    )
    one = np.array([[0, 1, 2], [0, 2, 3], [6, 4, 5]])
    triangles = (one[None] + 7 * np.arange(len(starts_m))[:, None, None]).reshape(-1, 3)
    return _flat(corners.reshape(-1, 2), triangles, height_m)


def _flat(places: Array, triangles: NDArray[np.integer], height_m: float) -> Mesh:
    points = np.stack([places[:, 0], np.full(len(places), height_m), places[:, 1]], axis=1)
    return Mesh(
        points.astype(np.float32),
        np.broadcast_to(_UP, points.shape).astype(np.float32),
        np.asarray(triangles, dtype=np.int32),
        False,
    )


def _mesh(points: Array, normals: Array, triangles: NDArray[np.integer]) -> Mesh:
    return Mesh(
        points.reshape(-1, 3).astype(np.float32),
        normals.reshape(-1, 3).astype(np.float32),
        np.asarray(triangles, dtype=np.int32),
        False,
    )
