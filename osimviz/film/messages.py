"""What crosses the pipe between a program and its drawing process; everything is data, frozen. No VTK."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from osimviz.film.curves import PlotSheet
from osimviz.film.plan import FilmPlan
from osimviz.film.settings import FilmSettings, Kind, PictureSettings
from osimviz.film.spoken import Spoken
from osimviz.frames import EndLimit, Frame, RunInfo
from osimviz.render.png_file import Pixels
from osimviz.scenery import BodyPaths


@dataclass(frozen=True, slots=True)
class Shown:
    """The runs that are drawn, and their curves.

    Attributes
    ----------
    runs : tuple of RunInfo
        One, or two that are shown together.
    names : tuple of str
        What each is called in the picture; empty strings for none.
    sheet : PlotSheet or None
        The plots beside the picture.
    range_s : (float, float)
        Range of the plots' time axis.
    texts : mapping of str to str
        What pictures say about the run.
    paths : tuple of BodyPaths
        Where each run's bodies were, for their trails.
    """

    runs: tuple[RunInfo, ...]
    names: tuple[str, ...]
    sheet: PlotSheet | None
    range_s: tuple[float, float]
    texts: Mapping[str, str] = field(default_factory=dict)
    paths: tuple[BodyPaths, ...] = ()


@dataclass(frozen=True, slots=True)
class FilmJob:
    """Draw a film; frames are asked for as they are needed.

    Attributes
    ----------
    path : Path
        Where to write.
    name : str
        What the file will be called at the end.
    kind : Kind
        What is written.
    settings : FilmSettings
        What it looks like; its rate is that of the plans.
    shown : Shown
        What is drawn.
    plans : tuple of FilmPlan
        Of each run, equally long.
    """

    path: Path
    name: str
    kind: Kind
    settings: FilmSettings
    shown: Shown
    plans: tuple[FilmPlan, ...]


@dataclass(frozen=True, slots=True)
class PictureJob:
    """Draw one picture.

    Attributes
    ----------
    path : Path or None
        PNG file to write; None to send the pixels back.
    name : str
        What the file will be called at the end.
    settings : PictureSettings
        What it looks like.
    shown : Shown or None
        What is drawn; None for what the last job of the process drew.
    frames : tuple of Frame
        A frame of each run.
    spoken : tuple of Spoken
        Their numbers.
    strobe : tuple of tuple of Frame
        Other frames of each run in the same picture; empty for none of any.
    is_draft : bool
        Whether it is for a preview: quick before fine.
    """

    path: Path | None
    name: str
    settings: PictureSettings
    shown: Shown | None
    frames: tuple[Frame, ...]
    spoken: tuple[Spoken, ...]
    strobe: tuple[tuple[Frame, ...], ...] = ()
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class FigureJob:
    """Draw plots, above each other.

    Attributes
    ----------
    path : Path
        Where to write.
    name : str
        What the file will be called at the end.
    kind : str
        ``svg``, ``pdf`` or ``png``.
    sheet : PlotSheet
        The curves.
    end_limits : tuple of EndLimit
        Where the environment ends the run.
    range_s : (float, float)
        Range of the time axis.
    is_whole : bool
        Whether that is the whole run; then there is a little room behind it.
    size_px : (int, int) or None
        Width and height; None for what the plots need.
    texts : mapping of str to str
        What the picture says about itself.
    """

    path: Path
    name: str
    kind: str
    sheet: PlotSheet
    end_limits: tuple[EndLimit, ...]
    range_s: tuple[float, float]
    is_whole: bool
    size_px: tuple[int, int] | None
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WantFrames:
    """The child asks for frames of a run, by their indices."""

    run: int
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Frames:
    """The answer: the frames asked for, and the sum of rewards up to each."""

    frames: tuple[Frame, ...]
    total_rewards: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """So many pictures of a film are drawn."""

    n_done: int
    n_pictures: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The file is complete, under the name it was given."""

    n_plots_left_out: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """Pixels of a picture that goes into no file: (height, width, 3 or 4), top row first."""

    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be drawn or written."""

    sentence: str
    hint: str = ""


Answer = WantFrames | Progress | Finished | Drawn | Failed
