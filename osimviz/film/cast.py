"""From recordings to what is drawn of them: runs, names, curves, frames. No VTK, no Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from osimviz import __version__
from osimviz.analysis.run_pair import Alignment, RunPair, TimeMap
from osimviz.film.curves import plot_sheet
from osimviz.film.errors import FilmError
from osimviz.film.messages import Frames, Shown
from osimviz.film.settings import Look
from osimviz.film.spoken import Spoken
from osimviz.frames import Array
from osimviz.recording import Recording
from osimviz.scenery import body_paths


@dataclass(frozen=True, slots=True)
class Cast:
    """The recordings of a film.

    Attributes
    ----------
    recording : Recording
        The run.
    partner : Recording or None
        A second one, shown beside it or as its ghost.
    name, partner_name : str
        What they are called in pictures and in what pictures say of themselves.
    alignment : Alignment
        Which moments of the two belong together.
    """

    recording: Recording
    partner: Recording | None = None
    name: str = ""
    partner_name: str = ""
    alignment: Alignment = field(default_factory=Alignment)

    def __post_init__(self) -> None:
        """Refuse runs without a frame."""
        for recording in self.recordings:
            if recording.last_index < 0:
                raise FilmError("there is nothing to draw: the recording has no frame", "Record at least one step.")

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """The run, and the second one if there is one."""
        return (self.recording,) if self.partner is None else (self.recording, self.partner)

    def partner_moments_s(self, moments_s: Array) -> Array:
        """Return the times of the second run that belong to times of the first."""
        return self._mapping().to_second(moments_s)

    def partner_times_s(self) -> Array:
        """Return the times of the second run's frames in the time of the first."""
        assert self.partner is not None
        return self._mapping().to_first(self.partner.time_s())

    def shown(self, look: Look, range_s: tuple[float, float], texts: Mapping[str, str]) -> Shown:
        """Return what the drawing process must know; `FilmError` if a plot's channel does not exist."""
        partner_times_s = self.partner_times_s() if self.partner is not None else None
        sheet = plot_sheet(self.recording, look.plots, self.partner, partner_times_s) if look.plots else None
        runs = tuple(recording.info for recording in self.recordings)
        paths = tuple(body_paths(recording, look.scene.layers) for recording in self.recordings)
        return Shown(runs, self.names, sheet, range_s, texts, paths)

    @property
    def names(self) -> tuple[str, ...]:
        """What the runs are called in pictures: nothing, where there is only one."""
        return ("",) if self.partner is None else (self.name, self.partner_name)

    def frames(self, run: int, indices: Sequence[int]) -> Frames:
        """Read frames of a run."""
        recording = self.recordings[run]
        return Frames(
            tuple(recording.frame(index) for index in indices),
            tuple(recording.episode_return(index) for index in indices),
        )

    def spoken(self, run: int, index: int) -> Spoken:
        """Return the numbers of a frame."""
        recording = self.recordings[run]
        frame = recording.frame(index)
        return Spoken(frame.time_s, frame.step, frame.reward, recording.episode_return(index), "", self.names[run])

    def index_in_partner(self, index: int) -> int:
        """Return the frame of the second run that belongs to one of the first."""
        assert self.partner is not None
        time_s = self.partner_moments_s(np.array([self.recording.frame(index).time_s]))
        return self.partner.index_at_time(float(time_s[0]))

    def texts(self, index: int | None = None) -> dict[str, str]:
        """Return what a picture says about itself: run, versions and, for a frame, step and time."""
        info = self.recording.info
        texts = {
            "Software": f"osimviz {__version__}",
            "run": self.name or info.controller,
            "environment": " ".join((info.env_name, *(f"{key}={value}" for key, value in info.env_args))),
            "controller": info.controller,
            "seed": str(info.seed),
            "model": info.geometry.model_name,
            "vtk": _version_of("vtk"),
        }
        if self.partner is not None:
            texts["second run"] = self.partner_name or self.partner.info.controller
        if index is not None:
            frame = self.recording.frame(index)
            texts |= {"step": str(frame.step), "time_s": f"{frame.time_s:.6f}"}
            texts["Description"] = f"step {frame.step}, {frame.time_s:.3f} s of {texts['run']}"
        return texts

    def _mapping(self) -> TimeMap:
        assert self.partner is not None
        return RunPair(self.recording, self.partner, self.alignment).time_map()


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
