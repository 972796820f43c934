"""The question before a controller's code runs, in a real window."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from osimviz.trust import TrustStore
from osimviz.ui.app_consent import may_run


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


def answer(text: str, seen: list[str]) -> None:
    """Press the button of that text in the question that is about to open."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(f"{box.text()} {box.informativeText()}")
        next(button for button in box.buttons() if button.text().replace("&", "") == text).click()

    QTimer.singleShot(100, press)


@pytest.mark.parametrize(("text", "expected"), [("Run Once", True), ("Cancel", False)])
def test_that_a_program_is_asked_about_every_time(
    qtbot: QtBot, parent: QWidget, program: Path, text: str, expected: bool
) -> None:
    seen: list[str] = []
    for _ in range(2):
        answer(text, seen)
        assert may_run(str(program), parent) is expected
    assert len(seen) == 2
    assert "walk.py is a Python program" in seen[0]
    assert not (program.parent / "canary").exists()


def test_that_a_trusted_folder_is_not_asked_about_again(qtbot: QtBot, parent: QWidget, program: Path) -> None:
    seen: list[str] = []
    answer("Trust This Folder", seen)
    assert may_run(str(program), parent)
    assert TrustStore().trusts(program)
    assert may_run(str(program), parent)
    assert len(seen) == 1


def test_that_a_pickle_is_shown_with_what_it_would_use(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    file = tmp_path / "policy.pkl"
    file.write_bytes(pickle.dumps(os.system))
    seen: list[str] = []
    answer("Cancel", seen)
    assert not may_run(str(file), parent)
    assert "posix.system" in seen[0]


def test_that_numbers_are_not_asked_about(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    file = tmp_path / "actions.npy"
    np.save(file, np.zeros((3, 19)))
    assert may_run(str(file), parent)
