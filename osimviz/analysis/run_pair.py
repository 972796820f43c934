"""Two runs beside each other: which moment of the second belongs to a moment of the first, and where they part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from osimviz.analysis.gait_cycles import interpolated
from osimviz.analysis.gait_events import contacts_of_run
from osimviz.finite_values import finite
from osimviz.frames import FEET, GRAVITY_M_S2, TIME_SLACK_S, Array, Frame
from osimviz.recording import Recording

AlignBy = Literal["time", "contact", "phase"]

#: Rounding: values closer than this share of a channel's span count as equal. Sums of the same steps in another order
#: differ by some 1e-13.
SAME = 1e-9
#: A difference that a reader sees in a plot, as a share of a channel's span. Chosen by eye.
VISIBLE = 0.02
#: The least span a channel is measured by, in its unit (1 mm, 1 mrad, 1 mN): the rounding noise of one that rests is no
#: difference, such as the sideways position of a planar model, some 1e-15 m.
_SMALLEST_SPAN = 1e-3
#: Fields that differ from run to run whatever the runs do.
_UNCOMPARED_FIELDS = ("wall_time_s",)
#: Searches remembered: more than there are plots.
_N_SEARCHES = 40
#: Frames compared at once: enough for NumPy, few enough to stop soon after runs part.
_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which moments of two runs belong together.

    Attributes
    ----------
    by : {"time", "contact", "phase"}
        Equal times; one contact of each run at the same moment; or, between contacts of a foot, equal shares of the
        stride.
    foot : {"right", "left"}
        Whose contacts; of no meaning for ``time``.
    first_contact, second_contact : int
        Number of the contact in each run, from 0; for ``phase`` the contacts that are paired first.
    """

    by: AlignBy = "time"
    foot: str = "right"
    first_contact: int = 0
    second_contact: int = 0


@dataclass(frozen=True, slots=True)
class TimeMap:
    """Pairs of moments that belong together; linear between them, and equally fast before and after.

    Attributes
    ----------
    first_s, second_s : array (n,)
        Times in the two runs, both strictly rising; one pair at least.
    """

    first_s: Array
    second_s: Array

    def to_second(self, times_s: Array) -> Array:
        """Return the times in the second run that belong to times of the first."""
        return _mapped(times_s, self.first_s, self.second_s)

    def to_first(self, times_s: Array) -> Array:
        """Return the times in the first run that belong to times of the second."""
        return _mapped(times_s, self.second_s, self.first_s)


@dataclass(frozen=True, slots=True)
class Parting:
    """The first frame at which two runs differ.

    Attributes
    ----------
    index : int
        Frame of the first run.
    channel : str
        The channel that differs most there, measured by its span.
    first, second : float
        Its values, in its unit; one may be missing (NaN).
    """

    index: int
    channel: str
    first: float
    second: float


class RunPair:
    """A run and a second one beside it. Either may still grow; what was worked out is kept until it does.

    Parameters
    ----------
    first : Recording
        The run that is shown; its time is the time of the window.
    second : Recording
        The run it is compared with.
    alignment : Alignment
        Which moments belong together.
    """

    def __init__(self, first: Recording, second: Recording, alignment: Alignment | None = None) -> None:
        self.first = first
        self.second = second
        self.alignment = alignment if alignment is not None else Alignment()
        self._contacts: dict[tuple[bool, str], tuple[int, list[int]]] = {}
        self._map: tuple[tuple[int, int], TimeMap] | None = None
        self._searches: dict[tuple[float, tuple[str, ...] | None], _PartingSearch] = {}

    @property
    def fault(self) -> str:
        """Why the runs stand beside each other by time although another alignment was chosen; empty if they do not."""
        by, foot = self.alignment.by, self.alignment.foot
        if by == "time":
            return ""
        for run, which in ((self.first, "shown"), (self.second, "second")):
            if not self.contacts(run, foot):
                return f"The {which} run has no contact of the {foot} foot: aligned by time"
        return ""

    def contacts(self, run: Recording, foot: str) -> list[int]:
        """Return the frames at which a foot of one of the two runs lands, without chatter."""
        key = (run is self.first, foot)
        n_frames, found = self._contacts.get(key, (-1, []))
        if n_frames != len(run):
            found = landings(run, foot)
            self._contacts[key] = (len(run), found)
        return found

    def time_map(self) -> TimeMap:
        """Return which moments belong together, as far as both runs are known."""
        if self.alignment.by == "time":
            return _BY_TIME
        state = (len(self.first), len(self.second))
        if self._map is None or self._map[0] != state:
            found = self._time_map()
            before = self._map[1] if self._map is not None else None
            # The same object while nothing changed: what was found with it still holds.
            self._map = (state, before if before is not None and _is_same(before, found) else found)
        return self._map[1]

    @property
    def is_apart(self) -> bool:
        """Whether no moment of the first run belongs to one of the second, though both have some."""
        if self.first.last_index < 0 or self.second.last_index < 0:
            return False
        first_s, second_s = (run.time_s()[[0, -1]] for run in (self.first, self.second))
        begin_s, end_s = self.time_map().to_second(first_s)
        return bool(begin_s > second_s[1] + TIME_SLACK_S or end_s < second_s[0] - TIME_SLACK_S)

    def second_index(self, index: int) -> int:
        """Return the frame of the second run nearest to a frame of the first; -1 beyond its ends."""
        if not 0 <= index <= self.first.last_index or self.second.last_index < 0:
            return -1
        at_s = float(self.time_map().to_second(np.array([self.first.frame(index).time_s]))[0])
        found = self.second.index_at_time(at_s)
        candidates = range(found, min(found + 1, self.second.last_index) + 1)
        distances = {candidate: abs(self.second.frame(candidate).time_s - at_s) for candidate in candidates}
        nearest = min(distances, key=lambda candidate: distances[candidate])
        is_outside = distances[nearest] > 0.5 * self.second.info.step_s + TIME_SLACK_S
        return -1 if is_outside else nearest

    def second_frame(self, index: int) -> Frame | None:
        """Return the frame of the second run that belongs to a frame of the first, to be drawn beside it.

        By time it stands where it is. By contact the whole second run is moved along the ground until the models stand
        at one place at that contact; by phase they always do: what differs then is the posture.

        Returns
        -------
        Frame or None
            None beyond the second run's ends.
        """
        at = self.second_index(index)
        if at < 0:
            return None
        frame = self.second.frame(at)
        if self.alignment.by == "time" or self.fault:
            return frame
        here, there = index, at
        if self.alignment.by == "contact":
            moments = self.time_map()
            here = self.first.index_at_time(float(moments.first_s[0]))
            there = self.second.index_at_time(float(moments.second_s[0]))
        offset = _followed(self.first, here) - _followed(self.second, there)
        # Along the ground: a fall stays a fall.
        return moved(frame, offset * np.array([1.0, 0.0, 1.0]))

    def second_column(self, name: str, start: int = 0) -> Array:
        """Return a channel of the second run at the frames of the first from `start` on; NaN where it has no value.

        Parameters
        ----------
        name : str
            The channel.
        start : int
            First frame wanted.

        Returns
        -------
        array (n,)
            All NaN if the second run has no such channel in the same unit.
        """
        at_s = self.time_map().to_second(self.first.time_s(start))
        if not self.is_shared(name):
            return np.full(len(at_s), np.nan)
        return interpolated(self.second.time_s(), self.second.column(name), at_s)

    def is_shared(self, name: str) -> bool:
        """Whether both runs have a channel in the same unit."""
        if not (self.first.has_channel(name) and self.second.has_channel(name)):
            return False
        return self.first.channel(name).unit == self.second.channel(name).unit

    def shared_channels(self) -> list[str]:
        """Return the channels that both runs have in the same unit, in the order of the first, without wall times."""
        return [
            channel.name
            for channel in self.first.channels
            if channel.field not in _UNCOMPARED_FIELDS and self.is_shared(channel.name)
        ]

    def parting(self, tolerance: float = SAME, channels: Sequence[str] | None = None) -> Parting | None:
        """Return where the runs first differ; None if they do not as far as both reach.

        Parameters
        ----------
        tolerance : float
            Values closer than this share of the channel's span (over the second run, at least 0.001) count as equal.
        channels : sequence of str, optional
            The channels that are compared, as far as the runs share them; by default all of those.

        Returns
        -------
        Parting or None
            A value that only one run has counts as a difference; a moment that only one run has does not.
        """
        key = (tolerance, tuple(channels) if channels is not None else None)
        search = self._searches.pop(key, None)
        if search is None or not search.is_valid():
            names = [name for name in self.shared_channels() if channels is None or name in channels]
            search = _PartingSearch(self, tolerance, tuple(names))
        # The one asked for last stands last; those that nobody asks for any more go.
        self._searches[key] = search
        while len(self._searches) > _N_SEARCHES:
            del self._searches[next(iter(self._searches))]
        return search.result()

    def _time_map(self) -> TimeMap:
        first, second = (self.contacts(run, self.alignment.foot) for run in (self.first, self.second))
        first = first[min(max(self.alignment.first_contact, 0), max(len(first) - 1, 0)) :]
        second = second[min(max(self.alignment.second_contact, 0), max(len(second) - 1, 0)) :]
        n_pairs = min(len(first), len(second))
        if not n_pairs:
            return _BY_TIME
        if self.alignment.by == "contact":
            n_pairs = 1
        return TimeMap(self.first.time_s()[first[:n_pairs]], self.second.time_s()[second[:n_pairs]])


def moved(frame: Frame, offset_m: Array) -> Frame:
    """Return a frame of a model that stands elsewhere, moved by an offset (3,) in world space, m."""
    return replace(
        frame,
        body_positions_m=frame.body_positions_m + offset_m,
        path_points_m=frame.path_points_m + offset_m,
        centre_of_mass_m=frame.centre_of_mass_m + offset_m,
        centre_of_pressure_m=frame.centre_of_pressure_m + offset_m,
    )


def _followed(run: Recording, index: int) -> Array:
    """Return where the body stands that a camera follows, (3,), m."""
    positions: Array = run.frame(index).body_positions_m[run.info.geometry.followed_body_index]
    return positions


def landings(run: Recording, foot: str) -> list[int]:
    """Return the frames at which a foot lands, without chatter; empty for a run without contact forces."""
    if run.last_index < 0 or foot not in FEET:
        return []
    weight_n = run.info.geometry.mass_kg * GRAVITY_M_S2
    _, events = contacts_of_run(run.field("ground_reaction_n"), weight_n, run.info.step_s)
    return [event.index for event in events if event.foot == foot and event.kind == "contact" and not event.is_chatter]


class _PartingSearch:
    """Looks for the first difference and remembers how far it has looked, so that a growing run is read once."""

    def __init__(self, pair: RunPair, tolerance: float, names: tuple[str, ...]) -> None:
        self._pair = pair
        self._tolerance = tolerance
        self._names = names
        self._n_checked = 0
        self._found: Parting | None = None
        self._map = pair.time_map()
        self._n_second = len(pair.second)

    def is_valid(self) -> bool:
        """Whether what was found still holds: the same moments belong together, and the second run has not grown."""
        return self._pair.time_map() is self._map and len(self._pair.second) == self._n_second

    def result(self) -> Parting | None:
        """Look at the frames that came since, and return the first difference."""
        if self._found is None and self._n_checked < len(self._pair.first):
            self._look()
        return self._found

    def _look(self) -> None:
        first, second = self._pair.first, self._pair.second
        at_s = self._map.to_second(first.time_s(self._n_checked))
        second_s = second.time_s()
        both = np.flatnonzero(np.isfinite(interpolated(second_s, second_s, at_s)))
        n_left = int(both[-1]) + 1 if both.size else 0
        # A reset has no action and no reward yet: that it lacks them is no difference.
        is_reset = at_s < (second_s[0] + second.info.step_s if len(second_s) else 0.0) - TIME_SLACK_S
        is_reset |= np.arange(self._n_checked, len(first)) == 0
        largest = 0.0
        for name in self._names:
            column = second.column(name)
            span = _span(column)
            # No further than to where another channel was found to part.
            for start in range(0, n_left, _CHUNK):
                part = slice(start, min(start + _CHUNK, n_left))
                own = first.column(name, self._n_checked + part.start)[: part.stop - part.start]
                other = interpolated(second_s, column, at_s[part])
                excess = _excess(own, other, span, self._tolerance)
                excess[is_reset[part] & np.isinf(excess)] = 0.0
                excess[np.isnan(interpolated(second_s, second_s, at_s[part]))] = 0.0
                different = np.flatnonzero(excess > 0.0)
                if not different.size:
                    continue
                at = int(different[0])
                if start + at < n_left - 1 or excess[at] > largest:
                    largest = float(excess[at])
                    index = self._n_checked + start + at
                    self._found = Parting(index, name, float(own[at]), float(other[at]))
                n_left = start + at + 1
                break
        self._n_checked += len(at_s)


def _excess(first: Array, second: Array, span: float, tolerance: float) -> Array:
    """Return by how much values differ beyond the tolerance, in spans; infinite where only one of them exists."""
    with np.errstate(invalid="ignore", over="ignore"):
        excess = np.abs(first - second) / max(span, _SMALLEST_SPAN) - tolerance
    excess = np.where(first == second, 0.0, np.nan_to_num(excess, nan=0.0, posinf=np.inf))
    return np.where(np.isnan(first) != np.isnan(second), np.inf, excess)


def _is_same(one: TimeMap, other: TimeMap) -> bool:
    return np.array_equal(one.first_s, other.first_s) and np.array_equal(one.second_s, other.second_s)


def _span(values: Array) -> float:
    known = finite(values)
    known = known[~np.isnan(known)]
    return float(known.max() - known.min()) if known.size else 0.0


def _mapped(times_s: Array, source: Array, target: Array) -> Array:
    shifted = np.interp(times_s, source, target)
    before, after = times_s < source[0], times_s > source[-1]
    result: Array = np.where(before, times_s - source[0] + target[0], shifted)
    return np.where(after, times_s - source[-1] + target[-1], result)


_BY_TIME = TimeMap(np.zeros(1), np.zeros(1))
