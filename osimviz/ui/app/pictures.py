"""Pictures of the window: the one that is shown, and those the command line asks for."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtWidgets import QApplication

from osimviz import __version__
from osimviz.film.cast import Cast
from osimviz.film.errors import FilmError
from osimviz.film.making import finish
from osimviz.film.tasks import PictureTask
from osimviz.moments import frame_at
from osimviz.options import PictureRequest
from osimviz.options.drawing import target_of
from osimviz.recording import Recording
from osimviz.render.png_file import PngTexts, save_png
from osimviz.ui.app.boxes import nothing_yet, show_warning
from osimviz.ui.app.commands import Handler
from osimviz.ui.app.file_questions import ask_save
from osimviz.ui.images import image_of, pixels_of
from osimviz.ui.main_window import MainWindow
from osimviz.ui.session import Session

#: Of a picture of the 3D view, whatever the window's size: as large as a slide.
_PICTURE_SIZE_PX = (1920, 1080)


class PictureActions:
    """Writes pictures on command, and those of the command line when their run has ended.

    Parameters
    ----------
    session : Session
        Whose run is drawn.
    window : MainWindow
        Whose 3D view is written.
    wanted : sequence of PictureRequest
        Pictures to write when the first run ends.
    path_of : callable
        Returns the file of a recording, or None.

    Attributes
    ----------
    has_failed : bool
        Whether a picture of the command line could not be written.
    """

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        wanted: Sequence[PictureRequest],
        path_of: Callable[[Recording], Path | None],
    ) -> None:
        self._session = session
        self._window = window
        self._wanted = tuple(wanted)
        self._path_of = path_of
        self.has_failed = False

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on pictures do."""
        return {
            "screenshot": self.choose,
            "copy_picture": self.copy,
            "window_picture": self.choose_window_picture,
        }

    def choose(self) -> None:
        """Ask for a file and write what the 3D view shows."""
        view = self._session.view
        if view.index < 0 or self._session.recording is None:
            show_warning(self._window, nothing_yet("no picture"))
            return
        path = ask_save(self._window, "Save a picture of the 3D view", f"osimviz-step-{view.index}.png")
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write what the 3D view shows, anti-aliased, as a PNG file that says what it shows."""
        picture = self._picture()
        if picture is None:
            return
        self._save(path, picture, self._texts())

    def copy(self) -> None:
        """Put what the 3D view shows into the clipboard."""
        picture = self._picture()
        if picture is None:
            show_warning(self._window, nothing_yet("no picture"))
            return
        QApplication.clipboard().setImage(image_of(picture))
        self._window.status.show_notice("Picture copied: paste it where it is wanted")

    def choose_window_picture(self) -> None:
        """Ask for a file and write the whole window."""
        # Before a dialog takes the focus from it; a run may go on while the user chooses a name.
        picture, texts = pixels_of(self._window.grab().toImage()), self._texts()
        path = ask_save(self._window, "Save a picture of the window", "osimviz-window.png")
        if path is not None:
            self._save(path, picture, texts)

    def write_wanted(self) -> None:
        """Write the pictures of the command line, once."""
        recording = self._session.recording
        if not self._wanted or recording is None or recording.last_index < 0:
            return
        pictures, self._wanted = self._wanted, ()
        try:
            write_pictures(recording, pictures)
        except FilmError as error:
            self.has_failed = True
            show_warning(self._window, error.told)
            return
        self._window.status.show_notice(f"Picture saved: {', '.join(str(picture.path) for picture in pictures)}")

    def _save(self, path: Path, picture: NDArray[np.uint8], texts: PngTexts) -> None:
        try:
            save_png(path, picture, texts)
        except OSError as error:
            show_warning(self._window, f"The picture was not written: {error.strerror or error} ({path})")
            return
        self._window.status.show_notice(f"Picture saved: {path}")

    def _texts(self) -> PngTexts:
        """Return what a picture of this moment says about itself; of an empty window, only by what it was made."""
        recording, index = self._session.recording, self._session.view.index
        if recording is None or index < 0:
            return {"Software": f"osimviz {__version__}"}
        path = self._path_of(recording)
        name = path.name if path is not None else ""
        return Cast(recording, name=name).texts(index)

    def _picture(self) -> NDArray[np.uint8] | None:
        """Return what the 3D view shows, with captions, shape (height, width, 3); None while there is nothing."""
        recording, view = self._session.recording, self._session.view
        if recording is None or view.index < 0:
            return None
        return self._window.view3d.picture(*_PICTURE_SIZE_PX, has_words=True)


def write_pictures(recording: Recording, pictures: Sequence[PictureRequest]) -> None:
    """Write pictures of a run as a headless run does; GUI thread, which waits.

    Raises
    ------
    FilmError
        If a file cannot be written.
    """
    cast = Cast(recording)
    for picture in pictures:
        index = frame_at(recording, picture.moment)
        finish(PictureTask(cast, index, target_of(picture.path, None), picture.settings, may_overwrite=True))
