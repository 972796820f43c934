"""The recording file: what goes in comes out, and nothing that is there is overwritten."""

import json
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from osimviz.frames import BoneMesh, BoneSurface, Failure, Frame, Outcome, RunInfo
from osimviz.recording import Recording, RecordingError, RecordingFile, RecordingWriter, save_recording
from osimviz.recording.file_format import BLOCK_ROWS
from osimviz.recording.file_structure import datasets_of
from osimviz.recording.liveness import is_being_written
from osimviz.recording.row_layout import ROW_FIELDS, FrameColumns, RowLayout
from tests.recording.files import FELL, assert_same_frames, write_run
from tests.sample_runs import N_MUSCLES, frame_with, sample_frame, sample_info

SURFACE = BoneSurface(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], dtype=np.int32))


def info_with_bones() -> RunInfo:
    bones = (
        BoneMesh("femur.vtp", "", 0, np.diag([1.0, 2.0, 3.0, 1.0]), SURFACE),
        BoneMesh("lost.vtp", "", -1, np.eye(4)),
    )
    info = sample_info()
    return replace(info, geometry=replace(info.geometry, bones=bones), state_names=("a", "b", "c", "d", "e", "f"))


def test_that_every_frame_comes_back_bit_for_bit(tmp_path: Path) -> None:
    with RecordingFile(write_run(tmp_path / "run.h5", 2 * BLOCK_ROWS + 5)) as file:
        recording = file.episode(0).recording
        assert len(recording) == 2 * BLOCK_ROWS + 5
        assert_same_frames(recording, range(0, len(recording), 7))
        assert_same_frames(recording, range(BLOCK_ROWS - 2, BLOCK_ROWS + 2))


def test_that_a_recording_from_a_file_answers_as_the_one_in_memory_does(tmp_path: Path) -> None:
    memory = Recording(sample_info())
    for step in range(BLOCK_ROWS + 30):
        memory.append(sample_frame(step))
    with RecordingFile(write_run(tmp_path / "run.h5", BLOCK_ROWS + 30)) as file:
        stored = file.episode(0).recording
        for name in (channel.name for channel in memory.info.channels):
            for start in (0, 1, BLOCK_ROWS - 1, BLOCK_ROWS + 30):
                np.testing.assert_array_equal(stored.column(name, start), memory.column(name, start), err_msg=name)
        for field in ("action", "reward", "body_positions_m", "episode_return"):
            np.testing.assert_array_equal(stored.field(field, 3), memory.field(field, 3))
            np.testing.assert_array_equal(stored.field(field), memory.field(field))
        np.testing.assert_array_equal(stored.values(BLOCK_ROWS), memory.values(BLOCK_ROWS))
        for time_s in (-1.0, 0.0, 0.29, 1.2749999, 99.0):
            assert stored.index_at_time(time_s) == memory.index_at_time(time_s)
        assert stored.episode_return(20) == memory.episode_return(20)
        with pytest.raises(IndexError):
            stored.frame(BLOCK_ROWS + 30)


def test_that_the_description_of_the_run_comes_back(tmp_path: Path) -> None:
    info = info_with_bones()
    writer = RecordingWriter(tmp_path / "run.h5", {"controller_sha256": "abc"})
    writer.begin_episode(info, sample_frame(0))
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        read = file.episode(0).recording.info
        assert read.channels == info.channels
        assert (read.env_summary, read.end_limits, read.action_names) == (
            info.env_summary,
            info.end_limits,
            info.action_names,
        )
        assert read.state_names == info.state_names
        femur, lost = read.geometry.bones
        assert femur.surface is not None
        np.testing.assert_array_equal(femur.surface.points, SURFACE.points)
        np.testing.assert_array_equal(femur.body_from_mesh, info.geometry.bones[0].body_from_mesh)
        assert (lost.surface, lost.path, lost.body_index) == (None, "", -1)
        assert file.provenance["controller_sha256"] == "abc"
        assert {"osimviz", "python", "numpy", "created"} <= file.provenance.keys()


def test_that_the_outcome_and_its_failure_come_back(tmp_path: Path) -> None:
    failure = Failure("it broke", "mend it", "Traceback ü", np.array([1.0, np.nan]), None)
    write_run(tmp_path / "run.h5", 5, Outcome("controller_error", 5, 0.04, "it broke", failure))
    with RecordingFile(tmp_path / "run.h5") as file:
        outcome = file.episode(0).recording.outcome
    assert outcome is not None
    assert outcome.failure is not None
    assert (outcome.ended_by, outcome.failure.traceback) == ("controller_error", "Traceback ü")
    np.testing.assert_array_equal(outcome.failure.observation, failure.observation)
    assert outcome.failure.action is None


def test_that_several_episodes_share_a_file_and_the_meshes(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "run.h5")
    for n_frames in (3, 200, 1):
        writer.begin_episode(info_with_bones(), sample_frame(0))
        for step in range(1, n_frames):
            writer.append(sample_frame(step))
        writer.end_episode(FELL)
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        assert [summary.n_steps for summary in file.summaries()] == [2, 199, 0]
        assert file.summaries()[1].total_reward == sum(1.0 + 0.5 * step for step in range(1, 200))
        assert_same_frames(file.episode(1).recording, range(190, 200))
        assert file.episode(-1).number == 2
        with pytest.raises(RecordingError, match="3 episodes, none of number 3"):
            file.episode(3)
    with h5py.File(tmp_path / "run.h5") as raw:
        assert [name for name in raw if name.startswith("model")] == ["model_0"]


def test_that_minari_finds_what_it_expects_field_by_field(tmp_path: Path) -> None:
    # What minari.dataset._storages.hdf5_storage.HDF5Storage.get_episodes and get_episode_metadata (0.5.4) read.
    n = 2 * BLOCK_ROWS
    write_run(tmp_path / "main_data.hdf5", n + 1)
    with h5py.File(tmp_path / "main_data.hdf5", "r") as file:
        group = file["episode_0"]
        assert (group.attrs["id"], group.attrs["seed"], group.attrs["total_steps"]) == (0, 0, n)
        assert group["observations"].shape == (n + 1, 2)
        assert group["actions"].shape == (n, N_MUSCLES)
        np.testing.assert_array_equal(group["actions"][0], sample_frame(1).action)
        np.testing.assert_array_equal(group["rewards"][:], [1.0 + 0.5 * step for step in range(1, n + 1)])
        assert group["terminations"].dtype == group["truncations"].dtype == bool
        assert group["terminations"][:].nonzero()[0].tolist() == [n - 1]
        assert not group["truncations"][:].any()
        infos = group["infos/terms/effort"][:]
        assert len(infos) == n + 1
        assert np.isnan(infos[0])
        assert infos[2] == -1.0


@pytest.mark.parametrize("ended_by", ["time_limit", "stopped"])
def test_that_an_episode_cut_short_is_truncated_and_not_terminated(tmp_path: Path, ended_by: str) -> None:
    write_run(tmp_path / "run.h5", 9, Outcome(ended_by, 8, 0.08, "ended"))  # type: ignore[arg-type]
    with h5py.File(tmp_path / "run.h5", "r") as file:
        assert file["episode_0/truncations"][-1]
        assert not file["episode_0/terminations"][:].any()


def test_that_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    path.write_text("precious")
    with pytest.raises(RecordingError, match="exists; choose another name"):
        RecordingWriter(path)
    assert path.read_text() == "precious"
    with pytest.raises(RecordingError, match=r"folder of .* does not exist"):
        RecordingWriter(tmp_path / "missing" / "run.h5")


def test_that_a_file_that_appeared_since_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    writer = RecordingWriter(path)
    path.write_text("precious")
    with pytest.raises(RecordingError, match="exists"):
        writer.begin_episode(sample_info(), sample_frame(0))
    writer.close()
    assert path.read_text() == "precious"
    assert [entry.name for entry in tmp_path.glob("run*")] == ["run.h5"]
    assert not list(tmp_path.glob(".run*"))


def test_that_a_frame_of_another_shape_is_refused_and_the_recording_goes_on(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "run.h5")
    writer.begin_episode(sample_info(), sample_frame(0))
    with pytest.raises(ValueError, match="observation of shape"):
        writer.append(frame_with(1, observation=np.zeros(3)))
    writer.append(sample_frame(1))
    writer.close()
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        assert_same_frames(file.episode(0).recording, range(2))


def test_that_a_model_without_muscles_and_contacts_is_kept(tmp_path: Path) -> None:
    info = sample_info()
    geometry = replace(
        info.geometry, muscle_names=(), max_isometric_force_n=np.empty(0), optimal_fiber_length_m=np.empty(0)
    )
    info = replace(info, geometry=geometry, channels=info.channels[:2], action_names=())
    none: dict[str, object] = dict.fromkeys(
        ("action", "excitation", "activation", "fiber_force_n", "fiber_length", "fiber_velocity"), np.empty(0)
    )
    none |= dict.fromkeys(("ground_reaction_n", "centre_of_pressure_m", "path_points_m"), np.empty((0, 3)))
    none["path_counts"] = np.empty(0, dtype=np.int32)
    writer = RecordingWriter(tmp_path / "run.h5")
    writer.begin_episode(info, frame_with(0, **none))
    writer.append(frame_with(1, **none))
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        frame = file.episode(0).recording.frame(1)
        assert frame.ground_reaction_n.shape == frame.path_points_m.shape == (0, 3)
        assert frame.time_s == 0.01


def test_that_a_recording_is_saved_whole_from_memory_and_from_a_file(tmp_path: Path) -> None:
    memory = Recording(info_with_bones())
    for step in range(BLOCK_ROWS * 2 + 3):
        memory.append(sample_frame(step))
    memory.outcome = FELL
    save_recording(memory, tmp_path / "one.h5")
    with RecordingFile(tmp_path / "one.h5") as file:
        save_recording(file.episode(0).recording, tmp_path / "two.h5", provenance=file.provenance)
    with RecordingFile(tmp_path / "two.h5") as file:
        recording = file.episode(0).recording
        assert_same_frames(recording, range(0, BLOCK_ROWS * 2 + 3, 11))
        assert recording.outcome == FELL
        assert recording.info.geometry.bones[0].surface is not None
    with pytest.raises(RecordingError, match="exists"):
        save_recording(memory, tmp_path / "one.h5")
    save_recording(memory, tmp_path / "one.h5", replace=True)
    assert sorted(entry.name for entry in tmp_path.glob("*.h5")) == ["one.h5", "two.h5"]


def test_that_the_numbers_and_texts_can_be_read_without_this_program(tmp_path: Path) -> None:
    write_run(tmp_path / "run.h5")
    with h5py.File(tmp_path / "run.h5", "r") as file:
        assert file.attrs["format"] == "osimviz recording"
        described = json.loads(file["episode_0/run"][()])
        assert described["model"]["muscles"] == list(sample_info().geometry.muscle_names)
        assert described["channels"][0]["unit"] == "m"
        assert file["episode_0/frames/state"].shape == (41, 6)


def test_that_an_action_of_the_reset_is_left_out_and_harms_nothing(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "run.h5")
    writer.begin_episode(sample_info(), frame_with(0, action=np.full(N_MUSCLES, 0.5), reward=2.0))
    writer.append(sample_frame(1))
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        assert np.isnan(file.episode(0).recording.frame(0).action).all()
        assert file.episode(0).recording.frame(1).action[0] == 0.3


def columns_of(frames: list[Frame]) -> FrameColumns:
    return FrameColumns(
        {name: np.array([getattr(frame, name) for frame in frames]) for name in ROW_FIELDS},
        [frame.path_points_m for frame in frames],
        [frame.path_counts for frame in frames],
    )


def test_that_frames_taken_field_by_field_are_those_taken_one_by_one(tmp_path: Path) -> None:
    # More than a block at once, an environment's number with each, and a reward that is none.
    frames = [frame_with(step, **({"reward": np.nan} if step == 7 else {})) for step in range(300)]
    infos = [{"effort": 0.1 * step} for step in range(300)]
    for name, batches in (("one.h5", 0), ("many.h5", 90)):
        writer = RecordingWriter(tmp_path / name)
        writer.begin_episode(sample_info(), frames[0], ("effort",))
        for start in range(1, 300, batches or 1):
            part = slice(start, start + (batches or 1))
            if batches:
                writer.append_columns(columns_of(frames[part]), infos[part])
            else:
                writer.append(frames[start], infos[start])
        writer.end_episode(None)
        writer.close()
    with h5py.File(tmp_path / "one.h5") as one, h5py.File(tmp_path / "many.h5") as many:
        expected, found = datasets_of(one["episode_0"]), datasets_of(many["episode_0"])
        assert found.keys() == expected.keys()
        for name in expected:
            np.testing.assert_array_equal(found[name][()], expected[name][()], err_msg=name)
        assert found["infos/effort"][299] == infos[299]["effort"]


def test_that_frames_of_another_shape_are_refused_field_by_field_too(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "run.h5")
    writer.begin_episode(sample_info(), sample_frame(0))
    with pytest.raises(ValueError, match=r"frames have action of shape \(9,\), the run's first frame had \(4,\)"):
        writer.append_columns(columns_of([frame_with(1, action=np.zeros(9))]), [{}])
    writer.append(sample_frame(1))
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        assert file.episode(0).recording.last_index == 1


def test_that_each_episode_is_described_by_its_own_run(tmp_path: Path) -> None:
    """What episodes share is encoded once: what differs must not be taken from the one before."""
    info = sample_info()
    heavier = replace(info, geometry=replace(info.geometry, mass_kg=71.0))
    runs = [
        info,
        replace(info, seed=5),
        replace(info, channels=info.channels[1:]),
        heavier,
        info,
    ]
    writer = RecordingWriter(tmp_path / "run.h5")
    for run in runs:
        writer.begin_episode(run, sample_frame(0))
        writer.end_episode(None)
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        found = [file.episode(number).recording.info for number in range(len(runs))]
    assert [run.seed for run in found] == [0, 5, 0, 0, 0]
    assert [len(run.channels) for run in found] == [len(run.channels) for run in runs]
    assert [run.geometry.mass_kg for run in found] == [70.0, 70.0, 70.0, 71.0, 70.0]
    with h5py.File(tmp_path / "run.h5") as raw:
        assert [raw[f"episode_{k}"].attrs["seed"] for k in range(len(runs))] == [0, 5, 0, 0, 0]
        assert [raw[f"episode_{k}"].attrs["id"] for k in range(len(runs))] == [0, 1, 2, 3, 4]


def test_that_episodes_of_one_run_share_its_description(tmp_path: Path) -> None:
    """It is larger than the frames of a short episode; changed in one, it is refused in all."""
    writer = RecordingWriter(tmp_path / "run.h5")
    for _ in range(3):
        writer.begin_episode(info_with_bones(), sample_frame(0))
        writer.end_episode(FELL)
    writer.close()
    with h5py.File(tmp_path / "run.h5", "r+") as raw:
        assert raw["episode_0/run"] == raw["episode_1/run"] == raw["episode_2/run"]
        text = bytes(raw["episode_2/run"][()])
        raw["episode_2/run"][()] = text.replace(b"sample", b"simple")
        assert text != bytes(raw["episode_0/run"][()])
    with RecordingFile(tmp_path / "run.h5") as file, pytest.raises(RecordingError, match="not as it was written"):
        file.episode(0)


def test_that_a_short_episode_takes_little_more_room_than_its_frames(tmp_path: Path) -> None:
    def n_bytes(n_episodes: int) -> int:
        path = tmp_path / f"{n_episodes}.h5"
        writer = RecordingWriter(path)
        for _ in range(n_episodes):
            writer.begin_rows(sample_info(), layout)
            writer.append_rows(np.zeros((33, layout.width)), [np.zeros((60, 3))] * 33, [np.array([30, 30])] * 33)
            writer.end_episode(None)
        writer.close()
        return path.stat().st_size

    # As wide as L2M2019Env, with its observation of 339.
    layout = RowLayout.of(replace(sample_frame(0), observation=np.zeros(339), state=np.zeros(78)))
    n_own = 33 * 8 * (layout.width + 180)
    assert n_bytes(9) - n_bytes(4) < 2.5 * 5 * n_own


@pytest.mark.parametrize("seed", [-1, 2**63 - 1, 2**63, 2**128 + 1])
def test_that_a_seed_of_any_size_is_kept(tmp_path: Path, seed: int) -> None:
    # NumPy draws seeds of 128 bits.
    writer = RecordingWriter(tmp_path / "run.h5")
    writer.begin_episode(replace(sample_info(), seed=seed), sample_frame(0))
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        assert file.episode(0).recording.info.seed == seed
    with h5py.File(tmp_path / "run.h5") as raw:
        assert int(raw["episode_0"].attrs["seed"]) == seed


def test_that_episodes_with_other_numbers_follow_each_other_in_a_file(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "run.h5")
    for names in ((), ("effort",), ("effort", "terms/speed"), ()):
        writer.begin_episode(sample_info(), sample_frame(0), names)
        writer.append(sample_frame(1), dict.fromkeys(names, 2.0))
        writer.end_episode(None)
    writer.close()
    with h5py.File(tmp_path / "run.h5") as file:
        found = [sorted(datasets_of(file[f"episode_{k}/infos"])) for k in range(4)]
    assert found == [[], ["effort"], ["effort", "terms/speed"], []]


def test_that_a_copy_is_let_go_of_where_its_original_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Recording(sample_info())
    for step in range(2 * BLOCK_ROWS):
        memory.append(sample_frame(step))
    rows = Recording.rows

    def damaged(recording: Recording, start: int, stop: int) -> object:
        if start > 0:
            raise RecordingError("the file is damaged")
        return rows(recording, start, stop)

    monkeypatch.setattr(Recording, "rows", damaged)
    with pytest.raises(RecordingError, match="damaged"):
        save_recording(memory, tmp_path / "copy.h5")
    assert not is_being_written(tmp_path / "copy.h5")
    with RecordingFile(tmp_path / "copy.h5") as file:
        assert len(file.episode().recording) == BLOCK_ROWS


def test_that_what_the_environment_reported_is_in_a_copy_too(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "run.h5")
    writer.begin_episode(sample_info(), sample_frame(0), ["reward_terms/alive", "clipped"])
    for step in range(1, 2 * BLOCK_ROWS):
        writer.append(sample_frame(step), {"reward_terms/alive": 0.5 * step})
    writer.close()
    with RecordingFile(tmp_path / "run.h5") as file:
        original = file.episode()
        save_recording(original.recording, tmp_path / "copy.h5")
        with RecordingFile(tmp_path / "copy.h5") as copied:
            copy = copied.episode()
            assert sorted(copy.infos) == ["clipped", "reward_terms/alive"]
            for name in copy.infos:
                np.testing.assert_array_equal(copy.info_values(name), original.info_values(name))
            assert copy.info_values("reward_terms/alive")[7] == 3.5
