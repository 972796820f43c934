"""The worker as it is used: a spawned process with real OpenSim, that may raise, hang, die or be killed."""

import os
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from osimviz.frames import Failure, Frame, Outcome
from osimviz.worker import process
from osimviz.worker.messages import Ended, Loaded, LoadFailed, Message, RunRequest
from osimviz.worker.process import WorkerProcess


class Run:
    """Everything one worker sent."""

    def __init__(self, request: RunRequest) -> None:
        self.worker = WorkerProcess(request)
        self.messages: list[Message] = []
        self.stalls: list[str] = []
        self.frame_came = threading.Event()

    def work(self) -> "Run":
        self.worker.run(self._deliver, self.stalls.append)
        return self

    def _deliver(self, message: Message) -> None:
        self.messages.append(message)
        if isinstance(message, Frame):
            self.frame_came.set()

    @property
    def frames(self) -> list[Frame]:
        return [message for message in self.messages if isinstance(message, Frame)]

    @property
    def outcome(self) -> Outcome:
        last = self.messages[-1]
        assert isinstance(last, Ended), last
        return last.outcome

    @property
    def failure(self) -> Failure:
        failure = self.outcome.failure
        assert failure is not None
        return failure


def run(controller: str, n_steps: int | None = 8) -> Run:
    return Run(RunRequest(controller=controller, n_steps=n_steps, is_trusted=True)).work()


def controller_file(folder: Path, body: str) -> str:
    """Write a controller that behaves for three steps and does `body` in the fourth."""
    file = folder / "failing.py"
    file.write_text(
        "import ctypes, os, signal, sys, time\nn = 0\n\n"
        "def controller(observation):\n"
        "    global n\n    n += 1\n"
        f"    if n == 4:\n        {body}\n"
        "    return [0.05] * 19\n"
    )
    return str(file)


def is_gone(pid: int) -> bool:
    """Whether a process ends within seconds; where nobody waits for orphans it stays listed."""
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
    return False


def test_that_a_run_sends_its_description_every_frame_and_one_end() -> None:
    result = run("constant:0.05", n_steps=5)
    assert isinstance(result.messages[0], Loaded)
    assert [frame.step for frame in result.frames] == [0, 1, 2, 3, 4, 5]
    assert result.outcome.ended_by == "step_limit"
    assert sum(isinstance(message, Ended) for message in result.messages) == 1
    first, last = result.frames[0], result.frames[-1]
    assert np.isnan(first.reward)
    assert np.all(np.isnan(first.action))
    assert last.time_s == pytest.approx(0.05)
    assert np.all(last.action == 0.05)
    assert last.reward == pytest.approx(result.messages[0].info and last.reward)
    assert np.all(np.isfinite(last.body_positions_m))
    # Two loaded feet carry about one body weight while the model still stands.
    info = result.messages[0].info
    assert last.ground_reaction_n[:, 1].sum() / (info.geometry.mass_kg * 9.80665) == pytest.approx(1.2, abs=0.4)
    assert {channel.name for channel in info.channels} >= {
        "body/pelvis/height",
        "reward/return",
        "contact/left/force_up",
    }
    assert len({channel.name for channel in info.channels}) == len(info.channels)


def test_that_random_actions_fall_at_the_known_step_with_the_known_return() -> None:
    result = run("random", n_steps=None)
    assert result.outcome.ended_by == "fell"
    assert result.outcome.step == 98
    assert "pelvis below 0.6 m" in result.outcome.sentence
    # Measured with osim-rl's own numbers: RandomState(0).uniform, 98 steps, return -544.84.
    assert sum(frame.reward for frame in result.frames[1:]) == pytest.approx(-544.84, abs=0.01)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise ValueError('lost my gains')", ["raised ValueError at step 4", "lost my gains"]),
        ("sys.exit(3)", ["raised SystemExit at step 4"]),
        ("return [0.1] * 18", ["wrong number", "step 4", "(19,)", "(18,)"]),
        ("return None", ["None", "step 4", "(19,)"]),
        ("return 'left'", ["text", "step 4", "(19,)"]),
        ("return [float('nan')] * 19", ["nan", "step 4", "(19,)"]),
    ],
)
def test_that_a_failing_controller_ends_the_run_and_keeps_every_frame(
    tmp_path: Path, body: str, words: list[str]
) -> None:
    result = run(controller_file(tmp_path, body))
    assert result.outcome.ended_by == "controller_error"
    for word in words:
        assert word in result.failure.sentence
    assert [frame.step for frame in result.frames] == [0, 1, 2, 3]
    assert result.failure.observation is not None
    np.testing.assert_array_equal(result.failure.observation, result.frames[-1].observation)


def test_that_a_traceback_names_the_controllers_own_line(tmp_path: Path) -> None:
    result = run(controller_file(tmp_path, "raise ValueError('here')"))
    assert "failing.py" in result.failure.traceback
    assert "raise ValueError('here')" in result.failure.traceback


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("os._exit(7)", "ended by itself (exit status 7) in step 4, in the controller"),
        ("ctypes.string_at(0)", "died (SIGSEGV) in step 4, in the controller"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "died (SIGKILL) in step 4, in the controller"),
    ],
)
def test_that_a_worker_that_dies_is_told_with_its_step_and_every_frame_is_kept(
    tmp_path: Path, body: str, words: str
) -> None:
    result = run(controller_file(tmp_path, body))
    assert result.outcome.ended_by == "worker_died"
    assert words in result.failure.sentence
    assert [frame.step for frame in result.frames] == [0, 1, 2, 3]


def test_that_a_worker_killed_from_outside_keeps_its_frames() -> None:
    result = Run(RunRequest(controller="random"))
    thread = threading.Thread(target=result.work)
    thread.start()
    assert result.frame_came.wait(30)
    pid = result.worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    thread.join(30)
    assert result.outcome.ended_by == "worker_died"
    assert "SIGKILL" in result.failure.sentence
    assert result.frames
    assert not psutil.pid_exists(pid)


def test_that_stop_ends_a_run_between_two_steps() -> None:
    result = Run(RunRequest(controller="constant:0.05"))
    thread = threading.Thread(target=result.work)
    thread.start()
    assert result.frame_came.wait(30)
    started = time.monotonic()
    result.worker.request_stop()
    thread.join(30)
    assert time.monotonic() - started < process.ASK_S
    assert result.outcome.ended_by == "stopped"
    assert result.outcome.step == result.frames[-1].step


def stopped_in_step_4(controller: str) -> Run:
    """Run a controller whose fourth step never ends, stop it there, and return the run."""
    result = Run(RunRequest(controller=controller, is_trusted=True))
    thread = threading.Thread(target=result.work)
    thread.start()
    assert result.frame_came.wait(30)
    while len(result.frames) < 4:
        thread.join(0.01)
    # The step that never ends has begun by then, also on a busy machine.
    thread.join(1.0)
    result.worker.request_stop()
    thread.join(30)
    assert not thread.is_alive()
    assert result.outcome.ended_by == "stopped"
    return result


def test_that_stop_ends_a_controller_that_never_returns(tmp_path: Path) -> None:
    result = stopped_in_step_4(controller_file(tmp_path, "while True: pass"))
    assert "the controller did not return" in result.outcome.sentence
    assert len(result.frames) == 4


def test_that_a_step_that_takes_long_is_told_while_it_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "STALL_S", 0.5)
    result = run(controller_file(tmp_path, "time.sleep(2.5)"))
    assert result.outcome.ended_by == "step_limit"
    assert any("Step 4 has taken" in stall and "in the controller" in stall for stall in result.stalls)
    assert result.stalls[-1] == ""


def sabotaged(folder: Path, change: str) -> str:
    """Write a controller that changes the state of the simulation in the fourth step."""
    file = folder / "sabotage.py"
    file.write_text(
        "import opensim\n\n"
        "def make_controller(env):\n"
        "    n = 0\n"
        "    def act(observation):\n"
        "        nonlocal n\n        n += 1\n"
        "        if n == 4:\n"
        "            state = opensim.State(env.osim_model.state)\n"
        f"            {change}\n"
        "            env.osim_model.set_state(state)\n"
        "        return [0.05] * 19\n"
        "    return act\n"
    )
    return str(file)


def test_that_a_failure_of_the_engine_is_told_as_such_and_keeps_every_frame(tmp_path: Path) -> None:
    nan_activation = "env.osim_model.model.getMuscles().get(0).setActivation(state, float('nan'))"
    result = run(sabotaged(tmp_path, nan_activation))
    assert result.outcome.ended_by == "simulator_error"
    assert "the simulator failed at step 4" in result.failure.sentence
    assert [frame.step for frame in result.frames] == [0, 1, 2, 3]
    assert result.failure.action is not None


def test_that_stop_ends_an_engine_that_never_returns(tmp_path: Path) -> None:
    # A pelvis 50 m under the floor: the contact force makes one step take minutes.
    deep = "env.osim_model.model.getCoordinateSet().get('pelvis_ty').setValue(state, -50.0)"
    result = stopped_in_step_4(sabotaged(tmp_path, deep))
    assert "the simulator did not return" in result.outcome.sentence


def test_that_a_controller_that_cannot_be_loaded_is_told_before_any_frame(tmp_path: Path) -> None:
    file = tmp_path / "broken.pkl"
    file.write_bytes(b"\x80\x04")
    result = run(str(file))
    assert [type(message) for message in result.messages] == [LoadFailed]


def test_that_the_last_words_of_a_worker_that_ended_meanwhile_are_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_wait = process.wait

    def late(ends: Sequence[Any], timeout: float) -> list[Any]:
        # As on a busy machine: the pipe was looked at before the worker spoke, the worker when it was gone.
        _, sentinel, *_ = ends
        really_wait([sentinel], 60.0)
        monkeypatch.setattr(process, "wait", really_wait)
        return [sentinel]

    monkeypatch.setattr(process, "wait", late)
    file = tmp_path / "broken.py"
    file.write_text("raise RuntimeError('no luck')\n")
    (message,) = run(str(file)).messages
    assert isinstance(message, LoadFailed)
    assert "no luck" in message.failure.sentence


def test_that_a_worker_that_dies_while_loading_is_told(tmp_path: Path) -> None:
    file = tmp_path / "dies.py"
    file.write_text("import os\nos._exit(5)\n")
    result = run(str(file))
    message = result.messages[-1]
    assert isinstance(message, LoadFailed)
    assert "exit status 5" in message.failure.sentence


def test_that_the_same_seed_gives_the_same_run_bit_for_bit() -> None:
    first, second = run("random", n_steps=6), run("random", n_steps=6)
    for one, other in zip(first.frames, second.frames, strict=True):
        np.testing.assert_array_equal(one.state, other.state)
        np.testing.assert_array_equal(one.observation, other.observation)


def test_that_what_a_controller_prints_does_not_reach_stdout(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(controller_file(tmp_path, "print('noise from the controller', flush=True)"))
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "noise from the controller" in captured.err


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise type('Strange', (BaseException,), {})('odd')", ["raised Strange at step 4: odd"]),
        ("raise type('Mute', (Exception,), {'__str__': lambda self: 1 / 0})()", ["at step 4"]),
        ("raise GeneratorExit", ["raised GeneratorExit at step 4"]),
    ],
)
def test_that_whatever_a_controller_raises_is_told_without_a_traceback_on_stderr(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], body: str, words: list[str]
) -> None:
    result = run(controller_file(tmp_path, body))
    assert result.outcome.ended_by == "controller_error"
    for word in words:
        assert word in result.failure.sentence
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "body",
    [
        "os.closerange(3, 256)",
        "sys.modules.clear()",
        "exec('import numpy; numpy.array = None')",
        "exec('import time; time.perf_counter = None')",
    ],
)
def test_that_a_controller_that_breaks_the_program_around_it_leaves_no_traceback(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], body: str
) -> None:
    result = run(controller_file(tmp_path, body))
    assert result.failure.sentence
    assert [frame.step for frame in result.frames[:4]] == [0, 1, 2, 3]
    assert "Traceback" not in capfd.readouterr().err


def test_that_a_death_is_noticed_though_a_forked_process_holds_the_pipe_and_none_is_left(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    body = (
        f"pid = os.fork(); pid and open({str(note)!r}, 'w').write(str(pid)); "
        "time.sleep(60) if not pid else os.kill(os.getpid(), signal.SIGSEGV)"
    )
    result = run(controller_file(tmp_path, body))
    assert result.outcome.ended_by == "worker_died"
    assert "SIGSEGV" in result.failure.sentence
    assert is_gone(int(note.read_text()))


def test_that_programs_a_controller_started_are_ended_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    body = f"import subprocess; open({str(note)!r}, 'w').write(str(subprocess.Popen(['sleep', '60']).pid))"
    result = run(controller_file(tmp_path, body))
    assert result.outcome.ended_by == "step_limit"
    assert is_gone(int(note.read_text()))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        # A header that announces more than ever comes.
        ("b'\\x00\\x00\\xff\\xff'", "did not finish a message"),
        # A whole message that is no pickle.
        ("b'\\x00\\x00\\x00\\x04abcd'", "cannot be read"),
        # A pickle that would run a program in this process.
        ("b'\\x00\\x00\\x00\\x1c' + b'cposix\\nsystem\\n(S\\'false\\'\\ntR.'.ljust(28)", "posix.system"),
    ],
)
def test_that_garbage_in_the_pipe_ends_the_run_and_runs_nothing_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str, words: str
) -> None:
    monkeypatch.setattr(process, "MESSAGE_S", 1.0)
    lines = (
        "for fd in range(3, 64):",
        "    try:",
        f"        os.write(fd, {data})",
        "    except OSError:",
        "        pass",
        "time.sleep(30)",
    )
    body = "\n        ".join(lines)
    result = run(controller_file(tmp_path, body))
    assert result.outcome.ended_by == "worker_died"
    assert words in result.failure.sentence
    assert [frame.step for frame in result.frames] == [0, 1, 2, 3]


def test_that_a_controller_that_resets_its_environment_ends_the_run_with_its_frames_kept(tmp_path: Path) -> None:
    result = run(sabotaged(tmp_path, "env.reset(); state = opensim.State(env.osim_model.state)"))
    assert result.outcome.failure is not None
    assert [frame.step for frame in result.frames] == [0, 1, 2, 3]


def test_that_signals_a_controller_sends_to_its_group_stay_in_the_worker(tmp_path: Path) -> None:
    result = run(controller_file(tmp_path, "os.killpg(0, signal.SIGTERM)"))
    assert result.outcome.ended_by == "worker_died"
    assert "SIGTERM" in result.failure.sentence
