"""The row above a plot: what it shows, each curve's value at the cursor, the unit."""

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, QPoint, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QContextMenuEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QSizePolicy, QToolButton, QWidget

from osimviz.formatting import number, shown_unit
from osimviz.plot_choices import caption, unit_caption
from osimviz.ui.icons import icon
from osimviz.ui.plots.curve import DASHES, Curve
from osimviz.ui.theme import Theme

HEIGHT_PX = 22
_SWATCH_PX, _GAP_PX, _ITEM_GAP_PX = 12, 5, 11
_CLOSE_PX = 18


class LegendRow(QWidget):
    """Title, swatches, items and values of a plot; a button to close it while the mouse is over the plot.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.

    Signals
    -------
    close_requested()
        The button was pressed.
    menu_requested(QPoint)
        The context menu was asked for, in global coordinates.
    """

    close_requested = pyqtSignal()
    menu_requested = pyqtSignal(QPoint)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._curves: tuple[Curve, ...] = ()
        self._title = ""
        self._items: tuple[str, ...] = ()
        self._unit = ""
        self._values: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self._close = QToolButton(self)
        self._close.setProperty("flat", True)
        self._close.setFocusPolicy(Qt.NoFocus)
        self._close.setToolTip("Remove this plot")
        self._close.setAccessibleName("Remove this plot")
        self._close.setStyleSheet("min-height: 0px;")
        self._close.setIconSize(QSize(12, 12))
        self._close.setFixedSize(_CLOSE_PX, _CLOSE_PX)
        self._close.hide()
        self._close.clicked.connect(self._on_close_clicked)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._font = theme.font(small=True)
        self._metrics = QFontMetrics(self._font)
        self._close.setIcon(icon("close", theme.palette["text_mid"]))
        self.update()

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Name other curves; their values follow."""
        self._curves = tuple(curves)
        channels = [curve.channel for curve in curves]
        words = caption(channels)
        self._title, self._items = words.title, words.items
        self._unit = unit_caption(channels, [shown_unit(channel.unit) for channel in channels])
        self._values = ("",) * len(curves)
        lines = (f"{channel.name}: {channel.description}".rstrip(": ") for channel in channels)
        self.setToolTip("\n".join(lines))
        self.update()

    def show_values(self, values: Sequence[float]) -> None:
        """Show the values at the cursor, in the channels' own units; NaN for none."""
        pairs = zip(values, self._curves, strict=True)
        texts = tuple("" if value != value else number(value, curve.channel.unit) for value, curve in pairs)
        if texts != self._values:
            self._values = texts
            self.update()

    def set_hovered(self, *, is_hovered: bool) -> None:
        """Show or hide the button that removes the plot."""
        self._close.setVisible(is_hovered)
        self.update()

    def text(self) -> str:
        """Return the row as one line, for screen readers and tests."""
        items = (" ".join(part for part in pair if part) for pair in zip(self._items, self._values, strict=True))
        return " | ".join(part for part in (self._title, *items, self._unit) if part)

    def sizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(200, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Qt's override."""
        return QSize(60, HEIGHT_PX)

    def resizeEvent(self, event: QEvent) -> None:
        """Qt's override."""
        self._close.move(self.width() - _CLOSE_PX, (self.height() - _CLOSE_PX) // 2)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt's override."""
        self.menu_requested.emit(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's override."""
        painter = QPainter(self)
        painter.setFont(self._font)
        right = self.width() - (_CLOSE_PX + 2 if self._close.isVisible() else 0)
        unit_width = self._width(self._unit)
        self._draw(painter, right - unit_width, self._unit, "text_weak", right)
        limit = right - unit_width - (8 if self._unit else 0)
        x = self._draw(painter, 0, self._title, "text", limit)
        x += _ITEM_GAP_PX if x else 0
        for i, curve in enumerate(self._curves):
            more = f"+{len(self._curves) - i}"
            is_last = i == len(self._curves) - 1
            room = limit if is_last else limit - self._width(more) - _GAP_PX
            if i and x + self._item_width(i) > room:
                self._draw(painter, x, more, "text_weak", limit)
                break
            self._draw_swatch(painter, x, curve)
            x += _SWATCH_PX + _GAP_PX
            if self._items[i]:
                x = self._draw(painter, x, self._items[i], "text_mid", room) + _GAP_PX
            x = self._draw(painter, x, self._values[i], "text", room) + _ITEM_GAP_PX

    def _item_width(self, i: int) -> int:
        words = [text for text in (self._items[i], self._values[i]) if text]
        return _SWATCH_PX + sum(_GAP_PX + self._width(text) for text in words)

    def _width(self, text: str) -> int:
        return self._metrics.horizontalAdvance(text) if text else 0

    def _draw(self, painter: QPainter, x: int, text: str, colour: str, limit: int) -> int:
        """Draw a text, shortened where it does not fit, and return where it ends."""
        if not text or limit <= x:
            return x
        width = self._width(text)
        if width > limit - x:
            text = self._metrics.elidedText(text, Qt.ElideRight, limit - x)
            width = self._width(text)
        painter.setPen(self._theme.colour(colour))
        painter.drawText(x, (HEIGHT_PX + self._metrics.ascent() - self._metrics.descent()) // 2, text)
        return x + width

    def _draw_swatch(self, painter: QPainter, x: int, curve: Curve) -> None:
        pen = QPen(self._theme.colour(curve.colour), 2, Qt.SolidLine, Qt.FlatCap)
        if DASHES[curve.dash]:
            pen.setDashPattern([length / 2 for length in DASHES[curve.dash]])
        painter.setPen(pen)
        painter.drawLine(x, HEIGHT_PX // 2 + 1, x + _SWATCH_PX, HEIGHT_PX // 2 + 1)

    def _on_close_clicked(self) -> None:
        self.close_requested.emit()
