"""Recorded runs: in memory, in a file, and in the formats of other programs.

NumPy and h5py only; opening a recording never needs OpenSim. What needs h5py is imported when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from osimviz.recording.errors import RecordingError
from osimviz.recording.store import Recording

if TYPE_CHECKING:
    from osimviz.recording.copying import save_recording
    from osimviz.recording.reader import EpisodeSummary, RecordingFile, StoredEpisode
    from osimviz.recording.spilling import SpillFile
    from osimviz.recording.writer import RecordingWriter

_MODULE_OF = {
    "EpisodeSummary": "reader",
    "RecordingFile": "reader",
    "RecordingWriter": "writer",
    "SpillFile": "spilling",
    "StoredEpisode": "reader",
    "save_recording": "copying",
}

__all__ = [
    "EpisodeSummary",
    "Recording",
    "RecordingError",
    "RecordingFile",
    "RecordingWriter",
    "SpillFile",
    "StoredEpisode",
    "save_recording",
]


def __getattr__(name: str) -> Any:
    """Import what a name stands for when it is first used."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
