"""Which contacts of two runs belong together, as seen from a frame. Pure functions."""

from osimviz.analysis.run_pair import Alignment, RunPair
from osimviz.frames import FEET


def alignment_by_contact(pair: RunPair, index: int) -> Alignment:
    """Return the alignment by the contact nearest to a frame of the first run, and the second run's nearest to that.

    Parameters
    ----------
    pair : RunPair
        The runs; nearest in the second run is by the alignment they have.
    index : int
        A frame of the first run.

    Returns
    -------
    Alignment
        By the right foot's first contacts where the first run has no contact.
    """
    by_foot = {foot: pair.contacts(pair.first, foot) for foot in FEET}
    near = [(abs(at - index), foot, number) for foot in FEET for number, at in enumerate(by_foot[foot])]
    if not near:
        return Alignment("contact", "right")
    _, foot, first = min(near)
    at_s = pair.time_map().to_second(pair.first.time_s()[[by_foot[foot][first]]])[0]
    times_s, seconds = pair.second.time_s(), pair.contacts(pair.second, foot)
    second = min(range(len(seconds)), key=lambda number: abs(times_s[seconds[number]] - at_s), default=0)
    return Alignment("contact", foot, first, second)
