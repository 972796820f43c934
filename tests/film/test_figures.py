"""Plots in files, from the command line and from Python: what they show, and what is refused."""

import csv
import re
import resource
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import osimviz
from osimviz.film.cast import Cast
from osimviz.film.errors import FilmError
from osimviz.film.figure_settings import FigureSettings
from osimviz.film.figures import FigureTask, write_table
from osimviz.film.making import finish
from osimviz.options import UsageError
from osimviz.recording import Recording
from tests.film.conftest import STEP_S, filmed_run
from tests.film.test_command_line import options
from tests.film.test_command_line import osimviz as program
from tests.film.test_encoders import read_png

HEIGHT, STEP, REWARD = "body/pelvis/height", "run/step", "reward/step"


def texts_of(svg: Path) -> str:
    root = ElementTree.fromstring(svg.read_text(encoding="utf-8"))
    return " ".join("".join(each.itertext()).strip() for each in root.iter("{http://www.w3.org/2000/svg}text"))


def test_that_plots_and_their_data_are_written_by_suffix_without_a_display(run_file: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"curves{suffix}" for suffix in (".svg", ".pdf", ".png", ".csv")]
    words = [word for file in files for word in ("--plots", str(file))]
    result = program(str(run_file), *words, "--from", "-0.3", "--plot", "height", "--plot", "soleus_r/activation")
    assert (result.returncode, result.stderr) == (0, "")
    assert all(str(file) in result.stdout for file in files)
    assert "pelvis height" in texts_of(files[0])
    # Curves are lines, not pixels, and their width does not hang on a reader that knows how to keep it.
    assert "<image" not in files[0].read_text(encoding="utf-8")
    assert files[1].read_bytes().startswith(b"%PDF")
    pixels, texts = read_png(files[2])
    assert pixels.shape[1] == 1600
    assert texts["run"] == "walk.h5"
    rows = list(csv.reader(files[3].read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["time (s)", "body/pelvis/height (m)", "muscles/soleus_r/activation"]
    assert [float(row[0]) for row in rows[1:]] == pytest.approx(STEP_S * np.arange(9, 20))
    again = program(str(run_file), "--plots", str(files[3]))
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    assert "--force" in again.stderr


def test_that_a_curve_stands_where_its_values_are(run: Recording, tmp_path: Path) -> None:
    path = osimviz.render_plots(run, tmp_path / "a.png", [["run/step"]], from_s=0.0, to_s=0.57, size=(800, 300))
    pixels, _ = read_png(path)
    assert pixels.shape == (300, 800, 3)
    rgb = pixels.astype(int)
    # The first colour of a series: dark, on white, between the axes.
    rows, columns = np.nonzero(rgb[30:270, 50:780].max(axis=2) < 90)
    assert abs(np.corrcoef(columns, rows)[0, 1] + 1.0) < 1e-3, "it rises by one a step, in a straight line"
    assert columns.min() < 5
    assert columns.max() > 720


def test_that_a_second_run_is_dashed_and_named(run: Recording, tmp_path: Path) -> None:
    other = filmed_run(12)
    task = FigureTask(Cast(run, other, "a.h5", "b.h5"), tmp_path / "a.svg", FigureSettings(((HEIGHT,),)))
    finish(task)
    assert "dashed: b.h5" in texts_of(task.target)
    assert len(re.findall(r'stroke-dasharray="3,3"', task.target.read_text(encoding="utf-8"))) == 1
    write_table(Cast(run, other, "a.h5", "b.h5"), tmp_path / "a.csv", FigureSettings(((HEIGHT,),)))
    head, *rows = csv.reader((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines())
    assert head[2] == "body/pelvis/height (m) of b.h5"
    assert [bool(row[2]) for row in rows] == [True] * 12 + [False] * 8


def test_that_a_third_unit_gets_a_plot_of_its_own(run: Recording, tmp_path: Path) -> None:
    channels = [replace(each, unit="N" if each.name == REWARD else each.unit) for each in run.info.channels]
    forceful = Recording(replace(run.info, channels=tuple(channels)))
    for index in range(len(run)):
        forceful.append(run.frame(index))
    path = osimviz.render_plots(forceful, tmp_path / "a.svg", [[HEIGHT, STEP, REWARD]])
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', path.read_text(encoding="utf-8"))
    assert size is not None
    assert size.groups() == ("800", "326"), "of two plots: metres and steps share one"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (FigureSettings(((HEIGHT,),), size_px=(300, 60)), "at least 200x102 pixels, not 300x60"),
        (FigureSettings((("nothing/here",),)), "nothing/here"),
        (FigureSettings(from_s=7.0), "outside the recording"),
        (FigureSettings(from_s=0.3, to_s=0.1), "before it begins"),
        (FigureSettings(size_px=(9000, 90)), "9000x90"),
    ],
)
def test_that_what_cannot_be_plotted_leaves_nothing(
    run: Recording, tmp_path: Path, settings: FigureSettings, words: str
) -> None:
    folder = tmp_path / "plots"
    folder.mkdir()
    with pytest.raises(FilmError, match=words):
        finish(FigureTask(Cast(run), folder / "a.svg", settings))
    assert list(folder.iterdir()) == []


def test_that_a_full_disk_leaves_nothing(run: Recording, tmp_path: Path) -> None:
    folder = tmp_path / "plots"
    folder.mkdir()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, before[1]))
    try:
        with pytest.raises(FilmError, match=r"a\.csv was not written"):
            write_table(Cast(run), folder / "a.csv", FigureSettings())
        with pytest.raises(FilmError, match=r"a\.svg was not written"):
            finish(FigureTask(Cast(run), folder / "a.svg", FigureSettings()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--plots", "a.tiff"), ".svg"),
        (("--plots", "a.svg", "--size", "wide"), "--size"),
        (("--plots", "a.svg", "--size", "9000x90"), "9000x90"),
        (("--plots", "a.svg", "--from", "soon"), "--from"),
        (("--plots", "no/such/a.svg"), "does not exist"),
        (("--plots", "a.svg", "--plots", "a.svg"), "its own name"),
        (("--plots", "a.png", "--screenshot", "a.png"), "its own name"),
        (("--plot", "a.svg"), "--plots a.svg"),
        (("walk2.h5", "--plots", "a.svg"), "{name}"),
    ],
)
def test_that_wrong_words_are_told_before_anything_is_read(
    run_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "walk2.h5").touch()
    with pytest.raises(UsageError) as caught:
        options(str(run_file), *arguments)
    assert words in f"{caught.value} {caught.value.hint}"


def test_that_plots_of_a_run_that_is_not_recorded_open_no_window(run_file: Path, tmp_path: Path) -> None:
    wanted = options("--controller", "zero", "--plots", str(tmp_path / "a.svg"), "--plot", "a, b", "--from", "0.1")
    assert wanted.is_headless
    assert wanted.figures[0].settings == FigureSettings((("a", "b"),), 0.1)


def test_that_a_size_is_that_of_the_plots_where_nothing_else_is_drawn(run_file: Path) -> None:
    words = (str(run_file), "--plots", "a.svg", "--size", "640x360")
    assert options(*words).figures[0].settings.size_px == (640, 360)
    assert options(*words, "--video", "a.mp4").figures[0].settings.size_px is None
