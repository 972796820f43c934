"""What deserves a look in a run: values out of bounds, clipped actions, missing numbers, slow steps, targets.

Read step by step as a run grows; only wall times are read again, for what is slow depends on all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osimviz.analysis.spans import Span, spans_of
from osimviz.analysis.targets import changed_sentence, reached_sentence, target_changed, target_reached
from osimviz.analysis.thresholds import DEFAULT_THRESHOLDS, Thresholds
from osimviz.channels import Channel
from osimviz.formatting import number
from osimviz.frames import Array
from osimviz.recording import Recording
from osimviz.wording import listed

MarkKind = Literal["bounds", "clipped", "missing", "slow", "target", "target_change"]
#: The median means something from so many steps on.
_FEWEST_STEPS = 10
#: Fields in which every number must be one, after the reset; a centre of pressure in the air is none by design.
_FINITE_FIELDS = ("observation", "action", "reward", "state")
#: How many channels a sentence names.
_N_NAMED = 3


@dataclass(slots=True)
class RunMarks:
    """The marks of one run, kept as it grows.

    Attributes
    ----------
    recording : Recording
        The run.
    spans : dict of MarkKind to list of Span
        In order of time.
    n_read : int
        Frames that were looked at.
    thresholds : Thresholds
        From where on a step is slow, and how near to its target a hand has reached it.
    """

    recording: Recording
    spans: dict[MarkKind, list[Span]] = field(default_factory=dict)
    n_read: int = 0
    thresholds: Thresholds = DEFAULT_THRESHOLDS

    @property
    def is_complete(self) -> bool:
        """Whether every frame was looked at."""
        return self.n_read >= len(self.recording)

    def update(self, most: int | None = None) -> None:
        """Look at the frames that were appended since.

        Parameters
        ----------
        most : int, optional
            Look at no more frames than these: a long run is hundreds of megabytes of observations.
        """
        start, n_frames = self.n_read, len(self.recording)
        stop = n_frames if most is None else min(start + most, n_frames)
        if stop <= start:
            return
        for kind, look in _LOOKS.items():
            self._extend(kind, look(self.recording, start, stop), start)
        self._extend("target", target_reached(self.recording, start, stop, self.thresholds.target_radius_m), start)
        # The median is another one with every step: what was slow against an earlier one may be no more, and a first
        # step that compiles is seen to be slow only when ten others were not.
        self.spans["slow"] = spans_of(_slow(self.recording, stop, self.thresholds.slow_medians))
        self.n_read = stop

    def at(self, index: int) -> list[tuple[MarkKind, str]]:
        """Return the marks of a frame, each with a sentence that names what it is about."""
        found: list[tuple[MarkKind, str]] = []
        for kind, spans in self.spans.items():
            if any(span.first <= index <= span.last for span in spans):
                found.append((kind, _sentence(kind, self.recording, index)))
        return found

    def _extend(self, kind: MarkKind, holds: NDArray[np.bool_], start: int) -> None:
        """Add spans of newly read frames; one that goes on is made longer."""
        known = self.spans.setdefault(kind, [])
        for span in spans_of(holds, start):
            if known and known[-1].last == span.first - 1:
                known[-1] = Span(known[-1].first, span.last)
            else:
                known.append(span)


def bounded_channels(recording: Recording) -> list[Channel]:
    """Return the channels of the observation for which the environment declares a bound."""
    return [
        channel
        for channel in recording.info.channels
        if channel.field == "observation" and (np.isfinite(channel.lower) or np.isfinite(channel.upper))
    ]


def _out_of_bounds(recording: Recording, start: int, stop: int) -> NDArray[np.bool_]:
    channels = bounded_channels(recording)
    if not channels:
        return np.zeros(stop - start, dtype=bool)
    columns = [channel.index for channel in channels]
    values = recording.field("observation", start, stop).reshape(stop - start, -1)[:, columns]
    values = values * np.array([channel.scale for channel in channels])
    lower, upper = np.array([(channel.lower, channel.upper) for channel in channels]).T
    return np.asarray(((values < lower) | (values > upper)).any(axis=1))


def _clipped(recording: Recording, start: int, stop: int) -> NDArray[np.bool_]:
    """Return where elements of the action were cut; counted against 0..1 where the run does not tell."""
    told = recording.field("n_clipped", start, stop).reshape(-1)
    actions = recording.field("action", start, stop).reshape(stop - start, -1)
    outside = ((actions < 0.0) | (actions > 1.0)).any(axis=1)
    return np.asarray(np.where(np.isfinite(told), told > 0, outside))


def _missing(recording: Recording, start: int, stop: int) -> NDArray[np.bool_]:
    holds = np.zeros(stop - start, dtype=bool)
    # A motion from a file has no reward, and so no channel of it: there it is not missing.
    has_reward = any(channel.field == "reward" for channel in recording.info.channels)
    for name in _FINITE_FIELDS if has_reward else set(_FINITE_FIELDS) - {"reward"}:
        values = recording.field(name, start, stop).reshape(stop - start, -1)
        holds |= ~np.isfinite(values).all(axis=1)
    if start == 0 and len(holds):
        # No step led to the reset: its action and its reward do not exist.
        first = recording.frame(0)
        holds[0] = not (np.isfinite(first.observation).all() and np.isfinite(first.state).all())
    return holds


def _slow(recording: Recording, stop: int, medians: float) -> NDArray[np.bool_]:
    times = recording.field("wall_time_s").reshape(-1)
    holds = np.zeros(stop, dtype=bool)
    if len(times) > _FEWEST_STEPS:
        median = float(np.nanmedian(times[1:])) if np.isfinite(times[1:]).any() else np.inf
        with np.errstate(invalid="ignore"):
            holds = np.asarray(times[:stop] > medians * median)
    return holds


_LOOKS: dict[MarkKind, Callable[[Recording, int, int], NDArray[np.bool_]]] = {
    "bounds": _out_of_bounds,
    "clipped": _clipped,
    "missing": _missing,
    "target_change": target_changed,
}


def _sentence(kind: MarkKind, recording: Recording, index: int) -> str:
    if kind == "target":
        return reached_sentence(recording, index)
    if kind == "target_change":
        return changed_sentence(recording, index)
    frame = recording.frame(index)
    if kind == "slow":
        took_s = frame.wall_time_s
        return "slow step: computed in " + (f"{took_s:.1f} s" if took_s >= 1.0 else f"{number(took_s * 1e3, 'ms')} ms")
    if kind == "clipped":
        names, values = recording.info.action_names, frame.action
        outside = [i for i in range(min(len(names), len(values))) if not 0.0 <= values[i] <= 1.0]
        words = [f"{names[i]} {_shown(values[i])}" for i in outside]
        return f"action clipped: {listed(words, _N_NAMED)}" if words else "action clipped"
    if kind == "bounds":
        words = []
        for channel in bounded_channels(recording):
            value = float(frame.observation[channel.index]) * channel.scale
            if value < channel.lower or value > channel.upper:
                words.append(f"{channel.name.removeprefix('observation/')} {_shown(value)}")
        return f"out of bounds: {listed(words, _N_NAMED)}"
    return f"not finite: {listed(_missing_names(recording, index), _N_NAMED)}"


def _missing_names(recording: Recording, index: int) -> list[str]:
    frame = recording.frame(index)
    names = []
    for channel in recording.info.channels:
        if channel.field in _FINITE_FIELDS and (index > 0 or channel.field in ("observation", "state")):
            values: Array = np.ravel(getattr(frame, channel.field))
            if not np.isfinite(values[channel.index]):
                names.append(channel.name)
    return names or ["the model's state"]


def _shown(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
