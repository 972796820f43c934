"""Pictures and films on a command line: their options, and what they ask for; checked before anything is started."""

import argparse
import math
from dataclasses import replace
from pathlib import Path
from typing import get_args

from osimviz.film.camera_words import camera_of
from osimviz.film.errors import FilmError
from osimviz.film.output_files import check_target
from osimviz.film.settings import (
    LARGEST_PICTURE_SIDE_PX,
    FilmSettings,
    Look,
    PairMode,
    PictureSettings,
    check_film,
    check_size,
    kind_of,
)
from osimviz.moments import Moment
from osimviz.options.wishes import FilmRequest, PictureRequest, UsageError
from osimviz.palette import MapName, ThemeName
from osimviz.render.options import SceneOptions
from osimviz.view_choices import LAYERS, ColourSource, Layer

#: Stands for the name of the recording, without its suffix, in the names of files.
NAME_PLACE = "{name}"
_USUAL_SIZE = "1280x720"
_QUANTITIES = ", ".join(get_args(ColourSource))
#: The colour maps by words that a shell does not take apart.
_COLOUR_MAPS: dict[str, MapName] = {name.replace(" ", "-"): name for name in get_args(MapName)}


def add_drawing_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of pictures and films."""
    group = parser.add_argument_group("pictures and films", "They need neither a window nor a display.")
    add = group.add_argument
    add(
        "--screenshot",
        metavar="FILE.png",
        action="append",
        default=[],
        help="write a picture; repeatable; {name} stands for each recording's name",
    )
    add(
        "--at",
        metavar="SECONDS|end|failure",
        action="append",
        default=[],
        help="when the picture is taken (default: end); give one for all pictures or one for each",
    )
    add(
        "--video",
        metavar="FILE",
        action="append",
        default=[],
        help="write a film: .mp4, .webm, .gif, or a folder (ends in /) of .png; repeatable; {name} as above; "
        "opens no window",
    )
    add("--from", metavar="S", dest="from_s", help="where film and plots begin; negative counts from the end")
    add("--to", metavar="S", dest="to_s", help="where they end; negative counts from the end")
    add("--fps", metavar="N", default="30", help="pictures a second of film (default: 30)")
    add("--speed", metavar="X", default="1", help="simulated seconds per second of film (default: 1; 0.25 is slow)")
    add("--loops", metavar="N", default="1", help="show the range N times (default: 1)")
    add("--interpolate", action="store_true", help="make up poses between recorded states, instead of holding them")
    add(
        "--size",
        metavar="WxH",
        help="size in pixels (default: 1280x720; plots are as large as they need, except with --size and nothing else)",
    )
    add(
        "--camera",
        metavar="NAME",
        default="three-quarter",
        help="three-quarter, side, left, front, back, top, feet, follow (from behind); stored:N, which Ctrl+Shift+N "
        "stored in the window; or AZIMUTH,ELEVATION,DISTANCE in degrees and metres; +orbit or +orbit:TURNS turns "
        "around the model (default: three-quarter)",
    )
    add("--no-follow", action="store_true", help="the camera stands still instead of going along with the model")
    _add_plot_options(group)
    _add_look_options(group)
    add("--compare", metavar="FILE.h5", help="a second recording, beside the first or as its ghost")
    add("--pair", choices=get_args(PairMode), default="beside", help="how it is shown (default: beside)")


def _add_plot_options(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--with-plots", action="store_true", help="the usual plots beside the picture, with a moving cursor")
    add(
        "--plot",
        metavar="CHANNEL[,CHANNEL]",
        action="append",
        default=[],
        help="a plot of these channels, beside the picture and in --plots; repeatable",
    )
    add(
        "--plots",
        metavar="FILE",
        action="append",
        default=[],
        help="write plots over time: .svg, .pdf, .png, or their data as .csv; those of --plot, else the usual ones; "
        "--from, --to and --compare hold for them, too; repeatable; {name} as above; opens no window",
    )


def _without_blank(text: str) -> str:
    return text.replace(" ", "-")


def _add_look_options(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--title", metavar="TEXT", default="", help="a line over the picture")
    add("--reward", action="store_true", help="reward and return over the picture")
    add("--no-legend", action="store_true", help="no legend over the picture")
    add("--no-force-labels", action="store_true", help="no numbers beside the ground-reaction arrows")
    add("--theme", choices=get_args(ThemeName), default="dark", help="colours (default: dark)")
    add("--colour", metavar="QUANTITY", default="activation", help=f"what colours the muscles: {_QUANTITIES}")
    help_text = "colours of the muscles (default: blue-red)"
    add("--colour-map", type=_without_blank, choices=tuple(_COLOUR_MAPS), default="blue-red", help=help_text)
    add("--layers", metavar="LAYER[,LAYER]", help=f"what is drawn beside the bones: {', '.join(LAYERS)}")
    add("--transparent", action="store_true", help="pictures without ground and sky")
    add("--strobe", metavar="N", help="pictures show N frames of --from ... --to in one, to which --at adds its own")


def wants_no_window(given: argparse.Namespace, recordings: tuple[Path, ...]) -> bool:
    """Whether a command line asks for files only: films, plots, or what becomes of recordings that are there."""
    return bool(given.video or given.plots or (recordings and (given.screenshot or given.export)))


def film_requests(given: argparse.Namespace, recordings: tuple[Path, ...]) -> tuple[FilmRequest, ...]:
    """Return the films asked for.

    Raises
    ------
    UsageError
        At the first thing that is wrong.
    """
    _refuse_lonely(given)
    if not given.video:
        return ()
    settings = FilmSettings(
        _look(given),
        _number(given.fps, "--fps"),
        _number(given.speed, "--speed"),
        seconds_of(given.from_s, "--from"),
        seconds_of(given.to_s, "--to"),
        _count(given.loops, "--loops"),
        given.interpolate,
    )
    for text in given.video:
        try:
            kind = kind_of(text)
            check_film(settings, kind)
        except FilmError as error:
            raise UsageError(f"--video: {error.sentence}", error.hint) from error
        check_outputs(text, "--video", recordings, is_folder=kind == "png", may_overwrite=given.force)
    return tuple(FilmRequest(text, settings, has_usual_plots=given.with_plots) for text in given.video)


def picture_requests(given: argparse.Namespace, recordings: tuple[Path, ...]) -> tuple[PictureRequest, ...]:
    """Return the pictures asked for: files, moments and size belong together.

    Raises
    ------
    UsageError
        If they do not, or a picture cannot be written there.
    """
    paths, moments = given.screenshot, given.at
    if moments and not paths:
        raise UsageError("--at says when a picture is taken", "Add --screenshot FILE.png.")
    if len(moments) > 1 and len(moments) != len(paths):
        raise UsageError(f"{len(moments)} times --at for {len(paths)} pictures", "Give one for all or one for each.")
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        raise UsageError(f"two pictures are to be written to {twice}", "Give each its own name.")
    if not paths:
        return ()
    settings = _picture_settings(given)
    when = [_moment(text) for text in moments] or ["end"]
    when = when * len(paths) if len(when) == 1 else when
    for path in paths:
        if Path(path).suffix.lower() != ".png":
            raise UsageError(
                f"--screenshot writes .png files, not {path}", f"For example {Path(path).stem or 'picture'}.png."
            )
        check_outputs(path, "--screenshot", recordings, is_folder=False, may_overwrite=given.force)
    return tuple(
        PictureRequest(path, moment, settings, has_usual_plots=given.with_plots)
        for path, moment in zip(paths, when, strict=True)
    )


def check_outputs(
    text: str, option: str, recordings: tuple[Path, ...], *, is_folder: bool, may_overwrite: bool
) -> None:
    """Check the files that a name with a place for the recording's name stands for, before anything is drawn."""
    if len(recordings) > 1 and NAME_PLACE not in text:
        raise UsageError(
            f"{option} writes the file of one recording, and {len(recordings)} are named",
            f"Put {NAME_PLACE} into the file's name, for example out/{NAME_PLACE}{Path(text).suffix}.",
        )
    targets = [target_of(text, recording) for recording in recordings] or [target_of(text, None)]
    twice = next((target for target in targets if targets.count(target) > 1), None)
    if twice is not None:
        raise UsageError(f"two recordings would be written to {twice}", "Give them different names, or one at a time.")
    for target in targets:
        try:
            check_target(target, is_folder=is_folder, may_overwrite=may_overwrite)
        except FilmError as error:
            raise UsageError(error.sentence, error.hint) from error


def target_of(text: str, recording: Path | None) -> Path:
    """Return the file that a name stands for; `recording` is None for a run that is not recorded."""
    name = recording.stem if recording is not None else "run"
    return Path(text.replace(NAME_PLACE, name)).expanduser()


def plots_of(given: argparse.Namespace) -> tuple[tuple[str, ...], ...]:
    """Return the channels of each plot that is named."""
    return tuple(tuple(name.strip() for name in text.split(",") if name.strip()) for text in given.plot)


def _refuse_lonely(given: argparse.Namespace) -> None:
    """Refuse options of films and pictures where none is asked for: it was forgotten."""
    if given.strobe is not None and not given.screenshot:
        raise UsageError("--strobe says how many figures a picture shows", "Add --screenshot FILE.png.")
    if (
        given.strobe is None
        and not given.video
        and not given.plots
        and (given.from_s is not None or given.to_s is not None)
    ):
        option = "--from" if given.from_s is not None else "--to"
        raise UsageError(f"{option} says which part a film or plot shows", "Add --video FILE.mp4 or --plots FILE.svg.")


def _look(given: argparse.Namespace) -> Look:
    width_px, height_px = size_of(given.size or _USUAL_SIZE)
    try:
        camera = camera_of(given.camera)
    except FilmError as error:
        raise UsageError(f"--camera: {error.sentence}", error.hint) from error
    return Look(
        width_px,
        height_px,
        camera,
        _scene(given),
        theme=given.theme,
        title=given.title,
        show_reward=given.reward,
        show_legend=not given.no_legend,
        show_forces=not given.no_force_labels,
        plots=plots_of(given),
        pair_mode=given.pair,
    )


def _scene(given: argparse.Namespace) -> SceneOptions:
    source = next((name for name in get_args(ColourSource) if name == given.colour), None)
    if source is None:
        raise UsageError(f"--colour {given.colour!r} is no quantity", f"Quantities are {_QUANTITIES}.")
    options = SceneOptions(colour_source=source, map_name=_COLOUR_MAPS[given.colour_map], follow=not given.no_follow)
    if given.layers is None:
        return options
    words = [word.strip() for word in given.layers.split(",") if word.strip()]
    layers: set[Layer] = {layer for layer in LAYERS if layer in words}
    unknown = [word for word in words if word not in LAYERS]
    if unknown:
        raise UsageError(f"--layers: there is no layer {unknown[0]!r}", f"Layers are {', '.join(LAYERS)}.")
    return replace(options, layers=frozenset(layers))


def _picture_settings(given: argparse.Namespace) -> PictureSettings:
    settings = PictureSettings(_look(given), given.transparent)
    try:
        check_size(settings.look.width_px, settings.look.height_px, LARGEST_PICTURE_SIDE_PX)
    except FilmError as error:
        raise UsageError(f"--size: {error.sentence}", error.hint) from error
    if given.strobe is None:
        return settings
    start_s, end_s = seconds_of(given.from_s, "--from"), seconds_of(given.to_s, "--to")
    count = _count(given.strobe, "--strobe")
    if count < 2:
        raise UsageError("--strobe shows several figures in one picture", "Give 2 or more.")
    # A motion may begin at any time.
    start_s = -math.inf if start_s is None else start_s
    return replace(settings, strobe_from_s=start_s, strobe_to_s=end_s, strobe_count=count)


def size_of(text: str) -> tuple[int, int]:
    """Return the width and height that a text means; `UsageError` if it means none."""
    width, separator, height = text.lower().partition("x")
    try:
        sides = int(width), int(height)
    except ValueError:
        sides = (0, 0)
    if not separator or min(sides) < 1:
        raise UsageError(f"--size {text!r} is no size", "WIDTHxHEIGHT in pixels, for example 1280x720.")
    return sides


def _number(text: str, option: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise UsageError(f"{option} needs a number, not {text!r}") from None
    if not math.isfinite(number):
        raise UsageError(f"{option} needs a number, not {text!r}")
    return number


def seconds_of(text: str | None, option: str) -> float | None:
    """Return the time that a text means, None for an end of the recording; `UsageError` if it means none."""
    return None if text is None or text == "end" else _number(text, option)


def _count(text: str, option: str) -> int:
    number = _number(text, option)
    if number != int(number) or number < 1:
        raise UsageError(f"{option} needs a whole number from 1 on, not {text!r}")
    return int(number)


def _moment(text: str) -> Moment:
    if text == "end":
        return "end"
    if text == "failure":
        return "failure"
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError(f"--at {text!r} is no moment", "Seconds from the start, end, or failure.")
    return seconds
