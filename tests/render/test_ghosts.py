"""Other frames in the same picture, measured on pixels."""

from dataclasses import replace

import numpy as np
import pytest

from osimviz.frames import Frame, ModelGeometry
from osimviz.palette import load_palette
from osimviz.render.options import Ghost, SceneOptions
from osimviz.render.scene import Scene
from tests.render.pixel_measures import BARE, centroid, changed
from tests.render.recorded_walk import moved

MUSCLES = replace(BARE, layers=frozenset({"muscles"}))


def picture(scene: Scene, frame: Frame, *ghosts: Ghost, options: SceneOptions = MUSCLES) -> np.ndarray:
    scene.show(frame, options, ghosts=ghosts)
    return scene.render()[::-1, :, :3].astype(int)


def test_that_a_ghost_stands_where_its_frame_is(scene: Scene, frames: list[Frame]) -> None:
    scene.set_view("right")
    alone = picture(scene, frames[0])
    with_ghost = picture(scene, frames[0], Ghost(moved(frames[0], np.array([0.6, 0.0, 0.0]))))
    elsewhere = picture(scene, frames[0], Ghost(moved(frames[0], np.array([-0.6, 0.0, 0.0]))))
    shift_px = centroid(changed(alone, with_ghost)) - centroid(changed(alone, elsewhere))
    assert shift_px[0] == pytest.approx(1.2 / scene.camera.m_per_px_at(scene.camera.distance_m), rel=0.05)


def test_that_a_ghost_behind_is_hidden_by_the_figure_and_one_before_shines_over_it(
    scene: Scene, frames: list[Frame]
) -> None:
    scene.set_view("right")
    alone = picture(scene, frames[0])
    empty = picture(scene, moved(frames[0], np.array([0.0, -9.0, 0.0])), options=replace(MUSCLES, follow=False))
    figure = changed(alone, empty)
    behind = picture(scene, frames[0], Ghost(moved(frames[0], np.array([0.02, 0.0, -0.8]))))
    before = picture(scene, frames[0], Ghost(moved(frames[0], np.array([0.02, 0.0, 0.8]))))
    # Through gaps between bones a ghost behind may be seen at the figure's edge, nowhere else.
    assert changed(alone, behind)[figure].mean() < 0.05 < 0.3 < changed(alone, before)[figure].mean()
    assert changed(alone, behind).sum() > 300


def test_that_a_ghost_lets_the_picture_through_and_a_solid_one_does_not(scene: Scene, frames: list[Frame]) -> None:
    aside = moved(frames[0], np.array([0.7, 0.0, 0.0]))
    alone = picture(scene, frames[0])
    solid = picture(scene, frames[0], Ghost(aside, "right", is_solid=True))
    ghost = picture(scene, frames[0], Ghost(aside, "right"))
    where = changed(alone, solid, by=60)
    assert where.sum() > 300
    halfway = 0.5 * (alone + solid)
    assert np.abs(ghost - halfway)[where].max() <= 2


def test_that_the_tint_is_the_ghosts_colour(scene: Scene, frames: list[Frame]) -> None:
    aside = moved(frames[0], np.array([0.7, 0.0, 0.0]))
    alone = picture(scene, frames[0])
    for tint in ("right", load_palette("dark")["right"]):
        shown = picture(scene, frames[0], Ghost(aside, tint, is_solid=True))
        pixels = shown[changed(alone, shown)]
        assert (pixels[:, 0] > pixels[:, 2]).mean() > 0.9
    natural = picture(scene, frames[0], Ghost(aside, None, is_solid=True))
    coloured = natural[changed(alone, natural)]
    assert (coloured[:, 2] > coloured[:, 1] + 60).sum() > 50, "its muscles keep their colours"


def test_that_ghosts_come_and_go_with_each_frame(scene: Scene, frames: list[Frame]) -> None:
    alone = picture(scene, frames[2])
    three = picture(scene, frames[2], *(Ghost(frame) for frame in frames[4:7]))
    one = picture(scene, frames[2], Ghost(frames[5]))
    assert changed(alone, three).sum() > changed(alone, one).sum() > 100
    assert np.array_equal(picture(scene, frames[2]), alone)
    assert np.array_equal(picture(scene, frames[2], *(Ghost(frame) for frame in frames[4:7])), three)


def test_that_a_ghost_may_be_of_another_model(scene: Scene, geometry: ModelGeometry, frames: list[Frame]) -> None:
    none = np.zeros(0)
    other = replace(
        geometry,
        body_names=geometry.body_names[:1],
        bones=tuple(bone for bone in geometry.bones if bone.body_index == 0),
        muscle_names=(),
        max_isometric_force_n=none,
        optimal_fiber_length_m=none,
    )
    aside = moved(frames[0], np.array([0.7, 0.0, 0.0]))
    pelvis = replace(
        aside,
        body_positions_m=aside.body_positions_m[:1],
        body_quaternions=aside.body_quaternions[:1],
        path_points_m=np.zeros((0, 3)),
        path_counts=np.zeros(0, np.int32),
        activation=none,
        fiber_length=none,
    )
    alone = picture(scene, frames[0])
    part = changed(alone, picture(scene, frames[0], Ghost(pelvis, geometry=other))).sum()
    whole = changed(alone, picture(scene, frames[0], Ghost(aside))).sum()
    assert 20 < part < 0.3 * whole
    with pytest.raises(ValueError, match="its own geometry"):
        scene.show(frames[0], MUSCLES, ghosts=[Ghost(pelvis)])


def test_that_only_solid_ghosts_cast_shadows(scene: Scene, frames: list[Frame]) -> None:
    shadow = replace(BARE, layers=frozenset({"shadow"}))
    scene.set_view("top")
    aside = moved(frames[0], np.array([0.0, 0.0, 1.0]))
    alone = picture(scene, frames[0], options=shadow)
    solid = picture(scene, frames[0], Ghost(aside, is_solid=True), options=shadow)
    x, y = np.rint(scene.world_to_pixel(aside.body_positions_m[:1] * np.array([1, 0, 1]))[0]).astype(int)
    near_pelvis = (slice(y - 60, y + 60), slice(x - 60, x + 60))
    darker = (alone.sum(axis=2) - solid.sum(axis=2) > 25)[near_pelvis].sum()
    translucent = picture(scene, frames[0], Ghost(aside), options=shadow)
    assert darker > 1.5 * (alone.sum(axis=2) - translucent.sum(axis=2) > 25)[near_pelvis].sum()


def test_that_pictures_for_files_have_the_same_ghosts(scene: Scene, frames: list[Frame]) -> None:
    aside = moved(frames[0], np.array([0.7, 0.0, 0.0]))
    scene.show(frames[0], MUSCLES)
    alone = scene.picture(640, 360).astype(int)
    scene.show(frames[0], MUSCLES, ghosts=[Ghost(aside)])
    file, live = scene.picture(640, 360).astype(int), scene.render()[::-1, :, :3].astype(int)
    shift_px = centroid(changed(file, alone, by=30)) - centroid(changed(live, picture(scene, frames[0]), by=30))
    assert np.abs(shift_px).max() < 3.0


def test_that_the_floor_lies_below_all_figures_of_a_strobe_picture(scene: Scene, frames: list[Frame]) -> None:
    def floor_x_m(*others: Frame) -> float:
        scene.show(frames[0], SceneOptions(), ghosts=[Ghost(other, None, is_solid=True) for other in others])
        return float(scene._ground.actors[0].GetPosition()[0])

    alone_m = floor_x_m()
    nowhere = replace(frames[0], body_positions_m=np.full_like(frames[0].body_positions_m, np.nan))
    assert floor_x_m(moved(frames[0], np.array([-6.0, 0.0, 0.0]))) == pytest.approx(alone_m - 3.0, abs=0.3)
    assert floor_x_m(moved(frames[0], np.array([1e200, 0.0, 0.0])), nowhere) == alone_m
