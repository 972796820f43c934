"""From Python: ``osimviz.render_video``, ``osimviz.render_picture``, ``osimviz.render_plots``. No Qt, no display."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from osimviz.film.camera_words import camera_of
from osimviz.film.cast import Cast
from osimviz.film.curves import usual_plots
from osimviz.film.errors import FilmError
from osimviz.film.figure_settings import FigureSettings, figure_kind
from osimviz.film.figures import FigureTask, write_table
from osimviz.film.plan import check_moment
from osimviz.film.settings import FilmSettings, Look, PairMode, PictureSettings
from osimviz.film.tasks import DrawingTask, FilmTask, PictureTask, picture_index
from osimviz.palette import ThemeName
from osimviz.recording import Recording
from osimviz.recording.loaded import Run, load
from osimviz.render.options import SceneOptions

Source = Run | Recording | str | Path


def render_video(
    run: Source,
    path: str | Path,
    *,
    from_s: float | None = None,
    to_s: float | None = None,
    fps: float = 30.0,
    speed: float = 1.0,
    size: tuple[int, int] = (1280, 720),
    camera: str = "three-quarter",
    follow: bool = True,
    title: str = "",
    with_plots: bool | Sequence[Sequence[str]] = False,
    compare: Source | None = None,
    pair: PairMode = "beside",
    loops: int = 1,
    interpolate: bool = False,
    reward: bool = False,
    legend: bool = True,
    force_labels: bool = True,
    theme: ThemeName = "dark",
    scene: SceneOptions | None = None,
    force: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> Path:
    """Write a film of a run; it is drawn in a process of its own and needs no display.

    Parameters
    ----------
    run : Run, Recording, str or Path
        What `osimviz.load` returned, or the path of a recording.
    path : str or Path
        ``.mp4`` (H.264), ``.webm`` (VP9), ``.gif``, or a folder's name that ends in a slash for numbered PNGs.
    from_s, to_s : float, optional
        Start and end in s of what is shown; the whole run by default, negative times count from the end.
    fps : float
        Pictures a second.
    speed : float
        Simulated seconds per second of film.
    size : (int, int)
        Width and height in pixels; even for ``.mp4`` and ``.webm``.
    camera : str
        A named view, ``stored:N``, or ``AZIMUTH,ELEVATION,DISTANCE`` (degrees, m); ``side+orbit:0.5`` turns half round.
    follow : bool
        Whether the camera goes along with the model.
    title : str
        A line over the picture.
    with_plots : bool or sequence of sequence of str
        The usual plots beside the picture, or the channels of each plot.
    compare : Run, Recording, str or Path, optional
        A second run.
    pair : {"beside", "ghost"}
        How the second run is shown.
    loops : int
        How often the range is shown.
    interpolate : bool
        Whether poses between two recorded states are made up; otherwise the last state is held.
    reward : bool
        Whether reward and return are written over the picture.
    legend : bool
        Whether colours and marks are explained in a corner of it.
    force_labels : bool
        Whether numbers stand beside the ground-reaction arrows.
    theme : {"dark", "light"}
        Colours.
    scene : SceneOptions, optional
        What is drawn, and how muscles are coloured.
    force : bool
        Whether a file that exists is replaced.
    progress : callable, optional
        Called with the number of pictures drawn and of all.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FilmError
        If it cannot be made; nothing is written then.
    RecordingError
        If a recording cannot be read.
    """
    options = replace(scene or SceneOptions(), follow=follow)
    look = Look(
        *size,
        camera=camera_of(camera),
        scene=options,
        theme=theme,
        title=title,
        show_reward=reward,
        show_legend=legend,
        show_forces=force_labels,
        pair_mode=pair,
    )
    with _cast(run, compare) as cast:
        look = replace(look, plots=_plots(cast.recording, with_plots))
        from_s, to_s = _within(run, from_s, to_s)
        settings = FilmSettings(look, fps, speed, from_s, to_s, loops, interpolate)
        task = FilmTask(cast, path if str(path).endswith("/") else Path(path), settings, may_overwrite=force)
        finish(task, progress)
    return Path(path)


def render_picture(
    run: Source,
    path: str | Path,
    at: float | Literal["end", "failure"] = "end",
    *,
    size: tuple[int, int] = (1920, 1080),
    camera: str = "three-quarter",
    title: str = "",
    with_plots: bool | Sequence[Sequence[str]] = False,
    compare: Source | None = None,
    pair: PairMode = "beside",
    transparent: bool = False,
    legend: bool = True,
    time: bool = True,
    force_labels: bool = True,
    strobe: tuple[float, float, int] | None = None,
    theme: ThemeName = "dark",
    scene: SceneOptions | None = None,
    force: bool = False,
) -> Path:
    """Write a picture of one frame of a run as PNG, up to 8192 pixels a side, anti-aliased.

    Parameters
    ----------
    run, compare, camera, title, with_plots, pair, theme, scene, force
        As for `render_video`.
    path : str or Path
        The file, ``.png``.
    at : float or {"end", "failure"}
        A time in s, the last frame (with `strobe`, the last one of its range), or the last one before the run failed
        or fell.
    size : (int, int)
        Width and height in pixels.
    transparent : bool
        Whether ground and sky are left out and what is empty is transparent.
    legend, force_labels
        As for `render_video`.
    time : bool
        Whether time and step are written over the picture.
    strobe : (float, float, int), optional
        Start and end in s of a range, and how many of its frames are drawn into the picture.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FilmError
        If it cannot be made; nothing is written then.
    RecordingError
        If a recording cannot be read.
    """
    look = Look(
        *size,
        camera=camera_of(camera),
        scene=scene or SceneOptions(),
        theme=theme,
        quality="best",
        title=title,
        show_time=time,
        show_legend=legend,
        show_forces=force_labels,
        pair_mode=pair,
    )
    with _cast(run, compare) as cast:
        look = replace(look, plots=_plots(cast.recording, with_plots))
        settings = PictureSettings(look, transparent)
        if strobe is not None:
            settings = PictureSettings(look, transparent, *strobe)
        check_moment(cast.recording.time_s(), at)
        index = picture_index(cast, at, settings)
        finish(PictureTask(cast, index, path, settings, may_overwrite=force))
    return Path(path)


def render_plots(
    run: Source,
    path: str | Path,
    plots: Sequence[Sequence[str]] = (),
    *,
    from_s: float | None = None,
    to_s: float | None = None,
    size: tuple[int, int] | None = None,
    compare: Source | None = None,
    force: bool = False,
) -> Path:
    """Write plots of a run over time, or the curves' data; it needs no display.

    Parameters
    ----------
    run, force
        As for `render_video`.
    compare : Run, Recording, str or Path, optional
        A second run, whose curves are dashed.
    path : str or Path
        ``.svg``, ``.pdf`` or ``.png``, always in light colours, or ``.csv``: one line a frame, SI units.
    plots : sequence of sequence of str
        The channels of each plot, by full or short names; the usual plots by default.
    from_s, to_s : float, optional
        Start and end in s of what is plotted; the whole run by default, negative times count from the end.
    size : (int, int), optional
        Width and height, in pixels for PNG and in units of 1/96 inch for SVG and PDF; what the plots need by default.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FilmError
        If it cannot be made; nothing is written then.
    RecordingError
        If a recording cannot be read.
    """
    with _cast(run, compare) as cast:
        from_s, to_s = _within(run, from_s, to_s)
        settings = FigureSettings(tuple(tuple(names) for names in plots), from_s, to_s, size)
        write_figure(cast, path, settings, may_overwrite=force)
    return Path(path)


def write_figure(cast: Cast, path: str | Path, settings: FigureSettings, *, may_overwrite: bool) -> None:
    """Write plots or, by the suffix, their data; `FilmError` if that failed, and nothing is left then."""
    if figure_kind(path) == "csv":
        write_table(cast, path, settings, may_overwrite=may_overwrite)
    else:
        finish(FigureTask(cast, path, settings, may_overwrite=may_overwrite))


def _within(run: Source, from_s: float | None, to_s: float | None) -> tuple[float | None, float | None]:
    """Return the range of a film; a part of a run is filmed as that part."""
    if isinstance(run, Run) and 0 < len(run) < len(run.recording):
        times_s = run.time_s
        from_s = float(times_s[0]) if from_s is None else from_s
        to_s = float(times_s[-1]) if to_s is None else to_s
    return from_s, to_s


def finish(task: DrawingTask, progress: Callable[[int, int], object] | None = None) -> None:
    """Wait until a film or picture is made.

    Raises
    ------
    FilmError
        If it could not be made. Any other exception, `KeyboardInterrupt` included, cancels it.
    """
    try:
        while not task.is_over:
            task.take()
            if progress is not None:
                progress(task.n_done, task.n_pictures)
    finally:
        task.cancel()
    if task.fault is not None:
        raise task.fault


def _plots(recording: Recording, wanted: bool | Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    if isinstance(wanted, bool):
        return usual_plots(recording) if wanted else ()
    return tuple(tuple(names) for names in wanted)


@contextmanager
def _cast(run: Source, compare: Source | None) -> Iterator[Cast]:
    opened: list[Run] = []

    def recording_of(source: Source) -> tuple[Recording, str]:
        if isinstance(source, Recording):
            return source, ""
        if isinstance(source, Run):
            return source.recording, source.path.name
        opened.append(load(source))
        return opened[-1].recording, Path(source).name

    try:
        recording, name = recording_of(run)
        partner, partner_name = recording_of(compare) if compare is not None else (None, "")
        yield Cast(recording, partner, name, partner_name)
    finally:
        for each in opened:
            each.close()


__all__ = ["FilmError", "finish", "render_picture", "render_plots", "render_video", "write_figure"]
