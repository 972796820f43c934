"""Which channel a name in an expression means: the whole name, or any unmistakable end of it."""

import difflib
import re
from collections.abc import Iterable, Mapping
from itertools import chain

from osimviz.channels import Channel

#: What every run has, by the names people write for it.
TIME, STEP = "time", "step"
#: Short names of channels that every run has.
_SHORT_NAMES = {"reward": "reward/step", "return": "reward/return"}
#: Names that can stand in an expression as they are; others are recognised as a whole, or written in backquotes.
_PLAIN = re.compile(r"[^\W\d]\w*(?:[./]\w+)*")
#: How many names a message lists.
N_LISTED = 3


class AmbiguousName(LookupError):
    """A name that several channels end with."""

    def __init__(self, candidates: list[str]) -> None:
        super().__init__(", ".join(candidates))
        self.candidates = candidates


class NameTable:
    """The names an expression may use.

    Parameters
    ----------
    channels : iterable of Channel
        The channels of a run.
    aliases : mapping of str to str, optional
        Further names of channels, which win over all others (``l`` and ``r`` for the two sides of a pair).
    """

    def __init__(self, channels: Iterable[Channel], aliases: Mapping[str, str] | None = None) -> None:
        self._units = {channel.name: channel.unit for channel in channels}
        self._aliases = dict(aliases or {})
        self._by_end: dict[str, list[str]] = {}
        #: Ends of names that only a look at the whole text finds, by their first word.
        self._odd: dict[str, list[str]] = {}
        for name in self._units:
            self._add(name)
        for ends in self._odd.values():
            ends.sort(key=len, reverse=True)

    def __contains__(self, name: str) -> bool:
        return name in self._units

    def names(self) -> list[str]:
        """Return the full names of all channels."""
        return list(self._units)

    def unit(self, name: str) -> str:
        """Return a channel's unit; s for the time, nothing for the step."""
        return "s" if name == TIME else self._units.get(name, "")

    def find(self, written: str) -> str | None:
        """Return the channel, `TIME` or `STEP` that a written name means; None for an unknown one.

        Tried in this order: an alias; the whole name; ``time``, ``step``, ``reward``, ``return``; the end of a name of
        the observation, then of a body (``pelvis/height``), as `osimviz.load` has it; an end that no other name has,
        with or without a last part ``value``; the same with dots for slashes; the same in any case.

        Raises
        ------
        AmbiguousName
            If several channels end with it.
        """
        if written in self._aliases:
            return self._aliases[written]
        for form in (written, written.replace(".", "/"), written.casefold()):
            found = self._find(form)
            if found is not None:
                return found
        return None

    def odd_name_at(self, text: str, start: int) -> str | None:
        """Return the longest name with spaces or other marks in it that stands in a text at a place, as written."""
        word = re.match(r"\w+", text[start:])
        for end in self._odd.get(word.group().casefold(), ()) if word is not None else ():
            behind = text[start + len(end) : start + len(end) + 1]
            is_whole = not (behind.isalnum() or behind in ("_", "/")) or not behind
            if is_whole and text.startswith(end, start):
                return end
        return None

    def shortest(self, name: str) -> str:
        """Return the shortest end of a channel's name that means it, as it can be written in an expression."""
        parts = name.split("/")
        for n_parts in range(min(2, len(parts)), len(parts) + 1):
            end = "/".join(parts[-n_parts:])
            try:
                is_it = self.find(end) == name
            except AmbiguousName:
                continue
            if is_it:
                return written(end)
        return written(name)

    def suggestions(self, unknown: str) -> list[str]:
        """Return names that somebody who wrote an unknown one may mean, best first."""
        folded = unknown.casefold()
        close = difflib.get_close_matches(folded, list(self._by_end), N_LISTED, cutoff=0.72)
        within = (name for name in self._units if folded in name.casefold())
        found = chain.from_iterable(self._by_end[end] for end in close)
        return [self.shortest(name) for name in dict.fromkeys(chain(within, found))][:N_LISTED]

    def _add(self, name: str) -> None:
        parts = name.split("/")
        for first in range(len(parts)):
            end = "/".join(parts[first:])
            ends = [end]
            if parts[-1] == "value" and first < len(parts) - 1:
                ends.append("/".join(parts[first:-1]))
            for form in dict.fromkeys(chain(ends, (end.casefold() for end in ends))):
                self._by_end.setdefault(form, []).append(name)
            if not _PLAIN.fullmatch(end):
                word = re.match(r"\w+", end)
                if word is not None:
                    self._odd.setdefault(word.group().casefold(), []).append(end)

    def _find(self, form: str) -> str | None:
        if form in self._units:
            return form
        if form in (TIME, STEP):
            return form
        short = _SHORT_NAMES.get(form)
        if short in self._units:
            return short
        for group in ("observation", "body"):
            if f"{group}/{form}" in self._units:
                return f"{group}/{form}"
        found = list(dict.fromkeys(self._by_end.get(form, ())))
        if len(found) > 1:
            shortest = min(found, key=len)
            # The same muscle in the observation and in the model: the model's own name is an end of the other.
            if all(name.endswith(shortest) for name in found):
                return shortest
            raise AmbiguousName(found)
        return found[0] if found else None


def written(name: str) -> str:
    """Return a channel's name as it can be written in an expression: in backquotes where it must be."""
    return name if _PLAIN.fullmatch(name) else f"`{name}`"
