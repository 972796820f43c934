"""Places in a run: bookmarks, the first departure, the lanes of the timeline."""

from PyQt5.QtCore import QPoint

from osimviz.ui.app.boxes import nothing_yet
from osimviz.ui.app.commands import Handler
from osimviz.ui.main_window import MainWindow
from osimviz.ui.note_popup import NotePopup
from osimviz.ui.preferences import Preferences
from osimviz.ui.session import Session


class MarkActions:
    """Keeps bookmarks and goes to places.

    Parameters
    ----------
    session : Session
        Its cursor is moved; the bookmarks are of its recording.
    window : MainWindow
        Shows them.
    preferences : Preferences
        Remembers which lanes are left out.
    """

    def __init__(self, session: Session, window: MainWindow, preferences: Preferences) -> None:
        self._session = session
        self._window = window
        self._preferences = preferences
        self._popup = NotePopup(window)
        self._popup.keep_requested.connect(self.keep_bookmark)
        self._popup.removal_requested.connect(self.remove_bookmark)
        window.timeline.lanes_requested.connect(self._on_timeline_lanes_requested)
        window.timeline.hide_lanes(preferences.hidden_lanes())

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands do."""
        return {"bookmark": self.ask_bookmark, "departure": self.go_to_departure}

    def ask_bookmark(self) -> None:
        """Ask for the note of a bookmark at the cursor."""
        recording, view = self._session.recording, self._session.view
        if recording is None or view.index < 0:
            self._window.status.show_notice(nothing_yet("no step to mark"))
            return
        # While a note is typed the cursor stands still.
        if view.is_following:
            self._session.seek(view.index)
        notes = {mark.step: mark.note for mark in recording.bookmarks}
        timeline = self._window.timeline
        place = timeline.mapToGlobal(QPoint(timeline.cursor_x_px(), 36))
        self._popup.ask(view.index, notes.get(view.index), place)

    def keep_bookmark(self, step: int, note: str) -> None:
        """Mark a step of the shown run."""
        recording = self._session.recording
        if recording is not None and 0 <= step <= recording.last_index:
            recording.add_bookmark(step, note)
            self._tell(recording.notice or f"Bookmark at step {step} · N and P go to it")

    def remove_bookmark(self, step: int) -> None:
        """Take the mark of a step away."""
        recording = self._session.recording
        if recording is not None:
            recording.remove_bookmark(step)
            self._tell(recording.notice or f"The bookmark at step {step} is gone")

    def go_to_departure(self) -> None:
        """Go to where the margin of the ending condition left its usual band."""
        departure = self._window.ending.departure
        if departure is None:
            self._window.status.show_notice("This run has no first departure: it did not fall, or from the start")
        else:
            self._session.seek(departure)

    def _tell(self, words: str) -> None:
        self._window.timeline.show_data()
        self._window.status.show_notice(words)

    def _on_timeline_lanes_requested(self, hidden: list[str]) -> None:
        self._preferences.keep_hidden_lanes(hidden)
        self._window.timeline.hide_lanes(hidden)
