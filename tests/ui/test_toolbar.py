"""What the toolbar says of the next run."""

import pytest
from PyQt5.QtWidgets import QAction, QComboBox
from pytestqt.qtbot import QtBot

from osimviz.palette import load_palette
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
