import numpy as np
import pytest

from osimviz.plot_series import PlotSeries, extremes_per_column


def _series(values: np.ndarray, n_parts: int = 1) -> PlotSeries:
    series = PlotSeries()
    for part in np.array_split(values, n_parts):
        series.extend(part)
    return series


def test_that_every_sample_is_drawn_while_they_are_few() -> None:
    series = _series(np.arange(50.0))

    assert series.reduced(10, 40, 100).tolist() == list(range(10, 40))


@pytest.mark.parametrize("n_samples", [1_000, 16_385, 200_000])
@pytest.mark.parametrize("place", [0.0, 0.31, 0.5, 0.99999])
def test_that_a_spike_of_one_sample_is_never_hidden(n_samples: int, place: float) -> None:
    spike = int(place * n_samples)
    values = np.sin(np.arange(n_samples) / 50.0)
    values[spike] = 9.0
    series = _series(values, 7)

    for n_columns in (1, 37, 400):
        assert spike in series.reduced(0, n_samples, n_columns)


def test_that_a_dip_is_kept_beside_a_peak_in_the_same_column() -> None:
    values = np.zeros(100_000)
    values[50_001], values[50_002] = 5.0, -5.0

    chosen = _series(values).reduced(0, 100_000, 100)

    assert {50_001, 50_002} <= set(chosen.tolist())


def test_that_no_more_than_two_points_a_pixel_are_drawn_in_the_order_of_time() -> None:
    series = _series(np.random.default_rng(0).normal(size=123_457), 11)

    chosen = series.reduced(1_234, 120_001, 300)

    assert len(chosen) <= 2 * 300 + 4
    assert (np.diff(chosen) > 0).all()
    assert chosen[0] == 1_234
    assert chosen[-1] == 120_000


def test_that_samples_appended_one_by_one_reduce_as_all_at_once() -> None:
    values = np.random.default_rng(1).normal(size=3_000)
    one_by_one = _series(values, 3_000)

    assert one_by_one.reduced(100, 2_950, 60).tolist() == _series(values).reduced(100, 2_950, 60).tolist()


def test_that_samples_appended_after_a_first_look_are_reduced_as_if_they_had_always_been_there() -> None:
    values = np.random.default_rng(5).normal(size=20_011)
    values[15_000:15_300] = np.nan
    looked_at = PlotSeries()
    for part in np.array_split(values, 23):
        looked_at.extend(part)
        looked_at.reduced(0, len(looked_at), 50)

    assert looked_at.reduced(3, 20_000, 90).tolist() == _series(values).reduced(3, 20_000, 90).tolist()


def test_that_columns_stay_where_they_are_while_a_run_grows() -> None:
    values = np.random.default_rng(2).normal(size=10_000)
    before = set(_series(values[:9_600]).reduced(0, 9_600, 100).tolist())
    after = set(_series(values).reduced(0, 9_700, 100).tolist())

    # All but the growing end; that at most changes its own column.
    assert {i for i in before ^ after if i < 9_500} == set()


def test_that_columns_stay_where_they_are_while_the_range_moves() -> None:
    series = _series(np.random.default_rng(4).normal(size=10_000))
    before = set(series.reduced(1_000, 9_000, 100).tolist())
    after = set(series.reduced(1_037, 9_037, 100).tolist())

    # The columns at the two ends are cut.
    assert {i for i in before ^ after if 1_200 < i < 8_800} == set()


def test_that_missing_samples_neither_hide_extremes_nor_are_drawn_over() -> None:
    values = np.ones(50_000)
    values[10_000:20_000] = np.nan
    values[30_000] = np.nan
    values[30_001] = 4.0
    series = _series(values)

    chosen = series.reduced(0, 50_000, 200)

    assert 30_001 in chosen
    assert np.isnan(series.samples[chosen[(chosen > 10_100) & (chosen < 19_900)]]).all()
    assert ((chosen > 10_100) & (chosen < 19_900)).any()


def test_that_extremes_are_those_of_the_range() -> None:
    values = np.random.default_rng(3).normal(size=40_000)
    series = _series(values, 5)

    assert series.extent(777, 30_001) == (values[777:30_001].min(), values[777:30_001].max())
    assert (series.lowest, series.highest) == (values.min(), values.max())


def test_that_infinite_samples_count_as_missing() -> None:
    series = _series(np.array([1.0, np.inf, 2.0, -np.inf]))

    assert (series.lowest, series.highest) == (1.0, 2.0)
    assert np.isnan(series.samples[[1, 3]]).all()


def test_that_nothing_recorded_gives_nothing_to_draw() -> None:
    series = PlotSeries()
    series.extend(np.full(3, np.nan))

    assert len(PlotSeries().reduced(0, 10, 100)) == 0
    assert np.isnan([series.lowest, series.highest, *series.extent(0, 3)]).all()


def test_that_any_part_of_a_long_series_keeps_its_own_extremes_and_ends() -> None:
    generator = np.random.default_rng(0)
    series = PlotSeries()
    values = generator.normal(size=30_000)
    series.extend(values)

    for _ in range(300):
        start, stop = np.sort(generator.choice(30_000, 2, replace=False)).tolist()
        chosen = series.reduced(start, stop, int(generator.integers(1, 500)))
        part = values[start:stop]

        assert (np.diff(chosen) > 0).all()
        assert (chosen[0], chosen[-1]) == (start, stop - 1)
        assert (values[chosen].min(), values[chosen].max()) == (part.min(), part.max())


def test_that_a_spike_at_the_left_edge_of_what_is_shown_is_kept_beside_a_larger_one_outside() -> None:
    series = PlotSeries()
    values = np.zeros(10_000)
    values[5_000], values[5_003] = 9.0, 5.0
    series.extend(values)

    assert 5_003 in series.reduced(5_001, 9_000, 100)


def test_that_a_spike_of_one_sample_survives_the_reduction_to_pixels() -> None:
    values = np.zeros(10_000)
    values[1234] = 7.0
    values[77] = np.nan
    smallest, largest = extremes_per_column(values, np.arange(10_000) // 100, 100)
    assert np.flatnonzero(largest == 7.0).tolist() == [12]
    assert (smallest == 0.0).all()


def test_that_columns_without_samples_are_missing() -> None:
    smallest, largest = extremes_per_column(np.array([1.0, 2.0, 3.0]), np.array([-1, 1, 9]), 3)
    np.testing.assert_array_equal(smallest, [np.nan, 2.0, np.nan])
    np.testing.assert_array_equal(largest, [np.nan, 2.0, np.nan])
