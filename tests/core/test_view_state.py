"""What is shown is always within what was recorded."""

import pytest

from osimviz.analysis.run_pair import RunPair
from osimviz.frames import EndedBy, Failure, Outcome
from osimviz.playback import Playback
from osimviz.recording import Recording
from osimviz.view_state import RunStatus, ViewSettings, resolve
from tests.sample_runs import sample_frame, sample_info

SETTINGS = ViewSettings()


def recording_of(n_frames: int) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(sample_frame(step))
    return recording


@pytest.mark.parametrize("position", [-5.0, 0.0, 3.9, 9.0, 1e9])
@pytest.mark.parametrize("n_frames", [0, 1, 10])
def test_that_the_cursor_is_never_outside_the_recording(position: float, n_frames: int) -> None:
    playback = Playback()
    playback.is_following = False
    playback.position = position
    view = resolve(recording_of(n_frames), playback, SETTINGS, RunStatus())
    assert view.last_index == n_frames - 1
    assert min(0, view.last_index) <= view.index <= view.last_index


def test_that_following_shows_the_newest_frame() -> None:
    view = resolve(recording_of(10), Playback(), SETTINGS, RunStatus("running", wall_time_s=0.45))
    assert view.index == 9
    assert view.time_s == view.end_time_s == pytest.approx(0.09)
    assert view.status == "Running · step 9 · 0.09 s · 0.20× real time"


def test_that_without_a_run_the_window_says_how_to_begin() -> None:
    view = resolve(None, Playback(), SETTINGS, RunStatus())
    assert view.index == -1
    assert view.can_run
    assert not view.can_stop
    assert "{open}" in view.hint


@pytest.mark.parametrize(
    ("phase", "can_run", "can_stop"),
    [("idle", True, False), ("starting", False, True), ("running", False, True), ("stopping", False, False)],
)
def test_that_run_and_stop_are_offered_when_they_make_sense(phase: str, can_run: bool, can_stop: bool) -> None:
    view = resolve(None, Playback(), SETTINGS, RunStatus(phase))  # type: ignore[arg-type]
    assert (view.can_run, view.can_stop) == (can_run, can_stop)


@pytest.mark.parametrize(("ended_by", "tone"), [("fell", "bad"), ("time_limit", "idle"), ("stopped", "idle")])
def test_that_only_a_fall_or_a_failure_is_red(ended_by: EndedBy, tone: str) -> None:
    recording = recording_of(10)
    recording.outcome = Outcome(ended_by, 9, 0.09, "it ended")
    view = resolve(recording, Playback(), SETTINGS, RunStatus("ended", wall_time_s=0.3))
    assert view.tone == tone
    assert view.status == "It ended"
    assert view.summary == "9 steps · return 31.500 · 0.30× real time"


def test_that_a_failure_says_that_the_steps_are_kept() -> None:
    recording = recording_of(10)
    failure = Failure("the controller raised IndexError at step 10")
    recording.outcome = Outcome("controller_error", 9, 0.09, failure.sentence, failure)
    view = resolve(recording, Playback(), SETTINGS, RunStatus("ended"))
    assert view.status.startswith("The controller raised IndexError")
    assert "9 steps kept" in view.hint
    assert view.tone == "bad"


def test_that_a_loop_is_cut_to_the_recording() -> None:
    playback = Playback()
    playback.set_loop(5, 50)
    assert resolve(recording_of(10), playback, SETTINGS, RunStatus()).loop == (5, 9)
    playback.set_loop(20, 50)
    assert resolve(recording_of(10), playback, SETTINGS, RunStatus()).loop is None


def test_that_a_message_takes_the_place_of_the_status() -> None:
    status = RunStatus("running", "Step 7 has taken 9 s in the simulator")
    view = resolve(recording_of(3), Playback(), SETTINGS, status)
    assert view.status == "Step 7 has taken 9 s in the simulator"
    assert view.can_stop


def test_that_the_second_cursor_is_kept_within_the_run() -> None:
    playback = Playback()
    assert resolve(recording_of(10), playback, SETTINGS, RunStatus()).reference_index == -1
    playback.set_reference(50)
    view = resolve(recording_of(10), playback, SETTINGS, RunStatus())
    assert (view.reference_index, view.reference_time_s) == (9, pytest.approx(0.09))
    assert resolve(None, playback, SETTINGS, RunStatus()).reference_index == -1


def test_that_the_second_run_is_shown_at_the_moment_that_belongs_to_the_cursor() -> None:
    first, playback = recording_of(10), Playback()
    pair = RunPair(first, recording_of(5))
    playback.seek(3)
    view = resolve(first, playback, SETTINGS, RunStatus(), pair)
    assert (view.compared_index, view.compared_time_s) == (3, pytest.approx(0.03))
    playback.seek(7)
    assert resolve(first, playback, SETTINGS, RunStatus(), pair).compared_index == -1


@pytest.mark.parametrize("failure", [None, Failure("the environment raised ValueError: x")])
def test_that_an_ended_episode_of_a_users_own_program_offers_no_run_of_this_window(failure: Failure | None) -> None:
    recording = recording_of(10)
    recording.outcome = Outcome("stopped", 9, 0.09, "stopped at 0.09 s", failure)
    hints = [
        resolve(recording, Playback(), SETTINGS, RunStatus("ended", is_streamed=is_streamed)).hint
        for is_streamed in (False, True)
    ]
    assert hints[0].removesuffix("{run} runs again").rstrip(", ·") == hints[1]
    assert hints[1] in ("{start} goes to the start, {play} plays", "9 steps kept, to be scrubbed")
