"""Two runs, the second cursor and the panels of curves in the real window, by keys, mouse and menus."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from osimviz.frames import Outcome
from osimviz.options import UsageError, parse_options
from osimviz.recording import Recording, save_recording
from osimviz.ui.app.application import Application
from tests.ui.plots.plot_actions import drag, walking

ROOT = Path(__file__).parents[2]
RIGHT, LEFT = "contact/right/force_up", "contact/left/force_up"


def written(path: Path, run: Recording) -> Path:
    run.outcome = Outcome("step_limit", run.last_index, 0.01 * run.last_index, "reached the step limit")
    save_recording(run, path)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("runs")
    return written(folder / "long.h5", walking(401)), written(folder / "short.h5", walking(260, has_left=False))


@pytest.fixture
def application(qtbot: QtBot, files: tuple[Path, Path]) -> Iterator[Application]:
    made = Application(parse_options([str(files[0])]))
    with qtbot.waitExposed(made.window):
        made.start()
    QApplication.setActiveWindow(made.window)
    made.window.plots.remove_all()
    made.window.plots.plot([RIGHT, LEFT], True)
    yield made
    made.close()


def press(application: Application, key: int, modifier: int = Qt.NoModifier) -> None:
    QTest.keyClick(application.window, key, modifier)
    QApplication.processEvents()


def notice(application: Application) -> str:
    return str(application.window.status._notice)


def test_that_a_second_recording_is_chosen_by_keys_and_follows_the_cursor(
    application: Application, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: (str(files[1]), ""))

    press(application, Qt.Key_O, Qt.ControlModifier | Qt.ShiftModifier)
    application.session.seek(130)

    window = application.window
    assert window.toolbar.compare.text() == "short"
    assert application.session.view.compared_index == 130
    assert "(" in window.plots.rows[0].legend.text()
    # The left foot stands in one run only, from step 100 on.
    press(application, Qt.Key_X)
    assert application.session.view.index == 100


def test_that_no_choice_and_an_unreadable_file_change_nothing(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: ("", ""))
    press(application, Qt.Key_O, Qt.ControlModifier | Qt.ShiftModifier)
    assert application.session.pair is None

    told: list[str] = []
    monkeypatch.setattr("osimviz.ui.app.compare.show_warning", lambda window, sentence: told.append(sentence))
    broken = tmp_path / "broken.h5"
    broken.write_bytes(b"no recording at all")
    application.comparison.open(broken)

    assert len(told) == 1
    assert "broken.h5" in told[0]
    assert application.session.pair is None


def test_that_the_difference_is_shown_and_hidden_by_a_key(application: Application, files: tuple[Path, Path]) -> None:
    application.comparison.open(files[1])
    row = application.window.plots.rows[0]

    press(application, Qt.Key_D, Qt.ShiftModifier)
    assert row.difference is not None
    difference = row.difference._items[1].getData()[1]
    assert np.nanmax(difference) > 0.5
    press(application, Qt.Key_D, Qt.ShiftModifier)
    assert row.difference is None


def test_that_runs_are_aligned_by_contact_and_phase_by_keys(application: Application, files: tuple[Path, Path]) -> None:
    application.comparison.open(files[1])
    application.session.seek(152)

    press(application, Qt.Key_A)
    assert application.session.pair.alignment.by == "contact"
    assert application.session.pair.alignment.foot == "right"
    assert application.session.view.compared_index == 152
    press(application, Qt.Key_A, Qt.ShiftModifier)
    assert (application.session.pair.alignment.by, application.session.pair.alignment.foot) == ("phase", "right")
    # The second run has no contact of the left foot.
    press(application, Qt.Key_A, Qt.ShiftModifier)
    assert application.session.pair.fault == "The second run has no contact of the left foot: aligned by time"


def test_that_a_chosen_contact_of_the_second_run_stands_at_that_of_the_first(
    application: Application, files: tuple[Path, Path]
) -> None:
    application.comparison.open(files[1])
    application.session.seek(150)
    application.comparison.align_by_contact()
    menu = application.window.toolbar.compare.menu()
    contacts = next(a.menu() for a in menu.actions() if a.menu() is not None)
    assert [a.text() for a in contacts.actions()] == ["1 · 0.50 s", "2 · 1.50 s", "3 · 2.50 s"]

    contacts.actions()[0].trigger()
    menu.close()

    assert application.session.view.compared_index == 50
    # The ghost stands where the shown model stands at that contact.
    (ghost,) = application.window.view3d._ghosts
    frame = application.session.recording.frame(150)
    assert ghost.frame.body_positions_m[0, 0] == pytest.approx(frame.body_positions_m[0, 0])


def test_that_a_ghost_stands_beside_the_model_and_goes(application: Application, files: tuple[Path, Path]) -> None:
    application.comparison.open(files[1])
    application.session.seek(130)
    assert len(application.window.view3d._ghosts) == 1
    application.session.seek(300)
    assert application.window.view3d._ghosts == ()

    application.session.seek(130)
    application.window.actions_by_id["stop_comparing"].trigger()

    assert application.window.view3d._ghosts == ()
    assert application.window.toolbar.compare.text() == "no second run"


def test_that_commands_on_a_second_run_say_how_to_get_one(application: Application) -> None:
    for key, modifier in ((Qt.Key_X, Qt.NoModifier), (Qt.Key_D, Qt.ShiftModifier), (Qt.Key_A, Qt.NoModifier)):
        application.window.status.show_notice("")
        press(application, key, modifier)
        assert notice(application) == "There is no second run: Ctrl+Shift+O opens one"
    press(application, Qt.Key_D, Qt.ControlModifier | Qt.ShiftModifier)
    assert notice(application).startswith("There is no earlier run")


def test_that_the_run_before_is_compared_by_a_key(application: Application, files: tuple[Path, Path]) -> None:
    first = application.session.recording
    application.files.open(str(files[1]))

    press(application, Qt.Key_D, Qt.ControlModifier | Qt.ShiftModifier)

    assert application.session.pair is not None
    assert application.session.pair.second is first
    assert "part at" in notice(application)


def test_that_the_second_cursor_is_set_moved_exchanged_and_taken_away_by_keys_and_mouse(
    application: Application, qtbot: QtBot
) -> None:
    session, row = application.session, application.window.plots.rows[0]
    session.seek(60)
    press(application, Qt.Key_M)
    session.seek(160)
    assert session.view.reference_index == 60
    assert "Δ" in row.legend.text()

    press(application, Qt.Key_M, Qt.ShiftModifier)
    assert (session.view.index, session.view.reference_index) == (60, 160)

    canvas = row.canvas
    place = QPoint(round(canvas.x_of(3.0)), 20)
    drag(canvas.viewport(), [place, place], Qt.ShiftModifier)
    assert session.view.reference_index == pytest.approx(300, abs=1)
    assert session.view.index == 60

    session.seek(session.view.reference_index)
    press(application, Qt.Key_M)
    assert session.view.reference_index == -1


def test_that_each_panel_comes_to_the_front_by_its_key_and_shows_the_run(application: Application) -> None:
    tabs = application.window.plot_tabs
    application.session.seek(160)

    for key, panel in (
        (Qt.Key_2, tabs.muscles),
        (Qt.Key_3, tabs.gait),
        (Qt.Key_4, tabs.phase),
        (Qt.Key_1, tabs.stack),
    ):
        press(application, key, Qt.AltModifier)
        assert tabs.currentWidget() is panel
    assert tabs.gait._data is not None
    assert len(tabs.gait.plots) == 1
    assert tabs.phase.plot._index == 160


def test_that_presets_are_added_from_the_menu_of_the_tabs(application: Application) -> None:
    tabs = application.window.plot_tabs
    menu = tabs.presets_menu()
    titles = [action.text() for action in menu.actions()]

    menu.actions()[titles.index("Pelvis")].trigger()
    menu.close()

    assert ["body/pelvis/height"] in application.window.plots.plot_names()
    menu = tabs.presets_menu()
    next(action for action in menu.actions() if action.text() == "Remove All Plots").trigger()
    menu.close()
    assert application.window.plots.rows == []


def test_that_the_other_sides_are_added_by_a_key(application: Application) -> None:
    application.window.plots.remove_all()
    application.window.plots.plot([RIGHT], True)

    press(application, Qt.Key_O)

    assert application.window.plots.plot_names() == [[RIGHT, LEFT]]


def test_that_the_whole_run_is_fitted_by_a_key(application: Application) -> None:
    window = application.window.plots
    before = window.window_s
    window.time.zoom(0.2, 1.0)
    QApplication.processEvents()
    assert window.window_s != before

    press(application, Qt.Key_0, Qt.ControlModifier)

    assert window.window_s == before


def test_that_a_comparison_is_named_on_the_command_line(qtbot: QtBot, files: tuple[Path, Path]) -> None:
    made = Application(parse_options([str(files[0]), "--compare", str(files[1])]))
    with qtbot.waitExposed(made.window):
        made.start()

    assert made.session.pair is not None
    assert made.session.pair.second.last_index == 259
    made.close()


@pytest.mark.parametrize("name", ["missing.h5", "notes.txt"])
def test_that_a_comparison_with_no_recording_is_refused(files: tuple[Path, Path], name: str) -> None:
    Path("notes.txt").write_text("hello", encoding="utf-8")

    with pytest.raises(UsageError, match=name.replace(".", r"\.")):
        parse_options([str(files[0]), "--compare", name])


def test_that_a_headless_comparison_says_where_the_runs_part(files: tuple[Path, Path]) -> None:
    def summary(*arguments: str) -> dict[str, object]:
        command = [sys.executable, str(ROOT / "main.py"), "--headless", "--json", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
        found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])["compared"]
        return found

    parted = summary(str(files[0]), "--compare", str(files[1]))
    assert parted["first_difference"] == parted["first_visible_difference"]
    assert parted["first_difference"]["step"] == 100  # type: ignore[index]
    assert parted["first_difference"]["channel"] == LEFT  # type: ignore[index]
    assert parted["steps_compared"] == 259

    equal = summary(str(files[0]), "--compare", str(files[0]))
    assert equal["first_difference"] is None
