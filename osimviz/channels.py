"""Channels: every scalar that changes over a run, by name.

A channel's name is ``group/item/quantity`` (``pelvis/height``, ``muscles/soleus_l/activation``). The channel
table of a run says, for each of them, in which field of a frame it stands and what it means. NumPy only.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from osimviz.fuzzy import letters_in_order

Side = Literal["left", "right", ""]

_OTHER_SIDE = {"right": "left", "left": "right", "r": "l", "l": "r"}


@dataclass(frozen=True, slots=True)
class Channel:
    """One named scalar over time.

    Attributes
    ----------
    name : str
        ``group/item/quantity``, unique in a run.
    field : str
        Name of the attribute of `osimviz.frames.Frame` that holds it, or ``episode_return``, which a recording sums up.
    index : int
        Position in that field, counted over the flattened array.
    unit : str
        SI unit as printed (``m``, ``rad/s``, ``BW``); empty for a number without one.
    lower, upper : float
        Bounds the environment declares for it; infinite where it declares none.
    description : str
        One sentence for a tooltip.
    side : {"left", "right", ""}
        Side of the body it belongs to.
    scale : float
        Factor from the field's own unit to `unit` (a force in N shown in body weights).
    normaliser : float
        What the environment divided the quantity by, in SI units (a maximal isometric force, N); 1 for nothing.
    """

    name: str
    field: str
    index: int
    unit: str = ""
    lower: float = float("-inf")
    upper: float = float("inf")
    description: str = ""
    side: Side = ""
    scale: float = 1.0
    normaliser: float = 1.0

    @property
    def path(self) -> tuple[str, ...]:
        """The name's parts, outermost group first."""
        return tuple(self.name.split("/"))


def side_of(name: str) -> Side:
    """Return the side a model component's name declares by OpenSim's suffixes ``_r`` and ``_l``.

    Also found before a further suffix or part (``knee_angle_r``, ``hamstrings_r/activation``, ``foot_l.ground``).
    """
    for part in name.replace(".", "/").split("/"):
        tokens = part.split("_")
        if tokens[-1] == "r" or tokens[0] == "r":
            return "right"
        if tokens[-1] == "l" or tokens[0] == "l":
            return "left"
    return ""


def mirrored(name: str) -> str:
    """Return a name with the marks of its side changed for those of the other: ``_r``, ``r_``, ``right``."""
    return "".join(_OTHER_SIDE.get(piece, piece) for piece in re.split(r"([/_.])", name))


def without_side(part: str) -> str:
    """Return a part of a name without the marks of its side: ``soleus_r`` and ``r_soleus`` are both ``soleus``."""
    return "_".join(token for token in part.split("_") if token not in _OTHER_SIDE)


def matching(channels: Iterable[Channel], query: str) -> list[Channel]:
    """Return the channels that match a search text, in table order.

    Every word of `query` must occur in the channel's name or unit, in any order and in any case; where no channel has
    them all, in its description as well; where still none has, the letters of each word in order will do, close
    together in the name. An empty query matches all.
    """
    words = query.casefold().split()
    known = list(channels)
    if not words:
        return known
    for text_of in (_name_and_unit, _with_description):
        found = [channel for channel in known if all(word in text_of(channel) for word in words)]
        if found:
            return found
    return [
        channel
        for channel in known
        if all(letters_in_order(word, channel.name.casefold()) is not None for word in words)
    ]


def _name_and_unit(channel: Channel) -> str:
    return f"{channel.name} {channel.unit}".casefold()


def _with_description(channel: Channel) -> str:
    return f"{channel.name} {channel.unit} {channel.description}".casefold()
