"""The runs of a sitting."""

import os
from pathlib import Path

from osimviz.recording import Recording, RecordingFile, RecordingWriter
from osimviz.recording.keeping import RunKeeper, sweep
from osimviz.recording.store import BLOCK_ROWS
from osimviz.run_list import RunList
from osimviz.view_state import RunStatus
from tests.recording.files import assert_same_frames, write_run
from tests.sample_runs import sample_frame, sample_info


def run_list_of(*lengths: int) -> RunList:
    runs = RunList()
    for length in lengths:
        runs.begin(sample_info())
        for step in range(length):
            runs.append(sample_frame(step))
    return runs


def test_that_the_newest_run_is_shown_and_earlier_ones_stay() -> None:
    runs = run_list_of(3, 4, 5)
    assert [len(recording) for recording in runs.recordings] == [3, 4, 5]
    assert runs.shown is runs.recordings[-1]
    assert runs.position() == (3, 3)


def test_that_neighbours_can_be_shown_up_to_the_ends() -> None:
    runs = run_list_of(3, 4, 5)
    assert runs.show_neighbour(-1)
    assert runs.position() == (2, 3)
    assert runs.show_neighbour(-5)
    assert runs.position() == (1, 3)
    assert not runs.show_neighbour(-1)
    assert runs.growing is runs.recordings[-1]


def test_that_a_run_that_never_had_a_frame_leaves_no_trace() -> None:
    runs = run_list_of(3, 0)
    runs.finish()
    assert runs.position() == (1, 1)
    assert runs.shown is runs.recordings[0]


def test_that_runs_that_outgrow_the_memory_go_to_a_file_and_none_is_lost() -> None:
    n_frames = 3 * BLOCK_ROWS + 77
    runs = RunList(limit_bytes=2**20)
    try:
        for _ in range(2):
            runs.begin(sample_info())
            for step in range(n_frames):
                runs.append(sample_frame(step))
        told = [notice for notice in (runs.tidy() for _ in range(100)) if notice]
        assert told == ["The runs outgrew their share of memory; older steps are read from a file now."]
        earlier, later = runs.recordings
        assert earlier.n_bytes == 0
        assert later.n_bytes < 3 * 2**20
        for recording in runs.recordings:
            assert len(recording) == n_frames
            assert_same_frames(recording, range(0, n_frames, 97))
            assert_same_frames(recording, range(n_frames - 3, n_frames))
        assert runs.position() == (2, 2)
    finally:
        runs.close()


def test_that_every_run_is_an_episode_of_the_file_that_keeps_them(tmp_path: Path) -> None:
    runs = RunList()
    runs.keeper = RunKeeper(tmp_path / "runs" / "sitting.h5")
    for n_frames in (5, 9):
        runs.begin(sample_info())
        for step in range(n_frames):
            runs.append(sample_frame(step))
        runs.keeper.wait()
        runs.growing.add_bookmark(3, "during")  # type: ignore[union-attr]
        runs.cut_short("stopped")
    first = runs.recordings[0]
    first.add_bookmark(2, "between")
    runs.begin(sample_info())
    runs.append(sample_frame(0))
    first.add_bookmark(4, "while another grows")
    runs.close()
    assert first.notice == ""
    with RecordingFile(tmp_path / "runs" / "sitting.h5") as file:
        assert [summary.n_steps for summary in file.summaries()] == [4, 8, 0]
        assert [mark.step for mark in file.episode(0).recording.bookmarks] == [2, 3, 4]
        assert [mark.note for mark in file.episode(1).recording.bookmarks] == ["during"]
        assert_same_frames(file.episode(1).recording, range(9))
        outcome = file.episode(0).recording.outcome
        assert outcome is not None
        assert outcome.sentence == "stopped at 0.04 s"


def test_that_a_file_that_cannot_be_written_is_told_once_and_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where the folder belongs")
    runs = RunList()
    runs.keeper = RunKeeper(tmp_path / "runs" / "sitting.h5")
    runs.begin(sample_info())
    for step in range(5):
        runs.append(sample_frame(step))
    runs.keeper.wait()
    told = [notice for notice in (runs.tidy() for _ in range(5)) if notice]
    assert len(told) == 1
    assert told[0].startswith("The runs are no longer written to a file: ")
    assert len(runs.recordings[0]) == 5
    runs.close()


def test_that_old_files_of_earlier_sittings_go_and_one_being_written_stays(tmp_path: Path) -> None:
    for age in range(6):
        path = write_run(tmp_path / f"{age}.h5", 2)
        os.utime(path, (1e9 - age, 1e9 - age))
    writer = RecordingWriter(tmp_path / "growing.h5")
    writer.begin_episode(sample_info(), sample_frame(0))
    os.utime(writer.path, (1e8, 1e8))
    sweep(tmp_path, n_kept=3, bytes_kept=10**9)
    writer.close()
    assert sorted(path.stem for path in tmp_path.glob("*.h5")) == ["0", "1", "2", "growing"]


def test_that_a_run_that_another_program_writes_grows_and_says_so() -> None:
    runs = run_list_of(3)
    runs.finish()
    stored = Recording(sample_info())
    stored.append(sample_frame(0))
    runs.add(stored, 0.0)
    assert not runs.grows(stored)
    runs.set_source(stored, "live.h5")
    assert runs.grows(stored)
    assert runs.shown_status(RunStatus("ended")) == RunStatus("running", source="live.h5")
    runs.set_source(stored, "")
    assert runs.shown_status(RunStatus("ended")).phase == "ended"


def test_that_a_run_leaves_the_list_unless_it_grows_here() -> None:
    runs = run_list_of(2, 3, 4)
    growing = runs.recordings[2]
    assert not runs.remove(growing)
    runs.finish()
    assert runs.remove(growing)
    assert runs.shown is runs.recordings[1]
    assert not runs.remove(runs.recordings[0])
    assert runs.position() == (1, 1)


def test_that_each_run_keeps_its_real_time() -> None:
    runs = run_list_of(2)
    runs.keep_wall_time(1.5)
    runs.begin(sample_info())
    runs.append(sample_frame(0))
    runs.keep_wall_time(2.5)
    assert runs.wall_time_s() == 2.5
    runs.show_neighbour(-1)
    assert runs.wall_time_s() == 1.5


def test_that_an_empty_list_can_be_asked() -> None:
    runs = RunList()
    assert not runs.show_neighbour(1)
    assert runs.position() == (0, 0)
    assert runs.wall_time_s() == 0.0
    runs.finish()
