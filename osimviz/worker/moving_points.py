"""Read how the moving points of muscle paths follow their coordinate. In the worker process only.

OpenSim evaluates three functions for each of them whenever it is asked, 7 µs a point after a step; as polynomials those
of all points and of many states are a few products.
"""

from typing import Any

import numpy as np

from osimviz.envs.engine import opensim
from osimviz.worker.point_curves import Curve, MovingPoints, PointCurves

#: A curve is believed where it is the engine's function to this, m: chosen, some thousand roundings.
_TOLERANCE_M = 1e-12
#: How far beyond its knots a curve is compared, in the unit of its coordinate: chosen, both go on straight there.
_BEYOND = 0.5


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


def _curve_of(function: Any) -> Curve | None:
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
    curve = Curve(knots, np.concatenate((knots[:1], knots)), np.vstack((before, pieces, behind)))
    return curve if _is_same(curve, function) else None


def _constant(value: float) -> Curve:
    return Curve(np.empty(0), np.zeros(1), np.array([[value, 0.0, 0.0, 0.0]]))


def _is_same(curve: Curve, function: Any) -> bool:
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
