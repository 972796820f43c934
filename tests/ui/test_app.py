"""The whole program in a real window: open, run, scrub, stop, save, close, and nothing left over."""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cloudpickle
import numpy as np
import psutil
import pytest
from PyQt5.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PyQt5.QtGui import QDropEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from osimviz.options import parse_options
from osimviz.trust import TrustStore
from osimviz.ui.app.application import Application
from osimviz.ui.app.runs import run_details
from osimviz.ui.commands import COMMANDS

ROOT = Path(__file__).parents[2]
LOAD_MS = 30_000


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[list[Application]]:
    made: list[Application] = []
    yield made
    for application in made:
        application.close()


def open_window(qtbot: QtBot, opened: list[Application], *arguments: str) -> Application:
    application = Application(parse_options(list(arguments)))
    opened.append(application)
    with qtbot.waitExposed(application.window):
        application.start()
    # Keys go to the active window; a bare X server has nobody who makes it so.
    QApplication.setActiveWindow(application.window)
    return application


def session_details(application: Application) -> str:
    assert application.session.recording is not None
    return run_details(application.session.recording.info)


def wait_for_end(qtbot: QtBot, application: Application) -> None:
    qtbot.waitUntil(lambda: application.session.view.phase == "ended", timeout=LOAD_MS)


def press(application: Application, key: int, modifier: int = Qt.NoModifier) -> None:
    QTest.keyClick(application.window, key, modifier)


def test_that_a_pickled_controller_moves_the_skeleton_and_can_be_scrubbed_by_keys(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    file = tmp_path / "my.pkl"
    file.write_bytes(cloudpickle.dumps(lambda observation: [0.2] * 19))
    application = open_window(qtbot, opened, "--trust", "--controller", str(file), "--steps", "25")
    wait_for_end(qtbot, application)
    session, view3d = application.session, application.window.view3d
    assert session.recording is not None
    assert len(session.recording) == 26
    assert np.all(session.recording.frame(1).action == 0.2)
    qtbot.waitUntil(lambda: view3d.drawing is not None and view3d.drawing.frame is not None, timeout=LOAD_MS)
    press(application, Qt.Key_Home)
    assert session.view.index == 0
    press(application, Qt.Key_Right)
    press(application, Qt.Key_Right)
    assert session.view.index == 2
    press(application, Qt.Key_Right, Qt.ShiftModifier)
    assert session.view.index == 12
    press(application, Qt.Key_Left)
    assert session.view.index == 11
    press(application, Qt.Key_End)
    assert session.view.index == 25
    qtbot.waitUntil(
        lambda: view3d.drawing is not None and view3d.drawing.frame is not None and view3d.drawing.frame.step == 25,
        timeout=LOAD_MS,
    )
    assert "my.pkl" in application.window.windowTitle()


def test_that_the_picture_changes_while_the_run_goes_on_and_stop_keeps_it(
    qtbot: QtBot, opened: list[Application]
) -> None:
    application = open_window(qtbot, opened)
    session, view3d = application.session, application.window.view3d
    drawn: set[int] = set()

    def collect() -> bool:
        if view3d.drawing is not None and view3d.drawing.frame is not None:
            drawn.add(view3d.drawing.frame.step)
        return len(drawn) >= 4

    qtbot.waitUntil(collect, timeout=LOAD_MS)
    press(application, Qt.Key_Period, Qt.ControlModifier)
    wait_for_end(qtbot, application)
    assert session.recording is not None
    assert session.recording.outcome is not None
    assert session.recording.outcome.ended_by == "stopped"
    press(application, Qt.Key_Home)
    assert session.view.index == 0


def test_that_dragging_the_timeline_scrubs(qtbot: QtBot, opened: list[Application]) -> None:
    application = open_window(qtbot, opened, "--controller", "constant:0.1", "--steps", "20")
    wait_for_end(qtbot, application)
    timeline = application.window.timeline
    seen: list[int] = []
    timeline.cursor_requested.connect(seen.append)
    middle = QPoint(timeline.width() // 2, timeline.height() - 40)
    target = timeline.childAt(middle) or timeline
    QTest.mousePress(target, Qt.LeftButton, Qt.NoModifier, target.mapFrom(timeline, middle))
    QTest.mouseMove(target, target.mapFrom(timeline, middle - QPoint(150, 0)))
    QTest.mouseRelease(target, Qt.LeftButton, Qt.NoModifier, target.mapFrom(timeline, middle - QPoint(150, 0)))
    assert seen
    assert application.session.view.index == seen[-1]
    assert 0 < seen[0] < 20


def test_that_space_plays_and_letters_in_the_search_do_not(qtbot: QtBot, opened: list[Application]) -> None:
    application = open_window(qtbot, opened, "--controller", "constant:0.1", "--steps", "20")
    wait_for_end(qtbot, application)
    press(application, Qt.Key_Space)
    assert application.session.playback.is_playing
    press(application, Qt.Key_Space)
    assert not application.session.playback.is_playing
    application.window.channels.focus_search()
    field = QApplication.focusWidget()
    QTest.keyClicks(field, "pelvis l f")
    assert field.text() == "pelvis l f"
    assert not application.session.playback.is_looping
    assert not application.session.playback.is_playing


def test_that_a_failing_controller_is_told_and_another_run_works(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "fails.py"
    file.write_text("def controller(observation):\n    raise RuntimeError('weights are gone')\n")
    application = open_window(qtbot, opened, "--trust", "--controller", str(file))
    wait_for_end(qtbot, application)
    panel = application.window.failure_panel
    assert panel.isVisible()
    assert "weights are gone" in application.session.view.status
    assert application.window.actions_by_id["run"].isEnabled()
    file.write_text("def controller(observation):\n    return [0.1] * 19\n")
    press(application, Qt.Key_R, Qt.ControlModifier)
    qtbot.waitUntil(
        lambda: application.session.recording is not None and application.session.recording.last_index >= 2,
        timeout=LOAD_MS,
    )
    assert not panel.isVisible()


def test_that_a_broken_file_is_told_in_the_window(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "broken.pkl"
    file.write_bytes(pickle.dumps({"weights": 1}))
    application = open_window(qtbot, opened, "--controller", str(file))
    qtbot.waitUntil(lambda: "no controller" in application.session.view.status, timeout=LOAD_MS)
    assert application.session.view.can_run
    assert application.window.failure_panel.isVisible()


@pytest.mark.parametrize(("text", "runs"), [("Run Once", True), ("Cancel", False)])
def test_that_a_program_of_the_command_line_is_asked_about_and_asked_again_only_after_no(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, text: str, runs: bool
) -> None:
    file = tmp_path / "asked.py"
    file.write_text(f"open({str(tmp_path / 'canary')!r}, 'w').close()\ncontroller = lambda observation: [0.1] * 19\n")
    asked: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        next(button for button in box.buttons() if button.text().replace("&", "") == text).click()

    QTimer.singleShot(300, answer)
    application = open_window(qtbot, opened, "--controller", str(file), "--steps", "3")
    if not runs:
        QTimer.singleShot(300, answer)
        press(application, Qt.Key_R, Qt.ControlModifier)
        assert len(asked) == 2
        assert application.session.worker_pid is None
        assert application.session.view.can_run
        assert not (tmp_path / "canary").exists()
        return
    wait_for_end(qtbot, application)
    (tmp_path / "canary").unlink()
    press(application, Qt.Key_F5)
    qtbot.waitUntil((tmp_path / "canary").exists, timeout=LOAD_MS)
    assert len(asked) == 1


def test_that_what_a_controller_prints_is_in_the_log_and_a_warning_on_its_tab(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "prints.py"
    file.write_text(
        "import logging\n\ndef controller(observation):\n    print('pelvis', observation[0])\n"
        "    logging.warning('old weights')\n    return [0.1] * 19\n"
    )
    application = open_window(qtbot, opened, "--trust", "--controller", str(file), "--steps", "3")
    wait_for_end(qtbot, application)
    window = application.window
    qtbot.waitUntil(lambda: window.log.text().count("pelvis") == 3, timeout=LOAD_MS)
    # What it prints comes through a pipe of its own and may be there first.
    lines = window.log.text().splitlines()
    assert lines[0] == "run 1 · prints.py"
    assert "asked by controller(observation)" in lines
    assert session_details(application).splitlines()[:2] == ["prints.py", "asked by controller(observation)"]
    assert "warning: old weights" in window.log.text()
    assert not window.log.isVisible()
    assert window.log_tab.title == "Log (6)"
    tab = window.plot_tabs.indexOf(window.log)
    mark = window.plot_tabs.tabIcon(tab).pixmap(16, 16).toImage()
    assert window.theme.palette["warn"] in {mark.pixelColor(x, y).name() for x in range(16) for y in range(16)}
    press(application, Qt.Key_L, Qt.ControlModifier | Qt.ShiftModifier)
    assert window.log.isVisible()
    assert window.log_tab.title == "Log"
    assert window.plot_tabs.tabIcon(tab).isNull()
    assert "pelvis" not in "".join(capfd.readouterr())


def test_that_a_dropped_controller_runs(qtbot: QtBot, opened: list[Application], tmp_path: Path) -> None:
    file = tmp_path / "dropped.py"
    file.write_text("def controller(observation):\n    return [0.7] * 19\n")
    TrustStore().add(tmp_path)
    application = open_window(qtbot, opened, "--controller", "constant:0.1", "--steps", "3")
    wait_for_end(qtbot, application)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(QPoint(10, 10), Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier)
    application.window.dropEvent(event)
    qtbot.waitUntil(
        lambda: (
            application.session.recording is not None
            and application.session.recording.info.controller == "dropped.py"
            and application.session.recording.last_index > 0
        ),
        timeout=LOAD_MS,
    )
    assert str(file) in application.preferences.recent()


def test_that_a_picture_asked_for_on_the_command_line_is_written(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    file = tmp_path / "end.png"
    application = open_window(
        qtbot, opened, "--controller", "zero", "--steps", "4", "--screenshot", str(file), "--size", "160x120"
    )
    qtbot.waitUntil(file.exists, timeout=LOAD_MS)
    assert file.read_bytes().startswith(b"\x89PNG")
    assert application.exit_status == 0


def test_that_the_picture_command_writes_what_is_shown(qtbot: QtBot, opened: list[Application], tmp_path: Path) -> None:
    application = open_window(qtbot, opened, "--controller", "zero", "--steps", "4")
    wait_for_end(qtbot, application)
    application.pictures.write(tmp_path / "shown.png")
    assert (tmp_path / "shown.png").read_bytes().startswith(b"\x89PNG")


def test_that_the_theme_can_be_changed_and_is_remembered(qtbot: QtBot, opened: list[Application]) -> None:
    application = open_window(qtbot, opened, "--controller", "zero", "--steps", "2")
    wait_for_end(qtbot, application)
    before = application.session.settings.theme
    application.view.toggle_theme()
    application.close()
    again = open_window(qtbot, opened, "--controller", "zero", "--steps", "2")
    assert again.session.settings.theme != before


def test_that_every_command_has_a_handler_a_tooltip_and_a_key_of_its_own(
    qtbot: QtBot, opened: list[Application]
) -> None:
    application = open_window(qtbot, opened, "--controller", "zero", "--steps", "2")
    actions = application.window.actions_by_id
    assert set(actions) == {command.id for command in COMMANDS}
    assert application.commands.missing() == set()
    keys = [command.key for command in COMMANDS if command.key]
    assert len(keys) == len(set(keys))
    assert all(action.toolTip() for action in actions.values())


def test_that_closing_the_window_in_mid_run_ends_the_worker(qtbot: QtBot, opened: list[Application]) -> None:
    application = open_window(qtbot, opened)
    qtbot.waitUntil(
        lambda: application.session.recording is not None and application.session.recording.last_index > 1,
        timeout=LOAD_MS,
    )
    pid = application.session.worker_pid
    assert pid is not None
    application.window.close()
    assert not psutil.pid_exists(pid)
    application.close()


def test_that_the_program_ends_by_ctrl_c_without_a_traceback_and_leaves_no_process(tmp_path: Path) -> None:
    marker = tmp_path / "stepping"
    controller = tmp_path / "slow.py"
    controller.write_text(
        f"def controller(observation):\n    open({str(marker)!r}, 'w').close()\n    return [0.1] * 19\n"
    )
    program = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "--trust", "--controller", str(controller)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not marker.exists() and time.monotonic() < deadline:
        program.poll()
    children = psutil.Process(program.pid).children(recursive=True)
    os.killpg(program.pid, signal.SIGINT)
    _, err = program.communicate(timeout=30)
    assert program.returncode == 0, err
    assert "Traceback" not in err
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive


def test_that_a_saved_run_opens_again_without_being_run(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.h5"
    application = open_window(qtbot, opened, "--controller", "zero", "--steps", "6")
    wait_for_end(qtbot, application)
    monkeypatch.setattr("osimviz.ui.app.files.ask_save", lambda *asked: file)
    application.files.save_recording()
    application.close()
    again = open_window(qtbot, opened, str(file))
    assert again.session.worker_pid is None
    assert again.session.view.last_index == 6
    assert again.session.view.index == 0
    assert again.session.view.can_run
    press(again, Qt.Key_End)
    qtbot.waitUntil(
        lambda: (
            again.window.view3d.drawing is not None
            and again.window.view3d.drawing.frame is not None
            and again.window.view3d.drawing.frame.step == 6
        ),
        timeout=LOAD_MS,
    )


def test_that_numbers_have_a_point_where_the_country_has_a_comma() -> None:
    program = """
import sys
from PyQt5.QtCore import QLocale
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QDoubleSpinBox
import osimviz.ui.app.application as app
from osimviz.options import parse_options

class Fields:
    def __init__(self, *_):
        field = QDoubleSpinBox()
        field.setRange(0.0, 9999.0)
        field.setValue(1234.5)
        shown = field.text()
        field.selectAll()
        QTest.keyClicks(field, "1.69")
        print(QLocale.system().decimalPoint(), shown, field.value(), float("1.5"), "%.1f" % 1.5)
        sys.exit()

app.Application = Fields
app.run_window(parse_options([]))
"""
    environment = os.environ | {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == [",", "1234.50", "1.69", "1.5", "1.5"]
