"""Recordings for tests: written by the writer itself, or by another process that is killed."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from osimviz.frames import Frame, Outcome
from osimviz.recording import Recording, RecordingWriter
from tests.sample_runs import sample_frame, sample_info
from tests.source_rules import REPOSITORY

FELL = Outcome("fell", 40, 0.4, "fell at 0.40 s: pelvis below 0.6 m")

#: Writes frames as fast as told and says after each how many there are.
WRITER_PROGRAM = """
import sys, time
from pathlib import Path
from osimviz.recording import RecordingWriter
from tests.sample_runs import sample_frame, sample_info
writer = RecordingWriter(Path(sys.argv[1]))
n_steps, pause_s = int(sys.argv[2]), float(sys.argv[3])
print("begin", flush=True)
while True:
    writer.begin_episode(sample_info(), sample_frame(0))
    for step in range(1, n_steps):
        writer.append(sample_frame(step))
        print(step, time.monotonic(), flush=True)
        time.sleep(pause_s)
"""


def write_run(path: Path, n_frames: int = 41, outcome: Outcome | None = FELL, n_episodes: int = 1) -> Path:
    """Write a recording of made-up frames."""
    writer = RecordingWriter(path)
    for _ in range(n_episodes):
        writer.begin_episode(sample_info(), sample_frame(0), ("terms/effort",))
        for step in range(1, n_frames):
            writer.append(sample_frame(step), {"terms/effort": -0.5 * step})
        writer.end_episode(outcome)
    writer.close()
    return path


def start_writer(path: Path, n_steps: int, pause_s: float) -> subprocess.Popen[str]:
    """Start a process that records without end."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER_PROGRAM, str(path), str(n_steps), str(pause_s)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )


def assert_same_frames(recording: Recording, steps: range) -> None:
    """Compare frames of a recording with the made-up ones they were written from."""
    for step in steps:
        frame, expected = recording.frame(step), sample_frame(step)
        for name in Frame.__slots__:
            np.testing.assert_array_equal(getattr(frame, name), getattr(expected, name), err_msg=f"{name} of {step}")
