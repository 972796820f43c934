"""Observations of any form as vectors; in the user's process, at every step."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.worker.step_info import PLAIN_NUMBERS

#: NumPy's kinds of real numbers.
_NUMBER_KINDS = "fiub"
#: What NumPy raises where something is no number, or none that 64 bits hold.
_NO_NUMBERS = (TypeError, ValueError, OverflowError)


class ObservationVectors:
    """Makes vectors of the observations of one environment, nested ones in the order of their keys.

    What nested ones are made of is looked at when the first one comes, and again where one is made otherwise: one
    number after the other, the hundred of L2M2019Env take three times as long.
    """

    def __init__(self) -> None:
        # For every dictionary within the observation, in order: whether it holds nothing but numbers.
        self._is_flat: list[bool] = []

    def vector(self, observation: Any) -> Array:
        """Return an observation as a vector of its own, NaN where something in it is no number.

        The environment may write into its arrays.
        """
        try:
            return self._numbers(observation)
        except _NO_NUMBERS:
            return np.array(_flat(observation), dtype=np.float64)

    def _numbers(self, observation: Any) -> Array:
        if type(observation) is not dict and not isinstance(observation, Mapping):
            return np.array(observation, dtype=np.float64).ravel()
        # Lists of plain numbers, and between them what NumPy must convert.
        parts: list[Any] = [[]]
        _collect(observation, parts, iter(self._is_flat))
        vector = _joined(parts)
        if vector is None:
            parts, self._is_flat = [[]], []
            _look_at(observation, parts, self._is_flat)
            vector = _joined(parts)
        if vector is None:
            raise ValueError("something in it is no number of 64 bits")
        return vector


def leaves(observation: Any, prefix: str = "") -> Iterator[tuple[str, float]]:
    """Yield name and value of every number of an observation, in the order of its vector."""
    if isinstance(observation, Mapping):
        for key in observation:
            yield from leaves(observation[key], f"{prefix}{key}/")
        return
    values = _flat(observation)
    for i, value in enumerate(values):
        yield (prefix.removesuffix("/") if len(values) == 1 and prefix else f"{prefix}{i}"), value


def _flat(observation: Any) -> list[float]:
    """Return the numbers of an observation one after the other; NaN for a text and whatever else is none."""
    if isinstance(observation, Mapping):
        return [number for value in observation.values() for number in _flat(value)]
    try:
        numbers: list[float] = np.array(observation, dtype=np.float64).ravel().tolist()
    except _NO_NUMBERS:
        # Arrays of several lengths, or a text among numbers: each for itself.
        if isinstance(observation, list | tuple) or (isinstance(observation, np.ndarray) and observation.ndim):
            return [number for value in observation for number in _flat(value)]
        return [math.nan]
    return numbers


def _joined(parts: list[Any]) -> Array | None:
    """Return the numbers of lists and of what is between them; None where a list holds anything but numbers."""
    vectors = []
    for part in parts:
        if type(part) is not list:
            vectors.append(np.asarray(part, dtype=np.float64).ravel())
        elif part:
            # What NumPy makes of it tells what is in it, which takes less than looking at each.
            try:
                own = np.array(part)
            except ValueError:
                return None
            if own.ndim != 1 or own.dtype.kind not in _NUMBER_KINDS:
                return None
            vectors.append(own)
    return np.concatenate(vectors, dtype=np.float64) if vectors else np.empty(0)


def _collect(observation: Mapping[Any, Any], parts: list[Any], is_flat: Iterator[bool]) -> None:
    """Add the numbers of a nested observation that is made as the one looked at was; wrong types where it is not."""
    for value in observation.values():
        kind = type(value)
        if kind is dict:
            if next(is_flat, False):
                parts[-1] += value.values()
            else:
                _collect(value, parts, is_flat)
        elif kind is list:
            parts[-1] += value
        elif kind in PLAIN_NUMBERS:
            parts[-1].append(value)
        elif isinstance(value, Mapping):
            _collect(value, parts, is_flat)
        else:
            parts += value, []


def _look_at(observation: Mapping[Any, Any], parts: list[Any], is_flat: list[bool]) -> None:
    """Add the numbers of a nested observation, and note how it is made."""
    for value in observation.values():
        if isinstance(value, Mapping):
            if type(value) is dict:
                is_flat.append(PLAIN_NUMBERS.issuperset(map(type, value.values())))
                if is_flat[-1]:
                    parts[-1] += value.values()
                    continue
            _look_at(value, parts, is_flat)
        elif type(value) in PLAIN_NUMBERS:
            parts[-1].append(value)
        else:
            parts += value, []
