"""What a headless run tells on stderr: single lines, and how far it is."""

import contextlib
import sys
import time


def say(line: str) -> None:
    """Write one line to stderr."""
    # A stderr that takes nothing must not cost the summary.
    with contextlib.suppress(OSError):
        sys.stderr.write(" ".join(line.split()) + "\n")
        sys.stderr.flush()


class ProgressBar:
    """One line on a terminal's stderr, redrawn ten times a second at most."""

    def __init__(self) -> None:
        self._shown_at = 0.0

    def show(self, step: int, n_steps: int) -> None:
        """Show how far the run is."""
        now = time.monotonic()
        if now - self._shown_at < 0.1:
            return
        self._shown_at = now
        filled = round(30 * step / max(n_steps, 1))
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] step {step} of at most {n_steps} ")
        sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
