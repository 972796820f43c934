"""Keeps an unforeseen error of one panel from stopping the others."""

import logging
import sys
from collections.abc import Callable

_log = logging.getLogger(__name__)
#: A panel that fails so often in a row is left alone until the next run.
_MOST_FAULTS = 3


class PanelGuard:
    """Calls panels one by one; what one of them raises is told once, and the next one is called all the same."""

    def __init__(self) -> None:
        self._n_faults: dict[str, int] = {}

    def forget(self) -> None:
        """Give every panel another chance."""
        self._n_faults.clear()

    def is_left_alone(self, name: str) -> bool:
        """Whether a panel failed so often that it is not called any more."""
        return self._n_faults.get(name, 0) >= _MOST_FAULTS

    def call(self, name: str, act: Callable[[], object]) -> None:
        """Call a panel.

        Parameters
        ----------
        name : str
            What users call it.
        act : callable
            What the panel is to do.
        """
        if self.is_left_alone(name):
            return
        try:
            act()
        except Exception as error:  # noqa: BLE001
            # Whatever it is: one broken panel must not take the others' pictures away. The hook tells it once.
            self._n_faults[name] = self._n_faults.get(name, 0) + 1
            if self.is_left_alone(name):
                _log.error("%s failed %d times and rests until the next run", name, _MOST_FAULTS)
            sys.excepthook(type(error), error, error.__traceback__)
        else:
            self._n_faults.pop(name, None)
