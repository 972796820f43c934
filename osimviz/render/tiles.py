"""Pictures larger than a graphics driver draws in one piece: drawn in tiles that fit together to the pixel."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkRenderingCore import vtkCamera

#: Largest side of a tile: with four samples a pixel and two layers about 300 MB in software OpenGL; 8192 takes 5 GB.
_LARGEST_SIDE_PX = 2048


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture, in pixels from its top-left corner."""

    left: int
    top: int
    width: int
    height: int

    def aim(self, camera: vtkCamera, width_px: int, height_px: int) -> None:
        """Narrow a camera, which sees the whole picture of that size, down to this part.

        The line of sight stays; the window onto the scene moves sideways and shrinks, so perspective does not change.
        """
        share = self.height / height_px
        half_angle_rad = math.radians(0.5 * camera.GetViewAngle())
        camera.SetViewAngle(2.0 * math.degrees(math.atan(share * math.tan(half_angle_rad))))
        # In halves of the part's own width and height, up and right positive.
        right = (2.0 * self.left + self.width - width_px) / self.width
        up = (height_px - 2.0 * self.top - self.height) / self.height
        camera.SetWindowCenter(right, up)


def tiles_of(width_px: int, height_px: int) -> Iterator[Tile]:
    """Divide a picture into tiles of one size; the last of a row or column may overlap the one before."""
    columns = _divided(width_px)
    rows = _divided(height_px)
    for top, height in rows:
        for left, width in columns:
            yield Tile(left, top, width, height)


def uncovered(on_black: NDArray[np.uint8], on_white: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture with its transparency, from what it looks like on black and on white.

    Parameters
    ----------
    on_black, on_white : uint8 array (height, width, 3)
        The same scene before two backgrounds.

    Returns
    -------
    uint8 array (height, width, 4)
        Red, green, blue, alpha; the colour is not multiplied by alpha.
    """
    # A background shines through by as much as the two pictures differ.
    alpha = 255 - np.max(on_white.astype(np.int16) - on_black, axis=2).clip(0, 255)
    divisor = np.maximum(alpha, 1)[..., None]
    colour = np.minimum((on_black.astype(np.int32) * 255 + divisor // 2) // divisor, 255)
    return np.concatenate([colour, alpha[..., None]], axis=2).astype(np.uint8)


def _divided(length: int) -> list[tuple[int, int]]:
    n_parts = -(-length // _LARGEST_SIDE_PX)
    size = -(-length // n_parts)
    return [(min(i * size, length - size), size) for i in range(n_parts)]
