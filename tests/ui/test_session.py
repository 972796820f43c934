"""The coordinator with a real worker and a real event loop."""

import math
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PyQt5.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from osimviz.frames import Failure
from osimviz.ui.session import Session
from osimviz.ui.session.run_pause import RunPause
from osimviz.view_state import ViewSettings, ViewState
from osimviz.worker.messages import RunRequest

LOAD_MS = 30_000


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = Session(ViewSettings())
    yield made
    made.close()


def finish(qtbot: QtBot, session: Session, request: RunRequest) -> None:
    with qtbot.waitSignal(session.ended, timeout=LOAD_MS):
        session.run(request)


def controller_file(folder: Path, body: str) -> str:
    file = folder / "failing.py"
    file.write_text(
        f"import os, signal\nn = 0\n\ndef controller(observation):\n    global n\n    n += 1\n"
        f"    if n == 5:\n        {body}\n    return [0.05] * 19\n"
    )
    return str(file)


def test_that_every_frame_is_recorded_and_the_view_follows_the_end(qtbot: QtBot, session: Session) -> None:
    views: list[ViewState] = []
    session.view_changed.connect(lambda view, frame: views.append(view))
    finish(qtbot, session, RunRequest(controller="constant:0.05", n_steps=10))
    assert session.recording is not None
    assert len(session.recording) == 11
    np.testing.assert_allclose(session.recording.time_s(), np.arange(11) * 0.01, atol=1e-12)
    assert session.view.index == 10
    assert session.view.phase == "ended"
    assert session.view.status == "Reached the step limit at 0.10 s"
    phases = [view.phase for view in views]
    assert phases[0] == "starting"
    assert "running" in phases
    assert all(view.index <= view.last_index for view in views)


def test_that_nothing_is_pushed_when_nothing_changed(qtbot: QtBot, session: Session) -> None:
    finish(qtbot, session, RunRequest(controller="constant:0.05", n_steps=3))
    pushed = []
    session.view_changed.connect(lambda view, frame: pushed.append(view))
    session.refresh()
    session.seek(session.view.index)
    assert pushed == []
    session.seek(1)
    session.refresh()
    assert [view.index for view in pushed] == [1]


def test_that_scrubbing_works_while_the_run_goes_on(qtbot: QtBot, session: Session) -> None:
    session.run(RunRequest(controller="constant:0.05"))
    qtbot.waitUntil(lambda: session.recording is not None and len(session.recording) > 5, timeout=LOAD_MS)
    session.seek(2)
    assert session.view.index == 2
    grown_from = len(session.recording)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: len(session.recording) > grown_from + 3, timeout=LOAD_MS)  # type: ignore[arg-type]
    assert session.view.index == 2
    session.playback.follow()
    session.refresh()
    assert session.view.index == session.view.last_index


def test_that_stop_keeps_what_was_recorded(qtbot: QtBot, session: Session) -> None:
    session.run(RunRequest(controller="constant:0.05"))
    qtbot.waitUntil(lambda: session.recording is not None and len(session.recording) > 3, timeout=LOAD_MS)
    with qtbot.waitSignal(session.ended, timeout=LOAD_MS) as ended:
        session.stop()
        assert session.view.phase == "stopping"
    outcome = ended.args[0]
    assert outcome.ended_by == "stopped"
    assert session.recording is not None
    assert session.recording.last_index == outcome.step


@pytest.mark.parametrize(
    ("body", "words", "ended_by"),
    [
        ("raise ValueError('lost')", "raised ValueError at step 5: lost", "controller_error"),
        ("os._exit(9)", "exit status 9", "worker_died"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV", "worker_died"),
    ],
)
def test_that_a_failure_is_told_once_and_the_frames_stay_scrubbable(
    qtbot: QtBot,
    session: Session,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    body: str,
    words: str,
    ended_by: str,
) -> None:
    failures: list[Failure] = []
    session.failed.connect(failures.append)
    finish(qtbot, session, RunRequest(controller=controller_file(tmp_path, body), is_trusted=True))
    assert len(failures) == 1
    assert words in failures[0].sentence
    assert session.recording is not None
    assert session.recording.outcome is not None
    assert session.recording.outcome.ended_by == ended_by
    assert len(session.recording) == 5
    session.seek(1)
    assert session.view.index == 1
    assert session.view.tone == "bad"
    assert session.view.can_run
    assert sum(words in record.getMessage() for record in caplog.records) == 1


def test_that_a_run_after_a_failed_one_starts_afresh(
    qtbot: QtBot, session: Session, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    finish(qtbot, session, RunRequest(controller=controller_file(tmp_path, "os._exit(9)"), is_trusted=True))
    finish(qtbot, session, RunRequest(controller="constant:0.05", n_steps=2))
    assert session.recording is not None
    assert len(session.recording) == 3
    assert session.view.tone == "idle"


def test_that_running_again_in_mid_run_mixes_no_frames(qtbot: QtBot, session: Session) -> None:
    session.run(RunRequest(controller="constant:0.05"))
    qtbot.waitUntil(lambda: session.recording is not None and len(session.recording) > 3, timeout=LOAD_MS)
    first_pid = session.worker_pid
    finish(qtbot, session, RunRequest(controller="constant:0.9", n_steps=5))
    assert first_pid is not None
    assert not psutil.pid_exists(first_pid)
    assert session.recording is not None
    assert len(session.recording) == 6
    np.testing.assert_array_equal(session.recording.field("action", 1), np.full((5, 19), 0.9))


def test_that_a_controller_that_cannot_be_loaded_keeps_the_run_before_it(
    qtbot: QtBot, session: Session, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    finish(qtbot, session, RunRequest(controller="constant:0.05", n_steps=3))
    broken = tmp_path / "broken.pkl"
    broken.write_bytes(b"no pickle")
    with qtbot.waitSignal(session.failed, timeout=LOAD_MS) as failed:
        session.run(RunRequest(controller=str(broken), is_trusted=True))
    assert "no complete pickle" in failed.args[0].sentence
    assert session.recording is not None
    assert len(session.recording) == 4
    assert "no complete pickle" in session.view.status
    assert session.view.can_run


def test_that_a_worker_killed_from_outside_is_told(
    qtbot: QtBot, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    session.run(RunRequest(controller="constant:0.05"))
    qtbot.waitUntil(lambda: session.recording is not None and len(session.recording) > 3, timeout=LOAD_MS)
    pid = session.worker_pid
    assert pid is not None
    with qtbot.waitSignal(session.ended, timeout=LOAD_MS) as ended:
        os.kill(pid, signal.SIGKILL)
    assert ended.args[0].ended_by == "worker_died"
    assert session.recording is not None
    assert len(session.recording) > 3


def test_that_closing_in_mid_run_leaves_no_process_and_may_be_repeated(qtbot: QtBot, session: Session) -> None:
    session.run(RunRequest(controller="constant:0.05"))
    qtbot.waitUntil(lambda: session.recording is not None and len(session.recording) > 1, timeout=LOAD_MS)
    pid = session.worker_pid
    session.close()
    session.close()
    assert pid is not None
    assert not psutil.pid_exists(pid)


def run_unheard(session: Session) -> None:
    """Start a run whose worker has told of its model and first frame, of which the event loop knows nothing yet."""
    session.run(RunRequest(controller="constant:0.05"))
    link = session._link
    assert link is not None
    deadline = time.monotonic() + LOAD_MS / 1e3
    while not link._frames:
        assert time.monotonic() < deadline


def delete_and_hear() -> None:
    """Have Qt delete what is to be deleted, and only then deliver what waits."""
    QCoreApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    QCoreApplication.processEvents()


def test_that_what_a_worker_told_before_the_end_changes_nothing_after_it(qtbot: QtBot, session: Session) -> None:
    heard: list[object] = []
    session.run_changed.connect(heard.append)
    session.view_changed.connect(heard.append)
    run_unheard(session)
    session.close()
    heard.clear()
    delete_and_hear()
    assert heard == []


def test_that_what_a_dropped_run_told_begins_no_other_one(qtbot: QtBot, session: Session) -> None:
    run_unheard(session)
    with qtbot.waitSignal(session.ended, timeout=LOAD_MS):
        session.run(RunRequest(controller="constant:0.05", n_steps=3))
        delete_and_hear()
        assert session.recording is None
    assert session.recording is not None
    assert len(session.recording) == 4


def test_that_playing_moves_the_cursor_and_stops_at_the_end(qtbot: QtBot, session: Session) -> None:
    finish(qtbot, session, RunRequest(controller="constant:0.05", n_steps=12))
    seen: list[int] = []
    session.view_changed.connect(lambda view, frame: seen.append(view.index))
    session.playback.toggle_play(session.view.last_index)
    session.refresh()
    qtbot.waitUntil(lambda: not session.playback.is_playing, timeout=LOAD_MS)
    assert seen[0] == 0
    assert seen[-1] == 12
    assert seen == sorted(seen)


def test_that_a_breakpoint_pauses_at_its_step_and_the_run_goes_on_from_there(qtbot: QtBot, session: Session) -> None:
    session.pause_when(["step == 4", "late > 7.5"], [("late", "step")])
    session.run(RunRequest(controller="constant:0.05", n_steps=10))
    qtbot.waitUntil(lambda: session.view.is_paused, timeout=LOAD_MS)
    view = session.view
    assert (view.index, view.last_index, view.is_playing, session.is_running) == (4, 4, False, False)
    assert (view.status, view.tone) == ("Paused at step 4: step == 4", "warn")
    assert view.can_stop
    session.compute_step()
    qtbot.waitUntil(lambda: session.view.is_paused and session.view.last_index == 5, timeout=LOAD_MS)
    assert session.view.index == 5
    session.toggle_pause()
    assert not session.view.is_paused
    qtbot.waitUntil(lambda: session.view.is_paused, timeout=LOAD_MS)
    assert session.view.status == "Paused at step 8: late > 7.5"
    with qtbot.waitSignal(session.ended, timeout=LOAD_MS):
        session.toggle_pause()
    assert session.view.last_index == 10
    assert not session.view.is_paused


def test_that_steps_that_arrive_at_once_took_the_time_they_took() -> None:
    pause = RunPause()
    pause.begin()
    elapsed_s = [pause.elapsed_s(step_s) for step_s in (math.nan, 5.0, 7.0)]
    assert elapsed_s[0] < 5.0
    assert elapsed_s[1:] == [5.0, 12.0]

    pause.begin()
    assert pause.elapsed_s(math.nan) < 5.0


def test_that_a_pause_by_hand_leaves_the_cursor_and_counts_no_real_time(qtbot: QtBot, session: Session) -> None:
    session.run(RunRequest(controller="constant:0.05"))
    qtbot.waitUntil(lambda: session.recording is not None and len(session.recording) > 3, timeout=LOAD_MS)
    session.seek(1)
    session.toggle_pause()
    qtbot.waitUntil(lambda: session.view.is_paused, timeout=LOAD_MS)
    assert session.view.index == 1
    wall_time_s = session.runs.wall_time_s()
    qtbot.wait(300)
    assert session.runs.wall_time_s() == wall_time_s
    grown_from = session.view.last_index
    session.toggle_pause()
    qtbot.waitUntil(lambda: session.view.last_index > grown_from + 1, timeout=LOAD_MS)
    session.toggle_pause()
    qtbot.waitUntil(lambda: session.view.is_paused, timeout=LOAD_MS)
    with qtbot.waitSignal(session.ended, timeout=LOAD_MS):
        session.stop()
    assert session.view.outcome is not None
    assert session.view.outcome.ended_by == "stopped"


def test_that_another_run_starts_while_one_is_paused(qtbot: QtBot, session: Session) -> None:
    session.pause_when(["step == 2"], [])
    session.run(RunRequest(controller="constant:0.05"))
    qtbot.waitUntil(lambda: session.view.is_paused, timeout=LOAD_MS)
    session.pause_when([], [])
    finish(qtbot, session, RunRequest(controller="constant:0.05", n_steps=3))
    assert not session.view.is_paused
    assert session.view.last_index == 3
