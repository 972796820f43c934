"""The panel of muscles."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QPoint
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from osimviz.channels import Channel
from osimviz.recording import Recording
from osimviz.ui.plots.muscle_panel import MusclePanel
from osimviz.ui.plots.time_control import TimeControl
from osimviz.ui.theme import Theme
from tests.sample_runs import frame_with, sample_frame, sample_info
from tests.ui.plots.plot_actions import drag, move, recorded, view_of


def measured() -> Recording:
    """Return the sample run with the forces of its muscles."""
    info = sample_info()
    names = enumerate(info.geometry.muscle_names)
    forces = (Channel(f"muscles/{name}/fiber_force", "fiber_force_n", i, "N") for i, name in names)
    run = Recording(replace(info, channels=(*info.channels, *forces)))
    for step in range(101):
        run.append(sample_frame(step))
    return run


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> Iterator[MusclePanel]:
    time = TimeControl()
    made = MusclePanel(theme, time)
    qtbot.addWidget(made)
    made.resize(488, 400)
    made.show_run(measured())
    with qtbot.waitExposed(made):
        made.show()
    made.show_view(view_of(recorded(), 50))
    yield made
    time.close()


def colour_at(panel: MusclePanel, place: QPoint) -> QColor:
    return panel.raster.grab().toImage().pixelColor(place)


def place_of(panel: MusclePanel, time_s: float, row: int, strip: int = 0) -> QPoint:
    area = panel.raster._strip_area(row, strip, 2)
    return QPoint(panel.raster._x_of(time_s), area.center().y())


def test_that_each_muscle_has_its_colour_right_above_left(panel: MusclePanel) -> None:
    # Activations 0, 0.25, 0.5 and 1: soleus right and left, vasti right and left.
    colours = [colour_at(panel, place_of(panel, 0.3, row, strip)).getRgb()[:3] for row in (0, 1) for strip in (0, 1)]

    assert colours == [(0, 0, 255), (64, 0, 191), (128, 0, 128), (255, 0, 0)]


def test_that_the_colour_map_of_the_3d_view_is_the_rasters_too(panel: MusclePanel) -> None:
    view = view_of(recorded(), 50)

    panel.show_view(replace(view, settings=replace(view.settings, colour_map="colour-blind safe")))

    assert colour_at(panel, place_of(panel, 0.3, 1, 1)).getRgb()[:3] == (255, 214, 51)


def test_that_a_drag_asks_for_frames(panel: MusclePanel) -> None:
    asked: list[int] = []
    panel._time.cursor_requested.connect(asked.append)

    drag(panel.raster, [place_of(panel, 0.30, 0), place_of(panel, 0.70, 1)])

    assert asked[0] == pytest.approx(30, abs=1)
    assert asked[-1] == pytest.approx(70, abs=1)


def test_that_the_mouse_names_muscle_and_value(panel: MusclePanel) -> None:
    move(panel.raster, place_of(panel, 0.4, 1, 1))
    assert panel._readout.text() == "vasti left 1.00"

    move(panel.raster, place_of(panel, 0.4, 0, 1))
    assert panel._readout.text() == "soleus left 0.25"
    panel.raster._on_gestures_left()
    assert panel._readout.text() == "right above left"


def test_that_the_mouse_over_a_bar_names_the_bars_side(panel: MusclePanel) -> None:
    middle_px = panel.raster.width() - panel.raster.right_px // 2
    y = place_of(panel, 0.0, 0).y()

    assert panel.raster.strip_at(QPoint(middle_px - 12, y)).name == "soleus_l"
    assert panel.raster.strip_at(QPoint(middle_px + 12, y)).name == "soleus_r"
    assert panel.raster.strip_at(QPoint(5, panel.raster.height() + 5)) is None


def test_that_another_quantity_is_shown_in_its_unit(panel: MusclePanel, qtbot: QtBot) -> None:
    panel._quantity.setFocus()
    qtbot.keyClicks(panel._quantity, "Fibre f")
    QApplication.processEvents()

    assert panel.quantity == "fiber_force"
    move(panel.raster, place_of(panel, 0.4, 1, 1))
    # 40 N a step, at step 50.
    assert panel._readout.text() == "vasti left 2000 N"
    assert colour_at(panel, place_of(panel, 1.0, 1, 1)).red() == 255


def test_that_a_missing_value_is_hatched_and_reads_as_missing(panel: MusclePanel, theme: Theme) -> None:
    run = Recording(sample_info())
    for step in range(101):
        run.append(frame_with(step, activation=np.full(4, np.nan if 40 <= step < 60 else 0.0)))
    panel.show_run(run)
    panel.show_view(view_of(run, 50))

    colours = {colour_at(panel, place_of(panel, 0.5 + 0.01 * i, 0)).name() for i in range(-6, 7)}

    assert theme.palette["disabled"] in colours
    assert "#0000ff" not in colours
    move(panel.raster, place_of(panel, 0.4, 0))
    assert panel._readout.text() == "soleus right –"


def test_that_a_growing_run_is_read_on_and_a_hidden_panel_catches_up(panel: MusclePanel, qtbot: QtBot) -> None:
    run = recorded(10)
    panel.show_run(run)
    run.append(recorded(11).frame(10))
    panel.show_data()
    assert panel._data is not None
    assert len(panel._data) == 11

    panel.hide()
    run.append(recorded(12).frame(11))
    panel.show_data()
    assert len(panel._data) == 11
    with qtbot.waitExposed(panel):
        panel.show()
    assert len(panel._data) == 12


def test_that_the_wheel_zooms_the_time_that_all_panels_share(panel: MusclePanel) -> None:
    before = panel._time.window.span_s

    panel._time.zoom(0.5, 0.5)
    QApplication.processEvents()

    assert panel._time.window.span_s == pytest.approx(0.5 * before)
    assert panel.raster.time_at(panel.raster.left_px) == pytest.approx(panel._time.window.start_s)


def test_that_a_muscle_is_plotted_from_the_menu(panel: MusclePanel, qtbot: QtBot) -> None:
    place = panel.raster.mapToGlobal(place_of(panel, 0.3, 1, 0))
    panel._on_menu_requested(place)
    menu = panel.findChild(QMenu)
    action = menu.actions()[0]

    with qtbot.waitSignal(panel.plot_requested) as asked:
        action.trigger()

    assert action.text() == "Plot vasti r"
    menu.close()
    assert asked.args == [["muscles/vasti_r/activation"]]


@pytest.mark.parametrize("n_frames", [0, 1, 2])
def test_that_runs_of_few_frames_are_shown(panel: MusclePanel, n_frames: int) -> None:
    run = recorded(n_frames)
    panel.show_run(run)
    panel.show_view(view_of(run, 0))

    assert not panel.grab().toImage().isNull()


def test_that_it_is_said_when_there_is_nothing_to_show(panel: MusclePanel) -> None:
    panel.show_run(None)
    assert panel._nothing.isVisible()
    assert "first run" in panel._nothing.text()

    info = sample_info()
    bare = replace(info, geometry=replace(info.geometry, muscle_names=()), action_names=())
    panel.show_run(Recording(bare))
    assert panel._nothing.text().startswith("The model of this run has no muscles.")
    assert not panel.raster.isVisible()

    # A motion of another program: muscles, of which nothing was measured.
    channels = tuple(channel for channel in info.channels if channel.field != "activation")
    unmeasured = Recording(replace(info, channels=channels, action_names=()))
    unmeasured.append(frame_with(0))
    panel.show_run(unmeasured)
    assert "no activations" in panel._nothing.text()
    assert "Plots" in panel._nothing.text()
    assert not panel.raster.isVisible()
    assert not panel._quantity.isVisible()
    panel.show_run(measured())
    assert panel._quantity.isVisible()


def test_that_muscles_without_a_side_are_not_said_to_stand_right_above_left(panel: MusclePanel) -> None:
    info = sample_info()
    names = ("soleus", "vasti", "gastroc", "iliopsoas")
    run = Recording(replace(info, geometry=replace(info.geometry, muscle_names=names)))
    run.append(frame_with(0))
    panel.show_run(run)
    assert panel._readout.text() == ""

    move(panel.raster, panel.raster.rect().center())
    assert panel._readout.text() != ""
    panel.raster.gestures.left.emit()

    assert panel._readout.text() == ""


def test_that_a_picture_is_light_whatever_the_window_shows(panel: MusclePanel) -> None:
    assert panel.picture().pixelColor(2, 2).name() == "#ffffff"

    assert b"<svg" in panel.vector_picture(".svg")[:300]
    assert panel.grab().toImage().pixelColor(2, 2).name() == "#181c22"


def test_that_every_muscle_is_written_as_a_table(panel: MusclePanel) -> None:
    head, *rows = [line.split(",") for line in panel.table().splitlines()]

    assert len(rows) == 101
    assert head[1:] == [f"muscles/{name}/activation" for name in panel._recording.info.geometry.muscle_names]
    assert sorted({float(value) for row in rows for value in row[1:]}) == [0.0, 0.25, 0.5, 1.0]
    panel.set_quantity("fiber_force")
    assert "/fiber_force (N)" in panel.table().splitlines()[0]
    panel.show_run(None)
    assert panel.table() == ""
