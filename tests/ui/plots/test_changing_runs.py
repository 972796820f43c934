"""What the panels keep, and what they must not, when another run is shown or its channels come and go."""

from collections.abc import Iterator

import numpy as np
import pytest
from PyQt5.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from osimviz.analysis.run_pair import RunPair
from osimviz.recording import Recording
from osimviz.ui.plots import PlotStack, PlotTabs
from osimviz.ui.theme import Theme
from tests.ui.plots.plot_actions import HEIGHT, SPEED, recorded, view_of, walking


@pytest.fixture
def tabs(qtbot: QtBot, theme: Theme) -> Iterator[PlotTabs]:
    made = PlotTabs(theme)
    qtbot.addWidget(made)
    made.resize(600, 700)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


def show_run(tabs: PlotTabs, recording: Recording | None, index: int = 0) -> None:
    """Show a run as the window does: run, data and view for every panel."""
    panels = (tabs.stack, tabs.muscles, tabs.gait, tabs.phase)
    for panel in panels:
        panel.show_run(recording)
    for panel in panels:
        panel.show_data()
    if recording is not None:
        for panel in panels:
            panel.show_view(view_of(recording, index))
    QApplication.processEvents()


@pytest.mark.parametrize("front", ["stack", "muscles", "gait", "phase"])
def test_that_the_range_of_time_is_that_of_the_run_whatever_panel_is_in_front(tabs: PlotTabs, front: str) -> None:
    tabs.setCurrentWidget(getattr(tabs, front))
    show_run(tabs, recorded(301))
    show_run(tabs, recorded(51))

    assert tabs.stack.window_s == pytest.approx((0.0, 0.51))
    assert tabs.stack.time.nearest(3.0) == 50


def test_that_hidden_panels_read_nothing(tabs: PlotTabs) -> None:
    show_run(tabs, recorded(301))

    assert len(tabs.muscles._data or ()) == 0
    tabs.setCurrentWidget(tabs.muscles)
    assert len(tabs.muscles._data or ()) == 301


def test_that_the_phase_panel_forgets_the_values_of_a_run_that_was_closed(tabs: PlotTabs) -> None:
    tabs.setCurrentWidget(tabs.phase)
    show_run(tabs, recorded(), 10)
    assert tabs.phase._readout.text()

    show_run(tabs, None)
    assert tabs.phase._readout.text() == ""
    assert [label for label in tabs.phase.findChildren(QLabel) if "first run" in label.text() and label.isVisible()]


def derived(recording: Recording, **formulas: str) -> Recording:
    for title, formula in formulas.items():
        recording.derived.define(title, formula)
    return recording


def test_that_a_channel_that_goes_takes_its_curve_and_those_made_of_it(stack: PlotStack) -> None:
    recording = derived(recorded(), twice="2 * reward", four="2 * derived/twice")
    stack.show_run(recording)
    stack.plot(["derived/twice"], True)
    stack.plot(["derived/four", HEIGHT], True)
    stack.show_view(view_of(recording, 10))
    recording.derived.remove("derived/twice")

    stack.show_channels()

    assert stack.plot_names() == [[HEIGHT]]
    stack.show_view(view_of(recording, 11))


def test_that_another_formula_is_another_curve_and_the_second_run_stays(tabs: PlotTabs) -> None:
    recording, second = (derived(walking(), high="2 * body/pelvis/height") for _ in range(2))
    show_run(tabs, recording)
    tabs.stack.plot(["derived/high"], True)
    pair = RunPair(recording, second)
    for panel in (tabs.stack, tabs.gait, tabs.phase):
        panel.show_comparison(pair)
    tabs.setCurrentWidget(tabs.gait)
    tabs.setCurrentWidget(tabs.stack)

    for each in (recording, second):
        each.derived.define("high", "3 * body/pelvis/height")
    tabs.show_channels()

    data, compared = tabs.stack._data, tabs.stack._compared
    assert data is not None
    assert compared is not None
    wanted = 3 * recording.column(HEIGHT)
    np.testing.assert_allclose(data.need("derived/high").samples, wanted)
    np.testing.assert_allclose(compared.need("derived/high").samples, wanted)
    tabs.setCurrentWidget(tabs.gait)
    gait = tabs.gait._data
    assert gait is not None
    assert float(np.nanmax(gait.cycles_of("derived/high").curves)) == pytest.approx(wanted.max(), rel=1e-3)


def test_that_the_phase_panel_offers_the_channels_there_are(tabs: PlotTabs) -> None:
    recording = derived(recorded(), twice="2 * reward")
    tabs.setCurrentWidget(tabs.phase)
    show_run(tabs, recording, 10)
    tabs.phase.set_channels("derived/twice", SPEED)
    assert tabs.phase.channels == ("derived/twice", SPEED)

    recording.derived.remove("derived/twice")
    recording.derived.define("thrice", "3 * reward")
    tabs.show_channels()

    assert "derived/twice" not in tabs.phase.channels
    assert SPEED in tabs.phase.channels
    tabs.phase.show_view(view_of(recording, 11))
    tabs.phase.set_channels("derived/thrice", SPEED)
    assert tabs.phase.channels == ("derived/thrice", SPEED)


def test_that_a_value_is_its_channel_s_after_one_was_exchanged_for_another(stack: PlotStack) -> None:
    recording = derived(recorded(), a="2 * reward", b="body/pelvis/height")
    stack.show_run(recording)
    stack.plot(["derived/b"], True)
    stack.show_view(view_of(recording, 10))
    recording.derived.remove("derived/a")
    recording.derived.define("c", "5 * reward")

    data = stack._data
    assert data is not None
    assert data.values_at(10, ["derived/b", "derived/c"]) == pytest.approx([0.93, 30.0])


def test_that_what_is_no_longer_compared_is_no_longer_read(stack: PlotStack) -> None:
    pair = RunPair(recorded(), recorded())
    stack.show_run(pair.first)
    stack.plot([HEIGHT], True)
    stack.plot([SPEED], True)
    stack.show_comparison(pair)
    stack.set_difference(is_shown=True)
    QApplication.processEvents()
    stack.remove_plot(stack.rows[1])

    assert stack._compared is not None
    assert set(stack._compared._series) == {HEIGHT}
    assert set(stack._compared.differences._series) == {HEIGHT}


def test_that_curves_nobody_looked_at_are_written_and_pictured(qtbot: QtBot, tabs: PlotTabs, theme: Theme) -> None:
    tabs.addTab(QLabel("runs"), "Runs")
    tabs.setCurrentIndex(4)
    recording = recorded(301)
    show_run(tabs, recording, 100)
    tabs.stack.plot([HEIGHT], True)
    tabs.stack.plot([SPEED], True)

    assert len(tabs.stack.table().splitlines()) == 302
    seen = tabs.panel_in_front().picture()
    assert (seen.width(), seen.height()) == (tabs.stack.parentWidget().width(), tabs.stack.parentWidget().height())
    tabs.setCurrentWidget(tabs.stack)
    # What is laid out when it is shown takes as many turns of the event loop as the machine is slow.
    qtbot.waitUntil(lambda: tabs.stack.picture() == seen, timeout=10_000)


def test_that_nothing_is_written_to_know_whether_there_is_something(
    tabs: PlotTabs, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_run(tabs, recorded())
    for panel in (tabs.stack, tabs.muscles, tabs.gait, tabs.phase):
        tabs.setCurrentWidget(panel)
        QApplication.processEvents()
        assert panel.has_table == bool(panel.table())
        monkeypatch.setattr(panel, "table", lambda: pytest.fail("a long run's table takes seconds"))
        tabs._on_export_clicked()
        menu = tabs.findChildren(QMenu)[-1]
        assert [action.isEnabled() for action in menu.actions()] == [True, panel.has_table]
        menu.close()
