"""Where the moving points of muscle paths are, from the coordinate they follow. In the worker process only.

OpenSim evaluates three functions for each of them whenever it is asked, 7 µs a point after a step; as polynomials those
of all points and of many states are a few products.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.engine import opensim
from osimviz.frames import Array

#: A curve is believed where it is the engine's function to this, m: chosen, some thousand roundings.
_TOLERANCE_M = 1e-12
#: How far beyond its knots a curve is compared, in the unit of its coordinate: chosen, both go on straight there.
_BEYOND = 0.5


@dataclass(frozen=True, slots=True)
class _Curve:
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
    curves : tuple of _Curve
        The point's x, y and z in its frame, m.
    """

    row: int
    lower: float
    upper: float
    curves: tuple[_Curve, ...]


def curves_of(point: Any, rows: dict[str, int]) -> PointCurves | None:
    """Return how a moving point follows its coordinate; None where one of its functions is of no kind known here.

    Parameters
    ----------
    point : opensim.MovingPathPoint
        Of an initialised model.
    rows : dict of str to int
        Where each state variable stands in Y, by its path.
    """
    functions = [point.get_x_location(), point.get_y_location(), point.get_z_location()]
    if not point.hasXCoordinate():
        # OpenSim insists on one coordinate for all three, and evaluates the functions at 0 where there is none.
        return PointCurves(0, 0.0, 0.0, tuple(_constant(_value(function, 0.0)) for function in functions))
    coordinate = point.getXCoordinate()
    curves = [_curve_of(function) for function in functions]
    known = tuple(curve for curve in curves if curve is not None)
    if len(known) < len(curves):
        return None
    row = rows[f"{coordinate.getAbsolutePathString()}/value"]
    return PointCurves(row, coordinate.getRangeMin(), coordinate.getRangeMax(), known)


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


def _curve_of(function: Any) -> _Curve | None:
    if opensim.Constant.safeDownCast(function) is not None:
        return _constant(_value(function, 0.0))
    inner = function
    while (scaled := opensim.MultiplierFunction.safeDownCast(inner)) is not None:
        inner = scaled.getFunction()
    # Both are polynomials between their knots and go on straight beyond them.
    spline, polyline = opensim.SimmSpline.safeDownCast(inner), opensim.PiecewiseLinearFunction.safeDownCast(inner)
    known = polyline if spline is None else spline
    if known is None:
        return None
    knots = np.array([known.getX(i) for i in range(known.getSize())])
    if len(knots) < 2 or not np.all(np.diff(knots) > 0.0):
        return None
    values = np.array([_value(function, x) for x in knots.tolist()])
    widths, rises = np.diff(knots), np.diff(values)
    if spline is None:
        slopes = rises / widths
        starts, ends = slopes, slopes
    else:
        slopes = np.array([_slope(function, x) for x in knots.tolist()])
        starts, ends = slopes[:-1], slopes[1:]
    # The cubic with a value and a slope at either end.
    chords = rises / widths
    squares = (3.0 * chords - 2.0 * starts - ends) / widths
    cubes = (starts + ends - 2.0 * chords) / widths**2
    pieces = np.stack((values[:-1], starts, squares, cubes), axis=-1)
    before, behind = (values[0], starts[0], 0.0, 0.0), (values[-1], ends[-1], 0.0, 0.0)
    curve = _Curve(knots, np.concatenate((knots[:1], knots)), np.vstack((before, pieces, behind)))
    return curve if _is_same(curve, function) else None


def _constant(value: float) -> _Curve:
    return _Curve(np.empty(0), np.zeros(1), np.array([[value, 0.0, 0.0, 0.0]]))


def _is_same(curve: _Curve, function: Any) -> bool:
    """Return whether a curve is the engine's function within its pieces, at their ends and beyond."""
    bounds = np.concatenate((curve.knots[:1] - _BEYOND, curve.knots, curve.knots[-1:] + _BEYOND))
    asked = np.concatenate([bounds[:-1] + share * np.diff(bounds) for share in (0.0, 0.3, 0.8)])
    points = MovingPoints([PointCurves(0, -np.inf, np.inf, (curve,) * 3)])
    expected = np.array([_value(function, x) for x in asked.tolist()])
    return bool(np.all(np.abs(points.places(asked[:, None])[:, 0, 0] - expected) <= _TOLERANCE_M))


def _value(function: Any, x: float) -> float:
    return float(function.calcValue(opensim.Vector(1, x)))


def _slope(function: Any, x: float) -> float:
    return float(function.calcDerivative(opensim.StdVectorInt([0]), opensim.Vector(1, x)))
