"""Plots on a command line: what they ask for, checked before anything is started."""

import argparse
from pathlib import Path

from osimviz.film.errors import FilmError
from osimviz.film.figure_settings import FIGURE_SUFFIXES, FigureSettings, check_figure, figure_kind
from osimviz.options.drawing import check_outputs, plots_of, seconds_of, size_of
from osimviz.options.wishes import PlotsRequest, UsageError


def plots_requests(given: argparse.Namespace, recordings: tuple[Path, ...]) -> tuple[PlotsRequest, ...]:
    """Return the plots asked for.

    Raises
    ------
    UsageError
        At the first thing that is wrong.
    """
    file = next((text for text in given.plot if Path(text).suffix.lower() in FIGURE_SUFFIXES), None)
    if file is not None:
        raise UsageError(f"--plot names channels, not the file {file}", f"To write plots: --plots {file}.")
    if not given.plots:
        return ()
    # A size that suits films is none for a column of plots.
    is_alone = not given.video and not given.screenshot
    settings = FigureSettings(
        plots_of(given),
        seconds_of(given.from_s, "--from"),
        seconds_of(given.to_s, "--to"),
        size_of(given.size) if given.size is not None and is_alone else None,
    )
    for text in given.plots:
        try:
            figure_kind(text)
            check_figure(settings)
        except FilmError as error:
            raise UsageError(f"--plots: {error.sentence}", error.hint) from error
        check_outputs(text, "--plots", recordings, is_folder=False, may_overwrite=given.force)
    twice = next((text for text in given.plots if text in given.screenshot or given.plots.count(text) > 1), None)
    if twice is not None:
        raise UsageError(f"two files are to be written to {twice}", "Give each its own name.")
    return tuple(PlotsRequest(text, settings) for text in given.plots)
