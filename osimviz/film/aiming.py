"""Points a scene's camera where a film wants it."""

import math
from collections.abc import Sequence

import numpy as np

from osimviz.film.settings import CameraPath
from osimviz.frames import Frame, ModelGeometry
from osimviz.render.camera import VIEW_ANGLE_RAD, VIEW_NAMES
from osimviz.render.scene import Scene

#: Room for one figure, arms and steps included.
_FIGURE_WIDTH_M = 1.4


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


def step_back(scene: Scene, geometry: ModelGeometry, frames: Sequence[Frame], aspect: float) -> None:
    """Let the camera of a scene see all figures of a strobe picture: their middle, from far enough.

    `aspect` is the width of the picture in heights.
    """
    feet_m = np.array([frame.body_positions_m[geometry.followed_body_index] for frame in frames])[:, [0, 2]]
    feet_m = feet_m[np.isfinite(feet_m).all(axis=1)]
    if not len(feet_m):
        return
    camera = scene.camera
    middle = 0.5 * (feet_m.min(axis=0) + feet_m.max(axis=0)) - camera.anchor_m[[0, 2]]
    camera.focal_point_m = camera.focal_point_m + np.array([middle[0], 0.0, middle[1]])
    # Only what lies across the line of sight needs room.
    across = feet_m @ camera.right[[0, 2]]
    metres_wide = float(np.ptp(across)) + _FIGURE_WIDTH_M
    needed_m = metres_wide / (2.0 * math.tan(0.5 * VIEW_ANGLE_RAD) * aspect)
    camera.distance_m = max(camera.distance_m, needed_m)
