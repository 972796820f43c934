"""Programs in odd surroundings, and programs that interrupt themselves: they go on as without a recording."""

import logging
import math
import os
import signal
import subprocess
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import osimviz
from osimviz.envs.registry import make_environment
from osimviz.recorder import waiting_samples
from osimviz.recorder.file_writers import FileWriters
from osimviz.recorder.interruptions import is_interruption
from osimviz.recorder.process_writer import ProcessWriter
from osimviz.recorder.recorder import Recorder
from osimviz.recorder.sample_columns import SampleColumns
from osimviz.recorder.writing_process import WritingProcess
from osimviz.recording import RecordingError, RecordingFile, RecordingWriter
from osimviz.recording.row_layout import FrameColumns, RowLayout
from tests.sample_runs import sample_frame, sample_info
from tests.source_rules import REPOSITORY

#: Records ten steps; its first lines are the test's.
PROGRAM = """
import numpy as np
import osimviz
from osimviz.envs.registry import make_environment
from osimviz.recorder.process_writer import ProcessWriter
from osimviz.recorder.recorder import Recorder
env = osimviz.record(make_environment("arm2d", {}), sys.argv[1])
env.reset()
for step in range(10):
    if step == 5:
        assert isinstance(env._recorder._samples.writer, ProcessWriter)
        between(env)
    env.step(np.zeros(6))
env.close()
"""


def run_program(path: Path, beginning: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", beginning + PROGRAM, str(path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **variables},
    )


def n_steps_in(path: Path) -> list[int]:
    with RecordingFile(path) as file:
        assert not file.is_live
        return [summary.n_steps for summary in file.summaries()]


def test_that_what_a_site_prints_when_python_starts_disturbs_nothing(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('welcome to the cluster')")
    done = run_program(tmp_path / "run.h5", "import sys\nbetween = print\n", PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("welcome to the cluster") == 1
    assert n_steps_in(tmp_path / "run.h5") == [10]


def test_that_a_program_whose_streams_are_closed_writes_into_no_pipe_of_the_recording(tmp_path: Path) -> None:
    beginning = """
import ctypes, os, sys
for stream in range(3):
    os.close(stream)
def between(env):
    for stream in range(3):
        try:
            os.write(stream, b"not for you" * 100)
        except OSError:
            pass
"""
    run_program(tmp_path / "run.h5", beginning)
    assert n_steps_in(tmp_path / "run.h5") == [10]


def test_that_a_program_that_dies_of_broken_pipes_does_not_die_of_this_one(tmp_path: Path) -> None:
    beginning = """
import os, signal, sys, threading
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
def between(env):
    process = env._recorder._writers._process
    os.kill(process.pid, signal.SIGSTOP)
    threading.Timer(0.5, os.kill, (process.pid, signal.SIGKILL)).start()
    try:
        # More than the pipe holds.
        process.send(bytes(2**22))
    except BrokenPipeError:
        print("broken")
"""
    done = run_program(tmp_path / "run.h5", beginning)
    assert (done.returncode, done.stdout) == (0, "broken\n")
    assert "osimviz records no more: the process that wrote" in done.stderr


def test_that_a_frozen_program_and_the_process_that_writes_start_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Their interpreter is the program itself, which would begin anew.
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with closing(FileWriters()) as writers, closing(writers.open(tmp_path / "a.h5", {})) as writer:
        assert isinstance(writer, RecordingWriter)
    monkeypatch.delattr(sys, "frozen")
    monkeypatch.setenv("OSIMVIZ_IS_WRITING", "1")
    with closing(FileWriters()) as writers, closing(writers.open(tmp_path / "b.h5", {})) as writer:
        assert isinstance(writer, RecordingWriter)


class Words(str):
    """Texts of a program's own kind."""

    __slots__ = ()


def test_that_texts_of_a_programs_own_kind_are_recorded_as_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a script, whose classes no other process can import.
    monkeypatch.setattr(Words, "__module__", "__main__")
    monkeypatch.setattr(sys.modules["__main__"], "Words", Words, raising=False)
    inner = make_environment("arm2d", {})
    monkeypatch.setattr(inner, "summary", lambda: Words("an arm"), raising=False)
    env = osimviz.record(
        inner, tmp_path / "run.h5", controller=Words("mine"), provenance={Words("policy"): Words("abc")}
    )
    env.reset()
    env.step(np.zeros(6))
    env.close()
    with osimviz.load(tmp_path / "run.h5") as run:
        assert (run.info.controller, run.info.env_summary, run.provenance["policy"]) == ("mine", "an arm", "abc")


def test_that_what_only_the_program_knows_is_told_and_not_taken_for_a_dead_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = types.ModuleType("nowhere_else")
    module.Words = type("Words", (str,), {"__module__": "nowhere_else"})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nowhere_else", module)
    with closing(WritingProcess()) as process:
        writer = ProcessWriter(process, tmp_path / "run.h5")
        with pytest.raises(RecordingError, match="cannot be written by another process: No module named"):
            writer.begin_rows(
                replace(sample_info(), controller=module.Words("mine")),  # type: ignore[attr-defined]
                RowLayout.of(sample_frame(0)),
            )


def test_that_the_child_of_a_fork_removes_no_file_of_its_parent(tmp_path: Path) -> None:
    def play(env: Any, n_episodes: int) -> None:
        for _ in range(n_episodes):
            env.reset()
            env.step(np.zeros(6))

    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run-{pid}-{n}.h5", keep=2)
    play(env, 4)
    env.reset()
    before = set(tmp_path.iterdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        env._recorder._ended.settle()
        play(env, 4)
        env.close()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert before <= set(tmp_path.iterdir())
    env.close()
    files = sorted(tmp_path.glob("run-*.h5"))
    assert sorted(int(path.name.split("-")[1]) for path in files) == sorted([os.getpid()] * 2 + [child] * 2)


class Ringing:
    """A number whose reading rings the program's alarm, once."""

    def __init__(self) -> None:
        self.is_armed = False

    def __array__(self, *_: object, **__: object) -> Any:
        if self.is_armed:
            self.is_armed = False
            signal.raise_signal(signal.SIGALRM)
        return np.zeros(1)


class RingingEnv:
    """An arm whose observation can ring."""

    def __init__(self) -> None:
        self._env = make_environment("arm2d", {})
        self.osim_model = self._env.osim_model
        self.ringing = Ringing()

    def reset(self) -> Any:
        self._env.reset()
        return self.ringing

    def step(self, action: Any) -> Any:
        _, *rest = self._env.step(action)
        return self.ringing, *rest


@pytest.fixture
def alarm() -> Iterator[Callable[[Callable[..., object]], None]]:
    before = signal.getsignal(signal.SIGALRM)
    yield lambda handler: signal.signal(signal.SIGALRM, handler) and None
    signal.signal(signal.SIGALRM, before)


class Limit:
    """A program's own limit of time, as an object that is called."""

    def __call__(self, *_: object) -> None:
        raise TimeoutError("too long")

    def end(self, *_: object) -> None:
        raise TimeoutError("too long")


@pytest.mark.parametrize("handler", [Limit(), Limit().end], ids=["object", "method"])
def test_that_what_a_handler_of_a_signal_raises_reaches_the_program_and_leaves_no_hole(
    tmp_path: Path, alarm: Callable[..., None], handler: Callable[..., object]
) -> None:
    alarm(handler)
    inner = RingingEnv()
    env = osimviz.record(inner, tmp_path / "run.h5")
    env.reset()
    env.step(np.zeros(6))
    inner.ringing.is_armed = True
    with pytest.raises(TimeoutError, match="too long"):
        env.step(np.zeros(6))
    with pytest.warns(UserWarning, match="leaves out the rest of this episode: the program interrupted"):
        env.step(np.zeros(6))
    for _ in range(2):
        env.step(np.zeros(6))
    env.reset()
    for _ in range(3):
        env.step(np.zeros(6))
    env.close()
    assert n_steps_in(tmp_path / "run.h5") == [1, 3]
    with osimviz.load(tmp_path / "run.h5", episode=0) as run:
        assert run.outcome is not None
        assert run.outcome.sentence == "recorded to here: the program interrupted the recording of a step"


def test_that_a_fault_in_reading_is_no_interruption(alarm: Callable[..., None]) -> None:
    alarm(Limit())
    with pytest.raises(FileNotFoundError) as fault:
        os.stat("missing")  # noqa: PTH116
    assert not is_interruption(fault.value)
    assert is_interruption(KeyboardInterrupt())
    assert is_interruption(SystemExit())


def test_that_frames_that_wait_are_kept_when_writing_them_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interruptions: list[BaseException] = []
    columns = SampleColumns.columns

    def interrupted(self: SampleColumns, *samples: Any) -> FrameColumns:
        if interruptions:
            raise interruptions.pop()
        return columns(self, *samples)

    monkeypatch.setattr(SampleColumns, "columns", interrupted)
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    env.step(np.zeros(6))
    env.step(np.zeros(6))
    interruptions.append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        env.reset()
    env.reset()
    env.step(np.zeros(6))
    env.close()
    assert n_steps_in(tmp_path / "run.h5") == [2, 1]


class InterruptingNumber(float):
    """A number of an info that is interrupted when it is read, once."""

    is_armed = False

    def __float__(self) -> float:
        if InterruptingNumber.is_armed:
            InterruptingNumber.is_armed = False
            raise KeyboardInterrupt
        return 1.0


def test_that_an_episode_ends_before_a_step_whose_numbers_were_interrupted(tmp_path: Path) -> None:
    class Env(RingingEnv):
        def step(self, action: Any) -> Any:
            *rest, info = super().step(action)
            return *rest, info | {"number": InterruptingNumber(1.0)}

    env = osimviz.record(Env(), tmp_path / "run.h5")
    env.reset()
    env.step(np.zeros(6))
    InterruptingNumber.is_armed = True
    with pytest.raises(KeyboardInterrupt):
        env.step(np.zeros(6))
    with pytest.warns(UserWarning, match="leaves out the rest of this episode: the program interrupted"):
        env.step(np.zeros(6))
    env.reset()
    env.step(np.zeros(6))
    env.close()
    assert n_steps_in(tmp_path / "run.h5") == [1, 1]


def test_that_an_episode_ends_before_a_step_that_was_interrupted_on_its_way_to_the_recorder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interruptions: list[BaseException] = []
    after_step = Recorder.after_step

    def interrupted(self: Recorder, *step: Any) -> None:
        if interruptions:
            raise interruptions.pop()
        after_step(self, *step)

    monkeypatch.setattr(Recorder, "after_step", interrupted)
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    env.step(np.zeros(6))
    interruptions.append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        env.step(np.zeros(6))
    with pytest.warns(UserWarning, match="leaves out the rest of this episode: the program interrupted"):
        env.step(np.zeros(6))
    env.reset()
    interruptions.append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        env.step(np.zeros(6))
    env.reset()
    env.step(np.zeros(6))
    env.close()
    assert n_steps_in(tmp_path / "run.h5") == [1, 1]


class InterruptingWords(str):
    """A text that is interrupted when it is sent, once."""

    is_armed = True
    __slots__ = ()

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        if InterruptingWords.is_armed:
            InterruptingWords.is_armed = False
            raise KeyboardInterrupt
        return str, (str(self),)


def test_that_an_episode_whose_beginning_was_interrupted_is_begun_again_with_its_own_description(
    tmp_path: Path,
) -> None:
    InterruptingWords.is_armed = True
    runs = [replace(sample_info(), controller=name) for name in ("one", InterruptingWords("two"))]
    layout = RowLayout.of(sample_frame(0))
    with closing(WritingProcess()) as process, closing(ProcessWriter(process, tmp_path / "run.h5")) as writer:
        writer.begin_rows(runs[0], layout)
        with pytest.raises(KeyboardInterrupt):
            writer.begin_rows(runs[1], layout)
        writer.begin_rows(runs[1], layout)
    with RecordingFile(tmp_path / "run.h5") as file:
        assert [file.episode(k).recording.info.controller for k in range(2)] == ["one", "two"]


def test_that_a_program_with_warnings_for_errors_goes_on_without_its_recording(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    env.reset()
    env.step(np.zeros(6))
    process = env._recorder._writers._process
    os.kill(process.pid, signal.SIGKILL)
    process._process.wait()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            env.reset()
            env.step(np.zeros(6))
    env.close()
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(told) == 1
    assert told[0].startswith("osimviz records no more: the process that wrote")


def test_that_few_large_observations_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_samples, "_MOST_BYTES", 4 * 8)
    # However slow the machine is.
    monkeypatch.setattr(waiting_samples, "FLUSH_INTERVAL_S", math.inf)
    env = osimviz.record(RingingEnv(), tmp_path / "run.h5")
    env.reset()
    for _ in range(9):
        env.step(np.zeros(6))
    # One number each: four of ten frames wait at most, and two are left.
    with osimviz.load(env.recording_path) as run:
        assert len(run) == 8
    env.close()
