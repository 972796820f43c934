"""L2M2019Env as programs for osim-rl use it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from osimviz.envs import ActionError, EnvironmentArgumentError, L2M2019Env
from tests.envs.rollouts import Rollout, random_actions

MUSCLES = np.full(22, 0.05)


@pytest.fixture
def walker() -> Iterator[L2M2019Env]:
    """Return an environment of difficulty 0, reset."""
    environment = L2M2019Env(visualize=False, difficulty=0, seed=1)
    environment.reset()
    yield environment
    environment.close()


def test_that_reset_and_step_return_the_nested_form_unless_asked_otherwise(walker: L2M2019Env) -> None:
    observation = walker.reset()
    assert list(observation) == ["v_tgt_field", "pelvis", "r_leg", "l_leg"]
    stepped = walker.step(MUSCLES)
    assert isinstance(stepped, tuple)
    assert observation["pelvis"].keys() == stepped[0]["pelvis"].keys() == {"height", "pitch", "roll", "vel"}
    vector = walker.step(MUSCLES, obs_as_dict=False)[0]
    assert len(vector) == 339 == walker.get_observation_space_size()
    assert vector == walker.get_observation()
    assert walker.step(MUSCLES, project=False)[0]["v_tgt_field"] is walker.v_tgt_field


def test_that_the_start_is_osim_rls(walker: L2M2019Env) -> None:
    vector = walker.reset(obs_as_dict=False)
    assert vector[242] == pytest.approx(0.94)
    assert [vector[253], vector[297]] == pytest.approx([0.684469, 0.684469], abs=1e-6)
    assert vector[:242] == pytest.approx([1.4] * 121 + [0.0] * 121)
    rewards = [walker.step(MUSCLES)[1] for _ in range(12)]
    assert rewards == pytest.approx([0.1] * 12)
    assert walker.footstep == {"n": 0, "new": False, "r_contact": True, "l_contact": True}


def test_that_the_nested_form_holds_the_vectors_numbers_under_the_same_names(walker: L2M2019Env) -> None:
    nested, _, _, _ = walker.step(random_actions(walker, 1)[0])
    by_name = walker.named_values(nested)
    assert by_name == walker.named_values(walker.get_observation())
    assert by_name["observation/pelvis/vel/leftward"] == nested["pelvis"]["vel"][1]
    assert by_name["observation/l_leg/joint/hip_abd"] == nested["l_leg"]["joint"]["hip_abd"]
    assert by_name["observation/r_leg/SOL/v"] == nested["r_leg"]["SOL"]["v"]
    assert by_name["observation/v_tgt_field/leftward/3_7"] == nested["v_tgt_field"][1, 3, 7]


def test_that_signs_and_normalisers_are_those_of_the_description(walker: L2M2019Env) -> None:
    nested, _, _, _ = walker.step(random_actions(walker, 1)[0])
    description = walker.get_state_desc()
    weight_n = 75.1646 * 9.80665
    leg = nested["r_leg"]
    assert leg["joint"]["hip_abd"] == -description["joint_pos"]["hip_r"][1]
    assert leg["d_joint"]["knee"] == description["joint_vel"]["knee_r"][0]
    assert leg["joint"]["ankle"] == -description["joint_pos"]["ankle_r"][0]
    assert leg["ground_reaction_forces"][2] == pytest.approx(-description["forces"]["foot_r"][1] / weight_n)
    soleus = description["muscles"]["soleus_r"]
    assert leg["SOL"]["f"] == pytest.approx(soleus["fiber_force"] / 7924.996721)
    assert leg["SOL"]["l"] == pytest.approx(soleus["fiber_length"] / 0.044)
    assert nested["pelvis"]["pitch"] == -description["joint_pos"]["ground_pelvis"][0]


def test_that_forces_point_outward_on_both_sides() -> None:
    env = L2M2019Env(visualize=False, difficulty=0)
    # Standing with the legs spread, so that the ground pushes each foot inward.
    nested = env.reset(init_pose=[0, 0, 0.91, 0, 0.25, 0, 0, 0, 0.25, 0, 0, 0])
    for _ in range(3):
        nested, _, _, _ = env.step(MUSCLES)
    description = env.get_state_desc()
    for leg, foot, outward in (("r_leg", "foot_r", 1), ("l_leg", "foot_l", -1)):
        lateral = nested[leg]["ground_reaction_forces"][1]
        assert lateral == pytest.approx(-outward * description["forces"][foot][2] / (env.MASS * env.G), abs=1e-3)
        assert lateral != 0.0


def test_that_each_element_of_an_action_excites_the_muscle_it_is_named_after(walker: L2M2019Env) -> None:
    names = walker.action_names()
    assert names[:11] == (
        "abd_r", "add_r", "iliopsoas_r", "glut_max_r", "hamstrings_r", "rect_fem_r", "vasti_r", "bifemsh_r",
        "gastroc_r", "soleus_r", "tib_ant_r",
    )  # fmt: skip
    assert sorted(names) == sorted(walker.osim_model.muscle_names)
    action = np.arange(22) / 22
    info = walker.step(action)[3]
    for name, value in zip(walker.osim_model.muscle_names, info["excitation"], strict=True):
        assert value == action[names.index(name)]
        assert walker.osim_model.get_muscle(name).getExcitation(walker.osim_model.state) == pytest.approx(value)


def test_that_a_start_pose_is_taken_with_its_signs() -> None:
    env = L2M2019Env(visualize=False, difficulty=0)
    pose = [1.5, 0.25, 0.9, 0.1, 0.2, -0.3, -0.4, 0.05, 0.15, -0.25, -0.35, 0.06]
    nested = env.reset(init_pose=pose)
    velocity = nested["pelvis"]["vel"]
    assert (velocity[0], velocity[1]) == pytest.approx((1.5, -0.25))
    assert velocity[2:] == pytest.approx([0.0] * 4, abs=1e-9)
    assert (nested["pelvis"]["height"], nested["pelvis"]["pitch"]) == pytest.approx((0.9, 0.1))
    for leg, own in (("r_leg", pose[4:8]), ("l_leg", pose[8:])):
        assert list(nested[leg]["joint"].values()) == pytest.approx(own)
    env.INIT_POSE = pose
    assert env.named_values(env.reset()) == env.named_values(nested)


@pytest.mark.parametrize("pose", [[0.0] * 11, ["a"] * 12, [float("nan")] * 12, 0.9])
def test_that_a_pose_that_is_none_is_refused_and_the_episode_goes_on(walker: L2M2019Env, pose: object) -> None:
    walker.step(MUSCLES)
    with pytest.raises(EnvironmentArgumentError, match="init_pose of L2M2019Env is 12"):
        walker.reset(init_pose=pose)
    assert walker.osim_model.istep == 1
    assert walker.step(MUSCLES)[3]["ended_by"] is None


def test_that_a_footstep_is_told_in_its_step_and_paid_in_the_next() -> None:
    rollout = Rollout("reflex_3d")
    env = rollout.make()
    rollout.reset(env)
    told, paid = [], []
    for step, action in enumerate(rollout.recorded["actions"][:40], 1):
        info = env.step(action)[3]
        if info["new_footstep"]:
            told.append(step)
        if info["reward_terms"]["footstep_time"]:
            paid.append(step)
    assert told
    assert paid == [step + 1 for step in told if step < 40]


def test_that_surviving_to_the_limit_is_rewarded_in_the_first_round(walker: L2M2019Env) -> None:
    walker.spec.timestep_limit = 3
    steps = [walker.step(MUSCLES) for _ in range(3)]
    _, reward, done, info = steps[-1]
    assert done is True
    assert info["ended_by"] == "time_limit"
    assert reward == pytest.approx(0.1 + 10 + 10 * 0.03)
    assert walker.get_reward() == walker.get_reward() == reward


def test_that_a_target_reached_is_told_and_paid_one_step_late() -> None:
    env = L2M2019Env(visualize=False, difficulty=3, seed=2)
    env.reset()
    env.vtgt.goal = replace(env.vtgt.goal, place_m=env.pose[:2], stay_s=0.015)
    infos = [env.step(MUSCLES)[3] for _ in range(4)]
    assert [info["target_reached"] for info in infos] == [False, True, False, False]
    assert [info["reward_terms"]["target"] for info in infos] == [0.0, 0.0, 500.0, 0.0]


def test_that_the_next_field_is_seen_in_the_step_that_reaches_a_target() -> None:
    env = L2M2019Env(visualize=False, difficulty=2, seed=2)
    env.reset()
    goal = replace(env.vtgt.goal, place_m=env.pose[:2], stay_s=0.005)
    env.vtgt.goal = goal
    observation, _, _, info = env.step(MUSCLES)
    assert info["target_reached"]
    assert env.vtgt.goal != goal
    np.testing.assert_array_equal(observation["v_tgt_field"], env.vtgt.look(env.pose).seen)


def test_that_an_observation_made_for_the_reward_is_not_returned() -> None:
    class Curious(L2M2019Env):
        def get_reward(self) -> float:
            return super().get_reward() + 0.0 * self.get_observation()[0]

    env = Curious(visualize=False, difficulty=2, seed=2)
    env.reset(init_pose=[3.0, 0, 0.94, *[0] * 9])
    vector = env.step(MUSCLES, obs_as_dict=False)[0]
    assert vector[:242] == env.v_tgt_field.ravel().tolist()


def test_that_observations_can_be_clipped_to_the_bounds(walker: L2M2019Env) -> None:
    space = walker.observation_space
    assert (space.low[0], space.high[0], space.low[242], space.high[242]) == (-10.0, 10.0, 0.0, 3.0)
    assert (space.low[255], space.high[255]) == pytest.approx((-np.pi, np.pi / 4))
    walker.reset(init_pose=[25, 0, 0.94, *[0] * 9])
    assert walker.get_observation()[245] == pytest.approx(25.0)
    clipped = walker.get_observation_clipped()
    assert clipped[245] == 20.0
    assert clipped in space


def test_that_seed_0_is_a_seed_and_global_generators_are_left_alone() -> None:
    np.random.seed(1)
    before = np.random.get_state()[1].tolist()
    env = L2M2019Env(visualize=False, difficulty=3, seed=0)
    goals = []
    for seed in (None, None, 0):
        env.reset(seed=seed)
        goals.append(env.vtgt.goal)
    assert goals[0] == goals[2] != goals[1]
    assert np.random.get_state()[1].tolist() == before


def test_that_difficulty_0_follows_any_other_in_one_object() -> None:
    env = L2M2019Env(visualize=False, difficulty=3, seed=1)
    assert env.spec.timestep_limit == 2500
    env.reset()
    env.change_model("2D", difficulty=0)
    assert env.spec.timestep_limit == 1000
    assert env.summary() == "L2M2019Env · 2D · difficulty 0"
    assert env.reset(obs_as_dict=False)[:121] == pytest.approx([1.4] * 121)


def test_that_footsteps_are_not_shared_by_two_environments(walker: L2M2019Env) -> None:
    other = L2M2019Env(visualize=False, difficulty=0)
    other.reset()
    other.footstep["n"] = 7
    walker.step(MUSCLES)
    assert walker.footstep["n"] == 0


def test_that_the_description_before_the_step_holds_the_field_before_it() -> None:
    env = L2M2019Env(visualize=False, difficulty=1, seed=5)
    env.reset(init_pose=[3.0, 0, 0.94, *[0] * 9])
    before = env.v_tgt_field.copy()
    env.step(MUSCLES)
    np.testing.assert_array_equal(env.prev_state_desc["v_tgt_field"], before)
    assert not np.array_equal(env.get_state_desc()["v_tgt_field"], before)


def test_that_an_observation_is_the_callers(walker: L2M2019Env) -> None:
    nested = walker.get_observation_dict()
    nested["v_tgt_field"][:] = 99.0
    nested["pelvis"]["vel"][0] = 99.0
    assert 99.0 not in walker.get_observation()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"difficulty": 4}, "0, 1, 2 or 3, not 4"), ({"report": "scores"}, "report.* not supported")],
)
def test_that_arguments_that_cannot_be_are_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(EnvironmentArgumentError, match=words):
        L2M2019Env(visualize=False, **arguments)


def test_that_a_change_that_cannot_be_changes_nothing(walker: L2M2019Env) -> None:
    with pytest.raises(EnvironmentArgumentError, match="'3D' and '2D', not '4D'"):
        walker.change_model(model="4D")
    with pytest.raises(EnvironmentArgumentError, match="not 9"):
        walker.change_model(model="2D", difficulty=9)
    assert walker.summary() == "L2M2019Env · 3D · difficulty 0"
    assert walker.step(MUSCLES)[3]["ended_by"] is None


@pytest.mark.parametrize("action", [[0.1] * 21, [0.1] * 21 + [float("nan")], None])
def test_that_an_action_that_is_none_is_refused(walker: L2M2019Env, action: object) -> None:
    with pytest.raises(ActionError, match=r"action of step 1.*expected 22 numbers"):
        walker.step(action)
    assert walker.osim_model.istep == 0
