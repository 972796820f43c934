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


def memory_growth(n_frames: int, path: Path) -> tuple[float, float]:
    """Return the memory in MB of the drawing process after a tenth of a long film, and what it grows until the end."""
    run = filmed_run(20)
    loops = -(-n_frames // round(STEP_S * 19 / SPEED * FPS))
    settings = FilmSettings(Look(320, 180, quality="moving"), FPS, SPEED, loops=loops)
    task = FilmTask(Cast(run), path, settings, may_overwrite=True)
    process = psutil.Process(task.pid)
    sizes: list[int] = []
    while not task.is_over:
        task.take()
        if task.n_done > task.n_pictures // 10 and task.n_done < task.n_pictures and task.n_done % 100 == 0:
            sizes.append(process.memory_info().rss)
    finish(task)
    first, last = np.mean(sizes[:5]), np.mean(sizes[-5:])
    return float(first) / 1e6, float(last - first) / 1e6


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200, help="pictures of a film")
    parser.add_argument("--rounds", type=int, default=3, help="times each is measured, in turns")
    parser.add_argument("--long", type=int, default=10_000, help="pictures of the film whose memory is watched")
    arguments = parser.parse_args()
    has_rival = all(importlib.util.find_spec(name) for name in ("pyvista", "imageio", "imageio_ffmpeg"))
    run = filmed_run(arguments.frames + 1)
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        for _ in range(arguments.rounds):
            for quality in ("moving", "still"):
                look = Look(*SIZE, quality=quality)
                rates.setdefault(f"alone {quality}", []).append(draw_alone(run, quality))
                steady, whole = make_film(run, folder / "film.mp4", look)
                rates.setdefault(f"film {quality}", []).append(steady)
                rates.setdefault(f"whole {quality}", []).append(whole)
                if has_rival:
                    steady, whole = make_rival(arguments.frames, folder / "rival.mp4", quality)
                    rates.setdefault(f"rival {quality}", []).append(steady)
                    rates.setdefault(f"rival whole {quality}", []).append(whole)
        median = {name: float(np.median(values)) for name, values in rates.items()}
        for quality, words in (("moving", "without anti-aliasing"), ("still", "smoothed, as films are by default")):
            alone, film, whole = (median[f"{name} {quality}"] for name in ("alone", "film", "whole"))
            print(f"720p, {words}: drawing alone {alone:.1f}/s, H.264 film {film:.1f}/s = {film / alone:.0%}", end="")
            print(f" (with the start of the process {whole:.1f}/s)")
            note_ratio(f"film in 720p, {words}", film, "drawing alone", alone, "/s")
        if has_rival:
            for quality, words in (("moving", "neither anti-aliased"), ("still", "both as by default")):
                film, whole = median[f"film {quality}"], median[f"whole {quality}"]
                rival, rival_whole = median[f"rival {quality}"], median[f"rival whole {quality}"]
                print(f"pyvista script, {words}: {rival:.1f}/s; a film is {film / rival:.1f} times as fast", end="")
                print(f" ({whole / rival_whole:.1f} with the start of both)")
                note_ratio(f"film in 720p, {words}", film, "a pyvista script", rival, "/s")
        else:
            print("pyvista is not installed: pip install -e .[bench] for the comparison")
        first_mb, growth_mb = memory_growth(arguments.long, folder / "long.mp4")
        print(f"memory over {arguments.long} pictures: {first_mb:.0f} MB after a tenth, then {growth_mb:+.1f} MB")


if __name__ == "__main__":
    main()
