"""What a controller returned, made into an action or a sentence that says what is wrong with it. NumPy only."""

from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.worker.declarations import ActionRange


class ActionFault(Exception):
    """A controller's return value is no action.

    Attributes
    ----------
    hint : str
        What to do about it.
    action : array or None
        The value as numbers, if it is some.
    """

    def __init__(self, sentence: str, hint: str, action: Array | None = None) -> None:
        super().__init__(sentence)
        self.hint = hint
        self.action = action


def as_action(raw: Any, n_actions: int, step: int) -> Array:
    """Return a controller's answer as an action.

    Parameters
    ----------
    raw : object
        A list, tuple, array of shape (n,), (1, n) or (n, 1), a tensor, or a pair ``(action, anything)``. Of a pair
        ``(action, {"evaluation": action})``, as mjrl's policies return it, the second, which has no noise.
    n_actions : int
        How many numbers the environment takes.
    step : int
        The step it is for, named in errors.

    Returns
    -------
    array (n_actions,)
        A copy, not clipped.

    Raises
    ------
    ActionFault
        If it is not `n_actions` finite numbers.
    """
    expected = f"expected shape ({n_actions},)"
    numbers = _as_numbers(raw)
    if _is_pair(raw, numbers, n_actions):
        numbers = _as_numbers(_without_noise(raw))
    if numbers is None:
        raise ActionFault(
            f"the controller returned {_describe(raw)} at step {step}: {expected}, got no array of numbers",
            f"Return {n_actions} numbers from 0 to 1, one for each muscle.",
        )
    if numbers.size != n_actions or max(numbers.shape, default=1) != numbers.size:
        raise ActionFault(
            f"the controller returned the wrong number of values at step {step}: {expected}, got {numbers.shape}",
            f"Return {n_actions} numbers from 0 to 1, one for each muscle.",
            numbers.ravel(),
        )
    action = numbers.ravel().copy()
    bad = np.flatnonzero(~np.isfinite(action))
    if bad.size:
        raise ActionFault(
            f"the controller returned {action[bad[0]]} as value {bad[0]} of its action at step {step}: {expected}, "
            f"got {bad.size} value{'s' if bad.size > 1 else ''} that {'are' if bad.size > 1 else 'is'} not finite",
            "Look at the observation it was given, and for a division by zero or a diverged network.",
            action,
        )
    return action


def to_excitation(action: Array, action_range: ActionRange) -> Array:
    """Return the excitations an action stands for; the environment clips them to 0..1.

    Parameters
    ----------
    action : array (n_actions,)
        What the controller returned.
    action_range : ActionRange
        ``tanh`` maps -1..1 to 0..1 by (a + 1)/2, as public solutions do.
    """
    return 0.5 * (action + 1.0) if action_range == "tanh" else action


def _without_noise(pair: tuple[Any, ...]) -> Any:
    info = pair[-1]
    return info["evaluation"] if isinstance(info, dict) and "evaluation" in info else pair[0]


def _is_pair(raw: Any, numbers: Array | None, n_actions: int) -> bool:
    """Whether `raw` is ``(action, anything)``: a tuple that is no action itself."""
    if not isinstance(raw, tuple) or not raw:
        return False
    return numbers is None or (len(raw) == 2 and n_actions != 2)


def _as_numbers(raw: Any) -> Array | None:
    """Return `raw` as float64, or None if it is not real numbers."""
    if raw is None or isinstance(raw, (str, bytes, dict, set)):
        return None
    try:
        if hasattr(raw, "detach"):
            # A torch tensor, possibly with a gradient or on another device.
            raw = raw.detach().cpu().numpy()
        array = np.asarray(raw)
        if array.dtype.kind not in "biuf":
            return None
        return array.astype(np.float64)
    except (TypeError, ValueError, RuntimeError):
        return None


def _describe(raw: Any) -> str:
    if raw is None:
        return "None"
    if isinstance(raw, str):
        return f"the text {raw[:40]!r}"
    return f"an object of type {type(raw).__name__}"
