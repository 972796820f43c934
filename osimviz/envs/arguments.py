"""Names and arguments of the environments, and how the command line's text becomes their values.

Does not load OpenSim: the window's process checks arguments with it.
"""

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from osimviz.envs.errors import EnvironmentArgumentError
from osimviz.envs.integrators import INTEGRATORS

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an environment.

    Attributes
    ----------
    name : str
        osim-rl's name of it.
    expected : str
        What it may be, in words.
    parse : callable
        Text to value; `ValueError` where it cannot be one.
    """

    name: str
    expected: str
    parse: Callable[[str], object]


def _choice(*values: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.upper() not in values:
            raise ValueError(text)
        return text.upper()

    return parse


def _truth(text: str) -> bool:
    if text.casefold() in _TRUE:
        return True
    if text.casefold() in _FALSE:
        return False
    raise ValueError(text)


def _integer_up_to(largest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not 0 <= value <= largest:
            raise ValueError(text)
        return value

    return parse


def _accuracy(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and 0.0 < value < 1.0):
        raise ValueError(text)
    return value


def _numbers(n_numbers: int) -> Callable[[str], tuple[float, ...]]:
    def parse(text: str) -> tuple[float, ...]:
        values = tuple(float(part) for part in text.split(","))
        if len(values) != n_numbers or not all(map(math.isfinite, values)):
            raise ValueError(text)
        return values

    return parse


def _name_among(*names: str) -> Callable[[str], str]:
    by_folded = {name.casefold(): name for name in names}

    def parse(text: str) -> str:
        if text.casefold() not in by_folded:
            raise ValueError(text)
        return by_folded[text.casefold()]

    return parse


_COMMON = (
    Argument("integrator_accuracy", "a number between 0 and 1, such as 5e-5", _accuracy),
    Argument("integrator", f"one of {', '.join(INTEGRATORS)}", _name_among(*INTEGRATORS)),
    Argument("stepping", "faithful or branchable", _name_among("faithful", "branchable")),
    # The generators take 32 bits.
    Argument("seed", "a whole number from 0 to 4294967295", _integer_up_to(2**32 - 1)),
)

_MODEL = Argument("model", "3D or 2D", _choice("3D", "2D"))

_ARGUMENTS: dict[str, tuple[Argument, ...]] = {
    "prosthetics": (
        _MODEL,
        Argument("prosthetic", "true or false", _truth),
        Argument("difficulty", "0 or 1", _integer_up_to(1)),
        *_COMMON,
    ),
    "l2run": _COMMON,
    "l2m2019": (
        _MODEL,
        Argument("difficulty", "0, 1, 2 or 3", _integer_up_to(3)),
        Argument("init_pose", "12 numbers with commas between them", _numbers(12)),
        *_COMMON,
    ),
    "arm2d": _COMMON,
}


def environment_names() -> tuple[str, ...]:
    """Return the names of the built-in environments."""
    return tuple(_ARGUMENTS)


def environment_arguments(name: str) -> tuple[Argument, ...]:
    """Return the arguments of an environment; `EnvironmentArgumentError` if there is none of that name."""
    if name not in _ARGUMENTS:
        raise EnvironmentArgumentError(f"There is no environment {name!r}{_suggestion(name, _ARGUMENTS)}.")
    return _ARGUMENTS[name]


def parse_arguments(name: str, args: Mapping[str, str]) -> dict[str, object]:
    """Return the values of an environment's arguments given as text.

    Parameters
    ----------
    name : str
        Name of the environment (``prosthetics``).
    args : mapping of str to str
        Arguments by name, as on the command line.

    Returns
    -------
    dict
        The arguments given, and no others, as values.

    Raises
    ------
    EnvironmentArgumentError
        If the environment or an argument does not exist, or a text is no value of its argument. All problems are named.
    """
    known = {argument.name: argument for argument in environment_arguments(name)}
    values: dict[str, object] = {}
    problems: list[str] = []
    for key, text in args.items():
        if key not in known:
            problems.append(f"{name} has no argument {key!r}{_suggestion(key, known)}")
            continue
        try:
            values[key] = known[key].parse(text.strip())
        except ValueError:
            problems.append(f"the argument {key} of {name} is {known[key].expected}, not {text!r}")
    if problems:
        sentence = "; ".join(problems)
        raise EnvironmentArgumentError(f"{sentence[0].upper()}{sentence[1:]}.")
    return values


def _suggestion(given: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(given.casefold(), names, n=1)
    question = f"did you mean {close[0]!r}? " if close else ""
    return f" ({question}known: {', '.join(names)})"
