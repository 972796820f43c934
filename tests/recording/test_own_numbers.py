"""What each episode of a run has of its own, in a file that describes the run once."""

import gzip
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

import osimviz
from osimviz.envs.registry import make_environment
from osimviz.frames import RunInfo
from osimviz.recording import RecordingError, RecordingFile, RecordingWriter, save_recording
from osimviz.recording.own_numbers import shared_part
from tests.recording.files import FELL, assert_same_frames
from tests.sample_runs import sample_frame, sample_info

#: Written by osimviz 0.1.0 with format 2: episodes of 10 and 11 frames of `sample_frame`, seeds 4 and 2**70, begun a
#: second after each other.
FORMAT_2 = Path(__file__).parent / "data" / "format_2.h5.gz"
BEGUN = ("2026-11-01T10:00:00+00:00", "2026-11-01T10:00:01+00:00", "2026-11-02T00:00:00+00:00")


def begun(info: RunInfo, created: str, seed: int = 0) -> RunInfo:
    provenance = (("osimviz", "0.1.0"), ("created", created), ("numpy", "2.4.6"))
    return replace(info, seed=seed, provenance=provenance)


def written(path: Path, runs: list[RunInfo]) -> Path:
    writer = RecordingWriter(path)
    for run in runs:
        writer.begin_episode(run, sample_frame(0))
        writer.end_episode(FELL)
    writer.close()
    return path


def test_that_episodes_with_seeds_and_times_of_their_own_share_the_description(tmp_path: Path) -> None:
    info = sample_info()
    runs = [begun(info, created, seed) for created, seed in zip(BEGUN, (7, 2**70, -3), strict=True)]
    path = written(tmp_path / "run.h5", runs)
    with RecordingFile(path) as file:
        for number, run in enumerate(runs):
            found = file.episode(number).recording.info
            assert (found.seed, found.provenance) == (run.seed, run.provenance)
    with h5py.File(path) as raw:
        assert raw["episode_0/run"] == raw["episode_1/run"] == raw["episode_2/run"]
        assert raw["episode_1"].attrs["created_s"] - raw["episode_0"].attrs["created_s"] == 1


def test_that_what_runs_share_is_the_same_whatever_their_seeds_and_times() -> None:
    info = sample_info()
    first, second = (shared_part(begun(info, created, seed)) for created, seed in zip(BEGUN[:2], (7, 8), strict=True))
    assert first == second
    assert shared_part(begun(info, "yesterday", 7)) != first


@pytest.mark.parametrize(
    "created", ["", "yesterday", "2026-11-01", "2026-11-01T10:00:00.25+00:00", "2026-11-01T10:00:00+02:00"]
)
def test_that_a_time_that_is_told_otherwise_stays_as_it_was_told(tmp_path: Path, created: str) -> None:
    path = written(tmp_path / "run.h5", [begun(sample_info(), created)] * 2)
    with RecordingFile(path) as file:
        assert dict(file.episode(1).recording.info.provenance)["created"] == created


def test_that_episodes_recorded_by_a_program_tell_when_each_was_begun(tmp_path: Path) -> None:
    env = osimviz.record(make_environment("arm2d", {}), tmp_path / "run.h5")
    for seed in range(3):
        env.reset(seed=seed)
        env.step(np.zeros(6))
    env.close()
    with RecordingFile(tmp_path / "run.h5") as file, h5py.File(tmp_path / "run.h5") as raw:
        assert [file.episode(k).recording.info.seed for k in range(3)] == [0, 1, 2]
        assert raw["episode_0/run"] == raw["episode_2/run"]
        assert all(dict(file.episode(k).recording.info.provenance)["created"].startswith("20") for k in range(3))


def test_that_a_recording_of_format_2_is_read_and_saved(tmp_path: Path) -> None:
    path = tmp_path / "format_2.h5"
    path.write_bytes(gzip.decompress(FORMAT_2.read_bytes()))
    with RecordingFile(path) as file:
        for number, (seed, created, n_frames) in enumerate(((4, BEGUN[0], 10), (2**70, BEGUN[1], 11))):
            recording = file.episode(number).recording
            assert (recording.info.seed, dict(recording.info.provenance)["created"]) == (seed, created)
            assert_same_frames(recording, range(n_frames))
        save_recording(recording, tmp_path / "saved.h5", provenance=file.provenance)
    with RecordingFile(tmp_path / "saved.h5") as file:
        again = file.episode(0).recording
        assert (again.info.seed, again.info.provenance) == (2**70, recording.info.provenance)
        assert_same_frames(again, range(11))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("seed", "four", "its seed is no whole number"),
        ("seed", np.array([1, 2]), "its seed is no whole number"),
        ("created_s", "soon", "its created_s is no whole number"),
        ("created_s", 2**62, "the time of its beginning is none"),
    ],
)
def test_that_a_number_that_is_none_is_refused_in_a_sentence(
    tmp_path: Path, name: str, value: object, words: str
) -> None:
    path = written(tmp_path / "run.h5", [begun(sample_info(), BEGUN[0])])
    with h5py.File(path, "r+") as raw:
        del raw["episode_0"].attrs[name]
        raw["episode_0"].attrs[name] = value
    with RecordingFile(path) as file, pytest.raises(RecordingError, match=words):
        file.episode(0)
