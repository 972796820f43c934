"""Long runs: what leaves the memory is read from a file, and the user is told."""

import os
import resource
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from osimviz.frames import BoneMesh, BoneSurface
from osimviz.recording import Recording, RecordingError, RecordingFile, RecordingWriter, SpillFile, save_recording
from osimviz.recording.row_layout import RowLayout
from osimviz.recording.store import BLOCK_ROWS
from tests.recording.files import assert_same_frames, write_run
from tests.sample_runs import sample_frame, sample_info
from tests.source_rules import REPOSITORY


def test_that_older_blocks_of_a_long_run_are_read_from_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "spill"
    folder.mkdir()
    files: list[SpillFile] = []

    def spill(info: object, layout: RowLayout) -> SpillFile:
        files.append(SpillFile(sample_info(), layout, folder))
        return files[0]

    n_frames = 6 * BLOCK_ROWS + 10
    limit_bytes = 3 * BLOCK_ROWS * 120 * 8
    recording, whole = Recording(sample_info(), limit_bytes=limit_bytes, spill=spill), Recording(sample_info())
    for step in range(n_frames):
        recording.append(sample_frame(step))
        whole.append(sample_frame(step))
    assert "outgrew their share of memory" in recording.notice
    assert len(recording) == n_frames
    assert recording.n_bytes < limit_bytes + 2 * BLOCK_ROWS * 100 * 8 < whole.n_bytes
    for first in (0, BLOCK_ROWS - 2, 2 * BLOCK_ROWS - 2, 5 * BLOCK_ROWS - 2, n_frames - 3):
        assert_same_frames(recording, range(first, first + 3))
    for name in ("body/pelvis/height", "reward/return"):
        for start in (0, 500, 4 * BLOCK_ROWS, n_frames):
            np.testing.assert_array_equal(recording.column(name, start), whole.column(name, start))
    np.testing.assert_array_equal(recording.field("state", 7), whole.field("state", 7))
    for start, stop in (
        (0, 3),
        (500, 10),
        (BLOCK_ROWS - 2, 5 * BLOCK_ROWS + 1),
        (4 * BLOCK_ROWS, 9),
        (n_frames, 10**6),
    ):
        np.testing.assert_array_equal(recording.field("state", start, stop), whole.field("state", start, stop))
    assert [recording.index_at_time(t) for t in (0.005, 12.0, 61.0)] == [0, 1200, 6100]
    assert recording.episode_return(5) == whole.episode_return(5)
    files[0].close()
    files[0].close()
    assert not list(folder.iterdir())


def test_that_a_run_stays_in_memory_where_no_file_can_be_made_and_the_user_is_told() -> None:
    def refuse(info: object, layout: RowLayout) -> SpillFile:
        raise RecordingError("the disk is full")

    recording = Recording(sample_info(), limit_bytes=BLOCK_ROWS * 100 * 8, spill=refuse)
    for step in range(4 * BLOCK_ROWS):
        recording.append(sample_frame(step))
    assert recording.notice == "The runs outgrew their share of memory, and what is there stays: the disk is full"
    assert_same_frames(recording, range(0, 4 * BLOCK_ROWS, 999))


def test_that_a_short_run_is_charged_for_its_own_steps_and_one_that_grows_keeps_every_frame() -> None:
    recording = Recording(sample_info())
    recording.append(sample_frame(0))
    first = recording.frame(0)
    for step in range(1, 40):
        recording.append(sample_frame(step))
    row_bytes = 8 * recording.layout.width if recording.layout else 0
    assert recording.n_bytes < 80 * row_bytes + 40 * sample_frame(0).path_points_m.nbytes
    for step in range(40, BLOCK_ROWS + 70):
        recording.append(sample_frame(step))
        assert recording.frame(step).time_s == sample_frame(step).time_s
    assert_same_frames(recording, range(0, BLOCK_ROWS + 70, 7))
    np.testing.assert_array_equal(first.observation, sample_frame(0).observation)


def test_that_a_run_in_memory_takes_little_more_than_its_numbers() -> None:
    program = """
import psutil
from osimviz.recording import Recording
from tests.sample_runs import sample_info, sample_frame
from dataclasses import replace
import numpy as np
first = replace(sample_frame(0), observation=np.zeros(339), state=np.zeros(78), path_points_m=np.zeros((64, 3)))
def frame(step):
    return replace(first, step=step, time_s=0.01 * step, observation=np.full(339, float(step)),
                   path_points_m=np.full((64, 3), 0.5), path_counts=np.full(4, 16, dtype=np.int32))
recording = Recording(sample_info())
recording.append(frame(0))
before = psutil.Process().memory_info().rss
for step in range(1, 10240):
    recording.append(frame(step))
width = recording.rows(5, 6)[0].size
print((psutil.Process().memory_info().rss - before) / (10239 * (8 * width + 64 * 24 + 16)))
"""
    result = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert result.stderr == ""
    assert 0.9 < float(result.stdout) < 1.3


@pytest.mark.parametrize("absent", ["opensim", "PyQt5", "vtkmodules"])
def test_that_a_recording_is_read_and_exported_where_a_library_is_absent(tmp_path: Path, absent: str) -> None:
    from tests.recording.files import write_run

    write_run(tmp_path / "run.h5", 20)
    program = f"""
import sys
sys.modules[{absent!r}] = None
import osimviz
from pathlib import Path
from osimviz.recording.export import export_recording
with osimviz.load({str(tmp_path / "run.h5")!r}) as run:
    export_recording(run.recording, Path({str(tmp_path / "run.csv")!r}))
    print(len(run), run.frame(19).time_s, run.channel("pelvis/height").shape)
"""
    result = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert (result.stdout, result.stderr) == ("20 0.19 (20,)\n", "")
    assert (tmp_path / "run.csv").exists()


def test_that_recordings_that_are_open_together_hold_their_meshes_once_and_little_besides(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    surface = BoneSurface(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], dtype=np.int32))
    bone = BoneMesh("femur.vtp", "", 0, np.eye(4), surface)
    recording = Recording(replace(sample_info(), geometry=replace(sample_info().geometry, bones=(bone,))))
    recording.append(sample_frame(0))
    save_recording(recording, path)
    with ExitStack() as stack:
        first = stack.enter_context(RecordingFile(path)).episode()
        before_bytes = psutil.Process().memory_info().rss
        others = [stack.enter_context(RecordingFile(path)).episode() for _ in range(20)]
        assert (psutil.Process().memory_info().rss - before_bytes) / len(others) < 2e6
        meshes = {id(episode.recording.info.geometry.bones[0].surface) for episode in (first, *others)}
        assert len(meshes) == 1
        assert first.recording.info.geometry.bones[0].surface is not surface


def test_that_a_recording_beyond_the_limit_of_open_files_is_told_as_such(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run.h5")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, limits[1]))
    try:
        with pytest.raises(RecordingError, match=r"^run\.h5 cannot be opened: too many files are open"):
            RecordingFile(path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    RecordingFile(path).close()


def test_that_the_file_of_older_frames_goes_also_where_it_cannot_be_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = SpillFile(sample_info(), RowLayout.of(sample_frame(0)), tmp_path)
    assert list(tmp_path.glob("osimviz-*"))
    close = RecordingWriter.close

    def closed_on_a_full_disk(writer: RecordingWriter) -> None:
        close(writer)
        raise RecordingError("the disk is full")

    monkeypatch.setattr(RecordingWriter, "close", closed_on_a_full_disk)
    file.close()
    assert not list(tmp_path.glob("osimviz-*"))
