"""The runs of a sitting."""

from osimviz.run_list import RunList
from tests.sample_runs import sample_frame, sample_info


def run_list_of(*lengths: int, n_kept_frames: int = 1000) -> RunList:
    runs = RunList(n_kept_frames)
    for length in lengths:
        recording = runs.begin(sample_info())
        for step in range(length):
            recording.append(sample_frame(step))
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


def test_that_the_oldest_runs_go_when_there_are_too_many_frames_and_are_counted() -> None:
    runs = run_list_of(40, 40, 40, 1, n_kept_frames=100)
    assert [len(recording) for recording in runs.recordings] == [40, 40, 1]
    assert runs.n_dropped == 1
    assert runs.position() == (4, 4)


def test_that_each_run_keeps_its_real_time() -> None:
    runs = run_list_of(2)
    runs.keep_wall_time(1.5)
    runs.begin(sample_info()).append(sample_frame(0))
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
