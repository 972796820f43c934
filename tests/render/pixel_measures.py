"""What can be measured on a picture, pixels counted from the top-left corner."""

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Frame
from osimviz.render.options import SceneOptions
from osimviz.render.scene import Scene

#: Nothing but bones and ground.
BARE = SceneOptions(layers=frozenset())


def drawn(scene: Scene, frame: Frame, options: SceneOptions = BARE) -> NDArray[np.int64]:
    """Return the picture (height, width, 3) of a frame, top row first."""
    scene.show(frame, options)
    return scene.render()[::-1, :, :3].astype(int)


def changed(a: NDArray[np.int64], b: NDArray[np.int64], by: int = 12) -> NDArray[np.bool_]:
    """Return where two pictures differ by more than some levels."""
    different: NDArray[np.bool_] = np.abs(a - b).max(axis=2) > by
    return different


def near(picture: NDArray[np.int64], rgb: tuple[float, float, float], within: int) -> NDArray[np.bool_]:
    """Return where a picture has about one colour, red, green, blue in 0..1."""
    close: NDArray[np.bool_] = np.abs(picture - 255.0 * np.array(rgb)).max(axis=2) <= within
    return close


def centroid(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the middle (x, y) of the marked pixels."""
    rows, columns = np.nonzero(mask)
    return np.array([columns.mean() + 0.5, rows.mean() + 0.5])
