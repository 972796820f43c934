"""Moving points of paths against the engine's own places, with functions of all kinds."""

from typing import Any

import numpy as np
import pytest

from osimviz.envs.engine import opensim
from osimviz.envs.model_file import read_model
from osimviz.envs.models import model_path
from osimviz.envs.state_description import state_rows
from osimviz.worker.body_poses import read_poses
from osimviz.worker.moving_points import curves_of
from osimviz.worker.muscle_paths import MusclePaths
from osimviz.worker.point_curves import MovingPoints

MODELS = ("gait14dof22musc_pros_20180507", "gait14dof22musc_20170320", "gait9dof18musc", "MoBL_ARMS_J")


def moving_points(model: Any) -> list[Any]:
    found = []
    for i in range(model.getMuscles().getSize()):
        points = opensim.GeometryPath.safeDownCast(model.getMuscles().get(i).getPath()).getPathPointSet()
        found += [opensim.MovingPathPoint.safeDownCast(points.get(k)) for k in range(points.getSize())]
    return [point for point in found if point is not None]


def differences_m(model: Any, points: list[Any]) -> float:
    """Return how far places are from the engine's, at most, over the range of each point's coordinate and beyond."""
    state = model.initSystem()
    rows = state_rows(model)
    curves = MovingPoints([known for point in points if (known := curves_of(point, rows)) is not None])
    largest = 0.0
    for point in points:
        coordinate = point.getXCoordinate()
        low, high = coordinate.getRangeMin(), coordinate.getRangeMax()
        coordinate.setDefaultLocked(False)
        coordinate.setLocked(state, False)
        for value in np.linspace(low - 0.4, high + 0.4, 23).tolist():
            coordinate.setValue(state, value, False)
            places = curves.places(state.getY().to_numpy()[None])[0]
            engine = [other.getLocation(state).to_numpy() for other in points]
            largest = max(largest, float(np.abs(places - engine).max()))
    return largest


def rewritten(function: Any) -> Any:
    """Return the model whose first moving point follows its coordinate in x by another function."""
    model = read_model(model_path("gait9dof18musc.osim"))
    model.initSystem()
    moving_points(model)[0].set_x_location(function)
    return model


@pytest.mark.parametrize("name", MODELS)
def test_that_places_are_the_engines_in_range_and_beyond(name: str) -> None:
    model = read_model(model_path(f"{name}.osim"))
    model.initSystem()
    assert differences_m(model, moving_points(model)) < 1e-12


def test_that_a_scaled_function_and_a_constant_are_known() -> None:
    spline = opensim.SimmSpline()
    for x, y in ((-2.1, -0.04), (-1.4, -0.02), (-0.7, -0.03), (0.0, 0.01), (0.3, 0.02)):
        spline.addPoint(x, y)
    scaled = opensim.MultiplierFunction(spline, 1.7)
    # It owns the function that it was given.
    spline.thisown = False
    polyline = opensim.PiecewiseLinearFunction()
    for x, y in ((-2.0, 0.01), (-1.0, 0.03), (0.2, -0.02)):
        polyline.addPoint(x, y)
    for function in (scaled, opensim.Constant(0.25), polyline):
        model = rewritten(function)
        assert differences_m(model, moving_points(model)) < 1e-12


def test_that_the_engine_is_asked_for_a_point_whose_function_is_not_known() -> None:
    model = rewritten(opensim.Sine(0.05, 2.0, 0.3))
    state = model.initSystem()
    points = moving_points(model)
    assert [curves_of(point, state_rows(model)) is None for point in points] == [True, *[False] * (len(points) - 1)]
    bodies = list(model.getBodySet())
    paths = MusclePaths(model, tuple(body.getName() for body in bodies))
    for angle in (-1.0, -0.3):
        points[0].getXCoordinate().setValue(state, angle, False)
        model.realizePosition(state)
        drawn, _ = paths.read(state, read_poses(bodies, state))
        for point in points:
            place = point.getLocationInGround(state).to_numpy()
            assert np.abs(drawn - place).max(axis=1).min() < 1e-12


def test_that_a_point_of_a_value_that_is_no_number_is_nowhere() -> None:
    model = read_model(model_path("gait9dof18musc.osim"))
    model.initSystem()
    curves = curves_of(moving_points(model)[0], state_rows(model))
    assert curves is not None
    y = np.full((1, model.getWorkingState().getNY()), np.nan)
    assert np.isnan(MovingPoints([curves]).places(y)).all()
