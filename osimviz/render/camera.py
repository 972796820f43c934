"""An orbit camera with the horizon level: where from and how the scene is seen. NumPy only.

Space: world, x forward, y up, z to the right, metres. Pixels count from the top-left corner, y down.
"""

import math
from collections.abc import Sequence
from itertools import product
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array
from osimviz.stored_cameras import CameraPose

ViewName = Literal["three-quarter", "right", "left", "front", "back", "top", "feet", "follow"]
#: All named views, the default first.
VIEW_NAMES: tuple[ViewName, ...] = get_args(ViewName)

#: Vertical opening of the lens; chosen by eye: near enough to parallel to judge posture, far enough for depth.
VIEW_ANGLE_RAD = math.radians(34.0)
#: Near and far limits of what is drawn, fixed so that sky and far ground are never cut away.
CLIPPING_RANGE_M = (0.05, 130.0)
#: Middle height of a standing adult model, and the size that the views are made for.
STANDING_CENTRE_M = 0.88
STANDING_SIZE_M = 1.8

_LOWEST_M = 0.06
_NEAREST_M, _FARTHEST_M = 0.2, 25.0
_ZOOM_STEP = 0.88
#: Picture around what is fitted into it, in its own sizes.
_FIT_MARGIN = 1.12
_STEEPEST_RAD = math.radians(89.9)
#: Focal point may be moved this far from what is followed.
_PAN_LIMIT_M = 12.0
#: What is fitted may be longer, as the figures of a strobe picture are; the sky, 60 m away, stays behind the camera.
_FARTHEST_FITTED_M, _FITTED_LIMIT_M = 45.0, 30.0

#: Azimuth and elevation in rad, distance in m for a model of `STANDING_SIZE_M`. Azimuth 0 looks at the front,
#: a quarter turn at the right side. The first is the position focal point + (1.75, 0.42, 2.75) m.
_VIEWS: dict[ViewName, tuple[float, float, float]] = {
    "three-quarter": (math.atan2(2.75, 1.75), math.asin(0.42 / 3.2865), 3.2865),
    "right": (math.radians(90.0), math.radians(3.0), 3.6),
    "left": (math.radians(-90.0), math.radians(3.0), 3.6),
    "front": (0.0, math.radians(3.0), 3.6),
    "back": (math.radians(180.0), math.radians(3.0), 3.6),
    "top": (math.radians(90.0), _STEEPEST_RAD, 3.6),
    "follow": (math.radians(148.0), math.radians(13.0), 3.7),
    "feet": (math.radians(62.0), math.radians(13.0), 1.35),
}
#: The height looked at in the view of the feet.
_FEET_CENTRE_M = 0.2


class Camera:
    """Looks at a focal point from a distance and two angles.

    The focal point is an anchor on the floor, which can follow the model, and an offset from it, which panning changes;
    so the user's view survives while the model walks. Distances scale with the size of the model (`frame_model`).
    """

    def __init__(self) -> None:
        self._viewport_px = (1, 1)
        self._centre_m = np.array([0.0, STANDING_CENTRE_M, 0.0])
        self._size_m = STANDING_SIZE_M
        self._farthest_m, self._pan_limit_m = _FARTHEST_M, _PAN_LIMIT_M
        #: Height of the floor, m, which the camera stays above.
        self.floor_m = 0.0
        self._anchor = np.zeros(3)
        self._offset = self._centre_m.copy()
        self.azimuth_rad = self.elevation_rad = 0.0
        self.distance_m = 1.0
        self.set_view("three-quarter")

    @property
    def anchor_m(self) -> Array:
        """The point of the floor under what is followed, world space (3,)."""
        return self._anchor.copy()

    @property
    def focal_point_m(self) -> Array:
        """The point looked at, world space (3,); assign to look elsewhere."""
        point: Array = self._anchor + self._offset
        return point

    @focal_point_m.setter
    def focal_point_m(self, point_m: Array) -> None:
        self._offset = np.asarray(point_m, dtype=float) - self._anchor
        self._clamp()

    @property
    def position_m(self) -> Array:
        """Where the camera stands, world space (3,)."""
        return self.focal_point_m + self.distance_m * self._backward()

    @property
    def up(self) -> Array:
        """Unit vector (3,) that points up in the picture; never parallel to the line of sight."""
        azimuth, elevation = self.azimuth_rad, self.elevation_rad
        return np.array(
            [-math.sin(elevation) * math.cos(azimuth), math.cos(elevation), -math.sin(elevation) * math.sin(azimuth)]
        )

    @property
    def right(self) -> Array:
        """Unit vector (3,) that points right in the picture."""
        return np.array([math.sin(self.azimuth_rad), 0.0, -math.cos(self.azimuth_rad)])

    def set_viewport(self, width_px: int, height_px: int) -> None:
        """Tell the size of the picture, which pixel distances refer to."""
        self._viewport_px = (max(1, width_px), max(1, height_px))

    def frame_model(self, centre_m: Array, size_m: float) -> None:
        """Make the views fit a model: its centre (3,) relative to the anchor, and its largest extent.

        The default view is taken, unless the model is as large as the last one and as high.
        """
        centre, size = np.asarray(centre_m, dtype=float).copy(), max(float(size_m), 0.05)
        is_like = np.allclose(centre, self._centre_m, atol=0.05) and math.isclose(size, self._size_m, rel_tol=0.05)
        self._centre_m, self._size_m = centre, size
        if not is_like:
            self.set_view("three-quarter")

    def set_view(self, name: ViewName) -> None:
        """Take a named view of the model where it is now.

        Raises
        ------
        ValueError
            There is no view of that name.
        """
        if name not in _VIEWS:
            raise ValueError(f"there is no camera view {name!r}: choose one of {', '.join(VIEW_NAMES)}")
        self.azimuth_rad, self.elevation_rad, distance_m = _VIEWS[name]
        self.distance_m = distance_m * self._size_m / STANDING_SIZE_M
        self._farthest_m, self._pan_limit_m = _FARTHEST_M, _PAN_LIMIT_M
        self._offset = self._centre_m.copy()
        if name == "feet":
            self._offset[1] = min(_FEET_CENTRE_M, float(self._centre_m[1]))
        self._clamp()

    def fit(self, low_m: Array, high_m: Array) -> None:
        """Look at the middle of a box, corners (3,) in world space, from just so far that all of it is seen."""
        centre, half = 0.5 * (low_m + high_m), 0.5 * np.maximum(high_m - low_m, 0.05)
        corners = np.array(list(product((-1.0, 1.0), repeat=3))) * half
        width, height = self._viewport_px
        upward = math.tan(0.5 * VIEW_ANGLE_RAD)
        # A corner nearer to the camera than the middle needs as much more distance.
        aside = np.maximum(np.abs(corners @ self.right) * height / width, np.abs(corners @ self.up)) / upward
        self.distance_m = float((corners @ self._backward() + _FIT_MARGIN * aside).max())
        self._farthest_m, self._pan_limit_m = _FARTHEST_FITTED_M, _FITTED_LIMIT_M
        self.focal_point_m = centre

    @property
    def pose(self) -> CameraPose:
        """Azimuth, elevation (rad), distance and focal point from the anchor (m): what a stored camera keeps."""
        x_m, y_m, z_m = (float(part) for part in self._offset)
        return self.azimuth_rad, self.elevation_rad, self.distance_m, x_m, y_m, z_m

    def set_pose(self, pose: Sequence[float]) -> None:
        """Take a pose as `pose` gave it; `ValueError` if it is none."""
        if len(pose) != 6 or not all(math.isfinite(number) for number in pose):
            raise ValueError(f"{pose!r} is no pose of a camera")
        self.azimuth_rad, self.elevation_rad, self.distance_m = pose[:3]
        self._offset = np.array(pose[3:], dtype=float)
        self._clamp()

    def orbit(self, dx_px: float, dy_px: float) -> None:
        """Turn around the focal point as if the scene were dragged; the picture's height is half a turn."""
        turn = math.pi / self._viewport_px[1]
        self.azimuth_rad = math.remainder(self.azimuth_rad + dx_px * turn, 2.0 * math.pi)
        self.elevation_rad += dy_px * turn
        self._clamp()

    def pan(self, dx_px: float, dy_px: float) -> None:
        """Shift the view so that what lies at the focal point stays under the pointer."""
        m_per_px = self.m_per_px_at(self.distance_m)
        self._offset = self._offset - dx_px * m_per_px * self.right + dy_px * m_per_px * self.up
        self._clamp()

    def zoom(self, steps: float) -> None:
        """Go nearer (positive) or farther by a number of wheel steps, which may be a fraction."""
        self.distance_m *= _ZOOM_STEP**steps
        self._clamp()

    def follow(self, x_m: float, z_m: float) -> None:
        """Move with the model: it stands over this point of the floor. Values that are not finite are ignored."""
        if math.isfinite(x_m) and math.isfinite(z_m):
            self._anchor = np.array([x_m, 0.0, z_m])

    def world_to_pixel(self, points_m: Array) -> NDArray[np.float64]:
        """Project world points (n, 3) to pixels (n, 2) from the top-left corner; NaN where behind the camera."""
        relative = np.asarray(points_m, dtype=float).reshape(-1, 3) - self.position_m
        depth = -(relative @ self._backward())
        depth = np.where(depth > CLIPPING_RANGE_M[0], depth, np.nan)
        px_per_unit = 1.0 / self.m_per_px_at(1.0)
        x = 0.5 * self._viewport_px[0] + px_per_unit * (relative @ self.right) / depth
        y = 0.5 * self._viewport_px[1] - px_per_unit * (relative @ self.up) / depth
        return np.stack([x, y], axis=1)

    def ray_through(self, x_px: float, y_px: float) -> Array:
        """Return the unit direction (3,) from the camera through a pixel."""
        across = (x_px - 0.5 * self._viewport_px[0]) * self.m_per_px_at(1.0)
        upward = (0.5 * self._viewport_px[1] - y_px) * self.m_per_px_at(1.0)
        direction = across * self.right + upward * self.up - self._backward()
        return direction / np.linalg.norm(direction)

    def m_per_px_at(self, distance_m: float) -> float:
        """Return how many metres one pixel covers at a distance in front of the camera."""
        return 2.0 * distance_m * math.tan(0.5 * VIEW_ANGLE_RAD) / self._viewport_px[1]

    def _backward(self) -> Array:
        azimuth, elevation = self.azimuth_rad, self.elevation_rad
        return np.array(
            [math.cos(elevation) * math.cos(azimuth), math.sin(elevation), math.cos(elevation) * math.sin(azimuth)]
        )

    def _clamp(self) -> None:
        self.distance_m = min(max(self.distance_m, _NEAREST_M), self._farthest_m)
        self._offset = np.clip(self._offset, -self._pan_limit_m, self._pan_limit_m)
        self._offset[1] = max(float(self._offset[1]), self.floor_m)
        # The camera stays above the floor, whatever is looked at.
        sine = (self.floor_m + _LOWEST_M - float(self.focal_point_m[1])) / self.distance_m
        lowest = math.asin(min(max(sine, -1.0), 1.0))
        self.elevation_rad = min(max(self.elevation_rad, lowest), _STEEPEST_RAD)
