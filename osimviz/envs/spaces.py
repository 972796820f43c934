"""Spaces of actions and observations: the little of gym that controllers of osim-rl use."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class Box:
    """Vectors between two bounds.

    Parameters
    ----------
    low, high : float
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

    def __init__(self, low: float, high: float, shape: tuple[int, ...], seed: int | None = None) -> None:
        self.low: Array = np.full(shape, low, dtype=np.float64)
        self.high: Array = np.full(shape, high, dtype=np.float64)
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
