"""Plots of a run on their way into a file: SVG, PDF or PNG, or the curves as a table. No VTK, no Qt.

The plots are drawn by the window's own widgets, in a process of their own that needs no display.
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from osimviz.analysis.run_pair import RunPair
from osimviz.channels import Channel
from osimviz.film.cast import Cast
from osimviz.film.curves import full_names, plot_sheet, usual_plots
from osimviz.film.errors import FilmError
from osimviz.film.figure_settings import FigureSettings, check_figure, figure_kind
from osimviz.film.messages import FigureJob
from osimviz.film.output_files import write_whole
from osimviz.film.plan import film_range
from osimviz.film.tasks import DrawingTask
from osimviz.frames import TIME_SLACK_S, Array
from osimviz.recording import Recording

#: The program that draws plots: of the window's layer, and therefore known by name only.
_PAINTER = "osimviz.ui.plots.figure_child"


def chosen_plots(recording: Recording, settings: FigureSettings) -> tuple[tuple[str, ...], ...]:
    """Return the channels of each plot by their full names.

    Raises
    ------
    FilmError
        If there is none, or the run has no channel of a name.
    """
    plots = tuple(names for names in settings.plots if names) or usual_plots(recording)
    if not plots:
        raise FilmError("there is nothing to plot: the run has none of the usual channels", "Name some with --plot.")
    return full_names(recording, plots)


class FigureTask(DrawingTask):
    """Plots on their way into an SVG, PDF or PNG file.

    Parameters
    ----------
    cast : Cast
        The run; a second one is drawn as dashed curves.
    target : Path or str
        The file.
    settings : FigureSettings
        What is plotted.
    may_overwrite : bool
        As of `DrawingTask`.

    Raises
    ------
    FilmError
        If something that was asked for is impossible; nothing was written then.
    """

    def __init__(
        self, cast: Cast, target: Path | str, settings: FigureSettings, *, may_overwrite: bool = False
    ) -> None:
        path, kind = Path(target), figure_kind(target)
        check_figure(settings)
        recording, partner = cast.recording, cast.partner
        partner_times_s = cast.partner_times_s() if partner is not None else None
        job = FigureJob(
            path,
            path.name,
            kind,
            plot_sheet(recording, chosen_plots(recording, settings), partner, partner_times_s),
            tuple(recording.info.end_limits),
            _range(cast, settings),
            settings.from_s is None and settings.to_s is None,
            settings.size_px,
            cast.texts(),
        )
        super().__init__(cast, path, job, may_overwrite=may_overwrite, program=_PAINTER)


def write_table(cast: Cast, target: Path | str, settings: FigureSettings, *, may_overwrite: bool = False) -> None:
    """Write the curves as comma-separated values: time and channels, one line a frame, SI units in the first line.

    A second run's channels stand behind them, at the times of the first.

    Raises
    ------
    FilmError
        If something that was asked for is impossible, or it could not be written; nothing is left then.
    """
    path, recording = Path(target), cast.recording
    names = dict.fromkeys(name for plot in chosen_plots(recording, settings) for name in plot)
    start_s, end_s = _range(cast, settings)
    times_s = recording.time_s()
    rows = slice(*np.searchsorted(times_s, (start_s - TIME_SLACK_S, end_s + TIME_SLACK_S)))
    columns = [(heading(recording.channel(name)), recording.column(name)[rows]) for name in names]
    if cast.partner is not None:
        pair = RunPair(recording, cast.partner, cast.alignment)
        columns += [
            (
                f"{heading(recording.channel(name))} of {cast.partner_name or 'second run'}",
                pair.second_column(name)[rows],
            )
            for name in names
            if pair.is_shared(name)
        ]
    write_whole(path, table_text(times_s[rows], columns).encode(), may_overwrite=may_overwrite)


def heading(channel: Channel) -> str:
    """Return what a channel's column is called: its name, with its unit where it has one."""
    return f"{channel.name} ({channel.unit})" if channel.unit else channel.name


def table_text(times_s: Array, columns: Sequence[tuple[str, Array]], *, first: str = "time (s)") -> str:
    """Return comma-separated values, time first; what is not a number is left empty.

    Parameters
    ----------
    times_s : array (n,)
        Times, or what else `first` says that the lines stand for.
    columns : sequence of (str, array (n,))
        What each further column is called, and its values.
    first : str
        What the first column is called.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([first, *(name for name, _ in columns)])
    for row in zip(times_s, *(values for _, values in columns), strict=True):
        table.writerow(["" if value != value else repr(float(value)) for value in row])
    return text.getvalue()


def _range(cast: Cast, settings: FigureSettings) -> tuple[float, float]:
    return film_range(cast.recording.time_s(), settings.from_s, settings.to_s, of="range")
