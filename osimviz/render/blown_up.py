"""What a simulation that blew up leaves: numbers so large that drawing them overflows. NumPy only."""

from dataclasses import replace

import numpy as np

from osimviz.frames import Array, Frame

#: Nothing a model does leads this far, and single precision still tells a decimetre from the next there.
_FARTHEST_M = 1e6
#: A force whose arrow would be as long for a model of a few kilograms.
_STRONGEST_N = 1e8
_LIMITS: tuple[tuple[str, float], ...] = (
    ("body_positions_m", _FARTHEST_M),
    ("body_quaternions", _FARTHEST_M),
    ("path_points_m", _FARTHEST_M),
    ("centre_of_mass_m", _FARTHEST_M),
    ("centre_of_mass_velocity", _FARTHEST_M),
    ("centre_of_pressure_m", _FARTHEST_M),
    ("ground_reaction_n", _STRONGEST_N),
    ("target_velocity", _FARTHEST_M),
)


def without_blown_up(frame: Frame) -> Frame:
    """Return a frame with NaN, which is hidden, where a number is too large to be drawn; a usual frame as it is."""
    changes: dict[str, Array] = {}
    for name, limit in _LIMITS:
        values: Array = getattr(frame, name)
        is_drawable = np.abs(values) <= limit
        if not is_drawable.all():
            changes[name] = np.where(is_drawable, values, np.nan)
    return replace(frame, **changes) if changes else frame  # type: ignore[arg-type]
