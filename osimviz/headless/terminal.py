"""What a headless run tells on stderr: single lines, and how far it is."""

import contextlib
import sys
import time

#: Time between two drawings of the line.
_INTERVAL_S = 0.1
#: Characters of the bar.
_N_MARKS = 30


def say(line: str) -> None:
    """Write one line to stderr."""
    # A stderr that takes nothing must not cost the summary.
    with contextlib.suppress(OSError):
        sys.stderr.write(" ".join(line.split()) + "\n")
        sys.stderr.flush()


def say_error(sentence: str, hint: str = "") -> None:
    """Write the one line an error gets, as `osimviz.cli` does for what ends the program."""
    say(f"osimviz: error: {sentence}. {hint}".rstrip())


class ProgressBar:
    """One line on a terminal's stderr, redrawn ten times a second at most."""

    def __init__(self) -> None:
        self._shown_s = 0.0

    def show(self, step: int, n_steps: int) -> None:
        """Show how far the run is."""
        self._draw(step, n_steps, f"step {step} of at most {n_steps}")

    def _draw(self, n_done: int, n_all: int, words: str) -> None:
        now_s = time.monotonic()
        if now_s - self._shown_s < _INTERVAL_S:
            return
        self._shown_s = now_s
        filled = round(_N_MARKS * n_done / max(n_all, 1))
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (_N_MARKS - filled)}] {words} \x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


class FilmProgress(ProgressBar):
    """How far a film is, and how long it will still take.

    Parameters
    ----------
    name : str
        Name of its file.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def show(self, n_done: int, n_pictures: int, remaining_s: float | None = None) -> None:
        """Show how far the film is."""
        left = f", {remaining_s:.0f} s left" if remaining_s is not None else ""
        self._draw(n_done, n_pictures, f"{self._name}: picture {n_done} of {n_pictures}{left}")
