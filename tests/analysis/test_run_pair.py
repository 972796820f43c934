"""Two runs beside each other: which moments belong together, and where they part."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest

from osimviz.analysis.run_pair import VISIBLE, Alignment, RunPair, TimeMap, landings
from osimviz.frames import Frame
from osimviz.recording import Recording
from tests.sample_runs import frame_with, sample_frame, sample_info

HEIGHT, SPEED, REWARD = "body/pelvis/height", "observation/pelvis/speed", "reward/step"


def run_of(n_frames: int, change: Callable[[int, Frame], Frame] = lambda step, frame: frame) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(change(step, sample_frame(step)))
    return recording


def walking(n_frames: int, stances: Iterable[tuple[int, int]]) -> Recording:
    """Return a run whose right foot stands in these ranges; the left one never does."""

    def stand(step: int, frame: Frame) -> Frame:
        force = np.zeros((2, 3))
        force[0, 1] = 600.0 if any(start <= step < end for start, end in stances) else 0.0
        return replace(frame, ground_reaction_n=force)

    return run_of(n_frames, stand)


def with_speed(value: float, at: int) -> Callable[[int, Frame], Frame]:
    def change(step: int, frame: Frame) -> Frame:
        observation = frame.observation.copy()
        if step >= at:
            observation[1] += value
        return replace(frame, observation=observation)

    return change


# Which moments belong together:


def test_that_by_time_equal_times_belong_together() -> None:
    pair = RunPair(run_of(100), run_of(60))

    assert [pair.second_index(index) for index in (0, 30, 59, 60, 99, 100, -1)] == [0, 30, 59, -1, -1, -1, -1]


def test_that_by_contact_one_contact_of_each_run_is_at_the_same_moment() -> None:
    first, second = walking(200, [(50, 90), (120, 160)]), walking(200, [(20, 60), (100, 150)])

    pair = RunPair(first, second, Alignment("contact", "right", 0, 0))
    assert [pair.second_index(index) for index in (50, 30, 29, 120)] == [20, 0, -1, 90]

    pair = RunPair(first, second, Alignment("contact", "right", 1, 0))
    assert pair.second_index(120) == 20


def test_that_a_contact_that_a_run_has_not_is_its_last() -> None:
    pair = RunPair(walking(200, [(50, 90), (120, 160)]), walking(200, [(20, 60)]), Alignment("contact", "right", 7, 3))

    assert pair.second_index(120) == 20


def test_that_by_phase_equal_shares_of_paired_strides_belong_together() -> None:
    first = walking(300, [(50, 90), (150, 190), (250, 280)])
    second = walking(300, [(20, 60), (70, 110), (170, 210)])

    pair = RunPair(first, second, Alignment("phase", "right"))

    # Strides of 100 and 100 steps beside strides of 50 and 100.
    assert [pair.second_index(index) for index in (50, 100, 150, 200, 250)] == [20, 45, 70, 120, 170]
    # Before the first contact and after the last both go equally fast.
    assert [pair.second_index(index) for index in (40, 260)] == [10, 180]


@pytest.mark.parametrize("by", ["contact", "phase"])
def test_that_without_contacts_the_runs_are_aligned_by_time_and_it_is_said(by: str) -> None:
    pair = RunPair(walking(50, []), walking(50, [(10, 30)]), Alignment(by, "right"))  # type: ignore[arg-type]

    assert pair.second_index(33) == 33
    assert pair.fault == "The shown run has no contact of the right foot: aligned by time"
    assert RunPair(run_of(3), run_of(3)).fault == ""


def test_that_a_map_and_its_inverse_undo_each_other() -> None:
    between = TimeMap(np.array([0.5, 1.5, 2.5]), np.array([0.2, 0.7, 1.7]))
    times = np.linspace(-1.0, 4.0, 101)

    np.testing.assert_allclose(between.to_first(between.to_second(times)), times, atol=1e-12)
    assert (np.diff(between.to_second(times)) > 0).all()


def test_that_a_run_that_grows_gets_its_contact_when_it_comes() -> None:
    whole, second = walking(200, [(50, 90)]), walking(200, [(20, 60)])
    first = Recording(whole.info)
    pair = RunPair(first, second, Alignment("contact", "right"))
    assert pair.second_index(0) == -1

    for step in range(40):
        first.append(whole.frame(step))
    assert pair.second_index(30) == 30
    for step in range(40, 100):
        first.append(whole.frame(step))
    assert pair.second_index(50) == 20
    assert pair.fault == ""


def test_that_a_run_that_starts_later_is_beside_the_times_it_has() -> None:
    late = Recording(sample_info())
    for step in range(50):
        late.append(frame_with(step, time_s=1.0 + 0.01 * step))

    pair = RunPair(run_of(200), late)

    assert [pair.second_index(index) for index in (99, 100, 149, 150)] == [-1, 0, 49, -1]


def test_that_landings_are_contacts_without_chatter() -> None:
    run = walking(200, [(0, 30), (50, 90), (100, 102), (140, 180)])

    assert landings(run, "right") == [50, 140]
    assert landings(run, "left") == []
    assert landings(run, "tail") == []
    assert landings(Recording(sample_info()), "right") == []


# Values of the second run at the moments of the first:


def test_that_the_second_runs_values_come_at_the_frames_of_the_first() -> None:
    pair = RunPair(run_of(100), run_of(60))

    column = pair.second_column(HEIGHT)

    np.testing.assert_array_equal(column[:60], pair.second.column(HEIGHT))
    assert np.isnan(column[60:]).all()
    np.testing.assert_array_equal(pair.second_column(HEIGHT, 58)[:2], column[58:60])
    assert np.isnan(pair.second_column("no/such/channel")).all()


def test_that_runs_of_other_steps_are_read_between_their_samples() -> None:
    slow = Recording(replace(sample_info(), step_s=0.02))
    for step in range(50):
        slow.append(replace(sample_frame(2 * step), step=step))

    column = RunPair(run_of(99), slow).second_column(HEIGHT)

    np.testing.assert_allclose(column, run_of(99).column(HEIGHT), atol=1e-12)


# Where they part:


def test_that_equal_runs_do_not_part() -> None:
    assert RunPair(run_of(100), run_of(100)).parting() is None


def test_that_the_first_step_that_differs_is_found_with_its_channel_and_values() -> None:
    pair = RunPair(run_of(700), run_of(700, with_speed(1e-4, 613)))

    found = pair.parting()

    assert found is not None
    assert (found.index, found.channel) == (613, SPEED)
    assert (found.first, found.second) == (pytest.approx(1.2 + 6.13), pytest.approx(1.2 + 6.13 + 1e-4))
    assert pair.parting(VISIBLE) is None


def test_that_a_visible_difference_is_measured_by_the_channels_span() -> None:
    # The speed spans 0.99 m/s plus what is added.
    pair = RunPair(run_of(100), run_of(100, lambda step, frame: with_speed(0.001 * step, 0)(step, frame)))

    found = pair.parting(VISIBLE)

    assert found is not None
    assert 0.001 * found.index > 0.02 * (0.99 + 0.099) >= 0.001 * (found.index - 1)


def test_that_rounding_is_no_difference() -> None:
    assert RunPair(run_of(100), run_of(100, with_speed(1e-13, 0))).parting() is None


def test_that_the_noise_of_a_channel_that_rests_is_no_difference() -> None:
    def resting(value: float) -> Callable[[int, Frame], Frame]:
        return lambda step, frame: replace(frame, observation=np.array([frame.observation[0], value * (1 + step % 2)]))

    assert RunPair(run_of(100, resting(1e-15)), run_of(100, resting(-1e-15))).parting() is None


def test_that_of_several_channels_the_one_that_differs_most_is_named() -> None:
    def change(step: int, frame: Frame) -> Frame:
        if step < 40:
            return frame
        return replace(frame, observation=frame.observation + np.array([0.0, 1e-3]), reward=frame.reward + 30.0)

    found = RunPair(run_of(100), run_of(100, change)).parting()

    assert found is not None
    assert (found.index, found.channel) == (40, REWARD)


def test_that_only_the_named_channels_are_compared() -> None:
    pair = RunPair(run_of(100), run_of(100, with_speed(0.1, 50)))

    assert pair.parting(channels=[HEIGHT]) is None
    found = pair.parting(channels=[HEIGHT, SPEED])
    assert found is not None
    assert found.index == 50


def test_that_a_value_that_one_run_lacks_is_a_difference_and_one_that_both_lack_is_none() -> None:
    def without_reward(step: int, frame: Frame) -> Frame:
        return replace(frame, reward=float("nan")) if step >= 30 else frame

    found = RunPair(run_of(100), run_of(100, without_reward)).parting()

    assert found is not None
    assert found.index == 30
    assert np.isnan(found.second)
    assert RunPair(run_of(100, without_reward), run_of(100, without_reward)).parting() is None


def test_that_what_a_reset_lacks_is_no_difference() -> None:
    def acting(step: int, frame: Frame) -> Frame:
        return replace(frame, reward=float("nan") if step == 0 else 1.0)

    first, second = run_of(200, acting), run_of(200, acting)
    between = RunPair(first, second, Alignment("contact"))
    between.contacts = lambda run, foot: [50] if run is first else [20]  # type: ignore[method-assign]

    assert between.second_index(30) == 0
    assert between.parting(channels=[REWARD]) is None


def test_that_infinite_values_are_compared_like_others() -> None:
    def blown(step: int, frame: Frame) -> Frame:
        return replace(frame, reward=float("inf")) if step == 70 else frame

    assert RunPair(run_of(100, blown), run_of(100, blown)).parting() is None
    found = RunPair(run_of(100), run_of(100, blown)).parting()
    assert found is not None
    assert found.index == 70


def test_that_a_run_that_ends_earlier_is_no_difference_by_itself() -> None:
    assert RunPair(run_of(100), run_of(60)).parting() is None
    assert RunPair(run_of(60), run_of(100)).parting() is None


def test_that_wall_times_are_never_compared() -> None:
    info = sample_info()
    timed = replace(info, channels=(*info.channels, replace(info.channels[-2], name="run/wall", field="wall_time_s")))
    runs = [Recording(timed), Recording(timed)]
    for step in range(20):
        runs[0].append(sample_frame(step))
        runs[1].append(frame_with(step, wall_time_s=9.0))

    pair = RunPair(*runs)

    assert pair.parting() is None
    assert "run/wall" not in pair.shared_channels()


def test_that_a_channel_of_another_unit_is_another_channel() -> None:
    info = sample_info()
    other = replace(info, channels=tuple(replace(c, unit="mm") if c.name == HEIGHT else c for c in info.channels))

    assert HEIGHT not in RunPair(run_of(3), Recording(other)).shared_channels()


def test_that_a_growing_run_is_read_once_and_found_to_part_when_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, first = run_of(100, with_speed(0.5, 80)), Recording(sample_info())
    pair = RunPair(first, run_of(100))
    for step in range(50):
        first.append(whole.frame(step))
    assert pair.parting() is None
    starts = []
    column = Recording.column

    def read(self: Recording, name: str, start: int = 0) -> np.ndarray:
        if self is first:
            starts.append(start)
        return column(self, name, start)

    monkeypatch.setattr(Recording, "column", read)
    for step in range(50, 100):
        first.append(whole.frame(step))

    found = pair.parting()

    assert found is not None
    assert found.index == 80
    assert min(starts) == 50


def test_that_runs_aligned_by_a_contact_part_where_they_differ_from_there() -> None:
    first = walking(200, [(50, 90)])
    second = walking(200, [(20, 60)])

    found = RunPair(first, second, Alignment("contact", "right")).parting(channels=["contact/right/force_up"])

    assert found is None


@pytest.mark.parametrize("n_frames", [(0, 0), (0, 5), (5, 0), (1, 1)])
def test_that_empty_runs_and_single_frames_can_be_compared(n_frames: tuple[int, int]) -> None:
    for by in ("time", "contact", "phase"):
        pair = RunPair(run_of(n_frames[0]), run_of(n_frames[1]), Alignment(by))  # type: ignore[arg-type]

        assert pair.parting() is None
        assert pair.second_index(0) == (0 if min(n_frames) else -1)
        assert len(pair.second_column(HEIGHT)) == n_frames[0]
