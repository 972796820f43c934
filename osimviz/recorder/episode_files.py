"""Which file an episode is written to, and which files go again."""

import os
from collections import deque
from itertools import count
from pathlib import Path

from osimviz.frames import Outcome
from osimviz.recording.errors import RecordingError

#: Endings that are no failure.
_NO_FAILURE = ("time_limit", "step_limit", "stopped")
_FOLDER_PATTERN = "run-{pid}-{n}.h5"


class EpisodeFiles:
    """The files of one recorder.

    Parameters
    ----------
    path : Path
        A file, a pattern with ``{pid}`` and ``{n}``, or a folder.
    keep : {"all", "failing"} or int
        Which episodes stay.

    Raises
    ------
    RecordingError
        If nothing can be written there, or `keep` is none of these.
    """

    def __init__(self, path: Path, keep: str | int) -> None:
        if keep not in ("all", "failing") and (not isinstance(keep, int) or isinstance(keep, bool) or keep < 1):
            raise RecordingError(f'keep={keep!r} is unknown; it is "all", "failing" or how many of the last episodes')
        self._keep = keep
        path = path.expanduser()
        if path.is_dir():
            path = path / _FOLDER_PATTERN
        elif self.is_one_for_each and "{n}" not in path.name:
            path = path.with_name(f"{path.stem}-{{n}}{path.suffix}")
        self._pattern = path.absolute()
        self._kept: deque[Path] = deque()
        self.next_path()

    @property
    def is_one_for_each(self) -> bool:
        """Whether every episode has a file of its own."""
        return self._keep != "all"

    @property
    def has_pattern(self) -> bool:
        """Whether more than one file can be made."""
        return "{n}" in self._pattern.name or "{pid}" in self._pattern.name

    def next_path(self) -> Path:
        """Return the path of the next file, which is free; `RecordingError` if there is none."""
        for n in count():
            name = self._pattern.name.replace("{pid}", str(os.getpid())).replace("{n}", str(n))
            path = self._pattern.with_name(name)
            if not path.exists():
                break
            if "{n}" not in self._pattern.name:
                raise RecordingError(
                    f"{path} exists; choose another name, or one with a number: {path.stem}-{{pid}}-{{n}}{path.suffix}"
                )
        if not path.parent.is_dir():
            raise RecordingError(f"the folder of {path} does not exist; create it first")
        return path

    def forget(self) -> None:
        """Leave the files so far alone: in the child of a fork, whose parent goes on with them."""
        self._kept.clear()

    def sort_out(self, path: Path, outcome: Outcome | None) -> None:
        """Remove the file of an ended episode, or an older one, where `keep` says so."""
        if self._keep == "failing" and outcome is not None and outcome.ended_by in _NO_FAILURE:
            path.unlink(missing_ok=True)
        elif isinstance(self._keep, int):
            self._kept.append(path)
            while len(self._kept) > self._keep:
                self._kept.popleft().unlink(missing_ok=True)
