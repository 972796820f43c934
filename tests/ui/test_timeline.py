"""Ruler and lanes: what is drawn where, and what the mouse asks for."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PyQt5.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from osimviz.analysis.lane_data import LaneReader
from osimviz.frames import Failure, Outcome
from osimviz.palette import load_palette
from osimviz.recording import Recording
from osimviz.ui.theme import Theme
from osimviz.ui.timeline import Timeline
from osimviz.ui.timeline.layout import LaneLayout, axis_end_s
from osimviz.ui.timeline.marks import short_end
from osimviz.ui.timeline.scale import TimeScale
from osimviz.ui.timeline.strip import LaneStrip
from tests.sample_runs import frame_with, sample_info
from tests.ui.timeline_runs import FELL, frame_of, recorded, repeated, view_of, without_limit, x_of

WIDE_LAYOUT = LaneLayout.of(1600, has_feet=True)


@pytest.fixture
def theme() -> Theme:
    return Theme(load_palette("dark"))


@pytest.fixture
def strip(qtbot: QtBot, theme: Theme) -> LaneStrip:
    made = LaneStrip(theme)
    qtbot.addWidget(made)
    made.resize(1600, 176)
    recording = recorded()
    made.show_run(recording)
    made.show_view(view_of(recording, 66))
    with qtbot.waitExposed(made):
        made.show()
    return made


def picture(strip: LaneStrip) -> QImage:
    return strip.grab().toImage()


def in_lane(lane: str) -> int:
    top, height = WIDE_LAYOUT.spans[lane]
    return top + height // 2


def columns_of(image: QImage, y: int, colour: QColor) -> list[int]:
    return [x for x in range(96, 1508) if image.pixelColor(x, y) == colour]


def wheel(strip: LaneStrip, x: int, notches: int) -> None:
    position = QPointF(x, 60)
    event = QWheelEvent(
        position, position, QPoint(), QPoint(0, 120 * notches), Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False
    )
    QApplication.sendEvent(strip, event)


def move(strip: LaneStrip, x: int, y: int, buttons: Qt.MouseButton = Qt.NoButton) -> None:
    # The pointer of the display would report only the last of several moves.
    where = QPointF(x, y)
    event = QMouseEvent(QEvent.MouseMove, where, where, where, Qt.NoButton, buttons, Qt.NoModifier)
    QApplication.sendEvent(strip, event)


def test_that_a_stance_is_a_bar_in_its_foot_s_colour_from_contact_to_toe_off(strip: LaneStrip, theme: Theme) -> None:
    bar = columns_of(picture(strip), in_lane("right"), theme.colour("right"))
    assert bar[0] == pytest.approx(x_of(strip, 0), abs=1)
    in_first = [x for x in bar if x < x_of(strip, 60)]
    assert in_first[-1] == pytest.approx(x_of(strip, 50), abs=1)
    assert min(x for x in bar if x > x_of(strip, 60)) == pytest.approx(x_of(strip, 70), abs=1)


def test_that_a_touch_of_20_milliseconds_is_an_outline_only(strip: LaneStrip, theme: Theme) -> None:
    image = picture(strip)
    middle = round((x_of(strip, 20) + x_of(strip, 22)) / 2)
    column = [image.pixelColor(middle, y) for y in range(*np.cumsum(WIDE_LAYOUT.spans["left"]))]
    assert column.count(theme.colour("left")) == 2


def test_that_the_cursor_stands_at_its_frame_through_all_lanes(strip: LaneStrip, theme: Theme) -> None:
    image = picture(strip)
    for lane in ("right", "left", "reward", "wall_time"):
        assert image.pixelColor(x_of(strip, 66), in_lane(lane)) == theme.colour("accent")


def test_that_moving_the_cursor_keeps_the_picture_of_the_lanes(
    strip: LaneStrip, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(strip)
    painted: list[int] = []
    paint = strip._paint_picture
    monkeypatch.setattr(strip, "_paint_picture", lambda: painted.append(1) or paint())
    strip.show_view(view_of(recorded(), 67))
    picture(strip)
    assert painted == []


def test_that_a_fall_is_a_red_line_through_all_lanes_and_the_end_of_another_run_is_not(
    strip: LaneStrip, theme: Theme
) -> None:
    image = picture(strip)
    for lane in ("right", "reward", "wall_time"):
        assert image.pixelColor(x_of(strip, 83), in_lane(lane)) == theme.colour("bad")
    strip.show_run(recorded(outcome=Outcome("time_limit", 83, 0.83, "reached the time limit at 0.83 s")))
    assert picture(strip).pixelColor(x_of(strip, 83), in_lane("reward")) == theme.colour("text_mid")


def test_that_a_step_that_failed_is_marked_behind_the_last_frame(strip: LaneStrip, theme: Theme) -> None:
    failure = Failure("the controller raised IndexError at step 41")
    recording = recorded(41, Outcome("controller_error", 41, 0.41, failure.sentence, failure))
    strip.show_run(recording)
    strip.show_view(view_of(recording, 40))
    image = picture(strip)
    assert image.pixelColor(x_of(strip, 41), in_lane("reward")) == theme.colour("bad")
    assert x_of(strip, 41) < 1508


def test_that_the_loop_is_tinted_in_the_ruler(strip: LaneStrip, theme: Theme) -> None:
    strip.show_view(view_of(recorded(), 10, is_looping=True, loop_start=40, loop_end=60))
    image = picture(strip)
    tinted = columns_of(image, 3, theme.colour("accent_soft"))
    assert (tinted[0], tinted[-1]) == (pytest.approx(x_of(strip, 40), abs=1), pytest.approx(x_of(strip, 60), abs=1))


def test_that_a_label_is_painted_again_in_front_of_the_cursor(strip: LaneStrip, theme: Theme) -> None:
    # The sentence of the end stands left of its mark: the cursor at step 78 would run through it.
    strip.show_view(view_of(recorded(), 78))
    top, height = WIDE_LAYOUT.spans["events"]
    column = [picture(strip).pixelColor(x_of(strip, 78), y) for y in range(top + height // 2 + 6, top + height - 8)]
    assert theme.colour("accent") not in column


def test_that_a_long_run_shows_contacts_and_leaves_toe_offs_to_the_bars(strip: LaneStrip, theme: Theme) -> None:
    recording = repeated(2000)
    strip.show_run(recording)
    strip.show_view(view_of(recording, 0))
    image = picture(strip)
    row = WIDE_LAYOUT.spans["events"][0] + round(WIDE_LAYOUT.spans["events"][1] * 0.27)
    # A filled mark is several pixels wide in its middle, a hollow one a line at each side.
    for index, is_marked in ((30, True), (84 + 30, True), (50, False), (84 + 50, False)):
        middle = x_of(strip, index)
        foot = theme.colour("left" if index % 84 == 30 else "right")
        near = [image.pixelColor(x, row) == foot for x in range(middle - 1, middle + 1)]
        assert all(near) == is_marked, index


def test_that_closing_ends_the_search_for_marks_of_a_long_run_and_may_be_repeated(qtbot: QtBot, theme: Theme) -> None:
    timeline = Timeline(theme)
    qtbot.addWidget(timeline)
    timeline.show_run(repeated(2_100))
    assert timeline._strip._more.isActive()

    timeline.close()
    timeline.close()
    timeline.show_data()

    assert not timeline._strip._more.isActive()


def test_that_nothing_recorded_says_what_goes_there(strip: LaneStrip, theme: Theme) -> None:
    strip.show_run(None)
    strip.show_view(view_of(None, phase="idle"))
    image = picture(strip)
    words = [x for x in range(150, 600) if image.pixelColor(x, in_lane("events")) != image.pixelColor(1400, 50)]
    assert words
    assert strip.event_indices() == []


def has_words(strip: LaneStrip, lane: str, theme: Theme) -> bool:
    """Whether there are weak words at the left of a lane."""
    image, (top, height) = picture(strip), WIDE_LAYOUT.spans[lane]
    words = theme.colour("text_weak").getRgb()
    rows = range(top + 2, top + height // 2 + 4)
    shown = (image.pixelColor(x, y).getRgb() for x in range(112, 300) for y in rows)
    # Letters are smoothed: few of their pixels have the very colour.
    return sum(all(abs(a - b) <= 20 for a, b in zip(colour, words, strict=True)) for colour in shown) > 20


def test_that_an_empty_lane_of_an_ended_run_says_why_it_is_empty(strip: LaneStrip, theme: Theme) -> None:
    assert has_words(strip, "checks", theme)
    assert not any(has_words(strip, lane, theme) for lane in ("events", "reward"))

    bare = Recording(sample_info())
    for step in range(20):
        bare.append(frame_with(step, reward=float("nan"), wall_time_s=float("nan"), observation=np.array([3.5, 1.0])))
    bare.outcome = FELL
    show(strip, bare)
    assert not has_words(strip, "checks", theme)
    assert all(has_words(strip, lane, theme) for lane in ("events", "reward", "wall_time"))


def test_that_only_a_step_that_is_marked_as_slow_warns_in_the_lane_of_wall_times(
    strip: LaneStrip, theme: Theme
) -> None:
    medians = {20: 6.0, 60: 40.0}
    run = Recording(sample_info())
    for step in range(84):
        run.append(frame_with(step, wall_time_s=float("nan") if step == 0 else 0.03 * medians.get(step, 1.0)))
    run.outcome = FELL
    show(strip, run)

    top, height = WIDE_LAYOUT.spans["wall_time"]
    image = picture(strip)
    # A bar stands before its frame; both reach the top of the lane.
    usual, long, slow = (image.pixelColor(x_of(strip, step) - 6, top + height - 8) for step in (40, 20, 60))
    assert usual == theme.colour("edge")
    assert long == theme.colour("disabled")
    assert slow == theme.colour("warn")


def test_that_a_model_without_feet_has_no_stance_lanes(strip: LaneStrip) -> None:
    strip.show_run(recorded(has_feet=False))
    picture(strip)
    assert "right" not in LaneLayout.of(1600, has_feet=False).spans
    assert LaneLayout.of(1600, has_feet=False).bottom_px == WIDE_LAYOUT.bottom_px
    assert strip.event_indices() == [83]


@pytest.mark.parametrize("width_px", [900, 1280, 1399, 1400, 2560])
def test_that_lanes_fit_every_width(strip: LaneStrip, width_px: int) -> None:
    strip.resize(width_px, 176)
    picture(strip)
    layout = LaneLayout.of(width_px, has_feet=True)
    assert 0 < layout.left_px < layout.right_px < width_px
    assert strip.scale.x_of(strip.time_range_s()[1]) == pytest.approx(layout.right_px)


def test_that_a_press_goes_to_the_frame_under_the_pointer(qtbot: QtBot, strip: LaneStrip) -> None:
    with qtbot.waitSignal(strip.cursor_requested) as asked:
        qtbot.mousePress(strip, Qt.LeftButton, pos=QPoint(x_of(strip, 25), in_lane("reward")))
    assert asked.args == [25]


def test_that_a_drag_scrubs_frame_by_frame_and_stays_within_the_run(qtbot: QtBot, strip: LaneStrip) -> None:
    asked: list[int] = []
    strip.cursor_requested.connect(asked.append)
    y = in_lane("left")
    qtbot.mousePress(strip, Qt.LeftButton, pos=QPoint(x_of(strip, 10), y))
    for x in (x_of(strip, 11), x_of(strip, 50), 1590, 0):
        move(strip, x, y, Qt.LeftButton)
    qtbot.mouseRelease(strip, Qt.LeftButton, pos=QPoint(0, y))
    assert asked == [10, 11, 50, 83, 0]


@pytest.mark.parametrize(("button", "modifier"), [(Qt.LeftButton, Qt.ShiftModifier), (Qt.RightButton, Qt.NoModifier)])
def test_that_shift_or_the_right_button_draws_a_loop_in_either_direction(
    qtbot: QtBot, strip: LaneStrip, button: Qt.MouseButton, modifier: Qt.KeyboardModifier
) -> None:
    asked: list[tuple[int, int]] = []
    strip.loop_requested.connect(lambda first, last: asked.append((first, last)))
    with qtbot.assertNotEmitted(strip.cursor_requested):
        qtbot.mousePress(strip, button, modifier, QPoint(x_of(strip, 40), 10))
        move(strip, x_of(strip, 60), 10, button)
        move(strip, x_of(strip, 20), 10, button)
        qtbot.mouseRelease(strip, button, modifier, QPoint(x_of(strip, 20), 10))
    assert asked == [(40, 60), (20, 40)]


def test_that_a_click_near_a_mark_goes_to_its_frame(qtbot: QtBot, strip: LaneStrip) -> None:
    recording = repeated(500)
    strip.show_run(recording)
    strip.show_view(view_of(recording, 0))
    beside = x_of(strip, 70) + 5
    with qtbot.waitSignal(strip.cursor_requested) as asked:
        qtbot.mouseClick(strip, Qt.LeftButton, pos=QPoint(beside, in_lane("events")))
    assert asked.args == [70]
    with qtbot.waitSignal(strip.cursor_requested) as asked:
        qtbot.mouseClick(strip, Qt.LeftButton, pos=QPoint(beside, in_lane("reward")))
    assert asked.args == [72]


def test_that_the_wheel_zooms_around_the_pointer_and_a_double_click_fits(qtbot: QtBot, strip: LaneStrip) -> None:
    whole = strip.time_range_s()
    x = x_of(strip, 30)
    wheel(strip, x, 5)
    start_s, end_s = strip.time_range_s()
    assert end_s - start_s == pytest.approx((whole[1] - whole[0]) * 0.8**5)
    assert x_of(strip, 30) == pytest.approx(x, abs=1)
    qtbot.mouseDClick(strip, Qt.LeftButton, pos=QPoint(x, 60))
    assert strip.time_range_s() == whole


def test_that_zooming_out_never_leaves_the_run(strip: LaneStrip) -> None:
    whole = strip.time_range_s()
    wheel(strip, x_of(strip, 80), 3)
    wheel(strip, x_of(strip, 5), -20)
    assert strip.time_range_s() == whole


def test_that_the_middle_button_moves_a_zoomed_range(qtbot: QtBot, strip: LaneStrip) -> None:
    wheel(strip, x_of(strip, 40), 4)
    start_s, _ = strip.time_range_s()
    qtbot.mousePress(strip, Qt.MiddleButton, pos=QPoint(800, 60))
    move(strip, 700, 60, Qt.MiddleButton)
    qtbot.mouseRelease(strip, Qt.MiddleButton, pos=QPoint(700, 60))
    assert strip.time_range_s()[0] == pytest.approx(start_s + 100 / strip.scale.px_per_s)


def test_that_a_zoomed_axis_turns_the_page_when_the_cursor_leaves_it(strip: LaneStrip) -> None:
    wheel(strip, x_of(strip, 10), 5)
    assert strip.time_range_s()[1] < 0.5
    strip.show_view(view_of(recorded(), 60))
    start_s, end_s = strip.time_range_s()
    assert start_s < 0.60 < end_s
    assert end_s <= axis_end_s(view_of(recorded(), 60)) + 1e-9


def test_that_showing_emits_nothing(qtbot: QtBot, theme: Theme) -> None:
    timeline = Timeline(theme)
    qtbot.addWidget(timeline)
    signals = (
        timeline.cursor_requested,
        timeline.loop_requested,
        timeline.command_requested,
        timeline.speed_requested,
    )
    heard: list[object] = []
    for signal in signals:
        signal.connect(lambda *arguments: heard.append(arguments))
    recording = recorded()
    timeline.show_run(recording)
    timeline.show_view(view_of(recording, 12, speed=-2.0, is_looping=True, loop_start=3, loop_end=40, is_playing=True))
    timeline.show_data()
    timeline.set_theme(Theme(load_palette("light")))
    timeline.show_run(None)
    timeline.show_view(view_of(None, phase="idle"))
    assert heard == []


def test_that_hovering_tells_time_step_forces_and_reward(strip: LaneStrip) -> None:
    move(strip, x_of(strip, 30), in_lane("reward"))
    assert QToolTip.text().splitlines() == [
        "0.300 s · step 30",
        "right foot 0.87 BW",
        "left foot 0.87 BW",
        "reward 3.500, sum 6.400",
        "computed in 30 ms",
    ]
    move(strip, x_of(strip, 83) - 2, in_lane("events"))
    assert QToolTip.text().splitlines()[0] == FELL.sentence
    QToolTip.hideText()


def test_that_the_events_to_go_to_leave_out_chatter_and_hold_the_end_once() -> None:
    data = LaneReader(recorded()).read()
    assert data is not None
    assert data.event_indices() == [30, 50, 60, 70, 83]
    assert data.names_at(30) == ["contact left"]
    assert data.names_at(83) == [FELL.sentence]


def test_that_a_run_without_frames_has_no_lanes() -> None:
    assert LaneReader(recorded(0, None)).read() is None


def test_that_time_and_pixels_are_inverse() -> None:
    scale = TimeScale(0.2, 1.2, 100.0, 500.0)
    assert scale.x_of(0.2) == 100.0
    assert scale.time_at(scale.x_of(0.7)) == pytest.approx(0.7)
    np.testing.assert_allclose(scale.xs_of(np.array([0.2, 1.2])), [100.0, 600.0])


@pytest.mark.parametrize("length_s", [0.08, 0.83, 3.0, 25.0, 500.0, 2e4, 3e9])
def test_that_labels_never_touch_and_steps_have_ticks_where_there_is_room(length_s: float) -> None:
    scale = TimeScale(0.0, length_s, 100.0, 1400.0)
    labels = [scale.x_of(time_s) for time_s in scale.label_ticks()]
    assert len(labels) >= 2
    assert min(np.diff(labels)) >= 80.0
    ticks = [scale.x_of(time_s) for time_s in scale.minor_ticks(0.01)]
    assert not ticks or min(np.diff(ticks)) >= 3.9
    assert (len(ticks) == round(length_s / 0.01) + 1) == (length_s <= 3.0)


def test_that_zooming_stops_at_eight_steps() -> None:
    scale = TimeScale(0.0, 10.0, 0.0, 1000.0).zoomed(1e-6, 500.0, TimeScale(0.0, 10.0, 0.0, 1000.0), 0.01)
    assert scale.end_s - scale.start_s == pytest.approx(0.08)
    assert scale.start_s <= 5.0 <= scale.end_s


def test_that_the_axis_of_a_growing_run_reaches_to_a_near_limit_and_doubles_towards_a_far_one() -> None:
    view = view_of(recorded(13, None), 0, "running")
    assert axis_end_s(view) == pytest.approx(3.0)
    far = replace(view, step_limit=2500)
    lengths = [axis_end_s(replace(far, end_time_s=end_s)) for end_s in (0.1, 2.6, 2.8, 7.0, 24.9)]
    assert lengths == [3.0, 3.0, 6.0, 12.0, 25.0]


def test_that_the_axis_of_an_ended_run_has_room_for_its_mark() -> None:
    assert axis_end_s(view_of(recorded(), 0)) == pytest.approx(0.83 * 1.02)
    assert axis_end_s(None) == axis_end_s(view_of(None, phase="idle")) == 3.0
    assert axis_end_s(without_limit(view_of(recorded(13, None), 0, "running"))) == 3.0


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("fell at 0.83 s: pelvis below 0.6 m", "fell: pelvis below 0.6 m"),
        ("fell at 0.83 s", "fell"),
        ("reached the time limit at 3.00 s", "reached the time limit"),
        ("the controller raised IndexError at step 41", "the controller raised IndexError at step 41"),
    ],
)
def test_that_the_end_mark_leaves_out_the_time_that_its_place_tells(sentence: str, expected: str) -> None:
    assert short_end(sentence) == expected


def marked(**changes: dict[int, object]) -> Recording:
    """Return the run that falls, with some attributes replaced at some steps."""
    recording = Recording(sample_info())
    for step in range(84):
        values = {name: steps[step] for name, steps in changes.items() if step in steps}
        recording.append(replace(frame_of(step), n_clipped=0.0, **values))  # type: ignore[arg-type]
    recording.outcome = FELL
    return recording


def show(strip: LaneStrip, recording: Recording, index: int = 66) -> None:
    strip.show_run(recording)
    strip.show_view(view_of(recording, index))


def test_that_values_out_of_bounds_and_missing_numbers_stand_in_the_lane_of_checks(
    strip: LaneStrip, theme: Theme
) -> None:
    assert columns_of(picture(strip), in_lane("checks"), theme.colour("warn")) == []
    high, missing = np.array([3.5, 1.0]), np.array([0.9, np.nan])
    show(strip, marked(observation={**dict.fromkeys(range(10, 20), high), 40: missing}))
    image = picture(strip)
    bar = columns_of(image, in_lane("checks"), theme.colour("warn"))
    assert bar[0] == pytest.approx(x_of(strip, 10) - 8, abs=2)
    assert bar[-1] == pytest.approx(x_of(strip, 19) + 8, abs=2)
    cross = columns_of(image, in_lane("checks"), theme.colour("bad"))
    assert min(abs(x - x_of(strip, 40)) for x in cross) <= 9
    move(strip, x_of(strip, 12), in_lane("checks"))
    assert "out of bounds: pelvis/height 3.5" in QToolTip.text()


def test_that_what_deserves_a_look_can_be_gone_to() -> None:
    high = np.array([3.5, 1.0])
    recording = marked(observation=dict.fromkeys(range(10, 20), high))
    recording.add_bookmark(44, "here it trips")
    data = LaneReader(recording).read()
    assert data is not None
    assert {10, 44, 83} <= set(data.event_indices())
    assert 11 not in data.event_indices()
    assert "bookmark: here it trips" in data.names_at(44)
    # Marks at every other step are no places to go to one by one.
    recording = marked(observation=dict.fromkeys(range(0, 84, 2), high))
    data = LaneReader(recording).read()
    assert data is not None
    assert {2, 4, 6}.isdisjoint(data.event_indices())


def test_that_a_bookmark_is_a_flag_with_its_note_that_a_click_goes_to(
    qtbot: QtBot, strip: LaneStrip, theme: Theme
) -> None:
    recording = recorded()
    recording.add_bookmark(44, "here it trips")
    show(strip, recording)
    row = WIDE_LAYOUT.spans["events"][0] + round(WIDE_LAYOUT.spans["events"][1] * 0.72)
    flag = columns_of(picture(strip), row - 4, theme.colour("series2"))
    assert x_of(strip, 44) - 1 <= flag[0] <= x_of(strip, 44) + 1
    with qtbot.waitSignal(strip.cursor_requested) as asked:
        qtbot.mouseClick(strip, Qt.LeftButton, pos=QPoint(x_of(strip, 44) + 4, row))
    assert asked.args == [44]


def test_that_what_a_search_found_is_tinted_through_all_lanes(strip: LaneStrip) -> None:
    row = in_lane("reward") + 12
    plain = picture(strip)

    def tinted() -> list[int]:
        image = picture(strip)
        return [x for x in range(96, 1508) if image.pixelColor(x, row) != plain.pixelColor(x, row)]

    strip.show_hits([(20, 29), (40, 40)])
    tint = tinted()
    assert tint[0] == pytest.approx(x_of(strip, 20) - 8, abs=2)
    assert any(abs(x - x_of(strip, 40)) <= 2 for x in tint)
    assert not any(x_of(strip, 31) <= x <= x_of(strip, 38) for x in tint)
    strip.show_run(recorded())
    strip.show_view(view_of(recorded(), 66))
    assert tinted() == []


def test_that_lanes_can_be_left_out_and_the_timeline_shrinks(qtbot: QtBot, theme: Theme) -> None:
    timeline = Timeline(theme)
    qtbot.addWidget(timeline)
    timeline.resize(1600, 240)
    with qtbot.waitExposed(timeline):
        timeline.show()
    timeline.show_run(recorded())
    whole = timeline.minimumSizeHint().height()
    timeline.hide_lanes(["checks", "stances"])
    assert timeline.minimumSizeHint().height() == whole - 14 - 40
    timeline.hide_lanes(["checks", "stances", "reward", "wall_time"])
    timeline.show_view(view_of(recorded(), 20))
    timeline.grab()
    timeline.hide_lanes([])
    assert timeline.minimumSizeHint().height() == whole


def test_that_the_end_of_a_growing_run_is_marked_as_live(strip: LaneStrip, theme: Theme) -> None:
    recording = recorded(40, None)
    row = in_lane("left") + 8
    strip.show_run(recording)
    strip.show_view(view_of(recording, 20, "running"))

    def live_pixels() -> int:
        image, x = picture(strip), x_of(strip, 39)
        return sum(image.pixelColor(x, row + dy) == theme.colour("good") for dy in range(-8, 8))

    assert live_pixels() >= 4
    strip.show_view(view_of(recording, 20, "ended"))
    assert live_pixels() == 0


def test_that_a_zoomed_range_is_brought_back_when_the_axis_ends_with_the_run(strip: LaneStrip) -> None:
    recording = recorded(84, None)
    strip.show_run(recording)
    strip.show_view(view_of(recording, 20, "running"))
    wheel(strip, 1400, 2)
    assert strip.time_range_s()[1] > 1.5
    recording.outcome = FELL
    strip.show_view(view_of(recording, 20))
    assert strip.time_range_s()[1] <= axis_end_s(view_of(recording, 20))


def test_that_a_tooltip_goes_when_playing_moves_on(strip: LaneStrip, qtbot: QtBot) -> None:
    move(strip, x_of(strip, 30), in_lane("reward"))
    assert QToolTip.isVisible()
    recording = recorded()
    strip.show_view(view_of(recording, 67))
    assert QToolTip.isVisible()
    strip.show_view(view_of(recording, 68, is_playing=True))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_that_values_stay_while_the_cursor_is_ahead_of_the_lanes(strip: LaneStrip, theme: Theme) -> None:
    recording = recorded(40, None)
    strip.show_run(recording)
    strip.show_view(view_of(recording, 39, "running"))
    gutter = picture(strip).copy(1510, in_lane("right") - 8, 80, 16)
    for step in range(40, 44):
        recording.append(frame_of(step))
    strip.show_view(view_of(recording, 43, "running"))
    assert picture(strip).copy(1510, in_lane("right") - 8, 80, 16) == gutter


def test_that_a_motion_without_rewards_has_neither_their_sum_nor_their_words(strip: LaneStrip, theme: Theme) -> None:
    info = sample_info()
    run = Recording(
        replace(info, channels=tuple(c for c in info.channels if c.field not in ("reward", "episode_return")))
    )
    for step in range(20):
        run.append(frame_with(step, reward=float("nan"), wall_time_s=float("nan")))
    run.outcome = Outcome("done", 19, 0.19, "the motion ends")
    show(strip, run, 10)

    assert strip._data is not None
    assert strip._data.returns.size == 0
    assert strip._data.step_words(10) == []
    image, (top, height) = picture(strip), WIDE_LAYOUT.spans["reward"]
    panel = theme.colour("panel")
    gutter = (image.pixelColor(x, y) for x in range(1512, 1596) for y in range(top + 2, top + height - 2))
    assert all(colour == panel for colour in gutter)
    move(strip, x_of(strip, 10), in_lane("reward"))
    assert "reward" not in QToolTip.text()
    assert view_of(run, 10).summary == "19 steps"


def test_that_hits_that_meet_or_lie_within_a_column_are_tinted_once(strip: LaneStrip, theme: Theme) -> None:
    y = sum(WIDE_LAYOUT.spans["ruler"]) - 2

    def row() -> list[int]:
        image = picture(strip)
        return [image.pixelColor(x, y).rgba() for x in range(96, 1508)]

    strip.show_hits([(10, 30)])
    one = row()
    strip.show_hits([(step, step) for step in range(10, 31)])
    assert row() == one
    assert len(set(one)) > 1

    tint = theme.colour("text_weak").rgba()
    strip.show_hits([(0, 2), (81, 83)])
    tinted = [x for x, colour in enumerate(row(), start=96) if colour == tint]
    assert min(tinted) <= x_of(strip, 0)
    assert max(tinted) >= x_of(strip, 83) - 1


def test_that_marks_found_before_their_frames_are_drawn_can_be_pointed_at(strip: LaneStrip) -> None:
    growing = recorded(40, None)
    strip.show_run(growing)
    strip.show_view(view_of(growing, 0, "running"))
    for step in range(40, 60):
        # Clipped from step 50 on: marks are looked for beyond what the lanes were read with.
        growing.append(replace(frame_of(step), action=np.full(4, 2.0 if step >= 50 else 0.3)))
    strip._reader.read_more()
    top, height = strip._layout.spans["events"]

    assert strip._mark_near(strip.scale.x_of(0.5), top + height / 2) == 50
    assert strip._mark_near(strip.scale.x_of(0.42), top + height / 2) is None
