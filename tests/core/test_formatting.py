"""Numbers as text."""

import math

import pytest

from osimviz.formatting import number, short_number, shown_factor, shown_unit, speed_text


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.834, "m", "0.834"),
        (-0.8651, "m/s", "−0.865"),
        (math.pi / 2, "rad", "90.0"),
        (-math.pi, "rad/s", "−180.0"),
        (8.9, "rad/s²", "510"),
        (0.351, "BW", "0.35"),
        (-1987.4, "N", "−1987"),
        (0.66, "s", "0.660"),
        (1234.567, "", "1234.6"),
        (123456.0, "N", "1.23e+05"),
        (-0.0001, "m", "0.000"),
        (-0.0, "", "0.000"),
        (math.nan, "m", "–"),
        (math.inf, "m", "∞"),
        (-math.inf, "rad", "−∞"),
    ],
)
def test_that_a_value_is_printed_with_the_digits_of_its_unit(value: float, unit: str, expected: str) -> None:
    assert number(value, unit) == expected


@pytest.mark.parametrize(
    ("unit", "shown"), [("rad", "°"), ("rad/s", "°/s"), ("rad/s²", "°/s²"), ("m", "m"), ("BW", "BW"), ("", "")]
)
def test_that_radians_are_shown_as_degrees_and_all_else_as_it_is(unit: str, shown: str) -> None:
    assert shown_unit(unit) == shown
    assert shown_factor(unit) == (180 / math.pi if unit.startswith("rad") else 1.0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3.499, "3.5"), (0.0, "0"), (-0.0, "0"), (-0.02, "−0.02"), (14.300, "14.3"), (1.25e6, "1.25e+06")],
)
def test_that_a_number_at_an_axis_has_three_digits(value: float, expected: str) -> None:
    assert short_number(value) == expected


@pytest.mark.parametrize(
    ("speed", "expected"),
    [
        (1.0, "1×"),
        (0.25, "1/4×"),
        (-4.0, "−4×"),
        (-1 / 32, "−1/32×"),
        (1 / 32, "1/32×"),
        (0.1, "1/10×"),
        (1.5, "1.5×"),
        (0.3, "0.3×"),
        (0.75, "0.75×"),
    ],
)
def test_that_a_speed_is_a_number_or_the_share_that_it_is(speed: float, expected: str) -> None:
    assert speed_text(speed) == expected
