"""Muscle paths against the engine's own points, in real postures of real models."""

from typing import Any

import numpy as np
import pytest

from osimviz.envs.engine import opensim
from osimviz.envs.model_file import read_model
from osimviz.envs.models import model_path
from osimviz.worker.body_poses import read_poses
from osimviz.worker.muscle_paths import MusclePaths

MODELS = ("gait14dof22musc_pros_20180507", "gait14dof22musc_20170320", "gait9dof18musc", "arm2dof6musc", "MoBL_ARMS_J")


def with_arcs(current: Any, state: Any) -> np.ndarray:
    points = []
    for k in range(current.getSize()):
        wrap = opensim.PathWrapPoint.safeDownCast(current.get(k))
        if wrap is not None:
            arc, frame = wrap.getWrapPath(state), current.get(k).getParentFrame()
            points += [frame.findStationLocationInGround(state, arc.get(i)).to_numpy() for i in range(arc.getSize())]
            points.append(frame.findStationLocationInGround(state, wrap.getLocation(state)).to_numpy())
        else:
            points.append(current.get(k).getLocationInGround(state).to_numpy())
    return np.array(points)


def bodies_of(model: Any) -> list[Any]:
    return [model.getBodySet().get(i) for i in range(model.getBodySet().getSize())]


@pytest.mark.parametrize("name", MODELS)
def test_that_points_are_the_engines_own_in_any_posture(name: str) -> None:
    model = read_model(model_path(f"{name}.osim"))
    state = model.initSystem()
    generator = np.random.RandomState(0)
    paths = None
    for _ in range(5):
        for i in range(model.getCoordinateSet().getSize()):
            coordinate = model.getCoordinateSet().get(i)
            if not coordinate.getLocked(state):
                coordinate.setValue(state, coordinate.getDefaultValue() + generator.uniform(-0.5, 0.5), False)
        model.realizePosition(state)
        bodies = bodies_of(model)
        paths = paths or MusclePaths(model, tuple(body.getName() for body in bodies))
        points, counts = paths.read(state, read_poses(bodies, state))
        assert counts.sum() == len(points)
        assert np.all(np.isfinite(points))
        first = 0
        for i in range(model.getMuscles().getSize()):
            path = opensim.GeometryPath.safeDownCast(model.getMuscles().get(i).getPath())
            current = path.getCurrentPath(state)
            own = np.array([current.get(k).getLocationInGround(state).to_numpy() for k in range(current.getSize())])
            drawn = points[first : first + counts[i]]
            first += counts[i]
            if path.getWrapSet().getSize() == 0:
                np.testing.assert_allclose(drawn, own, atol=1e-12)
            else:
                np.testing.assert_allclose(drawn, with_arcs(current, state), atol=1e-12)
                assert len(drawn) >= len(own)


def test_that_conditional_points_come_and_go_where_the_engine_has_them_do_so() -> None:
    model = opensim.Model(str(model_path("gait14dof22musc_20170320.osim")))
    state = model.initSystem()
    bodies = bodies_of(model)
    paths = MusclePaths(model, tuple(body.getName() for body in bodies))
    muscles = [model.getMuscles().get(i) for i in range(model.getMuscles().getSize())]
    seen = set()
    limits = [
        (point.getCoordinate(), point.get_range(k))
        for muscle in muscles
        for point in conditional_points(muscle)
        for k in range(2)
    ]
    assert limits
    for coordinate, limit in limits:
        # Within the tolerance of the range, just outside it, and clearly on both sides.
        for offset in (-1e-3, -1.1e-5, -0.9e-5, 0.0, 0.9e-5, 1.1e-5, 1e-3):
            coordinate.setValue(state, limit + offset, False)
            model.realizePosition(state)
            _, counts = paths.read(state, read_poses(bodies, state))
            own = [muscle.getPath() for muscle in muscles]
            own_counts = [opensim.GeometryPath.safeDownCast(path).getCurrentPath(state).getSize() for path in own]
            assert counts.tolist() == own_counts
            seen.add(tuple(own_counts))
    assert len(seen) > 2


def conditional_points(muscle: Any) -> list[Any]:
    points = opensim.GeometryPath.safeDownCast(muscle.getPath()).getPathPointSet()
    found = [opensim.ConditionalPathPoint.safeDownCast(points.get(i)) for i in range(points.getSize())]
    return [point for point in found if point is not None]
