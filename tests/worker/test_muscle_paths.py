"""Muscle paths against the engine's own points, in real postures of real models."""

from typing import Any

import numpy as np
import pytest

from osimviz.envs.engine import opensim
from osimviz.envs.models import model_path
from osimviz.worker.muscle_paths import MusclePaths

MODELS = ("gait14dof22musc_pros_20180507", "gait14dof22musc_20170320", "gait9dof18musc", "arm2dof6musc")


def poses(model: Any, state: Any) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    bodies = [model.getBodySet().get(i) for i in range(model.getBodySet().getSize())]
    transforms = [body.getTransformInGround(state) for body in bodies]
    positions = np.array([t.p().to_numpy() for t in transforms])
    quaternions = [t.R().convertRotationToQuaternion() for t in transforms]
    return (
        tuple(body.getName() for body in bodies),
        positions,
        np.array([[q.get(k) for k in range(4)] for q in quaternions]),
    )


@pytest.mark.parametrize("name", MODELS)
def test_that_points_are_the_engines_own_in_any_posture(name: str) -> None:
    model = opensim.Model(str(model_path(f"{name}.osim")))
    state = model.initSystem()
    generator = np.random.RandomState(0)
    paths = None
    for _ in range(5):
        for i in range(model.getCoordinateSet().getSize()):
            coordinate = model.getCoordinateSet().get(i)
            if not coordinate.getLocked(state):
                coordinate.setValue(state, coordinate.getDefaultValue() + generator.uniform(-0.5, 0.5), False)
        model.realizePosition(state)
        names, positions, quaternions = poses(model, state)
        paths = paths or MusclePaths(model, names)
        points, counts = paths.read(state, positions, quaternions)
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
                # An arc lies between the tangent points: the ends are the muscle's.
                np.testing.assert_allclose(drawn[[0, -1]], own[[0, -1]], atol=1e-12)
                assert len(drawn) >= len(own)
