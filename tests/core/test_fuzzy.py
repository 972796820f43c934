"""Search as people type it."""

import pytest

from osimviz.fuzzy import best_of, letters_in_order, score


@pytest.mark.parametrize(
    ("word", "text", "places"),
    [
        ("abc", "a-b-c", (0, 2, 4)),
        ("abc", "aXXXXXXbXa.b.c", (9, 11, 13)),
        ("", "abc", ()),
        ("abc", "acb", None),
        ("kar", "knee_angle_r", (0, 5, 11)),
        ("kr", "k" + "x" * 40 + "r", None),
    ],
)
def test_that_letters_are_found_in_order_and_close_together(
    word: str, text: str, places: tuple[int, ...] | None
) -> None:
    assert letters_in_order(word, text) == places


def test_that_whole_words_go_before_letters_and_beginnings_before_middles() -> None:
    texts = ["Playback: Slower", "File: Open …", "View: Reset Layout", "Run: Stop"]
    assert [texts[i] for i in best_of("stop", texts)] == ["Run: Stop"]
    assert best_of("slow", texts)[0] == 0
    assert texts[best_of("vrl", texts)[0]] == "View: Reset Layout"
    assert best_of("lay", ["Replay", "Layout"]) == [1, 0]


def test_that_every_word_must_fit_and_no_word_fits_all() -> None:
    assert score("open zebra", "File: Open") is None
    assert best_of("", ["b", "a"]) == [0, 1]
    assert best_of("OPEN", ["File: open"]) == [0]
