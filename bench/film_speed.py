"""How fast films are made: beside drawing alone, and beside the script one would write with pyvista.

Run ``python bench/film_speed.py``; the comparison needs ``pip install -e .[bench]``. Rounds are interleaved, so that
what else the machine does touches all alike; compare the ratios.
"""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from noting import note_ratio

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil

from osimviz.film.cast import Cast
from osimviz.film.making import finish
from osimviz.film.settings import FilmSettings, Look
from osimviz.film.tasks import FilmTask
from osimviz.palette import load_palette
from osimviz.recording import Recording
from osimviz.render.options import Quality
from osimviz.render.scene import Scene
from tests.film.conftest import STEP_S, filmed_run

SIZE = (1280, 720)
FPS = 30.0
#: At this speed every picture shows the next recorded state.
SPEED = STEP_S * FPS
RIVAL = Path(__file__).parent / "pyvista_film.py"
_WORDS = {
    "film": "film (H.264)",
    "whole": "film, start of the process included,",
    "alone": "drawing alone",
    "rival": "pyvista script",
    "rival whole": "pyvista script, its start included",
}


def draw_alone(run: Recording, quality: Quality) -> float:
    """Return frames a second of showing and drawing, nothing else."""
    look = Look(*SIZE)
    scene = Scene(*SIZE, load_palette(look.theme))
    scene.build(run.info.geometry, run.info.action_names)
    scene.set_quality(quality)
    scene.show(run.frame(0), look.scene)
    scene.render()
    start_s = time.perf_counter()
    for index in range(len(run)):
        scene.show(run.frame(index), look.scene)
        scene.render()
    rate = len(run) / (time.perf_counter() - start_s)
    scene.close()
    return rate


def make_film(run: Recording, path: Path, look: Look) -> tuple[float, float]:
    """Make a film; return frames a second while it draws and encodes, and with the start of the process."""
    start_s = time.perf_counter()
    task = FilmTask(Cast(run), path, FilmSettings(look, FPS, SPEED), may_overwrite=True)
    drawing_s = 0.0
    while not task.is_over:
        task.take()
        if task.n_done == 1 and not drawing_s:
            drawing_s = time.perf_counter()
    finish(task)
    end_s = time.perf_counter()
    return (task.n_pictures - 1) / (end_s - drawing_s), task.n_pictures / (end_s - start_s)


def make_rival(n_frames: int, path: Path, quality: Quality) -> tuple[float, float]:
    """Make the same film with pyvista, in a process of its own; return its rates as `make_film` does."""
    start_s = time.perf_counter()
    command = [sys.executable, str(RIVAL), str(n_frames), str(path), *(["plain"] if quality == "moving" else [])]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(result.stdout.split()[-1]), n_frames / (time.perf_counter() - start_s)


def memory_growth(n_frames: int, size: tuple[int, int], path: Path) -> list[tuple[int, float]]:
    """Return the memory in MB of the drawing process at a tenth, at half and at the end of a long film."""
    run = filmed_run(20)
    loops = -(-n_frames // round(STEP_S * 19 / SPEED * FPS))
    settings = FilmSettings(Look(*size, quality="moving"), FPS, SPEED, loops=loops)
    task = FilmTask(Cast(run), path, settings, may_overwrite=True)
    process = psutil.Process(task.pid)
    marks = [task.n_pictures // 10, task.n_pictures // 2, task.n_pictures - 1]
    sizes: list[tuple[int, float]] = []
    while not task.is_over:
        task.take()
        if marks and task.n_done == marks[0]:
            sizes.append((marks.pop(0), process.memory_info().rss / 1e6))
    finish(task)
    return sizes


def measured(quality: Quality, run: Recording, folder: Path, *, has_rival: bool) -> dict[str, float]:
    """Return the rates of one round; drawing alone is measured before and after, for a machine is never at rest."""
    before = draw_alone(run, quality)
    film, whole = make_film(run, folder / "film.mp4", Look(*SIZE, quality=quality))
    rates = {"film": film, "whole": whole}
    if has_rival:
        rates["rival"], rates["rival whole"] = make_rival(len(run) - 1, folder / "rival.mp4", quality)
    rates["alone"] = 0.5 * (before + draw_alone(run, quality))
    return rates


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200, help="pictures of a film")
    parser.add_argument("--rounds", type=int, default=3, help="times each is measured, in turns")
    parser.add_argument("--long", type=int, default=10_000, help="pictures of the film whose memory is watched")
    parser.add_argument("--long-size", default="320x180", help="its size in pixels")
    arguments = parser.parse_args()
    has_rival = all(importlib.util.find_spec(name) for name in ("pyvista", "imageio", "imageio_ffmpeg"))
    run = filmed_run(arguments.frames + 1)
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        rounds: dict[Quality, list[dict[str, float]]] = {"moving": [], "still": []}
        for _ in range(arguments.rounds):
            for quality, rates in rounds.items():
                rates.append(measured(quality, run, folder, has_rival=has_rival))
        print_beside("film", "alone", rounds)
        if has_rival:
            print_beside("film", "rival", rounds)
            print_beside("whole", "rival whole", rounds)
        else:
            print("pyvista is not installed: pip install -e .[bench] for the comparison")
        width, _, height = arguments.long_size.partition("x")
        sizes = memory_growth(arguments.long, (int(width), int(height)), folder / "long.mp4")
        print(
            f"memory of a film of {arguments.long} pictures of {arguments.long_size}:",
            ", ".join(f"{size:.0f} MB at {n_done}" for n_done, size in sizes),
        )


def print_beside(ours: str, theirs: str, rounds: dict[Quality, list[dict[str, float]]]) -> None:
    """Print what was measured beside each other: the median of the rounds' ratios, and the medians of the rates."""
    for quality, words in (("moving", "without anti-aliasing"), ("still", "smoothed, as films are by default")):
        rates = rounds[quality]
        ratio = float(np.median([each[ours] / each[theirs] for each in rates]))
        own, other = (float(np.median([each[name] for each in rates])) for name in (ours, theirs))
        print(f"720p, {words}: {_WORDS[ours]} {own:.1f}/s, {_WORDS[theirs]} {other:.1f}/s: {ratio:.2f} times as fast")
        note_ratio(f"{_WORDS[ours]} in 720p, {words}", own, _WORDS[theirs], other, "/s")


if __name__ == "__main__":
    main()
