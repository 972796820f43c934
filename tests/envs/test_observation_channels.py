"""Every element of the observation vector has a channel that says what it is."""

import json
import re

import numpy as np
import pytest

from osimviz.channels import Channel
from osimviz.envs import Arm2DEnv, L2M2019Env, L2RunEnv, OsimEnv, ProstheticsEnv
from tests.envs.rollouts import REFERENCE, random_actions

NAMES = json.loads((REFERENCE / "observation_names.json").read_text(encoding="utf-8"))

#: How the list of osim-rl's order writes what the channels' names of L2M2019Env say.
L2M2019_WORDS = (
    (r"^v_tgt_field/forward/", "vtgt_fwd_"),
    (r"^v_tgt_field/leftward/", "vtgt_left_"),
    (r"^pelvis/vel/", "pelvis_v_"),
    ("ground_reaction_forces", "grf"),
    ("/joint/", "/"),
    ("/d_joint/", "/d_"),
    ("forward$", "fwd"),
    ("leftward$", "left"),
    ("upward$", "up"),
    ("lateral$", "lat"),
)


def short_name(channel: Channel) -> str:
    """Return a channel's name as the list of osim-rl's order writes it."""
    name = channel.name.removeprefix("observation/").removeprefix("muscles/")
    return name.replace("/", "_").replace("mass_centre", "com").replace("d_rz", "drz")


@pytest.mark.parametrize(("prosthetic", "key"), [(True, "ProstheticsEnv_pros"), (False, "ProstheticsEnv_nopros")])
def test_that_channels_stand_in_osim_rls_order(env: ProstheticsEnv, prosthetic: bool, key: str) -> None:
    env.change_model(prosthetic=prosthetic)
    channels = env.observation_channels()
    assert [channel.index for channel in channels] == list(range(len(NAMES[key])))
    assert len({channel.name for channel in channels}) == len(channels)
    assert {channel.field for channel in channels} == {"observation"}
    for channel, expected in zip(channels, NAMES[key], strict=True):
        if "absent" in expected:
            assert short_name(channel).startswith(expected.partition("_absent")[0])
            assert channel.description.startswith("Always 0")
        else:
            assert short_name(channel) == expected


def test_that_the_channels_of_l2run_stand_in_osim_rls_order() -> None:
    for channel, expected in zip(L2RunEnv(visualize=False).observation_channels(), NAMES["L2RunEnv_2.1"], strict=True):
        name = short_name(channel).removeprefix("body_").replace("always_zero_", "zero")
        assert name == expected.removeprefix("body_")


def test_that_the_channels_of_l2m2019_stand_in_osim_rls_order() -> None:
    for channel, expected in zip(L2M2019Env(visualize=False).observation_channels(), NAMES["L2M2019Env"], strict=True):
        name = channel.name.removeprefix("observation/")
        for pattern, word in L2M2019_WORDS:
            name = re.sub(pattern, word, name)
        assert name.replace("/", "_") == expected


def test_that_the_channels_of_the_arm_stand_in_osim_rls_order() -> None:
    names = [short_name(channel) for channel in Arm2DEnv(visualize=False).observation_channels()]
    assert names == NAMES["Arm2DEnv"]


def test_that_every_channel_has_what_a_plot_and_a_tooltip_need(any_env: OsimEnv) -> None:
    channels = any_env.observation_channels()
    assert [channel.index for channel in channels] == list(range(len(channels)))
    assert len({channel.name for channel in channels}) == len(channels)
    for channel in channels:
        assert channel.name.startswith("observation/")
        assert channel.field == "observation"
        assert channel.description[0].isupper()
        assert channel.description.endswith(".")
        assert "{" not in channel.description
        assert channel.lower == any_env.observation_space.low[channel.index]
        assert channel.upper == any_env.observation_space.high[channel.index]
    any_env.reset()
    assert len(any_env.get_observation()) == len(channels) == any_env.get_observation_space_size()


def test_that_an_observation_starts_within_its_bounds(any_env: OsimEnv) -> None:
    any_env.reset()
    assert any_env.get_observation() in any_env.observation_space


def test_that_the_channels_of_l2m2019_say_what_their_numbers_are_divided_by() -> None:
    channels = {channel.name: channel for channel in L2M2019Env(visualize=False).observation_channels()}
    force = channels["observation/l_leg/SOL/f"]
    assert force.description == (
        "Fibre force of the left soleus, soleus_l, divided by the maximal isometric force of 7925.0 N."
    )
    assert (force.side, force.lower, force.upper) == ("left", 0.0, 3.0)
    assert "optimal fibre length of 0.069 m" in channels["observation/r_leg/HAM/v"].description
    assert "body weights of 75.1646 kg" in channels["observation/r_leg/ground_reaction_forces/lateral"].description
    cell = channels["observation/v_tgt_field/leftward/7_2"]
    assert cell.description == (
        "Target velocity to the left in the heading of the pelvis, 2 m ahead and 3 m to the right."
    )
    assert channels["observation/v_tgt_field/forward/5_5"].description.endswith("at the pelvis.")


def test_that_every_number_of_a_description_has_a_name(any_env: OsimEnv) -> None:
    any_env.reset()
    any_env.step(random_actions(any_env, 1)[0])
    description = any_env.get_state_desc()
    values = any_env.named_values(description)
    assert len(values) == count(description)
    mass_centre = description["misc"]["mass_center_vel"]
    assert values["state_desc/misc/mass_center_vel/y"] == mass_centre[1]
    assert any_env.named_values(any_env.get_observation()).keys() == {
        channel.name for channel in any_env.observation_channels()
    }


def count(members: object) -> int:
    """Return how many numbers a nested form holds."""
    if isinstance(members, dict):
        return sum(count(member) for member in members.values())
    return int(np.size(members))


def test_that_the_numbers_of_a_description_are_named_by_the_model(env: ProstheticsEnv) -> None:
    description = env.reset(project=False)
    values = env.named_values(description)
    assert values["state_desc/joint_pos/hip_l/hip_adduction_l"] == description["joint_pos"]["hip_l"][1]
    assert values["state_desc/body_pos/pelvis/y"] == description["body_pos"]["pelvis"][1]
    assert values["state_desc/forces/foot_l/ground.force.Y"] == description["forces"]["foot_l"][1]
    assert values["state_desc/forces/foot_l/toes_l.force.Y#2"] == description["forces"]["foot_l"][19]
    assert values["state_desc/muscles/soleus_l/fiber_force"] == description["muscles"]["soleus_l"]["fiber_force"]


def test_that_a_channel_names_the_value_it_indexes(env: ProstheticsEnv) -> None:
    env.reset()
    vector = env.step(np.random.RandomState(1).uniform(0, 1, 19))[0]
    value = {channel.name.removeprefix("observation/"): vector[channel.index] for channel in env.observation_channels()}
    d = env.get_state_desc()
    pelvis, toes, centre = d["body_pos"]["pelvis"], d["body_pos"]["toes_l"], d["misc"]["mass_center_pos"]
    expected = {
        "pelvis/y": pelvis[1],
        "pelvis/arz": d["body_acc_rot"]["pelvis"][2],
        "toes_l/dx": toes[0] - pelvis[0],
        "toes_l/d_rz": d["body_pos_rot"]["toes_l"][2] - d["body_pos_rot"]["pelvis"][2],
        "toes_l/ay": d["body_acc"]["toes_l"][1],
        "toes_r/vx": 0.0,
        "hip_l/flexion_vel": d["joint_vel"]["hip_l"][0],
        "hip_r/rotation_acc": d["joint_acc"]["hip_r"][2],
        "knee_r/pos": d["joint_pos"]["knee_r"][0],
        "back/acc": d["joint_acc"]["back"][0],
        "muscles/soleus_l/activation": d["muscles"]["soleus_l"]["activation"],
        "muscles/vasti_r/fiber_velocity": d["muscles"]["vasti_r"]["fiber_velocity"],
        "mass_centre/dy": centre[1] - pelvis[1],
        "mass_centre/az": d["misc"]["mass_center_acc"][2],
    }
    assert {name: value[name] for name in expected} == expected


def test_that_a_channel_has_unit_side_and_sentence(env: ProstheticsEnv) -> None:
    channels = {channel.name: channel for channel in env.observation_channels()}
    knee = channels["observation/knee_l/vel"]
    assert (knee.unit, knee.side) == ("rad/s", "left")
    assert knee.description == "Rate of the angle of the left knee, positive in extension."
    assert channels["observation/pelvis/y"].description == "Height of the pelvis above the ground."
    assert channels["observation/muscles/soleus_l/fiber_length"].description == "Fibre length of the left soleus."
    assert channels["observation/muscles/vasti_r/activation"].side == "right"
    assert channels["observation/mass_centre/vz"].unit == "m/s"
    for channel in channels.values():
        assert channel.description.endswith(".")
        assert "{" not in channel.description


def test_that_a_normalised_element_times_its_normaliser_is_the_models_own_number() -> None:
    env = L2M2019Env(visualize=False)
    env.reset()
    env.step(np.full(22, 0.3))
    values = env.get_observation()
    state, muscle = env.osim_model.state, env.osim_model.get_muscle("soleus_l")
    physical = {channel.name: values[channel.index] * channel.normaliser for channel in env.observation_channels()}
    assert physical["observation/l_leg/SOL/f"] == pytest.approx(muscle.getFiberForce(state))
    assert physical["observation/l_leg/SOL/l"] == pytest.approx(muscle.getFiberLength(state))
    assert physical["observation/l_leg/SOL/v"] == pytest.approx(muscle.getFiberVelocity(state))
    up_n = -env.osim_model.get_force("foot_l").getRecordValues(state).get(1)
    assert physical["observation/l_leg/ground_reaction_forces/upward"] == pytest.approx(up_n)
    assert physical["observation/pelvis/height"] == values[242]
