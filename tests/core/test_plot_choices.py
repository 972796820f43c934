from dataclasses import replace

import pytest

from osimviz.channels import Channel, Side
from osimviz.frames import EndLimit, RunInfo
from osimviz.plot_choices import belongs_with, caption, default_channels, phase_choice, presets, unit_caption
from tests.sample_runs import sample_info


def _channel(name: str, side: Side = "", unit: str = "") -> Channel:
    return Channel(name, "observation", 0, unit, side=side)


def test_that_a_first_start_shows_what_the_run_has_of_pelvis_feet_knees_and_reward() -> None:
    assert default_channels(sample_info()) == [
        ["body/pelvis/height"],
        ["contact/right/force_up", "contact/left/force_up"],
        ["reward/step"],
    ]


def test_that_a_channel_that_can_end_the_run_is_always_plotted_first() -> None:
    info = replace(sample_info(), end_limits=(EndLimit("observation/pelvis/speed", 0.1, "pelvis too slow"),))

    assert default_channels(info)[0] == ["observation/pelvis/speed"]


def test_that_presets_offer_existing_channels_only() -> None:
    info = sample_info()
    names = {channel.name for channel in info.channels}

    offered = {preset.title: preset for preset in presets(info)}

    assert "Knees and ankles" not in offered
    assert all(name in names for preset in offered.values() for plot in preset.plots for name in plot)
    assert offered["Muscle activation"].plots[0] == ("muscles/soleus_r/activation", "muscles/soleus_l/activation")


def _run_with(*names: str) -> RunInfo:
    return replace(sample_info(), channels=tuple(_channel(name) for name in names), end_limits=())


def test_that_an_arm_is_offered_its_joints_and_its_target_and_no_pelvis() -> None:
    info = _run_with(
        *(
            f"coordinates/{joint}/{what}"
            for joint in ("r_shoulder_elev", "r_elbow_flex")
            for what in ("value", "speed")
        ),
        *(f"observation/{what}/{axis}" for what in ("target", "hand") for axis in "xy"),
        "centre_of_mass/velocity_x",
        "reward/step",
    )

    assert default_channels(info) == [
        ["coordinates/r_shoulder_elev/value", "coordinates/r_elbow_flex/value"],
        ["observation/hand/x", "observation/target/x"],
        ["observation/hand/y", "observation/target/y"],
        ["reward/step"],
    ]
    assert [preset.title for preset in presets(info)] == ["Arm", "Hand and target", "Centre of mass", "Reward"]
    assert phase_choice(info) == ("coordinates/r_elbow_flex/value", "coordinates/r_elbow_flex/speed")


def test_that_the_terms_of_a_reward_share_a_plot() -> None:
    offered = {preset.title: preset for preset in presets(_run_with("reward/step", "reward/alive", "reward/effort"))}

    assert offered["Reward terms"].plots == (("reward/alive", "reward/effort"),)
    assert "Reward terms" not in {preset.title for preset in presets(_run_with("reward/step", "reward/alive"))}


def test_that_a_phase_plot_can_be_chosen_for_any_run() -> None:
    assert phase_choice(_run_with("a/b")) == ("a/b", "a/b")
    assert phase_choice(_run_with("a/b", "c/d", "e/f")) == ("a/b", "c/d")
    assert phase_choice(_run_with()) == ("", "")


@pytest.mark.parametrize(
    ("channels", "title", "items"),
    [
        ([_channel("body/pelvis/height")], "pelvis height", ("",)),
        ([_channel("observation/pelvis/pitch"), _channel("observation/pelvis/roll")], "pelvis", ("pitch", "roll")),
        (
            [_channel("contact/right/force_up", "right"), _channel("contact/left/force_up", "left")],
            "ground reaction up",
            ("R", "L"),
        ),
        ([_channel("coordinates/knee_angle_r/value", "right")], "knee angle", ("R",)),
        (
            [_channel("muscles/vasti_r/activation", "right"), _channel("muscles/soleus_l/activation", "left")],
            "activation",
            ("vasti R", "soleus L"),
        ),
        ([_channel("body/pelvis/height"), _channel("reward/step")], "", ("pelvis height", "reward step")),
        ([], "", ()),
    ],
)
def test_that_a_caption_says_what_curves_share_and_what_tells_them_apart(
    channels: list[Channel], title: str, items: tuple[str, ...]
) -> None:
    made = caption(channels)

    assert (made.title, made.items) == (title, items)


def test_that_units_are_named_once_and_in_words() -> None:
    share = Channel("action/soleus_r", "action", 0, "", 0.0, 1.0)
    force = _channel("contact/right/force_up", unit="BW")

    assert unit_caption([force, force], ["BW", "BW"]) == "body weight"
    assert unit_caption([share], [""]) == "0–1"
    assert unit_caption([force, _channel("a/b", unit="m")], ["BW", "m"]) == "body weight, m"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (_channel("coordinates/knee_angle_l/value", "left"), _channel("coordinates/knee_angle_r/value", "right"), True),
        (
            _channel("coordinates/hip_flexion_r/value", "right"),
            _channel("coordinates/knee_angle_r/value", "right"),
            False,
        ),
        (_channel("observation/pelvis/rz", unit="rad"), _channel("observation/pelvis/ry", unit="rad"), True),
        (_channel("observation/pelvis/y", unit="m"), _channel("observation/pelvis/rz", unit="rad"), False),
        (_channel("action/soleus_r", "right"), _channel("action/soleus_l", "left"), True),
        (_channel("action/soleus_r", "right"), _channel("action/vasti_r", "right"), False),
        (_channel("reward/step"), _channel("reward/return"), False),
    ],
)
def test_that_only_relatives_share_a_plot_unasked(one: Channel, other: Channel, expected: bool) -> None:
    assert belongs_with(one, [other]) is expected
