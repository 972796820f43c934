"""Two runs in the window: which one stands beside the shown one, how they are aligned, where they part."""

from pathlib import Path

from osimviz.analysis.contact_alignment import alignment_by_contact
from osimviz.analysis.run_pair import SAME, VISIBLE, Alignment, RunPair
from osimviz.analysis.run_pair_words import parting_words
from osimviz.recording import Recording, RecordingError
from osimviz.ui.app.boxes import show_warning
from osimviz.ui.app.commands import Handler
from osimviz.ui.app.file_questions import ask_recording
from osimviz.ui.app.files import FileActions
from osimviz.ui.commands import with_keys
from osimviz.ui.main_window import MainWindow
from osimviz.ui.session import Session
from osimviz.wording import capitalised


class CompareActions:
    """Carries out the commands on a second run; the session keeps what is compared.

    Parameters
    ----------
    session : Session
        Keeps the two runs.
    window : MainWindow
        Shows them.
    files : FileActions
        Opens recordings and keeps them open.
    """

    def __init__(self, session: Session, window: MainWindow, files: FileActions) -> None:
        self._session = session
        self._window = window
        self._files = files
        self._name = ""
        self._shows_difference = False
        box = window.toolbar.compare
        session.run_changed.connect(self._on_session_run_changed)
        session.comparison_changed.connect(self._on_session_comparison_changed)
        box.second_run_requested.connect(self.compare)
        box.alignment_requested.connect(self.align)
        box.command_requested.connect(window.carry_out)

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on a second run do."""
        return {
            "compare": self.choose,
            "compare_earlier": self.compare_with_earlier,
            "stop_comparing": lambda: self.compare(None),
            "align_time": lambda: self.align(Alignment()),
            "align_contact": self.align_by_contact,
            "align_phase": self.align_by_phase,
            "difference": self.toggle_difference,
            "go_to_parting": self.go_to_parting,
        }

    def choose(self) -> None:
        """Ask for a recording and put it beside the shown run."""
        path = ask_recording(self._window, "Compare with a recording")
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Put a recording beside the shown run; one that cannot be read is told."""
        try:
            recording = self._files.read(path)
        except RecordingError as error:
            show_warning(self._window, capitalised(str(error)))
            return
        self.compare(recording, path.stem)

    def compare(self, second: Recording | None, name: str = "") -> None:
        """Put a run beside the shown one; None takes it away."""
        self._name = name
        self._session.compare(second)
        pair = self._session.pair
        if pair is not None:
            self._window.status.show_notice(parting_words(pair))

    def compare_with_earlier(self) -> None:
        """Put the run before the shown one beside it."""
        runs, shown = self._session.runs.recordings, self._session.recording
        earlier = runs[: next((i for i, run in enumerate(runs) if run is shown), 0)]
        if earlier:
            self.compare(earlier[-1])
        else:
            self._window.status.show_notice(with_keys("There is no earlier run in this sitting: {run} runs again"))

    def align(self, alignment: Alignment) -> None:
        """Choose which moments belong together, and say what came of it."""
        if self._session.pair is None:
            self._tell_nothing()
            return
        self._session.align(alignment)
        pair = self._session.pair
        self._window.status.show_notice(pair.fault or parting_words(pair))

    def align_by_contact(self) -> None:
        """Put the contact nearest to the cursor and the second run's nearest to that at the same moment."""
        pair = self._session.pair
        if pair is None:
            self._tell_nothing()
            return
        self.align(alignment_by_contact(pair, self._session.view.index))

    def align_by_phase(self) -> None:
        """Align equal shares of the strides: of the right foot, and of the left one if that is chosen already."""
        pair = self._session.pair
        if pair is None:
            self._tell_nothing()
            return
        is_right = pair.alignment.by == "phase" and pair.alignment.foot == "right"
        self.align(Alignment("phase", "left" if is_right else "right"))

    def toggle_difference(self) -> None:
        """Show below each plot what the two runs differ by, or hide it."""
        if self._session.pair is None:
            self._tell_nothing()
            return
        self._shows_difference = not self._shows_difference
        self._window.plots.set_difference(is_shown=self._shows_difference)

    def go_to_parting(self) -> None:
        """Put the cursor on the first step at which the two runs visibly differ, or at all."""
        pair = self._session.pair
        if pair is None:
            self._tell_nothing()
            return
        found = pair.parting(VISIBLE) or pair.parting(SAME)
        if found is not None:
            self._session.seek(found.index)
        self._window.status.show_notice(parting_words(pair))

    def _tell_nothing(self) -> None:
        self._window.status.show_notice(with_keys("There is no second run: {compare} opens one"))

    def _on_session_run_changed(self, recording: Recording) -> None:
        runs = self._session.runs
        titles = [f"run {i} · {run.info.controller}" for i, run in enumerate(runs.recordings, start=1)]
        offered = list(zip(titles, runs.recordings, strict=True))
        self._window.toolbar.compare.show_runs(offered, recording)

    def _on_session_comparison_changed(self, pair: RunPair | None) -> None:
        self._window.toolbar.compare.show_comparison(pair, self._name)
        self._window.show_comparison(pair)
