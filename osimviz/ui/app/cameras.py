"""Stored cameras: nine views of the user's own, each one key away."""

from functools import partial

from PyQt5.QtCore import QObject, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QShortcut

from osimviz.stored_cameras import N_CAMERAS, CameraStore
from osimviz.ui.app.boxes import show_warning
from osimviz.ui.main_window import MainWindow
from osimviz.ui.session import Session


class StoredCameras(QObject):
    """Ctrl+1 to Ctrl+9 take a stored camera, Ctrl+Shift+1 to Ctrl+Shift+9 store the present one.

    Parameters
    ----------
    session : Session
        Told that the view is no named one.
    window : MainWindow
        Whose keys they are.
    """

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._store = CameraStore()
        for number in range(1, N_CAMERAS + 1):
            for keys, act in ((f"Ctrl+{number}", self.recall), (f"Ctrl+Shift+{number}", self.store)):
                shortcut = QShortcut(QKeySequence(keys), window)
                shortcut.setContext(Qt.WindowShortcut)
                shortcut.activated.connect(partial(act, number))

    def store(self, number: int) -> None:
        """Keep the present camera under a number."""
        pose = self._window.view3d.camera_pose
        if pose is None:
            return
        try:
            self._store.keep(number, pose)
        except OSError as error:
            show_warning(self._window, f"The camera was not stored: {error.strerror or error} ({self._store.file})")
            return
        self._window.status.show_notice(f"Camera {number} stored: Ctrl+{number} takes it, here and in exports")

    def recall(self, number: int) -> None:
        """Take the camera of a number; say so where there is none."""
        pose = self._store.poses().get(number)
        if pose is None:
            self._window.status.show_notice(f"No camera {number} yet: Ctrl+Shift+{number} stores the present one")
            return
        self._window.view3d.set_camera_pose(pose)
        self._session.change(camera="")
