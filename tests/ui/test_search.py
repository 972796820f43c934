"""Finding steps, pausing at conditions, derived channels and bookmarks, in the real window with keys and mouse."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QDialogButtonBox, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from osimviz.options import parse_options
from osimviz.recording import Recording, save_recording
from osimviz.ui.app.application import Application
from osimviz.ui.dialogs.derive import DeriveDialog
from osimviz.ui.expression_field import ExpressionField
from tests.ui.timeline_runs import FELL, frame_of, recorded

ROOT = Path(__file__).parents[2]
LOAD_MS = 30_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the run that falls at step 83, as a file."""
    path = tmp_path / "fall.h5"
    save_recording(recorded(), path)
    return path


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
    QApplication.setActiveWindow(application.window)
    return application


def part(widget: QWidget, kind: type, name: str) -> QWidget:
    found = widget.findChild(kind, name)
    assert found is not None, name
    return found


def type_into(field: QLineEdit, text: str) -> None:
    field.selectAll()
    for letter in text:
        QTest.keyClick(QApplication.activePopupWidget() or field, letter)
    if QApplication.activePopupWidget() is not None:
        QTest.keyClick(QApplication.activePopupWidget(), Qt.Key_Escape)
    assert field.text() == text


def find(application: Application, text: str) -> ExpressionField:
    QTest.keyClick(application.window, Qt.Key_F, Qt.ControlModifier)
    field: ExpressionField = part(application.window.find, ExpressionField, "condition")
    assert field.hasFocus()
    type_into(field, text)
    return field


def test_that_a_condition_is_found_listed_marked_and_gone_to_by_key(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    find(application, "10 <= step < 20 or step == 40")
    hits: QListWidget = part(application.window.find, QListWidget, "hits")
    assert [hits.item(row).text() for row in range(hits.count())] == [
        "step 10 to 19  ·  0.10 to 0.19 s  ·  10 steps",
        "step 40  ·  0.40 s",
    ]
    QTest.keyClick(application.window, Qt.Key_F3)
    assert application.session.view.index == 10
    assert hits.currentRow() == 0
    QTest.keyClick(application.window, Qt.Key_F3)
    assert application.session.view.index == 40
    QTest.keyClick(application.window, Qt.Key_F3)
    assert application.session.view.index == 10
    QTest.keyClick(application.window, Qt.Key_F3, Qt.ShiftModifier)
    assert application.session.view.index == 40
    item = hits.visualItemRect(hits.item(0))
    QTest.mouseClick(hits.viewport(), Qt.LeftButton, pos=item.center())
    assert application.session.view.index == 10


def test_that_a_hit_that_is_not_listed_leaves_no_row_chosen(
    qtbot: QtBot, opened: list[Application], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("osimviz.ui.find_panel._MOST_ROWS", 1)
    application = open_window(qtbot, opened, str(file))
    find(application, "step == 10 or step == 40")
    hits: QListWidget = part(application.window.find, QListWidget, "hits")
    application.session.seek(10)
    assert (hits.count(), hits.currentRow()) == (1, 0)
    application.session.seek(40)
    assert hits.currentRow() == -1


def test_that_an_error_is_told_at_its_character_while_one_types(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    field = find(application, "pelvs/height < 1")
    assert field.error is not None
    assert (field.error.start, field.error.length) == (0, 12)
    words = [label.text() for label in application.window.find.findChildren(type(application.window.find._words))]
    assert any("No channel is called pelvs/height; perhaps" in text and "(character 1)" in text for text in words)
    type_into(field, "pelvis/height < 1")
    assert field.error is None
    QTest.keyClick(field, Qt.Key_Escape)
    assert field.text() == ""
    QTest.keyClick(field, Qt.Key_Escape)
    assert not field.hasFocus()


def test_that_names_are_completed_while_one_types(qtbot: QtBot, opened: list[Application], file: Path) -> None:
    application = open_window(qtbot, opened, str(file))
    QTest.keyClick(application.window, Qt.Key_F, Qt.ControlModifier)
    field: ExpressionField = part(application.window.find, ExpressionField, "condition")
    for letter in "1 < sole":
        QTest.keyClick(QApplication.activePopupWidget() or field, letter)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key_Return)
    assert field.text() == "1 < soleus_r/activation"
    assert field.expression is not None


def test_that_hits_grow_with_the_run_and_are_searched_again_in_another(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    growing = recorded(30, None)
    application.session.open(growing)
    find(application, "step % 20 == 0")
    hits: QListWidget = part(application.window.find, QListWidget, "hits")
    assert hits.count() == 2
    for step in range(30, 60):
        growing.append(frame_of(step))
    application.window.show_data()
    assert hits.count() == 3
    application.session.open(recorded())
    assert hits.count() == 5


def test_that_a_condition_pauses_a_real_run_at_its_step_and_can_be_switched_off(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    find(application, "step == 6")
    button = next(
        button for button in application.window.find.findChildren(QPushButton) if button.text() == "Pause when true"
    )
    QTest.mouseClick(button, Qt.LeftButton)
    assert not button.isEnabled()
    QTest.keyClick(application.window, Qt.Key_R, Qt.ControlModifier)
    qtbot.waitUntil(lambda: application.session.view.is_paused, timeout=LOAD_MS)
    assert application.session.view.index == 6
    QTest.keyClick(application.window, Qt.Key_Right, Qt.ControlModifier)
    qtbot.waitUntil(lambda: application.session.view.last_index == 7, timeout=LOAD_MS)
    # The worker says by itself that it waits again: until then the key would ask it to wait.
    qtbot.waitUntil(lambda: application.session.view.is_paused)
    pauses: QListWidget = part(application.window.find, QListWidget, "pauses")
    pauses.item(0).setCheckState(Qt.Unchecked)
    assert application.window.find.conditions == []
    QTest.keyClick(application.window, Qt.Key_Space, Qt.ControlModifier)
    qtbot.waitUntil(lambda: application.session.view.last_index > 12, timeout=LOAD_MS)
    assert not application.session.view.is_paused
    pauses.setCurrentRow(0)
    QTest.keyClick(pauses, Qt.Key_Delete)
    assert pauses.count() == 0


def derive(application: Application, title: str, formula: str) -> DeriveDialog:
    QTest.keyClick(application.window, Qt.Key_D, Qt.ControlModifier)
    dialog = application.window.findChild(DeriveDialog)
    assert dialog is not None
    type_into(part(dialog, QLineEdit, "name"), title)
    type_into(part(dialog, ExpressionField, "formula"), formula)
    return dialog


def test_that_a_derived_channel_is_listed_plotted_remembered_and_removed(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    dialog = derive(application, "fall rate", "deriv(body/pelvis/height)")
    QTest.keyClick(dialog, Qt.Key_Return)
    recording = application.session.recording
    assert recording is not None
    np.testing.assert_allclose(recording.column("derived/fall rate")[1:], -0.1)
    assert ["derived/fall rate"] in application.window.plots.plot_names()
    assert application.window.channels.view.row_of("derived/fall rate").isValid()
    application.close()

    again = open_window(qtbot, opened, str(file))
    assert again.session.recording is not None
    assert again.session.recording.has_channel("derived/fall rate")
    assert ["derived/fall rate"] in again.window.plots.plot_names()
    again.search.remove("derived/fall rate")
    assert not again.session.recording.has_channel("derived/fall rate")
    assert ["derived/fall rate"] not in again.window.plots.plot_names()
    assert not again.window.channels.view.row_of("derived/fall rate").isValid()


def test_that_the_two_sides_of_a_selected_channel_go_by_l_and_r(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    view = application.window.channels.view
    view.setCurrentIndex(view.row_of("contact/right/force_up"))
    dialog = derive(application, "load", "l - r")
    QTest.keyClick(dialog, Qt.Key_Return)
    recording = application.session.recording
    assert recording is not None
    assert recording.derived.formula("derived/load") == "contact/left/force_up - contact/right/force_up"


def test_that_a_good_formula_without_a_name_says_what_is_missing(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    dialog = derive(application, "", "2 * step")
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.Ok)
    assert not ok.isEnabled()
    assert "Give it a name" in dialog._words.text()
    type_into(part(dialog, QLineEdit, "name"), "twice")
    assert ok.isEnabled()
    assert "name" not in dialog._words.text()
    QTest.keyClick(dialog, Qt.Key_Escape)


def test_that_a_formula_that_is_not_understood_keeps_the_dialog_open(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    dialog = derive(application, "bad", "2 +")
    buttons = dialog.findChild(QDialogButtonBox)
    assert not buttons.button(QDialogButtonBox.Ok).isEnabled()
    type_into(part(dialog, ExpressionField, "formula"), "2 + step")
    type_into(part(dialog, QLineEdit, "name"), "a/b")
    QTest.mouseClick(buttons.button(QDialogButtonBox.Ok), Qt.LeftButton)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key_Escape)
    assert application.session.recording is not None
    assert application.session.recording.derived.channels == ()


def bookmarks_in(file: Path) -> str:
    """Read a file as another program does: HDF5 shares what it knows of an open file within a process."""
    code = "import sys, osimviz; print([(m.step, m.note) for m in osimviz.load(sys.argv[1]).bookmarks])"
    return subprocess.run(
        [sys.executable, "-c", code, str(file)], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.strip()


def test_that_a_bookmark_is_made_by_key_written_to_its_file_and_removed(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    application.session.seek(44)
    QTest.keyClick(application.window, Qt.Key_B)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    note = popup.findChild(QLineEdit)
    QTest.keyClicks(note, "here it trips")
    QTest.keyClick(note, Qt.Key_Return)
    assert bookmarks_in(file) == "[(44, 'here it trips')]"
    application.session.seek(40)
    QTest.keyClick(application.window, Qt.Key_N)
    assert application.session.view.index == 44
    QTest.keyClick(application.window, Qt.Key_B)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    assert popup.findChild(QLineEdit).text() == "here it trips"
    QTest.mouseClick(popup.findChild(QPushButton), Qt.LeftButton)
    assert bookmarks_in(file) == "[]"


def test_that_a_key_goes_to_the_first_departure_or_says_why_not(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    falling = Recording(recorded().info)
    for step in range(84):
        frame = frame_of(step)
        frame.body_positions_m[0, 1] = 0.94 - 0.0004 * max(step - 60, 0) ** 2
        falling.append(frame)
    falling.outcome = FELL
    application.session.open(falling)
    QTest.keyClick(application.window, Qt.Key_D)
    assert 60 <= application.session.view.index <= 63
    standing = recorded(40, None)
    application.session.open(standing)
    QTest.keyClick(application.window, Qt.Key_D)
    assert application.session.view.index == 0


def test_that_lanes_that_were_left_out_stay_so_in_the_next_window(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    before = application.window.timeline.minimumSizeHint().height()
    application.window.timeline.lanes_requested.emit(["checks", "wall_time"])
    assert application.window.timeline.minimumSizeHint().height() < before
    application.close()
    again = open_window(qtbot, opened, str(file))
    assert again.window.timeline.minimumSizeHint().height() < before
    assert QPoint(0, 0) == again.window.timeline.rect().topLeft()


def test_that_a_derived_channel_is_one_formula_in_every_run(
    qtbot: QtBot, opened: list[Application], file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.h5"
    save_recording(recorded(50, None), other)
    application = open_window(qtbot, opened, str(file), str(other))
    first, second = application.session.runs.recordings[:2]
    application.session.runs.show(first)
    application.session.show_chosen()
    application.search._on_dialog_derived("late", "2 * derived/early")
    application.search._on_dialog_derived("early", "2 * reward")
    application.session.compare(second)
    assert second.derived.formula("derived/early") == "2 * reward"
    # Made of one that was made later.
    np.testing.assert_allclose(second.column("derived/late"), 4 * second.column("reward/step"))

    application.search._on_dialog_derived("early", "3 * reward")

    for each in (first, second):
        np.testing.assert_allclose(each.column("derived/late"), 6 * each.column("reward/step"))
    compared = application.window.plots._compared
    assert compared is not None
    np.testing.assert_allclose(compared.need("derived/early").samples, 3 * second.column("reward/step"))

    application.window.plots.plot(["derived/late"], True)
    application.search.remove("derived/early")
    assert not any("derived" in name for names in application.window.plots.plot_names() for name in names)
    assert application.window.plots._compared is not None
    application.session.runs.show(second)
    application.session.show_chosen()
    assert second.derived.channels == ()
