"""Small solids made of a few triangles: arrows, bars, marks. NumPy only."""

import math

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array
from osimviz.model_geometry import SolidKind
from osimviz.render.mesh import Mesh, joined, ring_triangles

_N_ARROW_SIDES = 12
_SHAFT_RADIUS_M = 0.0065
_HEAD_RADIUS_M = 0.021
_HEAD_LENGTH_M = 0.055
_BALL_DARK, _BALL_LIGHT = (18, 20, 24), (246, 248, 250)


def _arrow_parts() -> tuple[Array, NDArray[np.bool_], Array, Array]:
    """Return points (n, 3) of an arrow along y, which belong to its head, which lie at the neck, and normals (n, 3).

    The head's points count from the neck; pairs of rings share a place where the shading has an edge.
    """
    slant = np.array([_HEAD_RADIUS_M, _HEAD_LENGTH_M]) / np.hypot(_HEAD_LENGTH_M, _HEAD_RADIUS_M)
    # Along, radius; whether of the head, whether at the neck; the normal's parts along and outward.
    rings = np.array(
        [
            (0.0, 0.0, 0, 0, -1.0, 0.0),
            (0.0, _SHAFT_RADIUS_M, 0, 0, -1.0, 0.0),
            (0.0, _SHAFT_RADIUS_M, 0, 0, 0.0, 1.0),
            (0.0, _SHAFT_RADIUS_M, 0, 1, 0.0, 1.0),
            (0.0, _SHAFT_RADIUS_M, 0, 1, -1.0, 0.0),
            (0.0, _HEAD_RADIUS_M, 1, 1, -1.0, 0.0),
            (0.0, _HEAD_RADIUS_M, 1, 1, *slant),
            (_HEAD_LENGTH_M, 0.0, 1, 1, *slant),
        ]
    )
    angle = np.linspace(0.0, 2.0 * np.pi, _N_ARROW_SIDES, endpoint=False)
    rows = np.repeat(rings, _N_ARROW_SIDES, axis=0)
    cosine, sine = np.tile(np.cos(angle), len(rings)), np.tile(np.sin(angle), len(rings))
    points = np.stack([rows[:, 1] * cosine, rows[:, 0], rows[:, 1] * sine], axis=1)
    normals = np.stack([rows[:, 5] * cosine, rows[:, 4], rows[:, 5] * sine], axis=1)
    return points, rows[:, 2:3] > 0.0, rows[:, 3], normals


_ARROW_POINTS, _ARROW_IS_HEAD, _ARROW_AT_NECK, _ARROW_NORMALS = _arrow_parts()
_ARROW_TRIANGLES = ring_triangles(8, _N_ARROW_SIDES)


def box(centre_m: Array, size_m: Array) -> Mesh:
    """Return an axis-aligned box with flat faces: centre (3,), edge lengths (3,)."""
    points: list[Array] = []
    normals: list[Array] = []
    triangles: list[tuple[int, int, int]] = []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            normal = np.zeros(3)
            normal[axis] = sign
            first, second = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
            if sign < 0.0:
                first, second = second, first
            start = len(points)
            around = (-first - second, first - second, first + second, second - first)
            points += [centre_m + 0.5 * size_m * (normal + corner) for corner in around]
            normals += [normal] * 4
            triangles += [(start, start + 1, start + 2), (start, start + 2, start + 3)]
    return Mesh(np.array(points, np.float32), np.array(normals, np.float32), np.array(triangles, np.int32), True)


def unit_solid(kind: SolidKind, tube: float = 0.25) -> Mesh:
    """Return a primitive solid in its own space (`osimviz.frames.Solid`), outside counter-clockwise.

    Raises
    ------
    KeyError
        Nobody knows the shape of this kind.
    """
    if kind == "box":
        return box(np.zeros(3), np.full(3, 2.0))
    if kind == "torus":
        return _turned(np.stack([1.0 + tube * _ROUND[:, 0], tube * _ROUND[:, 1], *_ROUND.T], axis=1))
    return _turned({"sphere": _SPHERE, "cylinder": _CYLINDER, "cone": _CONE}[kind])


def _turned(outline: Array) -> Mesh:
    """Return what an outline of (radius, y, normal's radial part, normal's y) makes turned about the y axis."""
    angle = np.linspace(0.0, 2.0 * np.pi, _N_ROUND_SIDES, endpoint=False)
    # From z to x, so that rings going up and sides going round are the right-handed pair that `ring_triangles` wants.
    around = np.stack([np.sin(angle), np.zeros_like(angle), np.cos(angle)], axis=1)
    up = np.array([0.0, 1.0, 0.0])
    points = outline[:, :1, None] * around + outline[:, 1:2, None] * up
    normals = outline[:, 2:3, None] * around + outline[:, 3:4, None] * up
    return Mesh(
        points.reshape(-1, 3).astype(np.float32),
        normals.reshape(-1, 3).astype(np.float32),
        ring_triangles(len(outline), _N_ROUND_SIDES),
        True,
    )


_N_ROUND_SIDES = 28
_LATITUDE = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 15)
_SPHERE = np.stack([np.cos(_LATITUDE), np.sin(_LATITUDE)] * 2, axis=1)
_ROUND = np.stack([f(np.linspace(-np.pi, np.pi, 19)) for f in (np.cos, np.sin)], axis=1)
_CYLINDER = np.array([(0, -1, 0, -1), (1, -1, 0, -1), (1, -1, 1, 0), (1, 1, 1, 0), (1, 1, 0, 1), (0, 1, 0, 1)], float)
_SLANT = np.array([2.0, 1.0]) / np.sqrt(5.0)
_CONE = np.array([(0, -1, 0, -1), (1, -1, 0, -1), (1, -1, *_SLANT), (0, 1, *_SLANT)], float)


def missing_mark() -> Mesh:
    """Return the mark of a mesh that cannot be drawn: a cube of 4 cm with three axes of 16 cm through it."""
    thin, long = 0.008, 0.16
    bars = [box(np.zeros(3), np.where(np.arange(3) == axis, long, thin)) for axis in range(3)]
    return joined([box(np.zeros(3), np.full(3, 0.04)), *bars])


def arrow(start_m: Array, tip_m: Array) -> Mesh:
    """Return a solid arrow of 12 sides; its topology is the same for every start and tip (3,).

    The head keeps its size, so that weak forces are as easy to find as strong ones, down to arrows as long as the head.
    """
    along = np.asarray(tip_m, float) - np.asarray(start_m, float)
    length = float(np.linalg.norm(along))
    axis = along / length if length > 0.0 else np.array([0.0, 1.0, 0.0])
    head = min(_HEAD_LENGTH_M, 0.6 * length)
    # In plain numbers: NumPy's cross products would take longer than all the rest.
    x, y, z = (float(part) for part in axis)
    first = [0.0, z, -y] if abs(x) <= min(abs(y), abs(z)) else [-z, 0.0, x] if abs(y) <= abs(z) else [y, -x, 0.0]
    size = math.sqrt(sum(part * part for part in first))
    a, b, c = (part / size for part in first)
    to_world = np.array([[a, b, c], [x, y, z], [y * c - z * b, z * a - x * c, x * b - y * a]])
    # Only the place of the neck, and the size of a head that has not its full one, depend on the arrow.
    local = np.where(_ARROW_IS_HEAD, _ARROW_POINTS * (head / _HEAD_LENGTH_M), _ARROW_POINTS)
    local[:, 1] += (length - head) * _ARROW_AT_NECK
    return Mesh(
        (local @ to_world + start_m).astype(np.float32),
        (_ARROW_NORMALS @ to_world).astype(np.float32),
        _ARROW_TRIANGLES,
        True,
    )


def quartered_ball(radius_m: float) -> tuple[Mesh, NDArray[np.uint8]]:
    """Return a ball of black and white octants, the mark of a centre of mass, with its vertex colours (n, 3)."""
    n_up, n_around = 12, 16
    up = np.linspace(-0.5 * np.pi, 0.5 * np.pi, n_up + 1)
    around = np.linspace(0.0, 2.0 * np.pi, n_around + 1)
    points: list[tuple[float, float, float]] = []
    triangles: list[tuple[int, int, int]] = []
    colours: list[tuple[int, int, int]] = []
    for row in range(n_up):
        for column in range(n_around):
            corners = [
                (np.cos(u) * np.cos(a), np.sin(u), np.cos(u) * np.sin(a))
                for u, a in (
                    (up[row], around[column]),
                    (up[row + 1], around[column]),
                    (up[row + 1], around[column + 1]),
                    (up[row], around[column + 1]),
                )
            ]
            start = len(points)
            points += corners
            triangles += [(start, start + 1, start + 2), (start, start + 2, start + 3)]
            is_light = bool(np.prod(np.sum(corners, axis=0)) > 0.0)
            colours += [_BALL_LIGHT if is_light else _BALL_DARK] * 4
    unit = np.array(points, np.float32)
    mesh = Mesh(unit * np.float32(radius_m), unit, np.array(triangles, np.int32), True)
    return mesh, np.array(colours, np.uint8)
