"""The model under the environments: what it does when OpenSim fails, and osim-rl's ways to change it."""

from pathlib import Path

import numpy as np
import pytest

from osimviz.envs import L2RunEnv, ModelFileError, OsimEnv, OsimModel, ProstheticsEnv, ResetNeededError, SimulatorError
from osimviz.envs.engine import opensim
from osimviz.envs.model_file import read_model
from osimviz.envs.models import geometry_folder, model_path

MUSCLES = np.full(19, 0.1)


class StoppingShort:
    """A Manager that returns before the time it was asked for, as OpenSim's may without an exception."""

    def __init__(self, state: opensim.State) -> None:
        self._state = state

    def integrate(self, time_s: float) -> opensim.State:
        """Return the state, advanced by half the step."""
        self._state.setTime(time_s - 0.005)
        return self._state


def test_that_numbers_that_are_not_finite_end_the_simulation(env: ProstheticsEnv) -> None:
    env.reset()
    env.step(MUSCLES)
    state = env.osim_model.get_state()
    y = state.getY().to_numpy().copy()
    y[3] = np.nan
    state.setY(opensim.Vector.createFromMat(y))
    env.osim_model.set_state(state)
    with pytest.raises(SimulatorError, match=r"step 2, from 0\.01 s to 0\.02 s: .* not finite"):
        env.step(MUSCLES)
    assert env.osim_model.istep == 1
    with pytest.raises(ResetNeededError):
        env.step(MUSCLES)
    env.reset()
    assert env.step(MUSCLES)[3]["ended_by"] is None


def test_that_an_exception_of_opensim_becomes_one_sentence(env: ProstheticsEnv) -> None:
    env.reset()
    state = env.osim_model.get_state()
    y = state.getY().to_numpy().copy()
    y[40:] = np.nan
    state.setY(opensim.Vector.createFromMat(y))
    env.osim_model.manager.initialize(state)
    with pytest.raises(SimulatorError, match=r"step 1, .*: Unable to advance time past 0") as caught:
        env.step(MUSCLES)
    assert "\n" not in str(caught.value)


def test_that_a_step_that_ends_early_is_no_step(env: ProstheticsEnv) -> None:
    before = env.reset()
    env.osim_model.manager = StoppingShort(env.osim_model.get_state())
    with pytest.raises(SimulatorError, match=r"step 1, .*OpenSim stopped at 0\.005"):
        env.step(MUSCLES)
    assert env.osim_model.istep == 0
    assert env.get_observation() == before


def test_that_a_state_taken_up_is_counted_by_its_time(env: ProstheticsEnv) -> None:
    env.reset()
    state = env.osim_model.get_state()
    # int(0.29 / 0.01) is 28.
    state.setTime(0.29)
    env.osim_model.set_state(state)
    assert env.osim_model.istep == 29
    env.step(MUSCLES)
    assert env.osim_model.state.getTime() == pytest.approx(0.30)


def test_that_a_lock_set_by_the_program_holds_in_the_states_of_later_steps(env: ProstheticsEnv) -> None:
    env.reset()
    knee = env.osim_model.model.getCoordinateSet().get("knee_angle_l")
    state = env.osim_model.get_state()
    knee.setLocked(state, True)
    env.osim_model.set_state(state)
    for _ in range(2):
        acceleration = env.step(np.ones(19), project=False)[0]["joint_acc"]["knee_l"][0]
        assert knee.getLocked(env.osim_model.state)
        assert acceleration == pytest.approx(0.0, abs=1e-9)


def test_that_activations_can_be_set(env: ProstheticsEnv) -> None:
    env.reset()
    activations = np.linspace(0.1, 0.9, 19)
    env.osim_model.set_activations(activations.tolist())
    assert env.osim_model.get_activations() == pytest.approx(activations)
    env.step(activations)
    assert env.osim_model.get_activations() == pytest.approx(activations, abs=1e-3)


def test_that_strength_scales_the_force_of_the_model_file(env: ProstheticsEnv) -> None:
    muscle = env.osim_model.get_muscle("soleus_l")
    full_n = muscle.getMaxIsometricForce()
    for _ in range(2):
        env.osim_model.set_strength([0.5] * 19)
        assert muscle.getMaxIsometricForce() == pytest.approx(full_n / 2)


def test_that_a_state_of_the_program_survives_a_reset(env: ProstheticsEnv) -> None:
    env.reset()
    env.step(MUSCLES)
    held = env.osim_model.state
    expected = held.getY().to_numpy().copy()
    env.reset()
    np.testing.assert_array_equal(held.getY().to_numpy(), expected)


def test_that_a_missing_model_file_is_named() -> None:
    with pytest.raises(ModelFileError, match=r"no model file .*nothing\.osim; install it with"):
        model_path("nothing.osim")


def test_that_the_meshes_of_a_model_are_found(env: ProstheticsEnv) -> None:
    assert model_path(Path(env.model_path).name) == env.model_path
    assert (geometry_folder() / "l_tibia.vtp").is_file()


def test_that_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    file = folder / "broken.osim"
    file.write_text("hello", encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"cannot read the model file .*broken\.osim"):
        OsimModel(file)
    assert [path.name for path in folder.iterdir()] == ["broken.osim"]


def test_that_a_model_that_cannot_be_used_leaves_the_environment_as_it_was(any_env: OsimEnv, tmp_path: Path) -> None:
    any_env.reset()
    action = np.full(any_env.get_action_space_size(), 0.1)
    any_env.step(action)
    before, seen = any_env.model_path, any_env.get_observation()
    (tmp_path / "broken.osim").write_text("hello", encoding="utf-8")
    other = "arm2dof6musc.osim" if any_env.fall_height_m else "gait9dof18musc.osim"
    for path, words in (
        (tmp_path / "missing.osim", "cannot read the model file"),
        (tmp_path / "broken.osim", "cannot read the model file"),
        (model_path(other), f"has no '[a-z_]+', which {type(any_env).__name__} reads"),
    ):
        with pytest.raises(ModelFileError, match=words):
            any_env.load_model(path)
    assert any_env.model_path == before
    assert any_env.get_observation() == seen
    assert any_env.step(action)[3]["ended_by"] is None


def test_that_a_model_with_defaults_changes_nothing_for_those_read_after_it() -> None:
    # Its <defaults> hold values that the runner's model leaves out.
    first_steps = []
    for _ in range(2):
        runner = L2RunEnv(visualize=False)
        runner.reset()
        first_steps.append(runner.step(np.full(18, 0.05))[1])
        arm = read_model(model_path("MoBL_ARMS_J.osim"))
        assert arm.getMuscles().getSize() == 50
    assert first_steps[0] == first_steps[1]
