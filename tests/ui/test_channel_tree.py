from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PyQt5.QtGui import QContextMenuEvent
from PyQt5.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from osimviz.channels import Channel
from osimviz.palette import load_palette
from osimviz.plot_choices import DRAGGED_CHANNELS
from osimviz.recording import Recording
from osimviz.ui.channel_tree import ChannelTree
from osimviz.ui.channel_tree.columns import ROW_PX, Columns
from osimviz.ui.channel_tree.model import ChannelModel
from osimviz.ui.channel_tree.nodes import ChannelGroups
from osimviz.ui.channel_tree.sparklines import Sparklines
from osimviz.ui.theme import Theme
from tests.sample_runs import frame_with, sample_frame, sample_info

HEIGHT, SPEED = "observation/pelvis/height", "observation/pelvis/speed"


def _recording(n_frames: int = 51) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(sample_frame(step))
    return recording


class _PaintedRects(QObject):
    """Notes what of a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.rects: list[QRect] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Paint:
            self.rects.append(event.rect())
        return False


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(load_palette("dark"))


@pytest.fixture
def tree(qtbot: QtBot, theme: Theme) -> ChannelTree:
    made = ChannelTree(theme)
    qtbot.addWidget(made)
    made.resize(304, 600)
    made.show_run(_recording())
    with qtbot.waitExposed(made):
        made.show()
    return made


def _place(tree: ChannelTree, path: str) -> QPoint:
    return tree.view.visualRect(tree.view.row_of(path)).center()


def _row_image(tree: ChannelTree, path: str):
    rect = tree.view.visualRect(tree.view.row_of(path))
    return tree.view.viewport().grab(rect).toImage()


def test_that_names_become_groups_of_which_the_first_is_open(tree: ChannelTree) -> None:
    assert tree.view.visible_paths() == [
        "observation",
        "observation/pelvis",
        HEIGHT,
        SPEED,
        "muscles",
        "contact",
        "body",
        "reward",
    ]


def test_that_groups_count_their_channels_and_a_search_those_that_match() -> None:
    groups = ChannelGroups(sample_info().channels)

    root, n_found = groups.tree("soleus")

    muscles = root.children[0]
    assert n_found == 2
    assert (muscles.label, muscles.n_channels, muscles.n_all) == ("muscles", 2, 4)
    assert (muscles.children[0].n_channels, muscles.children[0].n_all) == (1, 1)
    assert groups.tree()[0].n_channels == len(sample_info().channels)


def test_that_a_channel_may_share_its_name_with_a_group() -> None:
    root, _ = ChannelGroups([Channel("a", "reward", 0), Channel("a/b", "reward", 0)]).tree()

    assert [(node.label, node.is_group) for node in root.children] == [("a", False), ("a", True)]


def test_that_a_search_opens_groups_and_its_end_restores_what_was_open(tree: ChannelTree, qtbot: QtBot) -> None:
    tree.view.collapse(tree.view.row_of("observation"))
    tree.view.expand(tree.view.row_of("contact"))
    before = tree.view.visible_paths()

    qtbot.keyClicks(tree.search, "left up")
    assert tree.view.visible_paths() == ["contact", "contact/left", "contact/left/force_up"]
    assert tree.search.note() == "1 of 11"

    qtbot.keyClick(tree.search, Qt.Key_Escape)
    assert tree.search.text() == ""
    assert tree.view.visible_paths() == before


def test_that_a_narrow_field_gives_the_count_alone(tree: ChannelTree, qtbot: QtBot) -> None:
    tree.resize(268, 600)
    tree.search.setText("pelvis")

    assert tree.search.note() == "3"


def test_that_the_search_takes_the_keyboard_and_hands_it_to_the_first_match(tree: ChannelTree, qtbot: QtBot) -> None:
    tree.activateWindow()
    tree.focus_search()
    assert tree.focusWidget() is tree.search

    qtbot.keyClicks(tree.search, "speed")
    qtbot.keyClick(tree.search, Qt.Key_Down)

    assert tree.focusWidget() is tree.view
    assert tree.view.selected_names() == [SPEED]


def test_that_a_double_click_asks_for_a_plot(tree: ChannelTree, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tree.plot_requested) as signal:
        qtbot.mouseClick(tree.view.viewport(), Qt.LeftButton, pos=_place(tree, SPEED))
        qtbot.mouseDClick(tree.view.viewport(), Qt.LeftButton, pos=_place(tree, SPEED))

    assert signal.args == [[SPEED], False]


def test_that_enter_plots_all_selected_and_shift_enter_in_a_new_plot(tree: ChannelTree, qtbot: QtBot) -> None:
    qtbot.mouseClick(tree.view.viewport(), Qt.LeftButton, pos=_place(tree, SPEED))
    qtbot.mouseClick(tree.view.viewport(), Qt.LeftButton, Qt.ShiftModifier, _place(tree, HEIGHT))

    with qtbot.waitSignal(tree.plot_requested) as signal:
        qtbot.keyClick(tree.view, Qt.Key_Return)
    assert signal.args == [[HEIGHT, SPEED], False]

    with qtbot.waitSignal(tree.plot_requested) as signal:
        qtbot.keyClick(tree.view, Qt.Key_Return, Qt.ShiftModifier)
    assert signal.args == [[HEIGHT, SPEED], True]


def test_that_a_click_or_enter_on_a_group_opens_and_closes_it(tree: ChannelTree, qtbot: QtBot) -> None:
    muscles = tree.view.row_of("muscles")

    with qtbot.assertNotEmitted(tree.plot_requested):
        qtbot.mouseClick(tree.view.viewport(), Qt.LeftButton, pos=_place(tree, "muscles"))
        assert tree.view.isExpanded(muscles)
        qtbot.keyClick(tree.view, Qt.Key_Return)

    assert not tree.view.isExpanded(muscles)


def test_that_the_menu_plots_or_copies_what_is_selected(tree: ChannelTree, qtbot: QtBot) -> None:
    qtbot.mouseClick(tree.view.viewport(), Qt.LeftButton, pos=_place(tree, HEIGHT))
    place = _place(tree, HEIGHT)
    event = QContextMenuEvent(QContextMenuEvent.Mouse, place, tree.view.viewport().mapToGlobal(place))
    QApplication.sendEvent(tree.view.viewport(), event)
    menu = tree.findChild(QMenu)
    actions = {action.text(): action for action in menu.actions()}

    with qtbot.waitSignal(tree.plot_requested) as signal:
        actions["Plot in a New Plot"].trigger()
    actions["Copy Name"].trigger()
    menu.close()

    assert signal.args == [[HEIGHT], True]
    assert QApplication.clipboard().text() == HEIGHT


def test_that_dragged_channels_are_named_one_a_line_and_groups_are_not_dragged(tree: ChannelTree) -> None:
    model = tree.view.model()
    indices = [tree.view.row_of(path) for path in ("observation", HEIGHT, SPEED)]

    content = model.mimeData(indices)

    assert bytes(content.data(DRAGGED_CHANNELS)).decode() == f"{HEIGHT}\n{SPEED}"
    assert not model.flags(indices[0]) & Qt.ItemIsDragEnabled
    assert model.flags(indices[1]) & Qt.ItemIsDragEnabled


def test_that_a_tooltip_says_what_a_channel_is(tree: ChannelTree) -> None:
    text = tree.view.row_of(HEIGHT).data(Qt.ToolTipRole)

    assert text == "observation/pelvis/height\nHeight of the pelvis.\nBounds 0 to 3 m\nobservation [0]"


def test_that_values_of_the_cursor_are_painted_and_nothing_is_emitted(tree: ChannelTree, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(tree.plot_requested):
        empty = _row_image(tree, HEIGHT)
        tree.show_values(10, 0.1)
        at_ten = _row_image(tree, HEIGHT)
        tree.show_values(40, 0.4)
        at_forty = _row_image(tree, HEIGHT)
        tree.show_values(-1, 0.0)

    assert empty != at_ten != at_forty
    assert _row_image(tree, HEIGHT) == empty


def test_that_a_change_of_the_cursor_paints_values_and_leaves_names_alone(tree: ChannelTree) -> None:
    QApplication.processEvents()
    painted = _PaintedRects(tree.view.viewport())

    tree.show_values(10, 0.1)
    QApplication.processEvents()

    assert [rect.left() for rect in painted.rects] == [Columns.of(304).values_left]


def test_that_a_change_of_the_cursor_reads_one_frame_and_no_column(
    tree: ChannelTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    _row_image(tree, HEIGHT)

    def read(*arguments: object) -> None:
        raise AssertionError("a whole column was read for a cursor")

    monkeypatch.setattr(Recording, "column", read)
    tree.show_values(10, 0.1)
    _row_image(tree, HEIGHT)


def test_that_sparklines_are_read_for_rows_in_sight_only(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    column = Recording.column

    def read(self: Recording, name: str, start: int = 0):
        names.append(name)
        return column(self, name, start)

    monkeypatch.setattr(Recording, "column", read)
    info = sample_info()
    many = tuple(replace(info.channels[0], name=f"observation/part_{i}") for i in range(2_000))
    recording = Recording(replace(info, channels=many))
    recording.append(sample_frame(0))
    made = ChannelTree(theme)
    qtbot.addWidget(made)
    made.resize(304, 400)
    made.show_run(recording)
    with qtbot.waitExposed(made):
        made.show()
    QApplication.processEvents()

    assert 5 < len(set(names)) < 400 / ROW_PX + 2


def test_that_sparklines_grow_by_what_was_appended(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = _recording(20)
    sparklines = Sparklines(recording)
    sparklines.take_new()
    assert sparklines.get(HEIGHT, 40).x[-1] == 1.0
    starts = []
    column = Recording.column

    def read(self: Recording, name: str, start: int = 0):
        starts.append(start)
        return column(self, name, start)

    monkeypatch.setattr(Recording, "column", read)
    recording.append(frame_with(20, observation=np.array([5.0, 1.0])))
    sparklines.take_new()

    assert sparklines.get(HEIGHT, 40).highest == 5.0
    assert sparklines.get(HEIGHT, 40).y[-1] == 1.0
    assert starts == [20]


def _has_colour(image, name: str, theme: Theme) -> bool:
    wanted = theme.colour(name).rgb()
    return any(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def test_that_a_crossed_bound_is_marked_and_an_end_limit_in_the_colour_of_an_end(theme: Theme, qtbot: QtBot) -> None:
    info = sample_info()
    bounded = replace(info.channels[1], upper=1.3)
    recording = Recording(replace(info, channels=(info.channels[0], bounded, info.channels[8])))
    for step in range(400):
        recording.append(frame_with(step, observation=np.array([1.0, 1.2 + (step > 200)])))
    made = ChannelTree(theme)
    qtbot.addWidget(made)
    made.resize(304, 300)
    made.show_run(recording)
    made.view.expandAll()
    with qtbot.waitExposed(made):
        made.show()
    made.show_values(300, 3.0)

    assert not _has_colour(_row_image(made, HEIGHT), "warn", theme)
    assert _has_colour(_row_image(made, SPEED), "warn", theme)
    assert _has_colour(_row_image(made, "body/pelvis/height"), "bad", theme)

    # Filled where the cursor is beyond the bound, a ring elsewhere.
    centre = QPoint(Columns.of(304).ring_x, ROW_PX // 2)
    assert _row_image(made, SPEED).pixelColor(centre) == theme.colour("warn")
    made.show_values(10, 0.1)
    assert _row_image(made, SPEED).pixelColor(centre) != theme.colour("warn")


def test_that_plotted_channels_carry_their_curves_colour(tree: ChannelTree, theme: Theme) -> None:
    assert not _has_colour(_row_image(tree, SPEED), "series2", theme)

    tree.show_plotted({SPEED: theme.colour("series2")})

    assert _has_colour(_row_image(tree, SPEED), "series2", theme)
    assert not _has_colour(_row_image(tree, HEIGHT), "series2", theme)


def test_that_a_run_with_the_same_channels_leaves_the_list_as_it_is(tree: ChannelTree, qtbot: QtBot) -> None:
    tree.view.expand(tree.view.row_of("muscles"))
    qtbot.mouseClick(tree.view.viewport(), Qt.LeftButton, pos=_place(tree, SPEED))
    before = tree.view.visible_paths()

    tree.show_run(_recording(3))

    assert tree.view.visible_paths() == before
    assert tree.view.selected_names() == [SPEED]


def test_that_no_run_leaves_an_empty_list(tree: ChannelTree) -> None:
    tree.show_run(None)
    tree.show_data()
    tree.show_values(3, 0.03)

    assert tree.view.visible_paths() == []
    assert tree.view.empty_text() == "The channels of a run appear here, with their values at the cursor."


def test_that_a_search_without_a_match_says_so(tree: ChannelTree, qtbot: QtBot) -> None:
    assert tree.view.empty_text() == ""

    qtbot.keyClicks(tree.search, "pelvis nonsense")

    assert tree.view.empty_text() == "No channel has all of these words. Esc shows all."
    assert tree.search.note() == "0 of 11"


def test_that_a_theme_changes_every_row(tree: ChannelTree) -> None:
    light = Theme(load_palette("light"))
    tree.show_values(10, 0.1)

    tree.set_theme(light)

    assert tree.grab().toImage().pixelColor(150, 5) == light.colour("panel")
    assert _has_colour(_row_image(tree, "muscles"), "text", light)


def test_that_the_tooltip_of_an_angle_says_what_the_controller_gets(qtbot: QtBot) -> None:
    model = ChannelModel()
    model.set_channels((Channel("observation/pelvis/pitch", "observation", 3, "rad"),), "")
    group = model.index(0, 0)
    pelvis = model.index(0, 0, group)
    tip = model.data(model.index(0, 0, pelvis), Qt.ToolTipRole)
    assert "Shown in °; the controller gets rad." in str(tip)


def test_that_the_tooltip_of_a_group_counts_one_channel_as_one(qtbot: QtBot) -> None:
    model = ChannelModel()
    model.set_channels((Channel("reward/step", "reward", 0),), "")

    assert model.data(model.index(0, 0), Qt.ToolTipRole) == "reward: 1 channel"
