"""What passes between the user's program and the process that writes its recording: plain frozen data, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array, Outcome, RunInfo
from osimviz.recording.row_layout import FrameColumns, RowLayout


@dataclass(frozen=True, slots=True)
class Open:
    """Begin a file; answered.

    Attributes
    ----------
    path : Path
        Absolute; nothing may be there.
    provenance : mapping of str to str
        As `RecordingWriter` takes it, versions of the program's packages included.
    """

    path: Path
    provenance: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin an episode.

    Attributes
    ----------
    run : RunInfo or None
        Its run without seed and provenance; None where that is the one of the episode before.
    seed : int
    provenance : tuple of (str, str)
        Of the run.
    layout : RowLayout or None
        How its frames lie in rows; None where that is as before.
    info_names : tuple of str
        Numbers that come with every step.
    """

    run: RunInfo | None
    seed: int
    provenance: tuple[tuple[str, str], ...]
    layout: RowLayout | None
    info_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Frames that follow each other, and what was reported with them.

    Attributes
    ----------
    fields : dict of str to array (n_frames, ...)
        As `FrameColumns` has them.
    path_points_m : array (n_points, 3)
        The muscle paths of all frames, one after the other.
    path_counts : int array (n_frames, n_muscles)
        Points of each path.
    infos : sequence of mapping of str to float
        The numbers of each step.
    """

    fields: dict[str, Array]
    path_points_m: Array
    path_counts: NDArray[np.int32]
    infos: Sequence[Mapping[str, float]]

    @classmethod
    def of(cls, columns: FrameColumns, infos: Sequence[Mapping[str, float]]) -> "Rows":
        """Return frames as they are sent: the arrays of each path would take as long as everything else."""
        points = np.concatenate(columns.path_points_m)
        return cls(columns.fields, points, np.array(columns.path_counts, dtype=np.int32), infos)

    @property
    def columns(self) -> FrameColumns:
        """The frames as they were."""
        ends = np.cumsum(self.path_counts.sum(axis=1))
        return FrameColumns(self.fields, np.split(self.path_points_m, ends[:-1]), list(self.path_counts))


@dataclass(frozen=True, slots=True)
class End:
    """End the episode; `outcome` tells how."""

    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Close:
    """Complete the file; answered."""


@dataclass(frozen=True, slots=True)
class Sync:
    """Answered when all that came before it is in the file."""


Message = Open | Begin | Rows | End | Close | Sync
#: Those that `Done` answers, also where they failed, which is told before.
ANSWERED = (Open, Close, Sync)


@dataclass(frozen=True, slots=True)
class Done:
    """What was asked for is done. The first one says that the process is there."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing more is written to this file; `sentence` tells why."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The recording goes on in another place, for its folder was removed."""

    path: Path


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the log of the user's program, at a level of `logging`."""

    level: int
    text: str


Answer = Done | Failed | Moved | Noted
