"""Scrubbing, zooming and moving along time; the range itself."""

from itertools import pairwise

import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from osimviz.axis_ticks import tick_text
from osimviz.ui.plots import PlotStack
from osimviz.ui.plots.time_axis import TimeAxis
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.ui.theme import Theme
from tests.ui.plots.plot_actions import (
    HEIGHT,
    SPEED,
    canvas_of,
    drag,
    point_at,
    recorded,
    view_of,
    wheel,
)


def test_that_press_and_drag_ask_for_the_nearest_frame(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([HEIGHT], True)
    canvas = canvas_of(stack)
    asked: list[int] = []
    stack.cursor_requested.connect(asked.append)

    drag(canvas.viewport(), [point_at(canvas, 0.30), point_at(canvas, 0.70)])

    assert asked[0] == 30
    assert asked[-1] == 70


def test_that_the_time_axis_scrubs_too(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([HEIGHT], True)
    QApplication.processEvents()
    axis = stack._axis
    place = QPoint(round(axis._x_of(0.42)), 8)

    with qtbot.waitSignal(stack.cursor_requested) as signal:
        qtbot.mousePress(axis, Qt.LeftButton, pos=place)

    assert signal.args == [42]


def test_that_the_wheel_zooms_around_the_mouse_and_a_double_click_fits(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([HEIGHT], True)
    stack.plot([SPEED], True)
    canvas = canvas_of(stack)
    before, x = stack.window_s, canvas.x_of(0.4)

    wheel(canvas, 0.4, 4)

    start, end = stack.window_s
    assert end - start == pytest.approx(0.8**4 * (before[1] - before[0]), rel=1e-6)
    assert canvas.x_of(0.4) == pytest.approx(x, abs=1.0)
    qtbot.mouseDClick(canvas.viewport(), Qt.LeftButton)
    assert stack.window_s == before


def test_that_a_right_drag_moves_along_time_and_opens_no_menu(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([HEIGHT], True)
    canvas = canvas_of(stack)
    wheel(canvas, 0.5, 4)
    start, end = stack.window_s

    with qtbot.assertNotEmitted(stack.rows[0].menu_requested):
        drag(canvas.viewport(), [QPoint(x, 20) for x in (200, 190, 170, 150)], button=Qt.RightButton)

    moved = stack.window_s
    assert moved[0] - start == pytest.approx(50 / canvas.viewport().width() * (end - start), rel=0.05)


def test_that_a_zoomed_range_turns_the_page_when_the_cursor_leaves_it(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)
    wheel(canvas_of(stack), 0.1, 6)
    assert stack.window_s[1] < 0.9

    stack.show_view(view_of(recorded(), 90))

    assert stack.window_s[0] <= 0.9 <= stack.window_s[1]


def test_that_zooming_stays_within_the_run() -> None:
    window = TimeWindow()
    window.set_extent(0.0, 10.0, is_growing=False)

    window.zoom(0.5, 0.0)
    assert window.start_s == 0.0
    window.pan(100.0)
    assert window.end_s <= 10.5
    window.zoom(1e-9, 5.0)
    assert window.span_s == pytest.approx(0.04)
    window.zoom(1e9, 5.0)
    assert window.is_fitted


def test_that_a_growing_run_does_not_move_the_axis_with_every_sample() -> None:
    window = TimeWindow()
    changes = [window.set_extent(0.0, 0.01 * step, is_growing=True) for step in range(1, 301)]

    assert sum(changes) < 80
    assert window.end_s > 3.0


@pytest.mark.parametrize(("start_s", "span_s"), [(0.0, 3.0), (999.9, 0.2), (123_456.0, 0.3), (0.0, 5e5)])
def test_that_the_numbers_of_the_time_axis_are_apart_and_differ(
    qtbot: QtBot, theme: Theme, start_s: float, span_s: float
) -> None:
    window = TimeWindow()
    window.show_exactly(start_s, start_s + span_s)
    axis = TimeAxis(theme, window)
    qtbot.addWidget(axis)
    axis.resize(488, 22)
    times, step = axis.ticks()
    texts = [tick_text(time_s, step) for time_s in times]
    places = [axis._label_place(axis.fontMetrics(), time_s, text) for time_s, text in zip(times, texts, strict=True)]

    assert len(set(texts)) == len(texts) >= 2
    assert all(before.right() < after.left() for before, after in pairwise(places))
