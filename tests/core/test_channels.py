"""Channel names, sides and the search."""

import pytest

from osimviz.channels import Channel, matching, side_of

TABLE = (
    Channel("observation/pelvis/height", "observation", 0, "m", description="Height of the pelvis."),
    Channel("muscles/vasti_r/activation", "activation", 0),
    Channel("muscles/vasti_l/activation", "activation", 1),
)


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("soleus_r", "right"),
        ("soleus_l", "left"),
        ("knee_angle_r", "right"),
        ("r_leg", "right"),
        ("pelvis", ""),
        ("pros_foot_r", "right"),
        ("muscles/tib_ant_l/activation", "left"),
        ("lumbar_extension", ""),
        ("foot_l.ground.force.X", "left"),
    ],
)
def test_that_the_side_follows_from_the_name(name: str, side: str) -> None:
    assert side_of(name) == side


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["observation/pelvis/height", "muscles/vasti_r/activation", "muscles/vasti_l/activation"]),
        ("PELVIS", ["observation/pelvis/height"]),
        ("activation vasti", ["muscles/vasti_r/activation", "muscles/vasti_l/activation"]),
        ("vasti_l", ["muscles/vasti_l/activation"]),
        ("nothing", []),
    ],
)
def test_that_the_search_finds_all_words_in_any_order_and_case(query: str, names: list[str]) -> None:
    assert [channel.name for channel in matching(TABLE, query)] == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("vstlact", ["muscles/vasti_l/activation"]),
        ("pvh", ["observation/pelvis/height"]),
        ("VASTIR", ["muscles/vasti_r/activation"]),
        ("vast zzq", []),
    ],
)
def test_that_letters_in_order_find_a_channel_where_no_word_does(query: str, names: list[str]) -> None:
    assert [channel.name for channel in matching(TABLE, query)] == names


def test_that_a_description_counts_only_where_no_name_has_the_word() -> None:
    assert [channel.name for channel in matching(TABLE, "height")] == ["observation/pelvis/height"]
    described = (*TABLE, Channel("body/x", "state", 0, description="As the height, of vasti."))
    assert [channel.name for channel in matching(described, "vasti")] == [TABLE[1].name, TABLE[2].name]
    assert [channel.name for channel in matching(described, "of vasti.")] == ["body/x"]
