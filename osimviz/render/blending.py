"""Two pictures of the same view, mixed where they differ: how translucent ghosts are drawn. NumPy only.

Translucency in VTK shows every layer of a skeleton through every other. Mixing whole pictures shows the nearest surface
of a ghost and nothing inside it, costs one more picture whatever the number of ghosts, and leaves what stands before
a ghost as it is.
"""

import numpy as np

from osimviz.render.capture import Pixels


def mix_into(picture: Pixels, other: Pixels, share: float) -> None:
    """Mix `share` (0..1) of another picture into one, both (height, width, 4), where they differ; in place."""
    as_words = (slice(None), slice(None), 0)
    differs = np.flatnonzero(picture.view(np.uint32)[as_words] != other.view(np.uint32)[as_words])
    if not len(differs):
        return
    flat, over = picture.reshape(-1, 4), other.reshape(-1, 4)
    # In 256ths, so that bytes stay integers.
    weight = round(256 * share)
    mixed = flat[differs].astype(np.uint16) * np.uint16(256 - weight) + over[differs].astype(np.uint16) * np.uint16(
        weight
    )
    flat[differs] = (mixed >> 8).astype(np.uint8)
