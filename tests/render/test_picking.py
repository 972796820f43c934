"""What lies under the pointer must be what is seen there."""

from dataclasses import replace

import numpy as np

from osimviz.frames import Frame, ModelGeometry
from osimviz.render.options import SceneOptions
from osimviz.render.scene import Scene
from tests.render.pixel_measures import BARE, changed, drawn

MUSCLES = replace(BARE, layers=frozenset({"muscles"}))


def deepest(mask: np.ndarray) -> tuple[int, int]:
    """Return row and column of the pixel with most marked ones around it."""
    shifts = [(i, k) for i in range(-4, 5) for k in range(-4, 5)]
    around = sum(np.roll(mask.astype(int), shift, (0, 1)) for shift in shifts)
    row, column = np.unravel_index(int(np.argmax(np.where(mask, around, 0))), mask.shape)
    return int(row), int(column)


def test_that_the_muscle_seen_is_the_muscle_picked(scene: Scene, frames: list[Frame], geometry: ModelGeometry) -> None:
    idle = replace(frames[4], activation=np.zeros(len(geometry.muscle_names)))
    blue = drawn(scene, idle, MUSCLES)
    n_found = 0
    for index, name in enumerate(geometry.muscle_names):
        alone = np.zeros(len(geometry.muscle_names))
        alone[index] = 1.0
        seen = changed(drawn(scene, replace(idle, activation=alone), MUSCLES), blue, by=100)
        if seen.sum() < 40:
            continue
        row, column = deepest(seen)
        picked = scene.pick(column + 0.5, row + 0.5)
        assert picked is not None
        assert (picked.kind, picked.index) == ("muscle", index)
        assert picked.name == name
        n_found += 1
    assert n_found >= 8


def test_that_the_bone_seen_is_the_bone_picked(scene: Scene, frames: list[Frame], geometry: ModelGeometry) -> None:
    frame = replace(frames[4], path_points_m=np.full_like(frames[4].path_points_m, np.nan))
    whole = drawn(scene, frame)
    assert scene._bones is not None
    n_found = 0
    for body in scene._bones.bodies:
        body.actor.VisibilityOff()
        # `show` would bring it back.
        rows, columns = np.nonzero(changed(scene.render()[::-1, :, :3].astype(int), whole, by=40))
        body.actor.VisibilityOn()
        if len(rows) < 60:
            continue
        middle = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
        picked = scene.pick(columns[middle] + 0.5, rows[middle] + 0.5)
        assert picked is not None
        assert picked.kind == "bone"
        assert geometry.bones[picked.index].body_index == body.body_index
        assert picked.name == geometry.bones[picked.index].name
        assert np.allclose(
            scene.world_to_pixel(np.array([picked.point_m])), [columns[middle] + 0.5, rows[middle] + 0.5]
        )
        n_found += 1
    assert n_found >= 5


def test_that_sky_and_floor_are_not_picked(scene: Scene, frames: list[Frame]) -> None:
    scene.show(frames[0], SceneOptions())
    assert scene.pick(5.0, 5.0) is None
    assert scene.pick(630.0, 350.0) is None


def test_that_hidden_muscles_are_not_picked(scene: Scene, frames: list[Frame]) -> None:
    scene.show(frames[4], MUSCLES)
    assert scene._muscles is not None
    middle = scene._muscles.centre_lines_m[:, 10]
    kinds = [scene.pick(x, y) for x, y in scene.world_to_pixel(middle)]
    assert any(picked is not None and picked.kind == "muscle" for picked in kinds)
    scene.show(frames[4], BARE)
    kinds = [scene.pick(x, y) for x, y in scene.world_to_pixel(middle)]
    assert not any(picked is not None and picked.kind == "muscle" for picked in kinds)
