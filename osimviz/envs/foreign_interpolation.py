"""The bilinear interpolation of SciPy's ``interp2d``, gone in release 1.14, for osim-rl's field. NumPy only."""

from bisect import bisect_right
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class LinearInterpolation:
    """Interpolates on a grid; outside it, the nearest edge.

    Takes the place of ``scipy.interpolate.interp2d(x, y, z, kind="linear")``.

    Parameters
    ----------
    x : array (n_x,)
        Ascending.
    y : array (n_y,)
        Ascending.
    z : array (n_y, n_x)
        Values at the nodes.
    kind : str
        ``linear``; nothing else is known.
    options : object
        What else ``interp2d`` took; without effect.

    Raises
    ------
    ValueError
        If `kind` is another one.

    Notes
    -----
    Sums and products in FITPACK's order (``fpbspl``, ``fpbisp`` for degree 1), so that results are equal to the bit.
    """

    def __init__(self, x: ArrayLike, y: ArrayLike, z: ArrayLike, kind: str = "linear", **options: Any) -> None:
        if kind != "linear":
            raise ValueError(f"interp2d stands in for the linear interpolation only, not for kind={kind!r}.")
        self._x: list[float] = np.asarray(x, dtype=np.float64).tolist()
        self._y: list[float] = np.asarray(y, dtype=np.float64).tolist()
        # Lists: for one place at a time, which is how osim-rl asks, they are three times faster than arrays.
        self._z: list[list[float]] = np.asarray(z, dtype=np.float64).tolist()

    def __call__(self, x: ArrayLike, y: ArrayLike, *arguments: Any) -> Array:
        """Return the values at the crossings of `x` and `y`, ascending, shape (n_y, n_x); (n_x,) for one `y`."""
        along = [x] if np.ndim(x) == 0 else sorted(np.asarray(x, dtype=np.float64).tolist())
        across = [y] if np.ndim(y) == 0 else sorted(np.asarray(y, dtype=np.float64).tolist())
        rows = [[self._at(float(a), float(b)) for a in along] for b in across]  # type: ignore[arg-type]
        return np.array(rows[0] if len(rows) == 1 else rows)

    def _at(self, x: float, y: float) -> float:
        ix, x_low, x_high = _neighbours(self._x, x)
        iy, y_low, y_high = _neighbours(self._y, y)
        low, high = self._z[iy], self._z[iy + 1]
        return (
            low[ix] * x_low * y_low
            + high[ix] * x_low * y_high
            + low[ix + 1] * x_high * y_low
            + high[ix + 1] * x_high * y_high
        )


def _neighbours(nodes: list[float], place: float) -> tuple[int, float, float]:
    """Return the node before a place, and the weights of it and of the next one."""
    inside = min(max(place, nodes[0]), nodes[-1])
    # The last node belongs to the interval before it.
    i = bisect_right(nodes, inside, 1, len(nodes) - 1) - 1
    factor = 1.0 / (nodes[i + 1] - nodes[i])
    return i, factor * (nodes[i + 1] - inside), factor * (inside - nodes[i])
