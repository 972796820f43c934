"""Films and pictures of recorded runs: what is drawn when, by which encoder, in a process of its own. No Qt.

Importing it loads neither VTK nor an encoder; the drawing process does.
"""

from osimviz.film.errors import FilmError
from osimviz.film.settings import CameraPath, FilmSettings, Look, PictureSettings

__all__ = ["CameraPath", "FilmError", "FilmSettings", "Look", "PictureSettings"]
