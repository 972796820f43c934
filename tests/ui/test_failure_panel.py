"""What the error panel shows."""

import numpy as np
from PyQt5.QtWidgets import QApplication, QLabel, QPushButton, QTextEdit
from pytestqt.qtbot import QtBot

from osimviz.frames import Failure
from osimviz.palette import load_palette
from osimviz.ui.failure_panel import FailurePanel, report_text, traceback_html
from osimviz.ui.theme import Theme

TRACEBACK = """Traceback (most recent call last):
  File "/home/me/osimviz/worker/loop.py", line 95, in ask
    raw = act(observation)
          ^^^^^^^^^^^^^^^^
  File "/home/me/walk/reflex.py", line 8, in act
    return self.past[self.n]
           ~~~~~~~~~^^^^^^^^
IndexError: list index out of range
"""
FAILURE = Failure(
    "the controller raised IndexError at step 40: list <index> out of range",
    "Mend the controller and run again.",
    TRACEBACK,
    np.array([0.94, -1.5, np.nan]),
    np.array([0.1, 0.2]),
)


def panel_with(qtbot: QtBot, failure: Failure) -> FailurePanel:
    panel = FailurePanel(Theme(load_palette("dark")))
    qtbot.addWidget(panel)
    panel.resize(400, 500)
    panel.show_failure(failure)
    panel.show()
    return panel


def test_that_sentence_hint_traceback_and_numbers_are_shown(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, FAILURE)
    words = " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())
    assert "The controller raised IndexError at step 40: list &lt;index&gt; out of range" in words
    assert "Mend the controller" in words
    assert "Observation it got: 3 numbers from −1.5 to 0.94, 1 not finite." in words
    assert "Last action it gave: 2 numbers from 0.1 to 0.2, all finite." in words
    assert "return self.past[self.n]" in panel.findChild(QTextEdit).toPlainText()


def test_that_a_failure_without_a_traceback_shows_no_empty_box(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, Failure("the worker process died (SIGSEGV)"))
    assert not panel.findChild(QTextEdit).isVisible()


def test_that_the_controllers_own_lines_are_strong_and_the_error_is_red() -> None:
    theme = Theme(load_palette("dark"))
    lines = traceback_html(TRACEBACK, theme).split("<br>")
    colour_of = {
        part: line for line in lines for part in ("loop.py", "reflex.py", "past[", "IndexError") if part in line
    }
    assert theme.palette["text_weak"] in colour_of["loop.py"]
    assert theme.palette["text"] in colour_of["reflex.py"]
    assert theme.palette["text"] in colour_of["past["]
    assert theme.palette["bad"] in colour_of["IndexError"]
    assert not any("^^^" in line for line in lines)


def test_that_the_report_can_be_copied_and_a_run_asked_for(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, FAILURE)
    buttons = {button.text(): button for button in panel.findChildren(QPushButton)}
    buttons["Copy report"].click()
    copied = QApplication.clipboard().text()
    assert copied == report_text(FAILURE)
    assert "observation = [" in copied
    assert "Traceback" in copied
    with qtbot.waitSignal(panel.run_requested, timeout=1000):
        buttons["Run again"].click()
