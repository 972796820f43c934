"""The soft shadow on the floor, as a small picture of how much light arrives. NumPy only.

The figure is sampled by points; each is moved along the light to the floor and leaves its share of a texel there, on a
level of an image pyramid that suits its height: sharp under the foot, soft under the head. The floor's own actor takes
the result as its texture, so that a shadow costs no drawing at all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array
from osimviz.render.bones import GROUND, Bones
from osimviz.render.mesh import Mesh
from osimviz.render.muscles import Muscles

Float32Array = NDArray[np.float32]

#: Steeper than the key light, so that the shadow stays near the feet; chosen by eye.
LIGHT_DIRECTION = (-0.45, -1.0, -0.35)
#: Points on each square metre of bone: one for 4 cm². A skeleton has about 1.3 m².
_SAMPLES_PER_M2 = 2500
_MOST_SAMPLES = 20_000
#: Texels and, for pictures that may take longer, more of them; side of the smallest patch, m.
_TEXELS, _FINE_TEXELS = 112, 448
_LEAST_SIDE_M = 2.6
_MOST_TEXELS = 640
#: Blur at the floor and for each metre above it, m: the lamp is as wide as a window; chosen by eye.
_BLUR_M, _BLUR_PER_M = 0.006, 0.026
#: Optical depth of a fully covered texel: edges of the pyramid's levels may be lighter than their middle.
_DEPTH = 2.6
#: Texels at the border that stay lit: what lies outside takes their colour.
_RIM = 2


@dataclass(frozen=True, slots=True)
class Shade:
    """How much light arrives on a square of the floor.

    Attributes
    ----------
    darkness : float32 array (n, n)
        0 in full light, 1 in full shadow; rows along z, columns along x.
    corner_m : (float, float)
        x and z of the first texel's outer corner.
    side_m : float
        Side of the square.
    """

    darkness: Float32Array
    corner_m: tuple[float, float]
    side_m: float


class Samples:
    """Points on the bones of a model, for its shadow."""

    def __init__(self, bones: Bones) -> None:
        drawn = [body for body in bones.bodies if not body.look.is_contact]
        areas = [_areas(body.shadow) for body in drawn]
        total = float(sum(part.sum() for part in areas)) or 1.0
        density = min(_SAMPLES_PER_M2, _MOST_SAMPLES / total)
        self._bodies: list[tuple[int, Float32Array, slice]] = []
        weights: list[Float32Array] = []
        start = 0
        for body, area in zip(drawn, areas, strict=True):
            n = max(int(density * float(area.sum())), 12)
            # The same points in every run and model: a shadow is as repeatable as the rest of the picture.
            generator = np.random.default_rng(1)
            points = np.ones((n, 4), np.float32)
            points[:, :3] = _spread(body.shadow, area, n, generator)
            # A closed surface covers a quarter of its area from any side (Cauchy).
            weights.append(np.full(n, 0.25 * area.sum() / n, np.float32))
            self._bodies.append((body.body_index, points, slice(start, start + n)))
            start += n
        self.weights: Float32Array = np.concatenate(weights) if weights else np.zeros(0, np.float32)
        self._world = np.empty((start, 3), np.float32)

    def in_world(self, world_from_body: Array) -> Float32Array:
        """Return the points (n, 3) for poses (n_bodies, 4, 4); NaN for a body that is not known."""
        matrices = world_from_body.astype(np.float32)
        for body_index, points, rows in self._bodies:
            if body_index == GROUND:
                self._world[rows] = points[:, :3]
            else:
                np.matmul(points, matrices[body_index, :3].T, out=self._world[rows])
        return self._world


def muscle_samples(muscles: Muscles) -> tuple[Float32Array, Float32Array]:
    """Return points (n, 3) along the muscles as shown, and what each covers (n,), m²."""
    line, radius = muscles.centre_lines_m.astype(np.float32), muscles.radii_m.astype(np.float32)
    middle = 0.5 * (line[:, :-1] + line[:, 1:])
    legs = line[:, 1:] - line[:, :-1]
    length = np.sqrt((legs * legs).sum(axis=2))
    return middle.reshape(-1, 3), (length * (radius[:, :-1] + radius[:, 1:])).ravel()


def on_floor(points_m: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return x and z (n,) of where the light takes points (n, 3) to on the floor; below it they stay."""
    dx, dy, dz = LIGHT_DIRECTION
    height = np.maximum(points_m[:, 1], 0.0)
    return points_m[:, 0] - dx / dy * height, points_m[:, 2] - dz / dy * height


def shade_of(points_m: Float32Array, cover_m2: Float32Array, around_m: Array, *, fine: bool) -> Shade:
    """Return the shadow of points.

    Parameters
    ----------
    points_m : float32 array (n, 3)
        World space; what is not finite casts none.
    cover_m2 : float32 array (n,)
        Area each point stands for, seen from the light.
    around_m : array (2,)
        x and z of the middle of the model.
    fine : bool
        More texels, for pictures.
    """
    height = np.maximum(points_m[:, 1], 0.0)
    x, z = on_floor(points_m)
    corner, side, n = _patch(x, z, around_m, fine=fine)
    per_m = n / side
    column, row = (x - corner[0]) * per_m, (z - corner[1]) * per_m
    inside = (column >= _RIM) & (column < n - _RIM) & (row >= _RIM) & (row < n - _RIM)
    # In level 0 a blur is one texel wide, and twice as wide in each one after.
    level = np.log2(np.maximum((_BLUR_M + _BLUR_PER_M * height) * per_m, 1.0))
    if not inside.all():
        column, row, level, cover_m2 = column[inside], row[inside], level[inside], cover_m2[inside]
    n_levels = max(int(np.log2(n / 20)), 1)
    level = np.minimum(level, n_levels - 1)
    image: Float32Array | None = None
    for splat in reversed(_splats(column, row, cover_m2 * np.float32(_DEPTH * per_m * per_m), level, n, n_levels)):
        if image is not None:
            splat += image.repeat(2, axis=0).repeat(2, axis=1)
        image = _blurred(splat)
    assert image is not None
    darkness = np.float32(1.0) - np.exp(-image)
    for border in (slice(None, _RIM), slice(-_RIM, None)):
        darkness[border] = 0.0
        darkness[:, border] = 0.0
    return Shade(darkness, corner, side)


def _splats(
    column: Float32Array, row: Float32Array, depth: Float32Array, level: Float32Array, n: int, n_levels: int
) -> list[Float32Array]:
    """Return what points leave on each level, the finest first; a point between two levels leaves a part on both."""
    column_index, row_index = column.astype(np.int32), row.astype(np.int32)
    lower = level.astype(np.int32)
    part = level - lower
    sizes = np.array([n >> k for k in range(n_levels + 1)], np.int32)
    starts = np.concatenate([[0], np.cumsum(sizes * sizes)])
    # A texel of a level has four times the area of one of the level below.
    thinned = np.float32(0.25) ** np.arange(n_levels + 1, dtype=np.float32)
    places, shares = [], []
    for k, share in ((lower, 1.0 - part), (lower + 1, part)):
        places.append(starts[k] + (row_index >> k) * sizes[k] + (column_index >> k))
        shares.append(depth * share * thinned[k])
    # The highest level has nothing above it to share with: its part there is 0.
    sums = np.bincount(np.concatenate(places), np.concatenate(shares), int(starts[-1])).astype(np.float32)
    return [sums[starts[k] : starts[k + 1]].reshape(n >> k, n >> k) for k in range(n_levels)]


def _patch(x: Float32Array, z: Float32Array, around_m: Array, *, fine: bool) -> tuple[tuple[float, float], float, int]:
    """Return corner, side and texels of the square that holds the shadow; one size as long as one figure casts it."""
    n = _FINE_TEXELS if fine else _TEXELS
    texel_m = _LEAST_SIDE_M / n
    finite = np.isfinite(x) & np.isfinite(z)
    if finite.any():
        low = np.array([x[finite].min(), z[finite].min()], float) - 0.15
        high = np.array([x[finite].max(), z[finite].max()], float) + 0.15
    else:
        low = high = np.asarray(around_m, float)
    needed = float((high - low).max())
    if needed > _LEAST_SIDE_M:
        # A row of figures: more texels, then larger ones; whole tens, so that a walk does not change them each frame.
        wanted_m = np.ceil(needed / 0.5) * 0.5
        n = int(min(np.ceil(wanted_m / texel_m / 32) * 32, _MOST_TEXELS))
        texel_m = wanted_m / n
    # On a lattice of the floor, so that a moving patch does not make the shadow's edges crawl.
    corner = np.round((0.5 * (low + high) - 0.5 * n * texel_m) / texel_m) * texel_m
    return (float(corner[0]), float(corner[1])), n * texel_m, n


def _blurred(image: Float32Array) -> Float32Array:
    """Return the image blurred by (1, 4, 6, 4, 1) / 16 along both axes: one texel of standard deviation."""
    # Twice over pairs and pairs of those is the same kernel in fewer steps. Nothing lies at the border.
    for axis in (0, 1):
        ahead, behind, middle = ((slice(a, b),) if axis == 0 else (slice(None), slice(a, b)) for a, b in _SHIFTS)
        for _ in range(2):
            sums = image[ahead] + image[behind]
            sums += 2.0 * image[middle]
            sums *= np.float32(0.25)
            image = np.zeros_like(image)
            image[middle] = sums
    return image


_SHIFTS = ((2, None), (None, -2), (1, -1))


def _areas(mesh: Mesh) -> Array:
    a, b, c = (mesh.points[mesh.triangles[:, corner]].astype(float) for corner in range(3))
    areas: Array = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
    return areas


def _spread(mesh: Mesh, areas: Array, n: int, generator: np.random.Generator) -> Float32Array:
    """Return points (n, 3) spread over a mesh by area."""
    total = float(areas.sum())
    if total <= 0.0:
        return np.repeat(mesh.points[:1], n, axis=0)
    wanted = (np.arange(n) + generator.random(n)) / n * total
    index = np.minimum(np.searchsorted(np.cumsum(areas), wanted), len(areas) - 1)
    u, v = generator.random((2, n, 1))
    turned = u + v > 1.0
    u, v = np.where(turned, 1.0 - u, u), np.where(turned, 1.0 - v, v)
    a, b, c = (mesh.points[mesh.triangles[index, corner]] for corner in range(3))
    points: Float32Array = (a + u * (b - a) + v * (c - a)).astype(np.float32)
    return points
