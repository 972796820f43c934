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
#: Width of the legend at the right edge of the view.
_LEGEND_PX = 165


def facts(picked: Picked, frame: Frame, info: RunInfo) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the title and the rows (name, number with unit) of what was picked."""
    if picked.kind == "bone":
        names = info.geometry.body_names
        title = picked.name.rsplit(".", 1)[0]
        if picked.body not in names:
            return title, (("fixed to", "ground"),)
        place = frame.body_positions_m[names.index(picked.body)]
        rows = [("body", picked.body), ("height", f"{number(place[1])} m"), ("forward", f"{number(place[0])} m")]
        return title, tuple(rows)
    i = picked.index
    length = frame.fiber_length[i]
    rows = [
        ("activation", number(frame.activation[i])),
        ("excitation", number(frame.excitation[i])),
        ("force", f"{frame.fiber_force_n[i]:.0f} N".replace("-", "−")),
        ("fibre length", f"{number(length)} opt"),
        ("fibre velocity", f"{number(frame.fiber_velocity[i])} opt/s"),
    ]
    return picked.name, tuple((name, text) for name, text in rows if not text.startswith(("–", "nan")))


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
    bold, small = theme.font(bold=True), theme.font(small=True)
    bold_metrics, metrics = QFontMetrics(bold), QFontMetrics(small)
    names = max((metrics.horizontalAdvance(name) for name, _ in rows), default=0)
    numbers = max((metrics.horizontalAdvance(text) for _, text in rows), default=0)
    width = max(bold_metrics.horizontalAdvance(title), names + 14 + numbers) + 20
    height = 26 + _ROW_PX * len(rows) + (4 if rows else 0)
    # The legend's corner stays free where there is room on the other side.
    room = area.right() - (_LEGEND_PX if y < area.top() + 0.6 * area.height() and x - _AWAY_PX > width else 4)
    left = x + _AWAY_PX if x + _AWAY_PX + width < room else x - _AWAY_PX - width
    top = min(max(y - 30, area.top() + 6.0), area.bottom() - height - 6.0)
    box = QRectF(left, top, width, height)
    painter.setPen(QPen(theme.colour("text_mid"), 1))
    corner_x = box.left() if left > x else box.right()
    painter.drawLine(QPointF(x, y), QPointF(corner_x, min(max(y, box.top()), box.bottom())))
    painter.setPen(QPen(theme.colour("text"), 1.5))
    painter.setBrush(Qt.NoBrush)
    painter.drawEllipse(QPointF(x, y), _RING_PX, _RING_PX)
    paint_box(painter, box, theme)
    painter.setPen(theme.colour("text"))
    painter.setFont(bold)
    painter.drawText(QRectF(box.left() + 10, box.top() + 5, width, 18), Qt.AlignVCenter, title)
    painter.setFont(small)
    for i, (name, text) in enumerate(rows):
        row = QRectF(box.left() + 10, box.top() + 26 + i * _ROW_PX, width - 20, _ROW_PX)
        painter.setPen(theme.colour("text_mid"))
        painter.drawText(row, Qt.AlignVCenter | Qt.AlignLeft, name)
        painter.setPen(theme.colour("text"))
        painter.drawText(row, Qt.AlignVCenter | Qt.AlignRight, text)
