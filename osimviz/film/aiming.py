"""Points a scene's camera where a film wants it."""

from collections.abc import Sequence

import numpy as np

from osimviz.film.layout import Area
from osimviz.film.settings import CameraPath
from osimviz.render.camera import VIEW_NAMES
from osimviz.render.scene import Scene

#: The views are made for pictures at least this wide, in their heights: a stride has room in it. By eye.
_LEAST_ASPECT = 0.75


def aim(scene: Scene, path: CameraPath, area: Area) -> None:
    """Put the camera of a scene, which shows its first frame in an area, where a film begins.

    A named view of a narrow area is taken from farther away, so that the model is whole.
    """
    view = next((name for name in VIEW_NAMES if name == path.view), VIEW_NAMES[0])
    scene.set_view(view)
    if path.pose is None:
        scene.camera.distance_m *= max(_LEAST_ASPECT * area.height / area.width, 1.0)
        return
    azimuth_rad, elevation_rad, distance_m, *offset_m = path.pose
    camera = scene.camera
    camera.azimuth_rad, camera.elevation_rad, camera.distance_m = azimuth_rad, elevation_rad, distance_m
    camera.focal_point_m = camera.anchor_m + np.array(offset_m)


def step_back(scenes: Sequence[Scene], areas: Sequence[Area]) -> None:
    """Let the cameras of scenes see all figures of a strobe picture, from equally far and no nearer than they are."""
    distances_m = [scene.camera.distance_m for scene in scenes]
    for scene, area in zip(scenes, areas, strict=True):
        scene.camera.set_viewport(area.width, area.height)
        scene.fit()
        distances_m.append(scene.camera.distance_m)
    for scene in scenes:
        scene.camera.distance_m = max(distances_m)
