"""The two ways of stepping, the integrators, and what a step tells of itself, in every environment."""

import numpy as np
import pytest

from osimviz.envs import (
    EnvironmentArgumentError,
    L2RunEnv,
    OsimEnv,
    ProstheticsEnv,
    SimulatorError,
    integrator_steps,
)
from osimviz.envs.engine import opensim
from osimviz.envs.integrators import INTEGRATORS
from tests.envs.rollouts import CLASSES, random_actions, y_of


def test_that_every_episode_is_alike_to_the_bit_whatever_came_before(any_env: OsimEnv) -> None:
    actions = random_actions(any_env, 4)
    episodes = []
    for _ in range(2):
        any_env.reset(seed=6)
        episodes.append([(any_env.step(action)[1], any_env.get_observation()) for action in actions])
        any_env.reset(seed=7)
        any_env.step(np.zeros(actions.shape[1]))
    assert episodes[0] == episodes[1]


def test_that_environments_in_one_process_do_not_disturb_each_other() -> None:
    def step_all(envs: list[OsimEnv]) -> list[list[list[float]]]:
        for env in envs:
            env.reset(seed=2)
        seen: list[list[list[float]]] = [[] for _ in envs]
        for i in range(3):
            for own, env in zip(seen, envs, strict=True):
                env.step(random_actions(env, 3)[i])
                own.append(env.get_observation())
        return seen

    together = step_all([cls(visualize=False) for cls in CLASSES.values() for _ in range(2)])
    alone = [step_all([cls(visualize=False)])[0] for cls in CLASSES.values()]
    assert together[0::2] == together[1::2] == alone


def test_that_info_tells_of_every_step(any_env: OsimEnv) -> None:
    any_env.reset()
    n_actions = any_env.get_action_space_size()
    action = np.full(n_actions, 0.2)
    action[:2] = (1.5, -0.5)
    _, reward, done, info = any_env.step(action)
    assert sum(info["reward_terms"].values()) == pytest.approx(reward, abs=1e-12)
    assert (info["ended_by"], done, info["clipped"]) == (None, False, 2)
    assert info["excitation"].shape == (len(any_env.osim_model.muscle_names),)
    assert 1 <= info["integrator_steps"] < 1000
    assert 0.0 < info["wall_time_s"] < 60.0


def test_that_a_failed_simulation_is_no_fall_and_a_reset_mends_it(any_env: OsimEnv) -> None:
    any_env.reset()
    action = np.full(any_env.get_action_space_size(), 0.1)
    state = any_env.osim_model.get_state()
    y = state.getY().to_numpy().copy()
    y[1] = np.nan
    state.setY(opensim.Vector.createFromMat(y))
    any_env.osim_model.set_state(state)
    with pytest.raises(SimulatorError, match=r"step 1, from 0\.00 s to 0\.01 s"):
        any_env.step(action)
    any_env.reset()
    assert any_env.step(action)[3]["ended_by"] is None


@pytest.mark.parametrize("stepping", ["faithful", "branchable"])
def test_that_the_integrators_own_steps_are_counted(stepping: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def count() -> list[int]:
        env = ProstheticsEnv(visualize=False, stepping=stepping)
        env.reset()
        return [env.step(action)[3]["integrator_steps"] for action in random_actions(env, 3)]

    assert not integrator_steps.NEEDS_STORAGE
    counted = count()
    assert min(counted) > 1
    # As where Simbody's counter is not found.
    monkeypatch.setattr(integrator_steps, "_STEPS_TAKEN", None)
    monkeypatch.setattr("osimviz.envs.osim_model.NEEDS_STORAGE", True)
    assert count() == counted


def test_that_branchable_stepping_forgets_the_action_before() -> None:
    after_one_step = []
    for stepping in ("faithful", "branchable"):
        env = L2RunEnv(visualize=False, stepping=stepping)
        found = []
        for first in (0.0, 1.0):
            env.reset()
            # One and the same state, under the excitations of another step before it.
            env.osim_model.actuate(np.full(18, first))
            env.osim_model.reset_manager()
            env.step(np.full(18, 0.5))
            found.append(y_of(env))
        after_one_step.append(found)
    (faithful_0, faithful_1), (branchable_0, branchable_1) = after_one_step
    np.testing.assert_array_equal(branchable_0, branchable_1)
    assert np.abs(faithful_0 - faithful_1).max() > 1e-9


def test_that_the_two_ways_of_stepping_differ_by_little() -> None:
    ends = []
    for stepping in ("faithful", "branchable"):
        env = ProstheticsEnv(visualize=False, stepping=stepping)
        env.reset()
        for action in random_actions(env, 10):
            env.step(action)
        ends.append(y_of(env)[:17])
    assert 0.0 < np.abs(ends[0] - ends[1]).max() < 5e-3


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_that_every_integrator_stays_near_the_default(integrator: str) -> None:
    ends = []
    for name in (INTEGRATORS[0], integrator.lower()):
        env = L2RunEnv(visualize=False, integrator=name)
        env.reset()
        for _ in range(3):
            info = env.step(np.full(18, 0.2))[3]
        ends.append(y_of(env)[:10])
        assert info["integrator_steps"] > 0
    assert env.osim_model.integrator == integrator
    assert np.abs(ends[0] - ends[1]).max() < 2e-3
    if integrator != INTEGRATORS[0]:
        assert not np.array_equal(*ends)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"stepping": "exact"}, "'faithful' or 'branchable', not 'exact'"),
        ({"integrator": "Heun"}, "no integrator 'Heun'; there are RungeKuttaMerson, "),
    ],
)
def test_that_a_stepping_or_integrator_there_is_not_is_refused(arguments: dict[str, str], words: str) -> None:
    with pytest.raises(EnvironmentArgumentError, match=words):
        ProstheticsEnv(visualize=False, **arguments)
