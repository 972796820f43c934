"""How fast the 3D view is: pictures a second, cost of an update, and beside it what others take in the same run.

Run ``python bench/view_speed.py`` with or without a display. Compare the ratios between machines; times alone depend on
what else runs. The 10th percentile is about what a quiet machine does. pyvista and MuJoCo are measured where they are
installed.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from noting import note_ratio

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vtkmodules.vtkRenderingCore import vtkRenderer

from bench.stress_scene import load_stress
from bench.view_rivals import mujoco_picture, pyvista_picture
from osimviz.frames import Frame, ModelGeometry
from osimviz.palette import load_palette
from osimviz.render.capture import OffscreenWindow
from osimviz.render.options import Ghost, SceneOptions
from osimviz.render.scene import Scene
from osimviz.view_choices import DEFAULT_LAYERS, LAYERS
from tests.render.recorded_walk import load_walk

#: What is asked of software rendering at 1280x720: pictures a second of the leg model and of the stress scene, and ms.
WANTED_FPS, WANTED_STRESS_FPS, WANTED_UPDATE_MS = 55, 40, 1.5


def measured(work: Callable[[], object], n_times: int) -> tuple[float, float]:
    """Return the 10th percentile and the median duration in ms of a piece of work."""
    durations_s = []
    for _ in range(n_times):
        start_s = time.perf_counter()
        work()
        durations_s.append(time.perf_counter() - start_s)
    p10, median = np.percentile(durations_s, (10, 50)) * 1e3
    return float(p10), float(median)


def show_line(name: str, cost: tuple[float, float], wanted_fps: float = 0.0) -> None:
    """Print one measurement."""
    p10, median = cost
    wanted = f", wanted {wanted_fps:.0f}" if wanted_fps else ""
    print(f"{name:34s} p10 {p10:6.1f} ms = {1e3 / p10:5.1f} fps, ", end="")
    print(f"median {median:6.1f} ms = {1e3 / median:5.1f} fps{wanted}")


def clear_ms(width_px: int, height_px: int, n_times: int) -> tuple[float, float]:
    """Return what an empty window of one colour costs, read-back included."""
    window = OffscreenWindow(width_px, height_px)
    window.add(vtkRenderer())
    window.render()
    cost = measured(window.render, n_times)
    window.close()
    return cost


class Drawn:
    """A scene that goes round some frames."""

    def __init__(self, geometry: ModelGeometry, frames: list[Frame], size_px: tuple[int, int]) -> None:
        self.scene = Scene(*size_px, load_palette("dark"))
        self.scene.build(geometry)
        self.frames = frames
        self.options = SceneOptions()
        self.ghosts: tuple[Ghost, ...] = ()
        self._step = 0
        self.tick()

    def update(self) -> None:
        """Show the next frame."""
        self._step += 1
        self.scene.show(self.frames[self._step % len(self.frames)], self.options, ghosts=self.ghosts)

    def tick(self) -> None:
        """Show the next frame and draw it."""
        self.update()
        self.scene.render()


def measure_walk(size_px: tuple[int, int], n_times: int) -> None:
    """Print what the 22-muscle model takes."""
    geometry, frames = load_walk()
    drawn = Drawn(geometry, frames, size_px)
    p10, median = measured(drawn.update, 3 * n_times)
    print(f"{'update without drawing':34s} p10 {p10:6.2f} ms, median {median:6.2f} ms, wanted {WANTED_UPDATE_MS} ms")
    show_line("moving, full scene with shadow", measured(drawn.tick, n_times), WANTED_FPS)
    for name, layers in (
        ("moving, no shadow", DEFAULT_LAYERS - {"shadow"}),
        ("moving, bones only", frozenset()),
        ("moving, every layer", frozenset(LAYERS)),
    ):
        drawn.options = SceneOptions(layers=layers)
        drawn.tick()
        show_line(name, measured(drawn.tick, n_times))
    drawn.options = SceneOptions()
    drawn.ghosts = (Ghost(frames[0]),)
    drawn.tick()
    show_line("moving, one translucent ghost", measured(drawn.tick, n_times))
    drawn.ghosts = ()
    drawn.scene.set_still(True)
    drawn.tick()
    show_line("still (FXAA)", measured(drawn.tick, max(5, n_times // 6)))
    drawn.scene.set_still(False)
    show_line("picture for a file", measured(lambda: drawn.scene.picture(*size_px), 4))
    start_s = time.perf_counter()
    for i in range(20):
        drawn.scene.pick(size_px[0] * 0.5, size_px[1] * (0.2 + 0.03 * i))
    print(f"{'pick':34s} {(time.perf_counter() - start_s) * 50:.2f} ms")
    drawn.scene.close()


def measure_rivals(size_px: tuple[int, int], n_times: int) -> None:
    """Print what we and others take, a picture each in turn, so that what else runs slows all alike."""
    geometry, frames = load_walk()
    ours = Drawn(geometry, frames, size_px)
    works: dict[str, Callable[[], object]] = {"ours, full scene with shadow": ours.tick}
    closers: list[Callable[[], None]] = []
    for name, made in (
        ("MuJoCo Renderer, humanoid", mujoco_picture(*size_px)),
        ("pyvista, plain script", pyvista_picture(geometry, frames, *size_px)),
    ):
        if isinstance(made, str):
            print(f"{name:34s} {made}")
            continue
        works[name] = made[0]
        closers.append(made[1])
    durations_ms: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(n_times + 1):
        for name, work in works.items():
            start_s = time.perf_counter()
            work()
            if turn:
                durations_ms[name].append(1e3 * (time.perf_counter() - start_s))
    print("side by side, a picture each in turn")
    our_p10_ms, our_median_ms = np.percentile(durations_ms["ours, full scene with shadow"], (10, 50))
    for name, values in durations_ms.items():
        p10, median = np.percentile(values, (10, 50))
        show_line(name, (float(p10), float(median)))
        print(f"{'':34s} {p10 / our_p10_ms:.2f} times ours (p10), {median / our_median_ms:.2f} times (median)")
        if values is not durations_ms["ours, full scene with shadow"]:
            note_ratio("picture of the 3D view with shadow", float(our_median_ms), name, float(median), "ms")
    for close in closers:
        close()
    ours.scene.close()


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="1280x720", help="width and height in pixels")
    parser.add_argument("--pictures", type=int, default=60, help="pictures drawn per measurement")
    arguments = parser.parse_args()
    width_px, height_px = (int(part) for part in arguments.size.split("x"))
    size_px, n_times = (width_px, height_px), arguments.pictures
    show_line("clear and read back", clear_ms(*size_px, n_times))
    measure_walk(size_px, n_times)
    stress = Drawn(*load_stress(), size_px)
    show_line("stress: 86 meshes, 75 muscles", measured(stress.tick, n_times), WANTED_STRESS_FPS)
    stress.scene.close()
    measure_rivals(size_px, n_times)


if __name__ == "__main__":
    main()
