"""Controllers that need no file: random, zero and constant excitations."""

from collections.abc import Callable
from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.worker.forms.loaded_form import LoadedForm


def builtin_form(kind: str, value: float) -> LoadedForm:
    """Return the controller ``random``, ``zero`` or ``constant``."""

    def make_random(environment: Any, seed: int) -> Callable[[Any, int], Array]:
        # The legacy generator: osim-rl users' own `np.random.uniform` gives the same numbers from the same seed.
        generator = np.random.RandomState(seed % 2**32)
        n_actions = len(environment.action_names())
        return lambda observation, step: generator.uniform(0.0, 1.0, n_actions)

    def make_constant(environment: Any, seed: int) -> Callable[[Any, int], Array]:
        action = np.full(len(environment.action_names()), value)
        return lambda observation, step: action.copy()

    if kind == "random":
        return LoadedForm("random · uniform in 0–1", make_random, is_factory=True, is_builtin=True)
    label = "zero" if kind == "zero" else f"constant · {value:g}"
    return LoadedForm(label, make_constant, is_factory=True, is_builtin=True)
