"""Controllers of several kinds in real runs: a spawned worker, OpenSim, the environments they were made for."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from osimviz.frames import Failure, Frame, Outcome
from osimviz.recording import RecordingWriter
from osimviz.resource_files import resource_path
from osimviz.worker.messages import Ended, Loaded, LoadFailed, Message, RunRequest
from osimviz.worker.process import WorkerProcess


class Run:
    """Everything one worker sent."""

    def __init__(self, controller: str, n_steps: int | None = 4, **words: Any) -> None:
        self.messages: list[Message] = []
        request = RunRequest(controller=controller, n_steps=n_steps, **{"is_trusted": True, **words})
        WorkerProcess(request).run(self.messages.append)

    @property
    def loaded(self) -> Loaded:
        first = self.messages[0]
        assert isinstance(first, Loaded), first
        return first

    @property
    def frames(self) -> list[Frame]:
        return [message for message in self.messages if isinstance(message, Frame)]

    @property
    def outcome(self) -> Outcome:
        last = self.messages[-1]
        assert isinstance(last, Ended), last
        return last.outcome

    @property
    def load_failure(self) -> Failure:
        last = self.messages[-1]
        assert isinstance(last, LoadFailed), last
        return last.failure


def python_file(folder: Path, source: str) -> str:
    file = folder / "walk.py"
    file.write_text(source)
    return str(file)


def test_that_the_bundled_failing_gait_falls_where_it_was_measured() -> None:
    run = Run(str(resource_path("controllers/reflex_2d_fall.txt")), n_steps=None, env_name="")
    assert (run.outcome.ended_by, run.outcome.step) == ("fell", 169)
    assert run.frames[-1].body_positions_m[0, 0] == pytest.approx(2.57, abs=0.01)
    info = run.loaded.info
    arguments = dict(info.env_args)
    assert (info.env_name, arguments["model"], arguments["difficulty"]) == ("l2m2019", "2D", "0")
    assert arguments["init_pose"].startswith("1.7,0.5,0.9023")
    assert run.loaded.signature == "update(observation) · observation dict"
    assert all(frame.observation.shape == (339,) for frame in run.frames)


def test_that_the_walking_example_starts_in_its_own_pose() -> None:
    run = Run("reflex", n_steps=2, env_name="")
    pelvis = run.frames[0].body_positions_m[0]
    assert pelvis[1] == pytest.approx(0.9023, abs=1e-3)
    assert run.frames[1].action.shape == (22,)
    assert run.frames[1].action.max() > 0.1


def test_that_the_template_runs_as_it_is() -> None:
    run = Run(str(resource_path("controllers/template.py")), env_name="")
    assert run.outcome.ended_by == "step_limit"
    assert run.loaded.signature == "act(observation, step) · observation vector"
    assert dict(run.loaded.info.env_args) == {"model": "3D", "difficulty": "0"}
    assert run.frames[1].action.tolist() == [0.05] * 19


def test_that_the_users_environment_stands_before_the_controllers() -> None:
    run = Run("reflex", env_name="prosthetics")
    assert "walks in l2m2019; this is ProstheticsEnv" in run.load_failure.sentence


def test_that_a_program_without_consent_is_not_run_by_the_worker_either(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    file = python_file(tmp_path, f"open({str(canary)!r}, 'w').close()\n\ndef controller(o):\n    return [0.0] * 19\n")
    run = Run(file, is_trusted=False)
    assert "is a Python program: run, it may do anything" in run.load_failure.sentence
    assert "--trust" in run.load_failure.hint
    assert not canary.exists()


def test_that_a_controller_that_reads_the_state_description_is_given_it(tmp_path: Path) -> None:
    source = "def controller(o):\n    return [o['body_pos']['pelvis'][1] / 10] * 19\n"
    run = Run(python_file(tmp_path, source))
    assert run.outcome.ended_by == "step_limit"
    heights = [frame.body_positions_m[0, 1] / 10 for frame in run.frames]
    np.testing.assert_allclose([frame.action[0] for frame in run.frames[1:]], heights[:-1], rtol=1e-9)


def test_that_values_of_tanh_are_mapped_and_the_raw_ones_kept(tmp_path: Path) -> None:
    run = Run(python_file(tmp_path, "def controller(o):\n    return [-0.5] * 18 + [3.0]\n"), action_range="tanh")
    frame = run.frames[-1]
    assert frame.action.tolist() == [-0.5] * 18 + [3.0]
    np.testing.assert_allclose(sorted(frame.excitation), [0.25] * 18 + [1.0], atol=1e-12)


def test_that_a_held_action_asks_the_controller_once(tmp_path: Path) -> None:
    source = "n = 0\n\ndef controller(o):\n    global n\n    n += 1\n    return [n / 100] * 19\n"
    run = Run(python_file(tmp_path, source), n_steps=5, action_repeat=2)
    assert [round(frame.action[0] * 100) for frame in run.frames[1:]] == [1, 1, 2, 2, 3]


def test_that_a_network_for_another_release_is_explained_in_the_run(tmp_path: Path) -> None:
    source = "import numpy as np\n\nW = np.zeros((158, 19))\n\ndef controller(o):\n    return np.asarray(o) @ W\n"
    run = Run(python_file(tmp_path, source))
    assert run.outcome.ended_by == "controller_error"
    failure = run.outcome.failure
    assert failure is not None
    assert "this controller takes 158 values; ProstheticsEnv gives 160" in failure.sentence
    assert "156 and 159" in failure.hint
    assert "walk.py" in failure.traceback


def test_that_the_actions_of_a_run_done_again_give_the_same_run(tmp_path: Path) -> None:
    first = Run("random", n_steps=6)
    np.save(tmp_path / "actions.npy", [frame.action for frame in first.frames[1:]])
    again = Run(str(tmp_path / "actions.npy"), n_steps=6, is_trusted=False)
    for one, other in zip(first.frames, again.frames, strict=True):
        np.testing.assert_array_equal(one.state, other.state)


def test_that_a_recording_done_again_takes_its_environment_and_gives_the_same_run(tmp_path: Path) -> None:
    first = Run("reflex", n_steps=6, env_name="")
    writer = RecordingWriter(tmp_path / "run.h5")
    writer.begin_episode(first.loaded.info, first.frames[0])
    for frame in first.frames[1:]:
        writer.append(frame)
    writer.end_episode(first.outcome)
    writer.close()
    again = Run(f"replay:{tmp_path / 'run.h5'}", n_steps=6, env_name="", is_trusted=False)
    assert again.loaded.info.env_args == first.loaded.info.env_args
    for one, other in zip(first.frames, again.frames, strict=True):
        np.testing.assert_array_equal(one.state, other.state)


def test_that_a_controller_may_say_its_environment(tmp_path: Path) -> None:
    source = (
        "environment = 'arm2d'\n\nclass Agent:\n    observation_kind = 'vector'\n"
        "    def act(self, o):\n        return [len(o) / 100] * 6\n"
    )
    run = Run(python_file(tmp_path, source), n_steps=2, env_name="")
    assert run.loaded.info.env_name == "arm2d"
    assert run.frames[-1].action.tolist() == [0.16] * 6
