"""The channels of a run: names, places in a frame, and what they mean."""

from dataclasses import replace

import numpy as np
import pytest

from osimviz.recording import Recording
from osimviz.worker.channel_table import run_channels
from tests.sample_runs import MUSCLES, frame_with, sample_info


def recorded() -> Recording:
    info = sample_info()
    channels = run_channels(
        info.geometry,
        observation=(),
        action_names=MUSCLES,
        coordinates=(("hip_flexion_r", True), ("pelvis_tx", False)),
        has_feet=True,
    )
    recording = Recording(replace(info, channels=channels))
    turned = np.array([[0.5, 0.5, 0.5, 0.5], [1.0, 0.0, 0.0, 0.0]])
    pressure = np.array([[0.4, 0.0, 0.1], [np.nan, np.nan, np.nan]])
    recording.append(frame_with(0, body_quaternions=turned, centre_of_pressure_m=pressure))
    return recording


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("body/pelvis/height", 0.94, "m"),
        ("body/pelvis/rotation_x", 0.5, ""),
        ("body/torso/rotation_w", 1.0, ""),
        ("contact/right/force_up", 400.0 / (70.0 * 9.80665), "BW"),
        ("contact/right/pressure_z", 0.1, "m"),
        ("coordinates/pelvis_tx/value", 0.94, "m"),
        ("coordinates/pelvis_tx/speed", -0.1, "m/s"),
        ("coordinates/hip_flexion_r/value", 0.0, "rad"),
        ("muscles/soleus_l/activation", 0.25, ""),
        ("centre_of_mass/velocity_x", 1.0, "m/s"),
    ],
)
def test_that_a_channel_reads_its_own_number_in_its_own_unit(name: str, value: float, unit: str) -> None:
    recording = recorded()
    assert recording.column(name)[0] == pytest.approx(value)
    assert recording.channel(name).unit == unit


def test_that_what_a_foot_in_the_air_lacks_is_missing() -> None:
    assert np.isnan(recorded().column("contact/left/pressure_x")[0])


def test_that_names_are_there_once_and_every_channel_is_described() -> None:
    channels = recorded().channels
    assert len({channel.name for channel in channels}) == len(channels)
    assert all(channel.description for channel in channels)
    assert {channel.side for channel in channels if "soleus_l" in channel.name} == {"left"}
