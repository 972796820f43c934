"""Runs that another program streams: the window's side with a pipe, and the whole with real processes."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from osimviz.frames import Outcome
from osimviz.ui.session import Session
from osimviz.view_state import ViewSettings
from osimviz.worker.messages import Ended, Loaded
from tests.sample_runs import sample_frame, sample_info

ROOT = Path(__file__).parents[2]
WAIT_MS = 20_000


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = Session(ViewSettings())
    yield made
    made.close()


def send_many(connection: Connection) -> None:
    for step in range(1, 2000):
        connection.send(sample_frame(step))


def test_that_episodes_of_another_program_become_runs_that_stay(qtbot: QtBot, session: Session) -> None:
    theirs, mine = Pipe()
    session.watch(mine)
    for n_frames in (4, 6):
        theirs.send(Loaded(sample_info()))
        for step in range(n_frames):
            theirs.send(sample_frame(step))
        theirs.send(Ended(Outcome("fell", n_frames - 1, 0.01 * (n_frames - 1), "fell at 0.03 s")))
    with qtbot.waitSignal(session.ended, timeout=WAIT_MS) as ended:
        theirs.close()
    assert ended.args[0].sentence == "the program ended"
    assert [len(run) for run in session.runs.recordings] == [4, 6]
    assert all(run.outcome is not None and run.outcome.ended_by == "fell" for run in session.runs.recordings)
    assert session.view.index == 5
    session.show_neighbour(-1)
    assert session.view.last_index == 3
    assert session.view.can_run


def test_that_looking_back_is_not_disturbed_by_the_next_episode(qtbot: QtBot, session: Session) -> None:
    theirs, mine = Pipe()
    session.watch(mine)
    theirs.send(Loaded(sample_info()))
    for step in range(5):
        theirs.send(sample_frame(step))
    qtbot.waitUntil(lambda: session.view.last_index == 4, timeout=WAIT_MS)
    first = session.recording
    session.seek(2)
    theirs.send(Loaded(sample_info()))
    for step in range(3):
        theirs.send(sample_frame(step))
    qtbot.waitUntil(lambda: len(session.runs.recordings) == 2 and len(session.runs.recordings[1]) == 3, timeout=WAIT_MS)
    assert session.recording is first
    assert session.view.index == 2
    session.show_neighbour(1)
    assert session.view.index == 2
    assert session.view.last_index == 2
    theirs.close()


def test_that_a_window_closed_in_mid_stream_lets_go_of_the_pipe(qtbot: QtBot, session: Session) -> None:
    theirs, mine = Pipe()
    session.watch(mine)
    theirs.send(Loaded(sample_info()))
    theirs.send(sample_frame(0))
    qtbot.waitUntil(lambda: session.view.last_index == 0, timeout=WAIT_MS)
    session.close()
    with pytest.raises((BrokenPipeError, ConnectionResetError, EOFError)):
        send_many(theirs)
    theirs.close()


SCRIPT = """
import sys, time
from osimviz.envs import ProstheticsEnv

env = ProstheticsEnv(visualize=True)
observation = env.reset()
for i in range(int(sys.argv[1])):
    observation, reward, done, info = env.step(env.action_space.sample())
    print(i, flush=True)
    if done:
        observation = env.reset()
"""


PAUSED_SCRIPT = """
import sys
from multiprocessing.connection import Connection
from osimviz.envs import Arm2DEnv
from osimviz.worker import live_viewer

class ToTheTest(live_viewer.LiveViewer):
    def _open(self):
        self._stream_into(Connection(int(sys.argv[1])))
        return True

live_viewer.LiveViewer = ToTheTest
env = Arm2DEnv(visualize=True)
env.reset(seed=0)
for step in range(1, 9):
    env.step([0.2] * 6)
    print(step, flush=True)
"""


BEHIND_SCRIPT = """
import sys
from multiprocessing.connection import Connection
from osimviz.envs import Arm2DEnv
from osimviz.worker import live_viewer

live_viewer._N_WAITING = 20

class ToTheTest(live_viewer.LiveViewer):
    def _open(self):
        # Asked at every reset, for it starts no process.
        if self._thread is None:
            self._stream_into(Connection(int(sys.argv[1])))
        return True

live_viewer.LiveViewer = ToTheTest
env = Arm2DEnv(visualize=True)
for n_steps in (100, 1, 3):
    env.reset(seed=0)
    for _ in range(n_steps):
        env.step([0.2] * 6)
    print("done", flush=True)
    if n_steps == 1:
        sys.stdin.readline()
"""


def test_that_a_window_that_cannot_keep_up_shows_episodes_as_far_as_it_can(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    mine, theirs = Pipe()
    command = [sys.executable, "-c", BEHIND_SCRIPT, str(theirs.fileno())]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    program = subprocess.Popen(command, cwd=ROOT, text=True, pass_fds=(theirs.fileno(),), **streams)
    theirs.close()
    assert program.stdout is not None
    # Nobody reads meanwhile: a pipe holds some frames, and twenty may wait.
    assert [program.stdout.readline() for _ in range(2)] == ["done\n"] * 2
    session.watch(mine)
    runs = session.runs.recordings
    qtbot.waitUntil(lambda: bool(runs) and runs[0].outcome is not None, timeout=WAIT_MS)
    # The next run is the program's to begin, until it has ended.
    assert "{run}" not in session.view.hint
    with qtbot.waitSignal(session.ended, timeout=WAIT_MS):
        _, errors = program.communicate("go on\n", timeout=60)
    assert "{run} runs again" in session.view.hint
    # What began while the window was behind is not shown at all, the last one when it had caught up.
    assert 20 <= len(runs[0]) < 100
    assert runs[0].outcome is not None
    assert runs[0].outcome.sentence == "shown to here: the window could not keep up with the program"
    assert runs[0].outcome.step == len(runs[0]) - 1
    assert len(runs[-1]) == 4
    assert errors.count("the window of visualize=True cannot keep up") == 1


@pytest.fixture
def program(session: Session, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start a program of a user's own that streams into the test's session, which pauses it at step 3."""
    (tmp_path / "script.py").write_text(PAUSED_SCRIPT)
    session.pause_when(["step >= 3"], [])
    mine, theirs = Pipe()
    session.watch(mine)
    made = subprocess.Popen(
        [sys.executable, "script.py", str(theirs.fileno())],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=(theirs.fileno(),),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    theirs.close()
    yield made
    made.kill()
    made.communicate()


def test_that_a_condition_pauses_a_users_own_program_at_its_step(
    qtbot: QtBot, session: Session, program: "subprocess.Popen[str]"
) -> None:
    qtbot.waitUntil(lambda: session.view.is_paused, timeout=WAIT_MS)
    assert (session.view.index, session.view.last_index) == (3, 3)
    assert session.view.status == "Paused at step 3: step >= 3"
    session.compute_step()
    qtbot.waitUntil(lambda: session.view.is_paused and session.view.last_index == 4, timeout=WAIT_MS)
    # A condition that comes while the program waits is held against its steps as well.
    session.pause_when(["time > 0.055"], [])
    session.toggle_pause()
    qtbot.waitUntil(lambda: session.view.is_paused and session.view.last_index == 6, timeout=WAIT_MS)
    with qtbot.waitSignal(session.ended, timeout=WAIT_MS):
        session.toggle_pause()
    assert session.view.last_index == 8
    assert program.communicate(timeout=20)[0].split() == list("12345678")


def test_that_closing_the_window_lets_a_paused_program_go_on(
    qtbot: QtBot, session: Session, program: "subprocess.Popen[str]"
) -> None:
    qtbot.waitUntil(lambda: session.view.is_paused, timeout=WAIT_MS)
    session.close()
    assert program.communicate(timeout=20)[0].split() == list("12345678")
    assert program.returncode == 0


def test_that_a_program_that_dies_while_it_is_paused_has_ended(
    qtbot: QtBot, session: Session, program: "subprocess.Popen[str]"
) -> None:
    qtbot.waitUntil(lambda: session.view.is_paused, timeout=WAIT_MS)
    with qtbot.waitSignal(session.ended, timeout=WAIT_MS):
        program.kill()
    assert not session.view.is_paused
    assert session.view.can_run


def windows_of(before: set[int]) -> list[psutil.Process]:
    """Return the live windows that were not there before."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline"]):
        if process.info["pid"] not in before and "osimviz.ui.live_window" in (process.info["cmdline"] or []):
            found.append(process)
    return found


def wait_for_window(before: set[int]) -> psutil.Process:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        found = windows_of(before)
        if found:
            return found[0]
    raise AssertionError("no window was opened")


def test_that_a_script_opens_a_window_which_outlives_it(tmp_path: Path) -> None:
    before = set(psutil.pids())
    (tmp_path / "script.py").write_text(SCRIPT)
    script = subprocess.Popen(
        [sys.executable, "script.py", "5"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    window = wait_for_window(before)
    try:
        out, err = script.communicate(timeout=60)
        assert script.returncode == 0, err
        assert out.split() == ["0", "1", "2", "3", "4"]
        assert window.is_running()
        assert window.status() != psutil.STATUS_ZOMBIE
    finally:
        window.kill()
        window.wait(10)


def test_that_closing_the_window_does_not_disturb_the_script(tmp_path: Path) -> None:
    before = set(psutil.pids())
    (tmp_path / "script.py").write_text(SCRIPT)
    script = subprocess.Popen(
        [sys.executable, "script.py", "40"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    window = wait_for_window(before)
    window.kill()
    out, err = script.communicate(timeout=100)
    assert script.returncode == 0, err
    assert len(out.split()) == 40
    assert "Traceback" not in err
