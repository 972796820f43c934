"""Environments of the user's own on a real model: an arm under osim-rl's protocol, with more and less around it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from osimviz.channels import Channel
from osimviz.envs import OsimModel
from osimviz.envs.foreign import ForeignEnvironment, adapt
from osimviz.envs.foreign_names import ForeignEnvironmentError
from osimviz.envs.models import model_path
from osimviz.envs.spaces import Box, EpisodeSpec
from osimviz.worker.observer import Observer

MUSCLES = ("TRIlong", "TRIlat", "TRImed", "BIClong", "BICshort", "BRA")


class Reach:
    """The least there is: osim-rl's protocol and four values."""

    def __init__(self) -> None:
        self.osim_model = OsimModel(Path(model_path("arm2dof6musc.osim")))
        self.n_steps = 0

    def reset(self) -> Any:
        self.osim_model.reset()
        return [0.25, 0.5]

    def step(self, action: Any) -> Any:
        self.osim_model.actuate(action)
        self.osim_model.integrate()
        self.n_steps += 1
        return [[0.25, 0.5 + self.n_steps], 2.0, False, {}]


class GymReach(Reach):
    """Five values, a reset with info, an observation in parts."""

    end = (False, False)

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        super().reset()
        self.seed = seed
        self.drawn = np.random.uniform()
        return self.seen(), {"anything": 1}

    def seen(self) -> Any:
        return {"hand": np.array([1.0, 2.0]), "elbow_r": {"angle": 3.0}, "pair": (4.0, [5.0, 6.0])}

    def step(self, action: Any) -> Any:
        super().step(action)
        return (self.seen(), np.array([1.5]), *self.end, {"note": "kept"})


class Telling(Reach):
    """Says everything of itself."""

    spec = EpisodeSpec(7)
    action_names = ("one", "two", "three", "four", "five", "six")

    def observation_channels(self) -> Any:
        return [Channel("observation/a", "observation", 0, "m"), Channel("observation/b", "observation", 1, "rad")]

    def summary(self) -> str:
        return "Telling · well"


def ready(environment: Any, seed: int | None = None) -> ForeignEnvironment:
    adapted = adapt(environment)
    adapted.reset(seed=seed)
    return adapted


ACTION = np.full(6, 0.1)


def test_that_the_least_protocol_is_enough() -> None:
    env = ready(Reach())
    observation, reward, done, info = env.step(ACTION)
    assert (list(observation), reward, done, info) == ([0.25, 1.5], 2.0, False, {"ended_by": None})
    assert [channel.name for channel in env.observation_channels()] == ["observation/0", "observation/1"]
    assert env.action_names() == MUSCLES
    assert (env.summary(), type(env).__name__, env.spec.timestep_limit) == ("Reach", "Reach", 1000)
    assert env.get_state_desc()["muscles"]["BRA"]["activation"] > 0
    frame = Observer(env).read(step=1, observation=observation, reward=reward)
    assert (frame.time_s, frame.observation.tolist()) == (0.01, [0.25, 1.5])


def test_that_gymnasiums_five_values_and_nested_observations_are_taken() -> None:
    env = ready(GymReach(), seed=5)
    assert env.environment.seed == 5
    assert env.environment.drawn == np.random.RandomState(5).uniform()
    observation, reward, _, info = env.step(ACTION)
    assert observation["elbow_r"] == {"angle": 3.0}
    assert (reward, info["note"]) == (1.5, "kept")
    assert env.get_observation().tolist() == [1, 2, 3, 4, 5, 6]
    names = ["hand/0", "hand/1", "elbow_r/angle", "pair/0", "pair/1/0", "pair/1/1"]
    channels = env.observation_channels()
    assert [channel.name for channel in channels] == [f"observation/{name}" for name in names]
    assert channels[2].side == "right"


@pytest.mark.parametrize(
    ("end", "ended_by"), [((True, False), "done"), ((False, True), "time_limit"), ((False, False), None)]
)
def test_that_the_two_ends_of_gymnasium_are_told_apart(end: tuple[bool, bool], ended_by: str | None) -> None:
    env = ready(GymReach())
    env.environment.end = end
    _, _, done, info = env.step(ACTION)
    assert (done, info["ended_by"]) == (any(end), ended_by)


def test_that_what_an_environment_says_of_itself_is_taken() -> None:
    env = ready(Telling())
    assert [channel.unit for channel in env.observation_channels()] == ["m", "rad"]
    assert env.action_names() == Telling.action_names
    assert (env.summary(), env.spec.timestep_limit) == ("Telling · well", 7)


def test_that_the_limit_of_steps_ends_an_environment_that_does_not() -> None:
    env = ready(Telling())
    ends = [env.step(ACTION)[2:] for _ in range(7)]
    assert [done for done, _ in ends] == [False] * 6 + [True]
    assert ends[-1][1]["ended_by"] == "time_limit"


def test_that_channels_of_another_number_than_the_observation_are_not_believed() -> None:
    class Mistaken(Telling):
        def reset(self) -> Any:
            super().reset()
            return [1.0, 2.0, 3.0]

    assert [channel.name for channel in ready(Mistaken()).observation_channels()][2:] == ["observation/2"]


def test_that_declared_bounds_are_the_channels_bounds_unless_they_are_osim_rls_zeros() -> None:
    class Bounded(Reach):
        observation_space = Box(-2.0, 3.0, (2,))

    class Zeros(Reach):
        observation_space = Box(0.0, 0.0, (2,))

    assert [(c.lower, c.upper) for c in ready(Bounded()).observation_channels()] == [(-2.0, 3.0)] * 2
    assert [c.upper for c in ready(Zeros()).observation_channels()] == [np.inf] * 2


def test_that_actions_of_another_number_than_muscles_are_numbered() -> None:
    class Reduced(Reach):
        action_space = Box(0.0, 1.0, (2,))

    assert ready(Reduced()).action_names() == ("0", "1")


def test_that_actions_in_an_order_of_their_own_are_named_by_it() -> None:
    class Ordered(Reach):
        # Muscle 0 gets action 1, muscle 1 action 2, muscle 2 action 0.
        act2mus = (1, 2, 0, 3, 4, 5)

    assert ready(Ordered()).action_names() == ("TRImed", "TRIlong", "TRIlat", "BIClong", "BICshort", "BRA")


def test_that_an_environment_inside_a_wrapper_is_found() -> None:
    class Wrapper:
        def __init__(self, env: Any) -> None:
            self.unwrapped = env

        def reset(self) -> Any:
            return self.unwrapped.reset()

        def step(self, action: Any) -> Any:
            observation, reward, done, info = self.unwrapped.step(action)
            return observation, 10 * reward, done, info

    env = ready(Wrapper(Telling()))
    assert env.step(ACTION)[1] == 20.0
    assert env.summary() == "Telling · well"


def test_that_the_vector_of_an_environment_that_gives_a_mapping_is_recorded() -> None:
    class Both(GymReach):
        def get_observation(self) -> Any:
            return [7.0, 8.0]

    env = ready(Both())
    observation, *_ = env.step(ACTION)
    assert set(observation) == {"hand", "elbow_r", "pair"}
    assert env.get_observation().tolist() == [7.0, 8.0]
    assert [channel.name for channel in env.observation_channels()] == ["observation/0", "observation/1"]


def test_that_a_method_that_only_bears_the_name_of_osim_rls_is_not_taken() -> None:
    class Other(GymReach):
        def get_observation(self, place: str) -> Any:
            return {place: 1.0}

    assert ready(Other()).get_observation().tolist() == [1, 2, 3, 4, 5, 6]


def test_that_spaces_are_made_where_there_are_none() -> None:
    env = ready(Reach())
    assert (env.action_space.shape, env.observation_space.shape) == ((6,), (2,))


def test_that_an_observation_of_another_length_is_named() -> None:
    env = ready(spoiled(step=lambda env, action: ([1.0] * 5, 0.0, False, {})))
    assert len(env.observation_channels()) == 2
    with pytest.raises(ForeignEnvironmentError, match=r"returned 5 values at step 1, and 2 at reset\(\)"):
        env.step(ACTION)


def test_that_an_excitation_that_is_none_is_left_out() -> None:
    env = ready(spoiled(step=lambda env, action: ([1.0, 2.0], 0.0, False, {"excitation": "high"})))
    assert env.step(ACTION)[3] == {"ended_by": None}


def test_that_other_attributes_are_the_environments_own() -> None:
    env = ready(GymReach())
    assert env.seen() is not None
    with pytest.raises(AttributeError):
        _ = env.nothing_of_the_kind


def spoiled(**methods: Callable[..., Any]) -> Reach:
    return type("Spoiled", (Reach,), methods)()


def raise_key_error(*_: Any) -> Any:
    raise KeyError("knee")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda env, action: 3, "returned int at step 1; a step returns observation"),
        (lambda env, action: (1, 2, 3), "returned 3 values at step 1; a step returns observation"),
        (lambda env, action: (), "returned 0 values at step 1; a step returns observation"),
        (lambda env, action: ([1.0], [1.0, 2.0], False, {}), "Spoiled returned 2 rewards at step 1; a reward is one"),
        (lambda env, action: ([1.0], "much", False, {}), "Spoiled returned no number as reward at step 1: could not"),
        (lambda env, action: ([1.0], 10**400, False, {}), "no number as reward at step 1: int too large"),
        (
            lambda env, action: ([1.0], 0.0, np.zeros(2), {}),
            "returned neither yes nor no as the end at step 1: The truth",
        ),
        (lambda env, action: ([1.0, "two"], 0.0, False, {}), "no observation at step 1: the observation holds list"),
        (lambda env, action: ({"a": {"b": None}}, 0.0, False, {}), "holds NoneType at 'a/b', which is no number"),
        (raise_key_error, "Spoiled raised KeyError at step 1: 'knee'"),
    ],
)
def test_that_a_step_that_is_none_is_named(answer: Callable[..., Any], sentence: str) -> None:
    env = ready(spoiled(step=answer))
    with pytest.raises(ForeignEnvironmentError, match=sentence):
        env.step(ACTION)


def test_that_a_reward_in_an_array_is_taken_and_no_answer_is_no_end() -> None:
    env = ready(spoiled(step=lambda env, action: ([1.0, 2.0], np.array([0.5]), None, None)))
    assert env.step(ACTION)[1:] == (0.5, False, {"ended_by": None})


def test_that_a_reset_that_fails_or_leaves_no_state_is_named() -> None:
    with pytest.raises(ForeignEnvironmentError, match=r"Spoiled raised KeyError at reset\(\): 'knee'"):
        ready(spoiled(reset=raise_key_error))
    with pytest.raises(ForeignEnvironmentError, match=r"its osim_model has no state after reset\(\)"):
        ready(spoiled(reset=lambda env: [1.0]))


def test_that_what_has_not_the_protocol_is_named_with_all_it_lacks() -> None:
    with pytest.raises(ForeignEnvironmentError, match=r"dict is no .* it has no reset and no step and no osim_model"):
        adapt({})


def test_that_the_pelvis_of_a_subclass_of_osim_rl_ends_as_a_fall() -> None:
    class Falling(Reach):
        fall_height_m = 0.6

        def __init__(self) -> None:
            self.osim_model = OsimModel(Path(model_path("gait9dof18musc.osim")))
            self.n_steps = 0

        def step(self, action: Any) -> Any:
            observation, reward, _, info = super().step(action)
            return observation, reward, True, info

    env = ready(Falling())
    assert env.step(np.zeros(18))[3]["ended_by"] == "done"
    env.fall_height_m = 2.0
    assert env.step(np.zeros(18))[3]["ended_by"] == "fell"
