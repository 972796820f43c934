"""The row of playback buttons: shows a view state, asks for commands."""

from itertools import pairwise

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from osimviz.palette import load_palette
from osimviz.ui.commands import COMMANDS
from osimviz.ui.theme import Theme
from osimviz.ui.timeline import Timeline
from osimviz.ui.timeline.transport import Transport
from tests.ui.timeline_runs import recorded, view_of

BUTTONS = ("start", "previous_event", "step_back", "play", "step_forward", "next_event", "end", "loop", "follow")


@pytest.fixture
def transport(qtbot: QtBot) -> Transport:
    made = Transport(Theme(load_palette("dark")))
    qtbot.addWidget(made)
    made.resize(1600, 36)
    made.show_view(view_of(recorded(), 66))
    with qtbot.waitExposed(made):
        made.show()
    return made


def button(transport: Transport, name: str) -> QToolButton:
    found = transport.findChild(QToolButton, name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", BUTTONS)
def test_that_a_button_asks_for_the_command_of_its_name(qtbot: QtBot, transport: Transport, name: str) -> None:
    assert name in {command.id for command in COMMANDS}
    with qtbot.waitSignal(transport.command_requested) as asked:
        qtbot.mouseClick(button(transport, name), Qt.LeftButton)
    assert asked.args == [name]


@pytest.mark.parametrize("name", ["loop", "follow"])
def test_that_a_toggle_shows_the_view_state_and_not_the_click(qtbot: QtBot, transport: Transport, name: str) -> None:
    qtbot.mouseClick(button(transport, name), Qt.LeftButton)
    assert not button(transport, name).isChecked()
    transport.show_view(view_of(recorded(), 66, "running", is_looping=True, is_following=True))
    assert button(transport, name).isChecked()


def test_that_every_button_tells_what_it_does_and_its_key(transport: Transport) -> None:
    for name in BUTTONS:
        assert button(transport, name).toolTip().endswith(")")
        assert button(transport, name).accessibleName()


def test_that_the_play_button_shows_a_pause_while_playing(transport: Transport) -> None:
    before = button(transport, "play").icon().cacheKey()
    transport.show_view(view_of(recorded(), 10, is_playing=True))
    assert button(transport, "play").icon().cacheKey() != before


def test_that_every_speed_can_be_chosen_forwards_and_backwards(qtbot: QtBot, transport: Transport) -> None:
    box = transport.findChild(QComboBox)
    texts = [box.itemText(index) for index in range(box.count())]
    assert texts[0] == "4×"
    assert texts[7] == "1/32×"
    assert {"1×", "−1×", "−4×", "−1/32×"} <= set(texts)
    with qtbot.waitSignal(transport.speed_requested) as asked:
        box.activated.emit(texts.index("−1/4×"))
    assert asked.args == [-0.25]


def test_that_the_speed_of_the_view_state_is_shown_without_asking_for_it(qtbot: QtBot, transport: Transport) -> None:
    with qtbot.assertNotEmitted(transport.speed_requested):
        transport.show_view(view_of(recorded(), 66, speed=-0.5))
    assert transport.findChild(QComboBox).currentText() == "−1/2×"


def test_that_the_range_of_the_loop_is_shown_while_looping(transport: Transport) -> None:
    labels = transport.findChildren(QLabel)
    assert not any(label.isVisible() for label in labels)
    transport.show_view(view_of(recorded(), 66, is_looping=True, loop_start=51, loop_end=83))
    assert [label.text() for label in labels if label.isVisible()] == ["0.51 – 0.83 s"]


@pytest.mark.parametrize(
    ("n_frames", "phase", "expected"),
    [
        (84, "ended", ("0.120", " / 0.830 s", "12", " / 83")),
        (13, "running", ("0.120", " / 3.000 s", "12", " / 300")),
        (0, "starting", ("–", " / – s", "–", " / –")),
    ],
)
def test_that_time_and_step_are_shown_of_the_run_s_end_or_limit(
    transport: Transport, n_frames: int, phase: str, expected: tuple[str, ...]
) -> None:
    recording = recorded(n_frames, None)
    transport.show_view(view_of(recording, 12, phase))  # type: ignore[arg-type]
    assert transport.position_words() == expected


def test_that_nothing_can_be_played_before_the_first_frame(transport: Transport) -> None:
    transport.show_view(view_of(None, phase="idle"))
    assert [name for name in BUTTONS if button(transport, name).isEnabled()] == ["follow"]
    transport.show_view(view_of(recorded(), 0))
    assert all(button(transport, name).isEnabled() for name in BUTTONS)


@pytest.mark.parametrize("width_px", [900, 1280, 1400, 1600])
def test_that_no_part_covers_another_at_any_width(qtbot: QtBot, width_px: int) -> None:
    timeline = Timeline(Theme(load_palette("light")))
    qtbot.addWidget(timeline)
    timeline.resize(width_px, 212)
    timeline.show_view(view_of(recorded(), 66, is_looping=True, loop_start=51, loop_end=83))
    with qtbot.waitExposed(timeline):
        timeline.show()
    transport = timeline.findChild(Transport)
    parts = [part for part in transport.children() if part.isWidgetType() and part.isVisible()]
    boxes = sorted((part.geometry() for part in parts), key=lambda box: box.left())
    assert all(before.right() < after.left() for before, after in pairwise(boxes))
    assert boxes[-1].right() < width_px
    assert transport.is_legend_shown == (width_px >= 1400)
