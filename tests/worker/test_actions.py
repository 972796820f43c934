"""A controller's answer becomes an action or a sentence."""

from typing import Any

import numpy as np
import pytest

from osimviz.worker.actions import ActionFault, as_action


class Tensor:
    """Stands for a torch tensor: numbers behind detach().cpu().numpy()."""

    def __init__(self, values: list[float]) -> None:
        self._values = np.array(values, dtype=np.float32)

    def detach(self) -> "Tensor":
        return self

    def cpu(self) -> "Tensor":
        return self

    def numpy(self) -> np.ndarray:
        return self._values


@pytest.mark.parametrize(
    "raw",
    [
        [0.1, 0.2, 0.3],
        (0.1, 0.2, 0.3),
        np.array([0.1, 0.2, 0.3]),
        np.array([[0.1, 0.2, 0.3]]),
        np.array([[0.1], [0.2], [0.3]]),
        ([0.1, 0.2, 0.3], None),
        ([0.1, 0.2, 0.3], {"value": 1.0}),
        (np.array([[0.1, 0.2, 0.3]]), np.zeros(3)),
        Tensor([0.1, 0.2, 0.3]),
    ],
)
def test_that_what_controllers_return_becomes_a_vector(raw: Any) -> None:
    np.testing.assert_allclose(as_action(raw, 3, 1), [0.1, 0.2, 0.3], rtol=1e-6)


def test_that_integers_and_booleans_are_numbers() -> None:
    np.testing.assert_array_equal(as_action([0, 1, True], 3, 1), [0.0, 1.0, 1.0])


def test_that_an_action_is_a_copy_and_not_clipped() -> None:
    raw = np.array([-1.0, 0.5, 2.0])
    action = as_action(raw, 3, 1)
    raw[:] = 0.0
    np.testing.assert_array_equal(action, [-1.0, 0.5, 2.0])


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (None, ["None", "step 7", "(3,)"]),
        ("left", ["the text 'left'", "step 7", "(3,)"]),
        ({"a": 1}, ["dict", "step 7", "(3,)"]),
        (object(), ["object", "step 7", "(3,)"]),
        ([1.0, 2.0], ["wrong number", "step 7", "(3,)", "(2,)"]),
        (np.zeros((3, 3)), ["wrong number", "(3,)", "(3, 3)"]),
        ([], ["wrong number", "(3,)", "(0,)"]),
        (0.5, ["wrong number", "(3,)", "()"]),
        ([0.1, float("nan"), 0.2], ["nan", "value 1", "step 7", "(3,)"]),
        ([float("inf"), 0.1, float("-inf")], ["inf", "value 0", "2 values"]),
        ([0.1, [0.2, 0.3]], ["list", "(3,)"]),
        ([0.1, "x", 0.2], ["list", "(3,)"]),
        ([1j, 0.1, 0.2], ["list", "(3,)"]),
        ((), ["wrong number", "(0,)"]),
        ((None, None), ["tuple"]),
    ],
)
def test_that_anything_else_is_refused_with_step_and_shapes(raw: Any, words: list[str]) -> None:
    with pytest.raises(ActionFault) as caught:
        as_action(raw, 3, 7)
    for word in words:
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_that_a_pair_is_an_action_and_a_state_unless_two_numbers_are_wanted() -> None:
    np.testing.assert_array_equal(as_action((0.1, 0.2), 2, 1), [0.1, 0.2])
    np.testing.assert_array_equal(as_action(([0.1, 0.2], 5), 2, 1), [0.1, 0.2])
