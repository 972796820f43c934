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
            "There is no environment 'prosthetic' (did you mean 'prosthetics'? known: prosthetics, l2run, "
            "l2m2019, arm2d).",
        ),
        (
            "prosthetics",
            {"dificulty": "1"},
            "Prosthetics has no argument 'dificulty' (did you mean 'difficulty'? known: model, prosthetic, difficulty, "
            "integrator_accuracy, integrator, stepping, seed).",
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
        ("l2m2019", {"difficulty": "4"}, "The argument difficulty of l2m2019 is 0, 1, 2 or 3, not '4'."),
        (
            "l2m2019",
            {"init_pose": "0,0,0.94"},
            "The argument init_pose of l2m2019 is 12 numbers with commas between them, not '0,0,0.94'.",
        ),
        (
            "l2m2019",
            {"init_pose": ",".join(["nan"] * 12)},
            "The argument init_pose of l2m2019 is 12 numbers with commas between them, not "
            f"'{','.join(['nan'] * 12)}'.",
        ),
        ("arm2d", {"stepping": "exact"}, "The argument stepping of arm2d is faithful or branchable, not 'exact'."),
        (
            "l2run",
            {"integrator": "Heun"},
            "The argument integrator of l2run is one of RungeKuttaMerson, RungeKuttaFeldberg, RungeKutta3, "
            "RungeKutta2, SemiExplicitEuler2, ExplicitEuler, Verlet, CPodes, not 'Heun'.",
        ),
        (
            "l2run",
            {"model": "2D"},
            "L2run has no argument 'model' (known: integrator_accuracy, integrator, stepping, seed).",
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


POSE = "1.7,0.5,0.9023245653983966,0.20123038812855829,0,-0.6952390849304798,-0.3231,0.17,0,-0.0528,-0.8,-0.1745"


@pytest.mark.parametrize(
    ("name", "args", "summary"),
    [
        ("prosthetics", {"prosthetic": "false"}, "ProstheticsEnv · 3D · no prosthesis"),
        ("l2run", {}, "L2RunEnv"),
        ("l2m2019", {"model": "2D", "difficulty": "1", "init_pose": POSE}, "L2M2019Env · 2D · difficulty 1"),
        ("arm2d", {}, "Arm2DEnv"),
    ],
)
def test_that_every_environment_is_made_from_text(name: str, args: dict[str, str], summary: str) -> None:
    common = {"stepping": "Branchable", "integrator": "rungekutta3", "integrator_accuracy": "1e-2"}
    env, same = (make_environment(name, {**args, **common}, seed=4) for _ in range(2))
    assert env.summary() == summary
    model = env.osim_model
    assert (model.stepping, model.integrator, model.integrator_accuracy) == ("branchable", "RungeKutta3", 1e-2)
    seen = []
    for one in (env, same):
        one.reset(seed=9)
        one.step(one.action_space.sample())
        seen.append(one.get_observation())
    assert seen[0] == seen[1]
    if "init_pose" in args:
        assert env.named_values(env.reset())["observation/pelvis/vel/forward"] == pytest.approx(1.7)


def test_that_an_environment_without_arguments_is_the_one_of_its_class() -> None:
    env = make_environment("l2m2019", {})
    assert (env.summary(), env.spec.timestep_limit) == ("L2M2019Env · 3D · difficulty 3", 2500)
    assert env.osim_model.stepping == "faithful"
