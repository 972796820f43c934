"""Recordings of a simulation that blew up: whatever its numbers are, the panels show what can be shown.

Python's warnings are errors here, and so is what an override of Qt raises.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from osimviz.analysis.ending import ending_of
from osimviz.analysis.run_pair import RunPair
from osimviz.channels import Channel
from osimviz.frames import Outcome
from osimviz.recording import Recording
from osimviz.ui.channel_tree import ChannelTree
from osimviz.ui.ending_panel import EndingPanel
from osimviz.ui.plots import PlotTabs
from osimviz.ui.theme import Theme
from osimviz.ui.timeline import Timeline
from tests.sample_runs import frame_with, sample_info
from tests.ui.plots.plot_actions import HEIGHT, REWARD, RIGHT, SOLEUS, SPEED, view_of

KNEE = "coordinates/knee_r/value"
#: Values of a channel at the steps of a run, again and again.
VALUES = {
    "missing": (np.nan,),
    "infinite": (np.inf,),
    "some infinite": (1.0, np.inf, -np.inf, np.nan, 2.0),
    "constant": (3.0,),
    "as large as can be": (1e308, -1e308),
    "all as large as can be": (1e308,),
    "large and constant": (1e15,),
    "as small as can be": (0.0, 5e-324),
}


def bad_run(values: tuple[float, ...], n_frames: int) -> Recording:
    """Return a run of two walking feet whose other numbers are these."""
    info = sample_info()
    recording = Recording(
        replace(info, channels=(*info.channels, Channel(KNEE, "observation", 1, "rad", side="right")))
    )
    for step in range(n_frames):
        value = values[step % len(values)]
        force = np.zeros((2, 3))
        force[0, 1] = value if step % 7 == 0 else 600.0 if step % 100 < 60 else 0.0
        force[1, 1] = 500.0 if (step + 50) % 100 < 60 else 0.0
        recording.append(
            frame_with(
                step,
                observation=np.array([value, -value]),
                action=np.full(4, value),
                activation=np.array([value, 0.2, np.nan, value]),
                fiber_force_n=np.full(4, value),
                fiber_length=np.full(4, value),
                reward=value,
                wall_time_s=value,
                ground_reaction_n=force,
                body_positions_m=np.array([[0.0, value, 0.0], [0.0, value, 0.0]]),
            )
        )
    last = n_frames - 1
    recording.outcome = Outcome("fell", last, 0.01 * last, "fell")
    return recording


@pytest.fixture
def tabs(qtbot: QtBot, theme: Theme) -> Iterator[PlotTabs]:
    made = PlotTabs(theme)
    qtbot.addWidget(made)
    made.resize(600, 700)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


@pytest.mark.parametrize("n_frames", [1, 300])
@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES.keys())
def test_that_every_panel_of_curves_shows_it(tabs: PlotTabs, values: tuple[float, ...], n_frames: int) -> None:
    recording, other = bad_run(values, n_frames), bad_run((0.9, 1.0), max(n_frames // 2, 1))
    panels = (tabs.stack, tabs.muscles, tabs.gait, tabs.phase)
    for panel in panels:
        panel.show_run(recording)
    for name in (HEIGHT, SPEED, REWARD, SOLEUS[0], RIGHT, KNEE, "reward/return"):
        tabs.stack.plot([name], True)
    tabs.phase.set_channels(KNEE, SPEED)
    tabs.muscles.set_quantity("fiber_force")
    for pair in (None, RunPair(recording, other)):
        tabs.stack.set_difference(is_shown=pair is not None)
        for panel in (tabs.stack, tabs.gait, tabs.phase):
            panel.show_comparison(pair)
        for panel in panels:
            tabs.setCurrentWidget(panel)
            panel.show_view(view_of(recording, n_frames // 2))
            QApplication.processEvents()
            assert not tabs.grab().isNull()
            assert panel.table()
    for row in tabs.stack.rows:
        for scale in row.canvas.scales:
            assert np.isfinite([scale.low, scale.high, *scale.ticks]).all()
            assert scale.low < scale.high


@pytest.mark.parametrize("n_frames", [2, 300])
@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES.keys())
def test_that_timeline_channels_and_ending_show_it(
    qtbot: QtBot, theme: Theme, values: tuple[float, ...], n_frames: int
) -> None:
    recording = bad_run(values, n_frames)
    for widget, size in (
        (Timeline(theme), (1200, 250)),
        (ChannelTree(theme), (300, 700)),
        (EndingPanel(theme), (300, 220)),
    ):
        qtbot.addWidget(widget)
        widget.resize(*size)
        widget.show_run(recording)
        widget.show_data()
        widget.show_view(view_of(recording, n_frames // 2))
        assert not widget.grab().isNull()
        widget.close()


def test_that_one_infinite_value_leaves_the_others_their_axes(tabs: PlotTabs) -> None:
    recording = bad_run((0.2, 0.4, np.inf), 30)
    tabs.setCurrentWidget(tabs.phase)
    tabs.phase.show_run(recording)
    tabs.phase.set_channels("observation/pelvis/height", SPEED)

    across, up = tabs.phase.plot.scales
    assert (across.low, across.high) == (pytest.approx(0.19), pytest.approx(0.41))
    assert (up.low, up.high) == (pytest.approx(-0.41), pytest.approx(-0.19))


def test_that_what_is_no_number_to_draw_is_still_written(tabs: PlotTabs) -> None:
    recording = bad_run((0.9, np.inf, np.nan), 3)
    tabs.stack.show_run(recording)
    tabs.stack.plot([HEIGHT], True)

    assert [line.split(",")[1] for line in tabs.stack.table().splitlines()[1:]] == ["0.9", "inf", ""]


@pytest.mark.parametrize("at", [0, 5, 60])
def test_that_a_departure_is_found_beside_a_moment_without_a_value(at: int) -> None:
    # A steady descent longer than the band: it is held against all that came before it.
    margin = 0.9 - 0.6 + np.concatenate([np.zeros(100), -0.002 * np.arange(160)])
    recording = Recording(sample_info())
    for step, value in enumerate(margin):
        height = np.nan if step == at else 0.6 + value
        recording.append(frame_with(step, body_positions_m=np.array([[0.0, height, 0.0], [0.0, height, 0.0]])))
    recording.outcome = Outcome("fell", 259, 2.59, "fell")

    departure = ending_of(recording).departure

    assert departure is not None
    assert departure > 95
