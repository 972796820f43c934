"""Plots for other programs: a picture, and a table of the curves."""

import csv
import io
from pathlib import Path
from typing import Protocol

from PyQt5.QtGui import QImage, QPixmap
from PyQt5.QtWidgets import QFileDialog, QMessageBox, QWidget

from osimviz.palette import load_palette
from osimviz.ui.plots.plot_data import PlotData
from osimviz.ui.theme import Theme

_TABLE_FILTER, _PICTURE_FILTER = "Comma-separated values (*.csv)", "PNG (*.png)"


def curves_csv(data: PlotData, names: list[str]) -> str:
    """Return time and channels as comma-separated values, one line a sample; SI units in the first line."""
    channels = [data.recording.channel(name) for name in names]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(
        ["time (s)", *(f"{channel.name} ({channel.unit})" if channel.unit else channel.name for channel in channels)]
    )
    columns = [data.times_s, *(data.need(name).samples for name in names)]
    for row in zip(*columns, strict=True):
        table.writerow(["" if value != value else repr(float(value)) for value in row])
    return text.getvalue()


class Themed(Protocol):
    """A widget that can change its colours and paint itself into a picture."""

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""

    def grab(self) -> QPixmap:
        """Return its picture."""


def light_picture(widget: Themed, theme: Theme) -> QImage:
    """Return a widget's picture in the light theme, in which figures are exported; `theme` is its own."""
    widget.set_theme(Theme(load_palette("light")))
    try:
        return widget.grab().toImage()
    finally:
        widget.set_theme(theme)


def choose_and_save(parent: QWidget, content: QImage | str) -> None:
    """Ask for a file and write a picture (an image) or a table (a text) to it; tell if that failed."""
    is_table = isinstance(content, str)
    title, suffix = ("Save the curves", ".csv") if is_table else ("Save a picture of the plots", ".png")
    chosen, _ = QFileDialog.getSaveFileName(
        parent, title, f"osimviz-plots{suffix}", _TABLE_FILTER if is_table else _PICTURE_FILTER
    )
    if not chosen:
        return
    path = Path(chosen).with_suffix(suffix)
    fault = save(path, content)
    if fault:
        QMessageBox.warning(parent, "osimviz", fault)


def save(path: Path, content: QImage | str) -> str:
    """Write a picture or a table; return what went wrong in one sentence, empty if nothing did."""
    try:
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif not content.save(str(path), "PNG"):
            return f"The picture was not written: choose a folder that can be written ({path})"
    except OSError as error:
        return f"The curves were not written: {error.strerror or error} ({path})"
    return ""
