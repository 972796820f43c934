"""A recording as NumPy arrays, for scripts and notebooks: ``osimviz.load``."""

from pathlib import Path
from typing import Any

import numpy as np

from osimviz.channels import Channel
from osimviz.frames import TIME_SLACK_S, Array, Bookmark, Frame, Outcome, RunInfo
from osimviz.recording.errors import RecordingError
from osimviz.recording.reader import EpisodeSummary, RecordingFile, StoredEpisode
from osimviz.recording.store import Recording


def load(path: str | Path, episode: int = 0) -> "Run":
    """Open a recording; nothing is read before it is asked for.

    Parameters
    ----------
    path : str or Path
        The file; one that is still being written gives the steps so far.
    episode : int
        Which episode, from 0; negative numbers count from the last one back.

    Returns
    -------
    Run
        Its arrays. Close it, or use it in a ``with`` block, to let go of the file.

    Raises
    ------
    RecordingError
        If the file cannot be read, or has no such episode.
    """
    file = RecordingFile(Path(path))
    try:
        stored = file.episode(episode)
    except RecordingError:
        file.close()
        raise
    return Run(file, stored, 0, len(stored.recording))


class Run:
    """One episode, or the part of one, frame by frame: the reset and the state after every step.

    ``len(run)`` is the number of frames; ``run[5]`` is a `Frame`, ``run[5:20]`` a part by numbers and
    ``run.between(1.0, 2.0)`` one by time.
    """

    def __init__(self, file: RecordingFile, stored: StoredEpisode, start: int, stop: int) -> None:
        self._file = file
        self._stored = stored
        self._start, self._stop = start, stop

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return self._stop - self._start

    def __repr__(self) -> str:
        return f"<Run of {self._file.path.name}: {self.info.env_summary}, {len(self)} frames>"

    def __getitem__(self, key: Any) -> Any:
        """Return a frame, or a part without gaps; `IndexError` beyond the ends, `TypeError` for a name."""
        if isinstance(key, str):
            raise TypeError(f"a run is indexed by frame numbers; the values of a channel are run.channel({key!r})")
        if isinstance(key, slice):
            start, stop, stride = key.indices(len(self))
            if stride != 1:
                raise IndexError("a part of a run has no gaps; take every n-th value of an array instead")
            return Run(self._file, self._stored, self._start + start, self._start + max(start, stop))
        index = int(key) + (len(self) if key < 0 else 0)
        if not 0 <= index < len(self):
            raise IndexError(f"frame {key} of a run of {len(self)}")
        return self.frame(index)

    @property
    def recording(self) -> Recording:
        """The whole episode, as the window has it."""
        return self._stored.recording

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    @property
    def info(self) -> RunInfo:
        """What was known of the run before its first step."""
        return self.recording.info

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while it goes on, or where the writer died."""
        return self.recording.outcome

    @property
    def provenance(self) -> dict[str, str]:
        """Versions, hashes and settings, of the run and of the file."""
        return {**dict(self.info.provenance), **self._file.provenance}

    @property
    def episodes(self) -> list[EpisodeSummary]:
        """All episodes of the file in one line each."""
        return self._file.summaries()

    def episode(self, number: int) -> "Run":
        """Return another episode of the same file; `RecordingError` if there is none."""
        stored = self._file.episode(number)
        return Run(self._file, stored, 0, len(stored.recording))

    @property
    def reward_terms(self) -> dict[str, Array]:
        """The terms of the reward by name, shape (n,) each; NaN at the reset."""
        values = self.field("reward_terms")
        return {name: values[:, i] for i, name in enumerate(self.info.reward_term_names)}

    @property
    def bookmarks(self) -> tuple[Bookmark, ...]:
        """The user's bookmarks, by the step of the whole episode."""
        return self.recording.bookmarks

    def add_bookmark(self, step: int, note: str = "") -> None:
        """Mark a step of the episode and write it into the file; `IndexError` if there is no such step.

        Raises
        ------
        RecordingError
            If the file cannot be written.
        """
        self.recording.notice = ""
        self.recording.add_bookmark(step, note)
        if self.recording.notice:
            raise RecordingError(self.recording.notice)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channel table, with name, unit, bounds and description of each."""
        return self.info.channels

    @property
    def time_s(self) -> Array:
        """Times, shape (n,), s."""
        return self.recording.time_s(self._start)[: len(self)]

    @property
    def actions(self) -> Array:
        """What the controller returned, shape (n, n_actions); NaN at the reset."""
        return self.field("action")

    @property
    def rewards(self) -> Array:
        """Rewards, shape (n,); NaN at the reset."""
        return self.field("reward")

    @property
    def observations(self) -> Array:
        """Observation vectors, shape (n, n_observations)."""
        return self.field("observation")

    @property
    def body_positions_m(self) -> Array:
        """Origins of the bodies in world space, shape (n, n_bodies, 3), m."""
        return self.field("body_positions_m")

    @property
    def body_quaternions(self) -> Array:
        """Rotations world_from_body, scalar first, shape (n, n_bodies, 4)."""
        return self.field("body_quaternions")

    @property
    def info_names(self) -> tuple[str, ...]:
        """Names of the numbers the environment reported with each step."""
        return self._stored.infos

    def info_values(self, name: str) -> Array:
        """Return a reported number, shape (n,), NaN at the reset; `KeyError` if there is none of that name."""
        return self._stored.info_values(name)[self._start : self._stop]

    def channel(self, name: str) -> Array:
        """Return a channel's values in its unit, shape (n,).

        Parameters
        ----------
        name : str
            The channel's name, or the end of one: of the observation first, then of a body (``pelvis/height``), then
            of the only channel that ends so (``knee_angle_l/value``).

        Raises
        ------
        KeyError
            If there is none, or more than one.
        """
        return self.recording.column(self._full_name(name), self._start)[: len(self)]

    def unit(self, name: str) -> str:
        """Return a channel's unit; `KeyError` as for `channel`."""
        return self.recording.channel(self._full_name(name)).unit

    def field(self, name: str) -> Array:
        """Return an attribute of all frames (see `osimviz.frames.Frame`), shape (n, ...)."""
        return self.recording.field(name, self._start)[: len(self)]

    def frame(self, index: int) -> Frame:
        """Return the frame at `index` of this part; `IndexError` if there is none."""
        return self.recording.frame(self._start + index)

    def between(self, start_s: float, end_s: float) -> "Run":
        """Return the frames of ``start_s <= time <= end_s``."""
        times = self.time_s
        start = np.searchsorted(times, start_s - TIME_SLACK_S)
        stop = np.searchsorted(times, end_s + TIME_SLACK_S, side="right")
        return Run(self._file, self._stored, self._start + int(start), self._start + int(max(start, stop)))

    def to_pandas(self) -> Any:
        """Return all channels as a `pandas.DataFrame` indexed by time in s; `ImportError` where there is no pandas."""
        from importlib import import_module

        pandas = import_module("pandas")
        columns = {channel.name: self.channel(channel.name) for channel in self.channels}
        return pandas.DataFrame(columns, index=pandas.Index(self.time_s, name="time_s"))

    def refresh(self) -> int:
        """Take up steps written since the file was opened; return how many."""
        n_new = self._file.refresh()
        self._stop += n_new if self._stop == len(self.recording) - n_new else 0
        return n_new

    def close(self) -> None:
        """Let go of the file. Idempotent."""
        self._file.close()

    def _full_name(self, name: str) -> str:
        for full in (name, f"observation/{name}", f"body/{name}"):
            if self.recording.has_channel(full):
                return full
        fits = [channel.name for channel in self.channels if channel.name.endswith(f"/{name}")]
        if len(fits) == 1:
            return fits[0]
        reason = f"it could be any of {', '.join(fits[:4])}" if fits else "see run.channels"
        raise KeyError(f"no channel {name!r}: {reason}")
