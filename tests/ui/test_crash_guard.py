"""The hooks for what nobody caught."""

import sys
import threading

import pytest
from PyQt5.QtCore import QObject
from pytestqt.qtbot import QtBot

from osimviz.ui.crash_guard import CrashGuard


def test_that_an_error_in_a_thread_of_python_is_told_once_and_the_hooks_are_given_back(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    before = sys.excepthook, threading.excepthook
    told: list[str] = []
    parent = QObject()
    guard = CrashGuard(lambda sentence, details: told.append(sentence), parent)
    guard.install()
    try:
        for _ in range(2):
            thread = threading.Thread(target=lambda: [][1])
            thread.start()
            thread.join()
        qtbot.waitUntil(lambda: bool(told))
    finally:
        guard.close()
        guard.close()
    assert told == ["Unforeseen IndexError: list index out of range"]
    assert caplog.text.count("unforeseen IndexError") == 2
    assert (sys.excepthook, threading.excepthook) == before
