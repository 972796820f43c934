"""Targets of a run: at which steps they were reached, and where the velocity that is asked for changes."""

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array
from osimviz.recording import Recording

#: What Arm2DEnv observes of its target and its hand, world x and y, m.
_HAND_AND_TARGET = ("hand/x", "hand/y", "target/x", "target/y")
#: A name of L2M2019Env's field of targets, which gives another velocity at every place.
_FIELD = "v_tgt_field/"


def target_reached(recording: Recording, start: int, stop: int, radius_m: float) -> NDArray[np.bool_]:
    """Return at which of the frames ``start .. stop - 1`` a target is reached.

    What the run tells (`Frame.target_reached`) counts; where it tells nothing, the hand of an arm within `radius_m` of
    its target, or, in recordings from before runs told, the reward that L2M2019Env pays one step later.
    """
    told = recording.field("target_reached", start, stop).reshape(-1)
    if np.isfinite(told).any():
        return np.asarray(told > 0.0)
    away_m = _hand_away_m(recording, start, stop)
    if away_m is not None:
        return np.asarray(away_m <= radius_m)
    column = _paid_column(recording)
    if column is None:
        return np.zeros(stop - start, dtype=bool)
    return np.asarray(recording.field("reward_terms", start, stop)[:, column] > 0)


def target_changed(recording: Recording, start: int, stop: int) -> NDArray[np.bool_]:
    """Return at which frames the velocity that is asked for is another than before; not where it is one of places."""
    holds = np.zeros(stop - start, dtype=bool)
    before = max(start - 1, 0)
    asked = recording.field("target_velocity", before, stop).reshape(stop - before, -1)
    if asked.shape[1] and not any(_FIELD in channel.name for channel in recording.info.channels):
        # A number that is none never equals itself.
        changes = (asked[1:] != asked[:-1]) & np.isfinite(asked[1:]) & np.isfinite(asked[:-1])
        holds[max(1 - start, 0) :] = changes.any(axis=1)
    return holds


def reached_sentence(recording: Recording, index: int) -> str:
    """Return in words that a target is reached at a frame."""
    if np.isfinite(recording.frame(index).target_reached):
        return "target reached"
    away_m = _hand_away_m(recording, index, index + 1)
    if away_m is not None:
        return f"hand at the target: {float(away_m[0]) * 100:.1f} cm away"
    return "target reached, rewarded in this step"


def changed_sentence(recording: Recording, index: int) -> str:
    """Return in words which velocity is asked for from a frame on."""
    forward, _, right = np.ravel(recording.frame(index).target_velocity)
    speed_m_s, heading_deg = float(np.hypot(forward, right)), float(np.degrees(np.arctan2(right, forward)))
    side = f", {abs(heading_deg):.0f}° to the {'right' if heading_deg > 0 else 'left'}" if round(heading_deg) else ""
    return f"target velocity changes: {speed_m_s:.2f} m/s{side}"


def _hand_away_m(recording: Recording, start: int, stop: int) -> Array | None:
    """Return how far the hand is from its target, m; NaN at the reset, which shows the last run's; None for no arm."""
    columns = {}
    for channel in recording.info.channels:
        for name in _HAND_AND_TARGET:
            if channel.name == f"observation/{name}":
                columns[name] = channel.index
    if len(columns) < len(_HAND_AND_TARGET):
        return None
    observed = recording.field("observation", start, stop).reshape(stop - start, -1)
    hand_x, hand_y, target_x, target_y = (observed[:, columns[name]] for name in _HAND_AND_TARGET)
    away_m: Array = np.hypot(hand_x - target_x, hand_y - target_y)
    if start == 0:
        away_m[:1] = np.nan
    return away_m


def _paid_column(recording: Recording) -> int | None:
    """Return which term of the reward pays for a target, of L2M2019Env's second round; None without one."""
    names = recording.info.reward_term_names
    is_its_own = recording.info.env_name.endswith(("l2m2019", "L2M2019Env"))
    return names.index("target") if "target" in names and is_its_own else None
