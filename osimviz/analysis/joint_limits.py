"""The moments of the forces that keep joints in their ranges, from coordinates and speeds alone. Pure; NumPy only.

Frames need not carry them: OpenSim's CoordinateLimitForce depends on nothing else.
"""

import numpy as np

from osimviz.frames import Array, JointLimit


def limit_forces(limits: tuple[JointLimit, ...], coordinates: Array, speeds: Array) -> Array:
    """Return the generalised force (n_limits,) of each limit, N·m or N, positive along the coordinate.

    NaN where a coordinate is not known.

    Parameters
    ----------
    limits : tuple of JointLimit
        What keeps the joints in their ranges.
    coordinates, speeds : array (n_coordinates,)
        As in `osimviz.frames.Frame`.

    Source
    ------
    OpenSim 4.6 ``CoordinateLimitForce::calcLimitForce``; its steps are SimTK's ``Function::Step``, the polynomial
    10 x³ - 15 x⁴ + 6 x⁵ over the transition.
    """
    if not limits or any(limit.coordinate_index >= min(len(coordinates), len(speeds)) for limit in limits):
        return np.full(len(limits), np.nan)
    index = [limit.coordinate_index for limit in limits]
    q, speed = coordinates[index], speeds[index]
    upper, lower, transition, damping, upper_k, lower_k = (
        np.array([getattr(limit, name) for limit in limits])
        for name in ("upper", "lower", "transition", "damping", "upper_stiffness", "lower_stiffness")
    )
    above, below = _step((q - upper) / transition), _step((lower - q) / transition)
    force: Array = -above * upper_k * (q - upper) + below * lower_k * (lower - q) - damping * (above + below) * speed
    return force


def _step(x: Array) -> Array:
    x = np.clip(x, 0.0, 1.0)
    return x * x * x * (10.0 + x * (-15.0 + 6.0 * x))
