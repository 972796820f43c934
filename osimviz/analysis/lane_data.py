"""What the lanes of a timeline show of a recording: arrays and events, read once per refresh."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from osimviz.analysis.ending import ending_of
from osimviz.analysis.gait_events import FootEvent, Stance, contacts_of_run
from osimviz.analysis.run_marks import MarkKind, RunMarks
from osimviz.analysis.spans import Span
from osimviz.analysis.thresholds import DEFAULT_THRESHOLDS, Thresholds
from osimviz.finite_values import LARGEST
from osimviz.formatting import number
from osimviz.frames import FEET, GRAVITY_M_S2, Array, Bookmark, Outcome
from osimviz.moments import nearest_index
from osimviz.recording import Recording

#: What the lane of checks marks.
CHECK_KINDS: tuple[MarkKind, ...] = ("bounds", "clipped", "missing", "slow")
#: Marks of one kind are places to go to while there are at most so many.
_MOST_STOPS = 30
#: Frames in which marks are looked for without letting the window live: 10 ms for a leg model.
_MARKED_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class LaneData:
    """One run's lanes.

    Attributes
    ----------
    times_s : array (n,)
        Times of the frames.
    step_s : float
        Time of a step.
    rewards : array (n,)
        Reward of each frame; NaN at the reset.
    wall_times_s : array (n,)
        Real time of each step; NaN at the reset.
    forces_bw : array (n, n_feet)
        Upward ground reaction of each foot in body weights.
    stances : dict of str to list of Stance
        By foot.
    events : list of FootEvent
        In order of time.
    outcome : Outcome or None
        How the run ended.
    returns : array (n,)
        Sum of the rewards up to each frame; none where the run has no reward, as that of a motion file.
    spans : dict of MarkKind to list of Span
        What deserves a look.
    departure : int or None
        The frame at which the margin of the ending condition left its usual band.
    bookmarks : tuple of Bookmark
        The user's own marks.
    """

    times_s: Array
    step_s: float
    rewards: Array
    wall_times_s: Array
    forces_bw: Array
    stances: dict[str, list[Stance]] = field(default_factory=dict)
    events: list[FootEvent] = field(default_factory=list)
    outcome: Outcome | None = None
    returns: Array = field(default_factory=lambda: np.empty(0))
    spans: Mapping[MarkKind, Sequence[Span]] = field(default_factory=dict)
    departure: int | None = None
    bookmarks: tuple[Bookmark, ...] = ()

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return len(self.times_s)

    @property
    def has_feet(self) -> bool:
        """Whether there are contact forces to show."""
        return self.forces_bw.shape[1:] == (len(FEET),)

    @property
    def has_checks(self) -> bool:
        """Whether anything is marked in the lane of checks."""
        return any(self.spans.get(kind) for kind in CHECK_KINDS)

    @property
    def finite_rewards(self) -> Array:
        """The rewards that exist and can be drawn."""
        known: Array = self.rewards[np.abs(self.rewards) <= LARGEST]
        return known

    @property
    def end_s(self) -> float:
        """Time of the run's end: of its last frame, or of the step that failed; 0 while there is none."""
        last_s = float(self.times_s[-1]) if self.n_frames else 0.0
        if self.outcome is None:
            return last_s
        # A step that failed was never recorded: its mark stands behind the last one that was.
        failed_s = last_s + self.step_s if self.outcome.failure is not None else last_s
        return max(failed_s, self.outcome.time_s)

    def time_of(self, index: int) -> float:
        """Return the time of a frame, s; beyond the newest one as if steps went on.

        Never counted from the number of the step: a motion from a file begins at its own time, and its rows need not be
        equally far apart.
        """
        last = self.n_frames - 1
        return float(self.times_s[min(index, last)]) + max(index - last, 0) * self.step_s

    def times_of(self, frames: NDArray[np.intp]) -> Array:
        """Return `time_of` many frames, of any shape."""
        last = self.n_frames - 1
        times_s: Array = self.times_s[np.minimum(frames, last)] + np.maximum(frames - last, 0) * self.step_s
        return times_s

    def index_at(self, time_s: float) -> int:
        """Return the frame nearest to a time; beyond the newest one as if steps went on."""
        beyond_s = time_s - float(self.times_s[-1])
        return nearest_index(self.times_s, time_s) + max(round(beyond_s / self.step_s), 0)

    def range_of(self, span: Span) -> tuple[float, float]:
        """Return the range of time that frames in a row stand for, s: half a step beyond either end."""
        return self.time_of(span.first) - 0.5 * self.step_s, self.time_of(span.last) + 0.5 * self.step_s

    def ranges_of(self, spans: Sequence[Span]) -> Array:
        """Return `range_of` many spans, shape (n, 2)."""
        frames = np.array([(span.first, span.last) for span in spans], dtype=np.intp).reshape(-1, 2)
        return self.times_of(frames) + 0.5 * self.step_s * np.array([-1.0, 1.0])

    def event_indices(self) -> list[int]:
        """Return the frames one wants to go to, each once, in order of time.

        Contacts and toe-offs without chatter, bookmarks, the first departure, the end; where marks of a kind begin,
        unless there are so many that one would never get past them.
        """
        found = {event.index for event in self.events if not event.is_chatter}
        found |= {bookmark.step for bookmark in self.bookmarks if bookmark.step < self.n_frames}
        for spans in self.spans.values():
            if len(spans) <= _MOST_STOPS:
                found |= {span.first for span in spans}
        if self.departure is not None:
            found.add(self.departure)
        if self.outcome is not None and self.n_frames:
            found.add(self.n_frames - 1)
        return sorted(found)

    def step_words(self, index: int) -> list[str]:
        """Return in words what a step gave and took, as far as it is known."""
        words = []
        if index < self.returns.size:
            words.append(f"reward {number(float(self.rewards[index]))}, sum {number(float(self.returns[index]))}")
        if np.isfinite(self.wall_times_s[index]):
            words.append(f"computed in {number(float(self.wall_times_s[index]) * 1e3, 'ms')} ms")
        return words

    def names_at(self, index: int) -> list[str]:
        """Return in words what happens at a frame: contacts, own marks, departure, end."""
        names = [f"{event.kind} {event.foot}" for event in self.events if event.index == index and not event.is_chatter]
        names += [
            f"bookmark: {mark.note}" if mark.note else "bookmark" for mark in self.bookmarks if mark.step == index
        ]
        if self.departure == index:
            names.append("first departure: the margin leaves its usual band")
        if self.outcome is not None and index == self.n_frames - 1:
            names.append(self.outcome.sentence)
        return names


class LaneReader:
    """Reads the lanes of one run as it grows.

    Parameters
    ----------
    recording : Recording
        The run.
    thresholds : Thresholds, optional
        From where on something is marked.
    """

    def __init__(self, recording: Recording, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> None:
        self._recording = recording
        self._thresholds = thresholds
        self._marks = RunMarks(recording, thresholds=thresholds)
        self._departure: tuple[Outcome | None, int | None] = (None, None)

    def words_at(self, index: int) -> list[str]:
        """Return in words what deserves a look at a frame."""
        return [words for _, words in self._marks.at(index)]

    @property
    def is_complete(self) -> bool:
        """Whether the marks of all frames are in the lanes."""
        return self._marks.is_complete

    def read_more(self) -> None:
        """Look for marks in some more frames; the spans of lanes that were read grow."""
        self._marks.update(_MARKED_AT_ONCE)

    def read(self) -> LaneData | None:
        """Return the lanes as they are now; None while the run has no frame."""
        recording = self._recording
        if recording.last_index < 0:
            return None
        geometry, step_s = recording.info.geometry, recording.info.step_s
        weight_n = geometry.mass_kg * GRAVITY_M_S2
        has_feet = recording.frame(0).ground_reaction_n.size > 0
        reaction = recording.field("ground_reaction_n") if has_feet else np.empty((len(recording), 0, 3))
        stances, events = contacts_of_run(reaction, weight_n, step_s)
        self._marks.update(_MARKED_AT_ONCE)
        if recording.outcome is not self._departure[0]:
            self._departure = (recording.outcome, ending_of(recording, None, self._thresholds).departure)
        return LaneData(
            times_s=recording.time_s(),
            step_s=step_s,
            rewards=recording.field("reward").reshape(-1),
            wall_times_s=recording.field("wall_time_s").reshape(-1),
            forces_bw=reaction[:, :, 1] / weight_n,
            stances=stances,
            events=events,
            outcome=recording.outcome,
            returns=recording.field("episode_return").reshape(-1) if recording.has_reward else np.empty(0),
            spans=self._marks.spans,
            departure=self._departure[1],
            bookmarks=recording.bookmarks,
        )
