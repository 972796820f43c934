from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from osimviz.channels import Channel
from osimviz.frames import Frame, ModelGeometry
from osimviz.recording import Recording, RecordingWriter
from tests.render.recorded_walk import load_walk
from tests.sample_runs import sample_info

#: Simulated time between two frames of the recorded walk.
STEP_S = 0.03


def filmed_run(n_frames: int = 20, shift_m: float = 0.0) -> Recording:
    """Return a recording of the real 22-muscle model, `STEP_S` a step, with a channel that rises by 1 a step."""
    geometry, frames = load_walk()
    recording = Recording(
        replace(sample_info(n_frames), geometry=geometry, channels=_channels(geometry), step_s=STEP_S)
    )
    for index in range(n_frames):
        recording.append(_frame(frames[index % len(frames)], index, shift_m))
    return recording


def walking_run(pace_m: float, n_frames: int = 20) -> Recording:
    """Return a recording whose model goes forward by `pace_m` a step."""
    run = filmed_run(n_frames)
    walking = Recording(run.info)
    for index in range(n_frames):
        frame, offset = run.frame(index), np.array([pace_m * index, 0.0, 0.0])
        walking.append(
            replace(
                frame,
                body_positions_m=frame.body_positions_m + offset,
                path_points_m=frame.path_points_m + offset,
                centre_of_mass_m=frame.centre_of_mass_m + offset,
                centre_of_pressure_m=frame.centre_of_pressure_m + offset,
            )
        )
    return walking


def _channels(geometry: ModelGeometry) -> tuple[Channel, ...]:
    return (
        Channel("body/pelvis/height", "body_positions_m", 3 * geometry.followed_body_index + 1, "m"),
        Channel("run/step", "observation", 0),
        Channel("muscles/soleus_r/activation", "activation", 0, side="right"),
        Channel("muscles/soleus_l/activation", "activation", 1, side="left"),
        Channel("reward/step", "reward", 0),
    )


def _frame(frame: Frame, index: int, shift_m: float) -> Frame:
    offset = np.array([shift_m, 0.0, 0.0])
    return replace(
        frame,
        step=index,
        time_s=STEP_S * index,
        reward=float("nan") if index == 0 else 1.0,
        observation=np.array([float(index)]),
        body_positions_m=frame.body_positions_m + offset,
        path_points_m=frame.path_points_m + offset,
    )


@pytest.fixture(scope="session")
def run() -> Recording:
    return filmed_run()


@pytest.fixture(scope="session")
def run_file(tmp_path_factory: pytest.TempPathFactory, run: Recording) -> Path:
    path = tmp_path_factory.mktemp("film") / "walk.h5"
    writer = RecordingWriter(path)
    writer.begin_episode(run.info, run.frame(0))
    for index in range(1, len(run)):
        writer.append(run.frame(index))
    writer.close()
    return path
