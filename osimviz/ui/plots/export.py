"""Plots for other programs: a picture, and a table of the curves."""

import csv
import io
from pathlib import Path
from typing import Any, Protocol

from PyQt5.QtCore import QMarginsF, QSizeF
from PyQt5.QtGui import QImage, QPainter, QPdfWriter
from PyQt5.QtSvg import QSvgGenerator
from PyQt5.QtWidgets import QFileDialog, QMessageBox, QWidget

from osimviz.palette import load_palette
from osimviz.ui.plots.plot_data import PlotData
from osimviz.ui.theme import Theme

_TABLE_FILTER = "Comma-separated values (*.csv)"
_FILTER_OF = {".png": "PNG (*.png)", ".svg": "SVG (*.svg)", ".pdf": "PDF (*.pdf)"}
_PX_PER_INCH, _MM_PER_INCH = 96, 25.4


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


class Panel(Protocol):
    """A widget that can change its colours and paint itself."""

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""

    def picture(self) -> QImage:
        """Return its picture in the light theme."""

    def vector_picture(self, path: Path) -> None:
        """Write its picture in the light theme as SVG."""


def light_picture(widget: Any, theme: Theme) -> QImage:
    """Return a widget's picture in the light theme, in which figures are exported; `theme` is its own."""
    widget.set_theme(Theme(load_palette("light")))
    try:
        return widget.grab().toImage()
    finally:
        widget.set_theme(theme)


def light_vector_picture(widget: Any, theme: Theme, path: Path) -> None:
    """Write a widget's picture in the light theme as SVG or PDF: lines and letters stay sharp at any size."""
    # Says why in words where nothing can be written; Qt only says that.
    with path.open("ab"):
        pass
    generator: Any = _pdf_page(widget, path) if path.suffix.lower() == ".pdf" else _svg_page(widget, path)
    widget.set_theme(Theme(load_palette("light")))
    try:
        painter = QPainter()
        if not painter.begin(generator):
            raise OSError("choose a folder that can be written")
        widget.render(painter)
        painter.end()
    finally:
        widget.set_theme(theme)


def _svg_page(widget: Any, path: Path) -> QSvgGenerator:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(widget.size())
    generator.setViewBox(widget.rect())
    generator.setTitle("osimviz")
    return generator


def _pdf_page(widget: Any, path: Path) -> QPdfWriter:
    """Return a page of the widget's own size, in pixels of 1/96 inch."""
    writer = QPdfWriter(str(path))
    writer.setResolution(_PX_PER_INCH)
    writer.setPageSizeMM(QSizeF(widget.width(), widget.height()) * _MM_PER_INCH / _PX_PER_INCH)
    writer.setPageMargins(QMarginsF(0.0, 0.0, 0.0, 0.0))
    writer.setTitle("osimviz")
    return writer


def choose_and_save(parent: QWidget, content: Panel | str) -> None:
    """Ask for a file and write a picture (of a panel) or a table (a text) to it; tell if that failed."""
    is_table = isinstance(content, str)
    title, suffix = ("Save the curves", ".csv") if is_table else ("Save a picture of the plots", ".png")
    kinds = _TABLE_FILTER if is_table else ";;".join(_FILTER_OF.values())
    chosen, kind = QFileDialog.getSaveFileName(parent, title, f"osimviz-plots{suffix}", kinds)
    if not chosen:
        return
    path = Path(chosen)
    if is_table or path.suffix.lower() not in _FILTER_OF:
        path = path.with_suffix(next((known for known, words in _FILTER_OF.items() if words == kind), suffix))
    fault = save(path, content)
    if fault:
        QMessageBox.warning(parent, "osimviz", fault)


def save(path: Path, content: Panel | str) -> str:
    """Write a picture (by its suffix PNG, SVG or PDF) or a table; return what went wrong, empty if nothing did.

    Parameters
    ----------
    path : Path
        The file.
    content : Panel or str
        What is drawn, or the table.
    """
    try:
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif path.suffix.lower() in (".svg", ".pdf"):
            content.vector_picture(path)
        elif not content.picture().save(str(path), "PNG"):
            raise OSError("choose a folder that can be written")
    except OSError as error:
        what = "curves were" if isinstance(content, str) else "picture was"
        return f"The {what} not written: {error.strerror or error} ({path})"
    return ""
