"""Controllers in the window: examples, a new one, edited files run again, failing ones, every named form."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from osimviz.examples import EXAMPLES
from osimviz.options import parse_options
from osimviz.recording import save_recording
from osimviz.resource_files import resource_path
from osimviz.ui.app.application import Application

LOAD_MS = 30_000


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[list[Application]]:
    made: list[Application] = []
    yield made
    for application in made:
        application.close()


def open_window(qtbot: QtBot, opened: list[Application], *arguments: str) -> Application:
    application = Application(parse_options([*arguments, "--steps", "3"]))
    opened.append(application)
    with qtbot.waitExposed(application.window):
        application.start()
    QApplication.setActiveWindow(application.window)
    return application


def wait_for_run(qtbot: QtBot, application: Application, controller: str) -> None:
    """Wait until a run of a controller whose words hold that name has ended."""

    def has_ended() -> bool:
        recording = application.session.recording
        return recording is not None and controller in recording.info.controller and recording.outcome is not None

    qtbot.waitUntil(has_ended, timeout=LOAD_MS)


def test_that_every_example_is_in_the_menu_with_a_sentence_and_is_there() -> None:
    assert len(EXAMPLES) >= 3
    for example in EXAMPLES:
        assert resource_path(example.file).is_file()
        assert example.title
        assert len(example.description) < 80


def test_that_an_example_runs_in_its_own_environment_without_a_question(
    qtbot: QtBot, opened: list[Application]
) -> None:
    application = open_window(qtbot, opened, "--controller", "zero", "--env", "arm2d")
    actions = application.examples.menu.actions()
    assert [action.text() for action in actions] == [f"{e.title}\t{e.description}" for e in EXAMPLES]
    actions[1].trigger()
    wait_for_run(qtbot, application, "reflex_2d_fall.txt")
    assert application.session.recording is not None
    assert application.session.recording.info.env_name == "l2m2019"
    assert dict(application.session.recording.info.env_args)["model"] == "2D"


def test_that_an_example_is_found_in_the_palette_with_the_menus_words_and_runs(
    qtbot: QtBot, opened: list[Application]
) -> None:
    application = open_window(qtbot, opened, "--controller", "zero", "--env", "arm2d")
    application.window.show_palette()
    popup = application.window.palette_popup
    popup.findChild(QLineEdit).setText("open example falls")
    assert popup.shown() == ["example:Falls after 1.7 s"]
    row = popup.findChild(QListWidget).item(0)
    assert row.text() == "Open Example: Falls after 1.7 s"
    assert row.toolTip() == application.examples.menu.actions()[1].toolTip()
    QTest.keyClick(popup.findChild(QLineEdit), Qt.Key_Return)
    wait_for_run(qtbot, application, "reflex_2d_fall.txt")


def test_that_a_new_controller_is_written_and_runs(qtbot: QtBot, opened: list[Application], tmp_path: Path) -> None:
    application = open_window(qtbot, opened, "--controller", "zero")
    application.examples.make_new(tmp_path / "mine.py")
    wait_for_run(qtbot, application, "mine.py")
    assert (tmp_path / "mine.py").read_text() == resource_path("controllers/template.py").read_text()


def test_that_a_new_controller_that_cannot_be_written_is_told(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    application = open_window(qtbot, opened, "--controller", "zero")
    application.examples.make_new(tmp_path / "missing" / "mine.py")
    box = QApplication.activeModalWidget()
    assert "not written" in box.text()
    box.close()


def test_that_an_edited_file_is_noticed_and_its_key_runs_the_new_one(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "walk.py"
    file.write_text("controller = lambda observation: [0.1] * 19\n")
    application = open_window(qtbot, opened, "--trust", "--controller", str(file))
    wait_for_run(qtbot, application, "walk.py")
    first = application.session.recording
    notices: list[str] = []
    monkeypatch.setattr(application.window.status, "show_notice", notices.append)
    # As editors do it: a new file takes the place of the old one.
    draft = tmp_path / "walk.py~"
    draft.write_text("controller = lambda observation: [0.7] * 19\n")
    draft.replace(file)
    qtbot.waitUntil(lambda: "walk.py was changed: F5 runs it again" in notices, timeout=LOAD_MS)
    QTest.keyClick(application.window, Qt.Key_F5)
    qtbot.waitUntil(lambda: application.session.recording is not first, timeout=LOAD_MS)
    wait_for_run(qtbot, application, "walk.py")
    assert application.session.recording is not None
    assert np.all(application.session.recording.frame(1).action == 0.7)
    # And again, the file being another one now.
    notices.clear()
    file.write_text("controller = lambda observation: [0.2] * 19\n")
    qtbot.waitUntil(lambda: "walk.py was changed: F5 runs it again" in notices, timeout=LOAD_MS)


def test_that_reload_takes_the_place_of_a_run_that_never_ends(
    qtbot: QtBot, opened: list[Application], tmp_path: Path
) -> None:
    file = tmp_path / "hangs.py"
    file.write_text("def controller(observation):\n    while True: pass\n")
    application = open_window(qtbot, opened, "--trust", "--controller", str(file))
    qtbot.waitUntil(lambda: application.session.view.phase == "running", timeout=LOAD_MS)
    file.write_text("controller = lambda observation: [0.1] * 19\n")
    QTest.keyClick(application.window, Qt.Key_F5)
    qtbot.waitUntil(lambda: application.session.view.last_index == 3, timeout=LOAD_MS)


def test_that_a_crash_in_compiled_code_shows_the_line_of_the_controller(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "crashes.py"
    file.write_text("import ctypes\n\ndef controller(observation):\n    ctypes.string_at(0)\n")
    application = open_window(qtbot, opened, "--trust", "--controller", str(file))
    panel = application.window.failure_panel
    qtbot.waitUntil(panel.isVisible, timeout=LOAD_MS)
    assert "died (SIGSEGV) in step 1, in the controller" in application.session.view.status
    assert f'"{file}", line 4, in controller' in panel.report()


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("raise SystemExit(3)", "raised SystemExit"),
        ("os._exit(0)", "ended by itself"),
        ("hoard = bytearray(2 * 10**9)", "ran out of memory"),
        ("return 1 / 0", "raised ZeroDivisionError"),
        ("os.kill(os.getpid(), 9)", "died (SIGKILL)"),
        ("os.fork() or time.sleep(100); os._exit(0)", "ended by itself"),
        ("return [0.1] * 7", "expected shape (19,), got (7,)"),
    ],
)
def test_that_whatever_a_controller_does_its_steps_stay_and_run_again_works(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, caplog: pytest.LogCaptureFixture, deed: str, words: str
) -> None:
    file = tmp_path / "wild.py"
    head = "import os, sys, time\nn = 0\ndef controller(observation):\n    global n\n    n += 1\n"
    file.write_text(f"{head}    if n == 3:\n        {deed}\n    return [0.1] * 19\n")
    application = open_window(qtbot, opened, "--trust", "--worker-memory", "1", "--controller", str(file))
    panel = application.window.failure_panel
    qtbot.waitUntil(panel.isVisible, timeout=LOAD_MS)
    assert words in panel.report()
    assert "step 3" in panel.report()
    assert "observation = [" in panel.report()
    assert "action = [" in panel.report()
    assert application.session.view.last_index == 2
    file.write_text("controller = lambda observation: [0.1] * 19\n")
    again = next(button for button in panel.findChildren(QPushButton) if button.text() == "Run again")
    again.click()
    qtbot.waitUntil(lambda: application.session.view.last_index == 3, timeout=LOAD_MS)
    assert not panel.isVisible()


def test_that_a_missing_module_is_told_with_the_line_that_installs_it(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "requirements.txt").write_text("surely-not-here==1.0\n")
    file = tmp_path / "needs.py"
    file.write_text("import surely_not_here\n")
    application = open_window(qtbot, opened, "--trust", "--controller", str(file))
    panel = application.window.failure_panel
    qtbot.waitUntil(panel.isVisible, timeout=LOAD_MS)
    assert "needs.py needs the module surely_not_here, which is not here" in panel.report()
    assert f"pip install -r {tmp_path / 'requirements.txt'}" in panel.report()


@pytest.mark.parametrize(
    ("words", "environment"),
    [("constant:0.25", "prosthetics"), ("reflex:{walk}", "l2m2019"), ("replay:{run}", "prosthetics")],
)
def test_that_every_named_form_runs_in_the_window(
    qtbot: QtBot, opened: list[Application], tmp_path: Path, words: str, environment: str
) -> None:
    run = tmp_path / "run.h5"
    if "{run}" in words:
        application = open_window(qtbot, opened, "--controller", "constant:0.1")
        wait_for_run(qtbot, application, "constant")
        assert application.session.recording is not None
        save_recording(application.session.recording, run)
        application.close()
    name = words.format(walk=resource_path("controllers/reflex_2d_walk.txt"), run=run)
    application = open_window(qtbot, opened, "--controller", name)
    qtbot.waitUntil(
        lambda: application.session.recording is not None and application.session.recording.outcome is not None,
        timeout=LOAD_MS,
    )
    assert application.session.recording is not None
    assert application.session.recording.info.env_name == environment
    assert application.session.recording.last_index == 3
