"""Solids, joint limits and targets as they are read of real models."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from osimviz.analysis.joint_limits import limit_forces
from osimviz.envs import L2M2019Env, ProstheticsEnv
from osimviz.envs.engine import opensim
from osimviz.envs.model_file import read_model
from osimviz.envs.state_description import coordinates_in_tree_order
from osimviz.frames import ModelGeometry
from osimviz.recording.model_json import later_from_json, later_to_json
from osimviz.render.solids import unit_solid
from osimviz.worker.geometry import read_geometry
from osimviz.worker.messages import Ended, Message, RunRequest
from osimviz.worker.observer import target_velocity
from osimviz.worker.process import WorkerProcess
from osimviz.worker.solids import matrix_of
from tests.render.recorded_walk import geometry_folder

MODELS = geometry_folder().parent


def loaded(name: str) -> tuple[opensim.Model, opensim.State]:
    model = read_model(MODELS / f"{name}.osim")
    return model, model.initSystem()


@pytest.mark.parametrize("name", ["gait14dof22musc_20170320", "gait9dof18musc", "MoBL_ARMS_J"])
def test_that_joint_limits_follow_from_coordinates_as_opensim_computes_them(name: str) -> None:
    model, state = loaded(name)
    geometry = read_geometry(model, state)
    assert len(geometry.joint_limits) >= 6
    random = np.random.default_rng(0)
    coordinates = coordinates_in_tree_order(model)
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


class Drawn(opensim.DecorativeGeometryImplementation):  # type: ignore[misc]
    """What OpenSim's own visualizer is told to draw: kind, place (4, 4) of the decoration, sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, np.ndarray, np.ndarray]] = []

    def _note(self, kind: str, part: Any, *sizes: float) -> None:
        scale = np.diag([*(part.getScaleFactors().get(i) for i in range(3)), 1.0])
        self.found.append((kind, matrix_of(part.getTransform()) @ scale, np.array(sizes)))

    def implementSphereGeometry(self, part: Any) -> None:
        self._note("sphere", part, *3 * [part.getRadius()])

    def implementEllipsoidGeometry(self, part: Any) -> None:
        self._note("sphere", part, *part.getRadii().to_numpy())

    def implementBrickGeometry(self, part: Any) -> None:
        self._note("box", part, *part.getHalfLengths().to_numpy())

    def implementCylinderGeometry(self, part: Any) -> None:
        self._note("cylinder", part, part.getRadius(), part.getHalfHeight(), part.getRadius())

    def implementConeGeometry(self, part: Any) -> None:
        self._note("cone", part, *part.getOrigin().to_numpy(), *part.getDirection().to_numpy(), part.getHeight())

    def implementLineGeometry(self, part: Any) -> None:
        self._note("line", part, *part.getPoint1().to_numpy(), *part.getPoint2().to_numpy())

    def implementArrowGeometry(self, part: Any) -> None:
        self._note("arrow", part, *part.getStartPoint().to_numpy(), *part.getEndPoint().to_numpy())

    def implementFrameGeometry(self, part: Any) -> None:
        self._note("frame", part, part.getAxisLength())

    def implementMeshGeometry(self, part: Any) -> None:
        mesh = part.getMesh()
        self._note("mesh", part, *(mesh.getVertexPosition(i).to_numpy() for i in range(mesh.getNumVertices())))


def decorations(model: Any, state: Any, name: str) -> list[tuple[str, np.ndarray, np.ndarray]]:
    hints = model.updDisplayHints()
    hints.set_show_frames(True)
    hints.set_show_contact_geometry(True)
    drawn = Drawn()
    for component in model.getComponentsList():
        if component.getName() == name:
            for is_fixed in (True, False):
                parts = opensim.ArrayDecorativeGeometry()
                component.generateDecorations(is_fixed, hints, state, parts)
                for i in range(parts.size()):
                    parts.at(i).implementGeometry(drawn)
    return drawn.found


def users_model(tmp_path: Path, *, shows_frames: bool) -> tuple[opensim.Model, opensim.State]:
    """A file with everything that OpenSim can attach to a body, as a user would load it."""
    (tmp_path / "Geometry").mkdir()
    (tmp_path / "Geometry" / "wedge.obj").write_text(
        "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n"
    )
    model, turned = opensim.Model(), opensim.Vec3(0.1, 0.3, -0.2)
    body = opensim.Body("box", 1.0, opensim.Vec3(0), opensim.Inertia(1, 1, 1))
    model.addBody(body)
    model.addJoint(opensim.FreeJoint("free", model.getGround(), body))
    offset = opensim.PhysicalOffsetFrame("offset", body, opensim.Transform(opensim.Vec3(0, 1, 0)))
    body.addComponent(offset)
    arrow, line, cone = opensim.Arrow(), opensim.LineGeometry(), opensim.Cone()
    arrow.set_start_point(opensim.Vec3(0.1, 0, 0))
    arrow.set_direction(opensim.Vec3(0, 2, 0))
    arrow.set_length(0.3)
    line.set_start_point(opensim.Vec3(0.1, 0, 0))
    line.set_end_point(opensim.Vec3(0, 0.5, 0.2))
    line.set_scale_factors(opensim.Vec3(1, 2, 1))
    cone.set_origin(opensim.Vec3(0.1, 0, 0))
    cone.set_direction(opensim.Vec3(0.6, 0, 0.8))
    for geometry in (arrow, line, cone, opensim.Torus(), opensim.Sphere(0.1), opensim.Ellipsoid(0.1, 0.2, 0.3)):
        geometry.setName(f"my_{geometry.getConcreteClassName()}")
        offset.attachGeometry(geometry)
    sphere, cylinder, ellipsoid = opensim.ContactSphere(), opensim.ContactCylinder(), opensim.ContactEllipsoid()
    torus, plane, mesh = opensim.ContactTorus(), opensim.ContactHalfSpace(), opensim.ContactMesh()
    sphere.setRadius(0.04)
    cylinder.setRadius(0.1)
    ellipsoid.setRadii(opensim.Vec3(0.1, 0.2, 0.3))
    torus.setTorusRadius(0.2)
    torus.setTubeRadius(0.05)
    mesh.setFilename("wedge.obj")
    for geometry in (sphere, cylinder, ellipsoid, torus, plane, mesh):
        geometry.setName(f"my_{geometry.getConcreteClassName()}")
        geometry.setFrame(offset)
        geometry.set_location(opensim.Vec3(0.5, 0, 0))
        geometry.set_orientation(turned)
        model.addContactGeometry(geometry)
    model.updDisplayHints().set_show_frames(shows_frames)
    model.finalizeConnections()
    model.printToXML(str(tmp_path / "model.osim"))
    again = opensim.Model(str(tmp_path / "model.osim"))
    return again, again.initSystem()


def test_that_every_kind_of_geometry_is_read_as_opensim_draws_it(tmp_path: Path) -> None:
    model, state = users_model(tmp_path, shows_frames=False)
    geometry = read_geometry(model, state)
    solids = {name: [x for x in geometry.solids if x.name == name] for name in {x.name for x in geometry.solids}}
    for kind in ("Sphere", "Ellipsoid", "ContactSphere", "ContactCylinder", "ContactEllipsoid"):
        [solid] = solids[f"my_{kind}"]
        [(shape, place, sizes)] = decorations(model, state, solid.name)
        # A round solid looks the same whichever way it is turned about its axis.
        assert solid.kind == shape
        outer = (place @ np.diag([*sizes, 1.0]))[:3]
        assert solid.body_from_solid[:3, 3] == pytest.approx(outer[:, 3]), kind
        assert solid.body_from_solid[:3, :3] @ solid.body_from_solid[:3, :3].T == pytest.approx(
            outer[:, :3] @ outer[:, :3].T
        ), kind
    [line] = solids["my_LineGeometry"]
    [(_, place, ends)] = decorations(model, state, "my_LineGeometry")
    assert (
        pytest.approx((place @ [*ends.reshape(2, 3).T, [1, 1]])[:3].T)
        == (line.body_from_solid @ [[0, 0], [-1, 1], [0, 0], [1, 1]])[:3].T
    )
    shaft, head = solids["my_Arrow"]
    [(_, place, ends)] = decorations(model, state, "my_Arrow")
    start, tip = (place @ [*ends.reshape(2, 3).T, [1, 1]])[:3].T
    assert (shaft.body_from_solid @ [0, -1, 0, 1])[:3] == pytest.approx(start)
    assert (head.body_from_solid @ [0, 1, 0, 1])[:3] == pytest.approx(tip)
    [cone] = solids["my_Cone"]
    [(_, place, numbers)] = decorations(model, state, "my_Cone")
    origin, direction, height = numbers[:3], numbers[3:6], numbers[6]
    assert (
        pytest.approx((place @ [*np.array([origin, origin + height * direction]).T, [1, 1]])[:3].T)
        == (cone.body_from_solid @ [[0, 0], [-1, 1], [0, 0], [1, 1]])[:3].T
    )
    [torus] = solids["my_ContactTorus"]
    [(_, place, corners)] = decorations(model, state, "my_ContactTorus")
    ours = unit_solid("torus", torus.tube).points @ torus.body_from_solid[:3, :3].T + torus.body_from_solid[:3, 3]
    theirs = corners @ place[:3, :3].T + place[:3, 3]
    for extreme in (np.min, np.max):
        assert extreme(ours, axis=0) == pytest.approx(extreme(theirs, axis=0), abs=0.004)
    assert [x.kind for x in solids["my_Torus"]] == ["unknown"], "OpenSim keeps no sizes of its Torus"
    assert "frame_geometry" not in solids
    [wedge] = geometry.bones
    assert (wedge.is_contact, Path(wedge.path).name, wedge.body_from_mesh[:3, 3]) == (
        True, "wedge.obj", pytest.approx([0.5, 1.0, 0.0]),
    )  # fmt: skip


def test_that_frames_are_drawn_where_the_model_says_so(tmp_path: Path) -> None:
    geometry = read_geometry(*users_model(tmp_path, shows_frames=True))
    axes = [x for x in geometry.solids if x.name == "frame_geometry" and x.body_index == 0]
    # Of the body and of its offset frame.
    assert len(axes) == 6
    ends = np.array([(x.body_from_solid @ [0, 1, 0, 1])[:3] for x in axes])
    assert {(0, 0, 0.2), (0, 0.2, 0), (0.2, 0, 0)} <= {tuple(end) for end in ends.round(3).tolist()}
    assert len({x.colour for x in axes}) == 3


def test_that_a_recordings_description_keeps_them_and_an_older_one_has_none() -> None:
    geometry = read_geometry(*loaded("gait14dof22musc_20170320"))
    document = later_to_json(geometry)
    again = later_from_json(document, len(geometry.body_names))
    assert [x.name for x in again["solids"]] == [x.name for x in geometry.solids]
    assert again["solids"][0].body_from_solid == pytest.approx(geometry.solids[0].body_from_solid)
    assert again["joint_limits"][2].upper_stiffness == geometry.joint_limits[2].upper_stiffness
    assert later_from_json({}, 3) == {"solids": (), "joint_limits": (), "disabled_muscles": ()}
    ring = replace(geometry.solids[0], kind="torus", tube=0.4)
    [kept] = later_from_json(later_to_json(replace(geometry, solids=(ring,))), len(geometry.body_names))["solids"]
    assert (kept.kind, kept.tube) == ("torus", 0.4)
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


def test_that_a_model_without_muscles_runs(tmp_path: Path) -> None:
    users_model(tmp_path, shows_frames=False)
    messages: list[Message] = []
    request = RunRequest(str(tmp_path / "model.osim"), controller="zero", n_steps=2, is_trusted=True)
    WorkerProcess(request).run(messages.append)
    last = messages[-1]
    assert isinstance(last, Ended), last
    assert last.outcome.step == 2
