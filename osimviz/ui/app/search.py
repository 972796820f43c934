"""Finding steps and making channels: the search panel, the conditions at which runs pause, derived channels."""

from osimviz.analysis.run_pair import RunPair
from osimviz.derived_choices import offered_formulas, sides_of
from osimviz.recording import Recording
from osimviz.ui.app.boxes import nothing_yet
from osimviz.ui.app.commands import Handler
from osimviz.ui.dialogs.derive import DeriveDialog
from osimviz.ui.main_window import MainWindow
from osimviz.ui.preferences import Preferences
from osimviz.ui.session import Session


class SearchActions:
    """Carries out what the search panel and the channel list ask for.

    Parameters
    ----------
    session : Session
        Its runs are searched, and pause.
    window : MainWindow
        Shows what was found.
    preferences : Preferences
        Remembers the derived channels.
    """

    def __init__(self, session: Session, window: MainWindow, preferences: Preferences) -> None:
        self._session = session
        self._window = window
        self._preferences = preferences
        self._derived = dict(preferences.derived())
        session.run_changed.connect(self._on_session_run_changed)
        session.comparison_changed.connect(self._on_session_comparison_changed)
        window.find.cursor_requested.connect(session.seek)
        window.find.hits_changed.connect(window.timeline.show_hits)
        window.find.conditions_changed.connect(self._on_find_conditions_changed)
        window.channels.derive_requested.connect(self.derive)
        window.channels.formula_requested.connect(self.edit)
        window.channels.removal_requested.connect(self.remove)

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands do."""
        return {
            "find": self._window.show_find,
            "next_hit": self._window.find.go_to_next,
            "previous_hit": self._window.find.go_to_previous,
            "derive": lambda: self.derive(self._window.channels.selected_names()),
        }

    def derive(self, names: list[str]) -> None:
        """Ask for a formula; the channels selected are offered."""
        recording = self._session.recording
        if recording is None:
            self._window.status.show_notice(nothing_yet("no run to derive from"))
            return
        offers = offered_formulas(names, recording.channels)
        title, formula = offers[0] if offers else ("", "")
        pair = sides_of(names[0], recording.channels) if len(names) == 1 else None
        aliases = {"l": pair[0], "r": pair[1]} if pair is not None else {}
        self._ask(recording, title, "l - r" if aliases else formula, aliases)

    def edit(self, name: str) -> None:
        """Ask for another formula of a derived channel."""
        recording = self._session.recording
        if recording is not None and name in recording.derived:
            self._ask(recording, _title_of(name), recording.derived.formula(name), {})

    def remove(self, name: str) -> None:
        """Take a derived channel away, and those made of it."""
        recording = self._session.recording
        if recording is None or name not in recording.derived:
            return
        gone = recording.derived.remove(name)
        for other in gone:
            self._derived.pop(_title_of(other), None)
        self._keep(recording)
        self._window.status.show_notice(f"Removed: {', '.join(gone)}")

    def _ask(self, recording: Recording, title: str, formula: str, aliases: dict[str, str]) -> None:
        define = recording.derived.define
        dialog = DeriveDialog(self._window.theme, recording.channels, define, title, formula, aliases, self._window)
        dialog.derived.connect(self._on_dialog_derived)
        dialog.open()

    def _keep(self, recording: Recording) -> None:
        """Remember the derived channels, give them to the run and to the one beside it, and show them everywhere."""
        self._preferences.keep_derived(list(self._derived.items()))
        self._make_derived(recording)
        self._on_session_comparison_changed(self._session.pair)
        self._window.channels.show_run(recording)
        self._window.plot_tabs.show_channels()
        view = self._session.view
        self._window.channels.show_values(view.index, view.time_s)
        self._window.find.show_names()
        self._watch()

    def _watch(self) -> None:
        self._session.pause_when(self._window.find.conditions, self._derived.items())

    def _on_dialog_derived(self, title: str, formula: str) -> None:
        recording = self._session.recording
        if recording is None:
            return
        name = f"derived/{title}"
        self._derived[title] = formula
        # To the run that is shown: another one may have come while the dialog was open.
        self._keep(recording)
        if name not in recording.derived:
            self._window.status.show_notice(f"{title} is kept, but this run does not have what it is made of")
        elif not any(name in plotted for plotted in self._window.plots.plot_names()):
            self._window.plots.plot([name], True)

    def _on_find_conditions_changed(self, conditions: list[str]) -> None:
        self._watch()

    def _on_session_run_changed(self, recording: Recording | None) -> None:
        if recording is not None:
            self._make_derived(recording)

    def _on_session_comparison_changed(self, pair: RunPair | None) -> None:
        if pair is not None:
            self._make_derived(pair.second)

    def _make_derived(self, recording: Recording) -> None:
        """Give a run the derived channels as they are now, as far as it has what they are made of.

        It may have those of an earlier moment of this sitting: two runs must not have different numbers by one name.
        """
        derived = recording.derived
        for channel in derived.channels:
            if channel.name in derived and derived.formula(channel.name) != self._derived.get(_title_of(channel.name)):
                derived.remove(channel.name)
        waiting = {title: formula for title, formula in self._derived.items() if f"derived/{title}" not in derived}
        # One may be made of another that stands behind it. Of those that are left what they are made of does not exist
        # here, as in another environment: they stay remembered.
        while made := [title for title, formula in waiting.items() if _is_made(recording, title, formula)]:
            for title in made:
                del waiting[title]


def _title_of(name: str) -> str:
    return name.split("/", 1)[1]


def _is_made(recording: Recording, title: str, formula: str) -> bool:
    try:
        recording.derived.define(title, formula)
    except ValueError:
        return False
    return True
