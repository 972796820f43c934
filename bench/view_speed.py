"""How fast the 3D view is: pictures a second, cost of an update, and the ratio to clearing the window.

Run ``python bench/view_speed.py`` with or without a display. Compare the ratio between machines; times alone depend on
what else runs. The 10th percentile is about what a quiet machine does.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vtkmodules.vtkRenderingCore import vtkRenderer

from osimviz.palette import load_palette
from osimviz.render.capture import OffscreenWindow
from osimviz.render.options import SceneOptions
from osimviz.render.scene import Scene
from osimviz.view_choices import DEFAULT_LAYERS
from tests.render.recorded_walk import load_walk


def measured(work: Callable[[], object], n_times: int) -> tuple[float, float]:
    """Return the 10th percentile and the median duration in ms of a piece of work."""
    durations_s = []
    for _ in range(n_times):
        start_s = time.perf_counter()
        work()
        durations_s.append(time.perf_counter() - start_s)
    p10, median = np.percentile(durations_s, (10, 50)) * 1e3
    return float(p10), float(median)


def clear_ms(width_px: int, height_px: int, n_times: int) -> tuple[float, float]:
    """Return what an empty window of one colour costs, read-back included."""
    window = OffscreenWindow(width_px, height_px)
    window.add(vtkRenderer())
    window.render()
    cost = measured(window.render, n_times)
    window.close()
    return cost


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="1280x720", help="width and height in pixels")
    parser.add_argument("--pictures", type=int, default=60, help="pictures drawn per measurement")
    arguments = parser.parse_args()
    width_px, height_px = (int(part) for part in arguments.size.split("x"))
    n_times = arguments.pictures

    geometry, frames = load_walk()
    start_s = time.perf_counter()
    scene = Scene(width_px, height_px, load_palette("dark"))
    opened_s = time.perf_counter()
    scene.build(geometry)
    built_s = time.perf_counter()
    scene.show(frames[0], SceneOptions())
    scene.render()
    drawn_s = time.perf_counter()
    print(f"open {1e3 * (opened_s - start_s):.0f} ms, build {1e3 * (built_s - opened_s):.0f} ms, ", end="")
    print(f"first picture {1e3 * (drawn_s - built_s):.0f} ms")

    options = SceneOptions()
    step = iter(range(10**9))

    def update() -> None:
        scene.show(frames[next(step) % len(frames)], options)

    def tick() -> None:
        update()
        scene.render()

    update_p10, update_median = measured(update, n_times)
    clear_p10, clear_median = clear_ms(width_px, height_px, n_times)
    print(f"update           p10 {update_p10:6.2f} ms, median {update_median:6.2f} ms")
    print(f"clear, read back p10 {clear_p10:6.2f} ms, median {clear_median:6.2f} ms")
    variants = (
        ("moving", SceneOptions()),
        ("moving, no shadow", SceneOptions(layers=DEFAULT_LAYERS - {"shadow"})),
        ("moving, bones only", SceneOptions(layers=frozenset())),
    )
    for name, options in variants:  # noqa: B007  `update` reads `options` of this scope
        tick()
        p10, median = measured(tick, n_times)
        print(
            f"{name:24s} p10 {p10:6.1f} ms = {1e3 / p10:5.1f} fps, median {median:6.1f} ms = {1e3 / median:5.1f} fps, ",
            end="",
        )
        print(f"{p10 / clear_p10:.1f} clears")
    options = variants[0][1]
    scene.set_still(True)
    tick()
    p10, median = measured(tick, max(5, n_times // 6))
    print(f"{'still (FXAA)':24s} p10 {p10:6.1f} ms, median {median:6.1f} ms")
    scene.set_still(False)
    p10, median = measured(lambda: scene.picture(width_px, height_px), 4)
    print(f"{'picture (4 samples)':24s} p10 {p10:6.1f} ms, median {median:6.1f} ms")
    scene.close()


if __name__ == "__main__":
    main()
