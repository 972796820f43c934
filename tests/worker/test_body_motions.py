"""Bodies and centre of mass of many states against the engine's own getters."""

from typing import Any

import numpy as np
import pytest

from osimviz.envs import engine_bodies, engine_library, engine_memory
from osimviz.envs.engine import opensim
from osimviz.envs.model_file import read_model
from osimviz.envs.models import model_path
from osimviz.worker.body_motions import BodyMotions
from osimviz.worker.body_poses import read_poses
from osimviz.worker.sampled_bodies import body_motions

MODELS = ("gait14dof22musc_20170320", "gait14dof22musc_pros_20180507", "hop8dof9musc", "arm2dof6musc", "MoBL_ARMS_J")


def moved(model: Any, state: Any, draw: np.random.RandomState) -> None:
    """Put a model into another posture, moving."""
    for coordinate in model.getCoordinateSet():
        if not coordinate.getLocked(state):
            coordinate.setValue(state, coordinate.getDefaultValue() + draw.uniform(-0.5, 0.5), False)
            coordinate.setSpeedValue(state, draw.uniform(-2.0, 2.0))
    model.realizeVelocity(state)


def centre_of(model: Any, state: Any) -> np.ndarray:
    place, velocity = model.calcMassCenterPosition(state), model.calcMassCenterVelocity(state)
    return np.array([place.to_numpy(), velocity.to_numpy()])


@pytest.mark.parametrize("name", MODELS)
def test_that_bodies_and_centre_are_the_engines_in_any_motion(name: str) -> None:
    model = read_model(model_path(f"{name}.osim"))
    state = model.initSystem()
    motions, draw = BodyMotions(model, state), np.random.RandomState(0)
    samples, poses, centres = [], [], []
    for _ in range(4):
        moved(model, state, draw)
        samples.append(motions.sample(state))
        poses.append(read_poses(list(model.getBodySet()), state))
        centres.append(centre_of(model, state))
    assert not any(sample.centre_of_mass for sample in samples)
    own_poses, own_centres = body_motions(samples)
    np.testing.assert_array_equal(own_poses, poses)
    np.testing.assert_allclose(own_centres, centres, rtol=0.0, atol=1e-13)
    assert np.abs(np.array(centres)[:, 1]).max() > 0.1


@pytest.mark.parametrize("lacks", ["layout", "functions", "library"])
def test_that_the_wrapper_gives_the_same_where_memory_is_not_known(lacks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = read_model(model_path("gait14dof22musc_20170320.osim"))
    state = model.initSystem()
    moved(model, state, np.random.RandomState(1))
    known = BodyMotions(model, state)
    assert engine_bodies.body_memory(model, list(model.getBodySet()), state) is not None
    if lacks == "layout":
        monkeypatch.setattr(engine_memory, "IS_LAYOUT_KNOWN", False)
    elif lacks == "functions":
        monkeypatch.setattr(engine_bodies, "_velocity_of", None)
    else:
        monkeypatch.setattr(engine_library, "_LIBRARY", None)
        named = "_ZNK5SimTK13MobilizedBody16getBodyTransformERKNS_5StateE"
        monkeypatch.setattr(engine_bodies, "_transform_of", engine_library.reference_function(named, 2))
    assert engine_bodies.body_memory(model, list(model.getBodySet()), state) is None
    asked = BodyMotions(model, state)
    for own, other in zip(body_motions([known.sample(state)]), body_motions([asked.sample(state)]), strict=True):
        np.testing.assert_array_equal(own, other)


def test_that_bodies_that_stand_otherwise_in_memory_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    model = read_model(model_path("gait14dof22musc_20170320.osim"))
    state = model.initSystem()
    moved(model, state, np.random.RandomState(1))
    transform_of = engine_bodies._transform_of
    assert transform_of is not None
    monkeypatch.setattr(engine_bodies, "_transform_of", lambda body, place: transform_of(body, place) + 8)
    assert engine_bodies.body_memory(model, list(model.getBodySet()), state) is None


def test_that_a_state_that_is_not_realised_can_be_begun_with() -> None:
    model = read_model(model_path("arm2dof6musc.osim"))
    state = model.initSystem()
    model.getCoordinateSet().get(0).setValue(state, 0.3, False)
    motions = BodyMotions(model, state)
    np.testing.assert_array_equal(
        body_motions([motions.sample(state)])[0][0], read_poses(list(model.getBodySet()), state)
    )


def test_that_masses_changed_between_episodes_count_from_the_next_one_on() -> None:
    model = read_model(model_path("gait14dof22musc_20170320.osim"))
    state = model.initSystem()
    motions, draw = BodyMotions(model, state), np.random.RandomState(2)
    moved(model, state, draw)
    before, expected_before = motions.sample(state), centre_of(model, state)
    torso = model.getBodySet().get("torso")
    torso.setMass(3.0 * torso.getMass())
    torso.setMassCenter(opensim.Vec3(0.05, 0.3, 0.01))
    state = model.initSystem()
    moved(model, state, draw)
    motions.weigh(state)
    after, expected_after = motions.sample(state), centre_of(model, state)
    # Samples of both may be made frames of together.
    _, centres = body_motions([before, after])
    np.testing.assert_allclose(centres, [expected_before, expected_after], rtol=0.0, atol=1e-13)


def test_that_the_engine_is_asked_for_a_centre_that_the_masses_do_not_explain() -> None:
    model = read_model(model_path("gait14dof22musc_20170320.osim"))
    state = model.initSystem()
    motions, draw = BodyMotions(model, state), np.random.RandomState(3)
    moved(model, state, draw)
    known = motions.sample(state)
    # The simulation goes on with the mass it was begun with.
    model.getBodySet().get("torso").setMass(1.0)
    motions.weigh(state)
    moved(model, state, draw)
    asked = motions.sample(state)
    assert (len(known.centre_of_mass), len(asked.centre_of_mass)) == (0, 48)
    _, centres = body_motions([known, asked])
    np.testing.assert_array_equal(centres[1], centre_of(model, state))
    assert centres[0].tolist() != centres[1].tolist()


def test_that_a_model_without_mass_has_what_the_engine_says() -> None:
    model = opensim.Model()
    body = opensim.Body("stone", 0.0, opensim.Vec3(0), opensim.Inertia(0))
    model.addBody(body)
    model.addJoint(opensim.WeldJoint("lie", model.getGround(), body))
    state = model.initSystem()
    motions = BodyMotions(model, state)
    poses, centres = body_motions([motions.sample(state)])
    assert poses.shape == (1, 1, 4, 3)
    np.testing.assert_array_equal(centres[0], centre_of(model, state))


def test_that_a_model_that_was_given_another_body_is_asked_for_each() -> None:
    model = read_model(model_path("arm2dof6musc.osim"))
    state = model.initSystem()
    motions = BodyMotions(model, state)
    n_bodies = model.getBodySet().getSize()
    body = opensim.Body("stone", 1.0, opensim.Vec3(0), opensim.Inertia(0.1))
    model.addBody(body)
    model.addJoint(opensim.FreeJoint("fall", model.getGround(), body))
    state = model.initSystem()
    model.realizeVelocity(state)
    motions.weigh(state)
    poses, _ = body_motions([motions.sample(state)])
    expected = read_poses([model.getBodySet().get(i) for i in range(n_bodies)], state)
    np.testing.assert_array_equal(poses[0], expected)


def test_that_bodies_that_change_places_are_no_longer_read_at_once() -> None:
    model = read_model(model_path("arm2dof6musc.osim"))
    state = model.initSystem()
    model.realizeVelocity(state)
    bodies = list(model.getBodySet())
    memory = engine_bodies.body_memory(model, bodies, state)
    assert memory is not None
    assert memory.fits(bodies)
    assert not memory.fits(bodies[::-1])
