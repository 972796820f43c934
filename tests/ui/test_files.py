"""Files in the window: several recordings, their episodes, files that grow, motions, saving, exporting, dropping."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PyQt5.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt5.QtGui import QDropEvent
from PyQt5.QtWidgets import QFileDialog, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import osimviz
from osimviz.envs.models import model_path
from osimviz.frames import Outcome
from osimviz.options import parse_options
from osimviz.recording import RecordingFile, RecordingWriter
from osimviz.ui.app.application import Application
from osimviz.ui.app.file_questions import ask_save
from tests.recording.files import FELL, start_writer, write_run
from tests.sample_runs import sample_frame, sample_info
from tests.source_rules import REPOSITORY

LOAD_MS = 30_000
MOTION = (
    "walk\nversion=1\nnRows=3\nnColumns=3\ninDegrees=yes\nendheader\ntime\tknee_angle_l\tpelvis_ty\n"
    "0.0\t-10\t0.9\n0.1\t-20\t0.95\n0.2\t-30\t1.0\n"
)


@pytest.fixture
def opened() -> Iterator[list[Application]]:
    applications: list[Application] = []
    yield applications
    for application in applications:
        application.close()


def open_window(opened: list[Application], *arguments: object) -> Application:
    application = Application(parse_options([str(argument) for argument in arguments]))
    opened.append(application)
    application.start()
    return application


def episodes(folder: Path) -> Path:
    """Write a recording of three episodes that end in three ways."""
    writer = RecordingWriter(folder / "three.h5")
    for n_steps, outcome in (
        (3, FELL),
        (1200, Outcome("time_limit", 1200, 12.0, "reached the environment's time limit at 12.00 s")),
        (7, Outcome("stopped", 7, 0.07, "stopped by the user at 0.07 s")),
    ):
        writer.begin_episode(sample_info(), sample_frame(0))
        for step in range(1, n_steps + 1):
            writer.append(sample_frame(step))
        writer.end_episode(outcome)
    writer.close()
    return writer.path


def shown_lines(application: Application) -> list[tuple[str, str, str, bool]]:
    """Return title, steps and end of every line of the list, and whether it is the shown one."""
    tree = application.window.runs_panel._tree
    lines = []
    for row in range(tree.topLevelItemCount()):
        group = tree.topLevelItem(row)
        for place in range(group.childCount()):
            item = group.child(place)
            lines.append((item.text(0), item.text(1), item.text(3), item.font(0).bold()))
    return lines


def click(qtbot: QtBot, application: Application, group: int, place: int) -> None:
    tree = application.window.runs_panel._tree
    item = tree.topLevelItem(group).child(place)
    tree.scrollToItem(item)
    qtbot.mouseClick(tree.viewport(), Qt.LeftButton, pos=tree.visualItemRect(item).center())


def test_that_the_episodes_of_a_file_are_listed_with_steps_and_end_and_a_click_shows_one(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    application = open_window(opened, episodes(tmp_path))
    assert shown_lines(application) == [
        ("Episode 0", "3", "Fell at 0.40 s: pelvis below 0.6 m", False),
        ("Episode 1", "1\u202f200", "Reached the environment's time limit at 12.00 s", False),
        ("Episode 2", "7", "Stopped by the user at 0.07 s", True),
    ]
    assert application.window.runs_panel.isVisible()
    assert application.session.view.last_index == 7
    click(qtbot, application, 0, 1)
    assert application.session.view.last_index == 1200
    assert [line[3] for line in shown_lines(application)] == [False, True, False]
    click(qtbot, application, 0, 2)
    assert application.session.view.last_index == 7
    # Each was opened once.
    assert len(application.session.runs.recordings) == 2


def test_that_the_steps_of_a_run_at_work_are_counted_in_the_list_while_another_run_is_shown(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    application = open_window(opened, write_run(tmp_path / "a.h5", 5))
    session = application.session
    recorded = session.recording
    growing = session.runs.begin(sample_info())
    session.runs.append(sample_frame(0))
    assert recorded is not None
    assert session.runs.show(recorded)
    session.show_chosen()
    assert shown_lines(application)[0][1:] == ("0", "Growing", False)

    for step in range(1, 8):
        session.runs.append(sample_frame(step))

    qtbot.waitUntil(lambda: shown_lines(application)[0][1] == "7", timeout=5000)
    assert session.runs.growing is growing


def test_that_several_recordings_make_a_list_and_the_first_is_shown(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    paths = [write_run(tmp_path / f"{name}.h5", n) for name, n in (("a", 5), ("b", 9), ("c", 12))]
    application = open_window(opened, *paths)
    tree = application.window.runs_panel._tree
    assert [tree.topLevelItem(row).text(0) for row in range(3)] == ["c.h5", "b.h5", "a.h5"]
    assert application.session.view.last_index == 4
    click(qtbot, application, 1, 0)
    assert application.session.view.last_index == 8
    application.run_list.close_group(2)
    assert [tree.topLevelItem(row).text(0) for row in range(tree.topLevelItemCount())] == ["c.h5", "a.h5"]
    assert application.session.recording in application.session.runs.recordings
    # What is left can be read: the closed file is nobody's any more.
    assert application.session.recording is not None
    application.session.recording.frame(0)
    # One handle for each file of the list, and none for what has left it.
    held = Counter(file.path for file in psutil.Process().open_files() if file.path.startswith(str(tmp_path)))
    assert {path: held[str(path)] for path in paths} == {paths[0]: 1, paths[1]: 0, paths[2]: 1}


def test_that_a_file_that_another_program_writes_is_followed_live_over_its_episodes(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    path = tmp_path / "live.h5"
    process = start_writer(path, 300, 0.004)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        application = open_window(opened, path)
        session = application.session
        first = session.recording
        assert session.is_running
        assert session.view.status.startswith("Following live.h5 · step ")
        assert session.view.can_run
        seen = session.view.last_index

        def grows() -> bool:
            # The writer's pipe is emptied, or it would wait for somebody to read.
            process.stdout.readline()  # type: ignore[union-attr]
            return session.view.last_index > seen and session.view.index == session.view.last_index

        qtbot.waitUntil(grows, timeout=LOAD_MS)

        def goes_on_to_the_next() -> bool:
            for _ in range(20):
                process.stdout.readline()  # type: ignore[union-attr]
            return session.recording is not first and session.view.last_index > 5

        qtbot.waitUntil(goes_on_to_the_next, timeout=LOAD_MS)
        assert [line[2] for line in shown_lines(application)] == ["Breaks off", "Growing"]
        process.kill()
        process.wait(10)
        qtbot.waitUntil(lambda: not session.is_running, timeout=LOAD_MS)
        assert session.view.status.startswith("The recording breaks off at ")
        assert application.window.ending._head._what == "The recording breaks off"
        assert session.view.outcome is not None
    finally:
        process.kill()
        process.communicate()


def growing_file(folder: Path) -> RecordingWriter:
    """Return the writer of a file of 50 frames that another program goes on with."""
    writer = RecordingWriter(folder / "run.h5")
    writer.begin_episode(sample_info(), sample_frame(0))
    for step in range(1, 50):
        writer.append(sample_frame(step))
    writer.flush()
    return writer


def test_that_a_condition_stops_following_a_file_that_another_program_writes_at_its_step(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    writer = growing_file(tmp_path)
    application = open_window(opened, writer.path)
    session, find = application.session, application.window.find
    # What was true before somebody watched begins nothing.
    for condition in ("step >= 20", "step >= 63", "step >= 75"):
        find.findChild(QLineEdit, "condition").setText(condition)
        find.findChild(QPushButton, "pause_when").click()
    for step in range(50, 90):
        writer.append(sample_frame(step))
    writer.flush()
    qtbot.waitUntil(lambda: session.view.last_index == 89, timeout=LOAD_MS)
    assert session.view.index == 63
    assert not session.playback.is_following
    writer.close()


def test_that_a_scrubbed_live_file_stays_where_the_user_looks(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    writer = growing_file(tmp_path)
    application = open_window(opened, writer.path)
    application.session.seek(20)
    for step in range(50, 90):
        writer.append(sample_frame(step))
    writer.end_episode(FELL)
    writer.begin_episode(sample_info(), sample_frame(0))
    qtbot.waitUntil(lambda: application.session.view.last_index == 89, timeout=LOAD_MS)
    assert application.session.view.index == 20
    qtbot.waitUntil(lambda: len(shown_lines(application)) == 2, timeout=LOAD_MS)
    assert application.session.view.last_index == 89
    assert application.session.view.outcome == FELL
    application.session.recording.add_bookmark(20, "here")  # type: ignore[union-attr]
    writer.close()
    qtbot.waitUntil(lambda: not application.run_list._files.files[0].is_live, timeout=LOAD_MS)
    application.run_list._files.files[0].file.refresh()
    with osimviz.load(writer.path) as run:
        assert [mark.note for mark in run.bookmarks] == ["here"]


def test_that_a_motion_is_played_through_the_model_that_is_asked_for_and_remembered(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    motion = tmp_path / "walk.mot"
    motion.write_text(MOTION)
    model = model_path("gait14dof22musc_20170320.osim")
    application = open_window(opened, write_run(tmp_path / "run.h5"))
    asked: list[str] = []

    def ask(parent: object, motion: Path, last: str) -> Path:
        asked.append(last)
        return model

    monkeypatch.setattr("osimviz.ui.app.files.ask_model", ask)
    for _ in range(2):
        application.files.open(str(motion))
        qtbot.waitUntil(lambda: application.session.recording.info.env_name == "motion", timeout=LOAD_MS)  # type: ignore[union-attr]
        application.run_list.close_group(2)
    assert asked == ["", str(model)]


def test_that_a_motion_that_does_not_fit_is_told(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    motion = tmp_path / "walk.mot"
    motion.write_text(MOTION.replace("knee_angle_l", "antenna").replace("pelvis_ty", "tail"))
    told: list[str] = []
    monkeypatch.setattr("osimviz.ui.app.motions.show_warning", lambda parent, sentence: told.append(sentence))
    application = open_window(opened, motion, "--model", model_path("gait14dof22musc_20170320.osim"))
    qtbot.waitUntil(lambda: bool(told), timeout=LOAD_MS)
    assert told[0].startswith("walk.mot names no coordinate of the model")
    assert application.session.recording is None


def test_that_a_run_is_saved_once_and_then_known_and_saved_elsewhere_when_asked(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = open_window(opened, "--controller", "zero", "--steps", "4")
    qtbot.waitUntil(lambda: application.session.view.phase == "ended", timeout=LOAD_MS)
    names = iter(("one.h5", "two.h5"))
    monkeypatch.setattr("osimviz.ui.app.files.ask_save", lambda *asked: tmp_path / next(names))
    application.commands.triggers["save"]()
    application.commands.triggers["save"]()
    assert sorted(path.name for path in tmp_path.glob("*.h5")) == ["one.h5"]
    application.commands.triggers["save_as"]()
    recording = application.session.recording
    assert recording is not None
    recording.add_bookmark(2, "after saving")
    assert recording.notice == ""
    for name in ("one.h5", "two.h5"):
        with osimviz.load(tmp_path / name) as run:
            assert len(run) == 5
            assert [mark.step for mark in run.bookmarks] == [2]
            assert run.provenance["stepping"] == "faithful"
    assert application.preferences.recent_recordings()[:2] == [str(tmp_path / "two.h5"), str(tmp_path / "one.h5")]


def test_that_a_run_that_was_saved_while_it_paused_and_went_on_is_not_taken_as_saved(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = open_window(opened, "--controller", "zero", "--steps", "400")
    session = application.session
    qtbot.waitUntil(lambda: session.view.phase == "running" and session.view.last_index >= 1, timeout=LOAD_MS)
    application.commands.triggers["pause_run"]()
    qtbot.waitUntil(lambda: session.view.is_paused, timeout=LOAD_MS)
    names = iter(("one.h5", "two.h5"))
    monkeypatch.setattr("osimviz.ui.app.files.ask_save", lambda *asked: tmp_path / next(names))
    application.commands.triggers["save"]()
    n_before = session.view.last_index + 1
    application.commands.triggers["compute_step"]()
    qtbot.waitUntil(lambda: session.view.is_paused and session.view.last_index == n_before, timeout=LOAD_MS)
    application.commands.triggers["save"]()
    for name, n_frames in (("one.h5", n_before), ("two.h5", n_before + 1)):
        with osimviz.load(tmp_path / name) as run:
            assert len(run) == n_frames


@pytest.mark.parametrize(
    ("typed", "answer", "expected"),
    [
        ("run.h5", QMessageBox.No, "run.h5"),
        ("new", QMessageBox.No, "new.h5"),
        ("walk.v2", QMessageBox.No, "walk.v2.h5"),
        ("run", QMessageBox.No, None),
        ("run", QMessageBox.Yes, "run.h5"),
    ],
)
def test_that_a_file_is_replaced_only_where_somebody_was_asked_about_its_whole_name(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, answer: int, expected: str | None
) -> None:
    (tmp_path / "run.h5").write_text("kept")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(tmp_path / typed), ""))
    monkeypatch.setattr(QMessageBox, "question", lambda *asked: answer)
    parent = QWidget()
    qtbot.addWidget(parent)
    assert ask_save(parent, "Save the recording", "run.h5") == (None if expected is None else tmp_path / expected)


@pytest.mark.parametrize("suffix", [".csv", ".npz", ".sto", ".mot", ".h5"])
def test_that_the_shown_run_is_exported_as_what_is_chosen(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    from tests.recording.walking import record_prosthetics

    record_prosthetics(tmp_path / "run.h5", 3)
    application = open_window(opened, tmp_path / "run.h5")
    monkeypatch.setattr("osimviz.ui.app.files.ask_export", lambda parent: tmp_path / f"out{suffix}")
    application.commands.triggers["export"]()
    assert (tmp_path / f"out{suffix}").stat().st_size > 300


def test_that_a_long_writing_can_be_cancelled_and_leaves_nothing(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = open_window(opened, write_run(tmp_path / "run.h5", 3000))
    monkeypatch.setattr("osimviz.ui.dialogs.long_work.LongWork.note", lambda work, share: share < 0.5)
    for suffix in (".csv", ".h5", ".mot"):
        monkeypatch.setattr("osimviz.ui.app.files.ask_export", lambda parent, s=suffix: tmp_path / f"out{s}")
        application.commands.triggers["export"]()
    assert sorted(path.name for path in tmp_path.glob("*out*")) == []


def drop(application: Application, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(QPointF(50, 50), Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier)
    application.window.dropEvent(event)


def test_that_the_recent_files_of_a_first_start_say_how_one_is_opened(opened: list[Application]) -> None:
    application = open_window(opened, "--controller", "zero", "--steps", "2")
    assert not application.preferences.recent_recordings()
    menu = application.files._recent_menu
    menu.aboutToShow.emit()
    first = menu.actions()[0]
    assert "Ctrl+O" in first.text()
    assert not first.isEnabled()


def test_that_recordings_are_dropped_and_listed_as_recent(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    paths = [write_run(tmp_path / f"{n}.h5", n) for n in (4, 6, 8)]
    application = open_window(opened, paths[0])
    drop(application, paths[1], paths[2])
    assert application.session.view.last_index == 7
    menu = application.files._recent_menu
    menu.aboutToShow.emit()
    titles = [action.text() for action in menu.actions()]
    assert titles[:3] == ["8.h5", "6.h5", "4.h5"]
    menu.actions()[1].trigger()
    assert application.session.view.last_index == 5


def test_that_every_run_is_in_a_file_while_it_goes_on_and_can_be_opened_in_another_sitting(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    application = open_window(opened, "--controller", "zero", "--steps", "5")
    qtbot.waitUntil(lambda: application.session.view.phase == "ended", timeout=LOAD_MS)
    application.runs.run()
    qtbot.waitUntil(lambda: len(application.session.runs.recordings) == 2, timeout=LOAD_MS)
    qtbot.waitUntil(lambda: application.session.view.phase == "ended", timeout=LOAD_MS)
    application.close()
    (file,) = application.keeping.folder.glob("*.h5")
    again = open_window(opened, file)
    assert [line[1] for line in shown_lines(again)] == ["5", "5"]


def test_that_a_named_file_takes_the_runs(qtbot: QtBot, opened: list[Application], tmp_path: Path) -> None:
    path = tmp_path / "mine.h5"
    application = open_window(opened, "--controller", "zero", "--steps", "3", "--record", path)
    qtbot.waitUntil(lambda: application.session.view.phase == "ended", timeout=LOAD_MS)
    application.close()
    with RecordingFile(path) as file:
        assert [summary.n_steps for summary in file.summaries()] == [3]


def test_that_the_limit_of_memory_is_remembered_and_told(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    application = open_window(opened, write_run(tmp_path / "run.h5"))
    application.keeping.set_limit(64)
    assert application.session.runs.limit_bytes == 64 * 2**20
    assert "64 MB" in application.window.status._notice
    application.close()
    again = open_window(opened, tmp_path / "run.h5")
    assert again.session.runs.limit_bytes == 64 * 2**20


def test_that_a_killed_window_leaves_the_run_it_showed(tmp_path: Path) -> None:
    state = tmp_path / "state"
    program = subprocess.Popen(
        [sys.executable, str(REPOSITORY / "main.py"), "--controller", "constant:0.05"],
        env={**os.environ, "XDG_STATE_HOME": str(state)},
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60.0
        n_steps = 0
        while n_steps < 15:
            assert time.monotonic() < deadline
            assert program.poll() is None
            for path in state.glob("osimviz/runs/*.h5"):
                with RecordingFile(path) as file:
                    n_steps = file.summaries()[-1].n_steps
    finally:
        program.kill()
        program.wait(10)
    (path,) = state.glob("osimviz/runs/*.h5")
    with osimviz.load(path) as run:
        assert len(run) > 15
        assert run.outcome is None
        assert run.info.geometry.bones[0].surface is not None
