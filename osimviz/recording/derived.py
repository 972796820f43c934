"""Channels a user made of others by a formula: computed when they are asked for, and kept."""

import re

import numpy as np

from osimviz.channels import Channel, side_of
from osimviz.expressions import Expression, ExpressionError, NameTable, compile_expression
from osimviz.expressions.compiling import Samples
from osimviz.frames import Array, RunInfo

#: The group in which derived channels stand.
GROUP = "derived"
#: What a name may hold: it must be readable again within a formula.
_NAME = re.compile(r"\w[\w .]*")
_LONGEST_NAME = 60


class DerivedColumns:
    """The derived channels of one run.

    Formulas look back only, so what was computed stays right when frames are appended.

    Parameters
    ----------
    run : Samples
        Where the channels they are made of come from.
    info : RunInfo
        The run's own channels.
    """

    def __init__(self, run: Samples, info: RunInfo) -> None:
        self._run = run
        self._info = info
        self._formulas: dict[str, Expression] = {}
        self._channels: dict[str, Channel] = {}
        self._kept: dict[str, Array] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._formulas

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The derived channels, in the order they were made."""
        return tuple(self._channels.values())

    def channel(self, name: str) -> Channel:
        """Return a derived channel; `KeyError` if there is none of that name."""
        return self._channels[name]

    def names(self) -> NameTable:
        """Return the names a formula may use: the run's own channels and the derived ones."""
        return NameTable((*self._info.channels, *self._channels.values()))

    def formula(self, name: str) -> str:
        """Return the formula of a derived channel, as it was written; `KeyError` if there is none of that name."""
        return self._formulas[name].text

    def define(self, title: str, formula: str) -> Channel:
        """Make a channel ``derived/TITLE``; one of that name is replaced.

        Raises
        ------
        ExpressionError
            If the formula is not understood, or uses the channel itself.
        ValueError
            If the title is no name.
        """
        title = title.strip()
        if not _NAME.fullmatch(title) or len(title) > _LONGEST_NAME:
            raise ValueError(f"A name has 1 to {_LONGEST_NAME} letters, digits, blanks, dots and underscores")
        name = f"{GROUP}/{title}"
        expression = compile_expression(formula, self.names())
        if name in self._formulas and name in self._all_used(expression):
            raise ExpressionError(f"{title} would be made of itself", 0, len(formula))
        self._formulas[name] = expression
        self._channels[name] = Channel(
            name, "", -1, expression.unit, description=f"= {formula.strip()}", side=side_of(title.replace(" ", "_"))
        )
        self._kept.clear()
        return self._channels[name]

    def remove(self, name: str) -> list[str]:
        """Take a derived channel away, and those that are made of it; return the names of all that went."""
        gone = [other for other, formula in self._formulas.items() if name in {other, *self._all_used(formula)}]
        for other in gone:
            del self._formulas[other], self._channels[other]
            self._kept.pop(other, None)
        return gone

    def column(self, name: str, start: int = 0) -> Array:
        """Return a derived channel's values from frame `start` on, shape (n,); `KeyError` if there is none."""
        kept = self._kept.get(name)
        if kept is None or len(kept) != len(self._run):
            kept = self._kept[name] = self._formulas[name].values(self._run)
        return kept[start:]

    def values(self, index: int) -> Array:
        """Return all derived channels at a frame, in the order of `channels`."""
        return np.array([self.column(name)[index] for name in self._formulas])

    def _all_used(self, expression: Expression) -> set[str]:
        """Return the channels an expression is made of, also through others."""
        used: set[str] = set()
        waiting = list(expression.channels)
        while waiting:
            name = waiting.pop()
            if name not in used:
                used.add(name)
                waiting += self._formulas[name].channels if name in self._formulas else ()
        return used
