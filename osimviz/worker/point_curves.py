"""Where the moving points of muscle paths are, from the coordinate they follow, for many states. Knows no engine."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array


@dataclass(frozen=True, slots=True)
class Curve:
    """A function made of cubic polynomials.

    Attributes
    ----------
    knots : array (n,)
        Where a polynomial ends and the next one begins, ascending.
    origins : array (n + 1,)
        What each polynomial counts its argument from.
    coefficients : array (n + 1, 4)
        Of its powers, the constant first.
    """

    knots: Array
    origins: Array
    coefficients: Array


@dataclass(frozen=True, slots=True)
class PointCurves:
    """How one moving point follows its coordinate.

    Attributes
    ----------
    row : int
        Where in Y the coordinate stands.
    lower, upper : float
        Its range, beyond which the point stays where it is (``MovingPathPoint::getLocation`` of opensim-core).
    curves : tuple of Curve
        The point's x, y and z in its frame, m.
    """

    row: int
    lower: float
    upper: float
    curves: tuple[Curve, ...]


class MovingPoints:
    """Places many moving points at once.

    Parameters
    ----------
    points : sequence of PointCurves
        How each follows its coordinate.
    """

    def __init__(self, points: Sequence[PointCurves]) -> None:
        self._rows = np.array([point.row for point in points], dtype=np.intp)
        self._lower, self._upper = np.array([(point.lower, point.upper) for point in points]).reshape(-1, 2).T
        most = max((len(curve.knots) for point in points for curve in point.curves), default=0)
        n_points = len(points)
        # Knots that a curve lacks are never reached.
        self._knots = np.full((n_points, 3, most), np.inf)
        self._origins = np.zeros((n_points, 3, most + 1))
        self._coefficients = np.zeros((n_points, 3, most + 1, 4))
        for i, point in enumerate(points):
            for axis, curve in enumerate(point.curves):
                n_knots = len(curve.knots)
                self._knots[i, axis, :n_knots] = curve.knots
                self._origins[i, axis, : n_knots + 1] = curve.origins
                self._coefficients[i, axis, : n_knots + 1] = curve.coefficients
        self._places = np.arange(n_points)[:, None], np.arange(3)

    def places(self, states: Array) -> Array:
        """Return where the points are in their frames, m, (n_states, n_points, 3), in states Y (n_states, n_y)."""
        value = np.clip(states[:, self._rows], self._lower, self._upper)[:, :, None]
        piece: NDArray[np.intp] = (self._knots <= value[..., None]).sum(axis=-1)
        dx = value - self._origins[(*self._places, piece)]
        a, b, c, d = np.moveaxis(self._coefficients[(*self._places, piece)], -1, 0)
        found: Array = a + dx * (b + dx * (c + dx * d))
        return found
