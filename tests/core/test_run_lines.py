"""The lines of the list of runs."""

import math

import pytest

from osimviz.frames import Outcome
from osimviz.recording import EpisodeSummary
from osimviz.run_lines import file_group


@pytest.mark.parametrize(("total", "told"), [(12.345, "12.35"), (-0.5, "−0.50"), (0.0, "0.00"), (math.nan, "–")])
def test_that_a_return_is_told_and_one_that_nobody_knows_is_a_dash(total: float, told: str) -> None:
    summaries = [EpisodeSummary(number=0, n_steps=25, total_reward=total, time_s=0.25, outcome=None)]

    (line,) = file_group(1, "walk.sto", "/data/walk.sto", summaries, 0, is_live=False).lines

    assert line.total == told


@pytest.mark.parametrize(("outcome", "grows"), [(None, True), (Outcome("fell", 25, 0.25, "fell at 0.25 s"), False)])
def test_that_an_episode_that_ended_grows_no_more_while_its_file_is_still_written(
    outcome: Outcome | None, grows: bool
) -> None:
    summaries = [EpisodeSummary(number=0, n_steps=25, total_reward=1.0, time_s=0.25, outcome=outcome)]

    (line,) = file_group(1, "run.h5", "/data/run.h5", summaries, 0, is_live=True).lines

    assert (line.is_growing, line.is_bad) == (grows, not grows)
