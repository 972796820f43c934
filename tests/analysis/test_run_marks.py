"""Marks of what deserves a look."""

from dataclasses import replace

import numpy as np
import pytest

from osimviz.analysis.run_marks import RunMarks
from osimviz.analysis.spans import Span
from osimviz.analysis.thresholds import Thresholds
from osimviz.channels import Channel
from osimviz.recording import Recording
from tests.sample_runs import N_MUSCLES, frame_with, sample_info


def run(n_frames: int = 40, **changes: dict[int, object]) -> Recording:
    """Return a run of which some attributes differ at some steps."""
    info = replace(sample_info(), env_name="l2m2019", reward_term_names=("alive", "target"))
    recording = Recording(info)
    for step in range(n_frames):
        values: dict[str, object] = {"reward_terms": np.array([0.1, 0.0]), "n_clipped": 0.0}
        values |= {name: steps[step] for name, steps in changes.items() if step in steps}
        recording.append(frame_with(step, **values))
    return recording


def spans(recording: Recording, kind: str) -> list[Span]:
    marks = RunMarks(recording)
    marks.update()
    return marks.spans[kind]  # type: ignore[index]


def test_that_a_clean_run_has_no_mark() -> None:
    marks = RunMarks(run())
    marks.update()
    assert all(not found for found in marks.spans.values())
    assert marks.at(3) == []


def test_that_steps_in_a_row_out_of_bounds_are_one_mark_that_names_the_channel() -> None:
    high = np.array([3.2, 1.0])
    recording = run(observation={7: high, 8: high, 20: np.array([-0.1, 1.0])})
    assert spans(recording, "bounds") == [Span(7, 8), Span(20, 20)]
    marks = RunMarks(recording)
    marks.update()
    assert marks.at(8) == [("bounds", "out of bounds: pelvis/height 3.2")]
    assert marks.at(20) == [("bounds", "out of bounds: pelvis/height −0.1")]


def test_that_a_clipped_action_is_marked_as_the_run_tells_or_else_by_its_values() -> None:
    outside = np.array([0.5, 1.5, -0.2, 0.5])
    recording = run(action={5: outside, 6: outside}, n_clipped={5: 2.0, 9: 1.0})
    # Step 6 is outside 0..1, but the run says that nothing was cut: its actions have another range.
    assert spans(recording, "clipped") == [Span(5, 5), Span(9, 9)]
    recording = run(action={5: outside}, n_clipped=dict.fromkeys(range(40), float("nan")))
    marks = RunMarks(recording)
    marks.update()
    assert marks.spans["clipped"] == [Span(5, 5)]
    assert marks.at(5) == [("clipped", "action clipped: soleus_l 1.5, vasti_r −0.2")]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_that_a_number_that_is_none_is_marked_but_not_what_the_reset_lacks(value: float) -> None:
    recording = run(observation={4: np.array([0.9, value])}, action={6: np.full(N_MUSCLES, value)}, reward={8: value})
    assert spans(recording, "missing") == [Span(4, 4), Span(6, 6), Span(8, 8)]
    marks = RunMarks(recording)
    marks.update()
    assert ("missing", "not finite: observation/pelvis/speed") in marks.at(4)
    assert spans(run(observation={0: np.array([value, 1.0])}), "missing") == [Span(0, 0)]


def test_that_what_a_motion_file_never_holds_is_not_marked_as_missing() -> None:
    channels = tuple(channel for channel in sample_info().channels if channel.field == "observation")
    recording = Recording(replace(sample_info(), channels=channels))
    for step in range(12):
        observation = np.array([0.9, float("nan") if step == 5 else 1.0])
        recording.append(frame_with(step, reward=float("nan"), observation=observation))
    assert spans(recording, "missing") == [Span(5, 5)]


def test_that_a_step_far_slower_than_the_others_is_marked() -> None:
    recording = run(wall_time_s={30: 2.5})
    assert spans(recording, "slow") == [Span(30, 30)]
    marks = RunMarks(recording)
    marks.update()
    assert marks.at(30) == [("slow", "slow step: computed in 2.5 s")]


def test_that_a_reached_target_is_marked() -> None:
    assert spans(run(reward_terms={12: np.array([0.1, 500.0])}), "target") == [Span(12, 12)]
    # A run that tells it needs no reward, and is believed where that comes later.
    told = dict.fromkeys(range(1, 40), 0.0) | {11: 1.0}
    recording = run(reward_terms={12: np.array([0.1, 500.0])}, target_reached=told)
    assert spans(recording, "target") == [Span(11, 11)]
    marks = RunMarks(recording)
    marks.update()
    assert marks.at(11) == [("target", "target reached")]


def test_that_a_hand_near_its_target_has_reached_it_but_not_at_the_reset() -> None:
    names = ("target/x", "target/y", "hand/x", "hand/y")
    channels = tuple(Channel(f"observation/{name}", "observation", i, "m") for i, name in enumerate(names))
    recording = Recording(replace(sample_info(), channels=channels))
    for step, away_m in enumerate((0.0, 0.3, 0.06, 0.05, 0.01, 0.2)):
        recording.append(frame_with(step, observation=np.array([0.2, 0.5, 0.2 + away_m - 1e-9, 0.5])))
    assert spans(recording, "target") == [Span(3, 4)]
    marks = RunMarks(recording, thresholds=Thresholds(target_radius_m=0.1))
    marks.update()
    assert marks.at(2) == [("target", "hand at the target: 6.0 cm away")]


def test_that_a_change_of_the_velocity_that_is_asked_for_is_marked_with_what_is_asked_now() -> None:
    slow, fast = np.array([1.25, 0.0, 0.0]), np.array([1.0, 0.0, 1.0])
    recording = run(target_velocity={step: slow if step < 15 else fast for step in range(40)})
    marks = RunMarks(recording)
    # Read in two parts whose border is the change.
    marks.update(15)
    marks.update()
    assert marks.spans["target_change"] == [Span(15, 15)]
    assert marks.at(15) == [("target_change", "target velocity changes: 1.41 m/s, 45° to the right")]
    assert spans(run(), "target_change") == []


def test_that_a_velocity_that_depends_on_the_place_changes_without_a_mark() -> None:
    field = Channel("observation/v_tgt_field/forward/0_0", "observation", 0, "m/s")
    info = replace(sample_info(), channels=(*sample_info().channels, field))
    recording = Recording(info)
    for step in range(5):
        recording.append(frame_with(step, target_velocity=np.array([1.0 + step, 0.0, 0.0])))
    assert spans(recording, "target_change") == []


def test_that_marks_grow_with_the_run_as_if_it_had_been_whole() -> None:
    high = np.array([3.2, 1.0])
    changes: dict[str, dict[int, object]] = {
        "observation": {7: high, 8: high, 9: high, 20: high},
        "action": {3: np.full(N_MUSCLES, 2.0)},
        "n_clipped": {3: 4.0},
    }
    whole = run(**changes)
    recording = Recording(whole.info)
    grown = RunMarks(recording)
    for step in range(40):
        recording.append(whole.frame(step))
        if step % 8 == 0:
            grown.update()
    grown.update()
    at_once = RunMarks(whole)
    at_once.update()
    assert grown.spans == at_once.spans
    assert grown.spans["bounds"] == [Span(7, 9), Span(20, 20)]


def test_that_marks_are_found_part_by_part_as_in_one_go() -> None:
    recording = run()
    whole, parts = RunMarks(recording), RunMarks(recording)
    whole.update()
    n_parts = 0
    while not parts.is_complete:
        parts.update(7)
        n_parts += 1
    assert n_parts == -(-len(recording) // 7)
    assert parts.spans == whole.spans


def test_that_a_run_that_grew_has_the_slow_steps_that_it_has_when_it_is_opened_again() -> None:
    # The first step compiles; what comes later is quicker, so that a step among quick ones is slow only then.
    took_s = {1: 0.9, 14: 0.09} | {step: 0.001 for step in range(15, 60)}
    whole = run(60, wall_time_s={step: took_s.get(step, 0.02) for step in range(1, 60)})
    growing = Recording(whole.info)
    marks = RunMarks(growing)
    for step in range(60):
        growing.append(whole.frame(step))
        if step % 6 == 5:
            marks.update()
    assert marks.spans["slow"] == spans(whole, "slow") == [Span(1, 1), Span(14, 14)]


def test_that_a_slow_step_of_less_than_a_second_is_told_in_milliseconds() -> None:
    recording = run(wall_time_s=dict.fromkeys(range(1, 40), 0.002) | {30: 0.047})
    marks = RunMarks(recording)
    marks.update()
    assert marks.at(30) == [("slow", "slow step: computed in 47 ms")]
