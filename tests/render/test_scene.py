"""What a frame looks like, measured on pixels."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from osimviz.frames import Frame, ModelGeometry, Solid
from osimviz.palette import load_palette
from osimviz.render.force_labels import force_labels
from osimviz.render.forces import arrow_ends
from osimviz.render.options import Ghost, SceneOptions
from osimviz.render.scene import Scene
from osimviz.render.shadow import on_floor, shade_of
from osimviz.view_choices import LAYERS
from tests.render.pixel_measures import BARE, centroid, changed, drawn, near
from tests.render.recorded_walk import moved, with_activation

MUSCLES = replace(BARE, layers=frozenset({"muscles"}))
FORCES = replace(BARE, layers=frozenset({"ground_reaction"}))
SHADOW = replace(BARE, layers=frozenset({"shadow"}))


def muscle_pixels(scene: Scene, frame: Frame, options: SceneOptions = MUSCLES) -> np.ndarray:
    picture = drawn(scene, frame, options)
    return picture[changed(picture, drawn(scene, frame, replace(options, layers=options.layers - {"muscles"})))]


def test_that_active_muscles_are_red_and_idle_ones_blue(scene: Scene, frames: list[Frame]) -> None:
    red = np.median(muscle_pixels(scene, with_activation(frames[5], 1.0)), axis=0)
    blue = np.median(muscle_pixels(scene, with_activation(frames[5], 0.02)), axis=0)
    assert red[0] > 160
    assert red[2] < 40
    assert blue[2] > 160
    assert blue[0] < 40


def test_that_the_lit_side_of_a_muscle_has_the_maps_full_colour(scene: Scene, frames: list[Frame]) -> None:
    assert muscle_pixels(scene, with_activation(frames[5], 1.0))[:, 0].max() == 255


def test_that_the_colour_source_is_what_colours_muscles(scene: Scene, frames: list[Frame]) -> None:
    n_muscles = len(frames[5].activation)
    frame = replace(
        frames[5],
        activation=np.zeros(n_muscles),
        excitation=np.ones(n_muscles),
        action=np.full(n_muscles, np.nan),
        fiber_force_n=np.zeros(n_muscles),
    )
    excitation = np.median(muscle_pixels(scene, frame, replace(MUSCLES, colour_source="excitation")), axis=0)
    force = np.median(muscle_pixels(scene, frame, replace(MUSCLES, colour_source="fiber_force")), axis=0)
    action = np.median(muscle_pixels(scene, frame, replace(MUSCLES, colour_source="action")), axis=0)
    assert excitation[0] > 160 > excitation[2]
    assert force[2] > 160 > force[0]
    assert np.ptp(action) < 25, "a missing value is grey"


def test_that_actions_find_their_muscles_by_name(geometry: ModelGeometry, frames: list[Frame]) -> None:
    scene = Scene(320, 180, load_palette("dark"))
    scene.build(geometry, action_names=geometry.muscle_names[::-1])
    n_muscles = len(geometry.muscle_names)
    action = np.linspace(0.0, 1.0, n_muscles)
    scene.show(replace(frames[5], action=action), replace(MUSCLES, colour_source="action"))
    assert scene._muscles is not None
    first_vertices = scene._muscles.surface.colours.reshape(n_muscles, -1, 3)[:, 0]
    assert np.array_equal(first_vertices[:, 0], np.rint(255.0 * action[::-1]))
    scene.close()


def test_that_the_colour_blind_safe_map_is_used_when_chosen(scene: Scene, frames: list[Frame]) -> None:
    yellow = np.median(
        muscle_pixels(scene, with_activation(frames[5], 1.0), replace(MUSCLES, map_name="colour-blind safe")), axis=0
    )
    assert yellow[0] > 160
    assert yellow[1] > 130


def test_that_the_figure_moves_with_its_bodies(scene: Scene, frames: list[Frame]) -> None:
    scene.set_view("right")
    empty = drawn(scene, hidden(frames[0]), replace(BARE, follow=False))
    here = drawn(scene, frames[0], replace(BARE, follow=False))
    there = drawn(scene, moved(frames[0], np.array([0.3, 0.0, 0.0])), replace(BARE, follow=False))
    shift_px = centroid(changed(there, empty)) - centroid(changed(here, empty))
    expected_px = 0.3 / scene.camera.m_per_px_at(scene.camera.distance_m)
    assert shift_px[0] == pytest.approx(expected_px, rel=0.1)
    assert abs(shift_px[1]) < 2.0


def test_that_a_followed_figure_keeps_its_place(scene: Scene, frames: list[Frame]) -> None:
    # A whole number of checker periods, so that the floor under it looks the same too.
    offset = np.array([1.5, 0.0, -1.0])
    assert not changed(drawn(scene, frames[0]), drawn(scene, moved(frames[0], offset))).any()


def test_that_the_checker_stands_still_while_the_camera_follows(scene: Scene, frames: list[Frame]) -> None:
    scene.set_view("top")
    before = drawn(scene, hidden(frames[0], but_followed=True))
    after = drawn(scene, moved(hidden(frames[0], but_followed=True), np.array([0.25, 0.0, 0.0])))
    tile = changed(before, after, by=4)
    assert tile[120:240, 200:440].mean() > 0.6, "one tile on, dark and light change places under the camera"


def hidden(frame: Frame, *, but_followed: bool = False) -> Frame:
    """Return the frame with every body unknown; where the followed one is, may stay known."""
    positions = np.full_like(frame.body_positions_m, np.nan)
    if but_followed:
        positions[0] = frame.body_positions_m[0]
    quaternions = np.full_like(frame.body_quaternions, np.nan)
    return replace(frame, body_positions_m=positions, body_quaternions=quaternions)


def test_that_a_view_shows_the_model_where_it_is_though_not_followed(scene: Scene, frames: list[Frame]) -> None:
    far = moved(frames[0], np.array([4.0, 0.0, 1.0]))
    still = replace(BARE, follow=False)
    drawn(scene, far, still)
    scene.set_view("right")
    assert changed(drawn(scene, far, still), drawn(scene, hidden(far), still)).sum() > 500


def test_that_every_side_of_the_figure_is_lit_alike(scene: Scene, frames: list[Frame]) -> None:
    colours = []
    for view in ("right", "left", "back"):
        scene.set_view(view)
        bones = drawn(scene, frames[0])
        colours.append(np.median(bones[changed(bones, drawn(scene, hidden(frames[0])), by=40)], axis=0))
    assert np.ptp(colours, axis=0).max() < 25


def test_that_the_horizon_is_level_and_has_its_colour(scene: Scene, frames: list[Frame]) -> None:
    palette = load_palette("dark")
    scene.camera.elevation_rad = 0.0
    picture = drawn(scene, hidden(frames[0]))
    assert near(picture[179:181], palette.rgb("horizon"), within=2).all()
    assert np.ptp(picture[100:180], axis=1).max() <= 3, "a row of sky near the horizon has one colour"
    assert np.abs(picture[:150] - picture[:150, ::-1]).max() <= 3, "the sky is the same on both sides"
    assert picture[0].mean() < picture[150].mean(), "a dark sky darkens upwards"
    floor = picture[300:, :, 0]
    assert floor.std() > 3.0, "the checker is seen"


def test_that_pictures_are_upright(scene: Scene, frames: list[Frame], geometry: ModelGeometry) -> None:
    empty = drawn(scene, hidden(frames[0]))
    picture = drawn(scene, frames[0])
    rows = np.nonzero(changed(picture, empty).any(axis=1))[0]
    feet = frames[0].body_positions_m[geometry.body_names.index("calcn_r")]
    pelvis = frames[0].body_positions_m[geometry.body_names.index("pelvis")]
    pelvis_y, feet_y = scene.world_to_pixel(np.array([pelvis, feet]))[:, 1]
    assert rows.min() < pelvis_y < feet_y <= rows.max() + 2
    file = scene.picture(640, 360).astype(int)
    assert np.abs(file - picture).mean() < np.abs(file[::-1] - picture).mean() / 3.0


def test_that_projected_points_meet_the_pixels_drawn(scene: Scene, frames: list[Frame]) -> None:
    scene.resize(641, 397)
    options = replace(BARE, layers=frozenset({"centre_of_mass"}))
    for view in ("three-quarter", "top", "feet"):
        scene.set_view(view)
        frame = replace(hidden(frames[0], but_followed=True), centre_of_mass_m=np.array([0.1, 0.35, 0.2]))
        # The plumb line ends in the ball: only the ball is as bright and as dark.
        picture = drawn(scene, frame, options)
        ball = near(picture, (0.965, 0.973, 0.98), 3) | near(picture, (0.07, 0.078, 0.094), 3)
        assert centroid(ball) == pytest.approx(scene.world_to_pixel(frame.centre_of_mass_m[None])[0], abs=1.0)


def test_that_what_is_not_finite_is_hidden_and_the_rest_drawn(scene: Scene, frames: list[Frame]) -> None:
    whole = drawn(scene, frames[3], MUSCLES)
    points = frames[3].path_points_m.copy()
    points[0] = np.nan
    part = drawn(scene, replace(frames[3], path_points_m=points), MUSCLES)
    assert scene._muscles is not None
    assert np.isfinite(scene._muscles.surface.points).all(), "what a driver makes of NaN is not known"
    assert 0.005 < changed(whole, part).sum() / changed(whole, drawn(scene, frames[3])).sum() < 0.3
    assert not changed(drawn(scene, frames[3], MUSCLES), whole, by=0).any(), "it comes back with the next frame"


def test_that_a_body_of_unknown_place_is_hidden_with_its_shadow(
    scene: Scene, frames: list[Frame], geometry: ModelGeometry
) -> None:
    whole = drawn(scene, frames[3], SHADOW)
    quaternions, positions = frames[3].body_quaternions.copy(), frames[3].body_positions_m.copy()
    quaternions[1] = np.nan
    positions[7, 1] = np.inf
    part = drawn(scene, replace(frames[3], body_quaternions=quaternions, body_positions_m=positions), SHADOW)
    assert not changed(drawn(scene, frames[3], SHADOW), whole, by=0).any(), "it comes back with the next frame"
    scene.build(replace(geometry, bones=tuple(bone for bone in geometry.bones if bone.body_index not in (1, 7))))
    assert np.array_equal(part, drawn(scene, frames[3], SHADOW))
    assert changed(part, whole).sum() > 200


def test_that_highlights_are_those_of_vtk(
    scene: Scene, geometry: ModelGeometry, frames: list[Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, name = drawn(scene, frames[0], SceneOptions()), "osimviz.render.surface._GLOSS_FUNCTION"
    function = "//VTK::Light::Dec\nfloat gloss32(float x, float power) {{ return {}; }}\n"
    monkeypatch.setattr(name, function.format("pow(x, power)"))
    scene.build(geometry)
    assert np.abs(drawn(scene, frames[0], SceneOptions()) - ours).max() <= 2
    monkeypatch.setattr(name, function.format("0.0"))
    scene.build(geometry)
    assert changed(drawn(scene, frames[0], SceneOptions()), ours).sum() > 50, "there are highlights, by this function"


def test_that_tiles_of_the_floor_alternate_where_the_world_has_them(scene: Scene, frames: list[Frame]) -> None:
    scene.set_view("top")
    away = np.array([0.6, 0.0, 0.4])
    picture = drawn(scene, moved(frames[0], away))
    tiles = np.array([(column, row) for column in range(-3, 6) for row in (-4, 6)])
    middles = np.insert(0.25 * (tiles + 0.5), 1, 0.0, axis=1)
    columns, rows = scene.world_to_pixel(middles).round().astype(int).T
    levels = picture[rows, columns].sum(axis=1)
    is_dark = tiles.sum(axis=1) % 2 == 0
    assert levels[is_dark].max() < levels[~is_dark].min(), "also where the model has walked on"


def test_that_a_model_without_contacts_about_its_pelvis_stands_on_a_floor_of_its_own(
    scene: Scene, geometry: ModelGeometry, frames: list[Frame]
) -> None:
    down = np.array([0.0, 0.9, 0.0])
    sunk = replace(frames[0], body_positions_m=frames[0].body_positions_m - down)
    drawn(scene, sunk)
    assert scene.camera.floor_m < -0.6
    toe = sunk.body_positions_m[[geometry.body_names.index("toes_r")]]
    assert scene.world_to_pixel(toe)[0, 1] < 360, "its feet are in the picture"
    sole = Solid("heel", "sphere", geometry.body_names.index("calcn_r"), np.eye(4) * 0.05, is_contact=True)
    scene.build(replace(geometry, solids=(sole,)))
    drawn(scene, sunk)
    assert scene.camera.floor_m == 0.0, "contacts act at y = 0, so that is where the floor is"


@pytest.mark.parametrize("scale", [1e3, 1e10, 1e40, 1e200, 1e308])
def test_that_a_frame_of_a_simulation_that_blew_up_is_drawn_without_a_fault(
    scene: Scene, frames: list[Frame], scale: float
) -> None:
    names = ("body_positions_m", "path_points_m", "centre_of_mass_m", "centre_of_mass_velocity")
    names = (*names, "ground_reaction_n", "centre_of_pressure_m")
    with np.errstate(over="ignore"):
        frame = replace(frames[3], **{name: getattr(frames[3], name) * scale for name in names})
    options = SceneOptions(layers=frozenset(LAYERS))
    scene.show(frames[0], options)
    for ghost in (Ghost(frame), Ghost(frame, None, is_solid=True)):
        scene.show(frame, options, ghosts=[ghost])
        scene.fit()
        scene.render()
    force_labels(frame, 70.0)

    scene.show(frames[3], BARE)
    scene.set_view("three-quarter")
    assert changed(drawn(scene, frames[3], SceneOptions()), drawn(scene, frames[3], BARE)).any(), "the next one is seen"


def test_that_a_frame_of_nothing_but_nan_is_an_empty_floor(scene: Scene, frames: list[Frame]) -> None:
    nothing = {
        name: np.full_like(getattr(frames[3], name), np.nan)
        for name in (
            "activation",
            "excitation",
            "fiber_force_n",
            "ground_reaction_n",
            "centre_of_pressure_m",
            "centre_of_mass_m",
            "body_positions_m",
            "body_quaternions",
            "path_points_m",
        )
    }
    drawn(scene, frames[3], BARE)
    empty = drawn(scene, hidden(frames[3]), BARE)
    assert not changed(drawn(scene, replace(frames[3], **nothing), SceneOptions()), empty, by=0).any()


def test_that_paths_may_change_their_number_of_points(scene: Scene, frames: list[Frame]) -> None:
    counts = {tuple(frame.path_counts) for frame in frames}
    assert len(counts) > 1
    pictures = [drawn(scene, frame, MUSCLES) for frame in frames[:4]]
    assert all(changed(a, b).any() for a, b in pairwise(pictures))


def test_that_a_frame_of_another_model_is_refused(scene: Scene, frames: list[Frame]) -> None:
    with pytest.raises(ValueError, match="build the scene"):
        scene.show(replace(frames[0], path_counts=frames[0].path_counts[:-1]), BARE)
    with pytest.raises(ValueError, match="build the scene"):
        scene.show(replace(frames[0], body_positions_m=frames[0].body_positions_m[:-1]), BARE)


def test_that_the_shadow_darkens_the_floor_where_the_light_puts_it(
    scene: Scene, frames: list[Frame], geometry: ModelGeometry
) -> None:
    scene.set_view("top")
    lit, shaded = drawn(scene, frames[0]), drawn(scene, frames[0], SHADOW)
    dark = changed(lit, shaded)
    assert dark.sum() > 200
    assert (shaded[dark].mean(axis=1) < lit[dark].mean(axis=1)).all()
    assert scene._bones is not None
    skull_index = next(index for index, bone in enumerate(geometry.bones) if bone.name == "hat_skull.vtp")
    body = next(body for body in scene._bones.bodies if skull_index in body.owner_of_triangle)
    corners = body.surface.triangles[body.owner_of_triangle == skull_index]
    middle = np.append(body.surface.points[corners].mean(axis=(0, 1)), 1.0)
    skull = scene._bones.world_from_body[body.body_index] @ middle
    x_m, z_m = on_floor(skull[None, :3])
    x, y = np.rint(scene.world_to_pixel(np.array([[x_m[0], 0.0, z_m[0]]]))[0]).astype(int)
    assert dark[y - 4 : y + 5, x - 4 : x + 5].mean() > 0.9, "the skull's shadow is a solid spot"


def test_that_the_shadow_falls_along_the_light_and_softens_with_height() -> None:
    generator = np.random.default_rng(0)
    disc = generator.normal(0.0, 0.02, (4000, 3)).astype(np.float32) * np.array([1, 0, 1], np.float32)
    spread_m = []
    for height_m in (0.0, 1.5):
        points = disc + np.array([2.0, height_m, 3.0], np.float32)
        shade = shade_of(points, np.full(4000, 1e-6, np.float32), np.array([2.0, 3.0]), fine=False)
        n = len(shade.darkness)
        x, z = (corner + (np.arange(n) + 0.5) * shade.side_m / n for corner in shade.corner_m)
        weight = shade.darkness / shade.darkness.sum()
        middle = np.array([(weight.sum(axis=0) * x).sum(), (weight.sum(axis=1) * z).sum()])
        assert middle == pytest.approx([2.0 - 0.45 * height_m, 3.0 - 0.35 * height_m], abs=0.03)
        spread_m.append(np.sqrt((weight.sum(axis=0) * (x - middle[0]) ** 2).sum()))
    assert spread_m[1] > 1.4 * spread_m[0]


def test_that_no_shadow_lies_where_the_light_arrives() -> None:
    nothing = np.full((3, 3), np.nan, np.float32)
    assert shade_of(nothing, np.ones(3, np.float32), np.zeros(2), fine=False).darkness.max() == 0.0


def loaded(frame: Frame, body_weights: float, mass_kg: float) -> Frame:
    """Return the frame with an upward force on the right foot and none on the left."""
    force = np.array([[0.0, body_weights * mass_kg * 9.80665, 0.0], [0.0, 0.0, 0.0]])
    pressure = np.array([[0.2, 0.0, 0.25], [np.nan] * 3])
    return replace(frame, ground_reaction_n=force, centre_of_pressure_m=pressure)


def test_that_an_arrow_shows_the_ground_reaction_to_scale(
    scene: Scene, frames: list[Frame], geometry: ModelGeometry
) -> None:
    frame = loaded(frames[0], 1.0, geometry.mass_kg)
    start, tip = arrow_ends(frame, geometry.mass_kg)
    assert tip[0] - start[0] == pytest.approx([0.0, 0.8, 0.0])
    assert np.isnan(tip[1]).all()
    arrow = changed(drawn(scene, frame, FORCES), drawn(scene, frame))
    rows = np.nonzero(arrow.any(axis=1))[0]
    start_y, tip_y = scene.world_to_pixel(np.array([start[0], tip[0]]))[:, 1]
    assert rows.min() == pytest.approx(tip_y, abs=1.5)
    assert rows.max() == pytest.approx(start_y, abs=2.5)
    red, green, blue = np.median(drawn(scene, frame, FORCES)[arrow], axis=0)
    assert red > green > blue, "the right side's colour"


def test_that_no_arrow_is_drawn_below_a_twentieth_of_body_weight(
    scene: Scene, frames: list[Frame], geometry: ModelGeometry
) -> None:
    weak = loaded(frames[0], 0.04, geometry.mass_kg)
    assert not changed(drawn(scene, weak, FORCES), drawn(scene, weak), by=0).any()
    strong = loaded(frames[0], 0.06, geometry.mass_kg)
    assert changed(drawn(scene, strong, FORCES), drawn(scene, strong)).any()


def test_that_an_arrow_is_seen_through_the_figure(scene: Scene, frames: list[Frame], geometry: ModelGeometry) -> None:
    frame = loaded(frames[0], 1.0, geometry.mass_kg)
    pelvis = frame.body_positions_m[0]
    # From under the model up through the pelvis: bones lie before the arrow.
    frame = replace(frame, centre_of_pressure_m=np.array([[pelvis[0], 0.0, pelvis[2] - 0.05], [np.nan] * 3]))
    tip = arrow_ends(frame, geometry.mass_kg)[1][0]
    arrow = changed(drawn(scene, frame, FORCES), drawn(scene, frame))
    x, y = np.rint(scene.world_to_pixel(tip[None] - [[0.0, 0.03, 0.0]])[0]).astype(int)
    assert arrow[y, x - 1 : x + 2].all()


def test_that_a_theme_colours_sky_and_bones(scene: Scene, frames: list[Frame]) -> None:
    dark = drawn(scene, frames[0])
    light = load_palette("light")
    scene.set_palette(light)
    picture = drawn(scene, frames[0])
    assert picture[:40].mean() > dark[:40].mean() + 100.0
    assert near(picture[:20], light.rgb("horizon"), within=25).all()
    scene.set_palette(load_palette("dark"))
    assert not changed(drawn(scene, frames[0]), dark, by=0).any()
