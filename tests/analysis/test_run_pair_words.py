"""Where two runs part, in words."""

from dataclasses import replace

from osimviz.analysis.run_pair import RunPair
from osimviz.analysis.run_pair_words import parting_words
from osimviz.frames import RunInfo
from osimviz.recording import Recording
from tests.sample_runs import sample_frame, sample_info


def run_from(start_s: float, n_frames: int = 20, info: RunInfo | None = None) -> Recording:
    recording = Recording(info or sample_info())
    for step in range(n_frames):
        recording.append(replace(sample_frame(step), time_s=start_s + 0.01 * step))
    return recording


def test_that_equal_runs_are_called_equal_and_empty_ones_are_not_called_apart() -> None:
    for second in (run_from(0.0), run_from(0.0, 5), run_from(0.0, 0)):
        assert parting_words(RunPair(run_from(0.0), second)) == "The two runs are equal as far as both reach"


def test_that_runs_without_a_moment_in_common_are_not_called_equal() -> None:
    for pair in (RunPair(run_from(5.0), run_from(0.0)), RunPair(run_from(0.0), run_from(5.0))):
        assert parting_words(pair) == "The two runs have no moment in common; aligned by a foot contact they may have"


def test_that_runs_without_a_channel_in_common_are_not_called_equal() -> None:
    info = sample_info()
    other = replace(info, channels=tuple(replace(channel, name=f"other/{channel.name}") for channel in info.channels))

    assert parting_words(RunPair(run_from(0.0), run_from(0.0, 20, other))) == ("The two runs have no channel in common")
