"""What opening and closing the 3D view leaves behind: memory and VTK objects over 50 cycles, with every layer.

Run ``python bench/view_leak.py`` with or without a display. Linux.
"""

import argparse
import ctypes
import gc
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vtkmodules.vtkCommonCore import vtkObjectBase

from osimviz.palette import load_palette
from osimviz.render.options import Ghost, SceneOptions
from osimviz.render.scene import Scene
from osimviz.view_choices import LAYERS
from tests.render.recorded_walk import load_walk

WANTED_MB = 0.05


def memory_mb() -> float:
    """Return the memory this process has now."""
    gc.collect()
    # What was freed and only kept for the next allocation is no leak.
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def n_vtk_objects() -> int:
    """Return how many objects of VTK Python still holds."""
    gc.collect()
    return sum(isinstance(item, vtkObjectBase) for item in gc.get_objects())


def main() -> None:
    """Print what is left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=50)
    n_cycles = parser.parse_args().cycles
    geometry, frames = load_walk()

    def cycle() -> None:
        scene = Scene(640, 360, load_palette("dark"))
        scene.build(geometry)
        scene.show(frames[3], SceneOptions(layers=frozenset(LAYERS)), ghosts=[Ghost(frames[5])])
        scene.render()
        scene.close()

    for _ in range(10):
        cycle()
    objects, before_mb = n_vtk_objects(), memory_mb()
    for _ in range(n_cycles):
        cycle()
    left = n_vtk_objects() - objects
    per_cycle = (memory_mb() - before_mb) / n_cycles
    print(f"{n_cycles} cycles: {per_cycle:.3f} MB each (wanted at most {WANTED_MB}), {left} VTK objects left")


if __name__ == "__main__":
    main()
