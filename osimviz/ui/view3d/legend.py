"""The legend of the 3D view: quantity, unit and range of the colours, then a row for each layer that is shown."""

import numpy as np
from PyQt5.QtCore import QPointF, QRect, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen, QPolygonF

from osimviz.legend import LegendRow
from osimviz.palette import MapName, muscle_colours
from osimviz.ui.theme import Theme
from osimviz.view_choices import LEGENDS
from osimviz.view_state import ViewSettings

_MARGIN_PX, _PADDING_PX, _STRIP_PX, _ROW_PX = 12, 12, 108, 20
#: Words stay readable over every picture, and the picture is felt behind them. Chosen by eye.
_BOX_OPACITY = 0.88


class Legend:
    """Paints the legend; keeps the strips of the colour maps between paints."""

    def __init__(self, theme: Theme) -> None:
        self._strips: dict[MapName, QImage] = {}
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._bold, self._small = theme.font(bold=True), theme.font(small=True)

    def paint(
        self,
        painter: QPainter,
        area: QRect,
        settings: ViewSettings,
        rows: tuple[LegendRow, ...],
        *,
        shows_muscles: bool,
    ) -> None:
        """Paint into the upper right corner of an area; rows that have no room are left out."""
        scale = LEGENDS[settings.colour_source]
        metrics = QFontMetrics(self._small)
        widest = max((metrics.horizontalAdvance(row.text) for row in rows), default=0) + 24
        inner = max(
            _STRIP_PX, widest, QFontMetrics(self._bold).horizontalAdvance(scale.heading) if shows_muscles else 0
        )
        head = 54 if shows_muscles else 4
        n_rows = min(len(rows), max(int((area.height() - 120 - head) / _ROW_PX), 0))
        if not shows_muscles and not n_rows:
            return
        height = head + (n_rows * _ROW_PX + 8 if n_rows else 0)
        box = QRectF(area.right() - _MARGIN_PX - inner - 23, area.top() + _MARGIN_PX, inner + 24, height)
        paint_box(painter, box, self._theme)
        left, top = box.left() + _PADDING_PX, box.top()
        if shows_muscles:
            self._paint_scale(painter, left, top, settings)
            if n_rows:
                painter.setPen(QPen(self._theme.colour("line"), 1))
                painter.drawLine(QPointF(left, top + head), QPointF(left + inner, top + head))
        painter.setFont(self._small)
        for i, row in enumerate(rows[:n_rows]):
            middle = top + head + 4 + (i + 0.5) * _ROW_PX
            self._paint_sign(painter, QPointF(left + 7, middle), row)
            painter.setPen(self._theme.colour("text_mid"))
            painter.drawText(QRectF(left + 22, middle - 9, inner, 18), Qt.AlignVCenter, row.text)

    def _paint_scale(self, painter: QPainter, left: float, top: float, settings: ViewSettings) -> None:
        scale = LEGENDS[settings.colour_source]
        painter.setPen(self._theme.colour("text"))
        painter.setFont(self._bold)
        painter.drawText(QRectF(left, top + 6, 200, 16), Qt.AlignVCenter, scale.heading)
        painter.drawImage(QRectF(left, top + 26, _STRIP_PX, 8), self._strip(settings.colour_map))
        painter.setFont(self._small)
        painter.setPen(self._theme.colour("text_mid"))
        for text, alignment in zip(scale.marks, (Qt.AlignLeft, Qt.AlignHCenter, Qt.AlignRight), strict=True):
            painter.drawText(QRectF(left, top + 36, _STRIP_PX, 14), alignment | Qt.AlignVCenter, text)

    def _paint_sign(self, painter: QPainter, centre: QPointF, row: LegendRow) -> None:
        if row.sign == "disc":
            paint_centre_of_mass(painter, centre, 5.0)
            return
        if row.sign == "arrows":
            for offset, side in ((-4.0, "right"), (4.0, "left")):
                paint_arrow(
                    painter, centre + QPointF(offset, 6), centre + QPointF(offset, -7), self._theme.colour(side)
                )
            return
        colour = self._theme.colour(row.colour)
        if row.sign == "arrow":
            paint_arrow(painter, centre + QPointF(-7, 0), centre + QPointF(7, 0), colour)
            return
        painter.setPen(QPen(colour, 2))
        painter.setBrush(Qt.NoBrush)
        if row.sign == "line":
            painter.drawLine(centre + QPointF(-7, 0), centre + QPointF(7, 0))
        elif row.sign == "cord":
            # The colour of bone is as light as a light theme's box.
            painter.fillRect(QRectF(centre.x() - 7, centre.y() - 2.5, 14, 5), self._theme.colour("text_weak"))
            painter.fillRect(QRectF(centre.x() - 6, centre.y() - 1.5, 12, 3), colour)
        elif row.sign == "arc":
            painter.drawArc(QRectF(centre.x() - 6, centre.y() - 6, 12, 12), 30 * 16, 270 * 16)
        elif row.sign == "rings":
            for radius in (3.0, 6.0):
                painter.drawEllipse(centre, radius, radius)
        elif row.sign == "patch":
            painter.drawRect(QRectF(centre.x() - 6, centre.y() - 4, 12, 8))
        else:
            painter.setPen(Qt.NoPen)
            painter.setBrush(colour)
            if row.sign == "dot":
                painter.drawEllipse(centre, 4.5, 4.5)
            else:
                corners = [QPointF(6, 0), QPointF(0, 5), QPointF(-6, 0), QPointF(0, -5)]
                painter.drawPolygon(QPolygonF([centre + corner for corner in corners]))
            painter.setBrush(Qt.NoBrush)

    def _strip(self, name: MapName) -> QImage:
        if name not in self._strips:
            colours = np.ascontiguousarray(muscle_colours(np.linspace(0.0, 1.0, _STRIP_PX), name))
            self._strips[name] = QImage(colours.data, _STRIP_PX, 1, 3 * _STRIP_PX, QImage.Format_RGB888).copy()
        return self._strips[name]


def paint_box(painter: QPainter, rectangle: QRectF, theme: Theme) -> None:
    """Paint the ground of words over the picture."""
    painter.setPen(Qt.NoPen)
    painter.setBrush(theme.colour("panel", _BOX_OPACITY))
    painter.drawRoundedRect(rectangle, 3, 3)
    painter.setBrush(Qt.NoBrush)


def paint_arrow(painter: QPainter, start: QPointF, tip: QPointF, colour: QColor) -> None:
    """Paint a small arrow."""
    along = tip - start
    length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1e-6)
    unit = along / length
    across = QPointF(-unit.y(), unit.x())
    neck = tip - 6.0 * unit
    painter.setPen(QPen(colour, 2))
    painter.drawLine(start, neck)
    painter.setPen(Qt.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([neck + 4.0 * across, neck - 4.0 * across, tip]))
    painter.setBrush(Qt.NoBrush)


def paint_centre_of_mass(painter: QPainter, centre: QPointF, radius_px: float) -> None:
    """Paint the quartered disc that marks a centre of mass."""
    box = QRectF(centre.x() - radius_px, centre.y() - radius_px, 2 * radius_px, 2 * radius_px)
    painter.setPen(Qt.NoPen)
    painter.setBrush(QColor("#ffffff"))
    painter.drawEllipse(box)
    painter.setBrush(QColor("#000000"))
    painter.drawPie(box, 0, 90 * 16)
    painter.drawPie(box, 180 * 16, 90 * 16)
    painter.setPen(QPen(QColor("#000000"), 1))
    painter.setBrush(Qt.NoBrush)
    painter.drawEllipse(box)
