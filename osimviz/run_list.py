"""The runs of one sitting: every one stays until memory is short, and then it is said which went."""

from osimviz.frames import Outcome, RunInfo
from osimviz.recording import Recording

#: Frames kept in all; about 8 kB each for the 22-muscle model, so 1.2 GB.
N_KEPT_FRAMES = 150_000


class RunList:
    """Recorded runs in order, one of them shown, the last perhaps still growing.

    Attributes
    ----------
    recordings : list of Recording
        Oldest first.
    shown : Recording or None
        The one on the screen.
    growing : Recording or None
        The one that gets frames.
    n_dropped : int
        Runs that were dropped to make room.
    """

    def __init__(self, n_kept_frames: int = N_KEPT_FRAMES) -> None:
        self.recordings: list[Recording] = []
        self.shown: Recording | None = None
        self.growing: Recording | None = None
        self.n_dropped = 0
        self._n_kept_frames = n_kept_frames
        self._wall_times_s: dict[int, float] = {}

    def begin(self, info: RunInfo) -> Recording:
        """Add a run that will grow and show it; the oldest runs go if there are too many frames."""
        self.finish()
        recording = Recording(info)
        self.recordings.append(recording)
        self.shown = self.growing = recording
        self._make_room()
        return recording

    def add(self, recording: Recording, wall_time_s: float) -> None:
        """Add a run that was recorded before, and show it."""
        self.finish()
        self.recordings.append(recording)
        self.shown = recording
        self._wall_times_s[id(recording)] = wall_time_s
        self._make_room()

    def finish(self) -> None:
        """Give the growing run no more frames; forget it if it never had one."""
        growing, self.growing = self.growing, None
        if growing is not None and len(growing) == 0:
            self.recordings.remove(growing)
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

    def show_neighbour(self, n_runs: int) -> bool:
        """Show the run so many places later; returns whether that is another one."""
        if self.shown is None:
            return False
        here = self.recordings.index(self.shown)
        there = min(max(here + n_runs, 0), len(self.recordings) - 1)
        self.shown = self.recordings[there]
        return there != here

    def position(self) -> tuple[int, int]:
        """Return the number of the shown run, counted from 1 over all there ever were, and the number of the last."""
        here = self.recordings.index(self.shown) + 1 if self.shown is not None else 0
        return here + self.n_dropped, len(self.recordings) + self.n_dropped

    def keep_wall_time(self, wall_time_s: float) -> None:
        """Note how long the growing run has taken in real time."""
        if self.growing is not None:
            self._wall_times_s[id(self.growing)] = wall_time_s

    def wall_time_s(self) -> float:
        """Return how long the shown run took in real time; 0 if it is not known."""
        return self._wall_times_s.get(id(self.shown), 0.0)

    def _make_room(self) -> None:
        while len(self.recordings) > 2 and sum(len(run) for run in self.recordings) > self._n_kept_frames:
            oldest = self.recordings.pop(0)
            self._wall_times_s.pop(id(oldest), None)
            self.n_dropped += 1
