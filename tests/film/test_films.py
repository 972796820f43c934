"""Films as users get them: made by the real drawing process, decoded again; and what is left when it goes wrong."""

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

import osimviz
from osimviz.film import tasks
from osimviz.film.cast import Cast
from osimviz.film.errors import FilmError
from osimviz.film.making import finish
from osimviz.film.settings import FilmSettings, Look
from osimviz.film.tasks import FilmTask
from osimviz.palette import load_palette
from osimviz.recording import Recording
from osimviz.render.options import SceneOptions
from tests.film.conftest import STEP_S, filmed_run
from tests.film.decoding import decoded, redness
from tests.render.recorded_walk import with_activation
from tests.source_rules import REPOSITORY

SIZE = (480, 270)


def coloured_run(activation: float) -> Recording:
    run = filmed_run(4)
    recording = Recording(run.info)
    for index in range(len(run)):
        recording.append(with_activation(run.frame(index), activation))
    return recording


def test_that_a_film_has_the_frames_rate_length_and_size_asked_for(run_file: Path, tmp_path: Path) -> None:
    path = osimviz.render_video(run_file, tmp_path / "walk.mp4", from_s=0.06, to_s=0.36, speed=0.5, fps=20, size=SIZE)
    film = decoded(path)
    assert len(film.pictures) == 12
    assert film.fps == 20
    assert film.duration_s == pytest.approx(0.6, abs=0.002)
    assert film.size_px == SIZE
    assert film.pixel_format == "yuv420p"
    assert list(tmp_path.glob("*.part")) == list(tmp_path.glob(".*.part")) == []


def test_that_muscles_at_work_are_red_and_the_picture_stands_upright(tmp_path: Path) -> None:
    shown = {}
    for name, activation in (("red", 1.0), ("blue", 0.0)):
        path = osimviz.render_video(coloured_run(activation), tmp_path / f"{name}.mp4", size=(640, 360), fps=30)
        shown[name] = decoded(path).pictures[-1]
    figure = (slice(90, 330), slice(200, 440))
    assert redness(shown["red"][figure]).sum() > 300
    assert redness(shown["blue"][figure]).sum() < 20, "a few at edges, where colours are shared"
    # The legend's strip, blue at its left and red at its right, is in the upper right corner and nowhere else.
    for picture in shown.values():
        corner = picture[:45, 480:]
        strip = redness(corner)
        assert strip.sum() > 20
        assert np.nonzero(strip)[1].mean() > np.nonzero(redness(corner[..., ::-1]))[1].mean() + 20
        assert redness(picture[315:, 540:]).sum() == 0
    assert np.median(shown["red"][5, 200:400]) < np.median(shown["red"][170, 20:100]), "the sky is darkest at the top"


def test_that_an_existing_film_is_kept_unless_told_otherwise(run_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "walk.gif"
    path.write_bytes(b"mine")
    with pytest.raises(FilmError, match="exists"):
        osimviz.render_video(run_file, path, size=SIZE)
    assert path.read_bytes() == b"mine"
    osimviz.render_video(run_file, path, size=SIZE, fps=10, force=True)
    assert path.read_bytes().startswith(b"GIF89a")
    assert not list(tmp_path.glob(".*"))


def test_that_numbered_pictures_fill_a_folder(run_file: Path, tmp_path: Path) -> None:
    folder = osimviz.render_video(run_file, f"{tmp_path}/frames/", size=(101, 77), fps=10)
    assert sorted(file.name for file in folder.iterdir()) == [f"{n:05d}.png" for n in range(1, 7)]
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(FilmError, match="more than pictures"):
        osimviz.render_video(run_file, f"{tmp_path}/frames/", size=(101, 77), force=True)


def accent_columns(picture: NDArray[np.uint8], left: int) -> NDArray[np.intp]:
    accent = 255.0 * np.array(load_palette("dark").rgb("accent"))
    near = np.abs(picture[:, left:].astype(float) - accent).max(axis=2) < 60
    columns: NDArray[np.intp] = np.nonzero(near.sum(axis=0) > 60)[0]
    return columns


def test_that_a_cursor_moves_through_the_plots_beside_the_picture(run_file: Path, tmp_path: Path) -> None:
    plots = [["body/pelvis/height"], ["run/step"]]
    path = osimviz.render_video(
        run_file, tmp_path / "plots.mp4", size=(960, 480), fps=10, with_plots=plots, interpolate=True
    )
    pictures = decoded(path).pictures
    assert len(pictures) == 6
    columns = [float(accent_columns(picture, 600).mean()) for picture in pictures]
    assert np.all(np.diff(columns) > 20), "it moves right, evenly"
    assert np.diff(columns[:-1]) == pytest.approx(np.diff(columns[:-1]).mean(), abs=3)


def test_that_two_runs_stand_side_by_side_or_one_is_the_others_ghost(tmp_path: Path) -> None:
    red, blue = coloured_run(1.0), coloured_run(0.0)
    scene = SceneOptions(follow=False)
    beside = osimviz.render_video(red, tmp_path / "beside.mp4", compare=blue, size=(960, 360), legend=False)
    ghost = osimviz.render_video(
        red,
        tmp_path / "ghost.mp4",
        compare=filmed_run(4, 0.5),
        pair="ghost",
        size=(640, 360),
        legend=False,
        scene=scene,
    )
    alone = osimviz.render_video(red, tmp_path / "alone.mp4", size=(640, 360), legend=False, scene=scene)
    picture = decoded(beside).pictures[0]
    assert redness(picture[:, :480]).sum() > 200
    assert redness(picture[:, 480:]).sum() == 0
    with_ghost, without = (decoded(path).pictures[0].astype(int) for path in (ghost, alone))
    different = np.abs(with_ghost - without).max(axis=2) > 15
    assert different[:320].sum() > 1000


def test_that_an_orbit_turns_around_the_model(run_file: Path, tmp_path: Path) -> None:
    path = osimviz.render_video(run_file, tmp_path / "orbit.mp4", size=SIZE, camera="side+orbit", legend=False)
    pictures = [picture.astype(int) for picture in decoded(path).pictures]
    middle = len(pictures) // 2
    assert np.abs(pictures[0] - pictures[middle]).mean() > 1.0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"from_s": 9.0}, "outside the recording"),
        ({"size": (481, 270)}, "even"),
        ({"fps": 1000.0}, "out of range"),
        ({"camera": "moon"}, "no camera"),
        ({"with_plots": [["no/such"]]}, "no channel"),
    ],
)
def test_that_what_is_impossible_is_refused_and_leaves_nothing(
    run_file: Path, tmp_path: Path, arguments: dict[str, object], words: str
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    with pytest.raises(FilmError, match=words):
        osimviz.render_video(run_file, folder / "a.mp4", **arguments)  # type: ignore[arg-type]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["no/such/folder/a.mp4", "a.avi", "a"])
def test_that_a_place_where_nothing_can_be_written_is_named(run_file: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(FilmError) as caught:
        osimviz.render_video(run_file, tmp_path / name)
    assert caught.value.sentence


def test_that_a_run_without_a_frame_is_refused(tmp_path: Path, run: Recording) -> None:
    with pytest.raises(FilmError, match="no frame"):
        osimviz.render_video(Recording(run.info), tmp_path / "a.mp4")


def long_task(run: Recording, target: Path) -> FilmTask:
    """Start a film that takes a while and wait for its first picture."""
    settings = FilmSettings(Look(640, 360, scene=SceneOptions()), speed=0.01, is_interpolated=True)
    task = FilmTask(Cast(run), target, settings)
    while task.n_done < 2:
        task.take()
        assert not task.is_over
    return task


def test_that_a_cancelled_film_ends_at_once_and_leaves_nothing(run: Recording, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    task = long_task(run, folder / "a.mp4")
    assert len(list(folder.iterdir())) == 1
    assert task.remaining_s is not None
    assert task.remaining_s > 0
    pid, begun_s = task.pid, time.monotonic()
    task.cancel()
    task.cancel()
    assert time.monotonic() - begun_s < 10.0
    assert not psutil.pid_exists(pid)
    assert list(folder.iterdir()) == []
    assert task.fault is not None


def test_that_a_drawing_process_that_dies_is_told_in_a_sentence(run: Recording, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    task = long_task(run, folder / "a.mp4")
    os.kill(task.pid, signal.SIGSEGV)
    with pytest.raises(FilmError, match="SIGSEGV"):
        finish(task)
    assert list(folder.iterdir()) == []


PROGRAM = """
import sys, osimviz
if len(sys.argv) > 3:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
osimviz.render_video(sys.argv[1], sys.argv[2], size=(320, 240), interpolate=True,
                     speed=float(sys.argv[4]) if len(sys.argv) > 4 else 0.02,
                     progress=lambda done, n: print(done, flush=True))
"""


def film_program(run_file: Path, target: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(run_file), str(target), *more],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_that_nothing_is_left_when_the_program_is_killed(run_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    with film_program(run_file, folder / "a.mp4") as program:
        assert program.stdout is not None
        while (line := program.stdout.readline()) and int(line) < 3:
            continue
        (child,) = psutil.Process(program.pid).children()
        assert len(list(folder.iterdir())) == 1
        program.kill()
        program.wait(10)
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running()
    assert list(folder.iterdir()) == []


def test_that_a_file_that_cannot_grow_is_a_sentence_and_leaves_nothing(run_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    with film_program(run_file, folder / "a.mp4", "8000", "0.15") as program:
        _, errors = program.communicate(timeout=60)
    assert "a.mp4 was not written: it grew beyond the largest file allowed" in errors.splitlines()[-1]
    assert list(folder.iterdir()) == []


def test_that_a_fault_that_shows_only_at_the_end_is_a_sentence_too(run_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    with film_program(run_file, folder / "a.webm", "3000", "0.15") as program:
        _, errors = program.communicate(timeout=60)
    assert "a.webm was not written" in errors.splitlines()[-1]
    assert list(folder.iterdir()) == []


def test_that_a_part_of_a_run_is_filmed_as_that_part(run_file: Path, tmp_path: Path) -> None:
    with osimviz.load(run_file) as whole:
        path = osimviz.render_video(whole.between(0.1, 0.4), tmp_path / "part.gif", size=SIZE, fps=20)
    assert len(decoded(path).pictures) == pytest.approx(0.27 * 20, abs=1)


def test_that_a_jump_of_the_plan_is_followed(run: Recording, tmp_path: Path) -> None:
    # A GIF looks ahead for its colours, and loops go back.
    settings = FilmSettings(Look(160, 120, quality="moving"), fps=10, loops=3)
    task = FilmTask(Cast(run), tmp_path / "loops.gif", settings)
    finish(task)
    n_once = round(STEP_S * (len(run) - 1) * 10)
    assert len(decoded(tmp_path / "loops.gif").pictures) == 3 * n_once
    assert task.n_done == task.n_pictures == 3 * n_once


def test_that_a_light_theme_and_a_title_are_drawn(run: Recording, tmp_path: Path) -> None:
    look = Look(640, 360, theme="light", title="Fall of a walker")
    pictures = []
    for number, each in enumerate((look, replace(look, title=""))):
        finish(FilmTask(Cast(run), tmp_path / f"{number}.mp4", FilmSettings(look=each, to_s=0.03)))
        pictures.append(decoded(tmp_path / f"{number}.mp4").pictures[0].astype(int))
    titled, plain = pictures
    assert np.median(plain) > 180
    changed = np.abs(titled - plain).max(axis=2) > 40
    assert changed[:40, :200].sum() > 100
    assert changed[60:].sum() == 0


def test_that_a_drawing_process_that_cannot_be_started_is_a_sentence_and_leaves_nothing(
    run: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    folder = tmp_path / "films"
    folder.mkdir()
    monkeypatch.setattr(tasks, "DrawingProcess", refused)
    with pytest.raises(FilmError, match="memory"):
        FilmTask(Cast(run), folder / "film.mp4", FilmSettings())
    assert not list(folder.iterdir())
