"""What expressions compute, and what they refuse."""

import math

import numpy as np
import pytest

from osimviz.expressions import (
    Expression,
    ExpressionError,
    NameTable,
    compile_condition,
    compile_expression,
)
from osimviz.expressions.functions import FUNCTIONS
from osimviz.frames import Array
from osimviz.recording import Recording
from tests.sample_runs import sample_frame, sample_info


def run(n_frames: int = 60) -> Recording:
    recording = Recording(sample_info())
    for step in range(n_frames):
        recording.append(sample_frame(step))
    return recording


RUN = run()
NAMES = NameTable(RUN.info.channels)
#: Rewards of the sample run: nothing at the reset, then 1.5, 2, 2.5 ...
REWARDS = RUN.column("reward/step")


def values(text: str, recording: Recording = RUN) -> Array:
    return compile_expression(text, NAMES).values(recording)


def error_of(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as told:
        compile_expression(text, NAMES)
    assert 0 <= told.value.start <= max(len(text), 1)
    assert told.value.length >= 1
    return told.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4 - 6 / 4", 12.5),
        ("-2 ** 2", -4.0),
        ("7 % 3 + 7 // 2", 4.0),
        ("180° - pi", 0.0),
        ("3 × 2 − 1 ÷ 4", 5.75),
        (".5e1 + 1.", 6.0),
        ("norm(3, 4)", 5.0),
        ("norm(2, 3, 6)", 7.0),
        ("clip(7, 0, 5)", 5.0),
        ("where(1 < 2, 3, 4)", 3.0),
        ("max(1, 2) - min(1, 2)", 1.0),
        ("atan2(1, 0) * 2 / pi", 1.0),
        ("(1 < 2) + (2 < 1)", 1.0),
    ],
)
def test_that_arithmetic_is_that_of_numpy(text: str, expected: float) -> None:
    np.testing.assert_allclose(values(text), np.full(60, expected), atol=1e-12)


def test_that_channels_time_and_step_are_read_from_the_run() -> None:
    np.testing.assert_array_equal(values("time"), RUN.time_s())
    np.testing.assert_array_equal(values("step"), np.arange(60.0))
    np.testing.assert_array_equal(values("reward * 2"), REWARDS * 2)


def test_that_the_issues_own_examples_find_their_steps() -> None:
    holds = compile_condition("pelvis/height < 0.8995 and time > 0.3", NAMES).holds(RUN)
    # The height falls by a millimetre a step, from 0.94.
    assert np.flatnonzero(holds)[0] == 41
    assert np.flatnonzero(compile_condition("abs(reward) > 5", NAMES).holds(RUN))[0] == 9
    assert np.flatnonzero(compile_condition("isnan(reward)", NAMES).holds(RUN)).tolist() == [0]


@pytest.mark.parametrize(
    "text", ["reward < 3", "reward > 3", "reward != 3", "reward == reward", "not isfinite(reward) and reward <= 9"]
)
def test_that_a_missing_value_makes_every_comparison_false(text: str) -> None:
    assert not compile_condition(text, NAMES).holds(RUN)[0]


def test_that_comparisons_can_be_chained() -> None:
    assert np.flatnonzero(compile_condition("3 <= step < 6", NAMES).holds(RUN)).tolist() == [3, 4, 5]


def test_that_words_bind_as_in_python() -> None:
    assert values("1 < 2 or 1 < 2 and 2 < 1")[0] == 1.0
    assert values("not 1 < 2 or 1 < 2")[0] == 1.0


def test_that_functions_over_time_give_what_their_help_says() -> None:
    np.testing.assert_allclose(values("deriv(reward)")[2:], 50.0)
    assert math.isnan(values("deriv(time)")[0])
    np.testing.assert_allclose(values("integral(1 + 0 * step)")[-1], RUN.time_s()[-1])
    np.testing.assert_array_equal(values("prev(reward)")[1:], REWARDS[:-1])
    np.testing.assert_array_equal(values("prev(step, 3)")[3:], np.arange(57.0))
    np.testing.assert_allclose(values("mean(reward)")[5], REWARDS[1:6].mean())
    np.testing.assert_allclose(values("std(reward)")[9], REWARDS[1:10].std())
    np.testing.assert_array_equal(values("max(0 - step)"), 0.0)
    np.testing.assert_array_equal(values("min(5, step)"), np.minimum(5, np.arange(60)))
    np.testing.assert_allclose(values("smooth(step, 0.03)")[10], (8 + 9 + 10) / 3)
    np.testing.assert_allclose(values("sum(reward)"), RUN.column("reward/return"))


def every_expression() -> list[Expression]:
    texts = [
        f"{name}({', '.join(['reward', 'step', 'time'][: function.n_least])})" for name, function in FUNCTIONS.items()
    ]
    return [compile_expression(text, NAMES) for text in (*texts, "prev(reward, 4)", "max(reward, step)")]


@pytest.mark.parametrize("expression", every_expression(), ids=lambda expression: expression.text)
def test_that_no_value_changes_when_the_run_grows(expression: Expression) -> None:
    # A breakpoint in a live run and a search in its recording must name the same steps.
    whole = expression.values(RUN)
    assert whole.shape == (60,)
    for n_frames in (1, 2, 17):
        np.testing.assert_array_equal(expression.values(run(n_frames)), whole[:n_frames])
    assert expression.values(run(0)).shape == (0,)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("body/pelvis/height", "m"),
        ("body/pelvis/height - 0.6", "m"),
        ("2 * body/pelvis/height / 3", "m"),
        ("deriv(body/pelvis/height)", "m/s"),
        ("deriv(deriv(body/pelvis/height))", "m/s²"),
        ("mean(pelvis/speed)", "m/s"),
        ("body/pelvis/height * pelvis/speed", ""),
        ("body/pelvis/height + pelvis/speed", ""),
        ("time", "s"),
    ],
)
def test_that_the_unit_is_known_where_it_is_plain(text: str, unit: str) -> None:
    assert compile_expression(text, NAMES).unit == unit


@pytest.mark.parametrize(
    ("text", "start", "words"),
    [
        ("", 0, "Write a condition"),
        ("   ", 0, "Write a condition"),
        ("reward >", 7, "missing at the end"),
        ("reward > 3 and", 13, "missing at the end"),
        ("(reward > 3", 10, "not closed"),
        ("reward > 3)", 10, "not opened"),
        ("reward = 3", 7, "Write == instead of ="),
        ("reward > 1 && step > 2", 11, "Write and instead of &&"),
        ("reward ^ 2", 7, r"Write \*\* instead"),
        ("reward and step > 2", 0, "This is a number"),
        ("step > 2 and reward", 13, "This is a number"),
        ("not reward", 4, "This is a number"),
        ("1 + foo(3)", 4, "no function foo; perhaps floor"),
        ("abs()", 0, "abs takes 1 value, not 0"),
        ("abs(1, 2)", 0, "abs takes 1 value, not 2"),
        ("reward, 2", 0, "A comma stands"),
        ("2 reward", 2, "Something is missing before this"),
        ("2reward", 1, "runs into a name"),
        ("'abc", 0, "no closing '"),
        ("reward > 3; step", 10, "; means nothing"),
        ("max > 3", 0, "max is a function"),
        ("prev(reward", 10, "not closed"),
        ("reward\n> \n> 3", 10, "missing before this"),
    ],
)
def test_that_an_error_says_what_is_wrong_at_which_character(text: str, start: int, words: str) -> None:
    with pytest.raises(ExpressionError, match=words) as told:
        compile_expression(text, NAMES)
    assert told.value.start == start


HOSTILE = [
    "__import__('os').system('true')",
    "reward.__class__",
    "().__class__.__bases__",
    "(lambda: 1)()",
    "[x for x in (1, 2)]",
    "{1: 2}",
    "f'{reward}'",
    "reward[0]",
    "*reward",
    "abs(*reward)",
    "abs(x=1)",
    "abs(abs)(1)",
    "reward(3)",
    "(1)(2)",
    "exec(reward)",
    "open('x')",
    "reward := 3",
    "reward if step else 2",
    "await reward",
    "1j",
    "0x10",
    "1_000",
    "'text' + 'text'",
    "b'1'",
    "...",
    "None",
    "True",
    "reward is 3",
    "step in (1, 2)",
    "reward @ step",
    "reward >> 2",
    "~step",
    "\x00",
    "\ud800",
    "reward\u202e > 3",
    "\u0661 > 2",
    "reward \uff1e 3",
    "😀" * 100,
    "import os",
    "reward; import os",
    "reward # comment",
    "reward \\\n > 3",
    "_0",
    "_",
    "a" * 1000,
    "(" * 500 + "1" + ")" * 500,
    "-" * 900 + "1",
    "not " * 240 + "1 < 2",
    "abs(" * 200 + "1" + ")" * 200,
    "1 < " * 2000 + "2",
    "9" * 900,
    "`" * 999,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_that_whatever_is_no_expression_is_refused(text: str) -> None:
    assert len(error_of(text).sentence) < 300


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9**9",
        "1e999",
        "1/0",
        "0/0",
        "log(0 - 1)",
        "sqrt(0 - 1)",
        "7 % 0",
        "prev(step, 1e300)",
        "prev(step, nan)",
        "smooth(step, 0 - 5)",
        "smooth(step, inf)",
    ],
)
def test_that_huge_and_impossible_numbers_are_values_and_no_errors(text: str) -> None:
    assert values(text).shape == (60,)


def test_that_a_sum_of_many_parts_is_no_nesting() -> None:
    assert values(" + ".join(["1"] * 40))[0] == 40.0


def test_that_a_condition_must_be_true_or_false() -> None:
    with pytest.raises(ExpressionError, match="This is a number; compare it"):
        compile_condition("reward", NAMES)
    assert compile_condition("isnan(reward)", NAMES).kind == "condition"
