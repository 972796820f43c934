"""The runs of one sitting: every one stays; what outgrows the memory is read from a file, and that is said."""

from collections.abc import Callable
from dataclasses import replace

from osimviz.frames import Frame, Outcome, RunInfo
from osimviz.recording import Recording
from osimviz.recording.frame_store import FrameStore
from osimviz.recording.keeping import RunKeeper
from osimviz.recording.row_layout import RowLayout
from osimviz.view_state import Phase, RunStatus

#: Default share of memory of all runs: about 140,000 steps of a leg model.
LIMIT_BYTES = 2**30


class RunList:
    """Recorded runs in order, one of them shown, the last perhaps still growing.

    Parameters
    ----------
    limit_bytes : int
        Memory the runs may take together; the oldest frames are then read from a file.

    Attributes
    ----------
    recordings : list of Recording
        Oldest first.
    shown : Recording or None
        The one on the screen.
    growing : Recording or None
        The one that gets frames from here.
    keeper : RunKeeper or None
        Writes runs to a file while they grow.
    limit_bytes : int
        As given; runs that begin later go by what it is then.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self.recordings: list[Recording] = []
        self.shown: Recording | None = None
        self.growing: Recording | None = None
        self.keeper: RunKeeper | None = None
        self.limit_bytes = limit_bytes
        self._wall_times_s: dict[Recording, float] = {}
        self._sources: dict[Recording, str] = {}
        self._spilled: list[Callable[[], None]] = []
        self._told: set[str] = set()

    def begin(self, info: RunInfo) -> Recording:
        """Add a run that will grow and show it."""
        self.finish()
        recording = Recording(info, limit_bytes=self.limit_bytes, spill=self._spill)
        self.recordings.append(recording)
        self.shown = self.growing = recording
        return recording

    def append(self, frame: Frame) -> None:
        """Give the growing run one more frame, and its file."""
        assert self.growing is not None
        self.growing.append(frame)
        if self.keeper is not None:
            self.keeper.take(self.growing, frame)

    def add(self, recording: Recording, wall_time_s: float) -> None:
        """Add a run that was recorded before, and show it; the one that grows goes on."""
        if recording not in self.recordings:
            self.recordings.append(recording)
        self.shown = recording
        self._wall_times_s[recording] = wall_time_s

    def remove(self, recording: Recording) -> bool:
        """Take a run out of the list, unless it grows from here; returns whether another one is shown now."""
        if recording not in self.recordings or recording is self.growing:
            return False
        here = self.recordings.index(recording)
        self.recordings.remove(recording)
        self._forget(recording)
        if self.shown is not recording:
            return False
        self.shown = self.recordings[min(here, len(self.recordings) - 1)] if self.recordings else None
        return True

    def finish(self) -> None:
        """Give the growing run no more frames; forget it if it never had one."""
        growing, self.growing = self.growing, None
        if growing is None:
            return
        if self.keeper is not None:
            self.keeper.end(growing.outcome)
        if len(growing) == 0:
            self.recordings.remove(growing)
            self._forget(growing)
            if self.shown is growing:
                self.shown = self.recordings[-1] if self.recordings else None

    def end(self, outcome: Outcome) -> None:
        """Give the growing run its outcome, and no more frames."""
        if self.growing is not None:
            self.growing.outcome = outcome
        self.finish()

    def cut_short(self, reason: str) -> None:
        """End the growing run, if it has no outcome yet, for a reason in words."""
        growing = self.growing
        if growing is not None and growing.outcome is None and len(growing):
            time_s = float(growing.time_s(growing.last_index)[0])
            growing.outcome = Outcome("stopped", growing.last_index, time_s, f"{reason} at {time_s:.2f} s")
        self.finish()

    def show(self, recording: Recording) -> bool:
        """Show a run of the list; returns whether that is another one."""
        is_other = recording is not self.shown and recording in self.recordings
        if is_other:
            self.shown = recording
        return is_other

    def show_neighbour(self, n_runs: int) -> bool:
        """Show the run so many places later; returns whether that is another one."""
        if self.shown is None:
            return False
        here = self.recordings.index(self.shown)
        return self.show(self.recordings[min(max(here + n_runs, 0), len(self.recordings) - 1)])

    def position(self) -> tuple[int, int]:
        """Return the number of the shown run, counted from 1, and how many there are."""
        here = self.recordings.index(self.shown) + 1 if self.shown is not None else 0
        return here, len(self.recordings)

    def set_source(self, recording: Recording, name: str) -> None:
        """Note the file from which a run grows, which another program writes; an empty name when that has ended."""
        if name:
            self._sources[recording] = name
        else:
            self._sources.pop(recording, None)

    def grows(self, recording: Recording | None) -> bool:
        """Whether a run gets more frames, from here or from another program."""
        return recording is not None and (recording is self.growing or recording in self._sources)

    def keep_wall_time(self, wall_time_s: float) -> None:
        """Note how long the growing run has taken in real time."""
        if self.growing is not None:
            self._wall_times_s[self.growing] = wall_time_s

    def wall_time_s(self) -> float:
        """Return how long the shown run took in real time; 0 if it is not known."""
        return self._wall_times_s.get(self.shown, 0.0) if self.shown is not None else 0.0

    def shown_status(self, work: RunStatus) -> RunStatus:
        """Return the status of the run that is shown, which need not be the one at work."""
        source = self._sources.get(self.shown, "") if self.shown is not None else ""
        if source:
            return RunStatus("running", source=source)
        is_other = self.shown is not self.growing and work.phase in ("running", "stopping")
        if is_other or work.phase in ("idle", "ended"):
            message = "" if is_other else work.message
            phase: Phase = "ended" if self.shown is not None else work.phase
            return RunStatus(phase, message, self.wall_time_s())
        return work

    def tidy(self) -> str:
        """Keep memory and file in order, a little at each call; return a sentence to tell the user, or nothing."""
        if sum(recording.n_bytes for recording in self.recordings) > self.limit_bytes:
            resting = (run for run in self.recordings if run is not self.shown and run is not self.growing)
            any(recording.leave_memory() for recording in resting)
        notices = [recording.notice for recording in self.recordings]
        notices += [self.keeper.notice] if self.keeper is not None else []
        fresh = next((notice for notice in notices if notice and notice not in self._told), "")
        self._told.add(fresh)
        return fresh

    def close(self) -> None:
        """Complete the file of the runs, and remove those that held what outgrew the memory. Idempotent."""
        self.finish()
        if self.keeper is not None:
            self.keeper.close()
        for close in self._spilled:
            close()
        self._spilled.clear()

    def _forget(self, recording: Recording) -> None:
        self._wall_times_s.pop(recording, None)
        self._sources.pop(recording, None)

    def _spill(self, info: RunInfo, layout: RowLayout) -> FrameStore:
        from osimviz.recording.spilling import SpillFile

        # Its meshes are on the screen already: the file is of numbers only.
        file = SpillFile(replace(info, geometry=replace(info.geometry, bones=())), layout)
        self._spilled.append(file.close)
        return file
