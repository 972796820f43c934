"""From ragged paths to tubes, without drawing."""

import numpy as np
import pytest

from osimviz.render import muscle_shape as shape


def test_that_centre_lines_run_from_attachment_to_attachment() -> None:
    points = np.array([[0.0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 2, 1], [0, 3, 1]])
    line = shape.centre_lines(points, np.array([2, 3]))
    assert line.shape == (2, shape.N_STATIONS, 3)
    assert line[:, 0] == pytest.approx(points[[0, 2]])
    assert line[:, -1] == pytest.approx(points[[1, 4]])


def test_that_stations_are_even_along_a_straight_path_whatever_its_points() -> None:
    points = np.array([[0.0, 0, 0], [0.9, 0, 0], [0.9, 0, 0], [1, 0, 0]])
    line = shape.centre_lines(points, np.array([4]))
    assert line[0, :, 0] == pytest.approx(np.linspace(0.0, 1.0, shape.N_STATIONS), abs=1e-12)


def test_that_stations_stay_near_the_path() -> None:
    points = np.array([[0.0, 0, 0], [0.2, 0, 0], [0.2, 0.3, 0]])
    line = shape.centre_lines(points, np.array([3]))[0]
    beside = np.minimum(
        np.where(line[:, 0] <= 0.2, np.abs(line[:, 1]), np.inf),
        np.where(line[:, 1] >= 0, np.abs(line[:, 0] - 0.2), np.inf),
    )
    assert beside.max() < 0.01


def test_that_unusable_paths_are_nan_and_the_others_are_not() -> None:
    points = np.array([[0.0, 0, 0], [0.0, 0, 1], [1, np.nan, 0], [1, 1, 1], [2, 0, 0]])
    line = shape.centre_lines(points, np.array([2, 2, 1, 0]))
    assert np.isfinite(line[0]).all()
    assert np.isnan(line[1:]).all()


def test_that_a_path_of_one_place_gives_no_garbage() -> None:
    line = shape.centre_lines(np.zeros((2, 3)), np.array([2]))
    normal, binormal = shape.frames_along(line)
    assert np.isfinite(line).all()
    assert np.isfinite(normal).all()
    assert np.isfinite(binormal).all()


def test_that_counts_must_add_up() -> None:
    with pytest.raises(ValueError, match="add up to 5"):
        shape.centre_lines(np.zeros((4, 3)), np.array([2, 3]))


def test_that_normals_are_square_to_the_path_and_do_not_twist() -> None:
    angle = np.linspace(0.0, np.pi, 40)
    bent = np.stack([np.cos(angle), np.sin(angle), 0.2 * angle], axis=1)
    line = shape.centre_lines(bent, np.array([40]))
    normal, binormal = shape.frames_along(line)
    tangent = np.gradient(line[0], axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    assert np.linalg.norm(normal, axis=2) == pytest.approx(1.0)
    assert np.abs((normal * binormal).sum(axis=2)).max() < 1e-9
    assert np.abs((normal[0] * tangent).sum(axis=1)).max() < 0.02
    assert (normal[0, 1:] * normal[0, :-1]).sum(axis=1).min() > 0.95


def test_that_a_path_along_all_axes_has_sound_normals_everywhere() -> None:
    corners = np.array([[0.0, 0, 0], [0.3, 0, 0], [0.3, 0.3, 0], [0.3, 0.3, 0.3]])
    straight = np.array([[0.0, 0, 0], [0.1, 0.1, 0], [0.2, 0.2, 0], [0.3, 0.3, 0]])
    line = shape.centre_lines(np.concatenate([corners, straight]), np.array([4, 4]))
    normal, binormal = shape.frames_along(line)
    along = line[:, 2:] - line[:, :-2]
    for across in (normal, binormal):
        assert np.linalg.norm(across, axis=2) == pytest.approx(1.0)
        assert (across[:, 1:-1] * along).sum(axis=2) == pytest.approx(0.0, abs=1e-12)
    assert (normal[:, 1:] * normal[:, :-1]).sum(axis=2).min() > 0.5


def test_that_stronger_and_more_active_muscles_are_thicker() -> None:
    belly = shape.belly_radii(np.array([100.0, 3000.0]))
    assert belly[1] > 1.5 * belly[0]
    idle, active = (shape.radii(belly, np.full(2, a)).max(axis=1) for a in (0.0, 1.0))
    assert active / idle == pytest.approx(1.35)
    assert np.isfinite(shape.radii(belly, np.array([np.nan, 0.5]))).all()
    assert np.isfinite(shape.belly_radii(np.zeros(2))).all()


def test_that_tendons_are_thinner_than_bellies() -> None:
    radius = shape.profile()
    assert radius.max() == pytest.approx(1.0, abs=0.02)
    assert radius[1] < 0.6
    assert radius[0] < radius[1]


def test_that_tubes_are_closed_and_face_outwards() -> None:
    triangles = shape.tube_triangles(2)
    assert triangles.max() == 2 * shape.N_STATIONS * shape.N_SIDES - 1
    directed = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    assert len(np.unique(directed, axis=0)) == len(directed)
    assert set(map(tuple, directed)) == set(map(tuple, directed[:, ::-1])), "every edge has its neighbour"
    line = shape.centre_lines(np.array([[0.0, 0, 0], [0, 1, 0]]), np.array([2]))
    normal, binormal = shape.frames_along(line)
    angle = np.arange(shape.N_SIDES) * 2.0 * np.pi / shape.N_SIDES
    outward = np.cos(angle)[:, None] * normal[:, :, None] + np.sin(angle)[:, None] * binormal[:, :, None]
    points = (line[:, :, None] + 0.1 * outward).reshape(-1, 3) - [0.0, 0.5, 0.0]
    a, b, c = (points[shape.tube_triangles(1)[:, corner]] for corner in range(3))
    volume = (a * np.cross(b, c)).sum() / 6.0
    assert volume == pytest.approx(np.pi * 0.01, rel=0.1)
