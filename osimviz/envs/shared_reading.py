"""What several ask of one state alike, read once: the observation, the reward, a recording. In the model's process."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value")

#: What is read of a muscle, by the names of `osimviz.frames.Frame`, and OpenSim's getter: activation, 0..1, force, N,
#: length, m, velocity, m/s.
MUSCLE_GETTERS = {
    "activation": "getActivation",
    "fiber_force": "getFiberForce",
    "fiber_length": "getFiberLength",
    "fiber_velocity": "getFiberVelocity",
}


class SharedReading(Generic[Value]):
    """A reading of the engine that is kept for as long as the state is the same.

    Parameters
    ----------
    read : callable
        Takes an `opensim.State` realised to Acceleration. What it returns is shared: nobody may change it.
    """

    def __init__(self, read: Callable[[Any], Value]) -> None:
        self._read = read
        self._known: tuple[int, Value] | None = None

    def of(self, state: Any, revision: int) -> Value:
        """Return the reading of the state that is the `revision`-th of its model."""
        if self._known is None or self._known[0] != revision:
            self._known = revision, self._read(state)
        return self._known[1]


class MuscleReadings:
    """The shared reading of each of `MUSCLE_GETTERS`.

    Parameters
    ----------
    muscles : iterable of opensim.Muscle
        Of one model, in its order.
    """

    def __init__(self, muscles: Iterable[Any]) -> None:
        muscles = list(muscles)
        # Bound once: the wrapper looks every method up in a chain of ten classes.
        self._readings = {
            quantity: SharedReading(_reading_of([getattr(muscle, getter) for muscle in muscles]))
            for quantity, getter in MUSCLE_GETTERS.items()
        }
        # Y of the state that was read last, and the number of that state.
        self._read: tuple[int, NDArray[np.float64]] | None = None

    def of(self, quantity: str, state: Any, revision: int) -> list[float]:
        """Return a number for each muscle of the state that is the `revision`-th of its model; nobody may change it."""
        if self._read is None or self._read[0] != revision:
            self._read = revision, state.getY().to_numpy()
        return self._readings[quantity].of(state, revision)

    def are_of(self, state: Any, revision: int) -> bool:
        """Return whether the `revision`-th state still has the Y with which it was read; true of one never read."""
        if self._read is None or self._read[0] != revision:
            return True
        return np.array_equal(self._read[1], state.getY().to_numpy())


def _reading_of(getters: list[Callable[[Any], float]]) -> Callable[[Any], list[float]]:
    return lambda state: [value(state) for value in getters]
