"""A controller is given the observation it wants: declared, chosen, or found at its first step."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from osimviz.worker.controllers import ControllerLoadError, ControllerOptions, load_controller
from osimviz.worker.observation_sizes import misfit_in, size_misfit
from osimviz.worker.observations import ObservationFeed
from tests.controllers.conftest import N_OBSERVATIONS, ProstheticsEnv

VECTOR = [0.1] * N_OBSERVATIONS
ACTION = "[0.0] * 19"


def feed_of(folder: Path, source: str, **words: Any) -> ObservationFeed:
    file = folder / "walk.py"
    file.write_text(source)
    environment = ProstheticsEnv()
    options = ControllerOptions(is_trusted=True, **words)
    return ObservationFeed(environment, load_controller(str(file), options=options).bind(environment, 0))


def test_that_a_controller_gets_a_copy_of_what_the_environment_gave(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, "def controller(observation):\n    observation[0] = 9.0\n    return observation\n")
    given = list(VECTOR)
    assert feed.ask(given, 0)[0] == 9.0
    assert given == VECTOR
    assert feed.kind == "given"


@pytest.mark.parametrize(("kind", "keys"), [("dict", {"pelvis"}), ("state_desc", {"body_pos"})])
def test_that_the_declared_kind_is_given(tmp_path: Path, kind: str, keys: set[str]) -> None:
    feed = feed_of(tmp_path, f"observation_kind = {kind!r}\n\ndef controller(o):\n    return set(o)\n")
    assert feed.ask(VECTOR, 0) == keys


def test_that_the_users_word_stands_before_the_controllers(tmp_path: Path) -> None:
    source = "observation_kind = 'dict'\nframe_skip = 4\n\ndef controller(o):\n    return len(o)\n"
    feed = feed_of(tmp_path, source, observation_kind="vector", action_repeat=1)
    assert [feed.ask([0.0] * 5, step) for step in range(2)] == [5, 5]


def test_that_the_users_word_stands_before_that_of_an_object_made_later(tmp_path: Path) -> None:
    source = (
        "class Agent:\n    frame_skip = 4\n    action_range = 'tanh'\n"
        "    def act(self, o, step):\n        return step\n"
    )
    feed = feed_of(tmp_path, source, action_repeat=1, action_range="unit")
    assert [feed.ask(VECTOR, step) for step in range(3)] == [0, 1, 2]
    assert feed_of(tmp_path, source).ask(VECTOR, 0) == 0
    bound = load_controller(str(tmp_path / "walk.py"), options=ControllerOptions(is_trusted=True, action_range="unit"))
    assert bound.bind(ProstheticsEnv(), 0).action_range == "unit"


def test_that_a_vector_is_given_where_the_environment_gives_a_dict(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, "observation_kind = 'vector'\n\ndef controller(o):\n    return len(o)\n")
    assert feed.ask({"pelvis": {}}, 0) == N_OBSERVATIONS


@pytest.mark.parametrize(
    ("reads", "kind"),
    [("o['pelvis']['height']", "dict"), ("o['body_pos']['pelvis'][1]", "state_desc"), ("o[0]", "given")],
)
def test_that_the_kind_nobody_named_is_found_at_the_first_step(tmp_path: Path, reads: str, kind: str) -> None:
    feed = feed_of(tmp_path, f"def controller(o):\n    {reads}\n    return {ACTION}\n")
    assert feed.ask(VECTOR, 0) == [0.0] * 19
    assert feed.kind == kind
    assert feed.ask(VECTOR, 1) == [0.0] * 19


def test_that_a_controller_is_reset_before_another_kind_is_tried(tmp_path: Path) -> None:
    source = (
        "class Controller:\n    def reset(self):\n        self.n = 0\n"
        "    def act(self, o):\n        self.n += 1\n        o['pelvis']\n        return [self.n] * 19\n"
    )
    feed = feed_of(tmp_path, source)
    assert feed.ask(VECTOR, 0) == [1] * 19


def test_that_a_controller_that_fails_with_every_kind_tells_its_first_failure(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, "def controller(o):\n    raise ValueError(f'no gains for {type(o).__name__}')\n")
    with pytest.raises(ValueError, match="no gains for list"):
        feed.ask(VECTOR, 0)


def test_that_a_failure_after_the_first_step_is_not_tried_again(tmp_path: Path) -> None:
    source = (
        "n = 0\n\ndef controller(o):\n    global n\n    n += 1\n"
        f"    if n == 2:\n        raise ValueError('lost')\n    return {ACTION}\n"
    )
    feed = feed_of(tmp_path, source)
    feed.ask(VECTOR, 0)
    with pytest.raises(ValueError, match="lost"):
        feed.ask(VECTOR, 1)


def test_that_an_action_is_held_over_the_frame_skip(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, "frame_skip = 3\n\ndef controller(o, step):\n    return step\n")
    assert [feed.ask(VECTOR, step) for step in range(7)] == [0, 0, 0, 3, 3, 3, 6]


def test_that_a_history_joins_the_latest_observations_oldest_first(tmp_path: Path) -> None:
    feed = feed_of(tmp_path, "history = 3\nframe_skip = 2\n\ndef controller(o):\n    return o\n")
    given = [feed.ask([float(step)], step) for step in range(5)]
    assert given == [[0, 0, 0], [0, 0, 0], [0, 1, 2], [0, 1, 2], [2, 3, 4]]


def test_that_a_history_of_dicts_is_a_list(tmp_path: Path) -> None:
    source = "history = 2\nobservation_kind = 'dict'\n\ndef controller(o):\n    return o\n"
    answer = feed_of(tmp_path, source).ask(VECTOR, 0)
    assert len(answer) == 2
    assert all(isinstance(past, Mapping) for past in answer)


def test_that_how_it_is_asked_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "walk.py"
    file.write_text(
        "observation_kind = 'state_desc'\nframe_skip = 4\nhistory = 2\naction_range = 'tanh'\n\n"
        "class Agent:\n    def act(self, o, step):\n        return o\n"
    )
    bound = load_controller(str(file), options=ControllerOptions(is_trusted=True)).bind(ProstheticsEnv(), 0)
    assert bound.in_words() == (
        "act(observation, step) · state description · history of 2 · every 4 steps · −1…1 mapped to 0…1"
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("observation_kind = 'picture'", "declares observation_kind = 'picture'"),
        ("frame_skip = 0", "declares frame_skip = 0"),
        ("frame_skip = 'four'", "declares frame_skip = 'four'"),
        ("history = 2.5", "declares history = 2.5"),
        ("action_range = (0, 1)", "declares action_range = (0, 1)"),
        ("environment = 3", "declares environment = 3"),
        ("environment_args = 'model=2D'", "declares environment_args = 'model=2D'"),
        ("init_pose = [1.0, float('nan')]", "declares init_pose"),
    ],
)
def test_that_a_declaration_that_cannot_be_is_refused(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "walk.py"
    file.write_text(f"{line}\n\ndef controller(o):\n    return o\n")
    with pytest.raises(ControllerLoadError, match=r"walk\.py") as caught:
        load_controller(str(file), options=ControllerOptions(is_trusted=True))
    assert words in str(caught.value)


def test_that_an_object_whose_attributes_raise_declares_nothing(tmp_path: Path) -> None:
    file = tmp_path / "walk.py"
    file.write_text(
        "class Controller:\n"
        "    def __getattr__(self, name):\n        raise RuntimeError(name)\n"
        "    def act(self, observation):\n        return 'asked'\n\ncontroller = Controller()\n"
    )
    bound = load_controller(str(file), options=ControllerOptions(is_trusted=True)).bind(ProstheticsEnv(), 0)
    assert bound.act(VECTOR, 0) == "asked"


def test_that_environment_and_pose_are_declared(tmp_path: Path) -> None:
    file = tmp_path / "walk.py"
    file.write_text(
        "environment = 'l2m2019'\nenvironment_args = {'model': '2D', 'difficulty': 0}\ninit_pose = [1.5] * 12\n\n"
        "def controller(o):\n    return o\n"
    )
    declaration = load_controller(str(file), options=ControllerOptions(is_trusted=True)).declaration
    assert declaration.environment == "l2m2019"
    assert declaration.environment_args == (("model", "2D"), ("difficulty", "0"))
    assert declaration.init_pose == (1.5,) * 12


def test_that_a_size_that_does_not_fit_is_explained() -> None:
    sentence, hint = size_misfit(158, 160, "ProstheticsEnv")
    assert sentence.startswith("this controller takes 158 values; ProstheticsEnv gives 160: 158 come from")
    assert "osim-rl 2.0.0" in sentence
    assert "156 and 159" in hint
    sentence, hint = size_misfit(99, 160, "ProstheticsEnv")
    assert sentence == "this controller takes 99 values; ProstheticsEnv gives 160"
    assert "--env" in hint


@pytest.mark.parametrize(
    "message",
    [
        "mat1 and mat2 shapes cannot be multiplied (1x160 and 158x64)",
        "matmul: Input operand 1 has a mismatch in its core dimension 0 (size 158 is different from 160)",
        "X has 160 features, but Regressor is expecting 158 features as input.",
    ],
)
def test_that_a_libraries_complaint_of_sizes_is_translated(message: str) -> None:
    told = misfit_in(ValueError(message), 160, "ProstheticsEnv")
    assert told is not None
    assert "takes 158 values; ProstheticsEnv gives 160" in told[0]
    assert misfit_in(ValueError("lost my 160 gains at 2.5 s"), 160, "ProstheticsEnv") is None
