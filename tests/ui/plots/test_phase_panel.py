"""One channel against another."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from osimviz.analysis.run_pair import RunPair
from osimviz.channels import Channel
from osimviz.frames import FEET
from osimviz.plot_choices import phase_choice
from osimviz.recording import Recording
from osimviz.ui.plots.phase_panel import PhasePanel
from osimviz.ui.plots.phase_plot import PhaseCurve, PhasePlot
from osimviz.ui.polygons import polygon_of
from osimviz.ui.theme import Theme
from tests.sample_runs import frame_with, sample_frame, sample_info
from tests.ui.plots.plot_actions import HEIGHT, LEFT, RIGHT, SPEED, drag, recorded, view_of


def circling(n_frames: int = 201) -> Recording:
    """Return a run whose observation goes round a circle every 100 steps."""
    recording = Recording(sample_info())
    for step in range(n_frames):
        angle = 2 * np.pi * step / 100
        recording.append(frame_with(step, observation=np.array([np.cos(angle), np.sin(angle)])))
    return recording


X, Y = "observation/pelvis/height", SPEED


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> PhasePanel:
    made = PhasePanel(theme)
    qtbot.addWidget(made)
    made.resize(488, 600)
    with qtbot.waitExposed(made):
        made.show()
    made.show_run(circling())
    made.set_channels(X, Y)
    made.show_view(view_of(circling(), 25))
    return made


def place_of(plot: PhasePlot, step: int) -> QPoint:
    curve = plot._curves[0]
    return plot.point_of(float(curve.x[step]), float(curve.y[step])).toPoint()


def test_that_the_path_is_one_channel_against_the_other(panel: PhasePanel) -> None:
    curve = panel.plot._curves[0]

    np.testing.assert_allclose(curve.x**2 + curve.y**2, 1.0)
    assert [scale.unit for scale in panel.plot.scales] == ["m", "m/s"]


def test_that_the_direction_at_the_cursor_is_the_paths(panel: PhasePanel) -> None:
    # A quarter of the circle: at the top, going left.
    way = panel.plot.direction(panel.plot._curves[0])

    assert way is not None
    assert way == pytest.approx((-1.0, 0.0), abs=0.05)


def test_that_a_cursor_ahead_of_the_paths_of_a_run_that_grows_is_at_their_end(panel: PhasePanel) -> None:
    panel.plot.show_index(204)
    ahead = panel.plot.grab().toImage()
    panel.plot.show_index(200)

    assert panel.plot.grab().toImage() == ahead
    panel.plot.show_index(-1)
    assert panel.plot.grab().toImage() != ahead


def test_that_a_path_that_rests_has_no_direction(panel: PhasePanel) -> None:
    run = Recording(sample_info())
    for step in range(10):
        run.append(frame_with(step, observation=np.array([1.0, 2.0])))
    panel.show_run(run)
    panel.show_view(view_of(run, 5))

    assert panel.plot.direction(panel.plot._curves[0]) is None


def test_that_a_press_goes_to_the_nearest_point_of_the_present_round(panel: PhasePanel) -> None:
    asked: list[int] = []
    panel.cursor_requested.connect(asked.append)

    drag(panel.plot, [place_of(panel.plot, 25), place_of(panel.plot, 40)])
    assert asked[0] == pytest.approx(25, abs=3)
    assert asked[-1] == pytest.approx(40, abs=3)

    # The second time round, the same place is another frame.
    panel.show_view(view_of(circling(), 130))
    drag(panel.plot, [place_of(panel.plot, 40)])
    assert asked[-1] == pytest.approx(140, abs=3)


def test_that_a_press_far_from_the_path_asks_for_nothing(panel: PhasePanel, qtbot: QtBot) -> None:
    assert panel.plot.nearest(QPointF(panel.plot.point_of(0.0, 0.0))) == -1
    with qtbot.assertNotEmitted(panel.cursor_requested):
        drag(panel.plot, [panel.plot.point_of(0.0, 0.0).toPoint()])


def test_that_both_sides_are_shown_together(panel: PhasePanel) -> None:
    panel.show_run(recorded())
    panel.set_channels(HEIGHT, RIGHT)
    panel.show_view(view_of(recorded(), 50))

    assert [curve.colour for curve in panel.plot._curves] == ["right", "left"]
    text = panel._readout.text()
    assert "0.58 BW at 0.890 m" in text
    assert "0.44 BW at 0.890 m" in text


def test_that_right_against_left_is_one_path(panel: PhasePanel) -> None:
    panel.show_run(recorded())
    panel.set_channels(LEFT, RIGHT)

    assert len(panel.plot._curves) == 1


def test_that_the_axes_change_places(panel: PhasePanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel._swap, Qt.LeftButton)

    assert panel.channels == (Y, X)
    assert [scale.unit for scale in panel.plot.scales] == ["m/s", "m"]


def test_that_a_channel_is_found_by_typing_its_name(panel: PhasePanel, qtbot: QtBot) -> None:
    field = panel._y_box.lineEdit()
    field.selectAll()
    qtbot.keyClicks(field, "reward/return")
    qtbot.keyClick(field, Qt.Key_Return)
    assert panel.channels == (X, "reward/return")

    field.selectAll()
    qtbot.keyClicks(field, "nonsense")
    qtbot.keyClick(field, Qt.Key_Return)
    assert panel.channels == (X, "reward/return")
    assert field.text() == "reward/return"


def test_that_dropped_channels_take_the_axes(panel: PhasePanel) -> None:
    panel._on_drops_dropped([RIGHT], QPoint(100, 40))
    assert panel.channels == (X, RIGHT)
    panel._on_drops_dropped([LEFT], QPoint(100, panel.height() - 20))
    assert panel.channels == (LEFT, RIGHT)
    panel._on_drops_dropped([X, Y], QPoint(100, 40))
    assert panel.channels == (X, Y)


def test_that_a_second_run_has_its_own_path(panel: PhasePanel) -> None:
    first = circling()
    panel.show_run(first)
    panel.show_comparison(RunPair(first, circling(100)))

    assert len(panel.plot._curves) == 2
    assert np.isnan(panel.plot._curves[1].x[100:]).all()
    assert not panel.grab().toImage().isNull()
    assert panel.plot.note == "grey: the second run"

    panel.show_comparison(None)
    assert panel.plot.note == ""


def test_that_missing_values_cut_the_path(panel: PhasePanel) -> None:
    run = Recording(sample_info())
    for step in range(100):
        observation = np.array([0.01 * step, np.nan if 40 <= step < 60 else 1.0 * step])
        run.append(frame_with(step, observation=observation))
    panel.show_run(run)

    parts = panel.plot._parts(panel.plot._curves[0], 0, 100)

    assert len(parts) == 2
    panel.show_view(view_of(run, 50))
    assert not panel.grab().toImage().isNull()


def test_that_a_long_rest_costs_one_point(panel: PhasePanel) -> None:
    run = Recording(sample_info())
    for step in range(2000):
        run.append(frame_with(step, observation=np.array([1.0, float(step > 1000)])))
    panel.show_run(run)

    (part,) = panel.plot._parts(panel.plot._curves[0], 0, 2000)

    assert part.count() < 10


def test_that_another_run_keeps_the_channels_it_has(panel: PhasePanel) -> None:
    panel.show_run(recorded())
    assert panel.channels == (X, Y)

    info = sample_info()
    other = Recording(replace(info, channels=tuple(c for c in info.channels if c.name != SPEED)))
    panel.show_run(other)

    assert panel.channels == phase_choice(other.info)


@pytest.mark.parametrize("n_frames", [0, 1, 2])
def test_that_runs_of_few_frames_are_shown(panel: PhasePanel, n_frames: int) -> None:
    run = circling(n_frames)
    panel.show_run(run)
    panel.show_view(view_of(run, 0))

    assert not panel.grab().toImage().isNull()


def test_that_without_a_run_it_says_what_comes(panel: PhasePanel) -> None:
    panel.show_run(None)

    assert panel._nothing.isVisible()
    assert not panel.plot.isVisible()


def test_that_both_channels_are_written_as_a_table(panel: PhasePanel) -> None:
    head, *rows = [line.split(",") for line in panel.table().splitlines()]

    assert head == ["time (s)", f"{X} (m)", f"{Y} (m/s)"]
    x, y = np.array(rows, dtype=float)[:, 1:].T
    np.testing.assert_allclose(x**2 + y**2, 1.0)
    panel.show_run(None)
    assert panel.table() == ""


def test_that_sides_are_not_mixed_where_one_channel_has_no_other_side(panel: PhasePanel) -> None:
    info = sample_info()
    knees = [
        Channel(f"coordinates/knee_{side[0]}/value", "observation", i, "rad", side=side) for i, side in enumerate(FEET)
    ]
    recording = Recording(
        replace(info, channels=(*knees, replace(info.channels[3], name="muscles/toe_l/activation", side="left")))
    )
    for step in range(20):
        recording.append(sample_frame(step))
    panel.show_run(recording)

    panel.set_channels("coordinates/knee_l/value", "muscles/toe_l/activation")
    assert [curve.colour for curve in panel.plot._curves] == ["left"]
    panel.set_channels("coordinates/knee_l/value", "coordinates/knee_r/value")
    assert len(panel.plot._curves) == 1


def test_that_an_axis_has_as_many_numbers_as_there_is_room_for(panel: PhasePanel) -> None:
    wide = [len(scale.ticks) for scale in panel.plot.scales]
    panel.plot.resize(200, 160)
    narrow = [len(scale.ticks) for scale in panel.plot.scales]

    assert narrow[0] < wide[0]
    assert narrow[1] < wide[1]


def test_that_a_second_run_that_grows_is_followed(panel: PhasePanel) -> None:
    first, second = circling(50), circling(20)
    panel.show_run(first)
    panel.set_channels(X, Y)
    panel.show_comparison(RunPair(first, second))
    assert np.isfinite(panel.plot._curves[1].x).sum() == 20

    for step in range(20, 40):
        second.append(circling(40).frame(step))
    panel.show_data()

    assert np.isfinite(panel.plot._curves[1].x).sum() == 40


@pytest.mark.parametrize("n_points", [0, 1, 50_000])
def test_that_a_polygon_has_the_points_it_was_made_of(n_points: int) -> None:
    xs, ys = np.random.default_rng(0).normal(size=(2, n_points))
    polygon = polygon_of(xs, ys)

    assert len(polygon) == n_points
    assert [(point.x(), point.y()) for point in list(polygon)[:100]] == list(zip(xs[:100], ys[:100], strict=True))


def test_that_the_path_of_a_long_run_is_drawn_where_that_of_a_short_one_is(panel: PhasePanel) -> None:
    short = panel.plot._curves[0]
    points = [place_of(panel.plot, step) for step in range(0, 200, 7)]
    n_rounds = 200
    long = PhaseCurve(short.colour, np.tile(short.x[:-1], n_rounds), np.tile(short.y[:-1], n_rounds))
    panel.plot.show_index(-1)

    ground = panel.plot._theme.colour("panel")
    for curve in (short, long):
        panel.plot.show_curves([curve], ("m", "m/s"), 0.01)
        image = panel.plot.grab().toImage()
        near = [image.pixelColor(p.x() + dx, p.y() + dy) for p in points for dx in (-1, 0) for dy in (-1, 0)]
        assert sum(colour != ground for colour in near) > len(points)
