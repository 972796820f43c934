"""The film that one would script with pyvista: an actor for each mesh, a tube for each muscle, its movie writer.

Run by ``bench/film_speed.py`` in a process of its own: ``python pyvista_film.py N_FRAMES FILE.mp4 [plain]``; ``plain``
switches pyvista's own anti-aliasing (eight samples a pixel) off.
"""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main(n_frames: int, target: str, *, is_plain: bool) -> None:
    """Write the film and print its pictures a second, the first one left out."""
    import pyvista

    from osimviz.palette import muscle_colours
    from tests.film.conftest import filmed_run

    run = filmed_run(n_frames)
    geometry = run.info.geometry
    plotter = pyvista.Plotter(off_screen=True, window_size=(1280, 720))
    if is_plain:
        plotter.disable_anti_aliasing()
    plotter.set_background("#404955", top="#1a1f28")
    plotter.add_mesh(pyvista.Plane(i_size=20, j_size=20, direction=(0, 1, 0)), color="#282d36")
    actors = []
    for bone in geometry.bones:
        actor = plotter.add_mesh(pyvista.read(bone.path), color="#f2e6c9", smooth_shading=True)
        actors.append((actor, bone))
    plotter.camera_position = [(1.75, 1.3, 2.75), (0, 0.88, 0), (0, 1, 0)]
    plotter.open_movie(target, framerate=30)
    start_s = 0.0
    for index in range(n_frames):
        frame = run.frame(index)
        for actor, bone in actors:
            world_from_body = np.eye(4)
            if bone.body_index >= 0:
                world_from_body[:3, :3] = rotation(frame.body_quaternions[bone.body_index])
                world_from_body[:3, 3] = frame.body_positions_m[bone.body_index]
            actor.user_matrix = world_from_body @ bone.body_from_mesh
        ends = np.cumsum(frame.path_counts)
        for muscle, (end, count) in enumerate(zip(ends, frame.path_counts, strict=True)):
            tube = pyvista.lines_from_points(frame.path_points_m[end - count : end]).tube(radius=0.01)
            colour = muscle_colours([frame.activation[muscle]])[0]
            # Not drawn after each of them: one learns that soon.
            rgb = tuple(int(part) for part in colour)
            plotter.add_mesh(tube, color=rgb, name=f"muscle {muscle}", render=False, reset_camera=False)
        plotter.add_text(f"{frame.time_s:.3f} s", name="time", render=False)
        plotter.write_frame()
        if index == 0:
            start_s = time.perf_counter()
    plotter.close()
    print((n_frames - 1) / (time.perf_counter() - start_s))


def rotation(quaternion: np.ndarray) -> np.ndarray:
    """Return the matrix (3, 3) of a unit quaternion, scalar first."""
    w, x, y, z = quaternion
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], is_plain="plain" in sys.argv[3:])
