"""Icons: one drawn set of monochrome SVGs, tinted by the theme."""

import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QByteArray, QRectF, Qt
from PyQt5.QtGui import QColor, QIcon, QPainter, QPixmap
from PyQt5.QtSvg import QSvgRenderer

from osimviz.palette import MapName, muscle_colours
from osimviz.render.mesh_files import cache_folder
from osimviz.resource_files import resource_path

SIZE_PX = 16
#: Drawn for screens of these resolutions each by itself: scaling one picture would blur its strokes.
_PIXEL_RATIOS = (1, 2, 3)


def icon(name: str, colour: str, disabled_colour: str | None = None, on_colour: str | None = None) -> QIcon:
    """Return an icon in a colour.

    Parameters
    ----------
    name : str
        File name in ``resources/icons`` without its suffix.
    colour : str
        ``#rrggbb``.
    disabled_colour, on_colour : str, optional
        Colours of the disabled and of the checked state; `colour` if not given.

    Raises
    ------
    FileNotFoundError
        If there is no such icon.
    """
    made = QIcon()
    for ratio in _PIXEL_RATIOS:
        made.addPixmap(_pixmap(name, colour, ratio))
        made.addPixmap(_pixmap(name, disabled_colour or colour, ratio), QIcon.Disabled)
        made.addPixmap(_pixmap(name, on_colour or colour, ratio), QIcon.Normal, QIcon.On)
        made.addPixmap(_pixmap(name, on_colour or colour, ratio), QIcon.Active, QIcon.On)
    return made


def map_icon(name: MapName) -> QIcon:
    """Return a strip of a map of muscle colours, its lowest value at the left."""
    made = QIcon()
    for ratio in _PIXEL_RATIOS:
        size_px = SIZE_PX * ratio
        colours = muscle_colours(np.linspace(0.0, 1.0, size_px), name)
        pixmap = QPixmap(size_px, size_px)
        pixmap.fill(Qt.transparent)
        painter = QPainter(pixmap)
        for x, colour in enumerate(colours.tolist()):
            painter.fillRect(x, 3 * ratio, 1, size_px - 6 * ratio, QColor(*colour))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        made.addPixmap(pixmap)
    return made


def icon_file(name: str, colour: str) -> Path:
    """Return the path of a tinted copy of an icon, for style sheets, which know files only."""
    content = _tinted(name, colour)
    for folder in (cache_folder() / "icons", Path(tempfile.gettempdir()) / "osimviz-icons"):
        file = folder / f"{name}-{colour.lstrip('#')}.svg"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not file.exists() or file.read_text(encoding="utf-8") != content:
                file.write_text(content, encoding="utf-8")
        except OSError:
            # A cache folder that cannot be written is no reason to have no arrows: try the next.
            continue
        return file
    return resource_path(f"icons/{name}.svg")


def _tinted(name: str, colour: str) -> str:
    return resource_path(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)


@lru_cache(maxsize=1024)
def _pixmap(name: str, colour: str, pixel_ratio: int) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_tinted(name, colour).encode()))
    size_px = SIZE_PX * pixel_ratio
    pixmap = QPixmap(size_px, size_px)
    pixmap.fill(Qt.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    pixmap.setDevicePixelRatio(pixel_ratio)
    return pixmap
