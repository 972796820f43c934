"""Channels of different units in one plot, and the other side of the body."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QPoint
from pytestqt.qtbot import QtBot

from osimviz.plot_choices import other_side
from osimviz.recording import Recording
from osimviz.ui.plots import PlotStack
from osimviz.ui.plots.row_menu import RowMenu
from osimviz.ui.plots.time_axis import LEFT_PX, RIGHT_PX
from tests.sample_runs import sample_info
from tests.ui.plots.plot_actions import (
    HEIGHT,
    LEFT,
    REWARD,
    RIGHT,
    SPEED,
    canvas_of,
    drop,
    recorded,
    view_of,
)


def test_that_two_units_have_an_axis_each_and_both_are_named(stack: PlotStack) -> None:
    stack.plot([HEIGHT, SPEED], True)

    left, right = canvas_of(stack).scales

    assert (left.unit, right.unit) == ("m", "m/s")
    assert left.low < 0.84 < 0.94 < left.high
    assert right.low < 1.2 < 2.2 < right.high
    assert right.low > 1.0
    assert len(left.ticks) >= 2
    assert len(right.ticks) >= 2


def test_that_each_curve_of_two_units_stands_on_its_own_axis(stack: PlotStack) -> None:
    stack.plot([HEIGHT, SPEED], True)
    canvas = canvas_of(stack)
    left, right = canvas.scales

    speed = canvas._items[1].getData()[1]

    # Drawn in the left axis' range, where the right axis says.
    np.testing.assert_allclose(
        (speed - left.low) / (left.high - left.low),
        (recorded().column(SPEED) - right.low) / (right.high - right.low),
        atol=1e-9,
    )


def test_that_values_of_two_units_say_their_units(stack: PlotStack) -> None:
    stack.plot([HEIGHT, SPEED], True)
    stack.show_view(view_of(recorded(), 50))

    assert stack.rows[0].legend.text() == "pelvis | height 0.890 m | speed 1.700 m/s"


def test_that_all_plots_make_room_for_a_second_axis_and_take_it_back(stack: PlotStack) -> None:
    stack.plot([REWARD], True)
    stack.plot([HEIGHT, SPEED], True)
    assert [row.layout().contentsMargins().right() for row in stack.rows] == [LEFT_PX, LEFT_PX]
    assert stack._axis.right_px == LEFT_PX
    assert canvas_of(stack, 0).width() == canvas_of(stack, 1).width()

    stack.remove_curve(stack.rows[1], SPEED)

    assert [row.layout().contentsMargins().right() for row in stack.rows] == [RIGHT_PX, RIGHT_PX]


def test_that_a_third_unit_gets_a_plot_of_its_own(stack: PlotStack) -> None:
    stack.plot([HEIGHT, SPEED], True)
    on_plot = canvas_of(stack).mapTo(stack, QPoint(50, 20))

    assert drop(stack, f"{RIGHT}\n{LEFT}", on_plot)

    assert stack.plot_names() == [[HEIGHT, SPEED], [RIGHT, LEFT]]


def test_that_the_menu_adds_the_other_side_only_where_there_is_one(stack: PlotStack) -> None:
    stack.plot([RIGHT], True)
    stack.plot([HEIGHT], True)

    offered = []
    for row in stack.rows:
        stack._on_row_menu_requested(row, QPoint(10, 10))
        menu = stack.findChildren(RowMenu)[-1]
        offered.append(menu._other_sides.isVisible())
        menu.close()
    stack.add_other_sides([stack.rows[0]])

    assert offered == [True, False]
    assert stack.plot_names() == [[RIGHT, LEFT], [HEIGHT]]


def test_that_all_plots_get_their_other_sides_at_once(stack: PlotStack, qtbot: QtBot) -> None:
    info = sample_info()
    sided = replace(info, channels=tuple(replace(c, side="right" if "_r" in c.name else c.side) for c in info.channels))
    run = Recording(replace(sided, channels=tuple(replace(c, side=c.side or "left") for c in sided.channels)))
    run.append(recorded(1).frame(0))
    stack.show_run(run)
    stack.plot(["muscles/soleus_r/activation"], True)
    stack.plot([LEFT], True)

    stack.add_other_sides()
    stack.add_other_sides()

    assert stack.plot_names() == [
        ["muscles/soleus_r/activation", "muscles/soleus_l/activation"],
        [LEFT, RIGHT],
    ]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        (RIGHT, LEFT),
        ("coordinates/knee_angle_r/value", "coordinates/knee_angle_l/value"),
        ("observation/l_leg/TA/v", "observation/r_leg/TA/v"),
        ("coordinates/lonely_r/value", ""),
    ],
)
def test_that_the_other_side_is_found_by_its_name(name: str, other: str) -> None:
    channel = replace(sample_info().channels[0], name=name, side="right")
    names = [RIGHT, LEFT, "coordinates/knee_angle_l/value", "observation/r_leg/TA/v", "coordinates/knee_angle_r/value"]

    assert other_side(channel, names) == other
    assert other_side(replace(channel, side=""), names) == ""


def test_that_a_missing_value_of_two_units_leaves_its_unit_out(stack: PlotStack) -> None:
    stack.plot([REWARD, SPEED], True)

    # The reset has no reward.
    stack.show_view(view_of(recorded(), 0))

    assert stack.rows[0].legend.text() == "reward step | pelvis speed 1.200 m/s"
