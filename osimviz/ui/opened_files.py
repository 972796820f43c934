"""The recording files that are open in the window: their episodes, and those that another program still writes."""

from dataclasses import dataclass, field
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from osimviz.frames import Outcome
from osimviz.recording import EpisodeSummary, Recording, RecordingError, RecordingFile

#: How often a file that grows is looked at, ms: its writer puts something there every 0.7 s.
_LOOK_MS = 250
#: Looks that fail in a row before a file is given up: a writer that replaces it takes less than these two seconds.
_MOST_FAILURES = 8


@dataclass(slots=True)
class OpenedFile:
    """One open file.

    Attributes
    ----------
    file : RecordingFile
        The file.
    name : str
        What it is called in lists.
    summaries : list of EpisodeSummary
        One line for each episode.
    shown : dict of int to Recording
        The episodes that were opened, by number.
    is_live : bool
        Whether another program still writes it.
    n_failures : int
        Looks in a row that could not read it.
    """

    file: RecordingFile
    name: str
    summaries: list[EpisodeSummary] = field(default_factory=list)
    shown: dict[int, Recording] = field(default_factory=dict)
    is_live: bool = False
    n_failures: int = 0


class OpenedFiles(QObject):
    """Opens files and looks at those that grow, a few times a second.

    Signals
    -------
    grown(object)
        Frames came to a `Recording`, or its end.
    episode_begun(object, int)
        An `OpenedFile` has another episode, of this number.
    changed()
        The list of files and episodes is another one.
    failed(str)
        A file that was open can no longer be read: a sentence.
    """

    grown = pyqtSignal(object)
    episode_begun = pyqtSignal(object, int)
    changed = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.files: list[OpenedFile] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def open(self, path: Path, name: str = "") -> OpenedFile:
        """Open a file, or return it if it is open.

        Raises
        ------
        RecordingError
            If it cannot be read.
        """
        path = path.absolute()
        for opened in self.files:
            if opened.file.path == path:
                return opened
        file = RecordingFile(path)
        try:
            opened = OpenedFile(file, name or path.name, file.summaries(), is_live=file.is_live)
        except RecordingError:
            file.close()
            raise
        self.files.append(opened)
        if opened.is_live:
            self._timer.start()
        return opened

    def episode(self, opened: OpenedFile, number: int) -> Recording:
        """Return an episode of a file, negative numbers from the last one back.

        Raises
        ------
        RecordingError
            If there is none, it is damaged, or has no step.
        """
        stored = opened.file.episode(number)
        if stored.recording.last_index < 0:
            raise RecordingError(f"{opened.name} has no step yet")
        opened.shown[stored.number] = stored.recording
        self._note_end(opened, stored.number, stored.recording)
        self.changed.emit()
        return stored.recording

    def grows(self, opened: OpenedFile, number: int) -> bool:
        """Whether an episode of a file may get more frames."""
        return opened.is_live and bool(opened.summaries) and number == opened.summaries[-1].number

    def of(self, recording: Recording | None) -> OpenedFile | None:
        """Return the file a recording is of, if it is of one."""
        return next((opened for opened in self.files if recording in opened.shown.values()), None)

    def look(self) -> None:
        """Take up what other programs wrote since the last look."""
        for opened in [opened for opened in self.files if opened.is_live]:
            try:
                self._look_at(opened)
                opened.n_failures = 0
            except RecordingError as error:
                opened.n_failures += 1
                # The next look may find what this one missed.
                opened.is_live = opened.n_failures < _MOST_FAILURES
                if not opened.is_live:
                    self.failed.emit(str(error))
        if not any(opened.is_live for opened in self.files):
            self._timer.stop()

    def close_file(self, opened: OpenedFile) -> None:
        """Let go of a file; its recordings can no longer be read."""
        if opened in self.files:
            self.files.remove(opened)
            opened.file.close()
            self.changed.emit()

    def close(self) -> None:
        """Let go of all files. Idempotent."""
        self._timer.stop()
        for opened in self.files:
            opened.file.close()
        self.files.clear()

    def _look_at(self, opened: OpenedFile) -> None:
        # Asked before: what is written between the two questions is seen with the first.
        opened.is_live = opened.file.is_live
        lengths = {number: len(recording) for number, recording in opened.shown.items()}
        outcomes = {number: recording.outcome for number, recording in opened.shown.items()}
        n_episodes = len(opened.summaries)
        if not opened.file.refresh() and opened.is_live and opened.file.n_episodes == n_episodes:
            return
        opened.summaries = opened.file.summaries()
        for number, recording in opened.shown.items():
            self._note_end(opened, number, recording)
            if len(recording) != lengths[number] or recording.outcome is not outcomes[number]:
                self.grown.emit(recording)
        if len(opened.summaries) > n_episodes:
            self.episode_begun.emit(opened, opened.summaries[-1].number)
        self.changed.emit()

    def _note_end(self, opened: OpenedFile, number: int, recording: Recording) -> None:
        """Give a recording whose writer is gone, and that has no end, the one it has."""
        if recording.outcome is None and not self.grows(opened, number) and len(recording):
            time_s = float(recording.time_s(recording.last_index)[0])
            sentence = f"the recording breaks off at {time_s:.2f} s: its program ended without completing it"
            recording.outcome = Outcome("worker_died", recording.last_index, time_s, sentence)
