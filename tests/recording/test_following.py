"""Reading a recording while another process writes it."""

import time
from pathlib import Path

import pytest

from osimviz.recording import RecordingError, RecordingFile, RecordingWriter
from tests.recording.files import FELL, assert_same_frames, start_writer, write_run
from tests.sample_runs import sample_frame, sample_info


def test_that_a_recording_grows_in_the_reader_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    process = start_writer(path, 150, 0.004)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        deadline = time.monotonic() + 30.0
        with RecordingFile(path) as file:
            assert file.is_live
            recording = file.episode(0).recording
            lengths = [len(recording)]
            while len(lengths) < 3 or file.n_episodes < 2:
                assert time.monotonic() < deadline
                process.stdout.readline()
                if file.refresh():
                    lengths.append(len(recording))
                    assert_same_frames(recording, range(lengths[-2], lengths[-1]))
            assert lengths == sorted(lengths)
            assert len(recording) == 150
            assert_same_frames(file.episode(1).recording, range(len(file.episode(1).recording)))
            process.kill()
            process.wait(10)
            assert not file.is_live
    finally:
        process.kill()
        process.communicate()


def test_that_the_writing_process_may_read_its_own_file(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "run.h5")
    writer.begin_episode(sample_info(), sample_frame(0))
    with RecordingFile(tmp_path / "run.h5") as file:
        assert file.is_live
        assert len(file.episode(0).recording) == 1
        for step in range(1, 300):
            writer.append(sample_frame(step))
        writer.flush()
        file.refresh()
        assert len(file.episode(0).recording) == 300
    writer.close()


def test_that_a_closed_recording_says_so(tmp_path: Path) -> None:
    file = RecordingFile(write_run(tmp_path / "run.h5"))
    file.close()
    file.close()
    for work in (file.refresh, file.summaries, file.episode):
        with pytest.raises(RecordingError, match=r"run\.h5 was closed"):
            work()


def test_that_the_outcome_arrives_with_the_end(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "run.h5")
    writer.begin_episode(sample_info(), sample_frame(0))
    with RecordingFile(tmp_path / "run.h5") as file:
        episode = file.episode(0)
        assert episode.recording.outcome is None
        writer.append(sample_frame(1))
        writer.end_episode(FELL)
        writer.close()
        file.refresh()
        assert episode.recording.outcome == FELL
        assert not file.is_live


def test_that_a_reader_may_come_at_any_moment_of_the_writing(tmp_path: Path) -> None:
    # Episodes of ten steps at full speed: the structure of the file changes all the time.
    path = tmp_path / "run.h5"
    process = start_writer(path, 10, 0.0)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        for _ in range(40):
            process.stdout.readline()
            with RecordingFile(path) as file:
                recording = file.episode(-1).recording
                assert_same_frames(recording, range(len(recording)))
                file.refresh()
    finally:
        process.kill()
        process.communicate()
