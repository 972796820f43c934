"""The orbit camera: what the user's hand does, and what it may not."""

import numpy as np
import pytest

from osimviz.render.camera import VIEW_NAMES, Camera


@pytest.fixture
def camera() -> Camera:
    camera = Camera()
    camera.set_viewport(1280, 720)
    return camera


def test_that_the_default_view_is_the_designed_one(camera: Camera) -> None:
    assert camera.focal_point_m == pytest.approx([0.0, 0.88, 0.0])
    assert camera.position_m - camera.focal_point_m == pytest.approx([1.75, 0.42, 2.75], abs=0.01)


@pytest.mark.parametrize("name", VIEW_NAMES)
def test_that_every_view_looks_at_the_model_from_above_the_floor(camera: Camera, name: str) -> None:
    camera.follow(3.0, -2.0)
    camera.set_view(name)
    assert camera.position_m[1] > 0.0
    assert camera.focal_point_m[[0, 2]] == pytest.approx([3.0, -2.0])
    assert camera.world_to_pixel(camera.focal_point_m) == pytest.approx(np.array([[640.0, 360.0]]))


def test_that_side_views_show_the_side_they_name(camera: Camera) -> None:
    directions = {}
    for name in ("right", "left", "front", "back", "top"):
        camera.set_view(name)
        directions[name] = camera.position_m - camera.focal_point_m
    assert directions["right"][2] > 3.0
    assert directions["left"][2] < -3.0
    assert directions["front"][0] > 3.0
    assert directions["back"][0] < -3.0
    assert directions["top"][1] > 3.0


def test_that_forward_is_to_the_right_in_the_right_view_and_from_above(camera: Camera) -> None:
    for name in ("right", "top"):
        camera.set_view(name)
        behind, ahead = camera.world_to_pixel(np.array([[-0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]))
        assert ahead[0] > behind[0] + 100.0


def test_that_an_unknown_view_is_refused_with_the_known_ones(camera: Camera) -> None:
    with pytest.raises(ValueError, match="three-quarter"):
        camera.set_view("below")  # type: ignore[arg-type]


def test_that_dragging_turns_the_near_side_with_the_pointer(camera: Camera) -> None:
    near_m = camera.focal_point_m + 0.2 * (camera.position_m - camera.focal_point_m)
    before = camera.world_to_pixel(near_m)[0]
    camera.orbit(40.0, 25.0)
    after = camera.world_to_pixel(near_m)[0]
    assert after[0] > before[0] + 5.0
    assert after[1] > before[1] + 5.0


def test_that_orbiting_never_goes_under_the_floor_or_over_the_top(camera: Camera) -> None:
    for dy_px in (-5000.0, 9000.0, -300.0, -9000.0):
        camera.orbit(123.0, dy_px)
        assert camera.position_m[1] >= 0.05
        assert abs(camera.elevation_rad) <= 0.5 * np.pi
        assert camera.right @ camera.up == pytest.approx(0.0, abs=1e-12)
        assert camera.right[1] == 0.0, "the horizon stays level"


def test_that_zooming_and_panning_keep_the_camera_above_the_floor(camera: Camera) -> None:
    camera.orbit(0.0, -5000.0)
    camera.zoom(-50.0)
    assert camera.position_m[1] >= 0.05
    camera.zoom(200.0)
    camera.pan(0.0, -100000.0)
    assert camera.focal_point_m[1] >= 0.0
    assert camera.position_m[1] >= 0.05


def test_that_a_wheel_step_back_undoes_one_forward(camera: Camera) -> None:
    before = camera.distance_m
    camera.zoom(3)
    assert camera.distance_m < before
    camera.zoom(-3)
    assert camera.distance_m == pytest.approx(before)


def test_that_panning_keeps_the_focal_point_under_the_pointer(camera: Camera) -> None:
    point = camera.focal_point_m.copy()
    camera.pan(60.0, -35.0)
    assert camera.world_to_pixel(point)[0] == pytest.approx([700.0, 325.0], abs=0.01)


def test_that_following_keeps_the_users_view(camera: Camera) -> None:
    camera.orbit(200.0, 30.0)
    camera.pan(30.0, 20.0)
    offset = camera.position_m.copy()
    camera.follow(2.5, -1.0)
    assert camera.position_m - offset == pytest.approx([2.5, 0.0, -1.0])
    camera.follow(float("nan"), 0.0)
    assert camera.position_m - offset == pytest.approx([2.5, 0.0, -1.0])


def test_that_points_behind_the_camera_have_no_pixel(camera: Camera) -> None:
    behind = 2.0 * camera.position_m - camera.focal_point_m
    pixels = camera.world_to_pixel(np.array([behind, camera.focal_point_m]))
    assert np.isnan(pixels[0]).all()
    assert np.isfinite(pixels[1]).all()


def test_that_rays_go_through_the_pixels_of_their_points(camera: Camera) -> None:
    point = np.array([0.3, 1.2, -0.4])
    x_px, y_px = camera.world_to_pixel(point)[0]
    towards = point - camera.position_m
    assert camera.ray_through(x_px, y_px) == pytest.approx(towards / np.linalg.norm(towards))


def test_that_a_like_model_keeps_the_view_and_another_gets_its_own(camera: Camera) -> None:
    camera.orbit(100.0, 0.0)
    turned = camera.azimuth_rad
    camera.frame_model(np.array([0.0, 0.88, 0.0]), 1.8)
    assert camera.azimuth_rad == turned
    camera.frame_model(np.array([0.0, 0.5, 0.0]), 0.9)
    assert camera.azimuth_rad != turned
    assert camera.distance_m == pytest.approx(0.5 * 3.2865)
