"""Solids, joint limits and targets as they are read of real models."""

import numpy as np
import pytest

from osimviz.analysis.joint_limits import limit_forces
from osimviz.envs import L2M2019Env, ProstheticsEnv
from osimviz.envs.engine import opensim
from osimviz.frames import ModelGeometry
from osimviz.recording.model_json import later_from_json, later_to_json
from osimviz.worker.geometry import coordinate_names, read_geometry
from osimviz.worker.observer import target_velocity
from tests.render.recorded_walk import geometry_folder

MODELS = geometry_folder().parent


def loaded(name: str) -> tuple[opensim.Model, opensim.State]:
    model = opensim.Model(str(MODELS / f"{name}.osim"))
    return model, model.initSystem()


@pytest.mark.parametrize("name", ["gait14dof22musc_20170320", "gait9dof18musc", "MoBL_ARMS_J"])
def test_that_joint_limits_follow_from_coordinates_as_opensim_computes_them(name: str) -> None:
    model, state = loaded(name)
    geometry = read_geometry(model, state)
    assert len(geometry.joint_limits) >= 6
    random = np.random.default_rng(0)
    coordinates = [model.getCoordinateSet().get(each) for each in coordinate_names(model)]
    forces = [opensim.CoordinateLimitForce.safeDownCast(model.getForceSet().get(x.name)) for x in geometry.joint_limits]
    largest = 0.0
    for _ in range(20):
        for coordinate in coordinates:
            if not coordinate.getLocked(state):
                coordinate.setValue(state, float(random.uniform(-2.6, 2.6)), False)
                coordinate.setSpeedValue(state, float(random.normal()))
        model.realizeDynamics(state)
        values = np.array([each.getValue(state) for each in coordinates])
        speeds = np.array([each.getSpeedValue(state) for each in coordinates])
        expected = np.array([force.getRecordValues(state).get(0) for force in forces])
        assert limit_forces(geometry.joint_limits, values, speeds) == pytest.approx(expected, abs=1e-6)
        largest = max(largest, float(np.abs(expected).max()))
    assert largest > 100.0


def test_that_contact_spheres_are_where_they_touch() -> None:
    geometry = read_geometry(*loaded("gait14dof22musc_20170320"))
    heel = next(solid for solid in geometry.solids if solid.name == "r_heel")
    assert heel.is_contact
    assert geometry.body_names[heel.body_index] == "calcn_r"
    assert heel.body_from_solid[:3, 3] == pytest.approx([0.03, 0.02, 0.0])
    assert np.linalg.norm(heel.body_from_solid[:3, 0]) == pytest.approx(0.05)
    assert all(solid.is_contact for solid in geometry.solids), "the floor's half-space is drawn as the floor"


def test_that_a_users_solids_come_with_size_place_and_look() -> None:
    model = opensim.Model()
    body = opensim.Body("box", 1.0, opensim.Vec3(0), opensim.Inertia(1, 1, 1))
    model.addBody(body)
    model.addJoint(opensim.FreeJoint("free", model.getGround(), body))
    brick = opensim.Brick(opensim.Vec3(0.1, 0.2, 0.3))
    brick.setColor(opensim.Vec3(0.2, 0.4, 0.6))
    brick.setOpacity(0.5)
    offset = opensim.PhysicalOffsetFrame("offset", body, opensim.Transform(opensim.Vec3(0, 1, 0)))
    body.addComponent(offset)
    offset.attachGeometry(brick)
    body.attachGeometry(opensim.Sphere(0.07))
    cylinder = opensim.Cylinder(0.05, 0.4)
    cylinder.set_scale_factors(opensim.Vec3(2, 1, 1))
    body.attachGeometry(cylinder)
    hidden = opensim.Ellipsoid(0.1, 0.2, 0.3)
    hidden.upd_Appearance().set_visible(False)
    body.attachGeometry(hidden)
    model.finalizeConnections()
    geometry = read_geometry(model, model.initSystem())
    by_kind = {solid.kind: solid for solid in geometry.solids}
    assert len(geometry.solids) == 3
    assert by_kind["box"].body_from_solid == pytest.approx(
        np.array([[0.1, 0, 0, 0], [0, 0.2, 0, 1], [0, 0, 0.3, 0], [0, 0, 0, 1]])
    )
    assert by_kind["box"].colour == pytest.approx((0.2, 0.4, 0.6))
    assert by_kind["box"].opacity == 0.5
    assert by_kind["sphere"].colour is None
    assert np.diag(by_kind["cylinder"].body_from_solid) == pytest.approx([0.1, 0.4, 0.05, 1.0])


def test_that_a_recordings_description_keeps_them_and_an_older_one_has_none() -> None:
    geometry = read_geometry(*loaded("gait14dof22musc_20170320"))
    document = later_to_json(geometry)
    again = later_from_json(document, len(geometry.body_names))
    assert [x.name for x in again["solids"]] == [x.name for x in geometry.solids]
    assert again["solids"][0].body_from_solid == pytest.approx(geometry.solids[0].body_from_solid)
    assert again["joint_limits"][2].upper_stiffness == geometry.joint_limits[2].upper_stiffness
    assert later_from_json({}, 3) == {"solids": (), "joint_limits": (), "disabled_muscles": ()}
    for damage in ({"body_index": 99}, {"kind": "blob"}, {"opacity": 2}, {"body_from_solid": [1, 2]}):
        broken = {**document, "solids": [{**document["solids"][0], **damage}]}
        with pytest.raises(ValueError, match=r"."):
            later_from_json(broken, len(geometry.body_names))


def test_that_muscles_without_force_are_named() -> None:
    model, _ = loaded("gait9dof18musc")
    model.getMuscles().get("soleus_r").set_appliesForce(False)
    geometry: ModelGeometry = read_geometry(model, model.initSystem())
    assert geometry.disabled_muscles == ("soleus_r",)


def test_that_the_target_velocity_is_what_the_reward_asks_for() -> None:
    first_round = ProstheticsEnv(visualize=False)
    first_round.reset()
    assert target_velocity(first_round).shape == (0,)
    second_round = ProstheticsEnv(visualize=False, difficulty=1, seed=5)
    second_round.reset()
    assert target_velocity(second_round) == pytest.approx([1.25, 0.0, 0.0])
    field = L2M2019Env(visualize=False, difficulty=2, seed=7)
    field.reset()
    forward, leftward = field.vtgt.velocity_at((0.0, 0.0))
    assert target_velocity(field) == pytest.approx([forward, 0.0, -leftward])
