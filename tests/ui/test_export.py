"""The export dialog in a real window: preview, command line, film made while the window lives, nothing left behind."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PyQt5.QtCore import QEvent, QPoint, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from osimviz.film.settings import CameraPath
from osimviz.options import parse_options
from osimviz.palette import load_palette
from osimviz.recording import RecordingWriter
from osimviz.stored_cameras import CameraStore
from osimviz.ui.app.application import Application
from osimviz.ui.export import ExportDialog
from osimviz.ui.export.footer import Footer
from osimviz.ui.images import pixels_of
from osimviz.ui.plots.export import save
from osimviz.ui.theme import Theme
from tests.film.conftest import STEP_S, filmed_run
from tests.film.decoding import decoded
from tests.film.test_encoders import read_png

WAIT_MS = 30_000


@pytest.fixture(scope="module")
def walk_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = filmed_run()
    writer = RecordingWriter(tmp_path_factory.mktemp("export") / "walk.h5")
    writer.begin_episode(run.info, run.frame(0))
    for index in range(1, len(run)):
        writer.append(run.frame(index))
    writer.close()
    return writer.path


@pytest.fixture
def application(qtbot: QtBot, walk_file: Path) -> Iterator[Application]:
    application = Application(parse_options([str(walk_file)]))
    application.start()
    qtbot.waitUntil(lambda: application.session.view.last_index == 19, timeout=WAIT_MS)
    yield application
    application.close()


def opened(application: Application) -> ExportDialog:
    application.commands.triggers["export_film"]()
    dialog = application.export.dialog
    assert dialog is not None
    return dialog


def set_values(dialog: ExportDialog, **values: object) -> None:
    dialog.fields.set_values(values)
    dialog.fields.changed.emit()


def test_that_words_begin_with_a_capital_letter_unless_a_files_name_does(qtbot: QtBot) -> None:
    footer = Footer(Theme(load_palette("dark")))
    qtbot.addWidget(footer)

    footer.show_words("the disk is full", is_bad=True)
    assert footer.words.text() == "The disk is full"
    footer.show_words("walk.mp4 cannot be written", is_bad=True)
    assert footer.words.text() == "walk.mp4 cannot be written"


def test_that_the_dialog_shows_what_will_be_drawn(qtbot: QtBot, application: Application) -> None:
    dialog = opened(application)
    qtbot.waitUntil(lambda: dialog.preview.has_picture, timeout=WAIT_MS)
    assert "pictures" in dialog.footer.words.text()
    images: list[object] = []
    dialog._preview_link.drawn.connect(images.append)
    set_values(dialog, theme="light")
    qtbot.waitUntil(lambda: len(images) == 1, timeout=WAIT_MS)
    assert images[0].pixelColor(20, 60).lightness() > 150
    application.commands.triggers["export_film"]()
    assert application.export.dialog is dialog, "a second time brings it to the front"


def test_that_the_command_line_asks_for_the_same_film(
    qtbot: QtBot, application: Application, walk_file: Path, tmp_path: Path
) -> None:
    dialog = opened(application)
    set_values(
        dialog, kind="webm", speed=0.25, between=True, film_width=640, film_height=480, camera="right", orbit=0.5,
        title="It's a walk", reward=True, legend=False, forces=False, theme="light", with_plots=True, from_s=0.1,
        loops=2, follow=False,
    )  # fmt: skip
    dialog.footer.copy_button.click()
    words = shlex.split(QApplication.clipboard().text())
    assert words[:2] == ["osimviz", str(walk_file)]
    (film,) = parse_options([*words[1:], "--force"]).films
    assert film.path == "walk.webm"
    settings = dialog._film()
    wanted = film.settings
    assert wanted.look.plots == settings.look.plots or film.has_usual_plots
    assert (wanted.fps, wanted.speed, wanted.from_s, wanted.to_s, wanted.loops, wanted.is_interpolated) == (
        settings.fps,
        settings.speed,
        settings.from_s,
        settings.to_s,
        settings.loops,
        settings.is_interpolated,
    )
    names = ("width_px", "height_px", "camera", "scene", "title", "theme", "show_reward", "show_legend", "show_forces")
    for name in names:
        assert getattr(wanted.look, name) == getattr(settings.look, name), name


def test_that_a_stored_camera_is_offered_and_taken(qtbot: QtBot, application: Application) -> None:
    dialog = opened(application)
    cameras = dialog.fields.widget("camera")
    assert not any("Stored" in cameras.itemText(row) for row in range(cameras.count())), "none is stored yet"
    dialog.close()
    qtbot.waitUntil(lambda: application.export.dialog is None, timeout=WAIT_MS)
    pose = (1.0, 0.25, 2.5, 0.1, 0.9, -0.2)
    CameraStore().keep(3, pose)
    dialog = opened(application)
    set_values(dialog, camera="stored:3", orbit=0.5)
    assert dialog.fields.widget("camera").currentText() == "Stored 3 · Ctrl+3"
    assert dialog._film().look.camera == CameraPath(pose=pose, orbit_turns=0.5)
    assert "--camera 57.3,14.32,2.5,0.1,0.9,-0.2+orbit:0.5" in dialog.footer.command.text()


def test_that_a_film_is_made_beside_the_living_window(qtbot: QtBot, application: Application, tmp_path: Path) -> None:
    dialog = opened(application)
    set_values(dialog, film_width=320, film_height=240, fps=30.0, speed=0.5)
    target = tmp_path / "walk.mp4"
    shown: list[str] = []
    dialog.footer.words.setText("")
    with qtbot.waitSignal(dialog.saved, timeout=WAIT_MS) as saved:
        dialog.start(target)
        dialog._link.progressed.connect(lambda: shown.append(dialog.footer.words.text()))
        assert dialog.is_busy
        application.session.seek(3)
        dialog.reject()
        assert application.export.dialog is dialog, "Escape does not end a film"
    assert saved.args == [str(target)]
    assert application.session.view.index == 3
    assert any("left" in words for words in shown)
    film = decoded(target)
    assert len(film.pictures) == round(0.57 / 0.5 * 30)
    assert film.size_px == (320, 240)
    assert not dialog.is_busy


def test_that_a_cancelled_film_leaves_nothing(qtbot: QtBot, application: Application, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    dialog = opened(application)
    set_values(dialog, speed=0.03125, between=True)
    dialog.start(folder / "walk.mp4")
    pid = dialog._link.task.pid
    qtbot.waitUntil(lambda: dialog._link.task.n_done > 1, timeout=WAIT_MS)
    dialog.footer.cancel_button.click()
    assert not dialog.is_busy
    assert not psutil.pid_exists(pid)
    assert list(folder.iterdir()) == []
    assert "cancelled" in dialog.footer.words.text().lower()


def test_that_closing_the_window_ends_a_film_and_leaves_nothing(
    qtbot: QtBot, application: Application, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    dialog = opened(application)
    set_values(dialog, speed=0.03125, between=True)
    dialog.start(folder / "walk.mp4")
    qtbot.waitUntil(lambda: dialog._link.task.n_done > 1, timeout=WAIT_MS)
    application.close()
    assert list(folder.iterdir()) == []


def test_that_a_picture_is_of_the_moment_of_the_slider(qtbot: QtBot, application: Application, tmp_path: Path) -> None:
    dialog = opened(application)
    dialog.tabs.setCurrentIndex(1)
    dialog.slider.setValue(7)
    set_values(dialog, picture_width=300, picture_height=260, transparent=True)
    assert "--at 0.21" in dialog.footer.command.text()
    with qtbot.waitSignal(dialog.saved, timeout=WAIT_MS):
        dialog.start(tmp_path / "a.png")
    pixels, texts = read_png(tmp_path / "a.png")
    assert pixels.shape == (260, 300, 4)
    assert texts["step"] == "7"


def test_that_plots_and_data_are_exported_at_the_same_place(
    qtbot: QtBot, application: Application, walk_file: Path, tmp_path: Path
) -> None:
    application.window.plots.plot(["run/step"], True)
    dialog = opened(application)
    dialog.tabs.setCurrentIndex(2)
    set_values(dialog, contents="plots", plot_kind=".svg")
    qtbot.waitUntil(lambda: dialog.preview.has_picture, timeout=WAIT_MS)
    assert not dialog.fields.widget("camera").isVisible(), "plots have no camera"
    words = shlex.split(dialog.footer.command.text())
    assert words[:4] == ["osimviz", str(walk_file), "--plots", "walk-plots.svg"]
    assert parse_options(words[1:]).figures[0].settings.plots[-1] == ("run/step",)
    with qtbot.waitSignal(dialog.saved, timeout=WAIT_MS) as saved:
        dialog.start(tmp_path / dialog._suggested_name())
    assert saved.args == [str(tmp_path / "walk-plots.svg")]
    assert (tmp_path / "walk-plots.svg").read_bytes().startswith(b"<?xml")
    set_values(dialog, contents="curves")
    dialog.start(tmp_path / dialog._suggested_name())
    assert (tmp_path / "walk-curves.csv").read_text().startswith("time (s),")
    assert "--plots walk-curves.csv" in dialog.footer.command.text()
    set_values(dialog, contents="run", run_kind=".npz")
    words = shlex.split(dialog.footer.command.text())
    assert words == ["osimviz", str(walk_file), "--export", "walk.npz"]
    assert parse_options(words[1:]).exports == (Path("walk.npz"),)
    assert parse_options(words[1:]).is_headless
    dialog.start(tmp_path / dialog._suggested_name())
    assert (tmp_path / "walk.npz").stat().st_size > 1000
    with qtbot.waitSignal(dialog.failed, timeout=WAIT_MS) as failed:
        dialog.start(tmp_path / "no" / "walk.npz")
    assert str(tmp_path / "no") in failed.args[0]
    dialog.tabs.setCurrentIndex(0)
    assert dialog.fields.widget("camera").isVisible()
    assert "--video" in dialog.footer.command.text()


def test_that_what_is_impossible_is_said_in_the_dialog(qtbot: QtBot, application: Application, tmp_path: Path) -> None:
    dialog = opened(application)
    set_values(dialog, from_s=0.5, to_s=0.2)
    assert "before it begins" in dialog.footer.words.text()
    with qtbot.waitSignal(dialog.failed, timeout=WAIT_MS):
        dialog.start(tmp_path / "a.mp4")
    set_values(dialog, from_s=0.0, to_s=0.5)
    with qtbot.waitSignal(dialog.failed, timeout=WAIT_MS):
        dialog.start(tmp_path / "no" / "a.mp4")
    assert "does not exist" in dialog.footer.words.text()
    assert not dialog.is_busy


def test_that_the_fields_are_remembered(qtbot: QtBot, application: Application) -> None:
    dialog = opened(application)
    set_values(dialog, kind="gif", speed=0.25, film_width=640, title="of this run only")
    dialog.tabs.setCurrentIndex(1)
    dialog.close()
    qtbot.waitUntil(lambda: application.export.dialog is None, timeout=WAIT_MS)
    again = opened(application)
    values = again.fields.values()
    assert (values["kind"], values["speed"], values["film_width"], values["title"]) == ("gif", 0.25, 640, "")
    assert again.tabs.currentIndex() == 1


def test_that_a_picture_is_copied_to_the_clipboard(qtbot: QtBot, application: Application) -> None:
    qtbot.waitUntil(lambda: application.window.view3d.drawing is not None, timeout=WAIT_MS)
    application.commands.triggers["copy_picture"]()
    image = QApplication.clipboard().image()
    assert (image.width(), image.height()) == (1920, 1080)
    QApplication.clipboard().clear()


def test_that_a_saved_picture_says_what_it_shows(qtbot: QtBot, application: Application, tmp_path: Path) -> None:
    qtbot.waitUntil(lambda: application.window.view3d.drawing is not None, timeout=WAIT_MS)
    application.session.seek(5)
    application.pictures.write(tmp_path / "a.png")
    assert read_png(tmp_path / "a.png")[1]["step"] == "5"


def test_that_a_picture_of_the_window_holds_all_of_it_and_says_what_it_shows(
    qtbot: QtBot, application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, view3d = application.window, application.window.view3d
    application.session.seek(5)
    qtbot.waitUntil(lambda: view3d.drawing is not None and view3d.drawing.frame.step == 5, timeout=WAIT_MS)
    target = tmp_path / "window.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    application.commands.triggers["window_picture"]()
    pixels, texts = read_png(target)
    assert pixels.shape == (window.height(), window.width(), 3)
    assert (texts["step"], texts["run"]) == ("5", "walk.h5")
    assert float(texts["time_s"]) == pytest.approx(5 * STEP_S)
    assert {"Software", "environment", "controller", "seed"} <= texts.keys()
    # The 3D view's own image lies where the view is: in its middle there are no words over it.
    corner = view3d.mapTo(window, QPoint(0, 0))
    shown = pixels_of(view3d.drawing.image).astype(int)
    height, width, _ = shown.shape
    part = pixels[corner.y() : corner.y() + height, corner.x() : corner.x() + width].astype(int)
    middle = (slice(height // 4, height * 3 // 4), slice(width // 4, width * 3 // 4))
    assert np.ptp(shown[middle], axis=(0, 1)).min() > 80, "a figure before its ground"
    assert np.abs(part[middle] - shown[middle]).mean() < 1.0
    # Beside it are the other panels: words and lines in more than one colour.
    assert len(np.unique(pixels[-40:].reshape(-1, 3), axis=0)) > 20
    told: list[str] = []
    monkeypatch.setattr("osimviz.ui.app.pictures.show_warning", lambda _, sentence: told.append(sentence))
    target = tmp_path / "no" / "window.png"
    application.commands.triggers["window_picture"]()
    assert told == [f"The picture was not written: No such file or directory ({target})"]


def test_that_a_stored_camera_is_taken_back_by_its_key(qtbot: QtBot, application: Application) -> None:
    window, view3d = application.window, application.window.view3d
    QApplication.setActiveWindow(window)
    qtbot.waitUntil(lambda: view3d.drawing is not None and view3d.drawing.frame is not None, timeout=WAIT_MS)

    def stands_at(pose: tuple[float, ...] | None) -> bool:
        return view3d.camera_pose == pytest.approx(pose, abs=1e-9)

    QTest.keyClick(window, Qt.Key_2, Qt.ControlModifier)
    assert "No camera 2 yet" in window.status._notice
    start = view3d.camera_pose
    QTest.mousePress(view3d, Qt.LeftButton, pos=QPoint(200, 150))
    turn = QMouseEvent(QEvent.MouseMove, QPoint(260, 170), Qt.NoButton, Qt.LeftButton, Qt.NoModifier)
    QApplication.sendEvent(view3d, turn)
    QTest.mouseRelease(view3d, Qt.LeftButton, pos=QPoint(260, 170))
    qtbot.waitUntil(lambda: not stands_at(start), timeout=WAIT_MS)
    stored = view3d.camera_pose
    QTest.keyClick(window, Qt.Key_2, Qt.ControlModifier | Qt.ShiftModifier)
    QTest.keyClick(window, Qt.Key_4)
    qtbot.waitUntil(lambda: not stands_at(stored), timeout=WAIT_MS)
    QTest.keyClick(window, Qt.Key_2, Qt.ControlModifier)
    qtbot.waitUntil(lambda: stands_at(stored), timeout=WAIT_MS)
    assert application.session.settings.camera == "", "no named view any more"


@pytest.mark.parametrize(
    ("suffix", "head"), [(".svg", b"<?xml"), (".pdf", b"%PDF"), (".png", b"\x89PNG"), (".csv", b"time (s)")]
)
def test_that_plots_are_written_for_papers(
    qtbot: QtBot, application: Application, tmp_path: Path, suffix: str, head: bytes
) -> None:
    stack = application.window.plots
    path = tmp_path / f"plots{suffix}"
    assert save(path, stack.table() if suffix == ".csv" else stack) == ""
    assert path.read_bytes().startswith(head)
    assert path.stat().st_size > 400
    assert "does not exist" in save(tmp_path / "no" / path.name, stack.table() if suffix == ".csv" else stack)
