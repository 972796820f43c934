"""What a film or a picture is to look like, as data, and every check that needs no recording. No VTK, no Qt."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from osimviz.film.errors import FilmError
from osimviz.palette import ThemeName
from osimviz.render.options import Quality, SceneOptions
from osimviz.stored_cameras import CameraPose

#: Kinds of film by suffix; a path that ends in a slash is a folder of numbered pictures.
Kind = Literal["mp4", "webm", "gif", "png"]
SUFFIXES: dict[str, Kind] = {".mp4": "mp4", ".webm": "webm", ".gif": "gif"}
#: How a second run is shown.
PairMode = Literal["beside", "ghost"]

SMALLEST_SIDE_PX = 16
#: Largest side of a film: what common players and level 5.1 of H.264 take.
LARGEST_FILM_SIDE_PX = 4096
#: Largest side of a picture: 8K, square.
LARGEST_PICTURE_SIDE_PX = 8192
HIGHEST_FPS, HIGHEST_GIF_FPS = 240.0, 50.0
FASTEST, SLOWEST = 100.0, 1e-3
MOST_LOOPS = 1000


@dataclass(frozen=True, slots=True)
class CameraPath:
    """Where the camera stands and how it moves.

    Attributes
    ----------
    view : str
        A named view of `osimviz.render.camera`; not used where `pose` is given.
    pose : CameraPose or None
        A view turned by hand, or a stored one.
    orbit_turns : float
        Turns around the model over the whole film; negative goes the other way.
    """

    view: str = "three-quarter"
    pose: CameraPose | None = None
    orbit_turns: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """What films and pictures have in common.

    Attributes
    ----------
    width_px, height_px : int
        Size of the whole picture, plots included.
    camera : CameraPath
        Where it is seen from; `scene.follow` says whether it goes along with the model.
    scene : SceneOptions
        What is drawn, and how muscles are coloured.
    theme : {"dark", "light"}
        Colours.
    quality : Quality
        ``moving`` no anti-aliasing, ``still`` smoothed, ``best`` four samples a pixel.
    title : str
        A line at the upper left; empty for none.
    show_time, show_reward, show_legend, show_forces : bool
        Which words are written over the picture; `show_forces` is the numbers beside the ground-reaction arrows.
    plots : tuple of tuple of str
        Channels of each plot beside the picture; empty for none.
    pair_mode : {"beside", "ghost"}
        How a second run is shown, if there is one.
    """

    width_px: int = 1280
    height_px: int = 720
    camera: CameraPath = field(default_factory=CameraPath)
    scene: SceneOptions = field(default_factory=SceneOptions)
    theme: ThemeName = "dark"
    quality: Quality = "still"
    title: str = ""
    show_time: bool = True
    show_reward: bool = False
    show_legend: bool = True
    show_forces: bool = True
    plots: tuple[tuple[str, ...], ...] = ()
    pair_mode: PairMode = "beside"


@dataclass(frozen=True, slots=True)
class FilmSettings:
    """A film of a run.

    Attributes
    ----------
    look : Look
        What it looks like.
    fps : float
        Pictures a second.
    speed : float
        Simulated seconds per second of film.
    from_s, to_s : float or None
        Range of the recording; None is its start and its end, negative times count from the end.
    loops : int
        How often the range is shown.
    is_interpolated : bool
        Whether poses between two recorded states are made up; otherwise the last state is held.
    """

    look: Look = field(default_factory=Look)
    fps: float = 30.0
    speed: float = 1.0
    from_s: float | None = None
    to_s: float | None = None
    loops: int = 1
    is_interpolated: bool = False


@dataclass(frozen=True, slots=True)
class PictureSettings:
    """A picture of one frame of a run.

    Attributes
    ----------
    look : Look
        What it looks like; its quality is always ``best``.
    is_transparent : bool
        Whether ground and sky are left out and what is empty is transparent.
    strobe_from_s, strobe_to_s : float or None
        A range of which several frames are drawn into the one picture, with the picture's own frame on top; negative
        times count from the end, minus infinity is the start. None of both for no such picture.
    strobe_count : int
        How many, the ends included.
    """

    look: Look = field(default_factory=Look)
    is_transparent: bool = False
    strobe_from_s: float | None = None
    strobe_to_s: float | None = None
    strobe_count: int = 5


def kind_of(path: str | Path) -> Kind:
    """Return the kind of film a path names; `FilmError` if there is none of its suffix."""
    text = str(path)
    if text.endswith(("/", "\\")):
        return "png"
    suffix = Path(text).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise FilmError(
            f"a film cannot be written as {Path(text).name!r}", f"Films end in {known}; a folder ends in a slash."
        )
    return SUFFIXES[suffix]


def check_film(settings: FilmSettings, kind: Kind) -> None:
    """Check everything that can be known before a recording is read.

    Raises
    ------
    FilmError
        At the first thing that is wrong.
    """
    look = settings.look
    check_size(look.width_px, look.height_px, LARGEST_FILM_SIDE_PX)
    if kind in ("mp4", "webm") and (look.width_px % 2 or look.height_px % 2):
        even = f"{look.width_px - look.width_px % 2}x{look.height_px - look.height_px % 2}"
        raise FilmError(
            f"a film of {look.width_px}x{look.height_px} pixels cannot be encoded: both sides must be even",
            f"Take {even}.",
        )
    highest = HIGHEST_GIF_FPS if kind == "gif" else HIGHEST_FPS
    if not (math.isfinite(settings.fps) and 0.1 <= settings.fps <= highest):
        raise FilmError(f"{settings.fps:g} pictures a second are out of range", f"Give 0.1 to {highest:g}.")
    if not (math.isfinite(settings.speed) and SLOWEST <= settings.speed <= FASTEST):
        raise FilmError(
            f"a speed of {settings.speed:g} is out of range", f"Give {SLOWEST:g} to {FASTEST:g}; 1 is real."
        )
    if not 1 <= settings.loops <= MOST_LOOPS:
        raise FilmError(f"{settings.loops} loops are out of range", f"Give 1 to {MOST_LOOPS}.")


def check_size(width_px: int, height_px: int, largest_px: int) -> None:
    """Raise `FilmError` for a size that cannot be drawn."""
    if not all(SMALLEST_SIDE_PX <= side <= largest_px for side in (width_px, height_px)):
        raise FilmError(
            f"a size of {width_px}x{height_px} is out of range",
            f"WIDTHxHEIGHT in pixels, {SMALLEST_SIDE_PX} to {largest_px} each.",
        )


def shown_fps(fps: float, kind: Kind) -> float:
    """Return the rate that a file can hold: a GIF counts hundredths of a second."""
    return 100.0 / max(round(100.0 / fps), 2) if kind == "gif" else fps
