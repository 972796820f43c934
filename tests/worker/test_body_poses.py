"""Poses and quaternions against the engine's own getters."""

import numpy as np
import pytest

from osimviz.envs import engine_memory
from osimviz.envs.engine import opensim
from osimviz.envs.models import model_path
from osimviz.worker.body_poses import read_poses
from osimviz.worker.sampled_bodies import quaternions


def rotation(angle_rad: float, axis: list[float]) -> opensim.Rotation:
    return opensim.Rotation(angle_rad, opensim.Vec3(*(np.array(axis) / np.linalg.norm(axis)).tolist()))


def as_array(matrix: opensim.Rotation) -> np.ndarray:
    return np.array([[matrix.get(i, j) for j in range(3)] for i in range(3)])


def test_that_poses_are_the_engines_to_the_bit_however_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    model = opensim.Model(str(model_path("gait14dof22musc_20170320.osim")))
    state = model.initSystem()
    generator = np.random.RandomState(0)
    for i in range(model.getCoordinateSet().getSize()):
        model.getCoordinateSet().get(i).setValue(state, generator.uniform(-0.5, 0.5), False)
    model.realizePosition(state)
    bodies = [model.getBodySet().get(i) for i in range(model.getBodySet().getSize())]
    assert engine_memory.IS_LAYOUT_KNOWN
    poses = read_poses(bodies, state)
    for pose, body in zip(poses, bodies, strict=True):
        transform = body.getTransformInGround(state)
        assert pose[3].tolist() == transform.p().to_numpy().tolist()
        assert pose[:3].T.tolist() == as_array(transform.R()).tolist()
    monkeypatch.setattr(engine_memory, "IS_LAYOUT_KNOWN", False)
    np.testing.assert_array_equal(read_poses(bodies, state), poses)


def test_that_what_was_read_stays_when_the_state_moves_on() -> None:
    model = opensim.Model(str(model_path("gait14dof22musc_20170320.osim")))
    state = model.initSystem()
    model.realizePosition(state)
    poses = read_poses([model.getBodySet().get("tibia_l")], state)
    before = poses.copy()
    model.getCoordinateSet().get("knee_angle_l").setValue(state, -1.0, False)
    model.realizePosition(state)
    read_poses([model.getBodySet().get("tibia_l")], state)
    np.testing.assert_array_equal(poses, before)


@pytest.mark.parametrize(
    ("angle_rad", "axis"),
    [
        (0.0, [1.0, 0.0, 0.0]),
        (0.3, [0.4, 0.5, 0.6]),
        (-2.5, [0.4, -0.5, 0.6]),
        # Half a turn: the scalar is 0, and each of the other elements may be the largest.
        (np.pi, [1.0, 0.0, 0.0]),
        (np.pi, [0.0, 1.0, 0.0]),
        (np.pi, [0.0, 0.0, 1.0]),
        (3.0, [0.1, 0.9, 0.2]),
        (3.0, [0.1, 0.2, 0.9]),
        (1e-9, [0.4, 0.5, 0.6]),
    ],
)
def test_that_quaternions_are_the_engines(angle_rad: float, axis: list[float]) -> None:
    turned = rotation(angle_rad, axis)
    own = turned.convertRotationToQuaternion()
    expected = np.array([own.get(i) for i in range(4)])
    pose = np.concatenate((as_array(turned).T, np.zeros((1, 3))))
    found = quaternions(pose[None])[0]
    assert found[0] >= 0.0
    # Of half a turn both signs are the same rotation.
    assert min(abs(found - expected).max(), abs(found + expected).max()) < 1e-15
    assert np.linalg.norm(found) == pytest.approx(1.0, abs=1e-15)
