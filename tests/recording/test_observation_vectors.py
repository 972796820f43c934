"""Observations of any form become vectors, whatever the one before was made of."""

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

from osimviz.recorder.observation_vectors import ObservationVectors, leaves

NAN = float("nan")

#: Each holds other numbers; what is made alike, and what is not, follow each other.
OBSERVATIONS: tuple[Any, ...] = (
    {"a": 1.0, "b": {"x": 2.0, "y": 3}, "c": [4.0, 5.0]},
    {"a": 6.0, "b": {"x": 7.0, "y": 8}, "c": [9.0]},
    # A dictionary of numbers now holds a list, an array, another dictionary, or one of another class.
    {"a": 1.5, "b": {"x": [2.5, 3.5], "y": 3}, "c": [4.5]},
    {"a": 1.5, "b": {"x": np.arange(4.0).reshape(2, 2), "y": 3}, "c": np.float64(2.0)},
    {"a": np.float32(1.5), "b": {"x": {"z": 0.25}, "y": True}, "c": [[1.0, 2.0], [3.0, 4.0]]},
    {"b": OrderedDict(x=7.0, y=OrderedDict(z=8.0)), "c": (1, 2), "a": np.array(3.0)},
    {"a": 1.0, "b": {"x": 2.0, "y": 3}, "c": [4.0, np.array(5.0)]},
    {"a": [[1.0, 2.0], [3.0, 4.0]]},
    {"a": [np.array([1.0]), np.array([2.0])]},
    {"a": [1, True, np.int32(3)], "b": {"x": 2**40, "y": False}},
    {"a": {}, "b": [], "c": {"d": {"e": {"f": 1.0}, "g": 2.0}, "h": 3.0}},
    [1, 2, 3],
    np.arange(6.0).reshape(2, 3),
    4.5,
)


def test_that_a_vector_holds_what_the_names_name_whatever_came_before() -> None:
    for first in OBSERVATIONS:
        for second in OBSERVATIONS:
            vectors = ObservationVectors()
            for observation in (first, second, first, second):
                vector = vectors.vector(observation)
                assert vector.dtype == np.float64
                assert vector.tolist() == [value for _, value in leaves(observation)]


def test_that_a_vector_stays_when_the_environment_writes_into_its_own_arrays() -> None:
    vectors = ObservationVectors()
    for observation in (np.zeros(3), {"a": np.zeros(3)}, {"a": {"b": np.zeros(3)}}):
        vector = vectors.vector(observation)
        array = observation
        while isinstance(array, dict):
            (array,) = array.values()
        array[:] = 1.0
        assert vector.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("observation", "numbers"),
    [
        ({"a": 1.0, "b": {"c": "left"}}, [1.0, NAN]),
        ({"a": [1.0, "left"]}, [1.0, NAN]),
        ("left", [NAN]),
        (None, [NAN]),
        ({"a": 10**400, "b": 2}, [NAN, 2.0]),
        ({"a": [1.0, [2.0]]}, [1.0, 2.0]),
        ((np.zeros(2), {"x": 1.0}, [[3.0], [4.0, 5.0]]), [0.0, 0.0, 1.0, 3.0, 4.0, 5.0]),
        (np.array([None, 1.0, "left"], dtype=object), [NAN, 1.0, NAN]),
        ([{1, 2}, 3.0], [NAN, 3.0]),
    ],
)
def test_that_what_is_no_number_is_missing_in_its_place_and_does_no_harm(
    observation: Any, numbers: list[float]
) -> None:
    vectors = ObservationVectors()
    good = {"a": 1.0, "b": {"c": 2.0}}
    for _ in range(2):
        np.testing.assert_array_equal(vectors.vector(observation), numbers)
        assert len(list(leaves(observation))) == len(numbers)
        assert vectors.vector(good).tolist() == [1.0, 2.0]
