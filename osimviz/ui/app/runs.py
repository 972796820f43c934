"""What is run: the request that the toolbar shows, and how files, commands and controllers change it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from osimviz.controller_names import environment_of, fault_in, parse_builtin
from osimviz.frames import RunInfo
from osimviz.options import Options
from osimviz.recording import Recording
from osimviz.trust import TrustStore
from osimviz.ui.app.boxes import show_warning
from osimviz.ui.app.changes import ChangeWatch
from osimviz.ui.app.commands import Handler
from osimviz.ui.app.consent import ConsentKeeper
from osimviz.ui.app.file_questions import ask_controller
from osimviz.ui.commands import with_keys
from osimviz.ui.dialogs.opening import open_once
from osimviz.ui.dialogs.trusted_folders import TrustedFolders
from osimviz.ui.main_window import MainWindow
from osimviz.ui.preferences import Preferences
from osimviz.ui.session import Session
from osimviz.worker.messages import RunRequest


class RunActions:
    """Keeps the request of the next run and starts it.

    Parameters
    ----------
    session : Session
        Runs it.
    window : MainWindow
        Its toolbar shows and changes the request.
    preferences : Preferences
        Remembers the controllers that were run.
    options : Options
        The checked command line: the first request.

    Attributes
    ----------
    request : RunRequest
        What runs next.
    """

    def __init__(self, session: Session, window: MainWindow, preferences: Preferences, options: Options) -> None:
        self._session = session
        self._window = window
        self._preferences = preferences
        self.request = request_of(options)
        self._changes = ChangeWatch(window)
        self._consent = ConsentKeeper(window, options.controller if options.is_trusted else "")
        self._has_chosen_environment = bool(options.env_args) or options.env_name != environment_of(options.controller)
        window.toolbar.request_changed.connect(self._on_toolbar_request_changed)
        window.failure_panel.run_requested.connect(self.run)

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on runs do."""
        session = self._session
        return {
            "run": self.run,
            "reload": self.run,
            "open_controller": self.choose_controller,
            "trusted": self.show_trusted_folders,
            "stop": session.stop,
            "pause_run": session.toggle_pause,
            "compute_step": session.compute_step,
            "earlier_run": lambda: session.show_neighbour(-1),
            "later_run": lambda: session.show_neighbour(1),
        }

    def run(self) -> None:
        """Run what the toolbar says, if its code may run."""
        consent = self._consent.ask(self.request.controller)
        if consent == "refused":
            name = Path(self.request.controller).name
            self._window.status.show_notice(f"{name} was not run: {with_keys('{run} asks again')}")
            return
        self._session.run(replace(self.request, is_trusted=consent == "trusted"))
        self._window.status.show_notice("")

    def choose_controller(self) -> None:
        """Ask for a controller file and run it; a table of excitations is one, too, whatever its suffix."""
        path = ask_controller(self._window)
        if path:
            self.open_controller(path)

    def show_trusted_folders(self) -> None:
        """Open the list of folders whose controllers run without a question."""
        open_once(self._window, "trusted_folders", lambda: TrustedFolders(TrustStore(), self._window))

    def vouch_for(self, path: Path) -> None:
        """Let a file that the program wrote run without a question, in this sitting."""
        self._consent.vouch_for(path)

    def open_controller(self, path: str, *, with_own_environment: bool = False) -> None:
        """Take a controller file and run it at once; where none was chosen, in the environment it declares."""
        fault = fault_in(path)
        if fault is not None:
            show_warning(self._window, ". ".join(fault))
            return
        if self._consent.ask(path) == "refused":
            return
        changes: dict[str, Any] = {"controller": path}
        if with_own_environment or not self._has_chosen_environment:
            self._has_chosen_environment = False
            changes |= {"env_name": environment_of(path), "env_args": ()}
        self.request = replace(self.request, **changes)
        self.show_request()
        self.run()

    def show_request(self) -> None:
        """Show in the toolbar what will run, and watch its file."""
        self._changes.watch(self.request.controller)
        self._window.toolbar.show_request(self.request, self._preferences.recent())

    def learn_from(self, recording: Recording) -> None:
        """Keep, of a run that was started here, its controller and what that declared: it is what runs next, too."""
        controller = self._session.request.controller
        if parse_builtin(controller) is None:
            self._preferences.keep_recent(str(Path(controller).expanduser().absolute()))
        if controller == self.request.controller:
            info = recording.info
            self.request = replace(self.request, env_name=info.env_name, env_args=info.env_args)

    def close(self) -> None:
        """Watch no file any more. Idempotent."""
        self._changes.close()

    def _on_toolbar_request_changed(self, request: RunRequest) -> None:
        is_other = (request.env_name, request.env_args) != (self.request.env_name, self.request.env_args)
        self._has_chosen_environment = self._has_chosen_environment or is_other
        self.request = request
        self._changes.watch(request.controller)
        self._window.status.show_notice(with_keys("Changed for the next run: {run} runs it"))


def run_details(info: RunInfo) -> str:
    """Return what a tooltip says of a run: how its controller is asked, the environment's arguments, the seed."""
    asked_by = dict(info.provenance).get("controller_asked_by", "")
    parts = [info.controller, f"asked by {asked_by}" if asked_by else "", info.env_summary]
    parts += ["=".join(pair) for pair in info.env_args]
    return "\n".join(part for part in (*parts, f"seed {info.seed}") if part)


def request_of(options: Options) -> RunRequest:
    """Return the run a command line asks for."""
    return RunRequest(
        env_name=options.env_name,
        env_args=options.env_args,
        controller=options.controller,
        seed=options.seed,
        n_steps=options.n_steps,
        log_level=options.log_level,
        # Until its file was looked at.
        is_trusted=False,
        observation_kind=options.observation_kind,
        action_repeat=options.action_repeat,
        action_range=options.action_range,
        worker_memory_gb=options.worker_memory_gb,
    )
