"""Which channels stand in which plot."""

from dataclasses import replace
from itertools import pairwise

from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from osimviz.plot_choices import Preset
from osimviz.recording import Recording
from osimviz.ui.plots import PlotStack
from osimviz.ui.plots.curve import curve_of
from osimviz.ui.plots.empty import EmptyPlots
from osimviz.ui.plots.row_menu import RowMenu
from osimviz.ui.theme import Theme
from tests.sample_runs import sample_frame, sample_info
from tests.ui.plots.plot_actions import (
    HEIGHT,
    LEFT,
    REWARD,
    RIGHT,
    SOLEUS,
    SPEED,
    canvas_of,
    drop,
    recorded,
)


def test_that_in_a_low_panel_nine_choices_cover_nothing(qtbot: QtBot, theme: Theme) -> None:
    ground = QWidget()
    qtbot.addWidget(ground)
    empty = EmptyPlots(theme)
    empty.setParent(ground)
    empty.show_presets([Preset(f"Choice {i}", "what it shows", (("a",),)) for i in range(9)])
    # What a window of 1280 x 800 pixels leaves.
    empty.setGeometry(0, 0, 380, 438)
    ground.show()
    QApplication.processEvents()

    parts = sorted((part.geometry() for part in empty.findChildren(QWidget)), key=lambda place: place.top())

    assert len(parts) == 11
    assert all(above.bottom() < below.top() for above, below in pairwise(parts))
    assert parts[-1].bottom() < empty.height()


def test_that_without_a_run_it_is_said_how_one_begins(stack: PlotStack, theme: Theme) -> None:
    assert "Ctrl+R runs" in EmptyPlots(theme)._drop_place.words
    assert stack._empty._drop_place.words.startswith("Drag a channel here")
    stack.show_run(None)
    assert "Ctrl+R runs" in stack._empty._drop_place.words
    assert "Drag" not in stack._empty._drop_place.words
    stack.show_run(recorded())
    assert stack._empty._drop_place.words.startswith("Drag a channel here")


def test_that_an_empty_panel_offers_what_the_run_has(stack: PlotStack) -> None:
    titles = [button.preset.title for button in stack._empty.buttons]

    assert titles == ["Pelvis", "Ground reaction", "Reward", "Muscle activation"]


def test_that_a_preset_plots_its_channels(stack: PlotStack, qtbot: QtBot) -> None:
    button = next(button for button in stack._empty.buttons if button.preset.title == "Ground reaction")

    with qtbot.waitSignal(stack.plotted_changed):
        qtbot.mouseClick(button, Qt.LeftButton)

    assert stack.plot_names() == [[RIGHT, LEFT]]


def test_that_right_and_left_have_their_own_colours_and_others_take_the_series_in_order(
    stack: PlotStack, theme: Theme
) -> None:
    stack.plot([HEIGHT], True)
    stack.plot([RIGHT, LEFT], True)
    stack.plot([SPEED], True)

    colours = {name: colour.name() for name, colour in stack.plotted().items()}

    assert colours == {
        HEIGHT: theme.palette["series1"],
        RIGHT: theme.palette["right"],
        LEFT: theme.palette["left"],
        SPEED: theme.palette["series2"],
    }


def test_that_curves_of_one_colour_in_a_plot_differ_by_their_dashes() -> None:
    info = sample_info()
    by_name = {channel.name: replace(channel, side="right") for channel in info.channels}
    first = curve_of(by_name[SOLEUS[0]], [], [])
    second = curve_of(by_name[RIGHT], [first], [first])

    assert first.colour == second.colour == "right"
    assert first.dash != second.dash


def test_that_the_other_side_joins_its_plot_and_a_stranger_gets_its_own(stack: PlotStack) -> None:
    stack.plot([RIGHT])
    stack.plot([HEIGHT])
    stack.plot([LEFT])
    stack.plot([LEFT])

    assert stack.plot_names() == [[RIGHT, LEFT], [HEIGHT]]


def test_that_unknown_names_are_passed_over(stack: PlotStack, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(stack.plotted_changed):
        stack.plot(["no/such/channel"])

    assert stack.plot_names() == []


def test_that_another_run_keeps_the_chosen_channels_it_has(stack: PlotStack) -> None:
    stack.plot([HEIGHT, SPEED], True)
    stack.plot([RIGHT, LEFT], True)
    info = sample_info()
    smaller = Recording(replace(info, channels=tuple(c for c in info.channels if c.name in (HEIGHT, REWARD))))
    smaller.append(sample_frame(0))

    stack.show_run(smaller)
    assert stack.plot_names() == [[HEIGHT]]

    stack.show_run(None)
    assert stack.plot_names() == []
    stack.show_run(recorded(3))
    assert stack.plot_names() == [[HEIGHT]]


def test_that_a_channel_dropped_on_a_plot_is_added_and_elsewhere_gets_its_own(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([HEIGHT], True)
    canvas = canvas_of(stack)
    on_plot = canvas.mapTo(stack, QPoint(50, 20))

    assert drop(stack, SPEED, on_plot)
    assert drop(stack, f"{RIGHT}\n{LEFT}", QPoint(100, stack.height() - 30))

    assert stack.plot_names() == [[HEIGHT, SPEED], [RIGHT, LEFT]]


def test_that_there_is_a_place_for_one_more_plot_while_dragging_and_where_room_is_left(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)
    assert stack._strip.isVisible()
    for name in (SPEED, REWARD, *SOLEUS):
        stack.plot([name], True)
    assert not stack._strip.isVisible()

    stack._drops.mark(QPoint(50, 50))
    assert stack._strip.isVisible()
    stack._drops.unmark()
    assert not stack._strip.isVisible()


def test_that_drops_of_anything_else_are_left_to_the_window(stack: PlotStack) -> None:
    assert not drop(stack, "file:///a.pkl", QPoint(50, 50), "text/uri-list")


def test_that_the_button_of_a_plot_shows_under_the_mouse_and_removes_it(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([HEIGHT], True)
    stack.plot([SPEED], True)
    legend = stack.rows[0].legend
    legend.set_hovered(is_hovered=False)
    assert legend._close.isHidden()

    legend.set_hovered(is_hovered=True)
    with qtbot.waitSignal(stack.plotted_changed):
        qtbot.mouseClick(legend._close, Qt.LeftButton)

    assert stack.plot_names() == [[SPEED]]


def test_that_the_menu_removes_curves_and_the_last_one_takes_the_plot_along(stack: PlotStack) -> None:
    stack.plot([RIGHT, LEFT], True)
    stack._on_row_menu_requested(stack.rows[0], QPoint(10, 10))
    menu = stack.findChild(RowMenu)
    next(action for action in menu.actions() if action.data() == RIGHT).trigger()
    menu.close()
    assert stack.plot_names() == [[LEFT]]

    stack.remove_curve(stack.rows[0], LEFT)

    assert stack.plot_names() == []
