"""Where the columns of the channel list are, for its header and its rows. No Qt."""

from dataclasses import dataclass

ROW_PX = 22
_INDENT_PX = 12
#: Below this width sparklines are short.
_NARROW_PX = 290


@dataclass(frozen=True, slots=True)
class Columns:
    """Horizontal places in a list of some width, in pixels.

    Attributes
    ----------
    ring_x : int
        Centre of the mark for crossed bounds.
    spark_x, spark_px : int
        Left edge and width of the sparkline.
    value_end : int
        Where values end.
    unit_x : int
        Where units begin.
    """

    ring_x: int
    spark_x: int
    spark_px: int
    value_end: int
    unit_x: int

    @property
    def values_left(self) -> int:
        """Where names end and what changes with the cursor begins."""
        return self.ring_x - 6

    @classmethod
    def of(cls, width: int) -> "Columns":
        """Return the columns for a list of this width."""
        if width < _NARROW_PX:
            return cls(width - 147, width - 138, 28, width - 50, width - 44)
        return cls(width - 166, width - 157, 40, width - 51, width - 45)


def group_x(depth: int) -> int:
    """Return where the name of a group begins; its chevron is left of it."""
    return 24 + _INDENT_PX * depth


def label_x(depth: int) -> int:
    """Return where the name of a channel begins; the mark of a plotted one is left of it."""
    return 16 + _INDENT_PX * max(depth, 1)
