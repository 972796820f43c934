"""What the toolbar says of the next run."""

import pytest
from PyQt5.QtWidgets import QAction, QComboBox
from pytestqt.qtbot import QtBot

from osimviz.palette import load_palette
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
