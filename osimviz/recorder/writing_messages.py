"""What passes between the user's program and the process that writes its recording: plain frozen data, in order.

Messages are pickles one after the other. Answers are lines of JSON: where a handler of a signal raises in the middle of
reading one, that one is lost and the next is whole, and none is needed that nobody waits for any more.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array, Outcome, RunInfo
from osimviz.recording.row_layout import FrameColumns, RowLayout
from osimviz.worker.frame_making import FrameMaker

#: Option of the process that tells the descriptor of `KeptSamples`.
KEPT = "--kept="


@dataclass(frozen=True, slots=True)
class Open:
    """Begin a file; answered.

    Attributes
    ----------
    number : int
        Of the question; they grow.
    path : Path
        Absolute; nothing may be there.
    provenance : mapping of str to str
        As `RecordingWriter` takes it, versions of the program's packages included.
    """

    number: int
    path: Path
    provenance: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin an episode.

    Attributes
    ----------
    run : RunInfo or None
        The run without seed and provenance; None where that is the one of the episode before.
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
class Expect:
    """Tells what makes rows of the samples of the episode that was begun.

    Attributes
    ----------
    number : int
        Of the episode among the questions, which `KeptSamples` tells its samples by.
    maker : FrameMaker or None
        Of the model; None where it is that of the episode before.
    term_keys : tuple of str
    bounds : pair of array (n_actions,), or None
        As in `SampleColumns`.
    """

    number: int
    maker: FrameMaker | None
    term_keys: tuple[str, ...]
    bounds: tuple[Array, Array] | None


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
    """Complete the file; answered with `number`."""

    number: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Answered with `number` when all that came before it is in the file."""

    number: int


Message = Open | Begin | Expect | Rows | End | Close | Sync
#: Those that `Done` answers; where the file has failed, `Failed` comes before it.
ANSWERED = (Open, Close, Sync)


@dataclass(frozen=True, slots=True)
class Done:
    """The question of this number is done, and all before it. 0 says that the process is there."""

    number: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing more is written to the file of the question `file`; `sentence` tells why."""

    file: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The file of the question `file` goes on as `path`, for its folder was removed."""

    file: int
    path: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the log of the user's program, at a level of `logging`."""

    level: int
    text: str


Answer = Done | Failed | Moved | Noted
_ANSWERS: dict[str, type[Answer]] = {kind.__name__: kind for kind in (Done, Failed, Moved, Noted)}


def to_line(answer: Answer) -> bytes:
    """Return an answer as a line."""
    return json.dumps([type(answer).__name__, *astuple(answer)]).encode() + b"\n"


def from_line(line: bytes) -> Answer | None:
    """Return the answer that a line tells; None where it is what is left of one."""
    try:
        name, *values = json.loads(line)
        return _ANSWERS[name](*values)
    except (ValueError, TypeError, KeyError):
        return None
