"""Why a run ended."""

from pathlib import Path

import numpy as np
import pytest

from osimviz.analysis.ending import ending_of, first_departure
from osimviz.frames import Outcome
from osimviz.recording import Recording
from tests.sample_runs import frame_with, sample_info

REFLEX = Path(__file__).parents[1] / "reference" / "reflex_3d.npz"


def test_that_the_fall_of_a_real_gait_departs_where_one_sees_it() -> None:
    # The reflex gait that falls at step 83; observation 242 is the height of the pelvis.
    margin = np.load(REFLEX)["observations"][:, 242] - 0.6
    departure = first_departure(margin, 0.01)
    assert departure == 51
    assert margin[51] == pytest.approx(0.308, abs=0.001)


def test_that_a_steady_margin_never_departs() -> None:
    generator = np.random.RandomState(0)
    assert first_departure(0.3 + 0.01 * generator.standard_normal(200), 0.01) in (None, *range(190, 200))
    assert first_departure(np.full(20, 0.3), 0.01) is None
    assert first_departure(np.empty(0), 0.01) is None


def test_that_a_ramp_down_departs_at_its_beginning_even_after_an_earlier_dip() -> None:
    margin = np.full(200, 0.3)
    margin[:] += 0.002 * np.sin(np.arange(200))
    margin[60:64] -= 0.1
    margin[150:] -= 0.005 * np.arange(50)
    departure = first_departure(margin, 0.01)
    assert departure is not None
    assert 150 <= departure <= 175


def run(n_frames: int, ended_by: str | None) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        height = 0.94 if step < 50 else 0.94 - 0.02 * (step - 50)
        positions = np.array([[0.0, height, 0.0], [0.0, height + 0.3, 0.0]])
        recording.append(frame_with(step, body_positions_m=positions + 1e-4 * np.sin(step)))
    if ended_by is not None:
        recording.outcome = Outcome(ended_by, n_frames - 1, 0.01 * (n_frames - 1), "it ended")  # type: ignore[arg-type]
    return recording


def test_that_the_margin_is_the_distance_to_the_environments_limit() -> None:
    ending = ending_of(run(66, "fell"))
    assert ending.limit is not None
    assert ending.limit.sentence == "pelvis below 0.6 m"
    assert ending.margin[0] == pytest.approx(0.34, abs=1e-3)
    assert ending.departure is not None
    assert 50 <= ending.departure <= 53


@pytest.mark.parametrize("ended_by", [None, "time_limit", "stopped", "controller_error"])
def test_that_only_a_fall_has_a_departure(ended_by: str | None) -> None:
    assert ending_of(run(66, ended_by)).departure is None


def test_that_a_run_without_a_frame_has_no_margin() -> None:
    ending = ending_of(Recording(sample_info()))
    assert ending.margin.size == 0
