"""Files of the window: which to open, where to save, and the recordings whose runs are read while they are shown."""

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtWidgets import QFileDialog, QWidget

from osimviz.controller_names import SUFFIXES
from osimviz.options import Options
from osimviz.recording import Recording, RecordingError, RecordingFile, save_recording
from osimviz.ui.app_boxes import show_warning
from osimviz.ui.app_commands import Handler
from osimviz.ui.main_window import MainWindow
from osimviz.ui.session import Session
from osimviz.wording import capitalised


class FileActions:
    """Opens recordings, hands on controllers, saves runs, and lets go of what it opened.

    Parameters
    ----------
    session : Session
        Where recordings are shown.
    window : MainWindow
        Parent of the dialogs; its status line tells what was saved.
    open_controller : callable
        Takes the path of a file that is no recording.
    """

    def __init__(self, session: Session, window: MainWindow, open_controller: Callable[[str], object]) -> None:
        self._session = session
        self._window = window
        self._open_controller = open_controller
        self._files: list[RecordingFile] = []

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on files do."""
        return {"open": self.choose, "save": self.save_recording}

    def choose(self) -> None:
        """Ask for a file and open it."""
        path = ask_open(self._window)
        if path:
            self.open(path)

    def open(self, path: str) -> None:
        """Show a recording, or run a controller; a recording that cannot be read is told."""
        if not path.lower().endswith(".h5"):
            self._open_controller(path)
            return
        try:
            self.show_recording(Path(path))
        except RecordingError as error:
            show_warning(self._window, capitalised(str(error)))

    def show_recording(self, path: Path) -> None:
        """Show the last episode of a recording file.

        Raises
        ------
        RecordingError
            If it cannot be read, or has no step; one sentence.
        """
        self._session.open(self.read(path))

    def show_named(self, options: Options) -> None:
        """Show the recordings that a command line names; the first is on the screen, the others in the list."""
        for path in options.recordings:
            self.show_recording(path)

    def save_recording(self) -> None:
        """Ask for a file and save the shown run."""
        recording = self._session.recording
        if recording is None or recording.last_index < 0:
            show_warning(self._window, "There is nothing to save yet: nothing was recorded")
            return
        file = ask_save(self._window, "Save the recording", "run.h5")
        if file is None:
            return
        try:
            save_recording(recording, file, replace=True)
        except RecordingError as error:
            show_warning(self._window, capitalised(str(error)))
            return
        self._window.status.show_notice(f"Recording saved: {file}")

    def read(self, path: Path) -> Recording:
        """Return the last episode of a recording file; it stays open until `close`.

        Raises
        ------
        RecordingError
            If it cannot be read, or has no step; one sentence.
        """
        file = RecordingFile(path)
        self._files.append(file)
        recording = file.episode().recording
        if recording.last_index < 0:
            raise RecordingError(f"{path.name} has no step yet")
        return recording

    def close(self) -> None:
        """Let go of all files; their runs can no longer be shown. Idempotent."""
        for file in self._files:
            file.close()
        self._files.clear()


def ask_open(parent: QWidget) -> str:
    """Ask for a controller or a recording; empty if the user wants neither."""
    suffixes = " ".join(f"*{suffix}" for suffix in SUFFIXES)
    kinds = f"Controllers and recordings ({suffixes} *.h5);;Recordings (*.h5);;Controllers ({suffixes})"
    path, _ = QFileDialog.getOpenFileName(parent, "Open", "", kinds)
    return str(path)


def ask_save(parent: QWidget, title: str, suggestion: str) -> Path | None:
    """Ask where to write a file of the suggestion's kind; None if the user does not want to."""
    suffix = Path(suggestion).suffix
    path, _ = QFileDialog.getSaveFileName(parent, title, suggestion, f"{suffix[1:].upper()} files (*{suffix})")
    return Path(path).with_suffix(suffix) if path else None
