"""Spaces of actions and observations and the limit of an episode: the little of gym that programs for osim-rl use."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(slots=True)
class EpisodeSpec:
    """Limits of an episode that a program may change.

    Attributes
    ----------
    timestep_limit : float
        Number of steps after which an episode is done.
    """

    timestep_limit: float


class Box:
    """Vectors between two bounds.

    Parameters
    ----------
    low, high : float or array (shape)
        Bounds of every component; may be infinite.
    shape : tuple of int
        Shape of the vectors.
    seed : int or None
        Seed of `sample`; None takes entropy from the system.

    Attributes
    ----------
    low, high : array (shape)
        Bounds of each component.
    shape : tuple of int
        Shape of the vectors.
    dtype : numpy.dtype
        Type of the samples: float64.
    """

    def __init__(self, low: ArrayLike, high: ArrayLike, shape: tuple[int, ...], seed: int | None = None) -> None:
        self.low: Array = np.array(np.broadcast_to(low, shape), dtype=np.float64)
        self.high: Array = np.array(np.broadcast_to(high, shape), dtype=np.float64)
        self.shape = shape
        self.dtype = np.dtype(np.float64)
        self._random = np.random.RandomState(seed)

    def seed(self, seed: int | None = None) -> None:
        """Start the samples anew, as `numpy.random.RandomState(seed).uniform` gives them."""
        self._random = np.random.RandomState(seed)

    def sample(self) -> Array:
        """Return a vector drawn uniformly between the bounds; `ValueError` where a bound is infinite."""
        if not (np.isfinite(self.low).all() and np.isfinite(self.high).all()):
            raise ValueError("A space without finite bounds cannot be sampled.")
        return np.asarray(self._random.uniform(self.low, self.high), dtype=np.float64)

    def get_random_state(self) -> object:
        """Return the state of the generator of `sample`, which can be pickled."""
        return self._random.get_state(legacy=False)

    def set_random_state(self, state: object) -> None:
        """Go on with the samples from a state that `get_random_state` returned."""
        self._random.set_state(state)  # type: ignore[arg-type]

    def contains(self, x: ArrayLike) -> bool:
        """Return whether `x` has the shape of the space and lies between its bounds."""
        vector = np.asarray(x, dtype=np.float64)
        return vector.shape == self.shape and bool(((vector >= self.low) & (vector <= self.high)).all())

    def __contains__(self, x: ArrayLike) -> bool:
        """Return `contains(x)`."""
        return self.contains(x)

    def __repr__(self) -> str:
        """Return the shape as text."""
        return f"Box{self.shape}"
