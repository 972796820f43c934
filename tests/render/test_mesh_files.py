"""Reading bone meshes, and the cache of prepared ones."""

from pathlib import Path

import numpy as np
import pytest

from osimviz.frames import BoneMesh, BoneSurface
from osimviz.render import mesh_files
from osimviz.render.mesh import Mesh, placed
from osimviz.render.mesh_files import MeshError, read_full, read_reduced
from osimviz.render.solids import box
from tests.render.recorded_walk import geometry_folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "osimviz" / "meshes"


@pytest.fixture
def skull() -> str:
    return str(geometry_folder() / "hat_skull.vtp")


def of(path: str) -> BoneMesh:
    return BoneMesh(Path(path).name, path, 0, np.eye(4))


def as_bytes(mesh: Mesh) -> bytes:
    return mesh.points.tobytes() + mesh.normals.tobytes() + mesh.triangles.tobytes()


def test_that_meshes_are_reduced_and_keep_their_place(cache: Path, skull: str) -> None:
    full, reduced = read_full(of(skull)), read_reduced(of(skull))
    assert len(reduced.moving.triangles) == pytest.approx(0.5 * len(full.triangles), rel=0.02)
    assert len(reduced.shadow.triangles) == pytest.approx(0.15 * len(full.triangles), rel=0.05)
    for mesh in (reduced.moving, reduced.shadow):
        assert mesh.points.min(axis=0) == pytest.approx(full.points.min(axis=0), abs=0.005)
        assert mesh.points.max(axis=0) == pytest.approx(full.points.max(axis=0), abs=0.005)
        assert np.linalg.norm(mesh.normals, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_that_shared_points_are_welded(cache: Path) -> None:
    pylon = read_full(of(str(geometry_folder() / "r_pylon.vtp")))
    assert len(pylon.points) < 11014 / 2


def test_that_a_cached_mesh_is_the_same_mesh(cache: Path, skull: str) -> None:
    first = read_reduced(of(skull))
    assert len(list(cache.iterdir())) == 1, "one file, no temporary one left"
    second = read_reduced(of(skull))
    assert as_bytes(first.moving) == as_bytes(second.moving)
    assert as_bytes(first.shadow) == as_bytes(second.shadow)
    assert first.moving.is_closed == second.moving.is_closed


def test_that_the_cache_is_used(cache: Path, skull: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read_reduced(of(skull))

    def unexpected(_path: str) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(mesh_files, "_welded", unexpected)
    read_reduced(of(skull))


def test_that_a_changed_file_is_prepared_again(cache: Path, skull: str, tmp_path: Path) -> None:
    copy = tmp_path / "bone.vtp"
    copy.write_bytes(Path(skull).read_bytes())
    first = read_reduced(of(str(copy)))
    copy.write_bytes((geometry_folder() / "hat_jaw.vtp").read_bytes())
    assert as_bytes(read_reduced(of(str(copy))).moving) != as_bytes(first.moving)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not an archive", b"\x93NUMPY"])
def test_that_a_damaged_cache_is_prepared_again(cache: Path, skull: str, damage: bytes) -> None:
    good = read_reduced(of(skull))
    (file,) = cache.iterdir()
    file.write_bytes(damage)
    assert as_bytes(read_reduced(of(skull)).moving) == as_bytes(good.moving)
    assert file.stat().st_size > 1000, "and the good one is kept"


def test_that_a_cache_with_impossible_triangles_is_prepared_again(cache: Path, skull: str) -> None:
    good = read_reduced(of(skull))
    (file,) = cache.iterdir()
    with np.load(file) as archive:
        arrays = {name: archive[name] for name in archive.files}
    arrays["moving_triangles"] = arrays["moving_triangles"] + 10**6
    np.savez(file, **arrays)
    assert as_bytes(read_reduced(of(skull)).moving) == as_bytes(good.moving)


def test_that_a_cache_that_cannot_be_written_is_done_without(
    skull: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(read_reduced(of(skull)).moving.triangles) > 1000


def test_that_files_of_other_kinds_are_refused(cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "bone.ply"
    file.write_bytes(b"ply")
    with pytest.raises(MeshError, match=r"'\.ply'"):
        read_reduced(of(str(file)))


def test_that_stl_and_obj_meshes_are_read(cache: Path, tmp_path: Path) -> None:
    obj = tmp_path / "plate.obj"
    obj.write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    stl = tmp_path / "plate.STL"
    stl.write_text(
        "solid p\nfacet normal 0 0 1\nouter loop\n"
        "vertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\n"
        "endloop\nendfacet\nendsolid p\n"
    )
    for file in (obj, stl):
        mesh = read_reduced(of(str(file))).moving
        assert mesh.triangles.shape == (1, 3)
        assert np.abs(mesh.normals[:, 2]) == pytest.approx(1.0)


def test_that_closed_bones_are_told_from_open_ones(cache: Path) -> None:
    folder = geometry_folder()
    closed = {name: read_reduced(of(str(folder / name))).moving.is_closed for name in ("femur.vtp", "pelvis.vtp")}
    assert closed == {"femur.vtp": True, "pelvis.vtp": False}


def volume(mesh: Mesh) -> float:
    a, b, c = (mesh.points[mesh.triangles[:, corner]].astype(float) for corner in range(3))
    return float((a * np.cross(b, c)).sum() / 6.0)


def test_that_a_mesh_written_inside_out_is_turned(cache: Path, tmp_path: Path) -> None:
    cube = box(np.zeros(3), np.ones(3))
    obj = tmp_path / "inside_out.obj"
    lines = [f"v {x} {y} {z}" for x, y, z in cube.points]
    lines += [f"f {c + 1} {b + 1} {a + 1}" for a, b, c in cube.triangles]
    obj.write_text("\n".join(lines) + "\n")
    mesh = read_full(of(str(obj)))
    assert mesh.is_closed
    assert volume(mesh) == pytest.approx(1.0)
    assert (mesh.normals * mesh.points).sum(axis=1).min() > 0.0


def test_that_meshes_are_placed_by_scale_turn_and_mirror() -> None:
    cube = box(np.zeros(3), np.ones(3))
    turn = np.array([[0.0, -1, 0, 5], [1, 0, 0, 6], [0, 0, 1, 7], [0, 0, 0, 1]]) @ np.diag([2.0, 1, 3, 1])
    moved = placed([(cube, turn)])
    assert moved.points.min(axis=0) == pytest.approx([4.5, 5.0, 5.5])
    assert moved.points.max(axis=0) == pytest.approx([5.5, 7.0, 8.5])
    assert volume(moved) == pytest.approx(6.0)
    mirrored = placed([(cube, np.diag([1.0, 1.0, -1.0, 1.0])), (cube, np.eye(4))])
    assert volume(mirrored) == pytest.approx(2.0), "outside stays outside"
    assert (mirrored.normals * mirrored.points).sum(axis=1).min() > 0.0


def test_that_the_surface_a_recording_carries_goes_before_the_file(cache: Path) -> None:
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], dtype=np.int32)
    bone = BoneMesh("pyramid.vtp", "/nowhere/pyramid.vtp", 0, np.eye(4), BoneSurface(corners, faces))
    mesh = read_full(bone)
    assert len(mesh.triangles) == 4
    np.testing.assert_allclose(sorted(map(tuple, np.unique(mesh.points, axis=0))), sorted(map(tuple, corners)))
    assert len(read_reduced(bone).moving.triangles) > 0


def test_that_a_surface_with_corners_that_are_not_there_is_refused() -> None:
    surface = BoneSurface(np.zeros((3, 3), dtype=np.float32), np.array([[0, 1, 9]], dtype=np.int32))
    with pytest.raises(MeshError, match="not there"):
        read_full(BoneMesh("broken.vtp", "", 0, np.eye(4), surface))
