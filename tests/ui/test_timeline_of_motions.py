"""The timeline of a run whose times are not the numbers of its steps: a motion begins late, and its rows vary."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtGui import QColor
from PyQt5.QtTest import QTest
from pytestqt.qtbot import QtBot

from osimviz.analysis.ending import ending_of
from osimviz.analysis.lane_data import LaneReader
from osimviz.frames import Failure
from osimviz.palette import load_palette
from osimviz.ui.ending_panel.words import rows
from osimviz.ui.find_panel import FindPanel
from osimviz.ui.theme import Theme
from osimviz.ui.timeline import Timeline
from osimviz.ui.timeline.layout import axis_end_s
from osimviz.ui.timeline.strip import LaneStrip
from tests.ui.timeline_runs import FELL, motion, view_of

TIMES_S = motion().time_s()


@pytest.fixture
def theme() -> Theme:
    return Theme(load_palette("dark"))


@pytest.fixture
def strip(qtbot: QtBot, theme: Theme) -> LaneStrip:
    made = LaneStrip(theme)
    qtbot.addWidget(made)
    made.resize(1600, 176)
    made.show_run(motion())
    made.show_view(view_of(motion(), 10))
    with qtbot.waitExposed(made):
        made.show()
    return made


def columns_of(strip: LaneStrip, lane: str, colour: QColor) -> list[int]:
    top, height = strip._layout.spans[lane]
    image = strip.grab().toImage()
    return [x for x in range(96, 1508) if image.pixelColor(x, top + height // 2) == colour]


def test_that_the_axis_begins_with_the_first_row_and_ends_a_little_behind_the_last(strip: LaneStrip) -> None:
    start_s, end_s = strip.time_range_s()

    assert start_s == pytest.approx(0.6)
    assert end_s == pytest.approx(0.6 + 1.02 * (TIMES_S[-1] - 0.6))


@pytest.mark.parametrize("index", [0, 17, 40, 60, 83])
def test_that_a_press_at_a_row_s_time_asks_for_that_row(qtbot: QtBot, strip: LaneStrip, index: int) -> None:
    place = QPoint(round(strip.scale.x_of(TIMES_S[index])), 70)
    with qtbot.waitSignal(strip.cursor_requested) as asked:
        QTest.mousePress(strip, Qt.LeftButton, Qt.NoModifier, place)

    assert asked.args == [index]
    QTest.mouseRelease(strip, Qt.LeftButton, Qt.NoModifier, place)


def test_that_the_cursor_stands_where_the_row_s_bars_and_marks_are(strip: LaneStrip, theme: Theme) -> None:
    strip.show_view(view_of(motion(), 70))
    bar = columns_of(strip, "right", theme.colour("right"))
    contact = strip.scale.x_of(TIMES_S[70])

    assert min(x for x in bar if x > contact - 20) == pytest.approx(contact, abs=2)
    assert strip.cursor_x_px() == pytest.approx(contact, abs=1)
    assert bar[0] == pytest.approx(strip.scale.x_of(0.6), abs=1)


def test_that_a_press_near_a_mark_asks_for_the_mark_s_row(qtbot: QtBot, strip: LaneStrip) -> None:
    top, height = strip._layout.spans["events"]
    place = QPoint(round(strip.scale.x_of(TIMES_S[70])) + 4, top + height // 4)
    with qtbot.waitSignal(strip.cursor_requested) as asked:
        QTest.mousePress(strip, Qt.LeftButton, Qt.NoModifier, place)

    assert asked.args == [70]


def test_that_hits_are_tinted_at_their_times(strip: LaneStrip, theme: Theme) -> None:
    strip.show_hits([(50, 55)])
    top, _ = strip._layout.spans["ruler"]
    bottom = strip._layout.spans["ruler"][1]
    image = strip.grab().toImage()
    strong = theme.colour("text_weak")
    tinted = [x for x in range(96, 1508) if image.pixelColor(x, top + bottom - 2) == strong]

    assert tinted[0] == pytest.approx(strip.scale.x_of(TIMES_S[50] - 0.01), abs=2)
    assert tinted[-1] == pytest.approx(strip.scale.x_of(TIMES_S[55] + 0.01), abs=2)


def test_that_the_loop_is_told_and_drawn_in_the_run_s_times(qtbot: QtBot, theme: Theme, strip: LaneStrip) -> None:
    view = view_of(motion(), 30, is_looping=True, loop_start=20, loop_end=60)
    timeline = Timeline(theme)
    qtbot.addWidget(timeline)
    timeline.show_run(motion())
    timeline.show_view(view)
    strip.show_view(view)
    bracket = strip._layout.spans["ruler"][1] - 1
    image = strip.grab().toImage()
    accent = [x for x in range(96, 1508) if image.pixelColor(x, bracket) == theme.colour("accent")]

    assert view.loop_s == (pytest.approx(1.0), pytest.approx(1.6))
    assert "1.00 – 1.60 s" in [label.text() for label in timeline.findChildren(type(timeline._transport._range))]
    assert accent[0] == pytest.approx(strip.scale.x_of(1.0), abs=1)
    assert accent[-1] == pytest.approx(strip.scale.x_of(1.6), abs=2)


def test_that_a_zoomed_axis_stays_within_the_run_and_turns_pages_there(strip: LaneStrip) -> None:
    whole = strip.time_range_s()
    strip._zoom_to(strip.scale.zoomed(0.25, strip.scale.x_of(0.7), strip._whole, 0.02))
    assert strip.time_range_s()[0] >= 0.6

    for index in (83, 0):
        strip.show_view(view_of(motion(), index))
        start_s, end_s = strip.time_range_s()
        assert start_s <= TIMES_S[index] <= end_s
        assert whole[0] - 1e-9 <= start_s
        assert end_s <= whole[1] + 1e-9


def test_that_a_run_at_work_has_an_axis_from_its_own_start() -> None:
    view = view_of(motion(100.0, 20), 0, "running")

    assert axis_end_s(view, 100.0) == pytest.approx(103.0)


def test_that_the_lists_of_hits_and_of_the_ending_name_the_run_s_times(qtbot: QtBot, theme: Theme) -> None:
    panel = FindPanel(theme)
    qtbot.addWidget(panel)
    panel.show_run(motion())
    panel._field.setText("reward > 1")
    assert panel._list.item(0).text().startswith(f"step 30  ·  {TIMES_S[30]:.2f} s")

    failed = motion()
    failed.outcome = replace(FELL, failure=Failure("the simulator stopped"))
    told = dict(rows(failed, replace(ending_of(failed), departure=60)))
    assert told["First departure"] == f"step 60 · {TIMES_S[60]:.2f} s"
    assert told["Margin there"].endswith(f", {TIMES_S[83] - TIMES_S[60]:.2f} s to the end")
    assert told["Kept"] == f"83 steps, {TIMES_S[83] - TIMES_S[0]:.2f} s"


def test_that_frames_between_times_are_the_nearest_ones() -> None:
    data = LaneReader(motion()).read()
    assert data is not None
    asked = TIMES_S + np.where(np.arange(84) < 40, 0.009, 0.004)
    assert [data.index_at(time_s) for time_s in asked] == list(range(84))
    assert data.index_at(0.0) == 0
    assert data.index_at(TIMES_S[-1] + 0.041) == 85
