"""The environments as menus offer them."""

import pytest

from osimviz.environment_choices import choices, chosen, other_arguments
from osimviz.envs.arguments import parse_arguments


def test_that_every_choice_is_accepted_by_the_environments_and_offered_once() -> None:
    offered = choices()
    assert len({words for words, _, _ in offered}) == len(offered)
    assert len({(name, arguments) for _, name, arguments in offered}) == len(offered)
    for _, name, arguments in offered:
        parse_arguments(name, dict(arguments))


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("prosthetics", (), ()),
        ("prosthetics", (("model", "3d"), ("prosthetic", "yes")), ()),
        ("prosthetics", (("model", "2d"), ("prosthetic", "no")), (("model", "2D"), ("prosthetic", "false"))),
        ("prosthetics", (("integrator_accuracy", "1e-3"), ("difficulty", "1")), (("difficulty", "1"),)),
        ("l2m2019", (("difficulty", "3"),), ()),
        ("my.module:Env", (("model", "2D"),), ()),
    ],
)
def test_that_a_request_finds_its_choice(name: str, arguments: tuple, expected: tuple) -> None:
    assert chosen(name, arguments) == (name, expected)


def test_that_other_arguments_are_kept_apart() -> None:
    given = (("model", "2D"), ("integrator_accuracy", "1e-3"))
    assert other_arguments("prosthetics", given) == (("integrator_accuracy", "1e-3"),)
