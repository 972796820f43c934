"""The panel that says why a run ended."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from osimviz.analysis.ending import ending_of
from osimviz.channels import Channel
from osimviz.frames import EndedBy, EndLimit, Failure, Outcome
from osimviz.palette import load_palette
from osimviz.recording import Recording
from osimviz.ui.ending_panel import EndingPanel
from osimviz.ui.ending_panel.words import headline, rows
from osimviz.ui.theme import Theme
from tests.sample_runs import frame_with, sample_info


def run(ended_by: EndedBy | None, n_frames: int = 66, failure: Failure | None = None) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        height = 0.94 + 0.001 * np.sin(step) - 0.0015 * max(step - 50, 0) ** 2
        recording.append(frame_with(step, body_positions_m=np.array([[0.0, height, 0.0], [0.0, height + 0.3, 0.0]])))
    if ended_by is not None:
        recording.outcome = Outcome(ended_by, n_frames - 1, 0.01 * (n_frames - 1), "it ended", failure)
    return recording


def panel_of(qtbot: QtBot, recording: Recording | None) -> EndingPanel:
    panel = EndingPanel(Theme(load_palette("dark")))
    qtbot.addWidget(panel)
    panel.resize(304, 250)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.show_run(recording)
    return panel


def words_of(panel: EndingPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_that_an_empty_panel_says_what_goes_there(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, None)
    assert "Nothing has ended yet." in words_of(panel)
    assert not panel.findChild(QPushButton).isVisible()


def test_that_the_margin_is_followed_while_the_run_goes_on(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, run(None))
    assert "followed here" in words_of(panel)
    assert not panel.findChild(QPushButton).isVisible()


def test_that_no_margin_is_promised_where_there_is_no_fall_condition(qtbot: QtBot) -> None:
    without = Recording(replace(sample_info(), end_limits=()))
    without.append(frame_with(0))
    without.append(frame_with(1))
    words = words_of(panel_of(qtbot, without))
    assert "no fall condition" in words
    assert "followed" not in words


def test_that_what_is_said_stays_at_the_top_where_there_is_no_curve(qtbot: QtBot) -> None:
    without = Recording(replace(sample_info(), end_limits=()))
    for step in range(3):
        without.append(frame_with(step))
    without.outcome = Outcome("step_limit", 2, 0.02, "reached the step limit")
    panel = panel_of(qtbot, without)
    button = panel.findChild(QPushButton)
    assert button.isVisible()
    assert panel._title.y() < 8
    assert button.mapTo(panel, QPoint(0, 0)).y() < 150


def test_that_a_fall_names_its_condition_and_leads_to_the_first_departure(qtbot: QtBot) -> None:
    recording = run("fell")
    panel = panel_of(qtbot, recording)
    assert headline(ending_of(recording)) == ("Pelvis below 0.6 m", "step 65 · 0.65 s")
    button = panel.findChild(QPushButton)
    assert button.text() == "Go to first departure"
    with qtbot.waitSignal(panel.cursor_requested, timeout=1000) as asked:
        button.click()
    assert 50 <= asked.args[0] <= 56
    assert (
        dict(rows(recording, ending_of(recording)))["First departure"] == f"step {asked.args[0]} · 0.{asked.args[0]} s"
    )


def test_that_a_margin_that_is_not_finite_is_a_dash_and_no_point_of_the_curve(qtbot: QtBot) -> None:
    recording = Recording(sample_info())
    for step in range(20):
        recording.append(frame_with(step, body_positions_m=np.full((2, 3), np.nan)))
    recording.outcome = Outcome("time_limit", 19, 0.19, "it ended")
    panel = panel_of(qtbot, recording)
    panel.grab()
    assert dict(rows(recording, ending_of(recording)))["Fall condition"] == "not met, margin – m"


def test_that_a_motion_file_ends_without_an_environment() -> None:
    recording = run("done", 40)
    assert headline(ending_of(recording))[0] == "Ended by the environment"
    ending = ending_of(recording)
    outcome = replace(ending.outcome, sentence="the motion ends at 0.40 s")
    assert headline(replace(ending, outcome=outcome))[0] == "The motion ends"


def test_that_an_error_says_what_is_kept_and_leads_to_the_last_step(qtbot: QtBot) -> None:
    recording = run("controller_error", 40, Failure("the controller raised IndexError at step 40"))
    panel = panel_of(qtbot, recording)
    assert headline(ending_of(recording))[0] == "Error in the controller"
    found = dict(rows(recording, ending_of(recording)))
    assert found["Kept"] == "39 steps, 0.39 s"
    assert found["Fall condition"].startswith("not met, margin 0.34")
    with qtbot.waitSignal(panel.cursor_requested, timeout=1000) as asked:
        panel.findChild(QPushButton).click()
    assert asked.args[0] == 39


@pytest.mark.parametrize(
    ("tilt_rad", "roll_rad", "words"),
    [(-0.5, 0.1, "leaning 29° forward, 6° right"), (0.005, -0.004, "upright"), (np.nan, 0.1, None)],
)
def test_that_the_posture_at_the_end_is_told_where_it_is_known(
    tilt_rad: float, roll_rad: float, words: str | None
) -> None:
    info = sample_info()
    names = ("coordinates/pelvis_tilt/value", "coordinates/pelvis_list/value")
    coordinates = tuple(Channel(name, "coordinates", i, "rad") for i, name in enumerate(names))
    recording = Recording(replace(info, channels=(*info.channels, *coordinates)))
    recording.append(frame_with(0, coordinates=np.array([tilt_rad, roll_rad])))
    recording.outcome = Outcome("simulator_error", 0, 0.0, "the state is not finite")
    assert dict(rows(recording, ending_of(recording))).get("At the end") == words


def test_that_a_press_in_the_curve_asks_for_that_frame(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, run("fell"))
    curve = panel._curve
    asked: list[int] = []
    panel.cursor_requested.connect(asked.append)
    for x in (30, curve.width() - 1, 5000):
        QTest.mousePress(curve, Qt.LeftButton, Qt.NoModifier, QPoint(x, 30))
    assert asked == [0, 65, 65]


def test_that_of_several_conditions_the_one_that_ended_the_run_is_shown_and_others_can_be_chosen(qtbot: QtBot) -> None:
    info = replace(
        sample_info(),
        end_limits=(
            EndLimit("observation/pelvis/speed", -50.0, "speed below −50 m/s"),
            EndLimit("body/pelvis/height", 0.6, "pelvis below 0.6 m"),
        ),
    )
    recording = Recording(info)
    falling = run("fell")
    for step in range(len(falling)):
        recording.append(falling.frame(step))
    recording.outcome = falling.outcome
    assert ending_of(recording).limit == info.end_limits[1]
    panel = panel_of(qtbot, recording)
    choice = panel.findChild(QComboBox)
    assert choice.isVisible()
    assert choice.currentText() == "pelvis below 0.6 m"
    before = panel.grab().toImage()
    choice.setCurrentIndex(0)
    choice.activated.emit(0)
    assert panel.grab().toImage() != before
    panel.show_run(falling)
    assert not choice.isVisible()


def test_that_an_error_is_named_with_the_step_that_failed() -> None:
    failure = Failure("the controller raised IndexError at step 41: list index out of range")
    recording = run("controller_error", 41, failure)
    recording.outcome = Outcome("controller_error", 40, 0.40, failure.sentence, failure)
    assert headline(ending_of(recording)) == ("IndexError in the controller", "step 41 · 0.40 s")
