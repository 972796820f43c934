"""Bone meshes as arrays, read without VTK and compared with VTK."""

import os
from pathlib import Path

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkFiltersCore import vtkMassProperties, vtkTriangleFilter
from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

from osimviz.envs.models import geometry_folder
from osimviz.frames import BoneSurface
from osimviz.recording.mesh_arrays import MOST_TRIANGLES, MeshFileError, read_surface


def area(surface: BoneSurface) -> float:
    a, b, c = (surface.points[surface.triangles[:, corner]].astype(float) for corner in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


@pytest.mark.parametrize("name", ["femur_r.vtp", "sacrum.vtp", "r_pros_foot.vtp", "hat_skull.vtp", "r_pylon.vtp"])
def test_that_a_bone_is_the_one_vtk_reads(name: str) -> None:
    path = next(path for path in (geometry_folder() / name, geometry_folder() / "femur.vtp") if path.exists())
    reader = vtkXMLPolyDataReader()
    reader.SetFileName(str(path))
    triangles = vtkTriangleFilter()
    triangles.SetInputConnection(reader.GetOutputPort())
    measure = vtkMassProperties()
    measure.SetInputConnection(triangles.GetOutputPort())
    measure.Update()
    points = vtk_to_numpy(triangles.GetOutput().GetPoints().GetData())
    surface = read_surface(path)
    assert surface.points.dtype == np.float32
    assert surface.triangles.dtype == np.int32
    assert len(surface.triangles) <= MOST_TRIANGLES
    assert area(surface) == pytest.approx(measure.GetSurfaceArea(), rel=0.02)
    np.testing.assert_allclose(surface.points.min(axis=0), points.min(axis=0), atol=1e-3)
    np.testing.assert_allclose(surface.points.max(axis=0), points.max(axis=0), atol=1e-3)


def test_that_polygons_and_strips_become_triangles_that_face_the_same_way(tmp_path: Path) -> None:
    points = "0 0 0 1 0 0 1 1 0 0 1 0 0 2 0 1 2 0"

    def piece(kind: str, corners: str, offsets: str) -> str:
        arrays = "".join(
            f'<DataArray Name="{name}" format="ascii">{numbers}</DataArray>'
            for name, numbers in (("connectivity", corners), ("offsets", offsets))
        )
        places = f'<Points><DataArray format="ascii">{points}</DataArray></Points>'
        return f"<VTKFile><PolyData><Piece>{places}<{kind}>{arrays}</{kind}></Piece></PolyData></VTKFile>"

    for name, text in (
        ("fan", piece("Polys", "0 1 2 3 3 2 5 4", "4 8")),
        ("strip", piece("Strips", "0 1 3 2 4 5", "6")),
    ):
        path = tmp_path / f"{name}.vtp"
        path.write_text(text)
        surface = read_surface(path)
        a, b, c = (surface.points[surface.triangles[:, corner]] for corner in range(3))
        assert len(surface.triangles) == 4
        assert (np.cross(b - a, c - a)[:, 2] > 0).all()
        assert area(surface) == pytest.approx(2.0)


def test_that_obj_and_both_kinds_of_stl_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_text("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvn 0 0 1\nf 1//1 2//1 3//1 -1//1\n")
    facets = [((0, 0, 0), (1, 0, 0), (1, 1, 0)), ((0, 0, 0), (1, 1, 0), (0, 1, 0))]
    lines = "".join("".join(f"vertex {x} {y} {z}\n" for x, y, z in facet) for facet in facets)
    (tmp_path / "b.stl").write_text(f"solid x\n{lines}endsolid\n")
    record = np.zeros(2, dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    record["corners"] = facets
    (tmp_path / "c.stl").write_bytes(bytes(80) + (2).to_bytes(4, "little") + record.tobytes())
    for name in ("a.obj", "b.stl", "c.stl"):
        surface = read_surface(tmp_path / name)
        assert (len(surface.points), len(surface.triangles)) == (4, 2), name
        assert area(surface) == pytest.approx(1.0)


def test_that_a_large_scan_is_thinned_out_and_keeps_its_shape(tmp_path: Path) -> None:
    n = 120
    u, v = np.meshgrid(np.linspace(0, np.pi, n), np.linspace(0, 2 * np.pi, n), indexing="ij")
    ball = np.stack([np.sin(u) * np.cos(v), np.sin(u) * np.sin(v), np.cos(u)], axis=-1).reshape(-1, 3)
    corner = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel() + 1
    faces = np.concatenate(
        [np.stack([corner, corner + n, corner + 1], 1), np.stack([corner + 1, corner + n, corner + n + 1], 1)]
    )
    lines = [*(f"v {x} {y} {z}" for x, y, z in ball), *(f"f {a} {b} {c}" for a, b, c in faces)]
    (tmp_path / "ball.obj").write_text("\n".join(lines))
    surface = read_surface(tmp_path / "ball.obj")
    assert 1000 < len(surface.triangles) <= MOST_TRIANGLES < len(faces)
    assert area(surface) == pytest.approx(4 * np.pi, rel=0.03)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.vtp", "nothing", "damaged"),
        ("b.vtp", "<VTKFile/>", "holds no PolyData"),
        ("c.obj", "v 0 0 0\nf 1 2 3\n", "no sound surface"),
        ("d.stl", "", "no sound surface"),
        ("e.ply", "", "is not read"),
        ("f.vtp", '<V><Piece><Points><DataArray format="binary">AA</DataArray></Points></Piece></V>', "binary"),
        ("g.obj", "v 0 0 x\n", "damaged"),
    ],
)
def test_that_a_mesh_that_cannot_be_read_says_why(tmp_path: Path, name: str, text: str, why: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(MeshFileError, match=why):
        read_surface(tmp_path / name)


def test_that_a_mesh_is_read_once_while_its_file_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bone.obj"
    path.write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    surface = read_surface(path)
    assert read_surface(path) is surface
    with pytest.raises(ValueError, match="read-only"):
        surface.points[0] = 1.0
    path.write_text("v 0 0 0\nv 2 0 0\nv 0 2 0\nf 1 2 3\n")
    # Of the same length, and within the moment that file systems tell apart.
    os.utime(path, ns=(0, 1))
    assert read_surface(path).points.max() == 2.0
