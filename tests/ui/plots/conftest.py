"""Plots in a real window."""

from collections.abc import Iterator

import pytest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from osimviz.palette import load_palette
from osimviz.ui.plots import PlotStack
from osimviz.ui.theme import Theme
from tests.ui.plots.plot_actions import recorded


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(load_palette("dark"))


@pytest.fixture
def stack(qtbot: QtBot, theme: Theme) -> Iterator[PlotStack]:
    made = PlotStack(theme)
    qtbot.addWidget(made)
    made.resize(488, 690)
    made.show_run(recorded())
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()
