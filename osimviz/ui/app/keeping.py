"""How runs are kept: every one in a file while it grows, and how much memory they take."""

import os
from datetime import datetime

from PyQt5.QtWidgets import QInputDialog

from osimviz.options import Options
from osimviz.recording.keeping import RunKeeper, sweep
from osimviz.run_list import LIMIT_BYTES
from osimviz.settings_table import SETTINGS
from osimviz.ui.app.commands import Handler
from osimviz.ui.main_window import MainWindow
from osimviz.ui.preferences import Preferences
from osimviz.ui.session import Session
from osimviz.user_files import state_folder

#: Files of earlier sittings that are kept where nobody gave a file: the newest so many, and no more bytes than these.
_N_KEPT, _BYTES_KEPT = 20, 4 * 10**9
_MB = 2**20
#: The setting of the same name: its range and its words.
_MEMORY = next(setting for setting in SETTINGS if setting.key == "runs/memory_mb")


class KeepingActions:
    """Gives the session its file and its limit of memory.

    Parameters
    ----------
    session : Session
        Whose runs are kept.
    window : MainWindow
        Parent of the dialog.
    preferences : Preferences
        Remembers the limit.
    options : Options
        The checked command line: ``--record`` names the file.

    Attributes
    ----------
    folder : Path
        Where runs are written that nobody named a file for.
    """

    def __init__(self, session: Session, window: MainWindow, preferences: Preferences, options: Options) -> None:
        self._session = session
        self._window = window
        self._preferences = preferences
        self.folder = state_folder() / "runs"
        session.runs.limit_bytes = preferences.memory_limit_mb(LIMIT_BYTES // _MB) * _MB
        if options.record_to is not None:
            session.runs.keeper = RunKeeper(options.record_to)
        else:
            sweep(self.folder, n_kept=_N_KEPT, bytes_kept=_BYTES_KEPT)
            session.runs.keeper = RunKeeper(self.folder / f"{datetime.now():%Y-%m-%d-%H%M%S}-{os.getpid()}.h5")

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on keeping do."""
        return {"memory": self.ask_limit}

    def ask_limit(self) -> None:
        """Ask how much memory runs may take."""
        question = f"Memory for all runs together, MB.\n{_MEMORY.help}."
        lowest, highest, step = int(_MEMORY.lowest), int(_MEMORY.highest), int(_MEMORY.step)
        limit_mb, is_wanted = QInputDialog.getInt(
            self._window, "Memory for Runs", question, self.limit_mb(), lowest, highest, step
        )
        if is_wanted:
            self.set_limit(limit_mb)

    def limit_mb(self) -> int:
        """Return how much memory runs may take, MB."""
        return self._session.runs.limit_bytes // _MB

    def set_limit(self, limit_mb: int) -> None:
        """Let runs take so much memory, MB, from the next run on."""
        self._session.runs.limit_bytes = limit_mb * _MB
        self._preferences.keep_memory_limit_mb(limit_mb)
        self._window.status.show_notice(f"Runs take {limit_mb} MB at most; what is older is read from a file")
