"""What several ask of one state alike, read once: the observation, the reward, a recording. In the model's process."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

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


def muscle_reader(muscles: Iterable[Any]) -> Callable[[Any], dict[str, list[float]]]:
    """Return what reads each of `MUSCLE_GETTERS` of a state, a list of one number for each muscle.

    Muscle by muscle: what OpenSim knows of one lies close together, and one by one in time costs three times as much.
    """
    # Bound once: the wrapper looks every method up in a chain of ten classes.
    getters = [tuple(getattr(muscle, getter) for getter in MUSCLE_GETTERS.values()) for muscle in muscles]

    def read(state: Any) -> dict[str, list[float]]:
        rows = [[value(state) for value in own] for own in getters]
        return {quantity: [row[i] for row in rows] for i, quantity in enumerate(MUSCLE_GETTERS)}

    return read
