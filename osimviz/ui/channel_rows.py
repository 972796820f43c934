"""Paints the rows of the channel tree."""

import numpy as np
from PyQt5.QtCore import QModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF
from PyQt5.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from osimviz.frames import Array
from osimviz.recording import Recording
from osimviz.ui.channel_model import ChannelModel
from osimviz.ui.formatting import number, shown_unit
from osimviz.ui.icons import icon
from osimviz.ui.theme import Theme

ROW_PX = 22
UNIT_PX, VALUE_PX, SPARK_PX = 40, 62, 40
_SPARK_HEIGHT_PX = 14


class ChannelRows(QStyledItemDelegate):
    """Paints groups and channels: name, sparkline, value at the cursor, unit.

    Attributes
    ----------
    words : list of str
        Words of the search, marked in the names.
    colours : dict of str to QColor
        Colours of the channels that are plotted.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.words: list[str] = []
        self.colours: dict[str, QColor] = {}
        self._recording: Recording | None = None
        self._values: Array = np.empty(0)
        self._cursor_share = 1.0
        self._sparks: dict[str, QPolygonF] = {}
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._font, self._small = theme.font(), theme.font(small=True)
        self._metrics, self._small_metrics = QFontMetrics(self._font), QFontMetrics(self._small)

    def show_run(self, recording: Recording | None) -> None:
        """Read values and sparklines from another run."""
        self._recording = recording
        self._values = np.empty(0)
        self._sparks.clear()

    def show_data(self) -> None:
        """Draw sparklines anew: frames were appended."""
        self._sparks.clear()

    def show_values(self, index: int) -> None:
        """Read the values of a frame."""
        if self._recording is None or index < 0:
            self._values = np.empty(0)
            return
        self._values = self._recording.values(index)
        self._cursor_share = index / max(self._recording.last_index, 1)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Qt's override."""
        return QSize(100, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt's override."""
        model = index.model()
        assert isinstance(model, ChannelModel)
        node = model.node(index)
        box = option.rect
        whole = QRect(0, box.top(), option.widget.viewport().width(), box.height())
        is_selected = bool(option.state & QStyle.State_Selected)
        if is_selected:
            painter.fillRect(whole, self._theme.colour("accent_soft"))
            painter.fillRect(0, whole.top(), 2, whole.height(), self._theme.colour("accent"))
        elif option.state & QStyle.State_MouseOver:
            painter.fillRect(whole, self._theme.colour("hover"))
        weak = self._theme.colour("text_mid" if is_selected else "text_weak")
        if node.position < 0:
            self._paint_group(painter, box, node.name, node.n_channels, option, weak)
        else:
            self._paint_channel(painter, box, model, node.position, node.name, weak, is_selected=is_selected)

    def _paint_group(
        self, painter: QPainter, box: QRect, name: str, n_channels: int, option: QStyleOptionViewItem, weak: QColor
    ) -> None:
        is_open = bool(option.state & QStyle.State_Open)
        arrow = icon("down" if is_open else "right", self._theme.palette["text_mid"])
        arrow.paint(painter, box.left() + 2, box.top() + 5, 12, 12)
        left = box.left() + 19
        self._paint_name(painter, left, box, name.replace("_", " "), self._theme.colour("text"), box.width() - 60)
        painter.setFont(self._small)
        painter.setPen(weak)
        shift = self._metrics.horizontalAdvance(name) + 6
        painter.drawText(QRect(left + shift, box.top(), 60, box.height()), Qt.AlignVCenter, str(n_channels))

    def _paint_channel(
        self,
        painter: QPainter,
        box: QRect,
        model: ChannelModel,
        position: int,
        name: str,
        weak: QColor,
        *,
        is_selected: bool,
    ) -> None:
        channel = model.table[position]
        right = box.right() - 6
        unit_left = right - UNIT_PX
        value_left = unit_left - 4 - VALUE_PX
        spark_left = value_left - SPARK_PX - 4
        left = box.left() + 19
        colour = self.colours.get(channel.name)
        if colour is not None:
            painter.fillRect(box.left() + 7, box.center().y() - 2, 6, 6, colour)
        text_colour = self._theme.colour("text" if is_selected or colour is not None else "text_mid")
        self._paint_name(painter, left, box, name.replace("_", " "), text_colour, spark_left - left - 6)
        self._paint_spark(painter, QRectF(spark_left, box.center().y() - 6, SPARK_PX, _SPARK_HEIGHT_PX), channel.name)
        painter.setFont(self._small)
        painter.setPen(weak)
        unit_box = QRect(unit_left, box.top(), UNIT_PX, box.height())
        painter.drawText(unit_box, Qt.AlignVCenter, shown_unit(channel.unit))
        if position < self._values.size:
            value = float(self._values[position])
            is_outside = not channel.lower <= value <= channel.upper and np.isfinite(value)
            painter.setFont(self._font)
            painter.setPen(self._theme.colour("warn" if is_outside else "text"))
            value_box = QRect(value_left, box.top(), VALUE_PX, box.height())
            painter.drawText(value_box, Qt.AlignVCenter | Qt.AlignRight, number(value, channel.unit))

    def _paint_name(
        self, painter: QPainter, left: int, box: QRect, name: str, colour: QColor, room_px: int
    ) -> None:
        text = self._metrics.elidedText(name, Qt.ElideRight, max(room_px, 20))
        painter.setFont(self._font)
        lowered = text.casefold()
        for word in self.words:
            at = lowered.find(word.replace("_", " "))
            if at >= 0:
                start = left + self._metrics.horizontalAdvance(text[:at])
                width = self._metrics.horizontalAdvance(text[at : at + len(word)])
                painter.fillRect(start - 1, box.top() + 3, width + 2, box.height() - 6, self._theme.colour("accent_soft"))
        painter.setPen(colour)
        painter.drawText(QRect(left, box.top(), max(room_px, 20), box.height()), Qt.AlignVCenter, text)

    def _paint_spark(self, painter: QPainter, box: QRectF, name: str) -> None:
        """Paint the whole run of a channel, and where the cursor stands in it."""
        if self._recording is None or self._recording.last_index < 1:
            return
        shape = self._sparks.get(name)
        if shape is None:
            shape = self._sparks[name] = _spark(self._recording.column(name), box.width(), box.height())
        painter.save()
        painter.translate(box.topLeft())
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(self._theme.colour("text_weak"), 1))
        painter.drawPolyline(shape)
        painter.setRenderHint(QPainter.Antialiasing, False)
        x = round(self._cursor_share * (box.width() - 1)) + 0.5
        painter.setPen(QPen(self._theme.colour("accent"), 1))
        painter.drawLine(QPointF(x, 0), QPointF(x, box.height()))
        painter.restore()


def _spark(values: Array, width: float, height: float) -> QPolygonF:
    """Return a line through at most one lowest and one highest value a pixel."""
    finite = np.isfinite(values)
    if not finite.any():
        return QPolygonF()
    n_bins = int(width)
    if values.size > 2 * n_bins:
        edges = np.linspace(0, values.size, n_bins + 1).astype(int)[:-1]
        filled = np.where(finite, values, np.nanmean(values))
        ys = np.column_stack([np.minimum.reduceat(filled, edges), np.maximum.reduceat(filled, edges)]).ravel()
        xs = np.repeat(np.arange(n_bins), 2).astype(float)
    else:
        xs = np.linspace(0, width - 1, values.size)[finite]
        ys = values[finite]
    low, high = float(ys.min()), float(ys.max())
    span = high - low
    shares = (ys - low) / span if span > 1e-12 else np.full(ys.size, 0.5)
    return QPolygonF([QPointF(x, 1 + (1 - s) * (height - 2)) for x, s in zip(xs, shares, strict=True)])
