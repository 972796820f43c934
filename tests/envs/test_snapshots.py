"""Going back to a step: exactly in branchable stepping, and not in silence where it is not exact."""

import pickle
from typing import Any

import numpy as np
import pytest

from osimviz.envs import Arm2DEnv, L2M2019Env, OsimEnv, ProstheticsEnv, ResetNeededError, Snapshot, SnapshotError
from tests.envs.rollouts import CLASSES, Rollout, random_actions, y_of

N_STEPS = 8


def branchable(name: str) -> OsimEnv:
    arguments: dict[str, Any] = {"ProstheticsEnv": {"difficulty": 1}, "L2M2019Env": {"difficulty": 2}}.get(name, {})
    return CLASSES[name](visualize=False, seed=3, stepping="branchable", **arguments)


def seen(env: OsimEnv, step: tuple[Any, ...] | list[Any]) -> tuple[Any, ...]:
    """Return all that a step gives which is not real time."""
    info = {key: value for key, value in step[3].items() if key not in ("wall_time_s", "excitation")}
    return env.get_observation(), y_of(env).tolist(), env.prev_state_desc["body_pos"], step[1], step[2], info


@pytest.mark.parametrize("name", list(CLASSES))
def test_that_every_step_is_restored_to_the_bit_here_and_in_another_object(name: str) -> None:
    env = branchable(name)
    env.reset()
    actions = random_actions(env, N_STEPS)
    pickled, steps = [pickle.dumps(env.snapshot())], []
    for action in actions:
        steps.append(seen(env, env.step(action)))
        pickled.append(pickle.dumps(env.snapshot()))
    other = branchable(name)
    for start, place in ((3, env), (0, env), (N_STEPS - 1, other), (5, other)):
        place.restore(pickle.loads(pickled[start]))
        assert place.osim_model.istep == start
        if start:
            observation, _, before, reward, _, _ = steps[start - 1]
            assert (place.get_observation(), place.prev_state_desc["body_pos"]) == (observation, before)
            assert place.get_reward() == pytest.approx(reward, abs=1e-12)
        assert [seen(place, place.step(action)) for action in actions[start:]] == steps[start:]


def test_that_draws_and_samples_go_on_as_they_did() -> None:
    env = ProstheticsEnv(visualize=False, difficulty=1, seed=5, stepping="branchable")
    env.reset()
    held = env.snapshot()
    first = (env.targets, env.action_space.sample().tolist())
    env.reset()
    drawn = env.targets
    # Twice: what comes after does not change the snapshot.
    for _ in range(2):
        env.restore(held)
        np.testing.assert_array_equal(env.targets, first[0])
        assert env.action_space.sample().tolist() == first[1]
        env.reset()
        np.testing.assert_array_equal(env.targets, drawn)


def test_that_footsteps_and_what_they_are_paid_come_back() -> None:
    rollout = Rollout("reflex_3d")
    env = rollout.make(stepping="branchable")
    rollout.reset(env)
    actions = rollout.recorded["actions"]
    for action in actions[:20]:
        env.step(action)
    held = env.snapshot()
    n_footsteps = env.footstep["n"]
    first = [seen(env, env.step(action)) for action in actions[20:45]]
    assert env.footstep["n"] > n_footsteps
    env.restore(held)
    assert env.footstep["n"] == n_footsteps
    assert [seen(env, env.step(action)) for action in actions[20:45]] == first


def test_that_difficulty_and_limit_come_back() -> None:
    env = L2M2019Env(visualize=False, difficulty=3, seed=5, stepping="branchable")
    env.reset()
    held = env.snapshot()
    env.change_model("3D", difficulty=0)
    env.reset()
    env.restore(held)
    assert (env.difficulty, env.spec.timestep_limit) == (3, 2500)
    assert set(env.step(np.full(22, 0.05))[3]["reward_terms"]) >= {"alive", "target"}


def test_that_the_arms_target_is_locked_where_it_was() -> None:
    env = Arm2DEnv(visualize=False, seed=1, stepping="branchable")
    env.reset()
    env.step(np.zeros(6))
    held = env.snapshot()
    target = env.get_state_desc()["body_pos"]["target"]
    for _ in range(2):
        env.reset()
    env.restore(held)
    env.step(np.zeros(6))
    assert env.get_state_desc()["body_pos"]["target"] == pytest.approx(target, abs=1e-9)
    assert (env.target_x, env.target_y) == pytest.approx(tuple(target[:2]))


def test_that_locks_and_strengths_of_the_program_come_back() -> None:
    env = ProstheticsEnv(visualize=False, stepping="branchable")
    env.reset()
    knee = env.osim_model.model.getCoordinateSet().get("knee_angle_l")
    state = env.osim_model.get_state()
    knee.setLocked(state, True)
    env.osim_model.set_state(state)
    env.osim_model.set_strength([0.5] * 19)
    held = env.snapshot()
    muscle_n = env.osim_model.get_muscle("soleus_l").getMaxIsometricForce()
    env.osim_model.set_strength([1.0] * 19)
    env.reset()
    env.restore(held)
    env.step(np.ones(19))
    assert knee.getLocked(env.osim_model.state)
    assert env.osim_model.get_muscle("soleus_l").getMaxIsometricForce() == muscle_n
    assert env.osim_model.curforces == [0.5] * 19


def test_that_a_failed_episode_goes_on_from_a_snapshot() -> None:
    env = ProstheticsEnv(visualize=False, stepping="branchable")
    env.reset()
    env.step(np.full(19, 0.1))
    held = env.snapshot()
    env.close()
    with pytest.raises(ResetNeededError):
        env.step(np.full(19, 0.1))
    with pytest.raises(ResetNeededError, match="snapshot"):
        env.snapshot()
    env.restore(held)
    assert env.step(np.full(19, 0.1))[3]["ended_by"] is None


def test_that_faithful_stepping_refuses_what_it_cannot_restore_exactly(env: ProstheticsEnv) -> None:
    env.reset()
    start = env.snapshot()
    actions = random_actions(env, 4)
    steps = [seen(env, env.step(action)) for action in actions]
    held = env.snapshot()
    with pytest.raises(SnapshotError, match=r"Step 4 cannot be restored exactly .* stepping='branchable'"):
        env.restore(held)
    assert env.osim_model.istep == 4
    env.restore(held, exact=False)
    assert env.get_observation() == steps[-1][0]
    # Nothing has been lost at the start: the integrator is as new as the state.
    env.restore(start)
    assert [seen(env, env.step(action)) for action in actions] == steps


def test_that_a_snapshot_of_another_kind_is_refused(env: ProstheticsEnv) -> None:
    env.reset()
    held = env.snapshot()
    assert isinstance(held, Snapshot)
    other = ProstheticsEnv(visualize=False)
    other.change_model(prosthetic=False)
    with pytest.raises(SnapshotError, match=r"with gait14dof22musc_pros_20180507\.osim, not of ProstheticsEnv with"):
        other.restore(held)
    branching = ProstheticsEnv(visualize=False, stepping="branchable")
    with pytest.raises(SnapshotError, match=r"made with faithful stepping, .* steps with branchable stepping"):
        branching.restore(held)
    branching.restore(held, exact=False)
    assert branching.get_observation() == env.get_observation()
