"""The row above a plot: what it shows, each curve's value at the cursor, the unit."""

from collections.abc import Sequence
from dataclasses import dataclass

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
#: Widths of texts remembered by a legend.
_N_WIDTHS = 200
_NOTE = "In brackets: the second run. After Δ: the change since the second cursor."


@dataclass(frozen=True, slots=True)
class Reading:
    """What a curve reads at the cursor, in its channel's own unit; NaN for what there is not.

    Attributes
    ----------
    value : float
        The curve at the cursor.
    compared : float
        The same curve of the second run.
    change : float
        How much the curve changed since the second cursor.
    """

    value: float
    compared: float = float("nan")
    change: float = float("nan")


class PlotLegend(QWidget):
    """Title, swatches, items and values of a plot; a button to close it while the mouse is over the plot.

    Parameters
    ----------
    theme : Theme
        Colours and fonts.
    can_close : bool
        Whether it offers to remove the plot.

    Signals
    -------
    close_requested()
        The button was pressed.
    menu_requested(QPoint)
        The context menu was asked for, in global coordinates.
    """

    close_requested = pyqtSignal()
    menu_requested = pyqtSignal(QPoint)

    def __init__(self, theme: Theme, *, can_close: bool = True) -> None:
        super().__init__()
        self._theme = theme
        self._can_close = can_close
        self._curves: tuple[Curve, ...] = ()
        self._title = ""
        self._items: tuple[str, ...] = ()
        self._unit = ""
        self._units: tuple[str, ...] = ()
        self._values: tuple[str, ...] = ()
        self._compared: tuple[str, ...] = ()
        self._changes: tuple[str, ...] = ()
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
        self._widths: dict[str, int] = {}
        self._close.setIcon(icon("close", theme.palette["text_mid"]))
        self.update()

    def set_curves(self, curves: Sequence[Curve], note: str = _NOTE) -> None:
        """Name other curves; their values follow. The tooltip ends with `note`."""
        self._curves = tuple(curves)
        channels = [curve.channel for curve in curves]
        words = caption(channels)
        self._title, self._items = words.title, words.items
        units = [shown_unit(channel.unit) for channel in channels]
        # Where a plot has two value axes, each value says its unit.
        has_two = len(set(units)) > 1
        self._units = tuple(unit if has_two else "" for unit in units)
        self._unit = "" if has_two else unit_caption(channels, units)
        self._values = ("",) * len(curves)
        self._compared = self._changes = ("",) * len(curves)
        lines = [f"{channel.name}: {channel.description}".rstrip(": ") for channel in channels]
        self.setToolTip("\n".join([*lines, note]))
        self.update()

    def show_values(self, readings: Sequence[Reading]) -> None:
        """Show what the curves read at the cursor."""
        pairs = list(zip(readings, self._curves, strict=True))
        texts = tuple(_text(reading.value, curve) for reading, curve in pairs)
        values = tuple(f"{text} {unit}".rstrip() if text else "" for text, unit in zip(texts, self._units, strict=True))
        compared = tuple(_compared(reading, curve) for reading, curve in pairs)
        changes = tuple(_change(reading, curve) for reading, curve in pairs)
        if (values, compared, changes) != (self._values, self._compared, self._changes):
            self._values, self._compared, self._changes = values, compared, changes
            self.update()

    def set_hovered(self, *, is_hovered: bool) -> None:
        """Show or hide the button that removes the plot."""
        self._close.setVisible(is_hovered and self._can_close)
        self.update()

    def text(self) -> str:
        """Return the row as one line, for screen readers and tests."""
        parts = zip(self._items, self._values, self._compared, self._changes, strict=True)
        items = (" ".join(part for part in each if part) for each in parts)
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
        margins = self.contentsMargins()
        right = self.width() - margins.right() - (_CLOSE_PX + 2 if self._close.isVisible() else 0)
        unit_width = self._width(self._unit)
        self._draw(painter, right - unit_width, self._unit, "text_weak", right)
        limit = right - unit_width - (8 if self._unit else 0)
        x = self._draw(painter, margins.left(), self._title, "text", limit)
        x += _ITEM_GAP_PX if self._title else 0
        extras = self._fitting_extras(limit - x)
        for i, curve in enumerate(self._curves):
            more = f"+{len(self._curves) - i}"
            is_last = i == len(self._curves) - 1
            room = limit if is_last else limit - self._width(more) - _GAP_PX
            if i and x + self._item_width(i, extras[i]) > room:
                self._draw(painter, x, more, "text_weak", limit)
                break
            self._draw_swatch(painter, x, curve)
            x += _SWATCH_PX + _GAP_PX
            if self._items[i]:
                x = self._draw(painter, x, self._items[i], "text_mid", room) + _GAP_PX
            x = self._draw(painter, x, self._values[i], "text", room)
            x = self._draw(painter, x + _GAP_PX, extras[i], "text_mid", room) if extras[i] else x
            x += _ITEM_GAP_PX

    def _fitting_extras(self, room: int) -> tuple[str, ...]:
        """Return what follows each value: second run and change, the change alone, or nothing, as far as there is room.

        The tooltip keeps all of it.
        """
        both = tuple(
            " ".join(part for part in pair if part) for pair in zip(self._compared, self._changes, strict=True)
        )
        for extras in (both, self._changes, self._compared):
            if sum(self._item_width(i, extra) + _ITEM_GAP_PX for i, extra in enumerate(extras)) <= room + _ITEM_GAP_PX:
                return extras
        return ("",) * len(self._curves)

    def _item_width(self, i: int, extra: str) -> int:
        words = [text for text in (self._items[i], self._values[i], extra) if text]
        return _SWATCH_PX + sum(_GAP_PX + self._width(text) for text in words)

    def _width(self, text: str) -> int:
        # Titles, items and units are measured again and again, values rarely.
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= _N_WIDTHS:
                self._widths.clear()
            width = self._widths[text] = self._metrics.horizontalAdvance(text) if text else 0
        return width

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


def _text(value: float, curve: Curve) -> str:
    return "" if value != value else number(value, curve.channel.unit)


def _compared(reading: Reading, curve: Curve) -> str:
    text = _text(reading.compared, curve)
    return f"({text})" if text else ""


def _change(reading: Reading, curve: Curve) -> str:
    text = _text(reading.change, curve)
    return f"Δ {'+' if reading.change > 0.0 else ''}{text}" if text else ""
