"""Where the lanes of the timeline lie: heights, gutters, and how much time they show."""

from collections.abc import Collection
from dataclasses import dataclass

from PyQt5.QtCore import QRectF

from osimviz.ui.timeline.scale import TimeScale
from osimviz.view_state import ViewState

#: Below this width of the window the smaller sizes hold (the design's tokens, like all sizes here).
NARROW_PX = 1400
#: Heights of ruler, events, checks, each stance lane, reward and wall time; that of the checks is our own.
_WIDE, _NARROW = (20, 48, 14, 20, 32, 28), (20, 44, 12, 18, 28, 26)
#: Lanes that can be hidden, with what they are called in the menu.
HIDEABLE = {"checks": "Checks", "stances": "Stances", "reward": "Reward and return", "wall_time": "Step wall time"}
#: Time 0 keeps off the edge of the lanes, so that a mark there is whole.
_INSET_PX = 8
#: Length of the axis of a run that is over, in lengths of the run: the mark of its end needs room.
_ROOM_FOR_END = 1.02
#: Middles of the two rows of the lane of events, as shares of its height: foot contacts, then all other marks.
_UPPER_ROW, _LOWER_ROW = 0.27, 0.72
#: An axis that grows with a run begins so long, s, and doubles.
_FIRST_ROOM_S = 3.0
#: An axis is never shorter than so many steps.
_FEWEST_STEPS = 10


@dataclass(frozen=True, slots=True)
class LaneLayout:
    """Sizes of one state of the lanes, px.

    Attributes
    ----------
    width_px : int
        Of the whole widget, gutters included.
    left_px, right_px : int
        Where the lanes begin and end between the gutters.
    spans : dict of str to (int, int)
        Top and height by lane: ``ruler``, ``events``, ``checks``, ``right``, ``left``, ``reward``, ``wall_time``.
    is_narrow : bool
        Whether the smaller sizes hold.
    """

    width_px: int
    left_px: int
    right_px: int
    spans: dict[str, tuple[int, int]]
    is_narrow: bool

    @classmethod
    def of(cls, width_px: int, *, has_feet: bool, hidden: Collection[str] = ()) -> "LaneLayout":
        """Return the layout of a width, without the lanes of `HIDEABLE` that are hidden.

        A model without feet has no stance lanes, and more room for its reward.
        """
        is_narrow = width_px < NARROW_PX
        ruler, events, checks, stance, reward, wall_time = _NARROW if is_narrow else _WIDE
        heights = {"ruler": ruler, "events": events, "checks": checks, "right": stance, "left": stance}
        if not has_feet:
            del heights["right"], heights["left"]
        heights["reward"] = reward if has_feet or "stances" in hidden else reward + 2 * stance
        heights["wall_time"] = wall_time
        gone = {*hidden, *(("right", "left") if "stances" in hidden else ())}
        spans, top = {}, 0
        for lane, height in heights.items():
            if lane not in gone:
                spans[lane] = (top, height)
                top += height
        left, right = (84, 80) if is_narrow else (96, 92)
        return cls(width_px, left, max(width_px - right, left + 20), spans, is_narrow)

    @property
    def event_rows_px(self) -> tuple[float, float]:
        """Middles of the two rows of events: foot contacts, and all other marks."""
        top, height = self.spans["events"]
        return top + _UPPER_ROW * height, top + _LOWER_ROW * height

    @property
    def bottom_px(self) -> int:
        """Where the last lane ends."""
        return max(sum(span) for span in self.spans.values())

    def box(self, lane: str) -> QRectF:
        """Return the place of a lane between the gutters."""
        top, height = self.spans[lane]
        return QRectF(self.left_px, top, self.right_px - self.left_px, height)

    def lanes_box(self) -> QRectF:
        """Return the place of all lanes, the ruler left out."""
        top = self.spans["ruler"][1]
        return QRectF(self.left_px, top, self.right_px - self.left_px, self.bottom_px - top)

    def scale(self, start_s: float, end_s: float) -> TimeScale:
        """Return the scale that shows a range of time over the lanes."""
        left = self.left_px + _INSET_PX
        return TimeScale(start_s, end_s, left, self.right_px - left)


def axis_end_s(view: ViewState | None, start_s: float = 0.0) -> float:
    """Return where the whole axis ends, s, if it begins at the time of the first frame.

    That is the run's end, with room for its mark; while a run grows it is the step limit, or, far before that, a range
    that doubles, so that a long run is not squeezed into its first pixels.
    """
    if view is None:
        return start_s + _FIRST_ROOM_S
    recorded_s = max(view.end_time_s - start_s, _FEWEST_STEPS * view.step_s)
    if view.phase in ("starting", "running", "stopping") or view.last_index < 0:
        limit_s = view.step_limit * view.step_s or _FIRST_ROOM_S
        room_s = _FIRST_ROOM_S
        while room_s < recorded_s * 1.1:
            room_s *= 2.0
        return start_s + max(min(limit_s, room_s), recorded_s)
    failed_s = view.outcome.time_s if view.outcome is not None else start_s
    if view.outcome is not None and view.outcome.failure is not None:
        failed_s = max(failed_s, view.end_time_s + view.step_s)
    return start_s + _ROOM_FOR_END * max(recorded_s, failed_s - start_s)
