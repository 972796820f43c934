"""What the error panel shows."""

from pathlib import Path

import numpy as np
from PyQt5.QtGui import QFontMetrics
from PyQt5.QtWidgets import QApplication, QLabel, QPushButton, QTextEdit
from pytestqt.qtbot import QtBot

from osimviz.frames import Failure
from osimviz.palette import load_palette
from osimviz.ui.failure_panel import FailurePanel
from osimviz.ui.failure_panel.values import ActionBars, ObservationList
from osimviz.ui.failure_panel.words import own_line, report_text, traceback_html
from osimviz.ui.theme import Theme
from tests.sample_runs import sample_info

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
    assert "Observation it got</b> · 3 numbers, 1 not finite, all inside their bounds" in words
    assert "Last action it gave</b> · 2 numbers from 0.1 to 0.2, all finite" in words
    assert "return self.past[self.n]" in panel.findChild(QTextEdit).toPlainText()


def test_that_in_a_low_panel_the_last_lines_of_the_traceback_are_readable(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, FAILURE)
    panel.resize(380, 440)
    QApplication.processEvents()
    box = panel.findChild(QTextEdit)
    shown_px = box.viewport().height() - 2 * box.document().documentMargin()
    assert shown_px >= 4 * QFontMetrics(box.currentFont()).lineSpacing()


def test_that_a_failure_without_a_traceback_shows_no_empty_box(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, Failure("the worker process died (SIGSEGV)"))
    assert not panel.findChild(QTextEdit).isVisible()


def test_that_the_controllers_own_lines_are_strong_and_the_error_is_red() -> None:
    theme = Theme(load_palette("dark"))
    lines = traceback_html(TRACEBACK, theme.palette).split("<br>")
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


def test_that_the_observation_is_listed_by_name_with_what_is_wrong_first(qtbot: QtBot) -> None:
    panel = FailurePanel(Theme(load_palette("dark")))
    qtbot.addWidget(panel)
    panel.show_run(sample_info())
    panel.show_failure(Failure("x", observation=np.array([3.5, 1.2]), action=np.array([0.2, 1.4, 0.1, 0.3])))
    listed = panel.findChild(ObservationList)
    rows = [[listed.topLevelItem(i).text(column) for column in range(3)] for i in range(listed.topLevelItemCount())]
    assert rows == [["pelvis / height", "3.500", "m"], ["pelvis / speed", "1.200", "m/s"]]
    panel.show_failure(Failure("x", observation=np.array([0.9, np.inf])))
    assert [listed.topLevelItem(i).text(0) for i in range(2)] == ["pelvis / speed", "pelvis / height"]
    assert listed.topLevelItem(0).toolTip(1) == "not finite"


def test_that_bars_of_an_action_stand_in_pairs_and_a_clipped_one_is_a_warning(qtbot: QtBot) -> None:
    theme = Theme(load_palette("dark"))
    panel = FailurePanel(theme)
    qtbot.addWidget(panel)
    panel.resize(480, 700)
    panel.show_run(sample_info())
    panel.show_failure(Failure("x", action=np.array([0.2, 1.4, 0.1, 0.3])))
    panel.show()
    bars = panel.findChild(ActionBars)
    assert bars.groups() == [("soleus", [1, 0]), ("vasti", [3, 2])]
    image = bars.grab().toImage()
    colours = [image.pixelColor(x, 12).name() for x in range(image.width())]
    assert theme.palette["warn"] in colours
    assert theme.palette["right"] not in colours


def test_that_the_controllers_own_file_can_be_opened(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("x = 1")
    text = f'Traceback (most recent call last):\n  File "{file}", line 7, in act\n    x\n  File "/gone.py", line 3\n'
    assert own_line(text) == (str(file), 7)
    panel = panel_with(qtbot, Failure("x", traceback=text))
    assert "Open line 7" in {button.text() for button in panel.findChildren(QPushButton) if button.isVisible()}
    assert own_line(TRACEBACK) is None
    panel.show_failure(FAILURE)
    assert not any(
        button.text().startswith("Open") and button.isVisible() for button in panel.findChildren(QPushButton)
    )


def test_that_a_controller_in_a_folder_named_as_the_program_is_the_users_own(tmp_path: Path) -> None:
    file = tmp_path / "osimviz" / "mine.py"
    file.parent.mkdir()
    file.write_text("x = 1")
    assert own_line(f'Traceback (most recent call last):\n  File "{file}", line 7, in act\n') == (str(file), 7)


def test_that_calls_of_the_program_in_a_row_are_told_as_one() -> None:
    around = "".join(f'  File "/x/osimviz/worker/part{i}.py", line {i}, in act\n    go()\n' for i in range(4))
    text = f'Traceback (most recent call last):\n{around}  File "/mine.py", line 3, in act\n    x\nValueError: x\n'
    shown = traceback_html(text, load_palette("dark"))
    assert "part0.py" in shown
    assert "part1.py" not in shown
    assert "… 3 more calls of the program" in shown
    assert shown.index("3 more") < shown.index("/mine.py")
    assert "ValueError" in shown
