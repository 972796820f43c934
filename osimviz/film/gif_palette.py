"""The colours that all pictures of a GIF share: 255 of them, by median cut. NumPy only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osimviz.render.png_file import Pixels

#: One of the 256 is left for what a picture has in common with the one before (the encoder's transparent colour).
_N_COLOURS = 255
#: Bits of each channel in the table from colours to the palette: 64 levels, finer than 255 colours can tell.
_BITS = 6
_LEVELS = 1 << _BITS

Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SharedPalette:
    """A palette and the nearest of its colours to every other.

    Attributes
    ----------
    argb : uint8 array (256, 4)
        The colours as the encoder takes them: alpha, red, green, blue; unused ones are transparent.
    nearest : uint8 array (64, 64, 64)
        Index of the nearest colour, by the upper six bits of red, green and blue.
    """

    argb: NDArray[np.uint8]
    nearest: NDArray[np.uint8]

    @classmethod
    def of(cls, pictures: Sequence[Pixels]) -> "SharedPalette":
        """Return the palette of some pictures (height, width, 3 or 4) that stand for all."""
        counts = np.zeros(_LEVELS**3)
        for picture in pictures:
            counts += np.bincount(_codes(picture).ravel(), minlength=_LEVELS**3)
        # By the root: a muscle is few pixels beside the sky, and yet what is looked at.
        colours = _median_cut(np.sqrt(counts), _N_COLOURS)
        argb = np.zeros((256, 4), dtype=np.uint8)
        argb[: len(colours), 0] = 255
        argb[: len(colours), 1:] = np.rint(colours)
        return cls(argb, _nearest_table(argb[: len(colours), 1:].astype(np.float32)))

    def indices(self, picture: Pixels) -> NDArray[np.uint8]:
        """Return a picture in the palette's colours, shape (height, width)."""
        return self.nearest.ravel()[_codes(picture)]


def _codes(picture: Pixels) -> NDArray[np.int32]:
    shift = 8 - _BITS
    rgb = picture[..., :3].astype(np.int32) >> shift
    codes: NDArray[np.int32] = (rgb[..., 0] << (2 * _BITS)) | (rgb[..., 1] << _BITS) | rgb[..., 2]
    return codes


def _median_cut(weights: Counts, n_colours: int) -> NDArray[np.float64]:
    """Return at most `n_colours` colours (n, 3), 0..255.

    Boxes of colours are cut at the median of their longest side, the one with the largest spread first.

    Source: P. Heckbert, Color image quantization for frame buffer display, SIGGRAPH 1982.
    """
    used = np.flatnonzero(weights)
    levels = np.stack(np.unravel_index(used, (_LEVELS,) * 3), axis=1).astype(np.float64)
    weights = weights[used]
    boxes = [np.arange(len(used))]
    spreads = [_spread(levels, weights, boxes[0])]
    while len(boxes) < n_colours:
        widest = int(np.argmax(spreads))
        box = boxes[widest]
        if spreads[widest] <= 0.0:
            break
        colours = levels[box]
        side = int(np.argmax(np.ptp(colours, axis=0)))
        order = box[np.argsort(colours[:, side], kind="stable")]
        cumulated = np.cumsum(weights[order])
        middle = int(np.searchsorted(cumulated, 0.5 * cumulated[-1])) + 1
        middle = min(max(middle, 1), len(order) - 1)
        boxes[widest : widest + 1] = [order[:middle], order[middle:]]
        spreads[widest : widest + 1] = [_spread(levels, weights, part) for part in boxes[widest : widest + 2]]
    step = 256.0 / _LEVELS
    means = [np.average(levels[box], axis=0, weights=weights[box]) for box in boxes]
    return np.clip((np.array(means) + 0.5) * step, 0.0, 255.0)


def _spread(levels: NDArray[np.float64], weights: Counts, box: NDArray[np.intp]) -> float:
    if len(box) < 2:
        return 0.0
    return float(np.ptp(levels[box], axis=0).max() * weights[box].sum())


def _nearest_table(colours: NDArray[np.float32]) -> NDArray[np.uint8]:
    step = 256.0 / _LEVELS
    side = (np.arange(_LEVELS, dtype=np.float32) + 0.5) * step
    table = np.empty((_LEVELS,) * 3, dtype=np.uint8)
    green, blue = np.meshgrid(side, side, indexing="ij")
    squares = (green[..., None] - colours[:, 1]) ** 2 + (blue[..., None] - colours[:, 2]) ** 2
    for i, red in enumerate(side):
        table[i] = np.argmin(squares + (red - colours[:, 0]) ** 2, axis=2)
    return table
