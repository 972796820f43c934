"""The stress scene of the 3D view's benchmark: three of osim-rl's models beside each other, 86 meshes, 75 muscles."""

from dataclasses import replace
from typing import Any

import numpy as np

from osimviz.frames import BoneMesh, Frame, ModelGeometry
from tests.render.recorded_walk import geometry_folder

MODELS = ("gait14dof22musc_pros_20180507", "MoBL_ARMS_J_Simple_032118", "arm26")
_N_POSES = 12


def load_stress() -> tuple[ModelGeometry, list[Frame]]:
    """Return the three models as one, and some frames in which their joints move a little."""
    parts = [posed_model(name, 0.9 * (i - 1)) for i, name in enumerate(MODELS)]
    geometries = [geometry for geometry, _ in parts]
    starts = np.cumsum([0] + [len(geometry.body_names) for geometry in geometries])
    bones: list[BoneMesh] = []
    for geometry, start in zip(geometries, starts, strict=False):
        # What is fixed to the ground stays there, whichever model it is of.
        bones += [replace(b, body_index=b.body_index + int(start) if b.body_index >= 0 else -1) for b in geometry.bones]
    whole = ModelGeometry(
        model_name="stress",
        body_names=tuple(f"{i}_{name}" for i, g in enumerate(geometries) for name in g.body_names),
        bones=tuple(bones),
        muscle_names=tuple(f"{i}_{name}" for i, g in enumerate(geometries) for name in g.muscle_names),
        max_isometric_force_n=np.concatenate([g.max_isometric_force_n for g in geometries]),
        optimal_fiber_length_m=np.concatenate([g.optimal_fiber_length_m for g in geometries]),
        mass_kg=75.0,
        followed_body_index=geometries[0].followed_body_index,
    )
    return whole, [joined_frame([frames[i] for _, frames in parts], i) for i in range(_N_POSES)]


def posed_model(
    name: str, aside_m: float = 0.0, *, n_poses: int = _N_POSES, spread_rad: float = 0.03
) -> tuple[ModelGeometry, list[tuple[np.ndarray, ...]]]:
    """Return one of osim-rl's models and poses near its default one: positions, quaternions, path points, counts."""
    from osimviz.envs.engine import opensim
    from osimviz.worker.body_poses import read_poses
    from osimviz.worker.geometry import read_geometry
    from osimviz.worker.muscle_paths import MusclePaths
    from osimviz.worker.sampled_bodies import quaternions

    model: Any = opensim.Model(str(geometry_folder().parent / f"{name}.osim"))
    state = model.initSystem()
    geometry = read_geometry(model, state)
    paths = MusclePaths(model, geometry.body_names)
    bodies = list(model.getBodySet())
    offset = np.array([0.0, 0.0, aside_m])
    random = np.random.default_rng(0)
    poses = []
    for _ in range(n_poses):
        for coordinate in model.getCoordinateSet():
            if not coordinate.getLocked(state) and not coordinate.isConstrained(state):
                value = coordinate.getDefaultValue() + spread_rad * float(random.normal())
                coordinate.setValue(state, value, False)
        model.realizePosition(state)
        placed = read_poses(bodies, state)
        points, counts = paths.read(state, placed)
        poses.append((placed[:, 3] + offset, quaternions(placed), points + offset, counts))
    return geometry, poses


def joined_frame(parts: list[tuple[np.ndarray, ...]], step: int) -> Frame:
    """Return a frame of models beside each other, each in one of its poses."""
    positions, quaternions, points, counts = (np.concatenate([part[i] for part in parts]) for i in range(4))
    n_muscles, none = len(counts), np.zeros(0)
    return Frame(
        step=step,
        time_s=0.01 * step,
        reward=0.0,
        wall_time_s=0.01,
        observation=none,
        action=none,
        excitation=np.full(n_muscles, 0.3),
        activation=np.linspace(0.0, 1.0, n_muscles),
        fiber_force_n=np.zeros(n_muscles),
        fiber_length=np.ones(n_muscles),
        fiber_velocity=np.zeros(n_muscles),
        coordinates=none,
        speeds=none,
        ground_reaction_n=np.zeros((0, 3)),
        centre_of_pressure_m=np.zeros((0, 3)),
        centre_of_mass_m=np.array([0.0, 0.9, 0.0]),
        centre_of_mass_velocity=np.zeros(3),
        body_positions_m=positions,
        body_quaternions=quaternions,
        path_points_m=points,
        path_counts=counts,
        state=none,
    )
