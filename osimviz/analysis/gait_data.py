"""Strides of a run and the plotted channels over them, worked out once for each set of strides."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from osimviz.analysis.gait_cycles import Cycles, Stride, cycles, settled, stride_at, strides_of
from osimviz.analysis.gait_events import FootEvent, contacts_of_run
from osimviz.frames import FEET, GRAVITY_M_S2, Array
from osimviz.recording import Recording


@dataclass(frozen=True, slots=True)
class FootSummary:
    """The strides of a foot in numbers.

    Attributes
    ----------
    foot : str
        ``right`` or ``left``.
    n_strides : int
        How many there are.
    time_s, time_deviation_s : float
        Mean duration and its standard deviation (n − 1); NaN where there are none, or fewer than two.
    stance_share : float
        Mean share of the stride at which the foot leaves the ground; NaN where it is not known.
    """

    foot: str
    n_strides: int
    time_s: float
    time_deviation_s: float
    stance_share: float


class GaitData:
    """The gait cycles of one run.

    Parameters
    ----------
    recording : Recording
        The run.
    settling_s : float
        Strides that begin earlier are left out while there are later ones.

    Attributes
    ----------
    strides : dict of str to list of Stride
        By foot; those that are shown.
    n_left_out : int
        Strides of both feet that began before the gait had settled.
    """

    def __init__(self, recording: Recording, settling_s: float) -> None:
        self.recording = recording
        self.strides: dict[str, list[Stride]] = {foot: [] for foot in FEET}
        self.n_left_out = 0
        self._settling_s = settling_s
        self._n_frames = 0
        self._times: Array = np.empty(0)
        self._events: list[FootEvent] = []
        self._toe_offs: dict[str, list[int]] = {}
        self._cycles: dict[tuple[str, str], Cycles] = {}

    @property
    def times_s(self) -> Array:
        """Times of the frames, shape (n,)."""
        return self._times

    def forget_channels(self) -> None:
        """Work all cycles out anew when they are asked for: a channel may be another under its name."""
        self._cycles.clear()

    def set_settling(self, settling_s: float) -> None:
        """Leave other strides out."""
        self._settling_s = settling_s
        self._choose()

    def read_new(self) -> bool:
        """Take the frames that came since the last time; return whether there is another stride."""
        if len(self.recording) == self._n_frames:
            return False
        self._n_frames = len(self.recording)
        self._times = self.recording.time_s()
        weight_n = self.recording.info.geometry.mass_kg * GRAVITY_M_S2
        _, self._events = contacts_of_run(
            self.recording.field("ground_reaction_n"), weight_n, self.recording.info.step_s
        )
        self._toe_offs = {
            foot: [
                event.index
                for event in self._events
                if event.foot == foot and event.kind == "toe-off" and not event.is_chatter
            ]
            for foot in FEET
        }
        return self._choose()

    def foot_of(self, name: str) -> str:
        """Return the foot whose contacts cut a channel: its own side's, otherwise the right one if that has strides."""
        side = self.recording.channel(name).side
        if side:
            return side
        return "right" if self.strides["right"] or not self.strides["left"] else "left"

    def cycles_of(self, name: str, foot: str = "") -> Cycles:
        """Return a channel over the strides of a foot, its own by default, in its own unit."""
        foot = foot or self.foot_of(name)
        key = (name, foot)
        if key not in self._cycles:
            self._cycles[key] = cycles(self._times, self.recording.column(name)[: self._n_frames], self.strides[foot])
        return self._cycles[key]

    def place_of(self, foot: str, index: int) -> tuple[int, float] | None:
        """Return the stride of a foot that a frame lies in and how much of it is over; None outside all of them."""
        return stride_at(self.strides[foot], self._times, index) if index < self._n_frames else None

    def frame_at(self, foot: str, share: float, near: int) -> int:
        """Return the frame at a share of the stride that frame `near` lies in, or of the nearest; -1 without any."""
        strides = self.strides[foot]
        if not strides:
            return -1
        place = self.place_of(foot, near)
        nearest = min(strides, key=lambda stride: min(abs(stride.start - near), abs(stride.end - near)))
        stride = strides[place[0]] if place is not None else nearest
        at_s = self._times[stride.start] + share * (self._times[stride.end] - self._times[stride.start])
        part = self._times[stride.start : stride.end + 1]
        return stride.start + int(np.argmin(np.abs(part - at_s)))

    def summary(self, foot: str) -> FootSummary:
        """Return the strides of a foot in numbers."""
        strides = self.strides[foot]
        times = np.array([self._times[stride.end] - self._times[stride.start] for stride in strides])
        shares = [share for stride in strides if (share := self._stance_share(stride)) is not None]
        return FootSummary(
            foot,
            len(strides),
            float(times.mean()) if len(times) else float("nan"),
            float(times.std(ddof=1)) if len(times) > 1 else float("nan"),
            float(np.mean(shares)) if shares else float("nan"),
        )

    def _stance_share(self, stride: Stride) -> float | None:
        """Return where in a stride the foot leaves the ground; None if it leaves it never or several times."""
        offs = self._toe_offs[stride.foot]
        first, beyond = bisect_right(offs, stride.start), bisect_left(offs, stride.end)
        if beyond - first != 1:
            return None
        whole = self._times[stride.end] - self._times[stride.start]
        return float((self._times[offs[first]] - self._times[stride.start]) / whole)

    def _choose(self) -> bool:
        before = self.strides
        every = {foot: strides_of(self._events, foot) for foot in FEET}
        self.strides = {foot: settled(found, self._times, self._settling_s) for foot, found in every.items()}
        self.n_left_out = sum(len(every[foot]) - len(self.strides[foot]) for foot in FEET)
        if self.strides == before:
            return False
        self._cycles.clear()
        return True
