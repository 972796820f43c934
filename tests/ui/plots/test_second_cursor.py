"""A second cursor, and what changed since it."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from pytestqt.qtbot import QtBot

from osimviz.recording import Recording
from osimviz.ui.plots import PlotStack
from osimviz.ui.theme import Theme
from osimviz.view_state import ViewState
from tests.ui.plots.plot_actions import HEIGHT, REWARD, canvas_of, drag, pixels_of, point_at, recorded, view_of


def view_with(recording: Recording, index: int, reference: int) -> ViewState:
    return replace(view_of(recording, index), reference_index=reference, reference_time_s=0.01 * reference)


def test_that_the_legend_says_what_changed_since_the_second_cursor(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)

    stack.show_view(view_with(recorded(), 50, 20))
    assert stack.rows[0].legend.text() == "pelvis height | 0.890 Δ −0.030 | m"
    stack.show_view(view_with(recorded(), 10, 20))
    assert stack.rows[0].legend.text() == "pelvis height | 0.930 Δ +0.010 | m"
    stack.show_view(view_of(recorded(), 10))
    assert stack.rows[0].legend.text() == "pelvis height | 0.930 | m"


def test_that_the_axis_says_how_much_time_lies_between_the_cursors(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)

    stack.show_view(view_with(recorded(), 50, 20))
    assert stack._axis._second_text() == "Δ 0.30 s"
    stack.show_view(view_with(recorded(), 10, 20))
    assert stack._axis._second_text() == "Δ −0.10 s"


def test_that_the_chips_of_two_cursors_never_lie_over_each_other(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)
    canvas_of(stack)
    metrics = stack._axis.fontMetrics()
    for index in range(0, 101, 4):
        for reference in (0, index - 1, index, index + 1, 100):
            stack.show_view(view_with(recorded(), index, min(max(reference, 0), 100)))
            chip = stack._axis._chip(metrics)
            second = stack._axis._second_chip(metrics, chip)
            assert chip is not None
            assert second is not None
            assert not chip.intersects(second)
            assert second.left() >= 0
            assert second.right() <= stack._axis.width()


def test_that_the_second_cursor_is_a_dashed_line_at_its_time(stack: PlotStack, theme: Theme) -> None:
    stack.plot([HEIGHT], True)
    canvas = canvas_of(stack)
    stack.show_view(view_with(recorded(), 50, 20))

    columns, counts = np.unique(pixels_of(canvas, theme.colour("accent"))[:, 1], return_counts=True)

    heights = dict(zip(columns.tolist(), counts.tolist(), strict=True))
    assert heights[round(canvas.x_of(0.5))] > 0.9 * canvas.height()
    assert 0.3 * canvas.height() < heights[round(canvas.x_of(0.2))] < 0.7 * canvas.height()


def test_that_a_drag_with_shift_moves_the_second_cursor_and_not_the_first(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([HEIGHT], True)
    canvas = canvas_of(stack)
    asked: list[int] = []
    stack.time.reference_requested.connect(asked.append)

    with qtbot.assertNotEmitted(stack.cursor_requested):
        drag(canvas.viewport(), [point_at(canvas, 0.30), point_at(canvas, 0.70)], Qt.ShiftModifier)

    assert asked[0] == 30
    assert asked[-1] == 70


def test_that_a_missing_value_at_either_cursor_gives_no_difference(stack: PlotStack) -> None:
    stack.plot([REWARD], True)

    # The reset has no reward.
    stack.show_view(view_with(recorded(), 50, 0))

    assert "Δ" not in stack.rows[0].legend.text()


@pytest.mark.parametrize("reference", [0, 100])
def test_that_the_difference_of_a_cursor_on_itself_is_zero(stack: PlotStack, reference: int) -> None:
    stack.plot([HEIGHT], True)

    stack.show_view(view_with(recorded(), reference, reference))

    assert stack.rows[0].legend.text().endswith("Δ 0.000 | m")
