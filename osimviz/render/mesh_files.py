"""Reads bone meshes and prepares them for drawing: welded, reduced, with normals.

Preparing the 19 meshes of a leg model takes about 0.4 s, so the result is kept in the user's cache folder by the
content of the mesh file. The cache is a convenience: where it cannot be read or written, meshes are prepared again.
"""

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkCleanPolyData, vtkPolyDataNormals, vtkQuadricDecimation, vtkTriangleFilter
from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

from osimviz.frames import BoneMesh, BoneSurface
from osimviz.render.mesh import Mesh
from osimviz.render.surface import Float32Array, IndexArray, numpy_view

if TYPE_CHECKING:
    from vtkmodules.vtkIOGeometry import vtkOBJReader, vtkSTLReader

log = logging.getLogger(__name__)

#: Share of the triangles kept while moving: half is indistinguishable on screen, a quarter shows in the sternum.
MOVING_SHARE = 0.5
#: Share kept while a scene moves that would have very many triangles otherwise.
COARSE_SHARE = 0.25
#: Share kept for the shadow, whose outline hides the rest.
SHADOW_SHARE = 0.15
#: Edges sharper than this stay sharp in the shading; chosen by eye on the bones of OpenSim's models.
_FEATURE_ANGLE_DEG = 80.0
#: Points closer than this share of the mesh's diagonal are one: files with a point per corner shade as facets.
_WELD_TOLERANCE = 1e-6
#: Share of open and of contradicting edges up to which a mesh counts as closed. OpenSim's skull has 0.7 %, its pelvis,
#: which shows holes without its back faces, 8 %.
_FLAWED_EDGES = 0.01
#: Part of the file names: change it with the way of preparing.
_CACHE_FORMAT = "3"
_ARRAYS = ("points", "normals", "triangles")
_VERSIONS = ("moving", "coarse", "shadow")


class MeshError(Exception):
    """A mesh file that holds no surface, or in a format that is not read."""


@dataclass(frozen=True, slots=True)
class ReducedMeshes:
    """What is drawn of one mesh file while moving: the surface, a coarser one for large scenes, what casts a shadow."""

    moving: Mesh
    coarse: Mesh
    shadow: Mesh


def cache_folder() -> Path:
    """Return the folder of cached files: `$XDG_CACHE_HOME/osimviz`, or `~/.cache/osimviz` (not created).

    A user without a home has them in the folder for temporary files.
    """
    root = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(root) if root else Path.home() / ".cache") / "osimviz"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / f"osimviz-{os.getuid()}"


def read_full(bone: BoneMesh) -> Mesh:
    """Read a mesh with all its triangles, from the recording it came with or from its file.

    Raises
    ------
    MeshError
        The file holds no triangles or is of a kind that is not read.
    """
    return _with_normals(_welded(bone))


def read_reduced(bone: BoneMesh) -> ReducedMeshes:
    """Read a mesh in the reduced versions, from the cache where it is there.

    Raises
    ------
    MeshError
        As `read_full`.
    OSError
        The file cannot be opened.
    """
    digest = hashlib.blake2b(_bytes_of(bone), digest_size=16).hexdigest()
    cached = cache_folder() / "meshes" / f"{digest}-{_CACHE_FORMAT}.npz"
    meshes = _load(cached)
    if meshes is None:
        full = _welded(bone)
        moving = _decimated(full, MOVING_SHARE)
        # Reduced from the reduced one: half the time, and an outline has no details to lose.
        coarse = _decimated(moving, COARSE_SHARE / MOVING_SHARE)
        shadow = _decimated(coarse, SHADOW_SHARE / COARSE_SHARE)
        drawn = _with_normals(moving)
        meshes = ReducedMeshes(drawn, _with_normals(coarse, is_closed=drawn.is_closed), _with_normals(shadow))
        _store(cached, meshes)
    return meshes


def _bytes_of(bone: BoneMesh) -> bytes:
    if bone.surface is not None:
        return b"surface" + bone.surface.points.tobytes() + bone.surface.triangles.tobytes()
    return Path(bone.path).read_bytes()


def _source(bone: BoneMesh) -> vtkPolyData:
    if bone.surface is not None:
        return _polydata(bone.surface)
    reader = _reader_for(Path(bone.path).suffix.lower())
    reader.SetFileName(bone.path)
    reader.Update()
    surface: vtkPolyData = reader.GetOutput()
    return surface


def _polydata(surface: BoneSurface) -> vtkPolyData:
    """Return the triangles of a recording as VTK's; copies, for the recording may be closed."""
    points = vtkPoints()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(surface.points, dtype=np.float32), deep=True))
    corners = np.ascontiguousarray(surface.triangles, dtype=np.int64)
    if corners.size and not 0 <= int(corners.min()) <= int(corners.max()) < len(surface.points):
        raise MeshError("its triangles name points that are not there")
    cells = vtkCellArray()
    starts = numpy_to_vtkIdTypeArray(np.arange(0, corners.size + 1, 3, dtype=np.int64), deep=True)
    cells.SetData(starts, numpy_to_vtkIdTypeArray(corners.ravel(), deep=True))
    polydata = vtkPolyData()
    polydata.SetPoints(points)
    polydata.SetPolys(cells)
    return polydata


def _welded(bone: BoneMesh) -> vtkPolyData:
    surface = _source(bone)
    # The file's normals belong to its own points; they are computed again after reducing.
    surface.GetPointData().Initialize()
    weld = vtkCleanPolyData()
    weld.SetInputData(surface)
    weld.SetTolerance(_WELD_TOLERANCE)
    triangulate = vtkTriangleFilter()
    triangulate.SetInputConnection(weld.GetOutputPort())
    triangulate.PassLinesOff()
    triangulate.PassVertsOff()
    triangulate.Update()
    triangles: vtkPolyData = triangulate.GetOutput()
    if triangles.GetNumberOfPolys() == 0:
        raise MeshError("the mesh file holds no surface or is damaged")
    return triangles


def _reader_for(suffix: str) -> "vtkXMLPolyDataReader | vtkSTLReader | vtkOBJReader":
    if suffix == ".vtp":
        return vtkXMLPolyDataReader()
    if suffix in (".stl", ".obj"):
        # Rare in OpenSim models; the time of the import is left to those that need it.
        from vtkmodules.vtkIOGeometry import vtkOBJReader, vtkSTLReader

        return vtkSTLReader() if suffix == ".stl" else vtkOBJReader()
    raise MeshError(f"a mesh file of kind {suffix!r} is not read; .vtp, .stl and .obj are")


def _decimated(surface: vtkPolyData, share: float) -> vtkPolyData:
    decimate = vtkQuadricDecimation()
    decimate.SetInputData(surface)
    decimate.SetTargetReduction(1.0 - share)
    decimate.Update()
    reduced = decimate.GetOutput()
    return reduced if reduced.GetNumberOfPolys() else surface


def _with_normals(surface: vtkPolyData, *, is_closed: bool | None = None) -> Mesh:
    """Return a surface with normals; whether it is closed is found out where it is not told."""
    # After decimation: splitting at sharp edges tears the mesh open.
    normals = vtkPolyDataNormals()
    normals.SetInputData(surface)
    normals.SetFeatureAngle(_FEATURE_ANGLE_DEG)
    normals.SplittingOn()
    normals.ConsistencyOn()
    normals.AutoOrientNormalsOff()
    normals.Update()
    out = normals.GetOutput()
    points = np.array(numpy_view(out.GetPoints().GetData()), dtype=np.float32)
    directions = np.array(numpy_view(out.GetPointData().GetNormals()), dtype=np.float32)
    triangles = np.array(numpy_view(out.GetPolys().GetConnectivityArray()), dtype=np.int32).reshape(-1, 3)
    if is_closed is None:
        is_closed = _is_closed(numpy_view(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3))
    if is_closed and _volume(points, triangles) < 0.0:
        # Inside out: without its back faces nothing but the far side would be seen.
        directions, triangles = -directions, np.ascontiguousarray(triangles[:, ::-1])
    return Mesh(points, directions, triangles, is_closed)


def _is_closed(triangles: NDArray[np.integer]) -> bool:
    """Return whether nearly every edge belongs to two triangles that run along it in opposite directions."""
    start = triangles.ravel().astype(np.int64)
    end = np.roll(triangles, -1, axis=1).ravel().astype(np.int64)
    n_points = int(triangles.max()) + 1
    _, in_triangles = np.unique(np.minimum(start, end) * n_points + np.maximum(start, end), return_counts=True)
    _, in_direction = np.unique(start * n_points + end, return_counts=True)
    n_flawed = int((in_triangles != 2).sum()) + int((in_direction > 1).sum())
    return n_flawed <= _FLAWED_EDGES * len(in_triangles)


def _volume(points: Float32Array, triangles: IndexArray) -> float:
    a, b, c = (points[triangles[:, corner]].astype(float) - points.mean(axis=0) for corner in range(3))
    return float((a * np.cross(b, c)).sum()) / 6.0


def _load(cached: Path) -> ReducedMeshes | None:
    try:
        # NumPy leaves a file that it opened itself open when it is damaged.
        with cached.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            meshes = ReducedMeshes(*(_mesh_in(arrays, name) for name in _VERSIONS))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        log.info("a cached mesh is prepared again: %s (%s)", error, cached)
        return None
    if not all(_is_sound(getattr(meshes, name)) for name in _VERSIONS):
        log.info("a cached mesh is prepared again: its arrays do not fit (%s)", cached)
        return None
    return meshes


def _mesh_in(arrays: Mapping[str, NDArray[Any]], name: str) -> Mesh:
    points, normals, triangles = (arrays[f"{name}_{part}"] for part in _ARRAYS)
    return Mesh(points, normals, triangles, bool(arrays[f"{name}_is_closed"]))


def _is_sound(mesh: Mesh) -> bool:
    n = len(mesh.points)
    return (
        mesh.points.shape == mesh.normals.shape == (n, 3)
        and mesh.triangles.ndim == 2
        and mesh.triangles.shape[1] == 3
        and mesh.triangles.size > 0
        and int(mesh.triangles.min()) >= 0
        and int(mesh.triangles.max()) < n
    )


def _store(cached: Path, meshes: ReducedMeshes) -> None:
    arrays = {
        f"{name}_{part}": getattr(getattr(meshes, name), part) for name in _VERSIONS for part in (*_ARRAYS, "is_closed")
    }
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cached.parent, suffix=".part", delete=False) as file:
            temporary = Path(file.name)
            np.savez(file, **arrays)
        # One rename: another process sees the whole file or none.
        temporary.replace(cached)
    except OSError as error:
        log.info("a prepared mesh could not be kept: %s (%s)", error, cached)
