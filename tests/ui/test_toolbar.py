"""What the toolbar says of the next run."""

from collections.abc import Iterator

import pytest
from PyQt5.QtWidgets import QAction, QApplication, QComboBox
from pytestqt.qtbot import QtBot

from osimviz.palette import load_palette
from osimviz.ui.choice_box import ChoiceBox
from osimviz.ui.commands import COMMANDS
from osimviz.ui.theme import Theme
from osimviz.ui.toolbar import Toolbar
from osimviz.worker.messages import RunRequest


@pytest.mark.parametrize(
    ("controller", "title"),
    [
        ("constant:0.5", "constant · 0.5"),
        ("reflex:/home/me/my_params.txt", "reflex · my_params.txt"),
        ("replay:runs/run 3.h5", "replay · run 3.h5"),
        ("/home/me/agent.pkl", "agent.pkl"),
    ],
)
def test_that_the_controller_that_will_run_is_named_whatever_it_is(qtbot: QtBot, controller: str, title: str) -> None:
    bar = Toolbar(Theme(load_palette("dark")), QAction("Run"), QAction("Stop"), QAction("Pause"))
    qtbot.addWidget(bar)
    bar.show_request(RunRequest(controller=controller), [])
    chosen = [box for box in bar.findChildren(QComboBox) if box.currentData() == controller]
    assert [box.currentText() for box in chosen] == [title]


def test_that_tooltips_name_every_camera_key_and_end_without_an_empty_line(qtbot: QtBot) -> None:
    bar = Toolbar(Theme(load_palette("dark")), QAction("Run"), QAction("Stop"), QAction("Pause"))
    qtbot.addWidget(bar)
    bar.show_request(RunRequest(env_args=()), [])
    tips = [box.toolTip() for box in bar.findChildren(QComboBox)]
    n_camera_keys = sum(command.id.startswith("camera_") and command.id[-1].isdigit() for command in COMMANDS)
    assert f"Where the model is seen from (keys 1 to {n_camera_keys})" in tips
    assert all(tip == tip.strip() for tip in tips)


@pytest.fixture
def style(qapp: QApplication) -> Iterator[None]:
    """The window's style sheet, which lists are laid out by."""
    before = qapp.styleSheet()
    qapp.setStyleSheet(Theme(load_palette("dark")).style_sheet())
    yield
    qapp.setStyleSheet(before)


@pytest.mark.usefixtures("style")
def test_that_an_open_list_shows_every_environment_whole(qtbot: QtBot) -> None:
    bar = Toolbar(Theme(load_palette("dark")), QAction("Run"), QAction("Stop"), QAction("Pause"))
    qtbot.addWidget(bar)
    bar.resize(1280, 40)
    bar.show()
    for box in bar.findChildren(QComboBox):
        box.showPopup()
        view = box.view()
        metrics = view.fontMetrics()
        words_px = max(metrics.horizontalAdvance(box.itemText(i)) for i in range(box.count()))
        room_px = view.viewport().width() - (view.iconSize().width() if not box.itemIcon(0).isNull() else 0)
        box.hidePopup()
        assert room_px > words_px


@pytest.mark.usefixtures("style")
@pytest.mark.parametrize("words", ["Dark", "1× · real time", "MP4 · H.264, plays everywhere"])
def test_that_a_box_of_its_own_size_shows_its_entry_whole_and_a_narrower_one_an_ellipsis(
    qtbot: QtBot, words: str
) -> None:
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItem(words)
    box.adjustSize()
    assert box.shown_text() == words
    box.resize(box.width() - 12, box.height())
    assert box.shown_text().endswith("…")


@pytest.mark.usefixtures("style")
def test_that_the_rows_of_a_list_are_as_high_as_others_and_a_line_is_no_row(qtbot: QtBot) -> None:
    bar = Toolbar(Theme(load_palette("dark")), QAction("Run"), QAction("Stop"), QAction("Pause"))
    qtbot.addWidget(bar)
    bar.show_request(RunRequest(controller="zero"), [])
    box = next(box for box in bar.findChildren(QComboBox) if box.currentData() == "zero")
    heights = [box.view().sizeHintForRow(row) for row in range(box.count())]

    # A line, then the last entry.
    assert heights[-2] < 12
    assert {*heights[:-2], heights[-1]} == {24}


def test_that_without_its_label_the_box_of_the_second_run_says_what_it_is_for(qtbot: QtBot) -> None:
    bar = Toolbar(Theme(load_palette("dark")), QAction("Run"), QAction("Stop"), QAction("Pause"))
    qtbot.addWidget(bar)
    bar.fit_labels(1600)
    assert bar.compare.shown_text() == "no second run"
    bar.fit_labels(1280)
    assert bar.compare.shown_text() == "Compare"
