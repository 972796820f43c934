"""Small made-up runs for tests of neighbours: real data types, numbers that are easy to check."""

from dataclasses import replace

import numpy as np

from osimviz.channels import Channel
from osimviz.frames import EndLimit, Frame, ModelGeometry, RunInfo

N_MUSCLES, N_BODIES, N_STATE = 4, 2, 6
MUSCLES = ("soleus_r", "soleus_l", "vasti_r", "vasti_l")


def sample_info(step_limit: int = 300) -> RunInfo:
    """Return the description of a run of two bodies without meshes and four muscles."""
    geometry = ModelGeometry(
        model_name="sample",
        body_names=("pelvis", "torso"),
        bones=(),
        muscle_names=MUSCLES,
        max_isometric_force_n=np.array([1000.0, 1000.0, 2000.0, 2000.0]),
        optimal_fiber_length_m=np.full(4, 0.1),
        mass_kg=70.0,
        followed_body_index=0,
    )
    channels = (
        Channel("observation/pelvis/height", "observation", 0, "m", 0.0, 3.0, "Height of the pelvis."),
        Channel("observation/pelvis/speed", "observation", 1, "m/s", description="Forward speed of the pelvis."),
        *(
            Channel(f"muscles/{name}/activation", "activation", i, description=f"Activation of {name}.")
            for i, name in enumerate(MUSCLES)
        ),
        Channel("contact/right/force_up", "ground_reaction_n", 1, "BW", side="right", scale=1 / (70.0 * 9.80665)),
        Channel("contact/left/force_up", "ground_reaction_n", 4, "BW", side="left", scale=1 / (70.0 * 9.80665)),
        Channel("body/pelvis/height", "body_positions_m", 1, "m"),
        Channel("reward/step", "reward", 0),
        Channel("reward/return", "episode_return", 0),
    )
    return RunInfo(
        env_name="prosthetics",
        env_summary="ProstheticsEnv · 3D · prosthesis",
        env_args=(),
        controller="sample",
        seed=0,
        step_s=0.01,
        step_limit=step_limit,
        geometry=geometry,
        channels=channels,
        end_limits=(EndLimit("body/pelvis/height", 0.6, "pelvis below 0.6 m"),),
        action_names=MUSCLES,
    )


def sample_frame(step: int) -> Frame:
    """Return a frame whose numbers follow from its step."""
    height = 0.94 - 0.001 * step
    n_points = 8 + step % 3
    counts = np.array([2, 2, 2, n_points - 6], dtype=np.int32)
    points = np.column_stack([np.linspace(0, 0.2, n_points), np.linspace(0.3, 0.9, n_points), np.zeros(n_points)])
    return Frame(
        step=step,
        time_s=0.01 * step,
        reward=float("nan") if step == 0 else 1.0 + 0.5 * step,
        wall_time_s=0.02,
        observation=np.array([height, 1.2 + 0.01 * step]),
        action=np.full(N_MUSCLES, np.nan if step == 0 else 0.3),
        excitation=np.full(N_MUSCLES, 0.3),
        activation=np.array([0.0, 0.25, 0.5, 1.0]),
        fiber_force_n=np.array([10.0, 20.0, 30.0, 40.0]) * step,
        fiber_length=np.ones(N_MUSCLES),
        fiber_velocity=np.zeros(N_MUSCLES),
        coordinates=np.array([0.0, height]),
        speeds=np.array([0.0, -0.1]),
        ground_reaction_n=np.array([[0.0, 400.0, 0.0], [0.0, 300.0 if step % 40 < 20 else 0.0, 0.0]]),
        centre_of_pressure_m=np.zeros((2, 3)),
        centre_of_mass_m=np.array([0.01 * step, 1.0, 0.0]),
        centre_of_mass_velocity=np.array([1.0, 0.0, 0.0]),
        body_positions_m=np.array([[0.01 * step, height, 0.0], [0.01 * step, height + 0.3, 0.0]]),
        body_quaternions=np.tile([1.0, 0.0, 0.0, 0.0], (N_BODIES, 1)),
        path_points_m=points,
        path_counts=counts,
        state=np.arange(N_STATE) + float(step),
    )


def frame_with(step: int, **changes: object) -> Frame:
    """Return `sample_frame` with some attributes replaced."""
    return replace(sample_frame(step), **changes)  # type: ignore[arg-type]
