from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QMimeData, QPoint, QPointF, Qt
from PyQt5.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QWheelEvent
from PyQt5.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from osimviz.axis_ticks import readable_ticks, tick_step, tick_text, tick_values, value_range
from osimviz.palette import load_palette
from osimviz.playback import Playback
from osimviz.plot_choices import DRAGGED_CHANNELS
from osimviz.recording import Recording
from osimviz.ui.plots import PlotStack
from osimviz.ui.plots.canvas import PlotCanvas
from osimviz.ui.plots.curve import curve_of
from osimviz.ui.plots.export import save
from osimviz.ui.plots.row_menu import RowMenu
from osimviz.ui.plots.time_window import TimeWindow
from osimviz.ui.theme import Theme
from osimviz.view_state import Phase, RunStatus, ViewSettings, ViewState, resolve
from tests.sample_runs import frame_with, sample_frame, sample_info

HEIGHT, SPEED, REWARD = "body/pelvis/height", "observation/pelvis/speed", "reward/step"
RIGHT, LEFT = "contact/right/force_up", "contact/left/force_up"
SOLEUS = ("muscles/soleus_r/activation", "muscles/soleus_l/activation")


def _recording(n_frames: int = 101) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(sample_frame(step))
    return recording


def _view(
    recording: Recording, index: int, *, phase: Phase = "ended", loop: tuple[int, int] | None = None
) -> ViewState:
    playback = Playback()
    playback.seek(index)
    if loop is not None:
        playback.set_loop(*loop)
    return resolve(recording, playback, ViewSettings(), RunStatus(phase))


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(load_palette("dark"))


@pytest.fixture
def stack(qtbot: QtBot, theme: Theme) -> Iterator[PlotStack]:
    made = PlotStack(theme)
    qtbot.addWidget(made)
    made.resize(488, 690)
    made.show_run(_recording())
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def _canvas(stack: PlotStack, row: int = 0) -> PlotCanvas:
    QApplication.processEvents()
    return stack.rows[row].canvas


def _point(canvas: PlotCanvas, time_s: float) -> QPoint:
    return QPoint(round(canvas.x_of(time_s)), canvas.viewport().height() // 2)


def _wheel(canvas: PlotCanvas, time_s: float, notches: int, modifiers: Qt.KeyboardModifiers = Qt.NoModifier) -> None:
    place = QPointF(_point(canvas, time_s))
    event = QWheelEvent(
        place, QPointF(), QPoint(), QPoint(0, 120 * notches), Qt.NoButton, modifiers, Qt.NoScrollPhase, False
    )
    QApplication.sendEvent(canvas.viewport(), event)
    QApplication.processEvents()


def _drop(stack: PlotStack, names: str, place: QPoint, mime_type: str = DRAGGED_CHANNELS) -> bool:
    content = QMimeData()
    content.setData(mime_type, names.encode())
    enter = QDragEnterEvent(place, Qt.CopyAction, content, Qt.LeftButton, Qt.NoModifier)
    enter.ignore()
    QApplication.sendEvent(stack, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(stack, QDropEvent(QPointF(place), Qt.CopyAction, content, Qt.LeftButton, Qt.NoModifier))
    return True


def _pixels_of(widget: QWidget, colour: QColor) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format_RGB32)
    buffer = image.constBits().asstring(image.byteCount())
    values = np.frombuffer(buffer, np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return np.argwhere((values & 0xFFFFFF) == (colour.rgb() & 0xFFFFFF))


def _bright_columns(widget: QWidget) -> np.ndarray:
    """Return the columns with light pixels: those of a light curve, however smoothed, on a dark panel."""
    image = widget.grab().toImage().convertToFormat(QImage.Format_Grayscale8)
    buffer = image.constBits().asstring(image.byteCount())
    values = np.frombuffer(buffer, np.uint8).reshape(image.height(), image.bytesPerLine())[:, : image.width()]
    return np.flatnonzero((values > 90).any(axis=0))


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
    stack.show_run(_recording(3))
    assert stack.plot_names() == [[HEIGHT]]


def test_that_the_cursor_shows_time_and_values(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)
    stack.plot([RIGHT, LEFT], True)

    stack.show_view(_view(_recording(), 50))

    texts = [row.legend.text() for row in stack.rows]
    assert texts == ["pelvis height | 0.890 | m", "ground reaction up | R 0.58 | L 0.44 | body weight"]
    assert stack._axis._chip_text() == "0.50 s"


def test_that_the_cursor_moves_without_a_signal_and_without_reading_samples(
    stack: PlotStack, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.plot([HEIGHT], True)
    view = _view(_recording(), 20)

    def read(*arguments: object) -> None:
        raise AssertionError("samples were read for a cursor")

    monkeypatch.setattr(Recording, "column", read)
    with qtbot.assertNotEmitted(stack.cursor_requested), qtbot.assertNotEmitted(stack.plotted_changed):
        stack.show_view(view)


def test_that_the_cursor_is_one_line_through_the_plot_at_its_time(stack: PlotStack, theme: Theme) -> None:
    stack.plot([HEIGHT], True)
    stack.show_view(_view(_recording(), 50))

    canvas = _canvas(stack)
    columns, counts = np.unique(_pixels_of(canvas, theme.colour("accent"))[:, 1], return_counts=True)

    assert columns.tolist() == [round(canvas.x_of(0.5))]
    assert counts[0] > 0.9 * canvas.height()


def test_that_curves_stand_where_the_axes_say(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)
    canvas = _canvas(stack)

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
    made.show()
    qtbot.waitExposed(made)

    made.plot([angle.name])
    made.show_view(_view(recording, 1))

    assert made.rows[0].legend.text() == "pelvis speed | 90.0 | °"
    low, high = made.rows[0].canvas.value_extent
    assert low < 90.0 < high
    made.close()


def test_that_an_end_limit_is_always_in_view(stack: PlotStack, theme: Theme) -> None:
    stack.plot([HEIGHT], True)
    stack.plot([SPEED], True)

    low, high = _canvas(stack).value_extent
    assert low < 0.6 < high
    assert len(_pixels_of(_canvas(stack), theme.colour("bad"))) > 100
    assert len(_pixels_of(_canvas(stack, 1), theme.colour("bad"))) == 0


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
    made.show()
    qtbot.waitExposed(made)

    made.plot([near.name], True)
    made.plot([far.name], True)

    assert len(_pixels_of(_canvas(made, 0), theme.colour("band"))) > 1_000
    assert len(_pixels_of(_canvas(made, 1), theme.colour("band"))) == 0
    made.close()


def test_that_a_loop_is_tinted_and_goes(stack: PlotStack) -> None:
    stack.plot([SPEED], True)
    recording = _recording()
    canvas = _canvas(stack)
    plain = canvas.grab().toImage().pixelColor(round(canvas.x_of(0.63)), 3)

    stack.show_view(_view(recording, 10, loop=(50, 80)))
    tinted = canvas.grab().toImage().pixelColor(round(canvas.x_of(0.63)), 3)
    stack.show_view(_view(recording, 10))

    assert tinted != plain
    assert canvas.grab().toImage().pixelColor(round(canvas.x_of(0.63)), 3) == plain


def test_that_a_missing_sample_leaves_a_gap(stack: PlotStack) -> None:
    recording = Recording(sample_info())
    for step in range(101):
        recording.append(frame_with(step, reward=float("nan") if 40 <= step <= 60 else 1.0))
    stack.show_run(recording)
    stack.plot([REWARD], True)

    canvas = _canvas(stack)
    columns = _bright_columns(canvas)

    assert ((columns > canvas.x_of(0.1)) & (columns < canvas.x_of(0.38))).sum() > 50
    assert not ((columns > canvas.x_of(0.41)) & (columns < canvas.x_of(0.59))).any()


def test_that_only_appended_samples_are_read(stack: PlotStack, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = _recording(50)
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
    recording = _recording(50)
    stack.show_run(recording)
    stack.plot([HEIGHT], True)
    stack.show_view(_view(recording, 49, phase="running"))
    stack.show_data()
    assert stack.window_s[1] == pytest.approx(0.49, rel=0.1)

    for step in range(50, 100):
        recording.append(sample_frame(step))
    stack.show_data()
    assert 0.99 < stack.window_s[1] < 1.1

    _wheel(_canvas(stack), 0.5, 3)
    zoomed = stack.window_s
    recording.append(sample_frame(100))
    stack.show_data()
    assert stack.window_s == zoomed


def test_that_a_hidden_panel_catches_up_when_it_is_shown(stack: PlotStack, qtbot: QtBot) -> None:
    recording = _recording(10)
    stack.show_run(recording)
    stack.plot([HEIGHT], True)
    stack.hide()
    recording.append(sample_frame(10))
    stack.show_data()
    stack.show_view(_view(recording, 10))

    stack.show()
    qtbot.waitExposed(stack)

    assert len(stack._data.times_s) == 11
    assert stack.rows[0].legend.text() == "pelvis height | 0.930 | m"


def test_that_press_and_drag_ask_for_the_nearest_frame(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([HEIGHT], True)
    canvas = _canvas(stack)
    asked: list[int] = []
    stack.cursor_requested.connect(asked.append)

    qtbot.mousePress(canvas.viewport(), Qt.LeftButton, pos=_point(canvas, 0.30))
    qtbot.mouseMove(canvas.viewport(), _point(canvas, 0.70))
    qtbot.mouseRelease(canvas.viewport(), Qt.LeftButton, pos=_point(canvas, 0.70))

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
    canvas = _canvas(stack)
    before, x = stack.window_s, canvas.x_of(0.4)

    _wheel(canvas, 0.4, 4)

    start, end = stack.window_s
    assert end - start == pytest.approx(0.8**4 * (before[1] - before[0]), rel=1e-6)
    assert canvas.x_of(0.4) == pytest.approx(x, abs=1.0)
    qtbot.mouseDClick(canvas.viewport(), Qt.LeftButton)
    assert stack.window_s == before


def test_that_a_right_drag_moves_along_time_and_opens_no_menu(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([HEIGHT], True)
    canvas = _canvas(stack)
    _wheel(canvas, 0.5, 4)
    start, end = stack.window_s

    with qtbot.assertNotEmitted(stack.rows[0].menu_requested):
        qtbot.mousePress(canvas.viewport(), Qt.RightButton, pos=QPoint(200, 20))
        for x in (190, 170, 150):
            qtbot.mouseMove(canvas.viewport(), QPoint(x, 20))
        qtbot.mouseRelease(canvas.viewport(), Qt.RightButton, pos=QPoint(150, 20))

    moved = stack.window_s
    assert moved[0] - start == pytest.approx(50 / canvas.viewport().width() * (end - start), rel=0.05)


def test_that_a_zoomed_range_turns_the_page_when_the_cursor_leaves_it(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)
    _wheel(_canvas(stack), 0.1, 6)
    assert stack.window_s[1] < 0.9

    stack.show_view(_view(_recording(), 90))

    assert stack.window_s[0] <= 0.9 <= stack.window_s[1]


def test_that_a_channel_dropped_on_a_plot_is_added_and_elsewhere_gets_its_own(stack: PlotStack, qtbot: QtBot) -> None:
    stack.plot([HEIGHT], True)
    canvas = _canvas(stack)
    on_plot = canvas.mapTo(stack, QPoint(50, 20))

    assert _drop(stack, SPEED, on_plot)
    assert _drop(stack, f"{RIGHT}\n{LEFT}", QPoint(100, stack.height() - 30))

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
    assert not _drop(stack, "file:///a.pkl", QPoint(50, 50), "text/uri-list")


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


def test_that_curves_are_written_as_a_table(stack: PlotStack, tmp_path) -> None:
    stack.plot([REWARD], True)
    stack.plot([HEIGHT], True)
    path = tmp_path / "curves.csv"

    assert save(path, stack.table()) == ""

    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "time (s),reward/step,body/pelvis/height (m)"
    assert len(lines) == 102
    cells = dict(zip(lines[0].split(","), lines[3].split(","), strict=True))
    assert (float(cells["time (s)"]), float(cells["reward/step"])) == (0.02, 2.0)
    assert float(cells["body/pelvis/height (m)"]) == pytest.approx(0.938)
    assert "" in lines[1].split(",")


def test_that_a_picture_is_light_whatever_the_window_shows(stack: PlotStack, tmp_path) -> None:
    stack.plot([HEIGHT], True)

    picture = stack.picture()

    assert picture.pixelColor(2, picture.height() - 2).name() == "#ffffff"
    assert stack.grab().toImage().pixelColor(2, picture.height() - 2).name() == "#181c22"
    assert save(tmp_path / "p.png", stack) == ""
    assert "was not written" in save(tmp_path / "no folder" / "p.png", stack)
    assert "were not written" in save(tmp_path / "no folder" / "p.csv", "x")


def test_that_closing_frees_the_plots_and_may_be_repeated(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)

    stack.close()
    stack.close()
    stack.show_data()
    stack.show_view(_view(_recording(), 3))

    assert stack.rows == []
    assert not stack._redraw_timer.isActive()


# Without a window:


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


@pytest.mark.parametrize(
    ("span", "n_most", "unit", "step"),
    [(1.0, 4, "", 0.5), (1.0, 10, "", 0.1), (0.83, 9, "s", 0.1), (110.0, 4, "°", 30.0), (20.0, 4, "°", 5.0)],
)
def test_that_steps_of_an_axis_read_well(span: float, n_most: int, unit: str, step: float) -> None:
    assert tick_step(span, n_most, unit) == pytest.approx(step)


def test_that_ticks_are_the_multiples_in_range() -> None:
    assert tick_values(-0.05, 0.3, 0.1) == pytest.approx([0.0, 0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("low", "high", "unit"), [(0.58, 1.02, "m"), (-16.0, 2.9, ""), (0.0, 359.0, "°"), (3.0, 3.1, "N")]
)
def test_that_even_a_low_plot_has_two_ticks_to_read_it_by(low: float, high: float, unit: str) -> None:
    step, values = readable_ticks(low, high, 1, unit)

    assert 2 <= len(values) <= 4
    assert values[1] - values[0] == pytest.approx(step)


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [(-30.0, 30.0, "−30"), (0.5, 0.25, "0.5"), (0.6, 0.2, "0.6"), (-0.0, 0.1, "0.0"), (20000.0, 5000.0, "20k")],
)
def test_that_tick_texts_are_short_with_a_true_minus(value: float, step: float, text: str) -> None:
    assert tick_text(value, step) == text


def test_that_a_resting_value_does_not_fill_the_plot_with_its_noise() -> None:
    low, high = value_range(0.93, 0.93001, "m")

    assert high - low >= 0.02
    assert value_range(float("nan"), float("nan"), "m") == (0.0, 1.0)
