"""The plotted channels over the gait cycle."""

from collections.abc import Iterator

import numpy as np
import pytest
from PyQt5.QtCore import QPoint
from pytestqt.qtbot import QtBot

from osimviz.analysis.gait_data import GaitData
from osimviz.analysis.run_pair import RunPair
from osimviz.recording import Recording
from osimviz.ui.plots.curve import Curve
from osimviz.ui.plots.gait_panel import GaitPanel
from osimviz.ui.theme import Theme
from tests.sample_runs import frame_with, sample_info
from tests.ui.plots.plot_actions import HEIGHT, LEFT, RIGHT, drag, recorded, view_of, walking


def curves_of(*groups: tuple[str, ...]) -> list[tuple[Curve, ...]]:
    by_name = {channel.name: channel for channel in sample_info().channels}
    return [tuple(Curve(by_name[name], by_name[name].side or "series1") for name in group) for group in groups]


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> Iterator[GaitPanel]:
    made = GaitPanel(theme)
    qtbot.addWidget(made)
    made.resize(488, 500)
    with qtbot.waitExposed(made):
        made.show()
    made._settling.setValue(0.0)
    made.show_run(walking())
    made.show_curves(curves_of((HEIGHT,), (RIGHT, LEFT)))
    return made


def test_that_each_plot_shows_its_channels_over_their_own_feets_strides(panel: GaitPanel) -> None:
    right, left = panel.plots[1]._curves

    assert (right.foot, left.foot) == ("right", "left")
    assert right.cycles.curves.shape == (3, 101)
    # Both feet are loaded from their own contact on: for 60 and for 50 of 100 steps.
    assert np.flatnonzero(right.cycles.mean[:-1] > 0.1)[[0, -1]] == pytest.approx([0, 59], abs=1)
    assert np.flatnonzero(left.cycles.mean[:-1] > 0.1)[[0, -1]] == pytest.approx([0, 49], abs=1)


def test_that_a_channel_without_a_side_is_cut_at_the_right_foot(panel: GaitPanel) -> None:
    height = panel.plots[0]._curves[0]

    assert height.foot == "right"
    # A sine of one stride, from its own zero at the right contact (step 50) on.
    np.testing.assert_allclose(height.cycles.mean, 0.9 - 0.02 * np.sin(np.linspace(0, 2 * np.pi, 101)), atol=1e-9)
    np.testing.assert_allclose(height.cycles.deviation, 0.0, atol=1e-9)


def test_that_a_run_with_left_strides_only_is_cut_at_the_left_foot() -> None:
    run = Recording(sample_info())
    for step in range(401):
        force = np.zeros((2, 3))
        force[1, 1] = 500.0 if step % 100 < 50 and step >= 100 else 0.0
        run.append(frame_with(step, ground_reaction_n=force))
    data = GaitData(run, 0.0)
    data.read_new()

    assert data.foot_of(HEIGHT) == "left"


def test_that_strides_are_told_in_numbers(panel: GaitPanel) -> None:
    assert panel._words["right"].text() == "R  3 strides · 1.00 ± 0.00 s · stance 60 %"
    assert panel._words["left"].text() == "L  3 strides · 1.00 ± 0.00 s · stance 50 %"


def test_that_strides_before_the_gait_settles_are_left_out(panel: GaitPanel) -> None:
    panel._settling.setValue(2.0)

    assert panel._words["right"].text().startswith("R  1 stride ")
    assert panel.plots[1]._curves[0].cycles.curves.shape[0] == 1


def test_that_the_cursor_is_shown_in_the_strides_of_both_feet(panel: GaitPanel) -> None:
    panel.show_view(view_of(walking(), 175))

    assert panel.plots[1]._places == {"right": (1, pytest.approx(0.25)), "left": (0, pytest.approx(0.75))}
    assert {text for _, text in panel._axis._texts.values()} == {"R 2/3 · 25 %", "L 1/3 · 75 %"}
    # The present value, and the mean of all strides in brackets.
    assert panel._rows[0][0].text() == "pelvis height | 0.880 (0.880) | m"
    panel.show_view(view_of(walking(), 20))
    assert panel.plots[1]._places == {}
    assert panel._rows[0][0].text() == "pelvis height | m"


def test_that_a_press_goes_to_that_share_of_the_present_stride(panel: GaitPanel) -> None:
    panel.show_view(view_of(walking(), 175))
    plot = panel.plots[1]
    asked: list[int] = []
    panel.cursor_requested.connect(asked.append)

    drag(plot, [QPoint(round(plot.x_of(share)), 20) for share in (0.10, 0.80)])

    assert asked[0] == pytest.approx(160, abs=1)
    assert asked[-1] == pytest.approx(230, abs=1)


def test_that_a_press_without_a_present_stride_goes_to_the_nearest(panel: GaitPanel) -> None:
    panel.show_view(view_of(walking(), 5))
    plot = panel.plots[1]
    asked: list[int] = []
    panel.cursor_requested.connect(asked.append)

    drag(plot, [QPoint(round(plot.x_of(0.5)), 20)])

    assert asked[0] == pytest.approx(100, abs=1)


def test_that_a_second_run_gives_its_mean(panel: GaitPanel) -> None:
    first, second = walking(), walking()
    panel.show_run(first)
    panel.show_comparison(RunPair(first, second))

    compared = panel.plots[0]._curves[0].compared
    assert compared is not None
    np.testing.assert_allclose(compared.mean, panel.plots[0]._curves[0].cycles.mean)

    panel.show_comparison(None)
    assert panel.plots[0]._curves[0].compared is None


def test_that_a_growing_run_gets_its_strides_one_by_one(panel: GaitPanel) -> None:
    whole, run = walking(), Recording(sample_info())
    panel.show_run(run)
    counts = []
    for step in range(401):
        run.append(whole.frame(step))
        if step % 50 == 49:
            panel.show_data()
            counts.append(len(panel._data.strides["right"]) if panel._data is not None else -1)

    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] == 3


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (None, "Gait cycles appear here once a foot has landed twice."),
        (Recording(sample_info()), "Gait cycles appear here once a foot has landed twice."),
        (recorded(1), "No stride yet: a foot has to land twice. Touches shorter than 50 ms do not count."),
    ],
)
def test_that_it_is_said_why_there_is_nothing_to_show(panel: GaitPanel, run: Recording | None, words: str) -> None:
    panel.show_run(run)

    assert panel._nothing.text() == words
    assert panel._nothing.isVisible()


def test_that_a_run_without_ground_forces_says_so_and_where_its_curves_are(panel: GaitPanel) -> None:
    run = Recording(sample_info())
    for step in range(3):
        run.append(frame_with(step, ground_reaction_n=np.empty((0, 3)), centre_of_pressure_m=np.empty((0, 3))))
    panel.show_curves([])
    panel.show_run(run)

    assert panel._nothing.text().startswith("No forces of the ground in this run")
    assert "Plots" in panel._nothing.text()


def test_that_without_plotted_channels_it_says_where_they_come_from(panel: GaitPanel) -> None:
    panel.show_curves([])

    assert panel._nothing.text().startswith("No channel is plotted.")


def test_that_a_channel_of_missing_values_leaves_an_empty_plot(panel: GaitPanel) -> None:
    run, whole = Recording(sample_info()), walking()
    for step in range(401):
        run.append(frame_with(step, ground_reaction_n=whole.frame(step).ground_reaction_n, reward=float("nan")))
    panel.show_curves(curves_of(("reward/step",)))
    panel.show_run(run)
    panel.show_view(view_of(run, 175))

    assert np.isnan(panel.plots[0]._curves[0].cycles.mean).all()
    assert not panel.grab().toImage().isNull()


def test_that_the_strides_are_written_as_a_table(panel: GaitPanel) -> None:
    head, *rows = [line.split(",") for line in panel.table().splitlines()]
    force = "contact/right/force_up (BW)"

    assert head[:3] == [
        "stride (%)",
        "body/pelvis/height (m) mean of right strides",
        "body/pelvis/height (m) deviation",
    ]
    assert [name for name in head if name.startswith(force)] == [
        f"{force} mean of right strides",
        f"{force} deviation",
        *(f"{force} stride {number}" for number in (1, 2, 3)),
    ]
    assert [float(row[0]) for row in rows] == list(range(101))
    values = np.array([float(row[1]) for row in rows])
    np.testing.assert_allclose(values, 0.9 - 0.02 * np.sin(np.linspace(0, 2 * np.pi, 101)), atol=1e-9)
    panel.show_run(None)
    assert panel.table() == ""


def unsided(n_frames: int = 401, *, has_right: bool = True) -> Recording:
    """Return a run whose pelvis rises within each hundred steps; without a right foot only the left one lands."""
    run = Recording(sample_info())
    for step in range(n_frames):
        force = np.zeros((2, 3))
        force[0, 1] = 600.0 if has_right and step >= 50 and (step - 50) % 100 < 60 else 0.0
        force[1, 1] = 500.0 if step % 100 < 50 and step >= 100 else 0.0
        height = 0.9 + 0.001 * (step % 100)
        run.append(
            frame_with(
                step, ground_reaction_n=force, body_positions_m=np.array([[0.0, height, 0.0], [0.0, height, 0.0]])
            )
        )
    return run


def test_that_both_runs_are_cut_at_one_foot(panel: GaitPanel) -> None:
    panel.show_run(unsided())
    panel.show_comparison(RunPair(panel._data.recording, unsided(has_right=False)))
    curve = panel.plots[0]._curves[0]

    assert curve.foot == "right"
    assert curve.compared is not None
    assert len(curve.compared.curves) == 0


def test_that_values_at_the_cursor_are_between_the_points_of_the_cycle(panel: GaitPanel) -> None:
    run = Recording(sample_info())
    for step in range(401):
        force = np.zeros((2, 3))
        # Strides of 37 steps: no frame within one stands at a whole percent.
        force[0, 1] = 600.0 if step % 37 < 20 else 0.0
        height = 0.9 + 0.1 * (step % 37)
        run.append(frame_with(step, ground_reaction_n=force, body_positions_m=np.full((2, 3), height)))
    panel.show_run(run)
    panel.show_view(view_of(run, 37 * 3 + 17))

    assert panel._rows[0][0].text() == "pelvis height | 2.600 (2.600) | m"


def test_that_curves_are_broken_where_a_value_is_missing(panel: GaitPanel) -> None:
    plot = panel.plots[0]
    values = np.linspace(0.88, 0.92, 101)
    values[30:40] = np.nan

    lines = plot._lines(values, plot.scales[0])

    assert [len(line) for line in lines] == [30, 61]


def test_that_the_spread_of_two_strides_is_within_the_axis(panel: GaitPanel) -> None:
    run = Recording(sample_info())
    for step in range(260):
        force = np.zeros((2, 3))
        force[0, 1] = 600.0 if step >= 50 and (step - 50) % 100 < 60 else 0.0
        height = 0.9 if step < 150 else 1.9
        run.append(frame_with(step, ground_reaction_n=force, body_positions_m=np.full((2, 3), height)))
    panel.show_run(run)
    drawn, scale = panel.plots[0]._curves[0].cycles, panel.plots[0].scales[0]

    assert len(drawn.curves) == 2
    assert scale.low < (drawn.mean - drawn.deviation).min()
    assert scale.high > (drawn.mean + drawn.deviation).max()
