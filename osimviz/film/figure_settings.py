"""What plots in a file are to look like, as data, and every check that needs no recording. No VTK, no Qt."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from osimviz.film.errors import FilmError
from osimviz.film.settings import LARGEST_PICTURE_SIDE_PX, check_size

FigureKind = Literal["svg", "pdf", "png", "csv"]
#: Kinds of figure by suffix; ``csv`` is the data of the curves.
FIGURE_SUFFIXES: dict[str, FigureKind] = {".svg": "svg", ".pdf": "pdf", ".png": "png", ".csv": "csv"}


@dataclass(frozen=True, slots=True)
class FigureSettings:
    """Plots of a run, above each other.

    Attributes
    ----------
    plots : tuple of tuple of str
        Channels of each plot; empty for those that a run is usually shown with.
    from_s, to_s : float or None
        Range of the recording; None is its start and its end, negative times count from the end.
    size_px : (int, int) or None
        Width and height, in units of 1/96 inch for SVG and PDF; None for what the plots need.
    """

    plots: tuple[tuple[str, ...], ...] = ()
    from_s: float | None = None
    to_s: float | None = None
    size_px: tuple[int, int] | None = None


def figure_kind(path: str | Path) -> FigureKind:
    """Return the kind of figure a path names; `FilmError` if there is none of its suffix."""
    suffix = Path(path).suffix.lower()
    if suffix not in FIGURE_SUFFIXES:
        known = ", ".join(FIGURE_SUFFIXES)
        raise FilmError(f"plots cannot be written as {Path(path).name!r}", f"Plots end in {known}.")
    return FIGURE_SUFFIXES[suffix]


def check_figure(settings: FigureSettings) -> None:
    """Raise `FilmError` for what is wrong whatever the recording."""
    if settings.size_px is not None:
        check_size(*settings.size_px, LARGEST_PICTURE_SIDE_PX)
