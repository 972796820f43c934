"""Plots beside a picture: drawn once, then only cursor and values for every picture. NumPy and VTK's font; no Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osimviz.axis_ticks import readable_ticks, tick_text, value_range
from osimviz.channels import Channel
from osimviz.film.curves import Curve, PlotCurves, PlotSheet
from osimviz.film.lines import dot_mask, polyline_mask
from osimviz.formatting import number, shown_factor, shown_unit
from osimviz.frames import Array
from osimviz.palette import Palette
from osimviz.plot_choices import caption, unit_caption
from osimviz.plot_series import PlotSeries
from osimviz.render.painting import blend_mask, scaled, scaled_text, text_mask, text_width
from osimviz.render.png_file import Pixels

#: Lengths at `DESIGN_HEIGHT_PX`; the rows and the axis are those of the window (design tokens).
_AXIS_WIDTH, _LEGEND_HEIGHT, _TIME_AXIS_HEIGHT = 48, 24, 22
_PADDING, _GAP = 12, 6
_SMALLEST_PLOT_HEIGHT = 44
#: Sizes of text: titles, all else. Room for a tick of either axis, and for the longest value that a legend prints.
_TITLE_SIZE, _TEXT_SIZE = 12, 11
_VALUE_TICK, _TIME_TICK = 26, 70
_WIDEST_VALUE = "−888.888"
#: In a legend: a swatch, from its left edge to the words, between words and value, between two curves, after the title.
_SWATCH, _SWATCH_STEP, _WORD_GAP, _ITEM_GAP, _TITLE_GAP = 12, 18, 6, 12, 14
_LINE, _CURSOR_LINE, _DOT_RADIUS = 1.4, 1.2, 3.0
_PARTNER_OPACITY = 0.45
_SERIES = ("series1", "series2", "series3", "series4")

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class _Row:
    """One plot with the place it got."""

    plot: PlotCurves
    top: int
    bottom: int
    low: float
    high: float
    colours: tuple[Rgb, ...]

    def y_px(self, values: Array) -> Array:
        """Return the rows of pixels that belong to values."""
        share = (values - self.low) / (self.high - self.low)
        y: Array = self.bottom - 1 - share * (self.bottom - self.top - 2)
        return y


class PlotPanel:
    """Stacked plots with one time axis and a cursor.

    Parameters
    ----------
    sheet : PlotSheet
        What is plotted.
    width, height : int
        Size in pixels.
    range_s : (float, float)
        Range of the time axis.
    palette : Palette
        Colours.
    scale : float
        Pixels per unit of length.

    Attributes
    ----------
    n_left_out : int
        Plots for which there was no room.
    """

    def __init__(
        self, sheet: PlotSheet, width: int, height: int, range_s: tuple[float, float], palette: Palette, scale: float
    ) -> None:
        self._sheet = sheet
        self._palette = palette
        self._scale = scale
        start_s, end_s = range_s
        self._range_s = (start_s, end_s if end_s > start_s else start_s + 0.01)
        self._left = scaled(_AXIS_WIDTH, scale)
        self._right = width - scaled(_PADDING, scale)
        self._dot = dot_mask(_DOT_RADIUS * scale)
        self._rows = self._laid_out(height)
        self.n_left_out = len(sheet.plots) - len(self._rows)
        self._background = self._drawn_background(width, height)

    def draw(self, picture: Pixels, time_s: float, index: int) -> None:
        """Put the plots over a part of a picture (height, width, 3 or 4), in place, with the cursor at a time.

        Parameters
        ----------
        picture : uint8 array
            The part; of the size the panel was made for.
        time_s : float
            Where the cursor stands.
        index : int
            Frame whose values are printed.
        """
        picture[..., :3] = self._background
        x = round(float(self._x_px(np.array([time_s]))[0]))
        accent = _bytes(self._palette.rgb("accent"))
        cursor = slice(x, x + scaled(_CURSOR_LINE, self._scale))
        for row in self._rows:
            picture[row.top : row.bottom, cursor, :3] = accent
            for curve, colour in zip(row.plot.curves, row.colours, strict=True):
                value = curve.samples[index]
                if np.isfinite(value) and row.low <= value <= row.high:
                    y = round(float(row.y_px(np.array([value]))[0]))
                    side = self._dot.shape[0] // 2
                    blend_mask(picture, self._dot, x - side, y - side, colour)
            self._write_values(picture, row, index)

    def _laid_out(self, height: int) -> list[_Row]:
        scale = self._scale
        legend, gap = scaled(_LEGEND_HEIGHT, scale), scaled(_GAP, scale)
        room = height - scaled(_TIME_AXIS_HEIGHT, scale) - 2 * gap
        n_most = max(room // (legend + gap + scaled(_SMALLEST_PLOT_HEIGHT, scale)), 0)
        plots = self._sheet.plots[:n_most]
        if not plots:
            return []
        each = room / len(plots)
        rows = []
        for i, plot in enumerate(plots):
            top = int(i * each) + legend + 2 * gap
            low, high = _extent(plot, self._sheet, self._range_s)
            rows.append(_Row(plot, top, int((i + 1) * each) + gap, low, high, _colours(plot, self._palette)))
        return rows

    def _x_px(self, times_s: Array) -> Array:
        start_s, end_s = self._range_s
        x: Array = self._left + (times_s - start_s) / (end_s - start_s) * (self._right - self._left - 1)
        return x

    def _drawn_background(self, width: int, height: int) -> NDArray[np.uint8]:
        picture = np.empty((height, width, 3), dtype=np.uint8)
        picture[:] = _bytes(self._palette.rgb("panel"))
        for row in self._rows:
            self._draw_grid(picture, row)
            self._draw_curves(picture, row)
            self._write_legend(picture, row)
        if self._rows:
            self._draw_time_axis(picture, self._rows[-1].bottom)
        return picture

    def _draw_grid(self, picture: Pixels, row: _Row) -> None:
        rgb = self._palette.rgb
        line = scaled(1, self._scale)
        unit = shown_unit(row.plot.curves[0].channel.unit)
        n_most = max(int((row.bottom - row.top) / (_VALUE_TICK * self._scale)), 2)
        step, values = readable_ticks(row.low, row.high, n_most, unit)
        size = scaled_text(_TEXT_SIZE, self._scale)
        for value in values:
            y = round(float(row.y_px(np.array([value]))[0]))
            picture[y : y + line, self._left : self._right] = _bytes(rgb("grid"))
            mask = text_mask(tick_text(value, step), size)
            left = self._left - scaled(6, self._scale) - mask.shape[1]
            blend_mask(picture, mask, left, y - mask.shape[0] // 2, rgb("text_weak"))
        picture[row.top : row.bottom, self._left : self._left + line] = _bytes(rgb("edge"))
        for limit in row.plot.limits:
            if row.low <= limit <= row.high:
                y = round(float(row.y_px(np.array([limit]))[0]))
                dash = scaled(4, self._scale)
                for x in range(self._left, self._right, 2 * dash):
                    end = min(x + dash, self._right)
                    picture[y : y + line, x:end] = _bytes(rgb("bad"))

    def _draw_curves(self, picture: Pixels, row: _Row) -> None:
        for curve, colour in zip(row.plot.curves, row.colours, strict=True):
            if curve.partner is not None:
                self._draw_line(picture, row, self._sheet.partner_times_s, curve.partner, colour, _PARTNER_OPACITY)
        for curve, colour in zip(row.plot.curves, row.colours, strict=True):
            self._draw_line(picture, row, self._sheet.times_s, curve.samples, colour, 1.0)

    def _draw_line(
        self, picture: Pixels, row: _Row, times_s: Array, samples: Array, colour: Rgb, opacity: float
    ) -> None:
        width, height = self._right - self._left, row.bottom - row.top
        series = PlotSeries()
        series.extend(samples)
        start = max(int(np.searchsorted(times_s, self._range_s[0])) - 1, 0)
        stop = int(np.searchsorted(times_s, self._range_s[1], side="right")) + 1
        chosen = series.reduced(start, stop, width)
        if not len(chosen):
            return
        x, y = self._x_px(times_s[chosen]) - self._left, row.y_px(series.samples[chosen]) - row.top
        mask = polyline_mask(x, y, width, height, _LINE * self._scale)
        blend_mask(picture, opacity * mask, self._left, row.top, colour)

    def _draw_time_axis(self, picture: Pixels, top: int) -> None:
        start_s, end_s = self._range_s
        n_most = max(int((self._right - self._left) / (_TIME_TICK * self._scale)), 2)
        step, values = readable_ticks(start_s, end_s, n_most)
        size = scaled_text(_TEXT_SIZE, self._scale)
        for value in values:
            mask = text_mask(f"{tick_text(value, step)} s", size)
            x = int(self._x_px(np.array([value]))[0]) - mask.shape[1] // 2
            x = min(max(x, 0), picture.shape[1] - mask.shape[1])
            blend_mask(picture, mask, x, top + scaled(4, self._scale), self._palette.rgb("text_weak"))

    def _legend_items(self, row: _Row) -> list[tuple[int, int, Channel]]:
        """Return for each curve where its swatch and its value stand."""
        scale = self._scale
        channels = [curve.channel for curve in row.plot.curves]
        words = caption(channels)
        x = self._left + text_width(words.title, scaled_text(_TITLE_SIZE, scale), bold=True) + scaled(_TITLE_GAP, scale)
        items = []
        for channel, item in zip(channels, words.items, strict=True):
            value_x = x + scaled(_SWATCH_STEP, scale)
            if item:
                value_x += text_width(item, scaled_text(_TEXT_SIZE, scale)) + scaled(_WORD_GAP, scale)
            items.append((x, value_x, channel))
            x = value_x + text_width(_WIDEST_VALUE, scaled_text(_TEXT_SIZE, scale)) + scaled(_ITEM_GAP, scale)
        return items

    def _write_legend(self, picture: Pixels, row: _Row) -> None:
        scale, rgb = self._scale, self._palette.rgb
        channels = [curve.channel for curve in row.plot.curves]
        words = caption(channels)
        y = row.top - scaled(_LEGEND_HEIGHT, scale)
        title_size, size = scaled_text(_TITLE_SIZE, scale), scaled_text(_TEXT_SIZE, scale)
        if words.title:
            blend_mask(picture, text_mask(words.title, title_size, bold=True), self._left, y, rgb("text"))
        units = unit_caption(channels, [shown_unit(channel.unit) for channel in channels])
        room = self._right - text_width(units, size) - (scaled(_WORD_GAP, scale) if units else 0)
        for (x, _, _), item, colour in zip(self._legend_items(row), words.items, row.colours, strict=True):
            middle = y + text_mask("0", title_size).shape[0] // 2
            thickness = scaled(2, scale)
            swatch = slice(x, max(min(x + scaled(_SWATCH, scale), room), x))
            top = middle - thickness // 2
            picture[top : top + thickness, swatch] = _bytes(colour)
            item_x = x + scaled(_SWATCH_STEP, scale)
            if item and item_x + text_width(item, size) <= room:
                blend_mask(picture, text_mask(item, size), item_x, y, rgb("text_mid"))
        if units:
            mask = text_mask(units, size)
            blend_mask(picture, mask, self._right - mask.shape[1], y, rgb("text_weak"))

    def _write_values(self, picture: Pixels, row: _Row, index: int) -> None:
        scale = self._scale
        size = scaled_text(_TEXT_SIZE, scale)
        y = row.top - scaled(_LEGEND_HEIGHT, scale)
        channels = [curve.channel for curve in row.plot.curves]
        units = unit_caption(channels, [shown_unit(channel.unit) for channel in channels])
        room = self._right - text_width(units, size) - scaled(_WORD_GAP, scale)
        for (_, x, channel), curve in zip(self._legend_items(row), row.plot.curves, strict=True):
            text = number(float(curve.samples[index]) / shown_factor(channel.unit), channel.unit)
            if x + text_width(text, size, bold=True) < room:
                blend_mask(picture, text_mask(text, size, bold=True), x, y, self._palette.rgb("text"))


def _extent(plot: PlotCurves, sheet: PlotSheet, range_s: tuple[float, float]) -> tuple[float, float]:
    """Return the range of the value axis: of what is within the range of the time axis."""
    own, partner = (
        slice(np.searchsorted(times_s, range_s[0]), np.searchsorted(times_s, range_s[1], side="right"))
        for times_s in (sheet.times_s, sheet.partner_times_s)
    )
    parts = [_finite(curve.samples[own]) for curve in plot.curves]
    parts += [_finite(curve.partner[partner]) for curve in plot.curves if curve.partner is not None]
    values = np.concatenate(parts)
    unit = shown_unit(plot.curves[0].channel.unit)
    low, high = (float(values.min()), float(values.max())) if len(values) else (float("nan"), float("nan"))
    return value_range(low, high, unit)


def _bytes(colour: Rgb) -> Array:
    """Return a colour as pixels hold it."""
    levels: Array = np.rint(255.0 * np.array(colour))
    return levels


def _finite(values: Array) -> Array:
    finite: Array = values[np.isfinite(values)]
    return finite


def _colours(plot: PlotCurves, palette: Palette) -> tuple[Rgb, ...]:
    """Return a colour for each curve: that of its side, or the next of the series."""
    colours: list[Rgb] = []
    n_without_side = 0
    used: set[str] = set()
    for curve in plot.curves:
        name = _side_colour(curve, used)
        if not name:
            name = _SERIES[n_without_side % len(_SERIES)]
            n_without_side += 1
        used.add(name)
        colours.append(palette.rgb(name))
    return tuple(colours)


def _side_colour(curve: Curve, used: set[str]) -> str:
    side = curve.channel.side
    return side if side and side not in used else ""
