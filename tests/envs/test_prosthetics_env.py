"""ProstheticsEnv as programs for osim-rl use it."""

import math

import numpy as np
import pytest

from osimviz.envs import ActionError, EnvironmentArgumentError, ProstheticsEnv, ResetNeededError

N_MUSCLES = 19


def episode(env: ProstheticsEnv, actions: np.ndarray) -> list[list[float]]:
    """Return the observations of an episode under these actions."""
    return [env.reset(), *(env.step(action)[0] for action in actions)]


def test_that_the_program_of_osim_rls_home_page_runs_where_no_window_can_be_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    env = ProstheticsEnv(visualize=True)
    with pytest.warns(UserWarning, match="visualize=True opens no window here: there is no display"):
        observation = env.reset()
    # Told once: another warning would fail the test.
    for _ in range(3):
        observation, reward, done, info = env.step(env.action_space.sample())
    env.reset()
    env.close()
    assert len(observation) == 160 == env.observation_space.shape[0] == env.get_observation_space_size()
    assert isinstance(observation, list)
    assert isinstance(reward, float)
    assert done is False
    assert info["ended_by"] is None


def test_that_an_episode_does_not_depend_on_the_one_before(env: ProstheticsEnv) -> None:
    actions = np.random.RandomState(3).uniform(0, 1, (6, N_MUSCLES))
    first = episode(env, actions)
    env.step(np.zeros(N_MUSCLES))
    assert episode(env, actions) == first


def test_that_two_environments_do_not_disturb_each_other(env: ProstheticsEnv) -> None:
    actions = np.random.RandomState(3).uniform(0, 1, (3, N_MUSCLES))
    alone = episode(env, actions)
    other = ProstheticsEnv(visualize=False)
    other.change_model(prosthetic=False)
    other.reset()
    together = [env.reset()]
    for action in actions:
        other.step(np.ones(22))
        together.append(env.step(action)[0])
    assert together == alone


def test_that_info_explains_reward_and_excitation(env: ProstheticsEnv) -> None:
    env.reset()
    action = np.full(N_MUSCLES, 0.2)
    action[[0, 3]] = (1.5, -math.inf)
    _, reward, _, info = env.step(action)
    assert sum(info["reward_terms"].values()) == reward
    assert info["reward_terms"]["constant"] == 9.0
    assert info["clipped"] == 2
    applied = action.copy()
    applied[[0, 3]] = (1.0, 0.0)
    np.testing.assert_array_equal(info["excitation"], applied)
    np.testing.assert_array_equal(env.osim_model.last_action, applied)


def test_that_the_second_round_rewards_the_target_velocity() -> None:
    env = ProstheticsEnv(visualize=False, difficulty=1, seed=4)
    env.reset()
    _, reward, _, info = env.step(np.full(N_MUSCLES, 0.3))
    description = env.get_state_desc()
    forward, _, right = description["body_vel"]["pelvis"]
    target_forward, _, target_right = description["target_vel"]
    effort = sum(muscle["activation"] ** 2 for muscle in description["muscles"].values())
    expected = 10 - 0.001 * effort - (forward - target_forward) ** 2 - (right - target_right) ** 2
    assert reward == pytest.approx(expected, rel=1e-12)
    assert set(info["reward_terms"]) == {"constant", "effort", "forward_speed", "sideways_speed"}


def test_that_a_reward_of_a_subclass_is_paid_and_accounted_for() -> None:
    class Upright(ProstheticsEnv):
        def get_reward(self) -> float:
            return 100.0 * self.get_state_desc()["body_pos"]["pelvis"][1]

    env = Upright(visualize=False)
    env.reset()
    _, reward, _, info = env.step(np.zeros(N_MUSCLES))
    assert reward == pytest.approx(94.0, abs=1.0)
    assert info["reward_terms"] == {"reward": reward}


def test_that_an_ending_of_a_subclass_is_not_called_a_fall() -> None:
    class Short(ProstheticsEnv):
        def is_done(self) -> bool:
            return True

    env = Short(visualize=False)
    env.reset()
    _, _, done, info = env.step(np.zeros(N_MUSCLES))
    assert done is True
    assert info["ended_by"] == "done"


def test_that_a_limit_of_steps_set_by_the_program_ends_the_episode(env: ProstheticsEnv) -> None:
    assert env.spec.timestep_limit == env.time_limit == 300
    env.spec.timestep_limit = 2
    env.reset()
    steps = [env.step(np.full(N_MUSCLES, 0.05)) for _ in range(2)]
    assert [step[2] for step in steps] == [False, True]
    assert steps[1][3]["ended_by"] == "time_limit"


def test_that_the_description_is_returned_without_projection(env: ProstheticsEnv) -> None:
    description = env.reset(project=False)
    assert description["body_pos"]["pelvis"][1] == pytest.approx(0.94, abs=1e-9)
    assert description["misc"]["mass_center_pos"] == pytest.approx([-0.084666, 0.995273, -0.003576], abs=1e-6)
    assert description["muscles"]["soleus_l"]["activation"] == pytest.approx(0.05)
    assert description["joint_pos"]["subtalar_l"] == []
    assert len(description["forces"]["pros_foot_r"]) == 18
    assert len(description["forces"]["foot_l"]) == 24
    assert "target_vel" not in description
    after = env.step(np.full(N_MUSCLES, 0.05), project=False)[0]
    assert after is env.get_state_desc() is not description


def test_that_the_description_before_the_step_is_at_hand(env: ProstheticsEnv) -> None:
    env.reset()
    assert env.prev_state_desc is None
    env.step(np.full(N_MUSCLES, 0.5))
    env.step(np.full(N_MUSCLES, 0.1))
    unasked = env.prev_state_desc
    env.reset()
    env.step(np.full(N_MUSCLES, 0.5))
    asked = env.get_state_desc()
    env.step(np.full(N_MUSCLES, 0.1))
    assert env.get_prev_state_desc() is asked
    assert unasked == asked
    assert env.get_state_desc() != asked


def test_that_no_description_or_observation_outlives_its_state(env: ProstheticsEnv) -> None:
    start = env.reset()
    height_m = env.get_state_desc()["body_pos"]["pelvis"][1]
    state = env.osim_model.get_state()
    env.osim_model.model.getCoordinateSet().get("pelvis_ty").setValue(state, height_m + 0.2)
    env.osim_model.set_state(state)
    assert env.get_state_desc()["body_pos"]["pelvis"][1] == pytest.approx(height_m + 0.2)
    assert env.get_observation()[0] == pytest.approx(height_m + 0.2)
    assert env.reset() == start
    assert env.get_state_desc()["body_pos"]["pelvis"][1] == pytest.approx(height_m)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ([0.5] * 18, r"shape \(18,\); expected 19 numbers"),
        ([0.5] * 20, r"shape \(20,\); expected 19 numbers"),
        (np.zeros((1, 19)), r"shape \(1, 19\); expected 19 numbers"),
        (0.5, r"shape \(\); expected 19 numbers"),
        ([0.1] * 18 + [math.nan], "is NaN at 18; expected 19 numbers"),
        (["a"] * 19, "does not hold numbers"),
        (None, "does not hold numbers"),
        ([[0.1], [0.1, 0.2]], "no vector of numbers"),
    ],
)
def test_that_an_action_that_is_none_is_refused_and_nothing_simulated(
    env: ProstheticsEnv, action: object, words: str
) -> None:
    env.reset()
    env.step(np.full(N_MUSCLES, 0.1))
    with pytest.raises(ActionError, match=f"action of step 2.*{words}"):
        env.step(action)
    assert env.osim_model.istep == 1
    assert env.osim_model.state.getTime() == pytest.approx(0.01)


def test_that_a_step_needs_a_reset(env: ProstheticsEnv) -> None:
    with pytest.raises(ResetNeededError, match="reset"):
        env.step(np.zeros(N_MUSCLES))
    with pytest.raises(ResetNeededError, match="reset"):
        env.get_observation()
    env.reset()
    env.close()
    env.close()
    with pytest.raises(ResetNeededError, match="reset"):
        env.step(np.zeros(N_MUSCLES))


def test_that_change_model_takes_the_model_and_the_limit_of_the_difficulty(env: ProstheticsEnv) -> None:
    before = env.osim_model
    env.change_model(difficulty=1)
    assert env.osim_model is before
    assert env.spec.timestep_limit == 1000
    env.change_model(model="2D", prosthetic=False)
    assert env.osim_model is not before
    assert env.spec.timestep_limit == 300
    assert len(env.reset()) == 169 == env.observation_space.shape[0]
    assert env.action_space.shape == (22,)
    assert (env.action_names()[0], env.action_names()[11]) == ("abd_r", "abd_l")
    assert env.summary() == "ProstheticsEnv · 2D · no prosthesis"
    assert (ProstheticsEnv.model, ProstheticsEnv.prosthetic) == ("3D", True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"difficulty": 2}, "Difficulty 2 .* use 0 or 1"),
        ({"difficulty": 7}, "0 or 1, not 7"),
        ({"report": "scores"}, "report.* not supported"),
    ],
)
def test_that_arguments_that_cannot_be_are_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(EnvironmentArgumentError, match=words):
        ProstheticsEnv(visualize=False, **arguments)


def test_that_a_change_to_a_model_there_is_not_changes_nothing(env: ProstheticsEnv) -> None:
    with pytest.raises(EnvironmentArgumentError, match="'3D' and '2D', not '4D'"):
        env.change_model(model="4D", prosthetic=False)
    assert env.summary() == "ProstheticsEnv · 3D · prosthesis"
    assert len(env.reset()) == 160
