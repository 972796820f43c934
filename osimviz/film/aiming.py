"""Points a scene's camera where a film wants it."""

import numpy as np

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


def step_back(scene: Scene, width_px: int, height_px: int) -> None:
    """Let the camera of a scene see all figures of a strobe picture of a size, from no nearer than it is."""
    camera = scene.camera
    before_m = camera.distance_m
    camera.set_viewport(width_px, height_px)
    scene.fit()
    camera.distance_m = max(camera.distance_m, before_m)
