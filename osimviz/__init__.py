"""osimviz, a visual debugger for controllers of musculoskeletal models in OpenSim.

``osimviz.record(env, path)`` records the user's own environment, ``osimviz.load(path)`` reads a recording. Importing
the package loads neither OpenSim, Qt, VTK nor NumPy.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from osimviz.recorder import record
    from osimviz.recording.loaded import load

__all__ = ["__version__", "load", "record"]


def __getattr__(name: str) -> Any:
    """Import `record` and `load` when they are first used."""
    if name == "record":
        from osimviz.recorder import record

        return record
    if name == "load":
        from osimviz.recording.loaded import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
