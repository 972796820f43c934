"""The curves of the plots beside a picture, as data that can cross to the drawing process. NumPy only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from osimviz.channels import Channel
from osimviz.expressions.names import AmbiguousName, NameTable
from osimviz.film.errors import FilmError
from osimviz.formatting import shown_factor
from osimviz.frames import Array
from osimviz.plot_choices import default_channels
from osimviz.recording import Recording


@dataclass(frozen=True, slots=True)
class Curve:
    """One channel of a run.

    Attributes
    ----------
    channel : Channel
        What it is.
    samples : array (n_frames,)
        Its values, in the shown unit (degrees for radians).
    partner : array (m_frames,) or None
        The same of the second run; None if there is none, or it lacks the channel or has it in another unit.
    """

    channel: Channel
    samples: Array
    partner: Array | None = None


@dataclass(frozen=True, slots=True)
class PlotCurves:
    """The curves of one plot.

    Attributes
    ----------
    curves : tuple of Curve
        At least one.
    limits : tuple of float
        Where the environment ends the run, in the shown unit.
    """

    curves: tuple[Curve, ...]
    limits: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PlotSheet:
    """All plots beside a picture.

    Attributes
    ----------
    plots : tuple of PlotCurves
        From top to bottom.
    times_s : array (n_frames,)
        Times of the samples.
    partner_times_s : array (m_frames,)
        Times of the second run's samples, moved to those of the first they belong to; empty if there is none.
    """

    plots: tuple[PlotCurves, ...]
    times_s: Array
    partner_times_s: Array


def plot_sheet(
    recording: Recording,
    plots: Sequence[Sequence[str]],
    partner: Recording | None = None,
    partner_times_s: Array | None = None,
) -> PlotSheet:
    """Read the samples of some plots.

    Raises
    ------
    FilmError
        If the run has no channel of a name, or several that end with it.
    """
    limits = {limit.channel: limit.lower for limit in recording.info.end_limits}
    sheets = []
    for names in full_names(recording, plots):
        curves = tuple(_curve(recording, name, partner) for name in names)
        ends = tuple(limits[name] * shown_factor(recording.channel(name).unit) for name in names if name in limits)
        if curves:
            sheets.append(PlotCurves(curves, ends))
    times_s = partner_times_s if partner_times_s is not None else np.empty(0)
    return PlotSheet(tuple(sheets), recording.time_s(), times_s)


def full_names(recording: Recording, plots: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Return the channels that full or short names mean; `FilmError` as `plot_sheet`."""
    table = NameTable(recording.channels)
    return tuple(tuple(_full_name(table, name) for name in written) for written in plots)


def usual_plots(recording: Recording) -> tuple[tuple[str, ...], ...]:
    """Return the plots that a run is shown with where nobody chose any."""
    return tuple(tuple(names) for names in default_channels(recording.info))


def _full_name(table: NameTable, written: str) -> str:
    """Return the channel that a full or short name means; `FilmError` if there is none."""
    try:
        name = table.find(written)
    except AmbiguousName as error:
        several = ", ".join(error.candidates[:3])
        raise FilmError(f"{written!r} could be several channels", f"For example {several}.") from error
    if name is None or name not in table:
        close = table.suggestions(written)
        hint = f"Did you mean {', '.join(close[:3])}?" if close else "The list of channels is in the window."
        raise FilmError(f"the run has no channel {written!r}", hint)
    return name


def _curve(recording: Recording, name: str, partner: Recording | None) -> Curve:
    channel = recording.channel(name)
    factor = shown_factor(channel.unit)
    others: Array | None = None
    if partner is not None and partner.has_channel(name) and partner.channel(name).unit == channel.unit:
        others = partner.column(name) * factor
    return Curve(channel, recording.column(name) * factor, others)
