"""Where two runs part, in words and for other programs. Pure functions."""

from osimviz.analysis.run_pair import SAME, VISIBLE, Parting, RunPair
from osimviz.formatting import number, shown_unit


def parting_words(pair: RunPair) -> str:
    """Return one sentence: ``The runs part at 0.12 s (step 12): body/pelvis/height, 0.910 and 0.880 m``."""
    exact = pair.parting(SAME)
    if exact is None and pair.is_apart:
        return "The two runs have no moment in common; aligned by a foot contact they may have"
    if exact is None and not pair.shared_channels():
        return "The two runs have no channel in common"
    if exact is None:
        return "The two runs are equal as far as both reach"
    visible = pair.parting(VISIBLE)
    found = visible or exact
    unit = pair.first.channel(found.channel).unit
    values = f"{number(found.first, unit)} and {number(found.second, unit)} {shown_unit(unit)}".rstrip()
    time_s = pair.first.frame(found.index).time_s
    words = f"The runs part at {time_s:.2f} s (step {found.index}): {found.channel}, {values}"
    if visible is None:
        return f"{words}; no difference is large enough to be seen"
    return words if exact.index == found.index else f"{words}; the first difference at all is in step {exact.index}"


def parting_summary(pair: RunPair) -> dict[str, object]:
    """Return where two runs part with fixed keys: the first difference at all, and the first one to be seen.

    Each is null where there is none, otherwise step, time in s, channel and the two values, null for a missing one.
    """
    return {
        "steps_compared": min(max(pair.first.last_index, 0), max(pair.second.last_index, 0)),
        "first_difference": _entry(pair, pair.parting(SAME)),
        "first_visible_difference": _entry(pair, pair.parting(VISIBLE)),
    }


def _entry(pair: RunPair, found: Parting | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "step": found.index,
        "time_s": round(pair.first.frame(found.index).time_s, 9),
        "channel": found.channel,
        # JSON knows no NaN and no infinity.
        "values": [value if abs(value) < float("inf") else None for value in (found.first, found.second)],
    }
