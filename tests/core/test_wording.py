"""Rules of written English."""

import pytest

from osimviz.wording import capitalised, counted


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("the run ended", "The run ended"),
        ("walk.pkl holds no controller", "walk.pkl holds no controller"),
        ("fell at 2 s", "Fell at 2 s"),
        ("", ""),
    ],
)
def test_that_a_sentence_gets_its_capital_and_a_file_name_does_not(sentence: str, expected: str) -> None:
    assert capitalised(sentence) == expected


def test_that_one_is_singular() -> None:
    assert [counted(n, "step") for n in (0, 1, 2)] == ["0 steps", "1 step", "2 steps"]
