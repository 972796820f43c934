"""Muscles as rows, the quantities they are shown by, and what a pixel column of the raster shows."""

from dataclasses import replace

import numpy as np
import pytest

from osimviz.muscle_rows import (
    MuscleQuantity,
    Strip,
    muscle_rows,
    muscle_values,
    quantities_of,
    reduced_columns,
    shares,
)
from osimviz.raster_data import RasterData
from osimviz.recording import Recording
from tests.sample_runs import frame_with, sample_frame, sample_info


def run_of(n_frames: int, **changes: object) -> Recording:
    recording = Recording(replace(sample_info(), **changes))  # type: ignore[arg-type]
    for step in range(n_frames):
        recording.append(sample_frame(step))
    return recording


def test_that_a_muscle_s_sides_share_a_row_wherever_their_names_say_the_side() -> None:
    rows = muscle_rows(("r_biceps", "l_biceps", "triceps_r", "triceps", "triceps_l"))

    assert [(row.title, [strip.side for strip in row.strips]) for row in rows] == [
        ("biceps", ["right", "left"]),
        ("triceps", ["right", "left"]),
        ("triceps", [""]),
    ]


def test_that_right_stands_above_left_in_the_order_of_the_model() -> None:
    rows = muscle_rows(("soleus_l", "rect_fem_r", "soleus_r", "rect_fem_l", "spine"))

    assert [row.title for row in rows] == ["soleus", "rect fem", "spine"]
    assert rows[0].strips == (Strip(2, "soleus_r", "right"), Strip(0, "soleus_l", "left"))
    assert rows[2].strips == (Strip(4, "spine", ""),)


def test_that_a_model_without_muscles_has_no_rows() -> None:
    assert muscle_rows(()) == ()


def test_that_actions_are_offered_where_they_drive_muscles() -> None:
    assert "action" in quantities_of(sample_info())
    assert "action" not in quantities_of(replace(sample_info(), action_names=("motor",)))


def test_that_only_quantities_that_a_run_has_are_offered() -> None:
    assert quantities_of(sample_info()) == ("activation", "action")
    motion = replace(sample_info(), channels=(), action_names=())
    assert quantities_of(motion) == ()


def test_that_actions_are_put_in_the_order_of_the_muscles() -> None:
    run = Recording(replace(sample_info(), action_names=("vasti_l", "soleus_r")))
    run.append(frame_with(0, action=np.array([0.7, 0.2])))

    values = muscle_values(run, "action")

    np.testing.assert_array_equal(values, [[0.2, np.nan, np.nan, 0.7]])


@pytest.mark.parametrize(
    ("quantity", "values", "expected"),
    [
        ("activation", [0.0, 0.5, 1.0, 1.5], [0.0, 0.5, 1.0, 1.5]),
        ("fiber_force", [0.0, 500.0, 1000.0, np.nan], [0.0, 0.5, 0.5, np.nan]),
        ("fiber_length", [0.5, 1.0, 1.5, 2.0], [0.0, 0.5, 1.0, 1.5]),
    ],
)
def test_that_values_become_places_in_the_colour_map(
    quantity: MuscleQuantity, values: list[float], expected: list[float]
) -> None:
    np.testing.assert_allclose(shares(np.array(values), quantity, sample_info()), expected)


def test_that_a_column_shows_the_largest_of_its_samples_and_a_burst_of_one_sample_is_never_hidden() -> None:
    shown = np.zeros((1000, 2), dtype=np.float32)
    shown[777, 1] = 1.0
    shown[100:200, 0] = np.nan

    columns = reduced_columns(shown, np.arange(0, 1000, 50))

    assert columns.shape == (20, 2)
    assert columns[15, 1] == 1.0
    assert np.isnan(columns[2, 0])
    assert columns[4, 0] == 0.0


def test_that_a_frame_holds_until_the_next_one_and_the_last_one_for_a_step() -> None:
    data = RasterData(run_of(10), "activation")
    data.read_new()

    first, shown = data.columns(0.0, 0.2, 20)

    assert first == 0
    assert len(shown) == 10
    first, shown = data.columns(-0.05, 0.15, 20)
    assert (first, len(shown)) == (5, 10)
    assert [len(data.columns(*ends, 5)[1]) for ends in ((0.3, 0.4), (-0.4, -0.3), (0.1, 0.1))] == [0, 0, 0]


def test_that_zoomed_in_one_frame_fills_many_columns() -> None:
    run = Recording(sample_info())
    for step in range(10):
        run.append(frame_with(step, activation=np.full(4, 0.1 * step)))
    data = RasterData(run, "activation")
    data.read_new()

    _, shown = data.columns(0.02, 0.04, 100)

    np.testing.assert_allclose(shown[:50, 0], 0.2, atol=1e-6)
    np.testing.assert_allclose(shown[50:, 0], 0.3, atol=1e-6)


def test_that_only_new_frames_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(10)
    data = RasterData(run, "activation")
    assert data.read_new()
    assert not data.read_new()
    starts = []
    field = Recording.field

    def read(self: Recording, name: str, start: int = 0) -> np.ndarray:
        starts.append(start)
        return field(self, name, start)

    monkeypatch.setattr(Recording, "field", read)
    run.append(sample_frame(10))

    assert data.read_new()
    assert starts == [10]
    assert len(data) == 11


@pytest.mark.parametrize("quantity", ["activation", "excitation", "action", "fiber_force", "fiber_length"])
def test_that_an_empty_run_shows_nothing(quantity: MuscleQuantity) -> None:
    data = RasterData(Recording(sample_info()), quantity)

    assert not data.read_new()
    assert data.columns(0.0, 1.0, 10)[1].shape == (0, 4)
    assert np.isnan(data.values_at(0)[0]).all()
