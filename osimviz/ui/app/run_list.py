"""The list of runs in the window: shows what is chosen in it, follows files that grow, closes files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer

from osimviz.recording import Recording, RecordingError
from osimviz.run_lines import RunGroup, file_group, sitting_group
from osimviz.ui.app.boxes import show_warning
from osimviz.ui.main_window import MainWindow
from osimviz.ui.opened_files import OpenedFile, OpenedFiles
from osimviz.ui.session import Session
from osimviz.wording import capitalised

#: A run at work that is not on the screen has its steps counted in the list so often: it need not be smooth.
_GROWING_EVERY_MS = 500


class RunListActions(QObject):
    """Keeps panel, open files and session in step.

    Parameters
    ----------
    session : Session
        Shows runs.
    window : MainWindow
        Has the panel.
    """

    def __init__(self, session: Session, window: MainWindow) -> None:
        # The window's child: what still comes from the session when it is gone finds nobody.
        super().__init__(window)
        self._session = session
        self._window = window
        self._files = OpenedFiles(window)
        #: Saves a run of the list under a name of its own; set by who knows how.
        self.save_run: Callable[[Recording], object] = lambda recording: None
        self._files.grown.connect(self._on_files_grown)
        self._files.episode_begun.connect(self._on_files_episode_begun)
        self._files.changed.connect(self.refresh)
        self._files.failed.connect(self._on_files_failed)
        session.run_changed.connect(self._on_session_run_changed)
        session.data_grown.connect(self.refresh)
        self._growing_timer = QTimer(self)
        self._growing_timer.timeout.connect(self._on_growing_timer_timeout)
        self._growing_timer.start(_GROWING_EVERY_MS)
        session.noticed.connect(window.status.show_notice)
        panel = window.runs_panel
        panel.run_requested.connect(self.show_line)
        panel.close_requested.connect(self.close_group)
        panel.save_requested.connect(self._on_panel_save_requested)

    @property
    def n_files(self) -> int:
        """How many recording files are open."""
        return len(self._files.files)

    def show_file(self, path: Path, number: int = -1, name: str = "") -> None:
        """Show an episode of a file, which stays open; negative numbers count from the last one back.

        Raises
        ------
        RecordingError
            If it cannot be read, or has no step; one sentence.
        """
        with self._opened(path, name) as opened:
            self._show(opened, number)
        if len(opened.summaries) > 1 or len(self._files.files) > 1:
            self._window.show_runs_panel()

    def read(self, path: Path) -> Recording:
        """Return the last episode of a file, which stays open, without showing it; `RecordingError` as `show_file`."""
        with self._opened(path) as opened:
            return self._files.episode(opened, -1)

    def show_line(self, group: int, number: int) -> None:
        """Show a run of the panel."""
        if group == 0:
            recordings = self._own_runs()
            if number < len(recordings) and self._session.runs.show(recordings[number]):
                self._session.show_chosen()
            return
        if group > len(self._files.files):
            return
        opened = self._files.files[group - 1]
        place = next((i for i, summary in enumerate(opened.summaries) if summary.number == number), -1)
        try:
            self._show(opened, place)
        except RecordingError as error:
            show_warning(self._window, capitalised(str(error)))

    def close_group(self, group: int) -> None:
        """Close a file of the panel; its runs leave the list."""
        if not 1 <= group <= len(self._files.files):
            return
        opened = self._files.files[group - 1]
        is_shown = False
        for recording in opened.shown.values():
            self._session.runs.set_source(recording, "")
            if self._session.pair is not None and self._session.pair.second is recording:
                self._session.compare(None)
            is_shown = self._session.runs.remove(recording) or is_shown
        if is_shown:
            self._session.show_chosen()
        self._files.close_file(opened)

    def path_of(self, recording: Recording) -> Path | None:
        """Return the file a run is read from, if it is read from one."""
        opened = self._files.of(recording)
        return None if opened is None else opened.file.path

    def refresh(self) -> None:
        """Show the list as it is now."""
        self._window.runs_panel.show_groups(self._groups())

    def close(self) -> None:
        """Let go of all files. Idempotent."""
        self._growing_timer.stop()
        self._files.close()

    @contextmanager
    def _opened(self, path: Path, name: str = "") -> Iterator[OpenedFile]:
        """Open a file, and close it again if the use of it fails and nobody had opened it before."""
        was_open = self._files.files.copy()
        opened = self._files.open(path, name)
        try:
            yield opened
        except RecordingError:
            if opened not in was_open:
                self._files.close_file(opened)
            raise

    def _show(self, opened: OpenedFile, place: int) -> None:
        recording = self._files.episode(opened, place)
        if recording in self._session.runs.recordings:
            if self._session.runs.show(recording):
                self._session.show_chosen()
            return
        self._note_source(opened, recording)
        self._session.open(recording)

    def _note_source(self, opened: OpenedFile, recording: Recording) -> None:
        number = next(number for number, shown in opened.shown.items() if shown is recording)
        is_growing = self._files.grows(opened, number) and recording.outcome is None
        self._session.runs.set_source(recording, opened.name if is_growing else "")

    def _own_runs(self) -> list[Recording]:
        return [recording for recording in self._session.runs.recordings if self._files.of(recording) is None]

    def _groups(self) -> list[RunGroup]:
        runs = self._session.runs
        groups = [sitting_group(self._own_runs(), runs.shown, runs.growing)]
        for place, opened in enumerate(self._files.files, start=1):
            shown = next((number for number, run in opened.shown.items() if run is runs.shown), -1)
            path = str(opened.file.path)
            groups.append(file_group(place, opened.name, path, opened.summaries, shown, is_live=opened.is_live))
        return groups

    def _on_files_grown(self, recording: Recording) -> None:
        opened = self._files.of(recording)
        if opened is not None:
            self._note_source(opened, recording)
        if recording is self._session.recording:
            self._session.refresh()
            self._session.data_grown.emit()

    def _on_files_episode_begun(self, opened: OpenedFile, number: int) -> None:
        for recording in opened.shown.values():
            self._note_source(opened, recording)
        # Whoever watches the end of a file sees the next episode; whoever looks at something else goes on looking.
        if self._files.of(self._session.recording) is opened and self._session.playback.is_following:
            self.show_line(self._files.files.index(opened) + 1, number)

    def _on_growing_timer_timeout(self) -> None:
        # Nothing on the screen grows then, so that nobody else says that the list has changed.
        if self._session.runs.growing not in (None, self._session.recording):
            self.refresh()

    def _on_files_failed(self, sentence: str) -> None:
        show_warning(self._window, capitalised(sentence))

    def _on_session_run_changed(self, recording: Recording | None) -> None:
        self.refresh()

    def _on_panel_save_requested(self, group: int, number: int) -> None:
        self.show_line(group, number)
        if self._session.recording is not None:
            self.save_run(self._session.recording)
