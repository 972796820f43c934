"""Foot contacts of a run: stance intervals and events from ground reaction forces. Pure functions on arrays."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osimviz.analysis.spans import spans_of
from osimviz.frames import CONTACT_SHARE, FEET, Array

#: A stance or swing shorter than this is chatter, s (proposal between the 50 and 100 ms used in gait laboratories).
CHATTER_S = 0.05


@dataclass(frozen=True, slots=True)
class Stance:
    """A foot on the ground without a break.

    Attributes
    ----------
    foot : {"right", "left"}
        Which one.
    first, last : int
        First and last loaded frame.
    is_chatter : bool
        Whether it is shorter than `CHATTER_S` and the foot was lifted again.
    """

    foot: str
    first: int
    last: int
    is_chatter: bool


@dataclass(frozen=True, slots=True)
class FootEvent:
    """A foot touches the ground or leaves it.

    Attributes
    ----------
    foot : {"right", "left"}
        Which one.
    kind : {"contact", "toe-off"}
        What it does.
    index : int
        The first frame in the new condition.
    is_chatter : bool
        Whether it belongs to a stance or a swing shorter than `CHATTER_S`.
    """

    foot: str
    kind: Literal["contact", "toe-off"]
    index: int
    is_chatter: bool


def loaded(force_up_n: Array, body_weight_n: float, share: float = CONTACT_SHARE) -> NDArray[np.bool_]:
    """Return where a foot carries more than `share` of the body weight; a missing force counts as none.

    Parameters
    ----------
    force_up_n : array (n,)
        Upward ground reaction force on the foot, N.
    body_weight_n : float
        Mass times gravity, N.
    share : float
        Threshold in body weights.
    """
    return np.nan_to_num(force_up_n) > share * body_weight_n


def stances(force_up_n: Array, body_weight_n: float, step_s: float, foot: str) -> list[Stance]:
    """Return the stances of one foot in order of time.

    Parameters
    ----------
    force_up_n : array (n,)
        Upward ground reaction force on the foot at each frame, N.
    body_weight_n : float
        Mass times gravity, N.
    step_s : float
        Time between two frames.
    foot : {"right", "left"}
        Which foot.
    """
    on_ground = loaded(force_up_n, body_weight_n)
    shortest = CHATTER_S / step_s - 1e-9
    return [
        Stance(foot, first, last, last + 1 - first < shortest and last + 1 < len(on_ground))
        for first, last in ((span.first, span.last) for span in spans_of(on_ground))
    ]


def foot_events(found: list[Stance], n_frames: int, step_s: float) -> list[FootEvent]:
    """Return the contacts and toe-offs of one foot's stances.

    A foot that stands in frame 0 has no contact there, one that stands at the end no toe-off. Swings are measured
    between stances that are no chatter: a touch of 20 ms before the foot lands does not make the landing chatter.
    """
    shortest = CHATTER_S / step_s - 1e-9
    lasting = [stance for stance in found if not stance.is_chatter]
    # The first frame after the lasting stance before, and the first frame of the one behind, by first frame.
    lifted = {after.first: before.last + 1 for before, after in pairwise(lasting)}
    landed = {before.first: after.first for before, after in pairwise(lasting)}
    events = []
    for stance in found:
        if stance.first > 0:
            swing_before = stance.first - lifted.get(stance.first, -math.inf)
            is_chatter = stance.is_chatter or swing_before < shortest
            events.append(FootEvent(stance.foot, "contact", stance.first, is_chatter))
        if stance.last + 1 < n_frames:
            swing_after = landed.get(stance.first, math.inf) - (stance.last + 1)
            is_chatter = stance.is_chatter or swing_after < shortest
            events.append(FootEvent(stance.foot, "toe-off", stance.last + 1, is_chatter))
    return events


def contacts_of_run(
    ground_reaction_n: Array, body_weight_n: float, step_s: float
) -> tuple[dict[str, list[Stance]], list[FootEvent]]:
    """Return the stances by foot, and all events in order of time.

    Parameters
    ----------
    ground_reaction_n : array (n, n_feet, 3)
        `Frame.ground_reaction_n` of all frames.
    body_weight_n : float
        Mass times gravity, N.
    step_s : float
        Time between two frames.
    """
    by_foot: dict[str, list[Stance]] = {}
    events: list[FootEvent] = []
    if ground_reaction_n.ndim == 3 and ground_reaction_n.shape[1] == len(FEET):
        for number, foot in enumerate(FEET):
            by_foot[foot] = stances(ground_reaction_n[:, number, 1], body_weight_n, step_s, foot)
            events += foot_events(by_foot[foot], len(ground_reaction_n), step_s)
    return by_foot, sorted(events, key=lambda event: event.index)
