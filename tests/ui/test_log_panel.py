"""The log: in the panel, its tab and the status line."""

import pytest
from pytestqt.qtbot import QtBot

from osimviz.output_log import N_LINES, LogLine
from osimviz.palette import load_palette
from osimviz.ui.log_panel import LogPanel
from osimviz.ui.theme import Theme


@pytest.fixture
def panel(qtbot: QtBot) -> LogPanel:
    made = LogPanel(Theme(load_palette("dark")))
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def test_that_lines_are_appended_and_cleared(panel: LogPanel) -> None:
    panel.show_lines([LogLine("run 1 · walk.py", "heading"), LogLine("one")])
    panel.show_lines([LogLine("<b>two</b>")])
    assert panel.text() == "run 1 · walk.py\none\n<b>two</b>"
    panel.clear()
    assert panel.text() == ""
    panel.show_lines([LogLine("three")])
    assert panel.text() == "three"


def test_that_the_newest_lines_stay_and_the_count_says_so(panel: LogPanel) -> None:
    for start in range(0, N_LINES + 1000, 1000):
        panel.show_lines([LogLine(str(n)) for n in range(start, start + 1000)])
    lines = panel.text().splitlines()
    assert len(lines) == N_LINES
    assert lines[-1] == str(N_LINES + 999)
    assert panel.count_words() == "newest 5,000 lines of 6,000"


def test_that_one_line_is_counted_as_one(panel: LogPanel) -> None:
    panel.show_lines([LogLine("one")])
    assert panel.count_words() == "1 line"


def test_that_a_theme_redraws_what_is_shown_in_its_colours(panel: LogPanel) -> None:
    panel.show_lines([LogLine("plain"), LogLine("warning: low", "warning"), LogLine("… 3 lines left out", "note")])
    light = Theme(load_palette("light"))
    panel.set_theme(light)
    expected = [light.colour(name).name() for name in ("text", "warn", "text_weak")]
    assert panel.colours() == expected


def test_that_who_scrolled_up_is_left_there(panel: LogPanel, qtbot: QtBot) -> None:
    panel.show_lines([LogLine(str(n)) for n in range(500)])
    assert panel.is_at_end()
    panel.scroll_to_start()
    panel.show_lines([LogLine("new")])
    assert not panel.is_at_end()
