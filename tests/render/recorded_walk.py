"""A recorded stumble of the 22-muscle leg model, to draw without OpenSim: the numbers here, the meshes of osim-rl.

Made by stepping `gait14dof22musc_20170320.osim` for 0.6 s with constant random excitations; every third step is kept.
"""

import importlib.metadata
from dataclasses import replace
from pathlib import Path

import numpy as np

from osimviz.frames import BoneMesh, Frame, ModelGeometry

DATA = Path(__file__).parent / "data" / "walk.npz"


def geometry_folder() -> Path:
    """Return the folder of osim-rl's bone meshes."""
    return Path(str(importlib.metadata.distribution("osim-rl").locate_file("osim/models/Geometry")))


def load_walk() -> tuple[ModelGeometry, list[Frame]]:
    """Return the model and its frames."""
    with np.load(DATA, allow_pickle=False) as data:
        arrays = {name: data[name] for name in data.files}
    folder = geometry_folder()
    bones = tuple(
        BoneMesh(str(name), str(folder / str(name)), int(body), transform)
        for name, body, transform in zip(
            arrays["bone_names"], arrays["bone_body"], arrays["bone_transforms"], strict=True
        )
    )
    geometry = ModelGeometry(
        model_name=str(arrays["model_name"]),
        body_names=tuple(str(name) for name in arrays["body_names"]),
        bones=bones,
        muscle_names=tuple(str(name) for name in arrays["muscle_names"]),
        max_isometric_force_n=arrays["fmax"],
        optimal_fiber_length_m=arrays["lopt"],
        mass_kg=float(arrays["mass"]),
        followed_body_index=int(arrays["followed"]),
    )
    ends = np.cumsum(arrays["path_counts"].sum(axis=1))
    return geometry, [_frame(arrays, index, int(end)) for index, end in enumerate(ends)]


def _frame(arrays: dict[str, np.ndarray], index: int, end: int) -> Frame:
    def row(name: str) -> np.ndarray:
        return arrays[name][index].astype(np.float64)

    n_points = int(arrays["path_counts"][index].sum())
    return Frame(
        step=3 * index,
        time_s=float(arrays["time_s"][index]),
        reward=float("nan"),
        wall_time_s=0.01,
        observation=np.zeros(0),
        action=row("excitation"),
        excitation=row("excitation"),
        activation=row("activation"),
        fiber_force_n=row("fiber_force_n"),
        fiber_length=row("fiber_length"),
        fiber_velocity=row("fiber_velocity"),
        coordinates=np.zeros(0),
        speeds=np.zeros(0),
        ground_reaction_n=row("ground_reaction_n"),
        centre_of_pressure_m=row("centre_of_pressure_m"),
        centre_of_mass_m=row("centre_of_mass_m"),
        centre_of_mass_velocity=row("centre_of_mass_velocity"),
        body_positions_m=row("body_positions_m"),
        body_quaternions=row("body_quaternions"),
        path_points_m=arrays["path_points_m"][end - n_points : end].astype(np.float64),
        path_counts=arrays["path_counts"][index].astype(np.int32),
        state=np.zeros(0),
    )


def with_activation(frame: Frame, value: float) -> Frame:
    """Return the frame with every muscle at one activation."""
    return replace(frame, activation=np.full(len(frame.activation), value))


def moved(frame: Frame, offset_m: np.ndarray) -> Frame:
    """Return the frame with everything moved in world space by an offset (3,)."""
    return replace(
        frame,
        body_positions_m=frame.body_positions_m + offset_m,
        path_points_m=frame.path_points_m + offset_m,
        centre_of_mass_m=frame.centre_of_mass_m + offset_m,
        centre_of_pressure_m=frame.centre_of_pressure_m + offset_m,
    )
