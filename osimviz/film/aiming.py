"""Points a scene's camera where a film wants it."""

from collections.abc import Sequence

import numpy as np

from osimviz.film.layout import Area
from osimviz.film.settings import CameraPath
from osimviz.render.camera import VIEW_NAMES
from osimviz.render.scene import Scene


def aim(scene: Scene, path: CameraPath) -> None:
    """Put the camera of a scene, which shows its first frame, where a film begins."""
    view = next((name for name in VIEW_NAMES if name == path.view), VIEW_NAMES[0])
    scene.set_view(view)
    if path.pose is None:
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
