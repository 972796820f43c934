"""What others take for a comparable picture: a plain pyvista script of the same model, MuJoCo's renderer of a humanoid.

Neither package belongs to the project; where one is missing, its function returns a sentence that says so.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from osimviz.frames import Frame, ModelGeometry
from osimviz.palette import muscle_colours
from osimviz.render.bones import transforms


def pyvista_picture(
    geometry: ModelGeometry, frames: list[Frame], width_px: int, height_px: int
) -> tuple[Callable[[], object], Callable[[], None]] | str:
    """Return what draws the next frame as a user's first script would, and what closes it; no shadow.

    An actor for each mesh, a tube filter for each muscle, a floor.
    """
    try:
        import pyvista
    except ImportError:
        return "pyvista is not installed (pip install pyvista)"
    plotter = pyvista.Plotter(off_screen=True, window_size=[width_px, height_px])
    plotter.set_background("#404955")
    floor = pyvista.Plane(center=(0, 0, 0), direction=(0, 1, 0), i_size=12, j_size=12, i_resolution=1, j_resolution=1)
    plotter.add_mesh(floor, color="#31363f")
    actors = [(bone, plotter.add_mesh(pyvista.read(bone.path), color="#f2e6c9")) for bone in geometry.bones]
    tubes = [pyvista.PolyData() for _ in geometry.muscle_names]
    lines = []
    for i in range(len(tubes)):
        tubes[i] = pyvista.lines_from_points(_path(frames[0], i)).tube(radius=0.012, n_sides=10)
        lines.append(plotter.add_mesh(tubes[i], color=[0.0, 0.0, 1.0]))
    plotter.camera_position = [(1.75, 1.3, 2.75), (0.0, 0.88, 0.0), (0.0, 1.0, 0.0)]
    step = iter(range(10**9))

    def draw() -> object:
        frame = frames[next(step) % len(frames)]
        world = transforms(frame.body_positions_m, frame.body_quaternions)
        for bone, actor in actors:
            actor.user_matrix = (world[bone.body_index] if bone.body_index >= 0 else np.eye(4)) @ bone.body_from_mesh
        colours = muscle_colours(frame.activation) / 255.0
        for i, tube in enumerate(tubes):
            tube.copy_from(pyvista.lines_from_points(_path(frame, i)).tube(radius=0.012, n_sides=10))
            lines[i].prop.color = colours[i]
        return plotter.screenshot(return_img=True)

    return draw, plotter.close


def mujoco_picture(width_px: int, height_px: int) -> tuple[Callable[[], object], Callable[[], None]] | str:
    """Return what draws Gymnasium's humanoid, 18 capsules and a floor with shadow, with MuJoCo's `Renderer`."""
    # Chosen at the import; a display would be taken otherwise.
    os.environ.setdefault("MUJOCO_GL", "egl")
    try:
        import gymnasium
        import mujoco
    except ImportError:
        return "mujoco is not installed (pip install mujoco)"
    folder = Path(str(gymnasium.__file__)).parent / "envs" / "mujoco" / "assets"
    text = (folder / "humanoid.xml").read_text(encoding="utf-8")
    size = f'<visual><global offwidth="{width_px}" offheight="{height_px}"/></visual>'
    model = mujoco.MjModel.from_xml_string(text.replace("<worldbody>", f"{size}<worldbody>", 1))
    data = mujoco.MjData(model)
    renderer = mujoco.Renderer(model, height_px, width_px)

    def draw() -> object:
        mujoco.mj_step(model, data)
        renderer.update_scene(data)
        return renderer.render()

    return draw, renderer.close


def _path(frame: Frame, muscle: int) -> np.ndarray:
    start = int(frame.path_counts[:muscle].sum())
    points: np.ndarray = frame.path_points_m[start : start + int(frame.path_counts[muscle])]
    return points
