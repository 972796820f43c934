"""The export of films and pictures: opens the dialog with what the window shows, and remembers what was chosen."""

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtWidgets import QFileDialog

from osimviz.film.cast import Cast
from osimviz.film.settings import CameraPath
from osimviz.recording import Recording
from osimviz.stored_cameras import CameraStore
from osimviz.ui.app.boxes import nothing_yet, show_warning
from osimviz.ui.app.commands import Handler
from osimviz.ui.app.figures import WindowFigures
from osimviz.ui.export import ExportDialog, Subject
from osimviz.ui.main_window import MainWindow
from osimviz.ui.named_files import with_kind
from osimviz.ui.preferences import Preferences
from osimviz.ui.session import Session
from osimviz.view_state import ViewState

_FILTERS = {
    ".mp4": "MP4 films (*.mp4)",
    ".webm": "WebM films (*.webm)",
    ".gif": "GIF films (*.gif)",
    ".png": "PNG pictures (*.png)",
    ".svg": "SVG pictures (*.svg)",
    ".pdf": "PDF pages (*.pdf)",
    ".csv": "Tables (*.csv)",
    ".npz": "NumPy arrays (*.npz)",
    ".sto": "OpenSim states (*.sto)",
    ".mot": "OpenSim coordinates (*.mot)",
    "": "Folders of pictures (*)",
}


class ExportActions:
    """Opens the export dialog; one at a time.

    Parameters
    ----------
    session : Session
        Whose run is exported.
    window : MainWindow
        What is looked at; parent of the dialog.
    preferences : Preferences
        Remembers the fields.
    path_of : callable
        Returns the file of a recording, or None.
    """

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        preferences: Preferences,
        path_of: Callable[[Recording], Path | None],
    ) -> None:
        self._session = session
        self._window = window
        self._preferences = preferences
        self._path_of = path_of
        self.dialog: ExportDialog | None = None
        self._shown_theme = ""
        session.view_changed.connect(self._on_session_view_changed)

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on exports do."""
        return {"export_film": self.open}

    def open(self) -> None:
        """Show the dialog with what the window shows; a second time, bring it to the front."""
        if self.dialog is not None:
            self.dialog.raise_()
            self.dialog.activateWindow()
            return
        subject = self._subject()
        if subject is None:
            show_warning(self._window, nothing_yet("nothing to export"))
            return
        remembered = self._preferences.export_values()
        figures = WindowFigures(self._window, subject.cast.recording)
        dialog = ExportDialog(self._window.theme, subject, remembered, figures, self._ask_target, self._window)
        dialog.saved.connect(self._on_dialog_saved)
        dialog.finished.connect(self._on_dialog_finished)
        self.dialog = dialog
        dialog.show()

    def close(self) -> None:
        """End what is being made. Idempotent."""
        if self.dialog is not None:
            self.dialog.shutdown()
            self.dialog.reject()

    def _subject(self) -> Subject | None:
        session, recording = self._session, self._session.recording
        if recording is None or recording.last_index < 0:
            return None
        view, pair = session.view, session.pair
        path = self._path_of(recording)
        name = path.name if path is not None else "run.h5"
        second = pair.second if pair is not None and pair.second.last_index >= 0 else None
        second_path = self._path_of(second) if second is not None else None
        second_name = "" if second is None else second_path.name if second_path is not None else "second.h5"
        if pair is not None and second is not None:
            cast = Cast(recording, second, name, second_name, pair.alignment)
        else:
            cast = Cast(recording, name=name)
        times_s = recording.time_s()
        loop = (float(times_s[view.loop[0]]), float(times_s[view.loop[1]])) if view.loop is not None else None
        return Subject(
            cast,
            source=str(path) if path is not None else name,
            compared=str(second_path) if second_path is not None else second_name,
            is_saved=path is not None,
            index=max(view.index, 0),
            loop_s=loop,
            camera=self._camera(),
            scene=self._window.view3d.options,
            theme=session.settings.theme,
            plots=tuple(tuple(names) for names in self._window.plots.plot_names()),
            stored_cameras=CameraStore().poses(),
        )

    def _camera(self) -> CameraPath:
        """Return the window's camera: by its name, or as it was turned by hand."""
        drawing = self._window.view3d.drawing
        name = self._session.settings.camera
        if name or drawing is None:
            return CameraPath(name or CameraPath().view)
        camera = drawing.camera
        x_m, y_m, z_m = (float(part) for part in camera.focal_point_m - camera.anchor_m)
        return CameraPath(pose=(camera.azimuth_rad, camera.elevation_rad, camera.distance_m, x_m, y_m, z_m))

    def _ask_target(self, suggestion: str) -> Path | None:
        suffix = Path(suggestion).suffix
        folder = self._preferences.export_folder()
        start = str(Path(folder) / suggestion) if folder else suggestion
        parent = self.dialog if self.dialog is not None else self._window
        text, _ = QFileDialog.getSaveFileName(parent, "Export", start, _FILTERS[suffix])
        if not text:
            return None
        self._preferences.keep_export_folder(str(Path(text).parent))
        return with_kind(parent, text, suffix) if suffix else Path(text)

    def _on_session_view_changed(self, view: ViewState) -> None:
        before, self._shown_theme = self._shown_theme, view.settings.theme
        if self.dialog is not None and before != self._shown_theme:
            self.dialog.set_theme(self._window.theme)

    def _on_dialog_saved(self, path: str) -> None:
        self._window.status.show_notice(f"Exported: {path}")

    def _on_dialog_finished(self) -> None:
        if self.dialog is not None:
            self._preferences.keep_export_values(self.dialog.values)
            self.dialog = None
