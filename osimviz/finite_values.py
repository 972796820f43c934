"""Which numbers can be drawn and reckoned with: a simulation that blows up passes every bound. NumPy only."""

import numpy as np

from osimviz.frames import Array

#: Larger numbers count as missing, as infinite ones do: the square of this one is still a number (double precision ends
#: at 1.8e308), and so are sums and differences of it. No quantity of a model comes near.
LARGEST = 1e150


def finite(values: Array) -> Array:
    """Return values of any shape with those that cannot be drawn or reckoned with as missing (NaN); a copy."""
    found: Array = np.where(np.abs(values) <= LARGEST, values, np.nan)
    return found
