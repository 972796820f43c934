"""The curves of a second run beside those of the shown one."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from pytestqt.qtbot import QtBot

from osimviz.analysis.run_pair import Alignment, RunPair
from osimviz.compared_data import ComparedData
from osimviz.frames import Frame
from osimviz.recording import Recording
from osimviz.ui.plots import PlotStack
from osimviz.ui.plots.canvas import PlotCanvas
from osimviz.ui.theme import Theme
from tests.sample_runs import sample_frame, sample_info
from tests.ui.plots.plot_actions import HEIGHT, LEFT, RIGHT, SPEED, canvas_of, pixels_of, recorded, view_of, walking


def faster(n_frames: int, by: float, start: int = 0) -> Recording:
    """Return the sample run with a higher speed from a step on."""
    recording = Recording(sample_info())
    for step in range(n_frames):
        frame: Frame = sample_frame(step)
        observation = frame.observation + np.array([0.0, by if step >= start else 0.0])
        recording.append(replace(frame, observation=observation))
    return recording


def compare(stack: PlotStack, first: Recording, second: Recording, alignment: Alignment | None = None) -> RunPair:
    stack.show_run(first)
    pair = RunPair(first, second, alignment)
    stack.show_comparison(pair)
    return pair


def test_that_the_second_runs_curve_is_drawn_at_the_times_of_the_first(stack: PlotStack) -> None:
    stack.plot([SPEED], True)
    compare(stack, recorded(), faster(60, 0.5))

    times, values = canvas_of(stack)._compared_items[0].getData()

    np.testing.assert_allclose(times, 0.01 * np.arange(60))
    np.testing.assert_allclose(values, recorded(60).column(SPEED) + 0.5)
    # Both are in view.
    low, high = canvas_of(stack).value_extent
    assert low < 1.2
    assert high > 2.2


def test_that_a_contact_moves_the_second_runs_curve(stack: PlotStack) -> None:
    stack.plot([RIGHT], True)
    compare(stack, walking(), walking(), Alignment("contact", "right", 1, 0))

    times, values = canvas_of(stack)._compared_items[0].getData()

    # Its first contact, at 0.5 s, stands at the first run's second, at 1.5 s.
    assert times[np.flatnonzero(values > 0.5)[0]] == pytest.approx(1.5)


def test_that_values_of_both_runs_are_read_at_the_cursor(stack: PlotStack) -> None:
    stack.plot([SPEED], True)
    pair = compare(stack, recorded(), faster(60, 0.5))

    stack.show_view(view_of(pair.first, 30))
    assert stack.rows[0].legend.text() == "pelvis speed | 1.500 (2.000) | m/s"
    stack.show_view(view_of(pair.first, 80))
    assert stack.rows[0].legend.text() == "pelvis speed | 2.000 | m/s"


def test_that_the_moment_where_the_plotted_curves_part_is_marked(stack: PlotStack, theme: Theme) -> None:
    stack.plot([SPEED], True)
    stack.plot([HEIGHT], True)
    compare(stack, recorded(), faster(101, 0.5, start=40))

    canvas = canvas_of(stack)
    columns = pixels_of(canvas, theme.colour("warn"))[:, 1]

    assert abs(np.bincount(columns).argmax() - canvas.x_of(0.40)) <= 1
    assert len(pixels_of(canvas_of(stack, 1), theme.colour("warn"))) == 0


def test_that_the_difference_is_plotted_below_and_goes_again(stack: PlotStack) -> None:
    stack.plot([SPEED], True)
    pair = compare(stack, recorded(), faster(60, 0.5, start=40))
    stack.set_difference(is_shown=True)
    stack.show_view(view_of(pair.first, 50))

    difference = stack.rows[0].difference
    assert difference is not None
    values = difference._items[0].getData()[1]
    np.testing.assert_allclose(values[:40], 0.0, atol=1e-12)
    np.testing.assert_allclose(values[40:60], -0.5, atol=1e-12)
    assert np.isnan(values[60:]).all()
    low, high = difference.value_extent
    assert low < -0.5 < 0.0 < high
    assert stack.rows[0].minimumHeight() > 100

    stack.set_difference(is_shown=False)
    assert stack.rows[0].difference is None
    assert stack.rows[0].minimumHeight() < 100


def test_that_the_difference_opens_the_menu_of_its_plot(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([SPEED], True)
    compare(stack, recorded(), faster(101, 0.5))
    stack.set_difference(is_shown=True)
    row = stack.rows[0]
    assert row.difference is not None
    # Not the panel's menu itself: it would stay open over the next test.
    row.menu_requested.disconnect()

    with qtbot.waitSignal(row.menu_requested) as asked:
        qtbot.mouseClick(row.difference.viewport(), Qt.RightButton)

    assert asked.args[0] is row


def has_words_in_its_corner(canvas: PlotCanvas) -> bool:
    """Whether something of the strength of weak text stands in the upper left corner, where neither run is."""
    image = canvas.grab().toImage()
    lightness = [image.pixelColor(x, y).lightness() for x in range(4, 120) for y in range(2, 13)]
    return sum(value > 100 for value in lightness) > 20


def test_that_the_difference_says_in_words_what_it_is(stack: PlotStack) -> None:
    stack.plot([SPEED], True)
    compare(stack, recorded(), faster(101, 0.5))
    stack.set_difference(is_shown=True)
    difference = stack.rows[0].difference
    assert difference is not None

    assert has_words_in_its_corner(difference)


def test_that_without_a_second_run_there_is_no_difference(stack: PlotStack) -> None:
    stack.plot([SPEED], True)
    stack.set_difference(is_shown=True)
    assert stack.rows[0].difference is None

    compare(stack, recorded(), faster(60, 0.5))
    assert stack.rows[0].difference is not None
    stack.show_comparison(None)

    assert stack.rows[0].difference is None
    assert stack.rows[0].canvas._parting_s is None
    assert all(
        len(item.getData()[0] if item.getData()[0] is not None else ()) == 0
        for item in stack.rows[0].canvas._compared_items
    )


def test_that_a_plot_added_later_shows_the_second_run_too(stack: PlotStack) -> None:
    compare(stack, recorded(), faster(60, 0.5))
    stack.set_difference(is_shown=True)

    stack.plot([SPEED], True)

    assert len(canvas_of(stack)._compared_items) == 1
    assert stack.rows[0].difference is not None


def test_that_a_growing_run_is_compared_as_far_as_it_is(stack: PlotStack) -> None:
    first = recorded(50)
    stack.show_run(first)
    stack.plot([SPEED], True)
    stack.set_difference(is_shown=True)
    stack.show_comparison(RunPair(first, faster(101, 0.5)))

    for step in range(50, 80):
        first.append(sample_frame(step))
    stack.show_data()

    difference = stack.rows[0].difference
    assert difference is not None
    assert len(difference._items[0].getData()[0]) == 80


def test_that_a_channel_the_second_run_lacks_is_plotted_alone(stack: PlotStack) -> None:
    info = sample_info()
    second = Recording(replace(info, channels=tuple(c for c in info.channels if c.name != SPEED)))
    for step in range(30):
        second.append(sample_frame(step))
    stack.plot([SPEED, HEIGHT], True)

    pair = compare(stack, recorded(), second)
    stack.set_difference(is_shown=True)
    stack.show_view(view_of(pair.first, 20))

    assert "(" not in stack.rows[0].legend.text().split("height")[0]
    assert len(canvas_of(stack)._compared_items) == 2


@pytest.mark.parametrize("n_frames", [(0, 0), (0, 5), (5, 0), (1, 1)])
def test_that_runs_without_frames_can_be_compared(stack: PlotStack, n_frames: tuple[int, int]) -> None:
    stack.plot([SPEED], True)
    pair = compare(stack, recorded(n_frames[0]), faster(n_frames[1], 0.5))
    stack.set_difference(is_shown=True)

    stack.show_view(view_of(pair.first, 0))

    assert len(stack.rows) == 1


def test_that_a_second_run_that_grows_is_read_on() -> None:
    second = recorded(20)
    data = ComparedData(RunPair(recorded(100), second))
    assert len(data.need(HEIGHT)) == 20
    assert np.isnan(data.differences.need(HEIGHT).samples[20:]).all()

    for step in range(20, 40):
        second.append(sample_frame(step))
    data.read_new()

    assert len(data.need(HEIGHT)) == 40
    np.testing.assert_allclose(data.differences.need(HEIGHT).samples[:40], 0.0, atol=1e-12)


def test_that_a_long_difference_hides_no_spike(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([SPEED], True)
    second = Recording(sample_info())
    for step in range(3000):
        frame = sample_frame(step)
        spike = np.array([0.0, 5.0 if step == 1234 else 0.0])
        second.append(replace(frame, observation=frame.observation + spike))
    compare(stack, recorded(3000), second)
    stack.set_difference(is_shown=True)

    difference = stack.rows[0].difference

    assert difference is not None
    times, values = difference._items[0].getData()
    assert len(times) < 3000
    assert values.min() == pytest.approx(-5.0)
    assert {LEFT, RIGHT} <= set(RunPair(recorded(2), second).shared_channels())
