"""Environments and their arguments by text, as the command line gives them."""

import pytest

from osimviz.envs import EnvironmentArgumentError, environment_names, make_environment, parse_arguments


def test_that_text_becomes_values() -> None:
    args = {"model": "2d", "prosthetic": "False", "difficulty": "1", "integrator_accuracy": "1e-3", "seed": "0"}
    assert parse_arguments("prosthetics", args) == {
        "model": "2D",
        "prosthetic": False,
        "difficulty": 1,
        "integrator_accuracy": 1e-3,
        "seed": 0,
    }
    assert "prosthetics" in environment_names()


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        (
            "prosthetic",
            {},
            "There is no environment 'prosthetic' (did you mean 'prosthetics'? known: prosthetics).",
        ),
        (
            "prosthetics",
            {"dificulty": "1"},
            "Prosthetics has no argument 'dificulty' (did you mean 'difficulty'? known: model, prosthetic, difficulty, "
            "integrator_accuracy, seed).",
        ),
        ("prosthetics", {"model": "4D"}, "The argument model of prosthetics is 3D or 2D, not '4D'."),
        (
            "prosthetics",
            {"prosthetic": "maybe"},
            "The argument prosthetic of prosthetics is true or false, not 'maybe'.",
        ),
        ("prosthetics", {"difficulty": "2"}, "The argument difficulty of prosthetics is 0 or 1, not '2'."),
        (
            "prosthetics",
            {"integrator_accuracy": "nan"},
            "The argument integrator_accuracy of prosthetics is a number between 0 and 1, such as 5e-5, not 'nan'.",
        ),
        (
            "prosthetics",
            {"seed": "-1", "model": ""},
            "The argument seed of prosthetics is a whole number from 0 to 4294967295, not '-1'; "
            "the argument model of prosthetics is 3D or 2D, not ''.",
        ),
    ],
)
def test_that_a_wrong_argument_is_refused_in_one_sentence(name: str, args: dict[str, str], message: str) -> None:
    with pytest.raises(EnvironmentArgumentError) as caught:
        parse_arguments(name, args)
    assert str(caught.value) == message


def test_that_an_environment_is_made_from_text() -> None:
    args = {"model": "2D", "prosthetic": "false", "difficulty": "1", "integrator_accuracy": "1e-2"}
    env = make_environment("prosthetics", args, seed=3)
    assert env.summary() == "ProstheticsEnv · 2D · no prosthesis · difficulty 1"
    assert env.osim_model.integrator_accuracy == 1e-2
    assert len(env.reset()) == 169
    sample = env.action_space.sample()
    same = make_environment("prosthetics", {**args, "seed": "3"}, seed=8)
    same.reset()
    assert same.action_space.sample().tolist() == sample.tolist()
    assert same.targets.tolist() == env.targets.tolist()
