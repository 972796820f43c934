"""The question before a controller's code runs, in a real window."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication, QLabel, QListWidget, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from osimviz.resource_files import resource_path
from osimviz.trust import TrustStore
from osimviz.ui.app.consent import Consent, ConsentKeeper
from osimviz.ui.dialogs.trusted_folders import TrustedFolders


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "walk.py"
    file.write_text(f"open({str(tmp_path / 'canary')!r}, 'w').close()\n")
    return file


@pytest.fixture
def keeper(parent: QWidget) -> ConsentKeeper:
    return ConsentKeeper(parent)


def answer(text: str, seen: list[str]) -> None:
    """Press the button of that text in the question that is about to open."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(f"{box.text()} {box.informativeText()}")
        next(button for button in box.buttons() if button.text().replace("&", "") == text).click()

    QTimer.singleShot(100, press)


@pytest.mark.parametrize(("text", "expected", "n_asked"), [("Run Once", "trusted", 1), ("Cancel", "refused", 2)])
def test_that_yes_holds_for_the_sitting_and_no_for_once(
    keeper: ConsentKeeper, program: Path, text: str, expected: Consent, n_asked: int
) -> None:
    seen: list[str] = []
    for _ in range(n_asked):
        answer(text, seen)
        assert keeper.ask(str(program)) == expected
    assert len(seen) == n_asked
    assert "walk.py is a Python program" in seen[0]
    assert str(program) in seen[0]
    assert not TrustStore().trusts(program)
    assert not (program.parent / "canary").exists()
    if expected == "trusted":
        program.write_text("# edited\n")
        assert keeper.ask(str(program)) == "trusted"


def test_that_another_sitting_asks_again(parent: QWidget, program: Path) -> None:
    seen: list[str] = []
    for _ in range(2):
        answer("Run Once", seen)
        assert ConsentKeeper(parent).ask(str(program)) == "trusted"
    assert len(seen) == 2


def test_that_a_trusted_folder_is_not_asked_about_again(keeper: ConsentKeeper, parent: QWidget, program: Path) -> None:
    seen: list[str] = []
    answer("Trust This Folder", seen)
    assert keeper.ask(str(program)) == "trusted"
    assert TrustStore().trusts(program)
    assert ConsentKeeper(parent).ask(str(program)) == "trusted"
    assert len(seen) == 1


def test_that_the_command_line_vouches_for_the_file_it_names_only(parent: QWidget, program: Path) -> None:
    keeper = ConsentKeeper(parent, str(program))
    assert keeper.ask(str(program)) == "trusted"
    other = program.with_name("other.py")
    other.write_text("x = 1\n")
    answer("Cancel", [])
    assert keeper.ask(str(other)) == "refused"


def test_that_a_pickle_that_changed_is_asked_about_again(keeper: ConsentKeeper, tmp_path: Path) -> None:
    file = tmp_path / "policy.pkl"
    file.write_bytes(pickle.dumps(os.system))
    seen: list[str] = []
    answer("Run Once", seen)
    assert keeper.ask(str(file)) == "trusted"
    assert "posix.system" in seen[0]
    file.write_bytes(pickle.dumps(os.popen))
    answer("Cancel", seen)
    assert keeper.ask(str(file)) == "refused"
    assert len(seen) == 2


def test_that_numbers_built_in_names_and_bundled_examples_are_not_asked_about(
    keeper: ConsentKeeper, tmp_path: Path
) -> None:
    file = tmp_path / "actions.npy"
    np.save(file, np.zeros((3, 19)))
    assert keeper.ask(str(file)) == "harmless"
    assert keeper.ask("constant:0.3") == "harmless"
    assert keeper.ask(str(resource_path("controllers/held_random.py"))) == "trusted"


def test_that_trusted_folders_are_listed_and_revoked(qtbot: QtBot, tmp_path: Path) -> None:
    store = TrustStore()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        store.add(tmp_path / name)
    dialog = TrustedFolders(store)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.folders() == [str(tmp_path / "one"), str(tmp_path / "two")]
    revoke = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Revoke")
    assert not revoke.isEnabled()
    dialog.findChild(QListWidget).setCurrentRow(0)
    revoke.click()
    assert dialog.folders() == [str(tmp_path / "two")]
    assert store.folders() == (tmp_path / "two",)


def test_that_a_list_that_cannot_be_written_is_told_in_the_dialog(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = TrustStore()
    store.add(tmp_path)
    dialog = TrustedFolders(store)
    qtbot.addWidget(dialog)
    dialog.show()

    def refuse(draft: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    dialog.findChild(QListWidget).setCurrentRow(0)
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "Revoke").click()
    assert any("No space left" in label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
    assert dialog.folders() == [str(tmp_path)]


def test_that_ctrl_c_ends_the_program_while_its_first_question_is_open(program: Path, tmp_path: Path) -> None:
    # In a process of its own: the interrupt is the program's. It comes from within the question's own loop.
    text = f"""
import os, signal
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QMessageBox
from osimviz.options import parse_options
from osimviz.ui.app.application import run_window

ask = QMessageBox.exec_

def asked(box):
    QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGINT))
    return ask(box)

QMessageBox.exec_ = asked
raise SystemExit(run_window(parse_options(["--controller", {str(program)!r}])))
"""
    result = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=50, check=False)
    assert result.returncode == 0, result.stderr
    assert not (tmp_path / "canary").exists()
