"""The command line: its options, and every check that can be made before anything is started. No Qt, no OpenSim."""

from osimviz.moments import Moment
from osimviz.options.parsing import build_parser, parse_options
from osimviz.options.wishes import (
    ActionRange,
    FilmRequest,
    ObservationKind,
    Options,
    PictureRequest,
    PlotsRequest,
    UsageError,
)

__all__ = [
    "ActionRange",
    "FilmRequest",
    "Moment",
    "ObservationKind",
    "Options",
    "PictureRequest",
    "PlotsRequest",
    "UsageError",
    "build_parser",
    "parse_options",
]
