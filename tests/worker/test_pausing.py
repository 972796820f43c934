"""Pausing a real run: at a condition, by hand, step by step; and going on."""

import threading
from collections.abc import Callable

import numpy as np
import pytest

from osimviz.expressions import compile_condition
from osimviz.frames import Frame
from osimviz.recording import Recording
from osimviz.worker import process
from osimviz.worker.messages import (
    ContinueRequest,
    Ended,
    Loaded,
    Message,
    Paused,
    PauseRequest,
    Request,
    RunRequest,
    Watch,
)
from osimviz.worker.process import WorkerProcess


class Run:
    """A worker whose pauses are answered."""

    def __init__(self, watch: Watch | None, answer: Callable[["Run", Paused], None], n_steps: int = 12) -> None:
        self.worker = WorkerProcess(RunRequest(controller="random", n_steps=n_steps, watch=watch))
        self.messages: list[Message] = []
        self.stalls: list[str] = []
        self._answer = answer

    def work(self) -> "Run":
        self.worker.run(self._deliver, self.stalls.append)
        return self

    def send(self, request: Request) -> None:
        self.worker.send(request)

    def _deliver(self, message: Message) -> None:
        self.messages.append(message)
        if isinstance(message, Paused):
            self._answer(self, message)

    @property
    def pauses(self) -> list[Paused]:
        return [message for message in self.messages if isinstance(message, Paused)]

    def recording(self) -> Recording:
        recording = Recording(next(message.info for message in self.messages if isinstance(message, Loaded)))
        for message in self.messages:
            if isinstance(message, Frame):
                recording.append(message)
        return recording


def go_on(run: Run, paused: Paused) -> None:
    run.send(ContinueRequest())


def test_that_a_run_pauses_at_every_step_at_which_a_condition_becomes_true() -> None:
    conditions = ("step >= 3", "deriv(pelvis/height) < -0.0015", "drop > 2")
    formulas = (("drop", "step % 6"),)
    run = Run(Watch(conditions, formulas), go_on).work()
    recording = run.recording()
    recording.derived.define(*formulas[0])
    names = recording.derived.names()
    begun = set()
    for condition in conditions:
        holds = compile_condition(condition, names).holds(recording)
        begun |= {int(step) for step in np.flatnonzero(np.diff(holds.astype(int), prepend=0) == 1)}
    assert 3 in begun
    assert [paused.step for paused in run.pauses] == sorted(begun)
    assert run.pauses[0].reason
    assert recording.last_index == 12


def test_that_nothing_is_computed_while_a_run_is_paused() -> None:
    seen: list[int] = []

    def wait_a_little(run: Run, paused: Paused) -> None:
        n_frames = len(run.recording())
        deadline = threading.Timer(0.4, lambda: run.send(ContinueRequest()))
        deadline.start()
        seen.append(n_frames)

    run = Run(Watch(("step == 2",)), wait_a_little, n_steps=4).work()
    # The frame of the pause is the last before it, and nothing comes between it and the answer.
    assert seen == [3]
    index = run.messages.index(run.pauses[0])
    before = run.messages[index - 1]
    assert isinstance(before, Frame)
    assert before.step == 2


def test_that_a_paused_run_goes_on_by_single_steps() -> None:
    def step(run: Run, paused: Paused) -> None:
        run.send(ContinueRequest(1) if paused.step < 5 else ContinueRequest())

    run = Run(Watch(("step == 2",)), step, n_steps=8).work()
    assert [(paused.step, paused.reason) for paused in run.pauses] == [(2, "step == 2"), (3, ""), (4, ""), (5, "")]


def test_that_a_run_pauses_when_it_is_asked_to() -> None:
    run = Run(Watch(), go_on, n_steps=30)
    run.send(PauseRequest())
    run.work()
    assert len(run.pauses) == 1
    assert isinstance(run.messages[-1], Ended)


def test_that_other_conditions_can_be_set_while_a_run_is_paused() -> None:
    def change(run: Run, paused: Paused) -> None:
        run.send(Watch(("step == 6", "step < 100")))
        run.send(ContinueRequest())

    run = Run(Watch(("step == 2",)), change, n_steps=8).work()
    # "step < 100" holds already when it is set: it does not begin.
    assert [(paused.step, paused.reason) for paused in run.pauses] == [(2, "step == 2"), (6, "step == 6")]


def test_that_a_paused_run_stops_at_once() -> None:
    run = Run(Watch(("step == 2",)), lambda run, paused: run.worker.request_stop()).work()
    last = run.messages[-1]
    assert isinstance(last, Ended)
    assert (last.outcome.ended_by, last.outcome.step) == ("stopped", 2)


def test_that_a_pause_is_no_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "STALL_S", 0.2)

    def wait(run: Run, paused: Paused) -> None:
        threading.Timer(2.5, lambda: run.send(ContinueRequest())).start()

    run = Run(Watch(("step == 2",)), wait, n_steps=3).work()
    # Step 3 is the one that waits; a slow machine may stall in another.
    assert not any(words.startswith("Step 3 ") for words in run.stalls)
    assert run.recording().last_index == 3


def test_that_a_condition_of_another_environment_pauses_nothing_and_stops_no_other() -> None:
    formulas = (("reach", "hand/height * 2"), ("late", "step"))
    run = Run(Watch(("hand/height > 3", "late == 1", "reach > 1"), formulas), go_on, n_steps=2).work()
    # What this environment has counts all the same.
    assert [paused.reason for paused in run.pauses] == ["late == 1"]
    assert isinstance(run.messages[-1], Ended)
