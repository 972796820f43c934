"""Draws the lanes of the timeline: ruler ticks, names, stance bars, reward, step wall time. Painting only."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QPainter, QPen, QPolygonF

from osimviz.analysis.lane_data import LaneData
from osimviz.analysis.spans import Span
from osimviz.finite_values import finite
from osimviz.formatting import short_number
from osimviz.frames import Array
from osimviz.plot_series import extremes_per_column
from osimviz.ui.commands import with_keys
from osimviz.ui.polygons import polygon_of
from osimviz.ui.theme import Theme
from osimviz.ui.timeline.layout import LaneLayout
from osimviz.ui.timeline.painter import TimelinePainter
from osimviz.ui.timeline.scale import TimeScale

_BAR_PX = 10
#: Space above and below the curve of the reward.
_CURVE_MARGIN_PX = 6
#: The lane of the wall times is as high as so many medians: a single stall must not flatten all other bars.
_FULL_MEDIANS = 3.0
#: Bars stand apart while each has at least this width.
_GAP_FROM_PX = 4.0


class LanePainter(TimelinePainter):
    """Paints one state of the lanes, on a transparent ground.

    Parameters as of `TimelinePainter`.
    """

    def __init__(self, painter: QPainter, theme: Theme, layout: LaneLayout, scale: TimeScale) -> None:
        super().__init__(painter, theme, layout, scale)
        painter.setFont(self._font)

    def paint_ground(self, data: LaneData | None, step_s: float) -> None:
        """Paint the lines between lanes, the ticks of the ruler, and the names at the left."""
        painter, layout, theme = self._painter, self._layout, self._theme
        painter.setPen(QPen(theme.colour("grid"), 1))
        for lane, (top, _) in layout.spans.items():
            if lane not in ("ruler", "events"):
                painter.drawLine(QLineF(layout.left_px, top + 0.5, layout.right_px, top + 0.5))
        self._ticks(step_s)
        painter.setPen(theme.colour("text_weak"))
        self._name("s", *layout.spans["ruler"])
        painter.setPen(theme.colour("text_mid"))
        names = {
            "events": "events",
            "checks": "checks",
            "right": "stance R",
            "left": "stance L",
            "wall_time": "wall time" if layout.is_narrow else "step wall time",
        }
        for lane, text in names.items():
            if lane in layout.spans:
                top, height = layout.spans[lane]
                self._name(text, top, height / 2 if lane == "events" else height)
        if "reward" in layout.spans:
            self._reward_name(data)

    def paint_data(self, data: LaneData) -> None:
        """Paint wall times, reward and stances."""
        self._painter.setClipRect(self._layout.lanes_box())
        if "wall_time" in self._layout.spans:
            self._wall_times(data)
        if "reward" in self._layout.spans:
            self._return(data)
            self._reward(data)
        if "right" in self._layout.spans:
            self._stances(data)
        self._painter.setClipping(False)

    def paint_empty(self, recorded_s: float, *, has_events: bool) -> None:
        """Say what goes into the lanes, beyond the part that is recorded; not of events where there are some."""
        layout = self._layout
        left = max(layout.left_px + 64.0, self._scale.x_of(recorded_s) + 18)
        self._painter.setPen(self._theme.colour("text_weak"))
        hints = {
            "events": "Foot contacts and the end of the run appear here.",
            "checks": "Values out of bounds, clipped actions, missing numbers and slow steps appear here.",
            "reward": "Drag anywhere to scrub, also while the run goes on.  Left and right arrow: one step.",
        }
        if "right" not in layout.spans:
            hints["events"] = "The end of the run appears here."
        if has_events:
            del hints["events"]
        for lane, text in hints.items():
            if lane not in layout.spans:
                continue
            top, height = layout.spans[lane]
            if lane == "events" and recorded_s:
                # The lower half says what a run that grows is doing.
                height //= 2
            if left + self._metrics.horizontalAdvance(text) < layout.right_px:
                self._painter.drawText(QRectF(left, top, 900, height), Qt.AlignVCenter, text)

    def paint_missing(self, data: LaneData, *, has_all_marks: bool) -> None:
        """Say of a whole run why a lane of it is empty.

        Parameters
        ----------
        data : LaneData
            The run.
        has_all_marks : bool
            Whether all of it was looked at for what deserves a look.
        """
        hints = {}
        if not data.events and not data.bookmarks:
            what = "No foot landed or left the ground" if data.has_feet else "No forces of the ground"
            hints["events"] = f"{what}. {with_keys('{bookmark} marks a step.')}"
        if has_all_marks and not data.has_checks:
            hints["checks"] = "No value out of bounds, clipped or missing, and no stall."
        if not data.finite_rewards.size:
            hints["reward"] = "No reward was recorded. The button above at the right hides lanes."
        if not np.isfinite(data.wall_times_s).any():
            hints["wall_time"] = "It was not recorded how long steps took."
        # Marks were painted before, with fonts of their own.
        self._painter.setFont(self._font)
        self._painter.setPen(self._theme.colour("text_weak"))
        for lane, text in hints.items():
            if lane in self._layout.spans:
                top, height = self._layout.spans[lane]
                # The lower half has the end's mark.
                height = height // 2 if lane == "events" else height
                self._painter.drawText(QRectF(self._layout.left_px + 18, top, 900, height), Qt.AlignVCenter, text)

    def _ticks(self, step_s: float) -> None:
        """Paint a tick per step where there is room, higher ones half way between labels, the highest at labels."""
        scale, painter = self._scale, self._painter
        top, height = self._layout.spans["ruler"]
        bottom = top + height
        painter.setClipRect(self._layout.box("ruler"))
        for times, size, colour in (
            (scale.minor_ticks(step_s), 4, self._theme.colour("edge")),
            (scale.middle_ticks(), 7, self._theme.colour("edge")),
            (scale.label_ticks(), 10, self._theme.colour("disabled")),
        ):
            painter.setPen(QPen(colour, 1))
            columns = [round(scale.x_of(time_s)) + 0.5 for time_s in times]
            painter.drawLines([QLineF(x, bottom - size, x, bottom) for x in columns])
        painter.setClipping(False)

    def _name(self, text: str, top: float, height: float) -> None:
        box = QRectF(0, top, self._layout.left_px - 8, height)
        self._painter.drawText(box, Qt.AlignRight | Qt.AlignVCenter, text)

    def _reward_name(self, data: LaneData | None) -> None:
        """Name the lane and, under the name where it covers nothing, the range it spans."""
        top, height = self._layout.spans["reward"]
        known = data.finite_rewards if data is not None else np.empty(0)
        if not known.size:
            self._name("reward", top, height)
            return
        self._name("reward", top + 1, height / 2)
        self._painter.setPen(self._theme.colour("text_weak"))
        low, high = _reward_range(known)
        text = f"{short_number(low)} to {short_number(high)}" if low < 0 else f"0–{short_number(high)}"
        if self._metrics.horizontalAdvance(text) > self._layout.left_px - 10:
            # Two digits each where three do not fit: half a minus sign would tell a lie.
            text = f"{low:.2g} to {high:.2g}".replace("-", "−")
        self._name(text, top + height / 2, height / 2)

    def _stances(self, data: LaneData) -> None:
        """Paint a bar per stance; chatter as an outline."""
        for foot, stances in data.stances.items():
            top, height = self._layout.spans[foot]
            colour = self._theme.colour(foot)
            for stance in stances:
                left = self._scale.x_of(data.time_of(stance.first))
                right = self._scale.x_of(data.time_of(min(stance.last + 1, data.n_frames - 1)))
                if right < self._layout.left_px or left > self._layout.right_px:
                    continue
                box = QRectF(left, top + (height - _BAR_PX) // 2 + 1, max(right - left, 1.0), _BAR_PX)
                if stance.is_chatter and box.width() > 3:
                    self._painter.setPen(QPen(colour, 1))
                    self._painter.setBrush(Qt.NoBrush)
                    edge = QRectF(round(left) + 0.5, box.top() + 0.5, round(box.width()) - 1, _BAR_PX - 1)
                    self._painter.drawRect(edge)
                else:
                    self._painter.fillRect(box, colour)

    def _reward(self, data: LaneData) -> None:
        """Paint one level piece per step; where steps are narrower than a pixel, the range of each column."""
        known = data.finite_rewards
        if not known.size:
            return
        low, high = _reward_range(known)
        ys = self._reward_ys(finite(data.rewards), low, high)
        self._painter.setPen(QPen(self._theme.colour("series1"), 1))
        xs = self._scale.xs_of(data.times_s)
        if data.step_s * self._scale.px_per_s >= 1.0:
            self._painter.drawPolyline(_stairs(xs, ys, self._layout))
        else:
            left = self._layout.left_px
            lowest, highest = extremes_per_column(ys, np.floor(xs).astype(int) - left, self._layout.right_px - left)
            self._painter.drawLines(_columns(lowest, highest, left))

    def _return(self, data: LaneData) -> None:
        """Paint the sum of the rewards so far over its own range: how it bends tells more than how high it is."""
        values = finite(data.returns)
        known = values[~np.isnan(values)]
        if known.size < 2:
            return
        low, high = _reward_range(known)
        ys = self._reward_ys(values, low, high)
        xs = self._scale.xs_of(data.times_s)
        left = self._layout.left_px
        self._painter.setPen(QPen(self._theme.colour("series3"), 1))
        if data.step_s * self._scale.px_per_s >= 1.0:
            first = max(int(np.searchsorted(xs, left)) - 1, 0)
            last = min(int(np.searchsorted(xs, self._layout.right_px)) + 2, len(xs))
            seen = np.flatnonzero(~np.isnan(ys[first:last])) + first
            self._painter.setRenderHint(QPainter.Antialiasing)
            self._painter.drawPolyline(polygon_of(xs[seen], ys[seen]))
            self._painter.setRenderHint(QPainter.Antialiasing, False)
        else:
            columns = np.floor(xs).astype(int) - left
            self._painter.drawLines(_columns(*extremes_per_column(ys, columns, self._layout.right_px - left), left))

    def _reward_ys(self, values: Array, low: float, high: float) -> Array:
        """Return where values (n,) of a range stand in the lane of the reward, px."""
        top, height = self._layout.spans["reward"]
        return top + height - _CURVE_MARGIN_PX - (values - low) / (high - low) * (height - 2 * _CURVE_MARGIN_PX)

    def _wall_times(self, data: LaneData) -> None:
        """Paint a bar per step and the dashed line of real time.

        One too tall for the lane is darker, and one of a slow step has the colour of its mark in the lane of checks.
        """
        wall, scale, layout = finite(data.wall_times_s), self._scale, self._layout
        known = wall[~np.isnan(wall)]
        if not known.size:
            return
        full = max(_FULL_MEDIANS * float(np.median(known)), 1.5 * data.step_s)
        top, height = layout.spans["wall_time"]
        base, room = top + height - 3, height - 6
        columns = np.floor(scale.xs_of(data.times_s - data.step_s)).astype(int) - layout.left_px
        n_columns = layout.right_px - layout.left_px
        _, largest = extremes_per_column(wall, columns, n_columns)
        width = max(data.step_s * scale.px_per_s, 1.0)
        gap = 1 if width >= _GAP_FROM_PX else 0
        at = np.flatnonzero(np.isfinite(largest))
        shares = largest[at] / full
        heights = np.maximum(np.rint(np.minimum(shares, 1.0) * room), 1.0)
        bar_px = max(round(width) - gap, 1)
        self._painter.setPen(Qt.NoPen)
        is_slow = _columns_of(data.spans.get("slow", ()), columns, n_columns)[at]
        is_cut = (shares > 1.0) & ~is_slow
        for chosen, name in ((~is_slow & ~is_cut, "edge"), (is_cut, "disabled"), (is_slow, "warn")):
            self._painter.setBrush(self._theme.colour(name))
            bars = zip((at[chosen] + layout.left_px).tolist(), heights[chosen].tolist(), strict=True)
            self._painter.drawRects([QRectF(x, base - tall, bar_px, tall) for x, tall in bars])
        self._painter.setBrush(Qt.NoBrush)
        y = round(base - data.step_s / full * room) + 0.5
        pen = QPen(self._theme.colour("text_weak"), 1)
        pen.setDashPattern([2, 3])
        self._painter.setPen(pen)
        self._painter.drawLine(QLineF(layout.left_px, y, layout.right_px, y))


def _reward_range(known: Array) -> tuple[float, float]:
    """Return the range of the reward lane, with 0 in it."""
    low, high = min(float(known.min()), 0.0), max(float(known.max()), 0.0)
    return low, high if high > low else low + 1.0


def _stairs(xs: Array, ys: Array, layout: LaneLayout) -> QPolygonF:
    """Return the level pieces of the visible steps; step k reaches from the time before it to its own."""
    first = max(int(np.searchsorted(xs, layout.left_px)) - 1, 1)
    last = min(int(np.searchsorted(xs, layout.right_px)) + 2, len(xs))
    levels = np.rint(ys[first:last]) + 0.5
    pieces = zip(xs[first - 1 : last - 1].tolist(), xs[first:last].tolist(), levels.tolist(), strict=True)
    return QPolygonF([QPointF(x, y) for left, right, y in pieces if y == y for x in (left, right)])


def _columns_of(spans: Sequence[Span], columns: NDArray[np.intp], n_columns: int) -> NDArray[np.bool_]:
    """Return which pixel columns (n_columns,) have a frame of the spans, by the column of every frame."""
    has_frame = np.zeros(n_columns, dtype=bool)
    for span in spans:
        own = columns[span.first : span.last + 1]
        has_frame[own[(own >= 0) & (own < n_columns)]] = True
    return has_frame


def _columns(lowest: Array, highest: Array, left_px: int) -> list[QLineF]:
    """Return a line per pixel column, reaching to its neighbour's so that the curve has no gaps."""
    lines = []
    before = float("nan")
    for column in np.flatnonzero(np.isfinite(lowest)):
        low, high = float(lowest[column]), float(highest[column])
        x = left_px + int(column) + 0.5
        lines.append(QLineF(x, min(low, before) if before == before else low, x, max(high, low + 1.0)))
        before = low if abs(low - before) > abs(high - before) else high
    return lines
