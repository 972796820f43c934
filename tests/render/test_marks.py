"""Marks, solids, outlines and levels, measured on pixels."""

from dataclasses import replace

import numpy as np
import pytest

from osimviz.frames import Frame, JointLimit, ModelGeometry, Solid
from osimviz.palette import load_palette
from osimviz.render.follower import Follower
from osimviz.render.options import SceneOptions
from osimviz.render.picking import Picked
from osimviz.render.scene import Scene
from osimviz.scenery import Scenery
from osimviz.view_choices import LAYERS, M_PER_M_S, Layer
from tests.render.pixel_measures import BARE, centroid, changed, drawn, near
from tests.render.recorded_walk import with_activation

PALETTE = load_palette("dark")


def showing(*layers: Layer) -> SceneOptions:
    return replace(BARE, layers=frozenset(layers))


def added(scene: Scene, frame: Frame, *layers: Layer, scenery: Scenery = Scenery()) -> np.ndarray:  # noqa: B008
    """Return where the picture differs with some layers from the one without."""
    before = drawn(scene, frame)
    scene.show(frame, showing(*layers), scenery=scenery)
    return changed(scene.render()[::-1, :, :3].astype(int), before)


def test_that_the_target_arrow_points_where_the_velocity_leads(scene: Scene, frames: list[Frame]) -> None:
    scene.set_view("top")
    frame = replace(frames[0], target_velocity=np.array([1.0, 0.0, -1.0]))
    start = frame.centre_of_mass_m * np.array([1, 0, 1])
    middle_m = start + 0.5 * M_PER_M_S * frame.target_velocity
    arrow = added(scene, frame, "target")
    assert arrow.sum() > 30
    assert centroid(arrow) == pytest.approx(scene.world_to_pixel(middle_m[None])[0], abs=6)
    assert added(scene, frames[0], "target").sum() == 0, "a frame without a target has no arrow"


def test_that_trails_and_field_lie_where_the_scenery_says(scene: Scene, frames: list[Frame]) -> None:
    scene.set_view("top")
    line = np.array([[-0.8, 0.1, 0.9], [0.0, 0.1, 0.9], [0.8, 0.1, 0.9]])
    trail = added(scene, frames[0], "trails", scenery=Scenery((line,), ("pelvis",)))
    _, columns = np.nonzero(trail)
    ends = scene.world_to_pixel(line[[0, 2]])
    assert columns.min() >= ends[:, 0].min() - 4
    assert columns.max() == pytest.approx(ends[:, 0].max(), abs=4)
    place = np.array([[0.9, 0.0, -0.9]])
    field = Scenery(field_places_m=place, field_velocities=np.array([[1.0, 0.0, 0.0]]))
    arrow = added(scene, frames[0], "target_field", scenery=field)
    assert centroid(arrow) == pytest.approx(scene.world_to_pixel(place)[0], abs=6)


def test_that_the_extrapolated_centre_is_marked_on_the_floor(scene: Scene, frames: list[Frame]) -> None:
    scene.set_view("top")
    velocity = np.array([0.0, 0.0, 2.5])
    mark = added(scene, replace(frames[0], centre_of_mass_velocity=velocity), "extrapolated_centre")
    com = frames[0].centre_of_mass_m
    place = np.array([[com[0], 0.0, com[2] + 2.5 * np.sqrt(com[1] / 9.80665)]])
    x, y = np.rint(scene.world_to_pixel(place)[0]).astype(int)
    assert mark[y - 2 : y + 3, x - 2 : x + 3].mean() > 0.8


def test_that_a_joint_limit_is_drawn_only_while_it_acts(geometry: ModelGeometry, frames: list[Frame]) -> None:
    knee = geometry.body_names.index("tibia_r")
    axis = np.array([0.0, 0.0, 1.0])
    limit = JointLimit("knee", 0, 0.0, -2.0, 100.0, 100.0, 0.1, 0.0, knee, np.zeros(3), knee, axis)
    scene = Scene(640, 360, PALETTE)
    scene.build(replace(geometry, joint_limits=(limit,)))
    scene.set_view("right")
    acting = replace(frames[0], coordinates=np.array([0.5]), speeds=np.zeros(1))
    arc = added(scene, acting, "joint_limits")
    place = scene.world_to_pixel(frames[0].body_positions_m[knee][None])[0]
    assert arc.sum() > 20
    assert np.abs(centroid(arc) - place).max() < 12
    resting = replace(frames[0], coordinates=np.array([-1.0]), speeds=np.zeros(1))
    assert added(scene, resting, "joint_limits").sum() == 0
    scene.close()


def solid_at(place: tuple[float, float, float], *, is_contact: bool = False, body: int = -1) -> Solid:
    matrix = np.diag([0.15, 0.15, 0.15, 1.0])
    matrix[:3, 3] = place
    return Solid("ball", "sphere", body, matrix, (0.9, 0.1, 0.1), is_contact=is_contact)


def test_that_a_solid_of_the_model_is_drawn_and_picked(geometry: ModelGeometry, frames: list[Frame]) -> None:
    scene = Scene(640, 360, PALETTE)
    scene.build(replace(geometry, solids=(solid_at((0.7, 0.6, 0.0)),)))
    scene.set_view("right")
    picture = drawn(scene, frames[0])
    x, y = np.rint(scene.world_to_pixel(np.array([[0.7, 0.6, 0.0]]))[0]).astype(int)
    red, green, blue = picture[y, x]
    assert red > 2 * max(green, blue)
    picked = scene.pick(x, y)
    assert picked is not None
    assert picked.name == "ball"
    scene.close()


def test_that_contact_shapes_are_drawn_on_demand_and_let_bones_through(
    geometry: ModelGeometry, frames: list[Frame]
) -> None:
    foot = geometry.body_names.index("calcn_r")
    scene = Scene(640, 360, PALETTE)
    scene.build(replace(geometry, solids=(solid_at((0.1, 0.0, 0.0), is_contact=True, body=foot),)))
    scene.set_view("feet")
    with_shape = added(scene, frames[0], "contact_geometry")
    assert with_shape.sum() > 300
    plain, shaped = drawn(scene, frames[0]), drawn(scene, frames[0], showing("contact_geometry"))
    spread = [part[with_shape].std() for part in (plain, shaped)]
    assert spread[1] > 0.3 * spread[0], "what is behind is still seen"
    assert added(scene, frames[0], "contact_points", "base_of_support").sum() > 10
    scene.close()


def test_that_tendons_are_told_apart_from_red_bellies(scene: Scene, frames: list[Frame]) -> None:
    active = with_activation(frames[5], 1.0)
    whole = added(scene, active, "muscles")
    picture = drawn(scene, active, showing("muscles"))
    parted = drawn(scene, active, showing("muscles", "tendons"))

    def n_red(image: np.ndarray) -> int:
        return int(((image[..., 0] > 140) & (image[..., 1] < 60) & (image[..., 2] < 60)).sum())

    assert n_red(parted) < 0.75 * n_red(picture)
    assert n_red(parted) > 50
    assert whole.sum() > 0


def test_that_what_is_picked_gets_an_outline_until_it_is_not(scene: Scene, frames: list[Frame]) -> None:
    scene.set_view("right")
    plain = drawn(scene, frames[5], showing("muscles"))
    for kind, index in (("muscle", 4), ("bone", 3)):
        scene.highlight(Picked(kind, "", index, (0.0, 0.0, 0.0)))  # type: ignore[arg-type]
        outlined = drawn(scene, frames[5], showing("muscles"))
        new = changed(outlined, plain)
        assert near(outlined, PALETTE.rgb("accent"), 40)[new].sum() > 30
    scene.highlight(None)
    assert np.array_equal(drawn(scene, frames[5], showing("muscles")), plain)


def test_that_every_layer_can_be_shown_in_both_themes(scene: Scene, frames: list[Frame]) -> None:
    for theme in ("dark", "light"):
        scene.set_palette(load_palette(theme))  # type: ignore[arg-type]
        for layer in LAYERS:
            drawn(scene, frames[5], showing(layer))


def test_that_the_high_level_smooths_moving_pictures_and_darkens_hollows(scene: Scene, frames: list[Frame]) -> None:
    low = drawn(scene, frames[3])
    scene.set_level("high")
    high = drawn(scene, frames[3])
    figure = changed(
        low, drawn(scene, replace(frames[3], body_positions_m=np.full_like(frames[3].body_positions_m, np.nan)))
    )
    assert high[figure].mean() < low[figure].mean()
    assert len(np.unique(high.reshape(-1, 3), axis=0)) > len(np.unique(low.reshape(-1, 3), axis=0))
    scene.set_level("low")
    assert np.array_equal(drawn(scene, frames[3]), low)


def test_that_fit_brings_everything_into_the_picture(scene: Scene, frames: list[Frame]) -> None:
    scene.show(frames[0], BARE)
    scene.camera.zoom(20)
    scene.fit()
    corners = frames[0].body_positions_m
    x, y = scene.world_to_pixel(corners).T
    assert (x > 0).all()
    assert (x < 640).all()
    assert (y > 0).all()
    assert (y < 360).all()


def test_that_a_stored_pose_brings_the_same_picture_back(scene: Scene, frames: list[Frame]) -> None:
    scene.camera.orbit(40, 12)
    scene.camera.pan(15, -8)
    first = drawn(scene, frames[0])
    pose = scene.camera.pose
    scene.set_view("top")
    assert changed(drawn(scene, frames[0]), first).any()
    scene.camera.set_pose(pose)
    assert np.array_equal(drawn(scene, frames[0]), first)
    for broken in ((1.0,), (np.nan,) * 6):
        with pytest.raises(ValueError, match="pose"):
            scene.camera.set_pose(broken)


def test_that_a_steady_walk_is_followed_without_lag_and_its_sway_is_not() -> None:
    follower = Follower()
    time_s = np.arange(200) * 0.01
    steady = np.stack([1.4 * time_s, 0.0 * time_s], axis=1)
    sway = steady + np.stack([0.0 * time_s, 0.02 * np.sin(2 * np.pi * 4.0 * time_s)], axis=1)
    reached = np.array([follower.reach(float(t), place) for t, place in zip(time_s, sway, strict=True)])
    assert np.abs(reached[100:, 0] - steady[100:, 0]).max() < 0.01
    assert np.abs(reached[100:, 1]).max() < 0.014


def test_that_a_leap_is_no_motion() -> None:
    follower = Follower()
    follower.reach(0.0, np.zeros(2))
    assert follower.reach(0.01, np.array([5.0, 0.0])) == pytest.approx([5.0, 0.0])
    assert follower.reach(3.0, np.array([5.1, 0.0])) == pytest.approx([5.1, 0.0])
    assert follower.reach(1.0, np.array([2.0, 0.0])) == pytest.approx([2.0, 0.0]), "backwards in time, too"
