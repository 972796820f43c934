"""Numbers of the axes."""

import pytest

from osimviz.axis_ticks import readable_ticks, tick_step, tick_text, tick_values, value_range


@pytest.mark.parametrize(
    ("span", "n_most", "unit", "step"),
    [(1.0, 4, "", 0.5), (1.0, 10, "", 0.1), (0.83, 9, "s", 0.1), (110.0, 4, "°", 30.0), (20.0, 4, "°", 5.0)],
)
def test_that_steps_of_an_axis_read_well(span: float, n_most: int, unit: str, step: float) -> None:
    assert tick_step(span, n_most, unit) == pytest.approx(step)


def test_that_ticks_are_the_multiples_in_range() -> None:
    assert tick_values(-0.05, 0.3, 0.1) == pytest.approx([0.0, 0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("low", "high", "unit"), [(0.58, 1.02, "m"), (-16.0, 2.9, ""), (0.0, 359.0, "°"), (3.0, 3.1, "N")]
)
def test_that_even_a_low_plot_has_two_ticks_to_read_it_by(low: float, high: float, unit: str) -> None:
    step, values = readable_ticks(low, high, 1, unit)

    assert 2 <= len(values) <= 4
    assert values[1] - values[0] == pytest.approx(step)


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (-30.0, 30.0, "−30"),
        (0.5, 0.25, "0.5"),
        (0.6, 0.2, "0.6"),
        (-0.0, 0.1, "0.0"),
        (20000.0, 5000.0, "20k"),
        (1.0002, 2e-4, "1.0002"),
        (0.0004, 2e-4, "0.0004"),
        (1e150, 1e149, "1e150"),
        (1e6, 20.0, "1e6"),
        (-1.5e145, 5e144, "−1.5e145"),
    ],
)
def test_that_tick_texts_are_short_with_a_true_minus(value: float, step: float, text: str) -> None:
    assert tick_text(value, step) == text


def test_that_a_resting_value_does_not_fill_the_plot_with_its_noise() -> None:
    low, high = value_range(0.93, 0.93001, "m")

    assert high - low >= 0.02
    assert value_range(float("nan"), float("nan"), "m") == (0.0, 1.0)
