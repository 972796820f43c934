"""The spaces controllers sample from."""

import numpy as np
import pytest

from osimviz.envs.spaces import Box


def test_that_samples_are_those_of_the_seed() -> None:
    box = Box(0.0, 1.0, (4,), seed=0)
    first = box.sample()
    np.testing.assert_array_equal(first, np.random.RandomState(0).uniform(0, 1, 4))
    assert not np.array_equal(box.sample(), first)
    box.seed(0)
    np.testing.assert_array_equal(box.sample(), first)


def test_that_a_box_contains_what_lies_between_its_bounds() -> None:
    box = Box(0.0, 1.0, (2,))
    assert box.contains([0.0, 1.0])
    assert box.sample() in box
    assert not box.contains([0.0, 1.1])
    assert not box.contains([0.5])
    assert not box.contains([0.5, np.nan])


def test_that_a_box_without_bounds_is_not_sampled() -> None:
    with pytest.raises(ValueError, match="without finite bounds"):
        Box(-np.inf, np.inf, (3,)).sample()
