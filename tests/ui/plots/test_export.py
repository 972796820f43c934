"""Plots for other programs, and their end."""

from pathlib import Path

import pytest
from PyQt5.QtWidgets import QFileDialog, QMessageBox

from osimviz.ui.plots import PlotStack
from osimviz.ui.plots.export import choose_and_save, save
from tests.ui.plots.plot_actions import (
    HEIGHT,
    REWARD,
    recorded,
    view_of,
)


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
    assert "does not exist" in save(tmp_path / "no folder" / "p.png", stack)
    assert "does not exist" in save(tmp_path / "no folder" / "p.csv", "x")


def test_that_a_name_without_a_suffix_gets_one_and_replaces_no_file_unasked(
    stack: PlotStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "walk.v2.csv").write_text("kept")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "walk.v2"), ""))

    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.No)
    choose_and_save(stack, "time (s)")
    assert (tmp_path / "walk.v2.csv").read_text() == "kept"

    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.Yes)
    choose_and_save(stack, "time (s)")
    assert (tmp_path / "walk.v2.csv").read_text() == "time (s)"
    assert [path.name for path in tmp_path.glob("walk*")] == ["walk.v2.csv"]


def test_that_closing_frees_the_plots_and_may_be_repeated(stack: PlotStack) -> None:
    stack.plot([HEIGHT], True)

    stack.close()
    stack.close()
    stack.show_data()
    stack.show_view(view_of(recorded(), 3))

    assert stack.rows == []
    assert not stack._redraw_timer.isActive()
