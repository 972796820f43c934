"""The box beside what is under the pointer: its name and its numbers."""

from collections.abc import Callable

import numpy as np
from PyQt5.QtCore import QPointF, QRect, QRectF, Qt
from PyQt5.QtGui import QFontMetrics, QPainter, QPen

from osimviz.formatting import number
from osimviz.frames import Frame, RunInfo
from osimviz.render.picking import Picked
from osimviz.ui.theme import Theme
from osimviz.ui.view3d.legend import paint_box

_RING_PX, _AWAY_PX, _ROW_PX = 3.0, 46, 17
#: Space within the box at its sides, and between names and numbers.
_PADDING_PX, _COLUMN_GAP_PX = 10, 14
#: Height of the title with the space around it.
_TITLE_PX = 26
#: About the width of the legend at the right edge of the view, and the part of the height that it takes.
_LEGEND_PX, _LEGEND_SHARE = 165, 0.6


def facts(picked: Picked, frame: Frame, info: RunInfo) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the title and the rows (name, number with unit) of what was picked."""
    if picked.kind == "bone":
        names = info.geometry.body_names
        title = picked.name.rsplit(".", 1)[0]
        if picked.body not in names:
            return title, (("fixed to", "ground"),)
        place = frame.body_positions_m[names.index(picked.body)]
        return title, (("body", picked.body), ("height", _text(place[1], "m")), ("forward", _text(place[0], "m")))
    i = picked.index
    quantities = (
        ("activation", frame.activation[i], ""),
        ("excitation", frame.excitation[i], ""),
        ("force", frame.fiber_force_n[i], "N"),
        ("fibre length", frame.fiber_length[i], "opt"),
        ("fibre velocity", frame.fiber_velocity[i], "opt/s"),
    )
    return picked.name, tuple((name, _text(value, unit)) for name, value, unit in quantities if not np.isnan(value))


def paint_hover(
    painter: QPainter,
    area: QRect,
    picked: Picked,
    frame: Frame,
    info: RunInfo,
    to_widget: Callable[[np.ndarray], np.ndarray],
    theme: Theme,
) -> None:
    """Paint a ring at the place, and a leader to the box of facts."""
    x, y = to_widget(np.array([picked.point_m]))[0]
    if not (np.isfinite(x) and np.isfinite(y)):
        return
    title, rows = facts(picked, frame, info)
    box = _box(area, x, y, title, rows, theme)
    painter.setPen(QPen(theme.colour("text_mid"), 1))
    corner_x = box.left() if box.left() > x else box.right()
    painter.drawLine(QPointF(x, y), QPointF(corner_x, min(max(y, box.top()), box.bottom())))
    painter.setPen(QPen(theme.colour("text"), 1.5))
    painter.setBrush(Qt.NoBrush)
    painter.drawEllipse(QPointF(x, y), _RING_PX, _RING_PX)
    paint_box(painter, box, theme)
    painter.setPen(theme.colour("text"))
    painter.setFont(theme.font(bold=True))
    left, width = box.left() + _PADDING_PX, box.width() - 2 * _PADDING_PX
    painter.drawText(QRectF(left, box.top() + 5, box.width(), 18), Qt.AlignVCenter, title)
    painter.setFont(theme.font(small=True))
    for i, (name, text) in enumerate(rows):
        row = QRectF(left, box.top() + _TITLE_PX + i * _ROW_PX, width, _ROW_PX)
        painter.setPen(theme.colour("text_mid"))
        painter.drawText(row, Qt.AlignVCenter | Qt.AlignLeft, name)
        painter.setPen(theme.colour("text"))
        painter.drawText(row, Qt.AlignVCenter | Qt.AlignRight, text)


def _text(value: float, unit: str) -> str:
    return f"{number(value, unit)} {unit}".rstrip()


def _box(area: QRect, x: float, y: float, title: str, rows: tuple[tuple[str, str], ...], theme: Theme) -> QRectF:
    """Return where the box of a place goes: beside it, within the area, out of the legend's way if there is room."""
    metrics = QFontMetrics(theme.font(small=True))
    names = max((metrics.horizontalAdvance(name) for name, _ in rows), default=0)
    numbers = max((metrics.horizontalAdvance(text) for _, text in rows), default=0)
    inner = max(QFontMetrics(theme.font(bold=True)).horizontalAdvance(title), names + _COLUMN_GAP_PX + numbers)
    width = inner + 2 * _PADDING_PX
    height = _TITLE_PX + _ROW_PX * len(rows) + (4 if rows else 0)
    has_other_side = x - _AWAY_PX > width
    is_beside_legend = y < area.top() + _LEGEND_SHARE * area.height()
    room = area.right() - (_LEGEND_PX if is_beside_legend and has_other_side else 4)
    left = x + _AWAY_PX if x + _AWAY_PX + width < room else x - _AWAY_PX - width
    top = min(max(y - 30, area.top() + 6.0), area.bottom() - height - 6.0)
    return QRectF(left, top, width, height)
