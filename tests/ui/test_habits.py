"""Command palette, layouts and their undo, and what a broken panel does to the others; in the real window."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QByteArray, QEvent, QPointF, QRect, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from osimviz.examples import EXAMPLES
from osimviz.options import parse_options
from osimviz.recording import Recording, save_recording
from osimviz.settings_table import SETTINGS
from osimviz.ui.app.application import Application
from osimviz.ui.dialogs.layouts import LayoutDialog
from osimviz.ui.dialogs.settings import SettingsDialog
from osimviz.ui.palette_popup import PalettePopup
from osimviz.view_choices import LAYERS
from tests.ui.timeline_runs import FELL, frame_of, recorded


@pytest.fixture
def file(tmp_path: Path) -> Path:
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


def palette(application: Application, text: str) -> PalettePopup:
    QTest.keyClick(application.window, Qt.Key_K, Qt.ControlModifier)
    popup: PalettePopup = QApplication.activePopupWidget()
    assert isinstance(popup, PalettePopup)
    QTest.keyClicks(popup.findChild(QLineEdit), text)
    return popup


def test_that_the_palette_says_where_else_to_look_when_no_command_fits(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    popup = palette(application, "zzqx")
    assert popup.shown() == []
    assert "menus" in popup.words
    popup.findChild(QLineEdit).setText("to the end")
    assert popup.shown()
    assert popup.words == ""


def test_that_any_command_is_found_by_its_letters_and_carried_out(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    popup = palette(application, "to the end")
    assert popup.shown()[0] == "end"
    QTest.keyClick(popup.findChild(QLineEdit), Qt.Key_Return)
    assert not popup.isVisible()
    assert application.session.view.index == 83


def test_that_the_palette_lists_all_commands_and_goes_with_the_arrows(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    popup = palette(application, "")
    layers = {f"layer:{layer}" for layer in LAYERS}
    examples = {f"example:{example.title}" for example in EXAMPLES}
    assert set(popup.shown()) == set(application.window.actions_by_id) - {"palette"} | layers | examples
    rows: QListWidget = popup.findChild(QListWidget)
    first = rows.currentRow()
    QTest.keyClick(popup.findChild(QLineEdit), Qt.Key_Down)
    assert rows.currentRow() == first + 1
    QTest.keyClicks(popup.findChild(QLineEdit), "zzzz")
    assert popup.shown() == []
    QTest.keyClick(popup.findChild(QLineEdit), Qt.Key_Return)
    assert popup.isVisible()
    QTest.keyClick(popup.findChild(QLineEdit), Qt.Key_Escape)
    assert not popup.isVisible()


def test_that_a_command_that_is_switched_off_is_shown_but_not_carried_out(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    assert not application.window.actions_by_id["stop"].isEnabled()
    popup = palette(application, "stop; what was recorded")
    QTest.keyClick(popup.findChild(QLineEdit), Qt.Key_Return)
    assert popup.isVisible()
    popup.hide()


def test_that_a_layer_of_the_view_is_found_by_its_letters_and_shown(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    assert "trails" not in application.session.view.settings.layers
    for is_shown in (True, False):
        popup = palette(application, "trails")
        assert popup.shown()[0] == "layer:trails"
        QTest.keyClick(popup.findChild(QLineEdit), Qt.Key_Return)
        assert ("trails" in application.session.view.settings.layers) == is_shown


def ticked(application: Application) -> set[str]:
    """Return the commands that have a tick once the menus are opened."""
    for menu in application.window.menuBar().findChildren(QMenu):
        menu.aboutToShow.emit()
    return {name for name, action in application.window.actions_by_id.items() if action.isChecked()}


def test_that_menus_tick_what_is_switched_on(qtbot: QtBot, opened: list[Application], file: Path) -> None:
    application = open_window(qtbot, opened, str(file))
    sides = {"toggle_left", "toggle_right", "toggle_below"}
    assert ticked(application) == {"camera_1", "camera_follow", *sides}

    for command in ("camera_2", "camera_follow", "loop", "toggle_left", "float_right"):
        application.window.carry_out(command)
    assert ticked(application) == {"camera_2", "loop", "toggle_right", "toggle_below", "float_right"}

    application.window.carry_out("camera_follow")
    application.comparison.compare(recorded())
    application.window.carry_out("difference")
    assert ticked(application) >= {"camera_follow", "align_time", "difference"}


def widths(application: Application) -> list[int]:
    return application.window._sides.sizes()  # type: ignore[no-any-return]


def test_that_moving_a_divider_is_undone_and_done_again_by_key(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    before = widths(application)
    handle = application.window._sides.handle(1)
    place = handle.rect().center()
    QTest.mousePress(handle, Qt.LeftButton, pos=place)
    there = QPointF(place) + QPointF(60, 0)
    screen = QPointF(handle.mapToGlobal(there.toPoint()))
    move = QMouseEvent(QEvent.MouseMove, there, screen, screen, Qt.NoButton, Qt.LeftButton, Qt.NoModifier)
    QApplication.sendEvent(handle, move)
    QTest.mouseRelease(handle, Qt.LeftButton, pos=place)
    moved = widths(application)
    assert moved[0] == pytest.approx(before[0] + 60, abs=4)
    QTest.keyClick(application.window, Qt.Key_Z, Qt.ControlModifier)
    assert widths(application) == before
    QTest.keyClick(application.window, Qt.Key_Z, Qt.ControlModifier | Qt.ShiftModifier)
    assert widths(application) == moved


def test_that_a_hidden_part_comes_back_with_undo_and_with_reset(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    window = application.window
    QTest.keyClick(window, Qt.Key_1, Qt.ControlModifier | Qt.AltModifier)
    QTest.keyClick(window, Qt.Key_3, Qt.ControlModifier | Qt.AltModifier)
    assert not window.channels.isVisible()
    assert not window.timeline.isVisible()
    QTest.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    assert window.timeline.isVisible()
    assert not window.channels.isVisible()
    window.actions_by_id["reset_layout"].trigger()
    assert window.channels.isVisible()
    QTest.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    assert not window.channels.isVisible()


def test_that_a_layout_is_saved_by_name_and_taken_again_in_the_next_window(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    QTest.keyClick(application.window, Qt.Key_1, Qt.ControlModifier | Qt.AltModifier)
    application.window.actions_by_id["layouts"].trigger()
    dialog = application.window.findChild(LayoutDialog)
    assert dialog.focusWidget() is dialog.findChild(QLineEdit)
    QTest.keyClicks(dialog.findChild(QLineEdit), "only plots")
    QTest.keyClick(dialog.findChild(QLineEdit), Qt.Key_Return)
    assert dialog.findChild(QListWidget).item(0).text() == "only plots"
    QTest.keyClick(dialog, Qt.Key_Escape)
    application.window.actions_by_id["reset_layout"].trigger()
    application.close()

    again = open_window(qtbot, opened, str(file))
    assert again.window.channels.isVisible()
    again.window.actions_by_id["layouts"].trigger()
    dialog = again.window.findChild(LayoutDialog)
    assert dialog.focusWidget() is dialog.findChild(QListWidget)
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    QTest.mouseClick(buttons["Apply"], Qt.LeftButton)
    assert not again.window.channels.isVisible()
    QTest.mouseClick(buttons["Delete"], Qt.LeftButton)
    assert dialog.findChild(QListWidget).count() == 0
    dialog.close()


def test_that_a_side_in_its_own_window_comes_back_with_its_close_button_with_undo_and_with_reset(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    window = application.window
    QTest.keyClick(window, Qt.Key_2, Qt.ControlModifier | Qt.AltModifier | Qt.ShiftModifier)
    own = window.plot_tabs.window()
    assert own is not window
    qtbot.waitUntil(own.isVisible)
    own.activateWindow()
    QTest.keyClick(own, Qt.Key_End)
    assert application.session.view.index == application.session.view.last_index
    own.close()
    assert window.plot_tabs.window() is window
    assert window.plot_tabs.isVisible()

    for command in ("float_left", "float_below"):
        window.actions_by_id[command].trigger()
    assert window.timeline.window() is not window
    QTest.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    assert window.timeline.window() is window
    assert window.channels.window() is not window
    window.actions_by_id["reset_layout"].trigger()
    assert window.channels.window() is window
    QTest.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    assert window.channels.window() is not window


def test_that_sides_are_hidden_and_in_their_own_windows_again_at_the_next_start(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    window = application.window
    window.actions_by_id["toggle_left"].trigger()
    window.actions_by_id["float_right"].trigger()
    window._rows.moveSplitter(500, 1)
    heights = window._rows.sizes()
    window.plot_tabs.window().setGeometry(300, 200, 500, 400)
    application.close()

    again = open_window(qtbot, opened, str(file)).window
    qtbot.waitUntil(again.plot_tabs.isVisible)
    assert again._rows.sizes() == heights
    assert not again.channels.isVisible()
    assert again.plot_tabs.window() is not again
    assert again.plot_tabs.window().geometry() == QRect(300, 200, 500, 400)


def test_that_a_remembered_layout_that_makes_no_sense_leaves_every_side_in_its_place(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    window = open_window(qtbot, opened, str(file)).window
    window.restore_parts({"floating": QByteArray(b"cellar"), "own_places": QByteArray(b'{"left": ["x"]}')})
    assert window.channels.window() is window.plot_tabs.window() is window.timeline.window() is window


def test_that_the_run_shown_is_named_beside_the_choice_of_the_next_one(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    window = open_window(qtbot, opened, str(file)).window
    title = window.findChild(QLabel, "run_title")
    info = recorded().info
    assert title.text() == f"Shown: {info.controller} · {info.env_summary}"
    assert window.windowTitle() == f"{info.controller} · {info.env_summary} — osimviz"


def test_that_a_broken_panel_is_told_once_and_the_others_go_on(
    qtbot: QtBot,
    opened: list[Application],
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    application = open_window(qtbot, opened, str(file))
    told: list[str] = []
    monkeypatch.setattr(
        "osimviz.ui.app.application.show_crash", lambda window, sentence, details: told.append(sentence)
    )

    def fail(view: object) -> None:
        raise RuntimeError("the timeline is broken")

    monkeypatch.setattr(application.window.timeline, "show_view", fail)
    for index in (3, 4, 5, 6):
        application.session.seek(index)
    # Those after the timeline show the cursor all the same.
    assert application.window.ending._curve._index == 6
    qtbot.waitUntil(lambda: told == ["Unforeseen RuntimeError: the timeline is broken"])
    assert "rests until the next run" in caplog.text
    monkeypatch.undo()
    application.session.open(recorded())
    application.session.seek(9)
    assert application.window.timeline._strip._view.index == 9


def test_that_settings_count_at_once_and_in_the_next_window(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    application = open_window(qtbot, opened, str(file))
    QTest.keyClick(application.window, Qt.Key_Comma, Qt.ControlModifier)
    dialog = application.window.findChild(SettingsDialog)
    theme = dialog.control("view/theme")
    before = theme.currentData()
    theme.setFocus()
    QTest.keyClick(theme, Qt.Key_Down if theme.currentIndex() == 0 else Qt.Key_Up)
    assert application.session.settings.theme == theme.currentData() != before
    dialog.control("view/colour_map").setCurrentIndex(1)
    assert application.session.settings.colour_map == "colour-blind safe"
    band = dialog.control("analysis/band_deviations")
    band.selectAll()
    QTest.keyClicks(band, "4.5")
    QTest.keyClick(band, Qt.Key_Tab)
    memory = dialog.control("runs/memory_mb")
    memory.setValue(640)
    assert application.session.runs.limit_bytes == 640 * 2**20
    dialog.close()
    application.close()

    again = open_window(qtbot, opened, str(file))
    values = again.settings.values()
    assert (values["view/theme"], values["view/colour_map"]) == (theme_after(before), "colour-blind safe")
    assert (values["analysis/band_deviations"], values["runs/memory_mb"]) == (4.5, 640)
    again.settings.open()
    dialog = again.window.findChild(SettingsDialog)
    restore = next(b for b in dialog.findChildren(QPushButton) if "Restore" in b.text())
    QTest.mouseClick(restore, Qt.LeftButton)
    assert again.settings.values() == {setting.key: setting.default for setting in SETTINGS}
    dialog.close()


def theme_after(before: str) -> str:
    return "light" if before == "dark" else "dark"


def test_that_the_first_departure_follows_its_setting(qtbot: QtBot, opened: list[Application], file: Path) -> None:
    application = open_window(qtbot, opened, str(file))
    falling = Recording(recorded().info)
    for step in range(84):
        frame = frame_of(step)
        # A slow slide, then a fall: a narrow band takes the slide for the beginning.
        slide = 0.0006 * max(step - 45, 0) + 0.0004 * max(step - 65, 0) ** 2
        frame.body_positions_m[0, 1] = 0.94 + 0.004 * np.sin(0.7 * step) - slide
        falling.append(frame)
    falling.outcome = FELL
    application.session.open(falling)
    first = application.window.ending.departure
    assert first is not None
    application.settings.change("analysis/band_deviations", 4.0)
    later = application.window.ending.departure
    assert later is not None
    assert later != first
    data = application.window.timeline.event_indices()
    assert later in data


def test_that_a_window_remembered_from_a_larger_screen_fits_on_this_one(
    qtbot: QtBot, opened: list[Application], file: Path
) -> None:
    room = QApplication.primaryScreen().availableGeometry()
    application = open_window(qtbot, opened, str(file))
    application.window.setGeometry(room.width() // 2, 10, room.width() + 700, room.height() + 300)
    application.close()
    again = open_window(qtbot, opened, str(file))
    assert room.contains(again.window.geometry())
