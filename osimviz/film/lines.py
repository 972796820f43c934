"""Smooth lines into pixels, by NumPy alone. Pixels are top row first; x to the right, y down, in pixels."""

import numpy as np

from osimviz.frames import Array
from osimviz.render.painting import Mask

#: Samples a pixel in each direction: 16 steps of coverage.
_FINE = 4


def polyline_mask(x_px: Array, y_px: Array, width: int, height: int, line_px: float) -> Mask:
    """Return how much of each pixel a line covers, shape (height, width), 0..1.

    Parameters
    ----------
    x_px, y_px : array (n,)
        Its corners; a corner that is not finite leaves a gap. What lies outside is cut off.
    width, height : int
        Size of the mask.
    line_px : float
        Thickness.
    """
    fine = np.zeros((height * _FINE, width * _FINE), dtype=bool)
    columns, rows = _samples(x_px * _FINE, np.clip(y_px, -height, 2 * height) * _FINE)
    is_inside = (columns >= 0) & (columns < fine.shape[1]) & (rows >= 0) & (rows < fine.shape[0])
    fine[rows[is_inside], columns[is_inside]] = True
    thick = _thickened(fine, 0.5 * line_px * _FINE)
    mask: Mask = thick.reshape(height, _FINE, width, _FINE).mean(axis=(1, 3))
    return mask


def dot_mask(radius_px: float) -> Mask:
    """Return the coverage of a disc, in a square of an odd number of pixels with the disc in its middle."""
    half = int(np.ceil(radius_px))
    fine = (np.arange((2 * half + 1) * _FINE) + 0.5) / _FINE - half - 0.5
    inside = fine[:, None] ** 2 + fine[None, :] ** 2 <= radius_px**2
    mask: Mask = inside.reshape(2 * half + 1, _FINE, 2 * half + 1, _FINE).mean(axis=(1, 3))
    return mask


def _samples(x: Array, y: Array) -> tuple[np.ndarray, np.ndarray]:
    """Return points along a line, no farther apart than one unit."""
    is_point = np.isfinite(x) & np.isfinite(y)
    is_segment = is_point[:-1] & is_point[1:]
    x0, y0 = x[:-1][is_segment], y[:-1][is_segment]
    dx, dy = x[1:][is_segment] - x0, y[1:][is_segment] - y0
    counts = np.ceil(np.maximum(np.abs(dx), np.abs(dy))).astype(np.intp) + 1
    segment = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = within / counts[segment]
    along_x, along_y = x0[segment] + share * dx[segment], y0[segment] + share * dy[segment]
    # Corners too: the last one, and a point between two gaps.
    columns = np.concatenate([along_x, x[is_point]])
    rows = np.concatenate([along_y, y[is_point]])
    return np.floor(columns).astype(np.intp), np.floor(rows).astype(np.intp)


def _thickened(fine: np.ndarray, radius: float) -> np.ndarray:
    thick = fine.copy()
    reach = int(radius)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if 0 < dx * dx + dy * dy <= radius * radius:
                into, out_of = _shifted(fine.shape, dy, dx)
                thick[into] |= fine[out_of]
    return thick


def _shifted(shape: tuple[int, ...], dy: int, dx: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    height, width = shape
    into = (slice(max(dy, 0), height + min(dy, 0)), slice(max(dx, 0), width + min(dx, 0)))
    out_of = (slice(max(-dy, 0), height + min(-dy, 0)), slice(max(-dx, 0), width + min(-dx, 0)))
    return into, out_of
