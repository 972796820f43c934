"""Plots for other programs: a picture of a panel, and the file it or a table goes to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from PyQt5.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QRect, QSize, QSizeF
from PyQt5.QtGui import QImage, QPaintDevice, QPainter, QPdfWriter
from PyQt5.QtSvg import QSvgGenerator
from PyQt5.QtWidgets import QFileDialog, QGraphicsView, QMessageBox, QWidget

from osimviz.film.errors import FilmError
from osimviz.film.output_files import write_whole
from osimviz.palette import load_palette
from osimviz.ui.named_files import with_kind
from osimviz.ui.plots.curve_item import CurveItem
from osimviz.ui.theme import Theme

_TABLE_FILTER = "Comma-separated values (*.csv)"
_FILTER_OF = {".png": "PNG (*.png)", ".svg": "SVG (*.svg)", ".pdf": "PDF (*.pdf)"}
_PX_PER_INCH, _MM_PER_INCH = 96, 25.4


class Panel(Protocol):
    """A panel of curves, which gives itself as a picture and its curves as a table."""

    @property
    def has_table(self) -> bool:
        """Whether there is something to write as a table: quick, unlike `table`."""

    def picture(self) -> QImage:
        """Return its picture in the light theme."""

    def vector_picture(self, suffix: str) -> bytes:
        """Return its picture in the light theme as a file of a suffix, ``.svg`` or ``.pdf``."""

    def table(self) -> str:
        """Return what it plots as comma-separated values; empty where it plots nothing."""


def light_picture(widget: Any, theme: Theme) -> QImage:
    """Return a widget's picture in the light theme, in which figures are exported; `theme` is its own."""
    widget.set_theme(Theme(load_palette("light")))
    try:
        return widget.grab().toImage()
    finally:
        widget.set_theme(theme)


def light_vector_picture(widget: Any, theme: Theme, suffix: str) -> bytes:
    """Return a widget in the light theme as SVG or PDF (``.pdf``): lines and letters stay sharp at any size."""
    widget.set_theme(Theme(load_palette("light")))
    try:
        return vector_drawing(widget, suffix, widget.size())
    finally:
        widget.set_theme(theme)


def vector_drawing(widget: Any, suffix: str, size: QSize, scale: float = 1.0) -> bytes:
    """Return a widget as an SVG file or, if the suffix is ``.pdf``, as a PDF file.

    Parameters
    ----------
    widget : QWidget
        What is drawn.
    suffix : str
        ``.svg`` or ``.pdf``.
    size : QSize
        Of the page, in units of 1/96 inch.
    scale : float
        How much the widget is enlarged.
    """
    # Into memory: of a disk that is full, Qt says nothing.
    buffer = QBuffer()
    buffer.open(QIODevice.WriteOnly)
    draw_onto(_pdf_page(buffer, size) if suffix == ".pdf" else _svg_page(buffer, size), widget, scale)
    return bytes(buffer.data())


def draw_onto(page: QPaintDevice, widget: Any, scale: float = 1.0) -> None:
    """Paint a widget onto a page or a picture, enlarged; what is a line stays one."""
    painter = QPainter(page)
    painter.scale(scale, scale)
    with _as_lines(widget):
        widget.render(painter)
    painter.end()


@contextmanager
def _as_lines(widget: Any) -> Iterator[None]:
    views = widget.findChildren(QGraphicsView)
    curves = [item for view in views for item in view.scene().items() if isinstance(item, CurveItem)]
    for curve in curves:
        curve.set_for_paper(is_for_paper=True)
    try:
        yield
    finally:
        for curve in curves:
            curve.set_for_paper(is_for_paper=False)


def _svg_page(buffer: QBuffer, size: QSize) -> QSvgGenerator:
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setTitle("osimviz")
    return generator


def _pdf_page(buffer: QBuffer, size: QSize) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setResolution(_PX_PER_INCH)
    writer.setPageSizeMM(QSizeF(size) * _MM_PER_INCH / _PX_PER_INCH)
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
    # A suffix that was typed goes before the list's.
    typed = Path(chosen).suffix.lower()
    listed = next((known for known, words in _FILTER_OF.items() if words == kind), suffix)
    path = with_kind(parent, chosen, typed if not is_table and typed in _FILTER_OF else listed)
    fault = save(path, content) if path is not None else ""
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
        write_whole(path, content.encode() if isinstance(content, str) else _file_of(content, path.suffix.lower()))
    except FilmError as error:
        return error.told
    return ""


def _file_of(panel: Panel, suffix: str) -> bytes:
    if suffix in (".svg", ".pdf"):
        return panel.vector_picture(suffix)
    buffer = QBuffer()
    buffer.open(QIODevice.WriteOnly)
    panel.picture().save(buffer, "PNG")
    return bytes(buffer.data())
