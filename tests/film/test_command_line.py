"""Films and pictures from the command line, without a display: several at once, batches, one line for what is wrong."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from osimviz.film.camera_words import camera_of, words_of
from osimviz.film.command_text import film_command
from osimviz.film.errors import FilmError
from osimviz.film.settings import CameraPath
from osimviz.options import Options, UsageError, parse_options
from osimviz.recording import RecordingFile, RecordingWriter
from osimviz.stored_cameras import CameraStore
from tests.film.conftest import filmed_run
from tests.film.decoding import decoded
from tests.film.test_encoders import read_png
from tests.source_rules import REPOSITORY


def osimviz(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(REPOSITORY / "main.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        env={name: value for name, value in os.environ.items() if name != "DISPLAY"},
    )


def test_that_several_outputs_are_written_at_once_without_a_display(run_file: Path, tmp_path: Path) -> None:
    film, gif, picture = (str(tmp_path / name) for name in ("fall.mp4", "fall.gif", "a.png"))
    result = osimviz(
        *(str(run_file), "--video", film, "--video", gif, "--from", "0.1", "--to", "0.4", "--speed", "0.25"),
        *("--fps", "10", "--with-plots", "--screenshot", picture, "--at", "failure", "--size", "400x240", "--json"),
    )
    assert result.returncode == 0, result.stderr
    assert all(f'"{path}"' in result.stdout for path in (film, gif, picture))
    assert len(decoded(Path(film)).pictures) == len(decoded(Path(gif)).pictures) == 12
    assert decoded(Path(film)).size_px == (400, 240)
    assert read_png(Path(picture))[1]["step"] == "19"


def test_that_a_batch_writes_a_film_of_each_recording(run_file: Path, tmp_path: Path) -> None:
    runs = [tmp_path / f"run{number}.h5" for number in range(2)]
    for path in runs:
        shutil.copy(run_file, path)
    names = [str(path) for path in runs]
    result = osimviz(*names, "--video", f"{tmp_path}/{{name}}.mp4", "--size", "160x120", "--fps", "5")
    assert result.returncode == 0, result.stderr
    assert [len(decoded(tmp_path / f"run{number}.mp4").pictures) for number in range(2)] == [3, 3]
    again = osimviz(*names, "--video", f"{tmp_path}/{{name}}.mp4", "--size", "160x120", "--fps", "5")
    assert again.returncode == 2
    assert "exists" in again.stderr


def test_that_a_strobe_of_a_run_that_begins_late_begins_there(tmp_path: Path) -> None:
    run = filmed_run()
    with closing(RecordingWriter(tmp_path / "late.h5")) as writer:
        for index in range(len(run)):
            frame = replace(run.frame(index), time_s=5.0 + run.frame(index).time_s)
            if index:
                writer.append(frame)
            else:
                writer.begin_episode(run.info, frame)
    result = osimviz(str(tmp_path / "late.h5"), "--screenshot", f"{tmp_path}/a.png", "--strobe", "4", "--to", "5.3")
    assert result.returncode == 0, result.stderr
    assert read_png(tmp_path / "a.png")[1]["time_s"] == "5.300000"

    outside = osimviz(str(tmp_path / "late.h5"), "--screenshot", f"{tmp_path}/b.png", "--strobe", "4", "--from", "1")
    assert outside.returncode == 2
    assert "the range's start at 1 s is outside the recording" in outside.stderr


def options(*arguments: str) -> Options:
    return parse_options(list(arguments))


def test_that_a_film_of_recordings_needs_no_word_about_the_window(run_file: Path) -> None:
    assert options(str(run_file), "--video", "a.mp4").is_headless
    assert options(str(run_file), "--screenshot", "a.png").is_headless
    assert not options(str(run_file)).is_headless
    assert not options("--screenshot", "a.png").is_headless


def test_that_the_words_of_a_film_reach_its_settings(run_file: Path) -> None:
    (film,) = options(
        *(str(run_file), "--video", "a.webm", "--from", "-0.5", "--speed", "0.5", "--fps", "25", "--loops", "3"),
        *("--interpolate", "--camera", "side+orbit:0.5", "--no-follow", "--title", "A fall", "--reward"),
        *(
            "--no-legend",
            "--no-force-labels",
            "--theme",
            "light",
            "--colour",
            "fiber_force",
            "--layers",
            "muscles,shadow,trails",
            "--plot",
            "a/b,c",
        ),
    ).films
    settings, look = film.settings, film.settings.look
    assert (settings.from_s, settings.to_s, settings.speed, settings.fps, settings.loops) == (-0.5, None, 0.5, 25.0, 3)
    assert settings.is_interpolated
    assert (look.camera.view, look.camera.orbit_turns, look.scene.follow) == ("right", 0.5, False)
    assert (look.title, look.show_reward, look.show_legend, look.show_forces) == ("A fall", True, False, False)
    assert look.theme == "light"
    assert (look.scene.colour_source, look.scene.layers) == ("fiber_force", {"muscles", "shadow", "trails"})
    assert look.plots == (("a/b", "c"),)


@pytest.mark.parametrize("words", ["colour-blind-safe", "colour-blind safe"])
def test_that_a_colour_map_is_named_without_a_blank_and_with_one(run_file: Path, words: str) -> None:
    (film,) = options(str(run_file), "--video", "a.mp4", "--colour-map", words).films
    shown = film_command(run_file.name, "a.mp4", film.settings)

    assert film.settings.look.scene.map_name == "colour-blind safe"
    assert "--colour-map colour-blind-safe" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--video", "a.avi"), ".mp4"),
        (("--video", "a.mp4", "--size", "641x360"), "640x360"),
        (("--video", "a.mp4", "--size", "wide"), "--size"),
        (("--video", "a.mp4", "--fps", "fast"), "--fps"),
        (("--video", "a.mp4", "--speed", "0"), "speed"),
        (("--video", "a.mp4", "--loops", "1.5"), "--loops"),
        (("--video", "a.mp4", "--camera", "moon"), "--camera"),
        (("--video", "a.mp4", "--layers", "skin"), "skin"),
        (("--video", "a.mp4", "--colour", "mood"), "mood"),
        (("--video", "no/such/a.mp4"), "does not exist"),
        (("--video", "a.mp4", "--compare", "a.txt"), "--compare"),
        (("--video", "a.mp4", "--compare", "none.h5"), "none.h5"),
        (("--from", "1"), "--video"),
        (("--screenshot", "a.png", "--size", "9000x9000"), "--size"),
        (("--screenshot", "a.png", "--strobe", "0", "--from", "0"), "--strobe"),
        (("--screenshot", "a.png", "--strobe", "1"), "2 or more"),
        (("--video", "a.mp4", "--strobe", "4"), "--screenshot"),
    ],
)
def test_that_what_is_wrong_is_said_before_anything_is_drawn(
    run_file: Path, arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        options(str(run_file), *arguments)
    assert words in f"{caught.value} {caught.value.hint}"


def test_that_a_batch_needs_a_name_for_each(run_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / run_file.name
    other.parent.mkdir()
    shutil.copy(run_file, other)
    with pytest.raises(UsageError, match="two recordings"):
        options(str(run_file), str(other), "--video", "{name}.mp4")
    with pytest.raises(UsageError, match="one recording") as caught:
        options(str(run_file), str(other), "--video", "a.mp4")
    assert "{name}" in caught.value.hint


@pytest.mark.parametrize("wish", [("--video", "a.mp4", "--from", "7"), ("--screenshot", "a.png", "--at", "7")])
def test_that_what_lies_outside_the_recording_is_one_line_and_leaves_nothing(
    wish: tuple[str, str, str, str], run_file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    option, name, *moment = wish
    result = osimviz(str(run_file), option, str(folder / name), *moment)
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "outside the recording" in result.stderr
    assert list(folder.iterdir()) == []


def test_that_a_stored_camera_is_taken_by_its_number() -> None:
    pose = (1.0, 0.25, 2.5, 0.1, 0.9, -0.2)
    CameraStore().keep(3, pose)
    assert camera_of("stored:3").pose == pose
    assert camera_of("stored:3+orbit:0.5") == CameraPath("three-quarter", pose, 0.5)
    again = camera_of(words_of(camera_of("stored:3"))).pose
    assert again == pytest.approx(pose, abs=1e-3), "a command line keeps the numbers: another machine has no camera 3"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("stored:4", "no camera 4 is stored. Ctrl+Shift+4 in the window stores the camera of its 3D view. "
                     "Stored are: 2, 7."),
        ("stored:12", "stored cameras have numbers 1 to 9, not '12'. For example stored:1."),
        ("stored", "stored cameras have numbers 1 to 9, not ''. For example stored:1."),
        ("stored:front", "stored cameras have numbers 1 to 9, not 'front'. For example stored:1."),
    ],
)  # fmt: skip
def test_that_a_camera_that_is_not_stored_is_one_clear_line(run_file: Path, text: str, words: str) -> None:
    for number in (2, 7):
        CameraStore().keep(number, (1.0, 0.25, 2.5, 0.0, 0.9, 0.0))
    with pytest.raises(UsageError) as caught:
        options(str(run_file), "--video", "a.mp4", "--camera", text)
    assert f"{caught.value}. {caught.value.hint}" == f"--camera: {words}"


@pytest.mark.parametrize(
    "text", ["three-quarter", "right", "follow", "feet+orbit:-0.5", "57,7,3.3,0,0.88,0", "10,5,2,0.1,1,0.2+orbit:2"]
)
def test_that_a_camera_is_written_as_it_is_read(text: str) -> None:
    assert words_of(camera_of(text)) == text


@pytest.mark.parametrize("text", ["", "moon", "1,2", "1,2,x", "1,2,-3", "orbit:many", "orbit:1e9", "1,2,3,4"])
def test_that_a_camera_without_meaning_is_refused(text: str) -> None:
    with pytest.raises(FilmError):
        camera_of(text)


def test_that_a_recording_too_short_for_the_film_does_not_stop_a_batch(run_file: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.h5"
    writer = RecordingWriter(short)
    with RecordingFile(run_file) as file:
        run = file.episode(0).recording
        writer.begin_episode(run.info, run.frame(0))
        writer.append(run.frame(1))
        writer.close()
    result = osimviz(
        *(str(short), str(run_file), "--video", f"{tmp_path}/{{name}}.gif", "--from", "0.3", "--size", "64x64"),
        *("--fps", "5"),
    )
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "short.h5" in result.stderr
    assert decoded(tmp_path / "walk.gif").pictures
    assert not (tmp_path / "short.gif").exists()
