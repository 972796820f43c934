"""The signs of a legend as masks, for pictures that are made without a window. NumPy only."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from osimviz.legend import LegendRow
from osimviz.palette import Palette
from osimviz.render.capture import Pixels
from osimviz.render.painting import blend_mask

#: Samples a pixel along each side, so that edges are smooth.
_SAMPLES = 4


def add_sign(picture: Pixels, row: LegendRow, left: int, top: int, size_px: int, palette: Palette) -> None:
    """Paint the sign of a row into a square of a picture, in place."""
    if row.sign == "disc":
        for light, rgb in ((True, (1.0, 1.0, 1.0)), (False, (0.0, 0.0, 0.0))):
            blend_mask(picture, _mask(f"disc {light}", size_px), left, top, rgb)
    elif row.sign == "arrows":
        for name, colour in (("arrow right", "right"), ("arrow left", "left")):
            blend_mask(picture, _mask(name, size_px), left, top, palette.rgb(colour))
    elif row.sign == "cord":
        # The colour of bone is as light as a light theme's box.
        blend_mask(picture, _mask("rim", size_px), left, top, palette.rgb("text_weak"))
        blend_mask(picture, _mask("cord", size_px), left, top, palette.rgb(row.colour))
    else:
        blend_mask(picture, _mask(row.sign, size_px), left, top, palette.rgb(row.colour))


@lru_cache(maxsize=64)
def _mask(name: str, size_px: int) -> NDArray[np.float64]:
    """Return how much of each pixel a shape covers, read-only; it is described in a square from -1 to 1, y up."""
    n = size_px * _SAMPLES
    line = (np.arange(n) + 0.5) / n * 2.0 - 1.0
    x, y = np.meshgrid(line, -line)
    r = np.hypot(x, y)
    inside = {
        "disc True": (r < 0.72) & (x * y <= 0.0),
        "disc False": (r < 0.72) & (x * y > 0.0),
        "arrow right": _upward(x + 0.45, y),
        "arrow left": _upward(x - 0.45, y),
        "arrow": _upward(-y, x),
        "line": np.abs(y) < 0.12,
        "rim": (np.abs(y) < 0.3) & (np.abs(x) < 0.95),
        "cord": (np.abs(y) < 0.15) & (np.abs(x) < 0.8),
        "dot": r < 0.55,
        "diamond": np.abs(x) / 0.8 + np.abs(y) / 0.65 < 1.0,
        "arc": (np.abs(r - 0.68) < 0.12) & ~((x > 0.0) & (y > -0.2) & (y < 0.5)),
        "rings": (np.abs(r - 0.78) < 0.13) | (np.abs(r - 0.35) < 0.13),
        "patch": (np.maximum(np.abs(x) / 0.85, np.abs(y) / 0.6) < 1.0)
        & (np.maximum(np.abs(x) + 0.15, np.abs(y) + 0.4) > 0.8),
    }[name]
    blocks = inside.reshape(size_px, _SAMPLES, size_px, _SAMPLES)
    mask: NDArray[np.float64] = blocks.mean(axis=(1, 3))
    mask.setflags(write=False)
    return mask


def _upward(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    shaft = (np.abs(x) < 0.11) & (y > -0.9) & (y < 0.3)
    head = (y >= 0.1) & (np.abs(x) < 0.4 * (0.95 - y) / 0.85)
    return shaft | head
