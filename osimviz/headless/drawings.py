"""The pictures, films and plots of a headless run: drawn in processes of their own, one after the other."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from osimviz.film.cast import Cast
from osimviz.film.curves import plot_sheet, usual_plots
from osimviz.film.errors import FilmError
from osimviz.film.figures import chosen_plots
from osimviz.film.making import finish, write_figure
from osimviz.film.plan import check_moment, film_range
from osimviz.film.settings import Look
from osimviz.film.tasks import FilmTask, PictureTask, picture_index, strobe_indices
from osimviz.frames import Outcome
from osimviz.headless.terminal import FilmProgress, say, say_error
from osimviz.options import FilmRequest, Options, PictureRequest, UsageError
from osimviz.options.drawing import target_of
from osimviz.recording import Recording, RecordingError, RecordingFile


def write_drawings(options: Options, recording: Recording, source: Path | None, files: list[str]) -> bool:
    """Write the pictures, films and plots asked for, adding their paths to `files`.

    Parameters
    ----------
    options : Options
        What is asked for.
    recording : Recording
        The run.
    source : Path or None
        The recording's file; None for a run that was not read from one.
    files : list of str
        Extended.

    Returns
    -------
    bool
        Whether all were written; what failed was told.
    """
    if not options.pictures and not options.films and not options.figures:
        return True
    path: Path | None = None
    try:
        with _cast(options, recording, source) as cast:
            for picture in options.pictures:
                path = target_of(picture.path, source)
                _write_picture(picture, cast, path, may_overwrite=options.may_overwrite)
                files.append(str(path))
            for film in options.films:
                path = target_of(film.path, source)
                _write_film(film, cast, path, may_overwrite=options.may_overwrite)
                files.append(str(path))
            for figure in options.figures:
                path = target_of(figure.path, source)
                write_figure(cast, path, figure.settings, may_overwrite=options.may_overwrite)
                files.append(str(path))
    except FilmError as error:
        say_error(error.sentence, error.hint)
        return False
    except RecordingError as error:
        say_error(str(error))
        return False
    except KeyboardInterrupt:
        say(f"osimviz: stopped while {path} was drawn; it and the rest are not written.")
        return False
    return True


def check_drawings(options: Options, recording: Recording) -> None:
    """Find out before anything is written whether a recording has what its films and plots are to show.

    Raises
    ------
    UsageError
        If a range or a moment lies outside it, or it has no such channel.
    """
    try:
        for film in options.films:
            film_range(recording.time_s(), film.settings.from_s, film.settings.to_s)
            plot_sheet(recording, film.settings.look.plots)
        for figure in options.figures:
            film_range(recording.time_s(), figure.settings.from_s, figure.settings.to_s, of="range")
            chosen_plots(recording, figure.settings)
        for picture in options.pictures:
            check_moment(recording.time_s(), picture.moment)
            strobe_indices(Cast(recording), picture.settings)
            plot_sheet(recording, picture.settings.look.plots)
    except FilmError as error:
        raise UsageError(error.sentence, error.hint) from error


def _write_picture(request: PictureRequest, cast: Cast, path: Path, *, may_overwrite: bool) -> None:
    recording, moment = cast.recording, request.moment
    if moment == "failure" and recording.outcome is not None and not _has_failed(recording.outcome):
        say("osimviz: the run did not fail; the picture shows its last frame.")
    index = picture_index(cast, moment, request.settings)
    time_s = recording.frame(index).time_s
    if isinstance(moment, float) and moment > time_s + recording.info.step_s:
        say(f"osimviz: the run ended at {time_s:.2f} s; the picture shows its last frame.")
    look = _with_plots(request.settings.look, recording, has_usual_plots=request.has_usual_plots)
    settings = replace(request.settings, look=look)
    finish(PictureTask(cast, index, path, settings, may_overwrite=may_overwrite))


def _write_film(request: FilmRequest, cast: Cast, path: Path, *, may_overwrite: bool) -> None:
    look = _with_plots(request.settings.look, cast.recording, has_usual_plots=request.has_usual_plots)
    target = f"{path}/" if request.path.endswith("/") else path
    task = FilmTask(cast, target, replace(request.settings, look=look), may_overwrite=may_overwrite)
    progress = FilmProgress(path.name) if sys.stderr.isatty() else None
    try:
        finish(task, lambda done, _: progress.show(done, task.n_pictures, task.remaining_s) if progress else None)
    finally:
        if progress is not None:
            progress.clear()
    for notice in task.notices:
        say(f"osimviz: {notice}")


def _with_plots(look: Look, recording: Recording, *, has_usual_plots: bool) -> Look:
    if not has_usual_plots:
        return look
    usual = usual_plots(recording)
    return replace(look, plots=(*look.plots, *(plot for plot in usual if plot not in look.plots)))


@contextmanager
def _cast(options: Options, recording: Recording, source: Path | None) -> Iterator[Cast]:
    name = source.name if source is not None else recording.info.controller
    if options.compared is None:
        yield Cast(recording, name=name)
        return
    with RecordingFile(options.compared) as file:
        yield Cast(recording, file.episode(-1).recording, name, options.compared.name)


def _has_failed(outcome: Outcome) -> bool:
    return outcome.ended_by == "fell" or outcome.failure is not None
