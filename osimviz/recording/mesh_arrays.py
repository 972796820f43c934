"""Read bone meshes into arrays without VTK, so that a recording can carry them from any machine.

Reads what OpenSim's models use: ASCII ``.vtp`` PolyData, ``.obj`` and ``.stl``.
"""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import BoneSurface

Indices = NDArray[np.int64]
_Reader = Callable[[Path], tuple[NDArray[np.float64], Indices]]

#: Points closer than this share of the mesh's diagonal are one, as for drawing: half the size of some files.
_WELD_SHARE = 1e-6
#: Meshes with more triangles are thinned out to about so many. OpenSim's bones have 200 to 8,000, a scan millions.
MOST_TRIANGLES = 10_000
#: Largest file read: a damaged or foreign file must not fill the memory.
_MOST_BYTES = 256 * 2**20
#: Surfaces that are kept, 0.4 MB each at most: those of two models.
_MOST_KEPT = 128


class MeshFileError(Exception):
    """A mesh file that cannot be read: one clause saying why."""


def read_surface(path: Path) -> BoneSurface:
    """Read a mesh file: vertices welded, fans cut into triangles, large meshes thinned out.

    What was read is kept while the file stays as it is: a program that records every episode into a file of its own
    writes the same bones into each, and reading those of a model takes half a second. The arrays are read-only.

    Raises
    ------
    MeshFileError
        If it holds no triangles, or in a form that is not read.
    OSError
        If it cannot be opened.
    """
    readers = {".vtp": _read_vtp, ".obj": _read_obj, ".stl": _read_stl}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise MeshFileError(f"a mesh of kind {path.suffix!r} is not read")
    status = path.stat()
    if status.st_size > _MOST_BYTES:
        raise MeshFileError("the file is too large")
    return _read(reader, path.absolute(), status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=_MOST_KEPT)
def _read(reader: _Reader, path: Path, n_bytes: int, changed_ns: int) -> BoneSurface:
    """Return the surface of a file that has this size and time of change."""
    try:
        points, triangles = reader(path)
    except (ValueError, IndexError, KeyError, TypeError, ElementTree.ParseError) as error:
        raise MeshFileError(f"the file is damaged ({' '.join(str(error).split())[:80]})") from error
    if not len(triangles) or triangles.min() < 0 or triangles.max() >= len(points) or not np.isfinite(points).all():
        raise MeshFileError("the file holds no sound surface")
    return _thinned(*_welded(points, triangles, _WELD_SHARE))


def _read_vtp(path: Path) -> tuple[NDArray[np.float64], Indices]:
    points: list[NDArray[np.float64]] = []
    triangles: list[Indices] = []
    n_points = 0
    for piece in ElementTree.parse(path).getroot().iter("Piece"):
        vertices = _numbers(piece.find("Points/DataArray"), np.float64).reshape(-1, 3)
        triangles.append(_polygons(piece) + n_points)
        triangles.append(_strips(piece) + n_points)
        points.append(vertices)
        n_points += len(vertices)
    if not points:
        raise MeshFileError("the file holds no PolyData")
    return np.concatenate(points), np.concatenate(triangles)


def _numbers(array: ElementTree.Element | None, kind: type[Any]) -> NDArray[Any]:
    if array is None:
        raise ValueError("an array is missing")
    if array.get("format", "ascii") != "ascii":
        raise MeshFileError("the .vtp file is binary, only ASCII ones are read")
    return np.array((array.text or "").split(), dtype=kind)


def _cells(piece: ElementTree.Element, name: str) -> list[Indices]:
    cells = piece.find(name)
    arrays = {} if cells is None else {array.get("Name"): array for array in cells.findall("DataArray")}
    if "connectivity" not in arrays or "offsets" not in arrays:
        return []
    corners = _numbers(arrays["connectivity"], np.int64).astype(np.int64)
    offsets = _numbers(arrays["offsets"], np.int64).astype(np.int64)
    return np.split(corners, offsets[:-1]) if len(offsets) else []


def _polygons(piece: ElementTree.Element) -> Indices:
    return _fans(_cells(piece, "Polys"))


def _strips(piece: ElementTree.Element) -> Indices:
    # Every other triangle of a strip runs the other way round.
    found = [
        (strip[k], strip[k + 1 + k % 2], strip[k + 2 - k % 2])
        for strip in _cells(piece, "Strips")
        for k in range(len(strip) - 2)
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def _fans(polygons: list[Indices]) -> Indices:
    """Cut polygons into triangles around their first corner."""
    if polygons and all(len(polygon) == 3 for polygon in polygons):
        return np.array(polygons, dtype=np.int64)
    found = [(polygon[0], polygon[k], polygon[k + 1]) for polygon in polygons for k in range(1, len(polygon) - 1)]
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def _read_obj(path: Path) -> tuple[NDArray[np.float64], Indices]:
    points: list[list[float]] = []
    polygons: list[Indices] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        words = line.split()
        if words[:1] == ["v"]:
            points.append([float(word) for word in words[1:4]])
        elif words[:1] == ["f"]:
            corners = [int(word.split("/")[0]) for word in words[1:]]
            # Numbers count from 1, negative ones back from the vertex read last.
            polygons.append(np.array([n - 1 if n > 0 else len(points) + n for n in corners], dtype=np.int64))
    return np.array(points, dtype=np.float64).reshape(-1, 3), _fans(polygons)


def _read_stl(path: Path) -> tuple[NDArray[np.float64], Indices]:
    raw = path.read_bytes()
    record = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    n_triangles = int.from_bytes(raw[80:84], "little")
    if len(raw) == 84 + n_triangles * record.itemsize and n_triangles:
        corners = np.frombuffer(raw, record, offset=84)["corners"].astype(np.float64)
    else:
        lines = raw.decode("ascii", errors="replace").splitlines()
        words = [line.split()[1:4] for line in lines if line.strip().startswith("vertex")]
        corners = np.array(words, dtype=np.float64).reshape(-1, 3, 3)
    points = corners.reshape(-1, 3)
    return points, np.arange(len(points), dtype=np.int64).reshape(-1, 3)


def _welded(points: NDArray[np.float64], triangles: Indices, share: float) -> tuple[NDArray[np.float64], Indices]:
    """Make points of one cell of a grid one point, and drop triangles without an area and points without a triangle.

    Parameters
    ----------
    share : float
        Width of a cell as a share of the mesh's diagonal.
    """
    used, triangles = np.unique(triangles, return_inverse=True)
    points, triangles = points[used], triangles.reshape(-1, 3)
    low = points.min(axis=0)
    cell = max(float(np.linalg.norm(points.max(axis=0) - low)) * share, 1e-12)
    _, first, number = np.unique(np.round((points - low) / cell), axis=0, return_index=True, return_inverse=True)
    triangles = number.reshape(-1)[triangles]
    a, b, c = triangles.T
    triangles = triangles[(a != b) & (b != c) & (c != a)]
    return points[first], triangles


def _thinned(points: NDArray[np.float64], triangles: Indices) -> BoneSurface:
    # A grid twice as coarse leaves about a quarter of the triangles.
    share = 1e-3
    while len(triangles) > MOST_TRIANGLES and share < 0.1:
        points, triangles = _welded(points, triangles, share)
        share *= 1.5
    if not len(triangles):
        raise MeshFileError("the file holds no sound surface")
    surface = BoneSurface(points.astype(np.float32), triangles.astype(np.int32))
    surface.points.setflags(write=False)
    surface.triangles.setflags(write=False)
    return surface
