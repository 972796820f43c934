"""Files of the window: which to open, where to save, and the recordings whose runs are read while they are shown."""

from pathlib import Path

from PyQt5.QtWidgets import QFileDialog, QWidget

from osimviz.controller_names import SUFFIXES
from osimviz.recording import Recording, RecordingError, RecordingFile


class OpenFiles:
    """Opens recordings and lets go of them at the end."""

    def __init__(self) -> None:
        self._files: list[RecordingFile] = []

    def open(self, path: Path) -> Recording:
        """Return the last episode of a recording file.

        Raises
        ------
        RecordingError
            If it cannot be read, or has no step; one sentence.
        """
        file = RecordingFile(path)
        self._files.append(file)
        recording = file.episode().recording
        if recording.last_index < 0:
            raise RecordingError(f"{path.name} has no step yet")
        return recording

    def close(self) -> None:
        """Let go of all files; their runs can no longer be shown. Idempotent."""
        for file in self._files:
            file.close()
        self._files.clear()


def ask_open(parent: QWidget) -> str:
    """Ask for a controller or a recording; empty if the user wants neither."""
    suffixes = " ".join(f"*{suffix}" for suffix in SUFFIXES)
    kinds = f"Controllers and recordings ({suffixes} *.h5);;Recordings (*.h5);;Controllers ({suffixes})"
    path, _ = QFileDialog.getOpenFileName(parent, "Open", "", kinds)
    return str(path)


def ask_save(parent: QWidget, title: str, suggestion: str) -> Path | None:
    """Ask where to write a file of the suggestion's kind; None if the user does not want to."""
    suffix = Path(suggestion).suffix
    path, _ = QFileDialog.getSaveFileName(parent, title, suggestion, f"{suffix[1:].upper()} files (*{suffix})")
    return Path(path).with_suffix(suffix) if path else None
