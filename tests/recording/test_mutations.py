"""Five hundred damaged recordings: a sentence or a readable part, never a traceback, a hang or a lot of memory."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from osimviz.recording import RecordingWriter
from tests.recording.files import write_run
from tests.sample_runs import sample_frame, sample_info
from tests.source_rules import REPOSITORY

N_MUTATIONS = 250


def closed(path: Path) -> Path:
    """Write a recording of two episodes to its end."""
    return write_run(path, 150, n_episodes=2)


def broken_off(path: Path) -> Path:
    """Write a recording as a killed writer leaves it."""
    writer = RecordingWriter(path.with_name("live.h5"))
    writer.begin_episode(sample_info(), sample_frame(0))
    for step in range(1, 150):
        writer.append(sample_frame(step))
    writer.flush()
    shutil.copy(writer.path, path)
    writer.close()
    return path


@pytest.mark.parametrize(("make", "first"), [(closed, 0), (broken_off, N_MUTATIONS)])
def test_that_damaged_recordings_give_a_sentence_or_a_readable_part(tmp_path: Path, make: object, first: int) -> None:
    sound = make(tmp_path / "run.h5")  # type: ignore[operator]
    command = [sys.executable, "-m", "tests.recording.mutations", str(sound), str(tmp_path), str(first)]
    result = subprocess.run([*command, str(N_MUTATIONS)], cwd=REPOSITORY, capture_output=True, text=True, timeout=180)
    lines = dict(line.split(" ", 1) for line in result.stdout.splitlines())
    assert result.returncode == 0, f"killed at {result.stdout.splitlines()[-1:]}: {result.stderr[-500:]}"
    assert len(lines) == N_MUTATIONS
    assert {seed: what for seed, what in lines.items() if what not in ("read", "told")} == {}
    assert list(lines.values()).count("told") > N_MUTATIONS / 4
    assert "read" in lines.values()
