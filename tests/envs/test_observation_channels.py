"""Every element of the observation vector has a channel that says what it is."""

import json
from pathlib import Path

import numpy as np
import pytest

from osimviz.channels import Channel
from osimviz.envs import ProstheticsEnv

NAMES = json.loads((Path(__file__).parents[1] / "reference" / "observation_names.json").read_text(encoding="utf-8"))


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
