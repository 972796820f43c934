"""osimviz, a visual debugger for controllers of musculoskeletal models in OpenSim.

``osimviz.record(env, path)`` records the user's own environment, ``osimviz.load(path)`` reads a recording,
``osimviz.render_video(run, path)``, ``osimviz.render_picture(run, path)`` and ``osimviz.render_plots(run, path)`` draw
one. Importing the package loads neither OpenSim, Qt, VTK nor NumPy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from osimviz.film.making import render_picture, render_plots, render_video
    from osimviz.recorder import record
    from osimviz.recording.loaded import load

_MODULE_OF = {
    "load": "recording.loaded",
    "record": "recorder",
    "render_picture": "film.making",
    "render_plots": "film.making",
    "render_video": "film.making",
}

__all__ = ["__version__", "load", "record", "render_picture", "render_plots", "render_video"]


def __getattr__(name: str) -> Any:
    """Import what a name stands for when it is first used."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
