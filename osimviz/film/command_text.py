"""The command line that writes the same film, picture or plots, ready to copy. No Qt, no VTK."""

import shlex
from collections.abc import Sequence

from osimviz.film.camera_words import words_of
from osimviz.film.settings import FilmSettings, Look, PictureSettings
from osimviz.render.options import SceneOptions
from osimviz.view_choices import LAYERS

_USUAL_LOOK, _USUAL_SCENE, _USUAL_FILM = Look(), SceneOptions(), FilmSettings()

Plots = tuple[tuple[str, ...], ...]


def film_command(source: str, target: str, settings: FilmSettings, compared: str = "", usual_plots: Plots = ()) -> str:
    """Return the command line of a film; only what is not usual is written.

    Parameters
    ----------
    source, target : str
        Names of the recording and of the film.
    settings : FilmSettings
        What it looks like.
    compared : str
        Name of the second recording; empty for none.
    usual_plots : tuple of tuple of str
        The plots that the run is shown with where nobody chose any.
    """
    words = ["osimviz", source, "--video", target]
    words += _option("--from", settings.from_s, None)
    words += _option("--to", settings.to_s, None)
    words += _option("--fps", settings.fps, _USUAL_FILM.fps)
    words += _option("--speed", settings.speed, _USUAL_FILM.speed)
    words += _option("--loops", settings.loops, _USUAL_FILM.loops)
    words += ["--interpolate"] if settings.is_interpolated else []
    return _joined([*words, *_look_words(settings.look, compared, usual_plots)])


def picture_command(
    source: str, target: str, at_s: float, settings: PictureSettings, compared: str = "", usual_plots: Plots = ()
) -> str:
    """Return the command line of a picture of the moment `at_s`; otherwise as `film_command`."""
    words = ["osimviz", source, "--screenshot", target, "--at", _number(at_s)]
    words += ["--transparent"] if settings.is_transparent else []
    if settings.strobe_from_s is not None or settings.strobe_to_s is not None:
        words += ["--strobe", str(settings.strobe_count)]
        words += _option("--from", settings.strobe_from_s, None)
        words += _option("--to", settings.strobe_to_s, None)
    return _joined([*words, *_look_words(settings.look, compared, usual_plots)])


def plots_command(
    source: str,
    target: str,
    plots: Plots,
    range_s: tuple[float, float] | None = None,
    compared: str = "",
    usual_plots: Plots = (),
) -> str:
    """Return the command line of plots in a file; `range_s` is None for the whole run, otherwise as `film_command`."""
    words = ["osimviz", source, "--plots", target]
    words += [word for names in plots if plots != usual_plots for word in ("--plot", ",".join(names))]
    words += ["--from", _number(range_s[0]), "--to", _number(range_s[1])] if range_s is not None else []
    return _joined([*words, *(["--compare", compared] if compared else [])])


def _look_words(look: Look, compared: str, usual_plots: Plots) -> list[str]:
    size, usual_size = (f"{each.width_px}x{each.height_px}" for each in (look, _USUAL_LOOK))
    scene = look.scene
    words = ["--size", size] if size != usual_size else []
    words += _option("--camera", words_of(look.camera), words_of(_USUAL_LOOK.camera))
    words += [] if scene.follow else ["--no-follow"]
    words += _option("--title", look.title, "")
    words += ["--reward"] if look.show_reward else []
    words += [] if look.show_legend else ["--no-legend"]
    words += [] if look.show_forces else ["--no-force-labels"]
    words += _option("--theme", look.theme, _USUAL_LOOK.theme)
    words += _option("--colour", scene.colour_source, _USUAL_SCENE.colour_source)
    words += _option("--colour-map", scene.map_name.replace(" ", "-"), _USUAL_SCENE.map_name)
    if scene.layers != _USUAL_SCENE.layers:
        words += ["--layers", ",".join(layer for layer in LAYERS if layer in scene.layers)]
    if look.plots and look.plots == usual_plots:
        words.append("--with-plots")
    else:
        words += [word for names in look.plots for word in ("--plot", ",".join(names))]
    if compared:
        words += ["--compare", compared, *_option("--pair", look.pair_mode, _USUAL_LOOK.pair_mode)]
    return words


def _option(name: str, value: object, usual: object) -> list[str]:
    if value is None or value == usual:
        return []
    return [name, _number(value) if isinstance(value, float) else str(value)]


def _number(value: float) -> str:
    return f"{value:.6g}"


def _joined(words: Sequence[str]) -> str:
    return " ".join(shlex.quote(word) for word in words)
