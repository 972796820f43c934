"""Writes a figure into a file. Needs an application of Qt; runs in the process that draws plots."""

from collections.abc import Mapping

from PyQt5.QtCore import QSize
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QApplication

from osimviz.film.errors import FilmError
from osimviz.film.messages import FigureJob
from osimviz.palette import load_palette
from osimviz.render.png_file import write_png
from osimviz.ui.images import pixels_of
from osimviz.ui.plots.export import draw_onto, vector_drawing
from osimviz.ui.plots.figure import WIDTH_PX, Figure
from osimviz.ui.theme import Theme, apply_theme

#: Pixels for each of a natural size: what is no drawing of lines is printed, too.
_DENSITY = {"svg": 1, "pdf": 1, "png": 2}
#: Narrower than this, the value axis takes most of it.
_SMALLEST_WIDTH_PX = 200


class FigurePainter:
    """Draws figures in light colours, as on paper."""

    def __init__(self) -> None:
        self._application = QApplication([])
        self._theme = Theme(load_palette("light"))
        apply_theme(self._application, self._theme)

    def write(self, job: FigureJob) -> None:
        """Write a figure.

        Raises
        ------
        FilmError
            If the size is too small for it.
        OSError
            If it cannot be written.
        """
        figure = Figure(
            self._theme, job.sheet, job.end_limits, job.range_s, is_whole=job.is_whole, note=_note(job.texts)
        )
        try:
            size = QSize(*job.size_px) if job.size_px is not None else figure.natural_size * _DENSITY[job.kind]
            scale = _scale(size, figure)
            figure.lay_out(QSize(round(size.width() / scale), round(size.height() / scale)))
            if job.kind == "png":
                image = QImage(size, QImage.Format_RGB888)
                image.fill(self._theme.colour("panel"))
                draw_onto(image, figure, scale)
                write_png(job.path, pixels_of(image), job.texts)
            else:
                job.path.write_bytes(vector_drawing(figure, f".{job.kind}", size, scale))
        finally:
            figure.close()
            figure.deleteLater()


def _scale(size: QSize, figure: Figure) -> float:
    """Return how much larger than usual letters and lines are: a large picture is no larger sheet of paper."""
    least_px = figure.smallest_height_px
    if size.width() < _SMALLEST_WIDTH_PX or size.height() < least_px:
        plots = "a plot needs" if len(figure.rows) == 1 else f"{len(figure.rows)} plots need"
        raise FilmError(
            f"{plots} at least {_SMALLEST_WIDTH_PX}x{least_px} pixels, not {size.width()}x{size.height()}",
            "Choose a larger size, or fewer plots.",
        )
    return max(1.0, min(size.width() / WIDTH_PX, size.height() / least_px))


def _note(texts: Mapping[str, str]) -> str:
    return f"solid: {texts['run']}    dashed: {texts['second run']}" if "second run" in texts else ""
