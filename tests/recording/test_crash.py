"""What is left of a recording when the writer, the disk or the folder goes away: really done, in other processes."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from osimviz.recording import RecordingError, RecordingFile, RecordingWriter
from osimviz.recording.file_format import BLOCK_ROWS
from tests.recording.files import assert_same_frames, start_writer
from tests.sample_runs import sample_frame, sample_info
from tests.source_rules import REPOSITORY


def killed_writer(path: Path, n_steps: int, pause_s: float, seconds: float) -> list[tuple[int, float]]:
    """Start a writer, kill it without warning, and return what it said: steps and when each was taken."""
    process = start_writer(path, n_steps, pause_s)
    assert process.stdout is not None
    process.stdout.readline()
    time_up = time.monotonic() + seconds
    lines = []
    for line in process.stdout:
        lines.append(line)
        if time.monotonic() > time_up:
            break
    process.kill()
    lines += process.stdout.readlines()
    assert process.wait(10) == -signal.SIGKILL
    process.stdout.close()
    # The last line may be cut: an unbuffered writer (PYTHONUNBUFFERED) dies between a number and the end of its line.
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(int(step), float(taken_s)) for step, taken_s in whole]


def test_that_a_killed_writer_loses_less_than_a_second(tmp_path: Path) -> None:
    said = killed_writer(tmp_path / "run.h5", 10**6, 0.03, 2.5)
    with RecordingFile(tmp_path / "run.h5") as file:
        recording = file.episode(0).recording
        assert not file.is_live
        assert recording.outcome is None
        last_step, killed_s = said[-1]
        lost = [step for step, taken_s in said if step > recording.last_index]
        assert len(recording) > 20
        assert not lost or killed_s - dict(said)[lost[0]] < 1.0
        assert recording.last_index <= last_step
        assert_same_frames(recording, range(0, len(recording), 5))
        assert_same_frames(recording, range(recording.last_index - 3, recording.last_index + 1))


def test_that_a_writer_killed_between_many_episodes_leaves_a_readable_file(tmp_path: Path) -> None:
    # Twenty steps an episode at full speed: most of the time is spent beginning and ending them.
    draw = random.Random(0)
    for attempt in range(8):
        path = tmp_path / f"run{attempt}.h5"
        killed_writer(path, 20, 0.0, 0.05 + 0.3 * draw.random())
        with RecordingFile(path) as file:
            assert file.n_episodes > 0
            for number in range(file.n_episodes - 1):
                assert len(file.episode(number).recording) == 20
            for number in (0, file.n_episodes - 2, file.n_episodes - 1):
                recording = file.episode(number).recording
                assert_same_frames(recording, range(len(recording)))
        assert not list(tmp_path.glob("*.part"))


def test_that_a_copy_taken_at_any_moment_of_the_writing_is_readable(tmp_path: Path) -> None:
    # What a disk holds at a power loss is the file at some moment.
    path = tmp_path / "run.h5"
    # With a pause: on a busy machine the writer would be many episodes ahead, and each copy of it is read whole.
    process = start_writer(path, 60, 0.005)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        n_frames = []
        for attempt in range(15):
            process.stdout.readline()
            if not path.exists():
                continue
            copy = tmp_path / f"copy{attempt}.h5"
            # Halted, so that the copy is of one moment.
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED)
            shutil.copy(path, copy)
            process.send_signal(signal.SIGCONT)
            with RecordingFile(copy) as file:
                n_frames.append(sum(len(file.episode(number).recording) for number in range(file.n_episodes)))
                last = file.episode(-1).recording
                assert_same_frames(last, range(len(last)))
        assert n_frames == sorted(n_frames)
    finally:
        process.kill()
        process.communicate()


def test_that_a_full_disk_ends_the_recording_with_a_sentence_and_keeps_what_was_written(tmp_path: Path) -> None:
    program = """
import resource, sys
from pathlib import Path
from osimviz.recording import RecordingError, RecordingWriter
from tests.sample_runs import sample_frame, sample_info
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
writer = RecordingWriter(Path(sys.argv[1]))
writer.begin_episode(sample_info(), sample_frame(0))
try:
    for step in range(1, 10**6):
        writer.append(sample_frame(step))
except RecordingError as error:
    print(step, error)
writer.close()
"""
    path = tmp_path / "run.h5"
    result = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=REPOSITORY, capture_output=True, text=True, timeout=60
    )
    assert result.stderr == ""
    assert result.returncode == 0
    assert "the recording stopped: File too large" in result.stdout
    n_taken = int(result.stdout.split()[0])
    with RecordingFile(path) as file:
        recording = file.episode(0).recording
        assert len(recording) == n_taken + 1
        assert f"the {len(recording)} frames written before are safe" in result.stdout
        assert_same_frames(recording, range(0, len(recording), 9))
        assert len(recording) > 3 * BLOCK_ROWS


def test_that_too_little_room_for_even_the_first_frame_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        writer = RecordingWriter(tmp_path / "run.h5")
        with pytest.raises(RecordingError, match="the recording stopped: File too large"):
            writer.begin_episode(sample_info(), sample_frame(0))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    writer.close()
    assert not list(tmp_path.glob("*run*"))


def test_that_a_removed_folder_moves_the_recording_and_loses_no_frame(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "runs" / "today"
    folder.mkdir(parents=True)
    writer = RecordingWriter(folder / "run.h5")
    writer.begin_episode(sample_info(), sample_frame(0))
    for step in range(1, 400):
        if step == 200:
            shutil.rmtree(tmp_path / "runs")
        writer.append(sample_frame(step))
    writer.end_episode(None)
    writer.begin_episode(sample_info(), sample_frame(0))
    writer.close()
    assert writer.path == tmp_path / "run.h5"
    assert writer.notice in caplog.text
    assert "was removed while it was written; the recording goes on in" in writer.notice
    with RecordingFile(writer.path) as file:
        assert file.n_episodes == 2
        assert len(file.episode(0).recording) == 400
        assert_same_frames(file.episode(0).recording, range(0, 400, 3))


#: Forks in the middle of a recording; the child tries to go on with it and ends as a program does, with the clean-up of
#: HDF5 and whatever else is loaded: so not in the tests' own process.
FORKING_PROGRAM = """
import ctypes, os, sys, warnings
from pathlib import Path
from osimviz.recording import RecordingError, RecordingWriter
from tests.sample_runs import sample_frame, sample_info
writer = RecordingWriter(Path(sys.argv[1]))
writer.begin_episode(sample_info(), sample_frame(0))
for step in range(1, 50):
    writer.append(sample_frame(step))
writer.flush()
# A thread that writes the file through is running: the child does not touch it.
warnings.simplefilter("ignore", DeprecationWarning)
child = os.fork()
if child == 0:
    status = 1
    try:
        writer.append(sample_frame(50))
    except RecordingError:
        status = 0
    writer.close()
    ctypes.CDLL(None).exit(status)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
for step in range(50, 200):
    writer.append(sample_frame(step))
writer.close()
sys.exit(status)
"""


def test_that_a_forked_child_leaves_the_parents_file_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FORKING_PROGRAM, str(tmp_path / "run.h5")]
    subprocess.run(command, cwd=REPOSITORY, check=True, timeout=50)
    with RecordingFile(tmp_path / "run.h5") as file:
        assert_same_frames(file.episode(0).recording, range(200))
