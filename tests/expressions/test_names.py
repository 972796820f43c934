"""Which channel a written name means."""

import pytest

from osimviz.channels import Channel
from osimviz.expressions import ExpressionError, NameTable, compile_expression
from osimviz.expressions.names import AmbiguousName

NAMES = (
    "observation/pelvis/height",
    "observation/pelvis/vel forward",
    "observation/muscles/soleus_r/activation",
    "muscles/soleus_r/activation",
    "muscles/soleus_l/activation",
    "coordinates/knee_angle_r/value",
    "coordinates/knee_angle_r/speed",
    "body/pelvis/height",
    "body/head/height",
    "contact/foot_l.ground/force",
    "own/obs[3]",
    "Mixed/Case",
    "reward/step",
    "reward/return",
)


def table(**aliases: str) -> NameTable:
    return NameTable([Channel(name, "reward", 0, "rad" if "angle" in name else "m") for name in NAMES], aliases)


@pytest.mark.parametrize(
    ("written", "channel"),
    [
        ("body/pelvis/height", "body/pelvis/height"),
        ("pelvis/height", "observation/pelvis/height"),
        ("head/height", "body/head/height"),
        ("pelvis.height", "observation/pelvis/height"),
        ("soleus_r/activation", "muscles/soleus_r/activation"),
        ("knee_angle_r", "coordinates/knee_angle_r/value"),
        ("knee_angle_r/speed", "coordinates/knee_angle_r/speed"),
        ("mixed/case", "Mixed/Case"),
        ("reward", "reward/step"),
        ("return", "reward/return"),
        ("pelvis/vel forward", "observation/pelvis/vel forward"),
        ("`pelvis/vel forward`", "observation/pelvis/vel forward"),
        ('"body/pelvis/height"', "body/pelvis/height"),
        ("foot_l.ground/force", "contact/foot_l.ground/force"),
        ("own/obs[3]", "own/obs[3]"),
    ],
)
def test_that_a_name_or_a_clear_end_of_it_is_enough(written: str, channel: str) -> None:
    assert compile_expression(f"{written} * 2", table()).channels == (channel,)


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("soleus_r/activation/2", ("muscles/soleus_r/activation",)),
        ("reward/2", ("reward/step",)),
        ("reward/step", ("reward/step",)),
        ("reward/return", ("reward/return",)),
        ("reward / return", ("reward/step", "reward/return")),
        ("reward/head/height", ("reward/step", "body/head/height")),
        ("head/height/max(reward, 1)", ("body/head/height", "reward/step")),
        ("pelvis/vel forward / 2", ("observation/pelvis/vel forward",)),
    ],
)
def test_that_a_known_name_goes_before_a_division(text: str, channels: tuple[str, ...]) -> None:
    assert compile_expression(text, table()).channels == channels


def test_that_a_name_which_several_channels_end_with_is_refused_with_all_of_them() -> None:
    with pytest.raises(AmbiguousName):
        table().find("activation")
    with pytest.raises(ExpressionError, match=r"soleus_r/activation, .*soleus_l/activation.* write more") as told:
        compile_expression("1 + activation", table())
    assert (told.value.start, told.value.length) == (4, 10)


@pytest.mark.parametrize(
    ("unknown", "suggested"),
    [("pelvs/hight", "pelvis/height"), ("soleus", "soleus_r/activation"), ("knee_angl_r", "knee_angle_r/value")],
)
def test_that_an_unknown_name_is_answered_with_close_ones(unknown: str, suggested: str) -> None:
    with pytest.raises(ExpressionError, match=f"No channel is called {unknown}; perhaps .*{suggested}"):
        compile_expression(unknown, table())


def test_that_every_channel_has_a_short_name_which_means_it() -> None:
    names = table()
    for name in NAMES:
        assert compile_expression(names.shortest(name), names).channels == (name,)


def test_that_aliases_go_before_all_names() -> None:
    names = table(l="muscles/soleus_l/activation", r="muscles/soleus_r/activation")
    assert compile_expression("l - r", names).channels == (
        "muscles/soleus_l/activation",
        "muscles/soleus_r/activation",
    )
