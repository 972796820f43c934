"""How a row of the channel list looks: everything is painted, nothing is a widget."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from PyQt5.QtCore import QModelIndex, QObject, QPointF, QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF
from PyQt5.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from osimviz.channels import Channel
from osimviz.formatting import number, shown_unit
from osimviz.frames import Array, EndLimit
from osimviz.ui.channel_tree.columns import ROW_PX, Columns, group_x, label_x
from osimviz.ui.channel_tree.model import ChannelModel
from osimviz.ui.channel_tree.nodes import Node
from osimviz.ui.channel_tree.sparklines import Sparkline, Sparklines
from osimviz.ui.icons import icon
from osimviz.ui.polygons import polygon_of
from osimviz.ui.theme import Theme

_CHEVRON_PX, _SQUARE_PX, _RING_PX, _SPARK_HEIGHT_PX = 14, 6, 3.5, 14


class RowPainter(QStyledItemDelegate):
    """Paints groups and channels with sparkline, value and unit.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    model : ChannelModel
        What the rows mean.
    parent : QObject
        The view.

    Attributes
    ----------
    paint_left_px : int
        Left edge of what is being painted, told by the view: what lies left of it need not be painted.
    """

    def __init__(self, theme: Theme, model: ChannelModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._words: tuple[str, ...] = ()
        self._plotted: dict[str, QColor] = {}
        self._limits: dict[str, EndLimit] = {}
        self._sparklines: Sparklines | None = None
        self._values: Array | None = None
        self._cursor_share: float | None = None
        self._lines: dict[str, tuple[Sparkline, list[QPolygonF]]] = {}
        self.paint_left_px = 0
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._font, self._small = theme.font(), theme.font(small=True)
        self._metrics, self._small_metrics = QFontMetrics(self._font), QFontMetrics(self._small)
        self._spark_pen = QPen(theme.colour("text_weak"), 1)
        self._colours = {name: theme.colour(name) for name in theme.palette.colours}

    def set_query(self, query: str) -> None:
        """Mark these words in the names."""
        self._words = tuple(query.casefold().split())

    def set_plotted(self, colours: Mapping[str, QColor]) -> None:
        """Mark these channels as plotted."""
        self._plotted = dict(colours)

    def set_run(self, sparklines: Sparklines | None, limits: Sequence[EndLimit]) -> None:
        """Draw the curves of another run."""
        self._sparklines = sparklines
        self._limits = {limit.channel: limit for limit in limits}
        self._lines.clear()
        self._values = None
        self._cursor_share = None

    def set_values(self, values: Array | None, cursor_share: float | None) -> None:
        """Print these values, and the cursor at this share of the run's frames."""
        self._values, self._cursor_share = values, cursor_share

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Qt's override."""
        return QSize(100, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt's override."""
        node = self._model.node(index)
        view = self.parent()
        row = QRect(0, option.rect.top(), view.viewport().width(), ROW_PX)
        is_selected = bool(option.state & QStyle.State_Selected)
        painter.save()
        if is_selected:
            painter.fillRect(row, self._colours["accent_soft"])
            painter.fillRect(QRect(0, row.top(), 2, ROW_PX), self._colours["accent"])
        elif option.state & QStyle.State_MouseOver:
            painter.fillRect(row, self._colours["hover"])
        columns = Columns.of(view.width())
        if node.is_group:
            self._paint_group(painter, row, node, view.isExpanded(index))
        else:
            self._paint_channel(painter, row, node, columns, is_selected=is_selected)
        painter.restore()

    def _paint_group(self, painter: QPainter, row: QRect, node: Node, is_open: bool) -> None:
        x = group_x(node.depth)
        place = QRect(x - 17, row.top() + (ROW_PX - _CHEVRON_PX) // 2, _CHEVRON_PX, _CHEVRON_PX)
        icon("down" if is_open else "right", self._theme.palette["text_mid"]).paint(painter, place)
        end = self._paint_label(painter, row, x, row.width() - 40, node.label, "text")
        count = f"{node.n_channels} of {node.n_all}" if node.n_channels < node.n_all else f"{node.n_channels}"
        painter.setFont(self._small)
        painter.setPen(self._colours["text_weak"])
        painter.drawText(end + 6, self._baseline(row, self._small_metrics), count)

    def _paint_channel(self, painter: QPainter, row: QRect, node: Node, columns: Columns, *, is_selected: bool) -> None:
        channel = self._model.channels[node.channel_index]
        if self.paint_left_px < columns.values_left:
            x = label_x(node.depth)
            colour = self._plotted.get(channel.name)
            if colour is not None:
                place = QRect(x - 12, row.top() + (ROW_PX - _SQUARE_PX) // 2, _SQUARE_PX, _SQUARE_PX)
                painter.fillRect(place, colour)
            self._paint_label(painter, row, x, columns.values_left, node.label, "text" if is_selected else "text_mid")
        value = float(self._values[node.channel_index]) if self._values is not None else math.nan
        if self._sparklines is not None:
            spark = self._sparklines.get(channel.name, columns.spark_px)
            self._paint_sparkline(painter, row, columns, channel.name, spark)
            self._paint_mark(painter, row, columns, channel, spark, value)
        if self._values is None:
            return
        baseline = self._baseline(row, self._metrics)
        text = number(value, channel.unit)
        painter.setFont(self._font)
        painter.setPen(self._colours["text"])
        painter.drawText(columns.value_end - self._metrics.horizontalAdvance(text), baseline, text)
        painter.setFont(self._small)
        painter.setPen(self._colours["text_mid" if is_selected else "text_weak"])
        painter.drawText(columns.unit_x, baseline, shown_unit(channel.unit))

    def _paint_label(self, painter: QPainter, row: QRect, x: int, end: int, text: str, colour: str) -> int:
        """Paint a name with the found letters marked; return where it ends."""
        metrics = self._metrics
        shown = text
        if metrics.horizontalAdvance(text) > end - x:
            shown = metrics.elidedText(text, Qt.ElideRight, max(end - x, 20))
        painter.setRenderHint(QPainter.Antialiasing)
        for start, stop in _found(shown, self._words):
            left = x + metrics.horizontalAdvance(shown[:start])
            width = metrics.horizontalAdvance(shown[start:stop])
            painter.setPen(Qt.NoPen)
            painter.setBrush(self._colours["accent_soft"])
            painter.drawRoundedRect(QRectF(left - 1, row.top() + 3, width + 2, ROW_PX - 6), 2, 2)
        painter.setFont(self._font)
        painter.setPen(self._colours[colour])
        painter.drawText(x, self._baseline(row, metrics), shown)
        return x + metrics.horizontalAdvance(shown)

    def _paint_sparkline(self, painter: QPainter, row: QRect, columns: Columns, name: str, spark: Sparkline) -> None:
        top = row.top() + (ROW_PX - _SPARK_HEIGHT_PX) // 2
        known = self._lines.get(name)
        if known is None or known[0] is not spark:
            known = self._lines[name] = (spark, _lines(spark, columns.spark_px))
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(self._spark_pen)
        painter.translate(columns.spark_x, top)
        for line in known[1]:
            painter.drawPolyline(line)
        painter.translate(-columns.spark_x, -top)
        if self._cursor_share is not None:
            at = columns.spark_x + round(self._cursor_share * columns.spark_px)
            painter.fillRect(QRect(at, top, 1, _SPARK_HEIGHT_PX), self._colours["accent"])

    def _paint_mark(
        self, painter: QPainter, row: QRect, columns: Columns, channel: Channel, spark: Sparkline, value: float
    ) -> None:
        """Paint a ring where a limit or bound was crossed somewhere in the run; filled, if here."""
        limit = self._limits.get(channel.name)
        lower, colour = (limit.lower, "bad") if limit is not None else (channel.lower, "warn")
        if not (spark.lowest < lower or spark.highest > channel.upper):
            return
        is_here = value < lower or value > channel.upper
        painter.setPen(QPen(self._colours[colour], 1.5))
        painter.setBrush(self._colours[colour] if is_here else Qt.NoBrush)
        painter.drawEllipse(QPointF(columns.ring_x, row.top() + ROW_PX / 2), _RING_PX, _RING_PX)

    def _baseline(self, row: QRect, metrics: QFontMetrics) -> int:
        return row.top() + (ROW_PX + metrics.ascent() - metrics.descent()) // 2


def _found(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each word stands in a text for the first time, as slices."""
    folded = text.casefold()
    # Case folding may change the length of exotic letters: then no letter is marked rather than a wrong one.
    if len(folded) != len(text):
        return []
    return [(folded.find(word), folded.find(word) + len(word)) for word in words if word in folded]


def _lines(spark: Sparkline, width_px: int) -> list[QPolygonF]:
    """Return a sparkline's curve in pixels, broken at missing samples."""
    x = spark.x * width_px
    y = 1 + (1.0 - spark.y) * (_SPARK_HEIGHT_PX - 2)
    edges = [-1, *np.flatnonzero(np.isnan(y)).tolist(), len(y)]
    lines = []
    for before, after in pairwise(edges):
        if after - before > 2:
            piece = slice(before + 1, after)
            lines.append(polygon_of(x[piece], y[piece]))
    return lines
