"""Runs for the tests of the timeline: contacts, rewards and an end at known steps."""

from dataclasses import replace

import numpy as np

from osimviz.frames import Frame, Outcome
from osimviz.playback import Playback
from osimviz.recording import Recording
from osimviz.ui.timeline.strip import LaneStrip
from osimviz.view_state import Phase, RunStatus, ViewSettings, ViewState, resolve
from tests.sample_runs import frame_with, sample_info

FELL = Outcome("fell", 83, 0.83, "fell at 0.83 s: pelvis below 0.6 m")
#: Loaded from the first frame to before the second, by foot; the left foot touches for 20 ms before it lands.
RIGHT_STANCES = ((0, 50), (70, 84))
LEFT_STANCES = ((20, 22), (30, 60))


def recorded(n_frames: int = 84, outcome: Outcome | None = FELL, *, has_feet: bool = True) -> Recording:
    """Return a run that falls at step 83, or its first frames."""
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(frame_of(step, has_feet=has_feet))
    recording.outcome = outcome
    return recording


def frame_of(step: int, *, has_feet: bool = True) -> Frame:
    """Return one frame of that run."""
    reaction = np.zeros((2, 3))
    for foot, stances in enumerate((RIGHT_STANCES, LEFT_STANCES)):
        reaction[foot, 1] = 600.0 if any(first <= step < end for first, end in stances) else 0.0
    reward = float("nan") if step == 0 else 3.5 if step == 30 else 0.1
    return frame_with(
        step,
        reward=reward,
        wall_time_s=float("nan") if step == 0 else 0.03,
        ground_reaction_n=reaction if has_feet else np.zeros((0, 3)),
        centre_of_pressure_m=np.zeros((2 if has_feet else 0, 3)),
    )


def repeated(n_frames: int) -> Recording:
    """Return a long run that repeats that run's contacts and has not ended."""
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(replace(frame_of(step % 84), step=step, time_s=step * 0.01))
    return recording


def view_of(recording: Recording | None, index: int = 0, phase: Phase = "ended", **changes: object) -> ViewState:
    """Return a view state with the cursor on a frame; `changes` are attributes of the playback."""
    playback = Playback()
    playback.seek(index)
    for name, value in changes.items():
        setattr(playback, name, value)
    return resolve(recording, playback, ViewSettings(), RunStatus(phase))


def without_limit(view: ViewState) -> ViewState:
    """Return the view state of a run whose step limit is not known."""
    return replace(view, step_limit=0)


def x_of(strip: LaneStrip, index: int) -> int:
    """Return the column of a frame."""
    return round(strip.scale.x_of(index * 0.01))


def motion(first_s: float = 0.6, n_frames: int = 84) -> Recording:
    """Return that run with times of its own, as a motion from a file has: it begins late, and its rows are 20 ms apart.

    From row 40 on they are 10 ms apart: rows of a file need not be equally far apart.
    """
    recording = Recording(replace(sample_info(), step_s=0.02))
    for step in range(n_frames):
        time_s = first_s + 0.02 * min(step, 40) + 0.01 * max(step - 40, 0)
        recording.append(replace(frame_of(step), time_s=time_s))
    last_s = float(recording.time_s(n_frames - 1)[0])
    recording.outcome = Outcome("done", n_frames - 1, last_s, f"the motion ends at {last_s:.2f} s")
    return recording
