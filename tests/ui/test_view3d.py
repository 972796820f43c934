"""The 3D view in a real window: images from its thread, the mouse, and its end."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QFrame
from pytestqt.qtbot import QtBot

from osimviz.palette import load_palette
from osimviz.playback import Playback
from osimviz.recording import Recording
from osimviz.render.scene import Scene
from osimviz.ui.theme import Theme
from osimviz.ui.view3d import View3D
from osimviz.ui.view3d.overlay import words_of_empty
from osimviz.ui.view3d.strobe import Strobe
from osimviz.view_choices import DEFAULT_LAYERS
from osimviz.view_state import RunStatus, ViewSettings, ViewState, resolve
from tests.sample_runs import sample_frame, sample_info

SETTINGS = ViewSettings(layers=DEFAULT_LAYERS - {"centre_of_mass"})


@pytest.fixture
def recording() -> Recording:
    made = Recording(sample_info())
    for step in range(6):
        made.append(sample_frame(step))
    return made


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[View3D]:
    widget = View3D(Theme(load_palette("dark")))
    qtbot.addWidget(widget)
    widget.resize(420, 320)
    with qtbot.waitExposed(widget):
        widget.show()
    yield widget
    widget.shutdown()


def state_of(recording: Recording, settings: ViewSettings = SETTINGS) -> ViewState:
    return resolve(recording, Playback(), settings, RunStatus())


def show(view: View3D, recording: Recording, index: int = 5, settings: ViewSettings = SETTINGS) -> None:
    view.show_view(replace(state_of(recording, settings), index=index), recording.frame(index))


def start(qtbot: QtBot, view: View3D, recording: Recording) -> None:
    """Start drawing and wait for a picture of the last frame."""
    view.start()
    view.show_run(recording.info)
    show(view, recording)
    qtbot.waitUntil(lambda: step_drawn(view) == 5, timeout=20_000)


def step_drawn(view: View3D) -> int:
    drawing = view.drawing
    return drawing.frame.step if drawing is not None and drawing.frame is not None else -1


def test_that_words_stand_in_for_the_picture_until_drawing_starts(qtbot: QtBot, view: View3D) -> None:
    image = view.grab().toImage()
    background = QColor(load_palette("dark")["sky"])
    assert image.pixelColor(2, 2).name() == background.name()
    texts = {image.pixelColor(x, y).name() for x in range(100, 320) for y in range(120, 200)}
    assert len(texts) > 5


def test_that_the_words_know_what_is_coming(recording: Recording) -> None:
    before = resolve(None, Playback(), SETTINGS, RunStatus())
    assert words_of_empty(None, "") == words_of_empty(before, "")
    assert words_of_empty(before, "")[0] == "Nothing to show yet"
    assert words_of_empty(replace(before, phase="starting"), "") == ("Loading the model", "")
    # A recording that was opened is there before its first picture is drawn.
    assert words_of_empty(state_of(recording), "") == ("Drawing the model", "")
    assert words_of_empty(state_of(recording), "No driver.") == ("The 3D view cannot be drawn", "No driver.")


def test_that_words_stand_below_a_card_over_the_view(qtbot: QtBot, view: View3D) -> None:
    card = QFrame(view)
    card.setGeometry(12, 12, 268, 200)

    def has_words_below_card() -> bool:
        image = view.grab().toImage()
        return len({image.pixelColor(x, y).name() for x in range(100, 320) for y in range(215, 310)}) > 5

    assert not has_words_below_card()
    card.show()
    assert has_words_below_card()


def test_that_a_reason_is_shown_where_nothing_can_be_drawn(qtbot: QtBot, view: View3D) -> None:
    before = view.grab().toImage()
    view.show_fault("No driver. Install libegl1.")
    assert view.grab().toImage() != before


def test_that_the_newest_frame_is_drawn_and_the_ones_it_overtook_need_not_be(
    qtbot: QtBot, view: View3D, recording: Recording
) -> None:
    start(qtbot, view, recording)
    drawn: list[int] = []
    thread = view._thread
    assert thread is not None
    thread.drawn.connect(lambda drawing: drawn.append(drawing.frame.step))
    for index in (0, 1, 2, 3, 4, 2):
        show(view, recording, index)
    # The list hears of a drawing a moment after the view does.
    qtbot.waitUntil(lambda: step_drawn(view) == 2 and drawn[-1:] == [2], timeout=20_000)
    assert len(drawn) <= 6


def test_that_the_picture_is_upright_and_fills_the_widget(qtbot: QtBot, view: View3D, recording: Recording) -> None:
    start(qtbot, view, recording)
    assert view.drawing is not None
    image = view.drawing.image
    assert (image.width(), image.height()) == (420, 320)
    head, feet = view.drawing.camera.world_to_pixel(np.array([[0.05, 1.6, 0.0], [0.05, 0.0, 0.0]]))
    assert head[1] < feet[1]
    # The floor's checker has edges, the sky above has none.
    rows = [[image.pixelColor(x, y).lightness() for x in range(10, 410, 3)] for y in (12, 300)]
    assert np.std(rows[0]) < np.std(rows[1])


def test_that_a_resting_view_gets_smoother(
    qtbot: QtBot, view: View3D, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(qtbot, view, recording)
    thread = view._thread
    assert thread is not None
    asked: list[bool] = []
    draw = thread.draw
    # Held back: on a slow machine the picture of the moving view would be left out.
    monkeypatch.setattr(thread, "draw", lambda *, still: asked.append(still))
    show(view, recording, 1)
    qtbot.waitUntil(lambda: asked == [True] and step_drawn(view) == 1, timeout=20_000)
    assert view.drawing is not None
    moving = view.drawing.image
    draw(still=True)
    qtbot.waitUntil(lambda: view.drawing is not None and view.drawing.image != moving, timeout=20_000)


@pytest.mark.parametrize(
    ("button", "modifier", "changes"),
    [
        (Qt.LeftButton, Qt.NoModifier, "azimuth_rad"),
        (Qt.RightButton, Qt.NoModifier, "distance_m"),
        (Qt.MiddleButton, Qt.NoModifier, "focal_point_m"),
        (Qt.LeftButton, Qt.ShiftModifier, "focal_point_m"),
    ],
)
def test_that_dragging_moves_the_camera(
    qtbot: QtBot,
    view: View3D,
    recording: Recording,
    button: Qt.MouseButton,
    modifier: Qt.KeyboardModifier,
    changes: str,
) -> None:
    start(qtbot, view, recording)
    assert view.drawing is not None
    before = np.array(getattr(view.drawing.camera, changes))
    with qtbot.waitSignal(view.camera_moved, timeout=5_000):
        drag(view, QPoint(200, 150), QPoint(260, 190), button, modifier)

    def has_changed() -> bool:
        assert view.drawing is not None
        return not np.allclose(getattr(view.drawing.camera, changes), before)

    qtbot.waitUntil(has_changed, timeout=20_000)


def test_that_a_named_view_is_taken(qtbot: QtBot, view: View3D, recording: Recording) -> None:
    start(qtbot, view, recording)
    view.set_camera("left")

    def is_left() -> bool:
        assert view.drawing is not None
        return float(view.drawing.camera.position_m[2]) < -1.0

    qtbot.waitUntil(is_left, timeout=20_000)


def test_that_the_theme_changes_the_picture(qtbot: QtBot, view: View3D, recording: Recording) -> None:
    start(qtbot, view, recording)

    def lightness() -> int:
        assert view.drawing is not None
        return int(view.drawing.image.pixelColor(5, 5).lightness())

    dark = lightness()
    view.set_theme(Theme(load_palette("light")))
    qtbot.waitUntil(lambda: lightness() > dark + 100, timeout=20_000)


def test_that_the_scene_follows_the_widgets_size(qtbot: QtBot, view: View3D, recording: Recording) -> None:
    start(qtbot, view, recording)
    view.resize(500, 260)
    qtbot.waitUntil(lambda: view.drawing is not None and view.drawing.image.width() == 500, timeout=20_000)


def test_that_a_picture_for_a_file_leaves_the_view_as_it_was(qtbot: QtBot, view: View3D, recording: Recording) -> None:
    start(qtbot, view, recording)
    picture = view.picture(200, 100)
    assert picture is not None
    assert picture.shape == (100, 200, 3)
    show(view, recording, 1)
    qtbot.waitUntil(lambda: step_drawn(view) == 1, timeout=20_000)
    assert view.drawing is not None
    assert view.drawing.image.width() == 420


def test_that_nobody_waits_for_a_picture_of_a_thread_that_ended_by_an_error(
    qtbot: QtBot, view: View3D, recording: Recording, caplog: pytest.LogCaptureFixture
) -> None:
    start(qtbot, view, recording)
    thread = view._thread
    assert thread is not None
    has_begun, may_fail = threading.Event(), threading.Event()

    def fail(scene: Scene) -> None:
        has_begun.set()
        may_fail.wait(10)
        raise RuntimeError("the driver gave up")

    thread.order(fail)
    assert has_begun.wait(10)
    results: list[object] = []
    waiting = threading.Thread(target=lambda: results.append(thread.picture(100, 80)), daemon=True)
    waiting.start()
    qtbot.waitUntil(lambda: len(thread._orders) == 1)
    with qtbot.waitSignal(thread.failed):
        may_fail.set()
    waiting.join(10)

    assert results == [None]
    assert thread.picture(100, 80) is None
    assert "the driver gave up" in caplog.text


def test_that_shutting_down_in_mid_drawing_is_safe_and_may_be_repeated(
    qtbot: QtBot, view: View3D, recording: Recording
) -> None:
    start(qtbot, view, recording)
    for index in range(5):
        show(view, recording, index)
    view.shutdown()
    view.shutdown()
    show(view, recording, 1)
    assert view.picture(10, 10) is None


def drag(view: View3D, start: QPoint, end: QPoint, button: Qt.MouseButton, modifier: Qt.KeyboardModifier) -> None:
    """Press, move and release as a mouse does; Qt's own helper moves without a button."""
    from PyQt5.QtCore import QEvent
    from PyQt5.QtGui import QMouseEvent
    from PyQt5.QtWidgets import QApplication

    kinds = (
        (QEvent.MouseButtonPress, start, button),
        (QEvent.MouseMove, end, Qt.NoButton),
        (QEvent.MouseButtonRelease, end, button),
    )
    for kind, position, changed in kinds:
        held = Qt.NoButton if kind == QEvent.MouseButtonRelease else button
        QApplication.sendEvent(view, QMouseEvent(kind, position, changed, held, modifier))


def test_that_hovering_names_a_muscle_and_a_click_reports_it(qtbot: QtBot, view: View3D, recording: Recording) -> None:
    start(qtbot, view, recording)
    assert view.drawing is not None
    points = recording.frame(5).path_points_m
    # The first muscle's middle, in the widget's pixels.
    middle = points[:2].mean(axis=0)
    x, y = view.drawing.camera.world_to_pixel(middle[None])[0]
    place = QPoint(round(x), round(y))
    qtbot.mouseMove(view, place)
    qtbot.waitUntil(lambda: view._pointed is not None, timeout=10_000)
    assert view._pointed is not None
    assert view._pointed.kind == "muscle"
    with qtbot.waitSignal(view.picked, timeout=5_000) as picked:
        qtbot.mouseClick(view, Qt.LeftButton, pos=place)
    assert picked.args[0].name in recording.info.geometry.muscle_names
    qtbot.mouseMove(view, QPoint(3, view.height() - 60))
    qtbot.waitUntil(lambda: view._pointed is None, timeout=10_000)


def test_that_the_layer_menu_asks_for_layers_and_shows_what_is_chosen(
    qtbot: QtBot, view: View3D, recording: Recording
) -> None:
    start(qtbot, view, recording)
    menu = view.layer_menu
    titles = {action.text(): action for action in menu.actions() if action.isCheckable()}
    assert titles["Muscles"].isChecked()
    assert not titles["Centre of Mass"].isChecked()
    with qtbot.waitSignal(menu.layers_requested) as asked:
        titles["Trails"].trigger()
    assert asked.args[0] == SETTINGS.layers | {"trails"}
    show(view, recording, settings=replace(SETTINGS, followed="torso", level="low"))
    followed = [action.data() for action in menu._followed_group.actions() if action.isChecked()]
    assert followed == ["torso"]


def test_that_a_strobe_shows_the_run_at_hand_also_at_the_place_in_memory_of_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def recorded(height_m: float) -> Recording:
        made = Recording(sample_info())
        for step in range(3):
            frame = sample_frame(step)
            made.append(replace(frame, body_positions_m=np.full_like(frame.body_positions_m, height_m)))
        return made

    # As where the second run got the memory of the first.
    monkeypatch.setattr("osimviz.ui.view3d.strobe.id", lambda _: 1, raising=False)
    settings, strobe = replace(SETTINGS, is_strobe=True), Strobe()
    for height_m in (1.0, 2.0):
        run = recorded(height_m)
        figures = strobe.ghosts(run, state_of(run, settings))
        assert figures[0].frame.body_positions_m[0, 1] == height_m
