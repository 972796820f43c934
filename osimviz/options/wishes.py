"""What a command line asks for, as data, and the error of one that asks for what cannot be."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from osimviz.film.figure_settings import FigureSettings
from osimviz.film.settings import FilmSettings, PictureSettings
from osimviz.machine_memory import DEFAULT_GB
from osimviz.moments import Moment

#: What a controller may be given, and what its numbers may mean.
ObservationKind = Literal["vector", "dict", "state_desc"]
ActionRange = Literal["unit", "tanh"]


class UsageError(Exception):
    """Bad usage or bad input: one sentence and a hint, exit status 2."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """One ``--screenshot``.

    Attributes
    ----------
    path : str
        File to write, ``.png``; ``{name}`` in it stands for the name of the recording.
    moment : float or {"end", "failure"}
        Time in s, or the last frame, or the last frame before the run failed or fell.
    settings : PictureSettings
        What it looks like.
    has_usual_plots : bool
        Whether the plots that a run is usually shown with stand beside it.
    """

    path: str
    moment: Moment
    settings: PictureSettings
    has_usual_plots: bool = False


@dataclass(frozen=True, slots=True)
class FilmRequest:
    """One ``--video``.

    Attributes
    ----------
    path : str
        File or folder to write; ``{name}`` in it stands for the name of the recording.
    settings : FilmSettings
        What it looks like.
    has_usual_plots : bool
        Whether the plots that a run is usually shown with stand beside it.
    """

    path: str
    settings: FilmSettings
    has_usual_plots: bool = False


@dataclass(frozen=True, slots=True)
class PlotsRequest:
    """One ``--plots``.

    Attributes
    ----------
    path : str
        File to write; ``{name}`` in it stands for the name of the recording.
    settings : FigureSettings
        What is plotted.
    """

    path: str
    settings: FigureSettings


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for; every value checked.

    Where there are `recordings` (motions among them, played through `model`), they are shown and nothing is run.
    `compared` is a second recording to draw with them. `env_name` is empty where neither the user nor the controller's
    name tells it: the controller may, once loaded.
    """

    env_name: str
    env_args: tuple[tuple[str, str], ...]
    controller: str
    seed: int
    n_steps: int | None
    is_headless: bool
    prints_json: bool
    pictures: tuple[PictureRequest, ...]
    log_level: str
    is_trusted: bool = False
    observation_kind: ObservationKind | None = None
    action_repeat: int | None = None
    action_range: ActionRange | None = None
    recordings: tuple[Path, ...] = ()
    model: Path | None = None
    episode: int = -1
    record_to: Path | None = None
    exports: tuple[Path, ...] = ()
    may_overwrite: bool = False
    films: tuple[FilmRequest, ...] = ()
    figures: tuple[PlotsRequest, ...] = ()
    compared: Path | None = None
    worker_memory_gb: float = DEFAULT_GB
    lists_trusted_folders: bool = False
    revoked_folder: Path | None = None
