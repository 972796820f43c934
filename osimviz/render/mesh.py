"""Triangle meshes as arrays: what they are, how they are placed and joined, and the wall between rings. NumPy only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array


@dataclass(frozen=True, slots=True)
class Mesh:
    """A triangle mesh in the mesh file's own space and unit.

    Attributes
    ----------
    points, normals : float32 array (n, 3)
        Vertices and their unit normals.
    triangles : int32 array (m, 3)
        Vertex indices, counter-clockwise seen from outside where there is an outside.
    is_closed : bool
        Whether the surface has an inside and an outside, save for a few flaws: its back faces need not be drawn.
    """

    points: NDArray[np.float32]
    normals: NDArray[np.float32]
    triangles: NDArray[np.int32]
    is_closed: bool


def placed(meshes: list[tuple[Mesh, Array]]) -> Mesh:
    """Join meshes, each moved by a homogeneous transform (4, 4), into one.

    A mirroring transform (negative scale) turns the triangles round, so that outside stays outside.
    """
    points, normals, triangles, n_points = [], [], [], 0
    for mesh, to_space in meshes:
        linear = to_space[:3, :3]
        points.append(mesh.points @ linear.T + to_space[:3, 3])
        turned = mesh.normals @ np.linalg.pinv(linear)
        length = np.linalg.norm(turned, axis=1, keepdims=True)
        normals.append(turned / np.where(length > 0.0, length, 1.0))
        corners = mesh.triangles if np.linalg.det(linear) > 0.0 else mesh.triangles[:, ::-1]
        triangles.append(corners + n_points)
        n_points += len(mesh.points)
    return Mesh(
        np.concatenate(points).astype(np.float32),
        np.concatenate(normals).astype(np.float32),
        np.concatenate(triangles).astype(np.int32),
        all(mesh.is_closed for mesh, _ in meshes),
    )


def joined(meshes: list[Mesh]) -> Mesh:
    """Return several meshes as one."""
    starts = np.cumsum([0] + [len(mesh.points) for mesh in meshes[:-1]])
    return Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=True)]).astype(np.int32),
        all(mesh.is_closed for mesh in meshes),
    )


def ring_triangles(n_rings: int, n_sides: int) -> NDArray[np.int32]:
    """Return the triangles that close a stack of rings to a wall; vertices are ordered by ring and side.

    Outside is counter-clockwise where the rings go up and the sides go from the first to the second of a right-handed
    pair of axes across.
    """
    ring, side = np.meshgrid(np.arange(n_rings - 1), np.arange(n_sides), indexing="ij")
    here = (ring * n_sides + side).ravel()
    beside = (ring * n_sides + (side + 1) % n_sides).ravel()
    return np.concatenate(
        [
            np.stack([here, beside, beside + n_sides], axis=1),
            np.stack([here, beside + n_sides, here + n_sides], axis=1),
        ]
    ).astype(np.int32)
