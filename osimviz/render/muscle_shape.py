"""The shape of muscles: from ragged paths to spindle-shaped tubes. NumPy only.

The topology is fixed, whatever the number of points of a path: every muscle has as many stations along it and as many
sides around it.
"""

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array
from osimviz.render.mesh import ring_triangles

#: Stations along a muscle and sides around it; more show no gain at 1280x720.
N_STATIONS = 20
N_SIDES = 10
#: Radius of the weakest and added radius of the strongest muscle of a model, chosen by eye beside the bones.
_THINNEST_M = 0.0052
_STRENGTH_M = 0.0105
#: A fully active belly is this much thicker: a hint, not the volume-preserving bulge.
_BULGE = 0.35
#: Radius of the tendons in radii of the belly.
_TENDON = 0.35
#: Radius of the very ends, likewise.
_ATTACHED = 0.14
#: Fibre lengths, in optimal ones, between which a belly thins and thickens.
_THICKENING = (0.6, 1.5)
#: Radius of tendons told apart, in belly radii and at least; the shortest belly in shares of the path.
_CORD = 0.2
_THINNEST_CORD_M = 0.0022
_LEAST_BELLY, _MOST_BELLY = 0.14, 0.94
_N_TENDON_STATIONS = 4
#: A line may come so near to the axis that its normals are taken from: the sine of the angle between them.
_LEAST_ACROSS = 0.2
_EVEN = np.linspace(0.0, 1.0, N_STATIONS)


def centre_lines(points_m: Array, counts: NDArray[np.integer], belly_m: Array | None = None) -> Array:
    """Resample every path to `N_STATIONS` points, even in arc length, corners softened.

    Parameters
    ----------
    points_m : array (n_points, 3)
        Points of all paths, muscle after muscle.
    counts : int array (n_muscles,)
        How many points belong to each muscle.
    belly_m : array (n_muscles,), optional
        Lengths of the bellies: the stations are then those of `parted_stations`.

    Returns
    -------
    array (n_muscles, N_STATIONS, 3)
        NaN throughout for a path with fewer than two points or a point that is not finite.

    Raises
    ------
    ValueError
        The counts do not add up to the number of points.
    """
    counts = np.asarray(counts)
    if int(counts.sum()) != len(points_m):
        raise ValueError(f"muscle paths have {len(points_m)} points, their counts add up to {int(counts.sum())}")
    n_muscles = len(counts)
    if n_muscles == 0 or len(points_m) == 0:
        return np.full((n_muscles, N_STATIONS, 3), np.nan)
    # Short paths are padded to the longest by repeating their last point: zero-length segments at the end.
    column = np.arange(max(int(counts.max()), 2))
    starts = np.cumsum(counts) - counts
    index = starts[:, None] + np.minimum(column, np.maximum(counts - 1, 0)[:, None])
    path = points_m[np.minimum(index, len(points_m) - 1)]
    usable = (counts >= 2) & np.isfinite(path).all(axis=(1, 2))
    path = np.where(usable[:, None, None], path, 0.0)

    legs = path[:, 1:] - path[:, :-1]
    lengths = np.sqrt((legs * legs).sum(axis=2))
    arc = np.concatenate([np.zeros((n_muscles, 1)), np.cumsum(lengths, axis=1)], axis=1)
    if belly_m is None:
        wanted = _EVEN * arc[:, -1:]
    else:
        wanted = parted_stations(belly_m / np.where(arc[:, -1] > 0.0, arc[:, -1], np.nan)) * arc[:, -1:]
    segment = (wanted[:, :, None] >= arc[:, None, 1:-1]).sum(axis=2)
    rows = np.arange(n_muscles)[:, None]
    length = lengths[rows, segment]
    share = np.where(length > 0.0, (wanted - arc[rows, segment]) / np.where(length > 0.0, length, 1.0), 0.0)
    line: Array = path[rows, segment] + np.clip(share, 0.0, 1.0)[..., None] * legs[rows, segment]

    # The ends stay where the muscle is attached.
    line[:, 1:-1] = 0.25 * line[:, :-2] + 0.5 * line[:, 1:-1] + 0.25 * line[:, 2:]
    line[~usable] = np.nan
    return line


def frames_along(line: Array) -> tuple[Array, Array]:
    """Return two unit normals at each station of centre lines (n, n_stations, 3), with little twist."""
    tangent = np.empty_like(line)
    tangent[:, 1:-1] = line[:, 2:] - line[:, :-2]
    tangent[:, 0], tangent[:, -1] = line[:, 1] - line[:, 0], line[:, -1] - line[:, -2]
    tangent /= np.sqrt(np.maximum((tangent * tangent).sum(axis=2, keepdims=True), 1e-24))
    # The axis that a line keeps farthest from, at all its stations, has a part across it that never comes near zero.
    along = np.abs(tangent).max(axis=1).argmin(axis=1)
    rows = np.arange(len(line))
    normal = -tangent[rows, :, along][..., None] * tangent
    normal[rows, :, along] += 1.0
    length2 = (normal * normal).sum(axis=2, keepdims=True)
    winding = np.flatnonzero(length2.min(axis=(1, 2), initial=1.0) < _LEAST_ACROSS**2)
    normal /= np.sqrt(np.maximum(length2, 1e-24))
    if len(winding):
        normal[winding] = _carried(tangent[winding])
    return normal, _cross(tangent, normal)


def _carried(tangent: Array) -> Array:
    """Return unit normals of lines that run along every axis: the first one's, carried along without twist."""
    axis = np.eye(3)[np.argmin(np.abs(tangent[:, 0]), axis=1)]
    normal = np.empty_like(tangent)
    carried = _cross(tangent[:, 0], axis)
    for station in range(tangent.shape[1]):
        along = tangent[:, station]
        carried = carried - np.einsum("ij,ij->i", carried, along)[:, None] * along
        normal[:, station] = carried
    # Carried on unnormalised: a bend shortens it by its cosine, which a muscle's bends never bring near zero.
    normal /= np.sqrt(np.maximum((normal * normal).sum(axis=2, keepdims=True), 1e-24))
    return normal


def _cross(a: Array, b: Array) -> Array:
    """Return the cross product over the last axis; NumPy's own takes three times as long on arrays this small."""
    x, y, z = (b[..., i] for i in range(3))
    return np.stack(
        [a[..., 1] * z - a[..., 2] * y, a[..., 2] * x - a[..., 0] * z, a[..., 0] * y - a[..., 1] * x], axis=-1
    )


def belly_radii(max_isometric_force_n: Array) -> Array:
    """Return the belly radius (n_muscles,) in m of inactive muscles, by the square root of their strength."""
    strongest = float(np.max(max_isometric_force_n, initial=0.0))
    relative = np.clip(max_isometric_force_n / (strongest if strongest > 0.0 else 1.0), 0.0, 1.0)
    belly: Array = _THINNEST_M + _STRENGTH_M * np.sqrt(relative)
    return belly


def profile() -> Array:
    """Return the radius along a muscle (N_STATIONS,) in belly radii: thin tendons, a spindle between."""
    along = np.linspace(0.0, 1.0, N_STATIONS)
    spindle = np.sin(np.pi * np.clip((along - 0.05) / 0.9, 0.0, 1.0)) ** 0.8
    shape: Array = _TENDON + (1.0 - _TENDON) * spindle
    # Rounded off where it is attached, instead of a cut-off stump.
    shape[[0, -1]] = _ATTACHED
    return shape


def _parted_profile() -> Array:
    belly = np.linspace(-1.0, 1.0, N_STATIONS - 2 * _N_TENDON_STATIONS)
    spindle = 0.25 + 0.75 * np.sqrt(np.cos(0.5 * np.pi * belly * 0.97))
    cord = np.zeros(_N_TENDON_STATIONS)
    shape: Array = np.concatenate([cord, spindle, cord])
    return shape


_PROFILE, _PARTED = profile(), _parted_profile()


def radii(belly_m: Array, activation: Array, fiber_length: Array | None = None) -> Array:
    """Return the radius (n_muscles, N_STATIONS) in m at the given activations; NaN counts as none.

    A belly of a shorter fibre is thicker, for its volume stays: fibre lengths (n_muscles,) in optimal lengths.
    """
    return _thickness(belly_m, activation, fiber_length)[:, None] * _PROFILE


def parted_stations(belly_share: Array) -> Array:
    """Return where stations lie (n_muscles, N_STATIONS), 0..1, with tendon and belly told apart.

    Parameters
    ----------
    belly_share : array (n_muscles,)
        Fibre length over path length; the belly lies in the middle, for a model does not say where. NaN counts as 1.
    """
    share = np.clip(np.nan_to_num(belly_share, nan=1.0), _LEAST_BELLY, _MOST_BELLY)[:, None]
    tendon = np.linspace(0.0, 1.0, _N_TENDON_STATIONS, endpoint=False)
    belly = np.linspace(-0.5, 0.5, N_STATIONS - 2 * _N_TENDON_STATIONS)
    start = 0.5 * (1.0 - share)
    ahead = start * tendon
    return np.concatenate([ahead, 0.5 + share * belly, 1.0 - ahead[:, ::-1]], axis=1)


def parted_radii(belly_m: Array, activation: Array, fiber_length: Array) -> Array:
    """Return radii (n_muscles, N_STATIONS) at `parted_stations`: cords, and a spindle between; arguments as `radii`."""
    cord = np.maximum(_CORD * belly_m, _THINNEST_CORD_M)[:, None]
    radius: Array = np.maximum(cord, _thickness(belly_m, activation, fiber_length)[:, None] * _PARTED)
    radius[:, [0, -1]] *= 0.5
    return radius


def is_tendon() -> NDArray[np.bool_]:
    """Return which of the `parted_stations` (N_STATIONS,) are tendon."""
    tendon: NDArray[np.bool_] = _PARTED == 0.0
    return tendon


def _thickness(belly_m: Array, activation: Array, fiber_length: Array | None) -> Array:
    active = np.clip(np.nan_to_num(activation, nan=0.0), 0.0, 1.0)
    thickness: Array = belly_m * (1.0 + _BULGE * active)
    if fiber_length is not None:
        thickness /= np.sqrt(np.clip(np.nan_to_num(fiber_length, nan=1.0), *_THICKENING))
    return thickness


def tube_triangles(n_muscles: int) -> NDArray[np.int32]:
    """Return the triangles (m, 3) of all tubes: walls and a fan at each end, outside counter-clockwise.

    Vertices are ordered by muscle, station and side.
    """
    wall = ring_triangles(N_STATIONS, N_SIDES)
    fan = np.stack([np.zeros(N_SIDES - 2, int), np.arange(1, N_SIDES - 1), np.arange(2, N_SIDES)], axis=1)
    one = np.concatenate([wall, fan[:, ::-1], fan + (N_STATIONS - 1) * N_SIDES])
    offsets = np.arange(n_muscles) * (N_STATIONS * N_SIDES)
    return (one[None] + offsets[:, None, None]).reshape(-1, 3).astype(np.int32)
