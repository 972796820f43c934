"""Poses between two recorded states, for slow motion. NumPy only."""

from dataclasses import replace

import numpy as np

from osimviz.frames import Array, Frame

#: What changes smoothly and is drawn or printed; everything else is held.
_BLENDED = (
    "activation",
    "excitation",
    "action",
    "fiber_force_n",
    "fiber_length",
    "fiber_velocity",
    "ground_reaction_n",
    "centre_of_mass_m",
    "centre_of_mass_velocity",
    "body_positions_m",
)


def between(before: Frame, after: Frame, share: float) -> Frame:
    """Return a frame on the way from one recorded state to the next.

    Parameters
    ----------
    before, after : Frame
        Neighbours of one run.
    share : float
        0 is `before`, 1 is `after`.

    Returns
    -------
    Frame
        Poses and quantities between the two; bodies turn along the shorter arc. A muscle path whose number of points
        changes is taken from the nearer state. The step and its reward are those of `before`.
    """
    if share <= 0.0:
        return before
    if share >= 1.0:
        return after
    changes: dict[str, object] = {name: _blend(getattr(before, name), getattr(after, name), share) for name in _BLENDED}
    changes["body_quaternions"] = _turned(before.body_quaternions, after.body_quaternions, share)
    changes["centre_of_pressure_m"] = _blend_where_both(before.centre_of_pressure_m, after.centre_of_pressure_m, share)
    if np.array_equal(before.path_counts, after.path_counts):
        changes["path_points_m"] = _blend(before.path_points_m, after.path_points_m, share)
    elif share > 0.5:
        changes["path_points_m"], changes["path_counts"] = after.path_points_m, after.path_counts
    time_s = before.time_s + share * (after.time_s - before.time_s)
    return replace(before, time_s=time_s, **changes)  # type: ignore[arg-type]  # names of arrays only


def _blend(before: Array, after: Array, share: float) -> Array:
    # Infinite forces of a run that blew up make NaN here, which is drawn as nothing.
    with np.errstate(invalid="ignore"):
        blended: Array = before + share * (after - before)
    return blended


def _blend_where_both(before: Array, after: Array, share: float) -> Array:
    """Blend; where only one state has a value (a foot just touched down), the nearer state decides."""
    nearer = after if share > 0.5 else before
    blended = _blend(before, after, share)
    return np.where(np.isfinite(blended), blended, nearer)


def _turned(before: Array, after: Array, share: float) -> Array:
    """Interpolate unit quaternions (n, 4) along the shorter great arc.

    Source: K. Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985.
    """
    cosine = np.sum(before * after, axis=1, keepdims=True)
    after = np.where(cosine < 0.0, -after, after)
    angle = np.arccos(np.clip(np.abs(cosine), 0.0, 1.0))
    sine = np.sin(angle)
    is_small = sine < 1e-6
    divisor = np.where(is_small, 1.0, sine)
    from_before = np.where(is_small, 1.0 - share, np.sin((1.0 - share) * angle) / divisor)
    from_after = np.where(is_small, share, np.sin(share * angle) / divisor)
    turned = from_before * before + from_after * after
    length = np.linalg.norm(turned, axis=1, keepdims=True)
    result: Array = turned / np.where(length > 0.0, length, 1.0)
    return result
