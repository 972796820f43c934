"""What stands where: curves, cursor, limits, bounds, gaps, a run that grows."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QPointF
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from osimviz.frames import EndLimit
from osimviz.recording import Recording
from osimviz.ui.plots import PlotStack
from osimviz.ui.theme import Theme
from tests.sample_runs import frame_with, sample_frame, sample_info
from tests.ui.plots.plot_actions import (
    HEIGHT,
    LEFT,
    REWARD,
    RIGHT,
    SPEED,
    PaintedAreas,
    bright_columns,
    canvas_of,
    pixels_of,
    recorded,
    view_of,
    wheel,
)


def test_that_the_cursor_shows_time_and_values(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)
    stack.plot([RIGHT, LEFT], True)

    stack.show_view(view_of(recorded(), 50))

    texts = [row.legend.text() for row in stack.rows]
    assert texts == ["pelvis height | 0.890 | m", "ground reaction up | R 0.58 | L 0.44 | body weight"]
    assert stack._axis._chip_text() == "0.50 s"


def test_that_the_cursor_moves_without_a_signal_and_without_reading_samples(
    stack: PlotStack, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.plot([HEIGHT], True)
    view = view_of(recorded(), 20)

    def read(*arguments: object) -> None:
        raise AssertionError("samples were read for a cursor")

    monkeypatch.setattr(Recording, "column", read)
    with qtbot.assertNotEmitted(stack.cursor_requested), qtbot.assertNotEmitted(stack.plotted_changed):
        stack.show_view(view)


def test_that_the_cursor_is_one_line_through_the_plot_at_its_time(stack: PlotStack, theme: Theme) -> None:
    stack.plot([HEIGHT], True)
    stack.show_view(view_of(recorded(), 50))

    canvas = canvas_of(stack)
    columns, counts = np.unique(pixels_of(canvas, theme.colour("accent"))[:, 1], return_counts=True)

    assert columns.tolist() == [round(canvas.x_of(0.5))]
    assert counts[0] > 0.9 * canvas.height()


def test_that_every_plot_is_painted_whole_and_once_where_its_cursor_and_its_curves_change(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)
    stack.plot([SPEED], True)
    recording = recorded()
    stack.show_view(view_of(recording, 20))
    canvases = [canvas_of(stack, row) for row in range(2)]
    painted = [PaintedAreas(canvas.viewport()) for canvas in canvases]

    stack.show_view(view_of(recording, 50))
    stack.show_data()
    QApplication.processEvents()

    # A cursor's strip waits to be painted, and the first plot's scene has Qt paint all that waits.
    assert [each.areas for each in painted] == [[canvas.viewport().rect()] for canvas in canvases]


def test_that_curves_stand_where_the_axes_say(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)
    canvas = canvas_of(stack)

    for time_s, value in ((0.0, 0.94), (0.5, 0.89), (1.0, 0.84)):
        place = canvas._box.mapViewToDevice(QPointF(time_s, value))
        assert place.x() == pytest.approx(canvas.x_of(time_s), abs=1.0)
        assert place.y() == pytest.approx(canvas.y_of(value), abs=1.0)


def test_that_angles_are_plotted_in_degrees(qtbot: QtBot, theme: Theme) -> None:
    info = sample_info()
    angle = replace(info.channels[1], unit="rad")
    recording = Recording(replace(info, channels=(angle,)))
    for step in range(3):
        recording.append(frame_with(step, observation=np.array([0.0, np.pi / 2])))
    made = PlotStack(theme)
    qtbot.addWidget(made)
    made.show_run(recording)
    with qtbot.waitExposed(made):
        made.show()

    made.plot([angle.name])
    made.show_view(view_of(recording, 1))

    assert made.rows[0].legend.text() == "pelvis speed | 90.0 | °"
    low, high = made.rows[0].canvas.value_extent
    assert low < 90.0 < high
    made.close()


def test_that_an_end_limit_is_always_in_view(stack: PlotStack, theme: Theme) -> None:
    stack.plot([HEIGHT], True)
    stack.plot([SPEED], True)

    low, high = canvas_of(stack).value_extent
    assert low < 0.6 < high
    assert len(pixels_of(canvas_of(stack), theme.colour("bad"))) > 100
    assert len(pixels_of(canvas_of(stack, 1), theme.colour("bad"))) == 0


def test_that_an_end_limit_of_an_angle_stands_in_degrees_like_its_curve(qtbot: QtBot, theme: Theme) -> None:
    info = sample_info()
    angle = replace(info.channels[1], unit="rad")
    limit = EndLimit(angle.name, -np.pi / 2, "knee below −90°")
    recording = Recording(replace(info, channels=(angle,), end_limits=(limit,)))
    for step in range(3):
        recording.append(frame_with(step, observation=np.array([0.0, 0.1 * step])))
    made = PlotStack(theme)
    qtbot.addWidget(made)
    made.show_run(recording)
    with qtbot.waitExposed(made):
        made.show()

    made.plot([angle.name])

    low, high = made.rows[0].canvas.value_extent
    assert low < -90.0 < high
    made.close()


def test_that_bounds_are_shown_only_where_an_edge_is_in_view(qtbot: QtBot, theme: Theme) -> None:
    info = sample_info()
    near, far = (replace(info.channels[1], name=f"a/b/{high}", lower=0.0, upper=high) for high in (2.0, 90.0))
    recording = Recording(replace(info, channels=(near, far)))
    for step in range(101):
        recording.append(sample_frame(step))
    made = PlotStack(theme)
    qtbot.addWidget(made)
    made.resize(488, 400)
    made.show_run(recording)
    with qtbot.waitExposed(made):
        made.show()

    made.plot([near.name], True)
    made.plot([far.name], True)

    assert len(pixels_of(canvas_of(made, 0), theme.colour("band"))) > 1_000
    assert len(pixels_of(canvas_of(made, 1), theme.colour("band"))) == 0
    made.close()


def test_that_a_loop_is_tinted_and_goes(stack: PlotStack) -> None:
    stack.plot([SPEED], True)
    recording = recorded()
    canvas = canvas_of(stack)
    plain = canvas.grab().toImage().pixelColor(round(canvas.x_of(0.63)), 3)

    stack.show_view(view_of(recording, 10, loop=(50, 80)))
    tinted = canvas.grab().toImage().pixelColor(round(canvas.x_of(0.63)), 3)
    stack.show_view(view_of(recording, 10))

    assert tinted != plain
    assert canvas.grab().toImage().pixelColor(round(canvas.x_of(0.63)), 3) == plain


def test_that_a_missing_sample_leaves_a_gap(stack: PlotStack) -> None:
    recording = Recording(sample_info())
    for step in range(101):
        recording.append(frame_with(step, reward=float("nan") if 40 <= step <= 60 else 1.0))
    stack.show_run(recording)
    stack.plot([REWARD], True)

    canvas = canvas_of(stack)
    columns = bright_columns(canvas)

    assert ((columns > canvas.x_of(0.1)) & (columns < canvas.x_of(0.38))).sum() > 50
    assert not ((columns > canvas.x_of(0.41)) & (columns < canvas.x_of(0.59))).any()


def test_that_only_appended_samples_are_read(stack: PlotStack, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = recorded(50)
    stack.show_run(recording)
    stack.plot([HEIGHT], True)
    starts = []
    column = Recording.column

    def read(self: Recording, name: str, start: int = 0) -> np.ndarray:
        starts.append(start)
        return column(self, name, start)

    monkeypatch.setattr(Recording, "column", read)
    for step in range(50, 60):
        recording.append(sample_frame(step))
    stack.show_data()
    stack.show_data()

    assert starts == [50]
    assert len(stack._data.times_s) == 60


def test_that_a_growing_run_is_followed_and_a_zoomed_range_stays(stack: PlotStack) -> None:
    recording = recorded(50)
    stack.show_run(recording)
    stack.plot([HEIGHT], True)
    stack.show_view(view_of(recording, 49, phase="running"))
    stack.show_data()
    assert stack.window_s[1] == pytest.approx(0.49, rel=0.1)

    for step in range(50, 100):
        recording.append(sample_frame(step))
    stack.show_data()
    assert 0.99 < stack.window_s[1] < 1.1

    wheel(canvas_of(stack), 0.5, 3)
    zoomed = stack.window_s
    recording.append(sample_frame(100))
    stack.show_data()
    assert stack.window_s == zoomed


def test_that_a_hidden_panel_catches_up_when_it_is_shown(stack: PlotStack, qtbot: QtBot) -> None:
    recording = recorded(10)
    stack.show_run(recording)
    stack.plot([HEIGHT], True)
    stack.hide()
    recording.append(sample_frame(10))
    stack.show_data()
    stack.show_view(view_of(recording, 10))

    with qtbot.waitExposed(stack):
        stack.show()

    assert len(stack._data.times_s) == 11
    assert stack.rows[0].legend.text() == "pelvis height | 0.930 | m"


def test_that_dense_noise_is_drawn_with_fewer_strokes_and_every_spike(stack: PlotStack) -> None:
    generator = np.random.default_rng(0)
    values = generator.normal(size=8_000)
    values[4_321] = 50.0
    run = Recording(sample_info())
    for step in range(8_000):
        run.append(frame_with(step, reward=float(values[step])))
    stack.show_run(run)
    stack.plot([REWARD], True)
    canvas = canvas_of(stack)

    drawn = canvas._items[0].getData()[1]

    assert drawn.max() == 50.0
    assert drawn.min() == values.min()
    assert len(drawn) <= canvas.viewport().width()
    assert not canvas._items[0].opts["antialias"]


def test_that_a_long_smooth_curve_is_drawn_finely_and_smoothed(stack: PlotStack) -> None:
    run = Recording(sample_info())
    for step in range(8_000):
        run.append(frame_with(step, reward=float(np.sin(0.005 * step))))
    stack.show_run(run)
    stack.plot([REWARD], True)

    item = canvas_of(stack)._items[0]

    assert item.opts["antialias"]
    assert len(item.getData()[1]) > canvas_of(stack).viewport().width()
