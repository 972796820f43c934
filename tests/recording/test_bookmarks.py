"""Bookmarks: in memory, in the file being written, in a file that exists, and safe whatever happens."""

import gzip
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import osimviz
from osimviz.frames import Bookmark
from osimviz.recording import Recording, RecordingError, RecordingFile, RecordingWriter, save_recording
from osimviz.recording.keeping import RunKeeper
from tests.recording.files import FELL, assert_same_frames, start_writer, write_run
from tests.sample_runs import sample_frame, sample_info
from tests.source_rules import REPOSITORY

#: Written by osimviz 0.1.0 before bookmarks and reward terms: 141 frames of `sample_frame`.
FORMAT_1 = Path(__file__).parent / "data" / "format_1.h5.gz"


@pytest.fixture
def format_1(tmp_path: Path) -> Path:
    path = tmp_path / "format_1.h5"
    path.write_bytes(gzip.decompress(FORMAT_1.read_bytes()))
    return path


def test_that_bookmarks_stand_in_the_order_of_their_steps_one_for_each() -> None:
    recording = Recording(sample_info())
    for step in range(30):
        recording.append(sample_frame(step))
    recording.add_bookmark(20, "late")
    recording.add_bookmark(3)
    recording.add_bookmark(20, "knee gives way")
    assert recording.bookmarks == (Bookmark(3, ""), Bookmark(20, "knee gives way"))
    recording.remove_bookmark(3)
    recording.remove_bookmark(4)
    assert recording.bookmarks == (Bookmark(20, "knee gives way"),)
    for step in (-1, 30):
        with pytest.raises(IndexError, match=f"step {step} of a recording of 30 frames"):
            recording.add_bookmark(step)


def test_that_bookmarks_are_saved_with_the_run_and_come_back(tmp_path: Path) -> None:
    recording = Recording(sample_info())
    for step in range(30):
        recording.append(sample_frame(step))
    recording.add_bookmark(7, 'ü "quoted"\nsecond line')
    save_recording(recording, tmp_path / "run.h5")
    with osimviz.load(tmp_path / "run.h5") as run:
        assert run.bookmarks == (Bookmark(7, 'ü "quoted"\nsecond line'),)


def test_that_a_bookmark_goes_into_a_file_that_exists_and_changes_nothing_else(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run.h5", 300, n_episodes=2)
    with RecordingFile(path) as file:
        recording = file.episode(1).recording
        recording.add_bookmark(250, "falls")
        recording.add_bookmark(10, "starts")
        assert recording.notice == ""
        # The file that is open goes on as before.
        assert_same_frames(recording, range(0, 300, 9))
        file.refresh()
        assert [mark.step for mark in recording.bookmarks] == [10, 250]
        list(file.episode(1).verify())
    with RecordingFile(path) as file:
        assert file.episode(0).recording.bookmarks == ()
        again = file.episode(1).recording
        assert again.bookmarks == (Bookmark(10, "starts"), Bookmark(250, "falls"))
        assert_same_frames(again, range(0, 300, 9))
        again.remove_bookmark(10)
    with osimviz.load(path, episode=1) as run:
        assert run.bookmarks == (Bookmark(250, "falls"),)
        run.add_bookmark(3)
    with h5py.File(path, "r") as raw:
        assert bytes(raw["episode_1/bookmarks"][:]) == b'[[3, ""], [250, "falls"]]'


def test_that_a_bookmark_of_a_run_being_written_is_in_the_file_at_once(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "run.h5")
    writer.begin_episode(sample_info(), sample_frame(0))
    for step in range(1, 200):
        writer.append(sample_frame(step))
    writer.set_bookmarks([Bookmark(5, "a"), Bookmark(150, "b")])
    with RecordingFile(tmp_path / "run.h5") as file:
        # Those of the frames that are flushed: step 150 is not yet.
        assert file.episode(0).recording.bookmarks[0] == Bookmark(5, "a")
        writer.end_episode(FELL)
        writer.close()
        file.refresh()
        assert [mark.step for mark in file.episode(0).recording.bookmarks] == [5, 150]


def test_that_a_run_knows_who_keeps_its_bookmarks_before_its_file_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The keeper's thread may be late: whoever saves the run meanwhile adds to what keeps them, and must not be undone.
    may_begin = threading.Event()
    begin = RecordingWriter.begin_episode

    def late(*arguments: Any) -> None:
        may_begin.wait(20.0)
        begin(*arguments)

    monkeypatch.setattr(RecordingWriter, "begin_episode", late)
    keeper, runs = RunKeeper(tmp_path / "run.h5"), [Recording(sample_info()) for _ in range(2)]
    for run in runs:
        run.append(sample_frame(0))
        keeper.take(run, run.frame(0))
        known = run.keep_bookmarks
        may_begin.set()
        keeper.wait()
        assert known is not None
        assert run.keep_bookmarks is known
        run.add_bookmark(0, "start")
        keeper.end(FELL)
        may_begin.clear()
    keeper.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        assert [file.episode(k).recording.bookmarks for k in range(2)] == [(Bookmark(0, "start"),)] * 2


def test_that_a_bookmark_waits_while_another_program_writes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    process = start_writer(path, 10**6, 0.001)
    try:
        assert process.stdout is not None
        for _ in range(400):
            process.stdout.readline()
        with RecordingFile(path) as file:
            recording = file.episode(0).recording
            recording.add_bookmark(4, "seen live")
            file.refresh()
            assert recording.bookmarks == (Bookmark(4, "seen live"),)
            process.kill()
            process.wait(10)
            file.refresh()
            assert recording.notice == ""
        # The writer was killed: its file is still readable, and now has the bookmark.
        with RecordingFile(path) as file:
            assert file.episode(0).recording.bookmarks == (Bookmark(4, "seen live"),)
            recording = file.episode(0).recording
            assert_same_frames(recording, range(0, len(recording), 17))
    finally:
        process.kill()
        process.communicate()


def test_that_a_file_that_cannot_be_written_is_told_and_the_bookmark_stays_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_run(tmp_path / "run.h5")
    before = path.read_bytes()
    opened = os.open

    def refuse(name: object, flags: int, *arguments: int, **options: int) -> int:
        if name == path and flags & os.O_RDWR:
            raise PermissionError(13, "Permission denied")
        return opened(name, flags, *arguments, **options)  # type: ignore[call-overload, no-any-return]

    with RecordingFile(path) as file:
        recording = file.episode(0).recording
        # The tests may run as root, to whom nothing is forbidden.
        monkeypatch.setattr(os, "open", refuse)
        recording.add_bookmark(2)
        monkeypatch.undo()
        assert recording.notice == (
            "The bookmark is kept for this sitting only: run.h5 cannot be written (Permission denied)"
        )
        assert recording.bookmarks == (Bookmark(2),)
    assert path.read_bytes() == before


def test_that_a_process_killed_while_it_writes_bookmarks_leaves_a_readable_file(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run.h5", 200)
    program = """
import sys
import osimviz
run = osimviz.load(sys.argv[1])
print("begin", flush=True)
for step in range(10**6):
    run.add_bookmark(step % 200, "note " * (step % 50))
"""
    for attempt in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(path)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05 + 0.03 * attempt)
        process.kill()
        process.communicate()
        with RecordingFile(path) as file:
            recording = file.episode(0).recording
            assert recording.notice == ""
            assert_same_frames(recording, range(0, 200, 11))
    assert len(recording.bookmarks) > 1


def test_that_damaged_bookmarks_are_told_and_the_run_is_read(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run.h5")
    with osimviz.load(path) as run:
        run.add_bookmark(3, "x")
    with h5py.File(path, "r+") as raw:
        raw["episode_0/bookmarks"][1:3] = 7
    with RecordingFile(path) as file:
        recording = file.episode(0).recording
        assert recording.notice == "run.h5: its bookmarks are damaged and left out."
        assert recording.bookmarks == ()
        assert_same_frames(recording, range(41))
        recording.add_bookmark(9, "new")
    with osimviz.load(path) as run:
        assert run.bookmarks == (Bookmark(9, "new"),)


def test_that_a_recording_of_format_1_is_read_saved_and_bookmarked(format_1: Path, tmp_path: Path) -> None:
    with RecordingFile(format_1) as file:
        stored = file.episode(0)
        recording = stored.recording
        assert len(recording) == 141
        list(stored.verify())
        frame, expected = recording.frame(77), sample_frame(77)
        np.testing.assert_array_equal(frame.state, expected.state)
        assert frame.reward_terms.shape == (0,)
        assert np.isnan(frame.n_clipped)
        assert recording.field("reward_terms").shape == (141, 0)
        assert np.isnan(recording.field("n_clipped", 3)).all()
        save_recording(recording, tmp_path / "saved.h5", provenance=file.provenance)
        recording.add_bookmark(140, "fell")
        assert recording.notice == ""
    with RecordingFile(tmp_path / "saved.h5") as file:
        assert_same_frames_of_format_1(file.episode(0).recording)
    with osimviz.load(format_1) as run:
        assert run.bookmarks == (Bookmark(140, "fell"),)
        assert run.reward_terms == {}
        assert_same_frames_of_format_1(run.recording)


def assert_same_frames_of_format_1(recording: Recording) -> None:
    for step in range(0, 141, 7):
        np.testing.assert_array_equal(recording.frame(step).state, sample_frame(step).state)
        np.testing.assert_array_equal(recording.frame(step).path_points_m, sample_frame(step).path_points_m)


def test_that_an_annotation_of_no_recording_is_refused(tmp_path: Path) -> None:
    from osimviz.recording.annotating import annotate

    (tmp_path / "text.h5").write_text("nothing of HDF5")
    with pytest.raises(RecordingError, match=r"text\.h5 cannot be written \(it is damaged\)"):
        annotate(tmp_path / "text.h5", 0, [Bookmark(1)])
    with pytest.raises(RecordingError, match=r"missing\.h5 cannot be written \(No such file"):
        annotate(tmp_path / "missing.h5", 0, [Bookmark(1)])
    assert (tmp_path / "text.h5").read_text() == "nothing of HDF5"


def test_that_a_bookmark_is_seen_by_whoever_opens_the_file_next_though_it_is_still_open_here(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run.h5", 50)
    with osimviz.load(path) as run:
        run.add_bookmark(4, "x")
        with osimviz.load(path) as again:
            assert again.bookmarks == (Bookmark(4, "x"),)
        # Other programs' ways of reading, in the same process, are not in each other's way.
        with h5py.File(path, "r") as raw:
            assert bytes(raw["episode_0/bookmarks"][:]) == b'[[4, "x"]]'
        run.add_bookmark(5, "y")
        assert_same_frames(run.recording, range(50))
