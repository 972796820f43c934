"""How an object is asked for an action is recognised from its methods and the names of their parameters."""

from typing import Any

import numpy as np
import pytest

from osimviz.worker.signatures import SignatureError, recognise


def of_class(method: str, parameters: str, answer: str) -> Any:
    """Make an object with one method that returns what it was given."""
    namespace: dict[str, Any] = {}
    exec(f"class Policy:\n    def {method}(self, {parameters}):\n        return {answer}\n", namespace)
    return namespace["Policy"]()


@pytest.mark.parametrize(
    ("target", "words", "answer"),
    [
        (lambda obs: obs, "f(observation)", "seen"),
        (lambda obs, t: (obs, t), "f(observation, time)", ("seen", 0.07)),
        (lambda obs, step: (obs, step), "f(observation, step)", ("seen", 7)),
        (lambda t: t, "f(time)", 0.07),
        (lambda i: i, "f(step)", 7),
        (lambda: "nothing", "f()", "nothing"),
        (lambda *arguments: arguments, "f(observation)", ("seen",)),
        (lambda obs, **others: (obs, others), "f(observation)", ("seen", {})),
        (lambda obs, *, time_s: (obs, time_s), "f(observation, time)", ("seen", 0.07)),
        (lambda obs, gain=2.0: (obs, gain), "f(observation)", ("seen", 2.0)),
        (of_class("act", "obs", "obs"), "act(observation)", "seen"),
        (of_class("act", "stochastic, obs, stepno", "(stochastic, obs, stepno)"), None, (False, "seen", 7)),
        (of_class("act", "observation, reward=0, done=False", "(reward, done)"), None, (0, False)),
        (of_class("get_action", "obs", "obs"), "get_action(observation)", "seen"),
        (
            of_class("predict", "observation, state=None, episode_start=None, deterministic=False", "deterministic"),
            "predict(observation, deterministic=True)",
            True,
        ),
        (of_class("compute_action", "obs, explore=True", "(obs, explore)"), None, ("seen", False)),
        (of_class("update", "obs_dict", "obs_dict"), "update(observation)", "seen"),
        (of_class("forward", "obs", "obs"), "forward(observation)", "seen"),
        (of_class("calculate_muscle_activations", "n", "n"), "calculate_muscle_activations(step)", 7),
        (of_class("__call__", "x", "x"), "controller(observation)", "seen"),
    ],
)
def test_that_a_controller_is_given_what_its_parameters_name(target: Any, words: str | None, answer: Any) -> None:
    signature = recognise(target)
    assert words is None or signature.words == words
    assert signature.ask("seen", 7, 0.07) == answer


def test_that_act_comes_before_predict_and_predict_before_a_call() -> None:
    class Agent:
        def __call__(self, obs: Any) -> str:
            return "call"

        def predict(self, obs: Any) -> str:
            return "predict"

    class ActingAgent(Agent):
        def act(self, obs: Any) -> str:
            return "act"

    assert recognise(Agent()).ask(0, 0, 0.0) == "predict"
    assert recognise(ActingAgent()).ask(0, 0, 0.0) == "act"


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (lambda obs_dict: 0, "dict"),
        (lambda state_desc: 0, "state_desc"),
        (lambda observation: 0, None),
        (of_class("update", "o", "0"), "dict"),
    ],
)
def test_that_a_parameters_name_tells_the_kind_of_observation(target: Any, kind: str | None) -> None:
    assert recognise(target).observation_kind == kind


@pytest.mark.parametrize("target", [None, 3, "act", {"act": 1}, [1.0], object()])
def test_that_what_cannot_be_asked_is_refused(target: Any) -> None:
    with pytest.raises(SignatureError, match="no controller"):
        recognise(target)


def test_that_a_parameter_that_cannot_be_given_is_named() -> None:
    with pytest.raises(SignatureError, match="whose reward osimviz cannot give"):
        recognise(lambda observation, reward: 0)


def test_that_a_builtin_function_is_given_the_observation() -> None:
    assert recognise(np.negative).ask(np.ones(2), 0, 0.0).tolist() == [-1.0, -1.0]


def test_that_the_number_of_inputs_is_read_where_it_stands() -> None:
    class Regressor:
        n_features_in_ = 160

        def predict(self, batch: Any) -> Any:
            return batch

    Regressor.__module__ = "sklearn.neural_network"
    signature = recognise(Regressor())
    assert signature.n_inputs == 160
    assert signature.ask([0.0] * 160, 0, 0.0).shape == (1, 160)
