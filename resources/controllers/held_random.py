"""An example of a controller file: random excitations, full or none, each held for a fifth of a second.

Run it with ``osimviz --controller held_random.py``. Any file with a function ``controller(observation)`` or a class
``Controller`` with a method ``act(observation)`` works the same way. A class that takes one argument is made with the
environment.
"""

import random
from typing import Any

#: Steps of 0.01 s for which an action is held.
HELD_STEPS = 20


class Controller:
    """Draws one muscle in three at each change; forgets everything at a reset."""

    def __init__(self, environment: Any) -> None:
        self._n_muscles = environment.action_space.shape[0]

    def reset(self, seed: int) -> None:
        """Begin an episode."""
        self._random = random.Random(seed)
        self._n_steps = 0
        self._action: list[float] = []

    def act(self, observation: list[float]) -> list[float]:
        """Return an excitation of 0 to 1 for each muscle of the model."""
        if self._n_steps % HELD_STEPS == 0:
            self._action = [float(self._random.random() < 1 / 3) for _ in range(self._n_muscles)]
        self._n_steps += 1
        return self._action
