"""Formulas worth offering for the channels somebody selected. Pure functions."""

import re
from collections.abc import Sequence

from osimviz.channels import Channel, mirrored
from osimviz.expressions.names import written

#: A title is a name in a list: longer ones are cut.
_LONGEST_TITLE = 30
#: What a title may not hold.
_NO_TITLE = re.compile(r"[^\w .]+")


def sides_of(name: str, channels: Sequence[Channel]) -> tuple[str, str] | None:
    """Return the left and the right channel of a pair to which a channel belongs; None if it has no other side."""
    known = {channel.name: channel.side for channel in channels}
    side = known.get(name, "")
    swapped = mirrored(name)
    if side == "" or swapped == name or known.get(swapped, "") not in ("left", "right"):
        return None
    return (name, swapped) if side == "left" else (swapped, name)


def offered_formulas(names: Sequence[str], channels: Sequence[Channel]) -> list[tuple[str, str]]:
    """Return titles and formulas for a selection, the most likely first."""
    if not names:
        return []
    if len(names) > 1:
        list_of = ", ".join(written(name) for name in names)
        offers = [(f"length of {len(names)}", f"norm({list_of})"), (f"mean of {len(names)}", f"mean({list_of})")]
        if len(names) == 2:
            title = f"{short_title(names[0])} less {short_title(names[1])}"
            offers.insert(0, (title, f"{written(names[0])} - {written(names[1])}"))
        return offers
    name = names[0]
    title = short_title(name)
    offers = [(f"rate of {title}", f"deriv({written(name)})"), (f"smooth {title}", f"smooth({written(name)}, 0.1)")]
    pair = sides_of(name, channels)
    if pair is not None:
        left, right = pair
        offers.insert(0, (f"{short_title(left)} less right", f"{written(left)} - {written(right)}"))
    return offers


def short_title(name: str) -> str:
    """Return a title made of the end of a channel's name."""
    parts = name.split("/")
    end = parts[-2:] if parts[-1] in ("value", "speed", "height", "x", "y", "z") or len(parts) > 2 else parts[-1:]
    words = " ".join(part for part in end if part != "value")
    return _NO_TITLE.sub(" ", words)[:_LONGEST_TITLE].strip() or "channel"
