"""Which file: the questions before something is opened or written."""

from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtWidgets import QFileDialog, QWidget

from osimviz.controller_names import SUFFIXES
from osimviz.options.input_files import MODEL_SUFFIX, MOTION_SUFFIXES, RECORDING_SUFFIXES
from osimviz.ui.named_files import with_kind

#: By suffix, what a run is exported as.
_EXPORTS = {
    ".csv": "Table of all channels (*.csv)",
    ".npz": "NumPy arrays (*.npz)",
    ".sto": "OpenSim states (*.sto)",
    ".mot": "OpenSim coordinates (*.mot)",
    ".h5": "Recording (*.h5)",
}


def ask_open(parent: QWidget, folder: str = "") -> list[str]:
    """Ask for recordings, motions or a controller; empty if the user wants none."""
    runnable, shown = _patterns(SUFFIXES), _patterns((*RECORDING_SUFFIXES, *MOTION_SUFFIXES))
    kinds = f"All that opens ({runnable} {shown});;Recordings and motions ({shown});;Controllers ({runnable})"
    paths, _ = QFileDialog.getOpenFileNames(parent, "Open", folder, kinds)
    return [str(path) for path in paths]


def ask_controller(parent: QWidget) -> str:
    """Ask for a controller file; empty if the user wants none."""
    kinds = f"Controllers ({_patterns(SUFFIXES)});;All files (*)"
    path, _ = QFileDialog.getOpenFileName(parent, "Run a controller", "", kinds)
    return str(path)


def ask_recording(parent: QWidget, title: str) -> Path | None:
    """Ask for a recording; None if the user does not want to."""
    kinds = f"Recordings ({_patterns(RECORDING_SUFFIXES)});;All files (*)"
    path, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return Path(path) if path else None


def ask_model(parent: QWidget, motion: Path, last: str) -> Path | None:
    """Ask for the model of a motion; None if the user does not want to."""
    start, kinds = last or str(motion.parent), f"OpenSim models (*{MODEL_SUFFIX})"
    path, _ = QFileDialog.getOpenFileName(parent, f"The model of {motion.name}", start, kinds)
    return Path(path) if path else None


def ask_save(parent: QWidget, title: str, suggestion: str) -> Path | None:
    """Ask where to write a file of the suggestion's kind; None if the user does not want to."""
    suffix = Path(suggestion).suffix
    path, _ = QFileDialog.getSaveFileName(parent, title, suggestion, f"{suffix[1:].upper()} files (*{suffix})")
    return with_kind(parent, path, suffix) if path else None


def ask_export(parent: QWidget) -> Path | None:
    """Ask where and as what to export a run; None if the user does not want to."""
    path, kind = QFileDialog.getSaveFileName(parent, "Export the run", "run.csv", ";;".join(_EXPORTS.values()))
    if not path:
        return None
    # A suffix that was typed goes before the list's.
    if Path(path).suffix.lower() in _EXPORTS:
        return Path(path)
    return with_kind(parent, path, next((suffix for suffix, words in _EXPORTS.items() if words == kind), ".csv"))


def _patterns(suffixes: Sequence[str]) -> str:
    return " ".join(f"*{suffix}" for suffix in suffixes)
