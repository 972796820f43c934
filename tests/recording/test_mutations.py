"""Five hundred damaged recordings: a sentence or a readable part, never a traceback, a hang or a lot of memory."""

import shutil
import subprocess
import sys
from pathlib import Path

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


def test_that_damaged_recordings_give_a_sentence_or_a_readable_part(tmp_path: Path) -> None:
    # Both kinds at the same time, each in a process of its own: they take twelve seconds.
    processes = []
    for first, make in ((0, closed), (N_MUTATIONS, broken_off)):
        folder = tmp_path / make.__name__
        folder.mkdir()
        sound = make(folder / "run.h5")
        command = [sys.executable, "-m", "tests.recording.mutations", str(sound), str(folder), str(first)]
        pipe = subprocess.PIPE
        processes.append(
            subprocess.Popen([*command, str(N_MUTATIONS)], cwd=REPOSITORY, stdout=pipe, stderr=pipe, text=True)
        )
    for process in processes:
        with process:
            try:
                output, errors = process.communicate(timeout=180)
            finally:
                process.kill()
        lines = dict(line.split(" ", 1) for line in output.splitlines())
        assert process.returncode == 0, f"killed at {output.splitlines()[-1:]}: {errors[-500:]}"
        assert len(lines) == N_MUTATIONS
        assert {seed: what for seed, what in lines.items() if what not in ("read", "told")} == {}
        assert list(lines.values()).count("told") > N_MUTATIONS / 4
        assert "read" in lines.values()
