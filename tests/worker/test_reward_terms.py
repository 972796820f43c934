"""Reward terms of a run in a worker: of the built-in environments, and of a user's whose names nobody knows before."""

from pathlib import Path

import numpy as np
import pytest

from osimviz.frames import Frame
from osimviz.worker.messages import Ended, Loaded, Message, RunRequest
from osimviz.worker.process import WorkerProcess

OWN = """
from osimviz.envs.prosthetics import ProstheticsEnv

class Own:
    def __init__(self, seed=None, visualize=False):
        self._env = ProstheticsEnv(visualize=False)
        self.osim_model = self._env.osim_model
        self._n = 0

    def reset(self):
        self._n = 0
        self._env.reset()
        return [0.0, 1.0]

    def step(self, action):
        BODY
        self._n += 1
        self._env.step(action)
        return [float(self._n), 1.0], 1.5, False, {"reward_terms": {"speed": 2.0, "effort": -0.5}}
"""


def messages_of(request: RunRequest) -> list[Message]:
    messages: list[Message] = []
    WorkerProcess(request).run(messages.append)
    return messages


@pytest.mark.parametrize(
    ("env_name", "args", "terms"),
    [
        ("prosthetics", (), ("constant", "forward_speed")),
        (
            "l2m2019",
            (("difficulty", "3"),),
            ("alive", "footstep_time", "footstep_velocity", "footstep_effort", "target"),
        ),
        ("arm2d", (), ("constant", "distance")),
        ("l2run", (), ("distance",)),
    ],
)
def test_that_the_terms_of_every_environment_are_channels_that_add_up_to_the_reward(
    env_name: str, args: tuple[tuple[str, str], ...], terms: tuple[str, ...]
) -> None:
    request = RunRequest(env_name, args, controller="constant:2.0", n_steps=3)
    loaded, first, *frames = (m for m in messages_of(request) if isinstance(m, Loaded | Frame))
    assert isinstance(loaded, Loaded)
    assert isinstance(first, Frame)
    assert loaded.info.reward_term_names == terms
    assert [c.name for c in loaded.info.channels if c.field == "reward_terms"] == [f"reward/{name}" for name in terms]
    assert np.isnan(first.reward_terms).all()
    for frame in frames:
        assert isinstance(frame, Frame)
        assert np.sum(frame.reward_terms) == pytest.approx(frame.reward, rel=1e-12)
        # Raw, as the controller gave it, and how much of it was cut.
        assert frame.action.tolist() == [2.0] * frame.action.size
        assert frame.n_clipped == frame.action.size


def test_that_a_run_tells_where_its_numbers_come_from(tmp_path: Path) -> None:
    controller = tmp_path / "still.py"
    controller.write_text("def act(observation):\n    return [0.0] * 19\n")
    messages = messages_of(RunRequest(controller=str(controller), n_steps=1, is_trusted=True))
    loaded = next(message for message in messages if isinstance(message, Loaded))
    told = dict(loaded.info.provenance)
    assert told["model_file"] == "gait14dof22musc_pros_20180507.osim"
    assert told["controller_file"] == "still.py"
    assert len(told["model_sha256"]) == len(told["controller_sha256"]) == 64
    assert (told["stepping"], told["integrator_accuracy"]) == ("faithful", "5e-05")
    assert told["environment"].endswith("ProstheticsEnv")
    assert {"osimviz", "python", "numpy", "opensim", "osim-rl", "system", "created"} <= told.keys()


def own_environment(folder: Path, body: str) -> str:
    file = folder / "own.py"
    file.write_text(OWN.replace("BODY", body))
    return f"{file}:Own"


def test_that_the_terms_of_a_users_environment_get_their_names_from_its_first_step(tmp_path: Path) -> None:
    messages = messages_of(RunRequest(own_environment(tmp_path, "pass"), controller="zero", n_steps=3))
    kept = [message for message in messages if isinstance(message, Loaded | Frame | Ended)]
    loaded, *frames, ended = kept
    assert isinstance(loaded, Loaded)
    assert isinstance(ended, Ended)
    assert loaded.info.reward_term_names == ("speed", "effort")
    assert [frame.step for frame in frames if isinstance(frame, Frame)] == [0, 1, 2, 3]
    assert isinstance(frames[2], Frame)
    assert frames[2].reward_terms.tolist() == [2.0, -0.5]


@pytest.mark.parametrize("n_steps", [None, 0])
def test_that_a_first_step_that_fails_or_never_comes_keeps_the_reset(tmp_path: Path, n_steps: int | None) -> None:
    name = own_environment(tmp_path, "raise RuntimeError('no step today')")
    kept = [
        m
        for m in messages_of(RunRequest(name, controller="zero", n_steps=n_steps))
        if isinstance(m, Loaded | Frame | Ended)
    ]
    loaded, first, ended = kept
    assert isinstance(loaded, Loaded)
    assert isinstance(first, Frame)
    assert isinstance(ended, Ended)
    assert ended.outcome.ended_by == ("simulator_error" if n_steps is None else "step_limit")


def test_that_a_process_that_dies_in_its_first_step_is_told_with_it(tmp_path: Path) -> None:
    name = own_environment(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    last = messages_of(RunRequest(name, controller="zero"))[-1]
    assert last.failure.sentence == "the worker process died (SIGKILL) in step 1, in the simulator"  # type: ignore[union-attr]
