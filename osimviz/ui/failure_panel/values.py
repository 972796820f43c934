"""What the controller got and gave at the step that failed, by name: a list of the observation, bars of the action."""

from collections.abc import Sequence

import numpy as np
from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import QHeaderView, QSizePolicy, QTreeWidget, QTreeWidgetItem, QWidget

from osimviz.channels import Channel, side_of
from osimviz.formatting import number, shown_unit
from osimviz.frames import Array
from osimviz.muscle_rows import muscle_rows
from osimviz.ui.theme import Theme

#: Room between two bars, below them for the names, at the left for the numbers of the axis, between two muscles.
_BAR_GAP_PX, _NAMES_PX, _AXIS_PX, _GROUP_GAP_PX = 2, 18, 22, 6


def observation_channels(channels: Sequence[Channel]) -> list[Channel]:
    """Return the channels of the observation vector."""
    return [channel for channel in channels if channel.field == "observation"]


def faults_of(values: Array, channels: Sequence[Channel]) -> dict[int, str]:
    """Return which elements of an observation are wrong, and why, by their place in the vector."""
    found = {int(i): "not finite" for i in np.flatnonzero(~np.isfinite(values))}
    for channel in observation_channels(channels):
        if channel.index < values.size and channel.index not in found:
            value = float(values[channel.index]) * channel.scale
            if not channel.lower <= value <= channel.upper:
                found[channel.index] = "out of bounds"
    return found


def summary(values: Array, channels: Sequence[Channel]) -> str:
    """Return an observation in a few words: ``339 numbers, all finite, all inside their bounds``."""
    faults = list(faults_of(values, channels).values())
    n_missing, n_outside = faults.count("not finite"), faults.count("out of bounds")
    finite = f"{n_missing} not finite" if n_missing else "all finite"
    inside = f"{n_outside} out of bounds" if n_outside else "all inside their bounds"
    return f"{values.size} numbers, {finite}, {inside}"


class ObservationList(QTreeWidget):
    """Every element of an observation by name; those that are wrong stand first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("observation")
        self.setAccessibleName("Observation at the failure")
        self.setColumnCount(3)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setMinimumHeight(64)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.Stretch)
        for column in (1, 2):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeToContents)

    def show_values(self, values: Array, channels: Sequence[Channel]) -> None:
        """Show an observation."""
        self.clear()
        faults = faults_of(values, channels)
        known = {channel.index: channel for channel in observation_channels(channels)}
        items = []
        for index in sorted(range(values.size), key=lambda i: (i not in faults, i)):
            channel = known.get(index)
            name = channel.name.removeprefix("observation/") if channel is not None else f"element {index}"
            unit = channel.unit if channel is not None else ""
            value = float(values[index]) * (channel.scale if channel is not None else 1.0)
            text = number(value, unit) if np.isfinite(value) else str(value)
            item = QTreeWidgetItem([name.replace("/", " / "), text, shown_unit(unit)])
            item.setTextAlignment(1, Qt.AlignRight | Qt.AlignVCenter)
            if index in faults:
                item.setForeground(1, self._theme.colour("warn" if faults[index] == "out of bounds" else "bad"))
                item.setToolTip(1, faults[index])
            item.setToolTip(0, channel.description if channel is not None else "")
            items.append(item)
        self.addTopLevelItems(items)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme


class ActionBars(QWidget):
    """A bar per element of an action, left and right of a muscle beside each other."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._values: Array = np.empty(0)
        self._names: tuple[str, ...] = ()
        # In a low window the traceback needs the room more.
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Maximum)

    def show_values(self, values: Array, names: Sequence[str]) -> None:
        """Show an action; elements without a name are numbered."""
        self._values = values
        self._names = tuple(names[i] if i < len(names) else str(i) for i in range(values.size))
        self.setToolTip("\n".join(f"{n}  {v:.3f}" for n, v in zip(self._names, values.tolist(), strict=True)))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(200, 110)

    def minimumSizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(200, 72)

    def groups(self) -> list[tuple[str, list[int]]]:
        """Return the muscles without their side, each with the elements that are its sides, left before right."""
        return [(row.title, [strip.muscle for strip in reversed(row.strips)]) for row in muscle_rows(self._names)]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override: bars from 0 to 1; what was clipped is cut and painted as a warning."""
        if not self._values.size:
            return
        painter = QPainter(self)
        font = self._theme.font(small=True)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        groups = self.groups()
        left, top, base = float(_AXIS_PX), 4.0, float(self.height() - _NAMES_PX)
        painter.setPen(self._theme.colour("text_weak"))
        for text, y in (("1", top), ("0", base)):
            painter.drawText(QRectF(0, y - 8, left - 6, 16), Qt.AlignRight | Qt.AlignVCenter, text)
            painter.fillRect(QRectF(left, y, self.width() - left, 1), self._theme.colour("grid"))
        room = (self.width() - left) / len(groups)
        for place, (stem, elements) in enumerate(groups):
            start = left + place * room
            width = max((room - _GROUP_GAP_PX) / max(len(elements), 1) - _BAR_GAP_PX, 1.0)
            for i, element in enumerate(elements):
                value = float(self._values[element])
                is_inside = 0.0 <= value <= 1.0
                height = (min(max(value, 0.0), 1.0) if np.isfinite(value) else 1.0) * (base - top)
                side = side_of(self._names[element]) or "series1"
                colour = self._theme.colour(side if is_inside else "warn" if np.isfinite(value) else "bad")
                x = start + _GROUP_GAP_PX / 2 + i * (width + _BAR_GAP_PX)
                painter.fillRect(QRectF(x, base - max(height, 1.0), width, max(height, 1.0)), colour)
            text = metrics.elidedText(stem, Qt.ElideRight, int(room) - 2)
            if len(text) > 1:
                painter.drawText(QRectF(start, base + 2, room, _NAMES_PX - 2), Qt.AlignCenter, text)
        painter.end()
