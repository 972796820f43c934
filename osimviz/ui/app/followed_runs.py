"""Where following stops: conditions on a run that is read from a file while another program writes it.

That program cannot be paused from here; the cursor can.
"""

from osimviz.analysis.find import hits_of
from osimviz.expressions import ExpressionError, compile_condition
from osimviz.recording import Recording
from osimviz.ui.main_window import MainWindow
from osimviz.ui.session import Session


class FollowedRunWatch:
    """Stops following the end of a growing file at the step at which a condition becomes true; the cursor stays there.

    Parameters
    ----------
    session : Session
        Its cursor stops.
    window : MainWindow
        Has the conditions, and says where and why the cursor stays.
    """

    def __init__(self, session: Session, window: MainWindow) -> None:
        self._session = session
        self._window = window
        self._n_seen = 0
        session.run_changed.connect(self._on_session_run_changed)
        session.data_grown.connect(self._on_session_data_grown)

    def _on_session_run_changed(self, recording: Recording | None) -> None:
        self._n_seen = len(recording) if recording is not None else 0

    def _on_session_data_grown(self) -> None:
        recording = self._session.recording
        if recording is None:
            return
        n_seen, self._n_seen = self._n_seen, len(recording)
        is_followed = self._session.runs.grows(recording) and recording is not self._session.runs.growing
        if not is_followed or not self._session.playback.is_following or n_seen == len(recording):
            return
        found = [(_first_begin(recording, text, n_seen), text) for text in self._window.find.conditions]
        begun = [(step, text) for step, text in found if step is not None]
        if begun:
            step, text = min(begun)
            self._session.seek(step)
            self._window.status.show_notice(f"Step {step}: {text} · the program goes on, F follows it again")


def _first_begin(recording: Recording, text: str, start: int) -> int | None:
    """Return the first frame from `start` on at which a condition becomes true; None without one."""
    try:
        hits = hits_of(compile_condition(text, recording.derived.names()), recording)
    except ExpressionError:
        # Of another environment: what it is about does not exist here.
        return None
    return next((hit.first for hit in hits if hit.first >= start), None)
