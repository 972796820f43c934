"""Files of the window: which to open, where to save and export, and which were open lately."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from weakref import WeakKeyDictionary

from PyQt5.QtWidgets import QMenu

from osimviz.frames import Bookmark
from osimviz.options import Options
from osimviz.options.input_files import MOTION_SUFFIXES, RECORDING_SUFFIXES
from osimviz.recording import Recording, RecordingError, save_recording
from osimviz.recording.annotating import annotate
from osimviz.recording.errors import WritingStopped
from osimviz.recording.export import export_recording
from osimviz.ui.app.boxes import nothing_yet, show_warning
from osimviz.ui.app.commands import Handler
from osimviz.ui.app.file_questions import ask_export, ask_model, ask_open, ask_save
from osimviz.ui.app.motions import MotionOpening
from osimviz.ui.app.run_list import RunListActions
from osimviz.ui.commands import key_of, with_keys
from osimviz.ui.dialogs.long_work import LongWork
from osimviz.ui.main_window import MainWindow
from osimviz.ui.preferences import Preferences
from osimviz.ui.session import Session
from osimviz.wording import capitalised


class FileActions:
    """Opens recordings, motions and controllers, saves and exports runs, and remembers what was open.

    Parameters
    ----------
    session : Session
        Whose runs are saved.
    window : MainWindow
        Parent of the dialogs; its status line tells what was saved.
    preferences : Preferences
        Remembers files.
    runs : RunListActions
        Opens and shows recordings.
    open_controller : callable
        Takes the path of a file that is to be run.
    kept_folder : Path
        Where runs of earlier sittings were written.
    """

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        preferences: Preferences,
        runs: RunListActions,
        open_controller: Callable[[str], object],
        kept_folder: Path,
    ) -> None:
        self._session = session
        self._window = window
        self._preferences = preferences
        self._runs = runs
        self._open_controller = open_controller
        self._kept_folder = kept_folder
        self._motions = MotionOpening(window, self._show_motion)
        #: Where runs were saved that get no more steps.
        self._saved_to: WeakKeyDictionary[Recording, Path] = WeakKeyDictionary()
        self._recent_menu = QMenu("Open Recent", window)
        self._recent_menu.aboutToShow.connect(self._fill_recent_menu)
        file_menu = window.menuBar().actions()[0].menu()
        file_menu.insertMenu(window.actions_by_id["new_controller"], self._recent_menu)

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on files do."""
        return {
            "open": self.choose,
            "save": self.save_recording,
            "save_as": self.save_recording_as,
            "export": self.export,
        }

    def choose(self) -> None:
        """Ask for files and open them."""
        for path in ask_open(self._window):
            self.open(path)

    def open(self, path: str) -> None:
        """Show a recording or a motion, or run a controller; a file that cannot be read is told."""
        suffix = Path(path).suffix.lower()
        if suffix in MOTION_SUFFIXES:
            self._open_motion(Path(path), None)
        elif suffix in RECORDING_SUFFIXES:
            self._told(lambda: self.show_recording(Path(path)))
        else:
            self._open_controller(path)

    def show_named(self, options: Options) -> None:
        """Show what a command line names; the first is on the screen at the end, the others are in the list."""
        for path in reversed(options.recordings):
            if path.suffix.lower() in MOTION_SUFFIXES:
                self._open_motion(path, options.model)
            else:
                self._told(partial(self.show_recording, path, options.episode))

    def show_recording(self, path: Path, number: int = -1) -> None:
        """Show an episode of a recording file.

        Raises
        ------
        RecordingError
            If it cannot be read, or has no step; one sentence.
        """
        self._runs.show_file(path, number)
        self._preferences.keep_recent_recording(str(path.absolute()))

    def read(self, path: Path) -> Recording:
        """Return the last episode of a recording file without showing it; it stays open until `close`.

        Raises
        ------
        RecordingError
            If it cannot be read, or has no step; one sentence.
        """
        return self._runs.read(path)

    def save_recording(self) -> None:
        """Save the shown run where it was saved before; ask for a file if it was not."""
        recording = self._session.recording
        path = None if recording is None else self._saved_to.get(recording, self._runs.path_of(recording))
        if path is None:
            self.save_recording_as()
        else:
            self._window.status.show_notice(
                f"Saved already, bookmarks included: {path} · {key_of('save_as')} saves a copy"
            )

    def save_recording_as(self) -> None:
        """Ask for a file and save the shown run."""
        self._save(self._session.recording)

    def save_run(self, recording: Recording) -> None:
        """Ask for a file and save a run of the list."""
        self._save(recording)

    def export(self) -> None:
        """Ask for a file and its kind, and write the shown run for other programs."""
        recording = self._session.recording
        if recording is None or recording.last_index < 0:
            show_warning(self._window, nothing_yet("nothing to export"))
            return
        path = ask_export(self._window)
        if path is None:
            return
        with LongWork(self._window, f"Exporting {path.name}") as work:
            if self._told(lambda: export_recording(recording, path, replace=True, progress=work.note)):
                self._window.status.show_notice(f"Exported: {path}")

    def close(self) -> None:
        """Let go of all files; their runs can no longer be shown. Idempotent."""
        self._motions.close()
        self._runs.close()

    def _save(self, recording: Recording | None) -> None:
        if recording is None or recording.last_index < 0:
            show_warning(self._window, nothing_yet("nothing to save"))
            return
        path = ask_save(self._window, "Save the recording", "run.h5")
        if path is None:
            return
        if path.absolute() == self._runs.path_of(recording):
            show_warning(self._window, f"{path.name} is the file this run is read from; choose another name")
            return
        with LongWork(self._window, f"Saving {path.name}") as work:
            if not self._told(lambda: save_recording(recording, path, replace=True, progress=work.note)):
                return
        if self._session.runs.grows(recording):
            # A paused run, too, goes on: the file is a copy of it, and not where it is saved.
            self._window.status.show_notice(f"Recording saved up to this step: {path}")
            return
        self._saved_to[recording] = path.absolute()
        _also_keep_bookmarks(recording, path.absolute())
        self._preferences.keep_recent_recording(str(path.absolute()))
        self._window.status.show_notice(f"Recording saved: {path}")

    def _open_motion(self, motion: Path, model: Path | None) -> None:
        if model is None:
            model = ask_model(self._window, motion, self._preferences.motion_model())
        if model is not None:
            self._preferences.keep_motion_model(str(model.absolute()))
            self._told(lambda: self._motions.begin(model, motion))

    def _show_motion(self, recording: Path, motion: Path) -> None:
        self._told(lambda: self._runs.show_file(recording, name=motion.name))

    def _fill_recent_menu(self) -> None:
        self._recent_menu.clear()
        paths = [*self._preferences.recent_recordings(), *self._preferences.recent()]
        for path in paths:
            action = self._recent_menu.addAction(Path(path).name)
            action.setToolTip(path)
            action.setEnabled(Path(path).exists())
            action.triggered.connect(lambda checked=False, path=path: self.open(path))
        if not paths:
            self._recent_menu.addAction(with_keys("Nothing was opened yet: {open} opens a file")).setEnabled(False)
        self._recent_menu.setToolTipsVisible(True)
        self._recent_menu.addSeparator()
        earlier = self._recent_menu.addAction("Runs of Earlier Sittings …")
        earlier.setToolTip("Every run is written to a file while it goes on; the last ones are kept here")
        earlier.setEnabled(self._kept_folder.is_dir())
        earlier.triggered.connect(self._choose_kept)

    def _choose_kept(self) -> None:
        for path in ask_open(self._window, str(self._kept_folder)):
            self.open(path)

    def _told(self, work: Callable[[], object]) -> bool:
        """Do something with a file; a fault is told; returns whether it was done."""
        try:
            work()
        except WritingStopped:
            self._window.status.show_notice("Cancelled; nothing was written")
            return False
        except RecordingError as error:
            show_warning(self._window, capitalised(str(error)))
            return False
        return True


def _also_keep_bookmarks(recording: Recording, path: Path) -> None:
    """Write the bookmarks of a run to the file it was saved to as well, whenever they change."""
    before = recording.keep_bookmarks

    def keep(bookmarks: tuple[Bookmark, ...]) -> None:
        annotate(path, 0, bookmarks)
        if before is not None:
            before(bookmarks)

    recording.keep_bookmarks = keep
