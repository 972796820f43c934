"""What the workers print, led from the session's log to the panel, its tab and the status line."""

from PyQt5.QtCore import QTimer

from osimviz.ui.app.commands import Handler
from osimviz.ui.main_window import MainWindow
from osimviz.ui.session import Session
from osimviz.wording import capitalised

#: New lines are looked for this often.
_EVERY_MS = 100


class LogActions:
    """Shows what was printed; a warning of the worker is told in the status line as well.

    Parameters
    ----------
    session : Session
        Collects it.
    window : MainWindow
        Has the panel.
    """

    def __init__(self, session: Session, window: MainWindow) -> None:
        self._session = session
        self._window = window
        self._timer = QTimer()
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    def handlers(self) -> dict[str, Handler]:
        """Return what the commands on the log do."""
        return {"log": self._window.log_tab.raise_panel}

    def close(self) -> None:
        """Look no more. Idempotent."""
        self._timer.stop()

    def _on_timer_timeout(self) -> None:
        if not self._session.log.has_news():
            return
        lines = self._session.log.take()
        self._window.log_tab.show_lines(lines, self._window.theme)
        warning = next((line.text for line in reversed(lines) if line.kind == "warning"), "")
        if warning:
            self._window.status.show_notice(capitalised(warning.partition(": ")[2]))
