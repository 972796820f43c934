"""The curves beside a picture: names, units, and pixels that are where the numbers say."""

from dataclasses import replace

import numpy as np
import pytest

from osimviz.film.curves import plot_sheet, usual_plots
from osimviz.film.errors import FilmError
from osimviz.film.lines import dot_mask, polyline_mask
from osimviz.film.plot_panel import PlotPanel
from osimviz.palette import load_palette
from osimviz.recording import Recording
from tests.sample_runs import sample_frame, sample_info


def test_that_channels_go_by_short_names(run: Recording) -> None:
    sheet = plot_sheet(run, [["pelvis/height", "soleus_r/activation"]])
    names = [curve.channel.name for curve in sheet.plots[0].curves]
    assert names == ["body/pelvis/height", "muscles/soleus_r/activation"]
    assert np.array_equal(sheet.plots[0].curves[0].samples, run.column("body/pelvis/height"))
    assert sheet.plots[0].limits == (0.6,)


def test_that_an_unknown_or_ambiguous_channel_is_named(run: Recording) -> None:
    with pytest.raises(FilmError, match="pelvis/hight") as caught:
        plot_sheet(run, [["pelvis/hight"]])
    assert "pelvis/height" in caught.value.hint
    with pytest.raises(FilmError, match="several"):
        plot_sheet(run, [["activation"]])


def test_that_the_usual_plots_are_channels_of_the_run(run: Recording) -> None:
    usual = usual_plots(run)
    assert usual
    assert all(run.has_channel(name) for names in usual for name in names)


def test_that_a_line_is_where_its_corners_are() -> None:
    mask = polyline_mask(np.array([5.0, 45.0]), np.array([25.0, 5.0]), 50, 30, 1.5)
    assert mask.shape == (30, 50)
    assert mask[25, 5] > 0.3
    assert mask[14:16, 25].max() > 0.5
    assert mask[5, 44] > 0.3
    assert mask[:, :4].max() == mask[:, 47:].max() == 0.0
    column = mask[:, 20:30].sum(axis=0)
    assert np.all((column > 1.0) & (column < 2.6)), "about as thick as asked for"


def test_that_what_is_missing_leaves_a_gap() -> None:
    x = np.arange(50.0)
    y = np.full(50, 15.0)
    y[20:30] = np.nan
    mask = polyline_mask(x, y, 50, 30, 1.5)
    assert mask[:, 22:28].max() == 0.0
    assert mask[15, 5:15].min() > 0.3
    assert polyline_mask(x, np.full(50, np.nan), 50, 30, 1.5).max() == 0.0


def test_that_a_line_far_outside_is_cut_off() -> None:
    mask = polyline_mask(np.array([-1e4, 1e4]), np.array([-1e7, 1e7]), 50, 30, 1.5)
    assert mask.shape == (30, 50)


def test_that_a_dot_is_round() -> None:
    mask = dot_mask(3.0)
    assert mask.shape == (7, 7)
    assert np.allclose(mask, mask.T)
    assert mask.sum() == pytest.approx(np.pi * 9, rel=0.05)


def test_that_the_panel_draws_curve_cursor_and_value_at_the_moment(run: Recording) -> None:
    palette = load_palette("dark")
    sheet = plot_sheet(run, [["run/step"]])
    panel = PlotPanel(sheet, 400, 200, (0.0, 0.57), palette, 1.0)
    pictures = {}
    for index in (0, 19):
        picture = np.zeros((200, 400, 3), np.uint8)
        panel.draw(picture, 0.03 * index, index)
        pictures[index] = picture.astype(int)
    accent = np.rint(255.0 * np.array(palette.rgb("accent"))).astype(int)
    columns = {i: np.nonzero((np.abs(p - accent).max(axis=2) < 3).sum(axis=0) > 80)[0] for i, p in pictures.items()}
    assert columns[0].min() == 48, "at the left end of the axis"
    assert columns[19].max() == pytest.approx(387, abs=2), "at its right end"
    # The curve rises from the lower left to the upper right.
    curve = np.rint(255.0 * np.array(palette.rgb("series1"))).astype(int)
    drawn = np.abs(pictures[0] - curve).max(axis=2) < 40
    rows, places = np.nonzero(drawn[40:])
    assert rows[places > 330].mean() < rows[places < 110].mean() - 50


def test_that_plots_without_room_are_left_out_and_counted(run: Recording) -> None:
    sheet = plot_sheet(run, [["run/step"]] * 6)
    panel = PlotPanel(sheet, 300, 240, (0.0, 0.57), load_palette("light"), 1.0)
    assert panel.n_left_out == 4
    panel.draw(np.zeros((240, 300, 4), np.uint8), 0.1, 3)


def test_that_a_channel_without_a_number_still_has_a_plot(run: Recording) -> None:
    nothing = Recording(run.info)
    nothing.append(run.frame(0))
    panel = PlotPanel(plot_sheet(nothing, [["reward/step"]]), 300, 200, (0.0, 0.0), load_palette("dark"), 1.0)
    panel.draw(np.zeros((200, 300, 3), np.uint8), 0.0, 0)


def test_that_a_channel_that_the_second_run_has_in_another_unit_is_not_drawn_with_the_first(run: Recording) -> None:
    name = "body/pelvis/height"
    channels = tuple(replace(each, unit="N") if each.name == name else each for each in run.info.channels)
    partner = Recording(replace(run.info, channels=channels))
    partner.append(run.frame(0))
    assert plot_sheet(run, [[name]], partner, partner.time_s()).plots[0].curves[0].partner is None
    assert plot_sheet(run, [[name]], run, run.time_s()).plots[0].curves[0].partner is not None


def test_that_the_value_axis_knows_nothing_of_what_the_second_run_does_outside_the_range(run: Recording) -> None:
    pictures = []
    for beyond in (0.0, 1000.0):
        sheet = plot_sheet(run, [["body/pelvis/height"]], run, run.time_s())
        (curve,) = sheet.plots[0].curves
        samples = curve.samples.copy()
        samples[-1] += beyond
        sheet = replace(sheet, plots=(replace(sheet.plots[0], curves=(replace(curve, partner=samples),)),))
        panel = PlotPanel(sheet, 400, 200, (0.0, float(run.time_s()[5])), load_palette("dark"), 1.0)
        pictures.append(np.zeros((200, 400, 3), dtype=np.uint8))
        panel.draw(pictures[-1], 0.0, 0)
    plain, spiked = pictures
    assert np.array_equal(plain, spiked)


def test_that_the_unit_of_a_narrow_plot_is_readable_beside_its_curves_names() -> None:
    run = Recording(sample_info())
    for step in range(5):
        run.append(sample_frame(step))
    sheet = plot_sheet(run, [["contact/right/force_up", "contact/left/force_up"]])
    shown = []
    for width in (250, 600):
        panel = PlotPanel(sheet, width, 200, (0.0, 0.04), load_palette("dark"), 1.0)
        picture = np.zeros((200, width, 3), np.uint8)
        panel.draw(picture, 0.02, 2)
        shown.append(picture[:18, -76:])
    assert (shown[0] == shown[1]).all()
