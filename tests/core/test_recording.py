"""The store in memory."""

import numpy as np
import pytest

from osimviz.frames import Frame
from osimviz.recording import Recording
from osimviz.recording.store import BLOCK_ROWS
from tests.sample_runs import frame_with, sample_frame, sample_info


def recording_of(n_frames: int) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(sample_frame(step))
    return recording


@pytest.mark.parametrize("index", [0, 1, BLOCK_ROWS - 1, BLOCK_ROWS, 2 * BLOCK_ROWS + 5])
def test_that_every_frame_comes_back_as_it_was_across_block_borders(index: int) -> None:
    recording = recording_of(2 * BLOCK_ROWS + 6)
    frame, expected = recording.frame(index), sample_frame(index)
    for name in Frame.__slots__:
        np.testing.assert_array_equal(getattr(frame, name), getattr(expected, name), err_msg=name)


def test_that_muscle_paths_keep_their_changing_number_of_points() -> None:
    recording = recording_of(5)
    assert [len(recording.frame(i).path_points_m) for i in range(5)] == [8, 9, 10, 8, 9]


def test_that_a_channel_reads_the_same_from_its_column_and_from_a_frame() -> None:
    recording = recording_of(BLOCK_ROWS + 3)
    column = recording.column("observation/pelvis/speed")
    assert column.shape == (BLOCK_ROWS + 3,)
    assert column[BLOCK_ROWS + 1] == recording.frame(BLOCK_ROWS + 1).observation[1]
    names = [channel.name for channel in recording.info.channels]
    values = recording.values(BLOCK_ROWS + 1)
    assert values[names.index("observation/pelvis/speed")] == column[BLOCK_ROWS + 1]


def test_that_a_column_can_be_read_from_a_frame_on() -> None:
    recording = recording_of(BLOCK_ROWS + 10)
    np.testing.assert_array_equal(
        recording.column("body/pelvis/height", BLOCK_ROWS - 2), recording.column("body/pelvis/height")[BLOCK_ROWS - 2 :]
    )
    assert recording.column("body/pelvis/height", BLOCK_ROWS + 10).size == 0


def test_that_a_scaled_channel_is_in_its_own_unit() -> None:
    recording = recording_of(2)
    assert recording.column("contact/right/force_up")[0] == pytest.approx(400.0 / (70.0 * 9.80665))


def test_that_the_return_sums_rewards_and_takes_the_reset_for_zero() -> None:
    recording = recording_of(4)
    np.testing.assert_allclose(recording.column("reward/return"), [0.0, 1.5, 3.5, 6.0])
    assert recording.episode_return(3) == 6.0


def test_that_a_reward_that_is_not_finite_does_not_spoil_the_return() -> None:
    recording = recording_of(2)
    recording.append(frame_with(2, reward=float("nan")))
    recording.append(sample_frame(3))
    assert recording.episode_return(3) == 1.5 + 2.5
    assert np.isnan(recording.frame(2).reward)


@pytest.mark.parametrize(
    ("time_s", "index"), [(-1.0, 0), (0.0, 0), (0.014, 1), (0.29, 29), (0.05, 5), (0.049999, 4), (99.0, 39)]
)
def test_that_a_time_finds_the_last_frame_not_later(time_s: float, index: int) -> None:
    assert recording_of(40).index_at_time(time_s) == index


def test_that_an_empty_recording_has_no_frame_but_can_be_asked() -> None:
    recording = recording_of(0)
    assert len(recording) == 0
    assert recording.last_index == -1
    assert recording.index_at_time(0.5) == -1
    assert recording.time_s().size == 0
    assert recording.column("reward/step").size == 0
    with pytest.raises(IndexError, match="0 frames"):
        recording.frame(0)


def test_that_a_frame_of_another_shape_is_refused_and_changes_nothing() -> None:
    recording = recording_of(2)
    with pytest.raises(ValueError, match="observation of shape"):
        recording.append(frame_with(2, observation=np.zeros(3)))
    assert len(recording) == 2
    recording.append(sample_frame(2))
    assert len(recording) == 3


def test_that_time_cannot_run_backwards() -> None:
    recording = recording_of(3)
    with pytest.raises(ValueError, match="does not follow"):
        recording.append(sample_frame(1))


def test_that_an_unknown_channel_is_a_key_error() -> None:
    recording = recording_of(1)
    assert not recording.has_channel("nothing/here")
    with pytest.raises(KeyError):
        recording.column("nothing/here")


def test_that_an_array_attribute_of_all_frames_keeps_its_shape() -> None:
    recording = recording_of(BLOCK_ROWS + 2)
    positions = recording.field("body_positions_m", 1)
    assert positions.shape == (BLOCK_ROWS + 1, 2, 3)
    assert positions[0, 0, 0] == pytest.approx(0.01)


def test_that_a_part_of_a_field_is_the_part_of_the_whole() -> None:
    recording = Recording(sample_info())
    for step in range(BLOCK_ROWS + 40):
        recording.append(sample_frame(step))
    whole = recording.field("state")
    for start, stop in (
        (0, 5),
        (BLOCK_ROWS - 3, BLOCK_ROWS + 3),
        (BLOCK_ROWS + 30, 10**6),
        (7, 7),
        (BLOCK_ROWS + 1, 9),
    ):
        np.testing.assert_array_equal(recording.field("state", start, stop), whole[start:stop])
