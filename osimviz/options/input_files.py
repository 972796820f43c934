"""The files a command line names, sorted by what they are: recordings, motions with their model, a controller."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from osimviz.options.wishes import UsageError

RECORDING_SUFFIXES = (".h5", ".hdf5")
MOTION_SUFFIXES = (".sto", ".mot")
MODEL_SUFFIX = ".osim"


@dataclass(frozen=True, slots=True)
class InputFiles:
    """What the files on a command line are.

    Attributes
    ----------
    recordings : tuple of Path
        Recordings, and motions where `model` plays them, in the order given; shown and not run.
    model : Path or None
        The model that motions are played through.
    controller : str or None
        The one file that is none of these.
    """

    recordings: tuple[Path, ...]
    model: Path | None
    controller: str | None


def sort_files(given: argparse.Namespace) -> InputFiles:
    """Sort what a command line gives as ``FILE ...``.

    Raises
    ------
    UsageError
        If a file is missing, or the files cannot be shown or run together.
    """
    shown = [name for name in given.files if Path(name).suffix.lower() in (*RECORDING_SUFFIXES, *MOTION_SUFFIXES)]
    others = [name for name in given.files if name not in shown]
    motions = [name for name in shown if Path(name).suffix.lower() in MOTION_SUFFIXES]
    named_model = given.model
    if motions and named_model is None and len(others) == 1 and Path(others[0]).suffix.lower() == MODEL_SUFFIX:
        # `osimviz gait.osim walk.mot` says all there is to say.
        named_model, others = others[0], []
    if shown and others:
        raise UsageError(f"{shown[0]} is shown and {others[0]} is run", "Name recordings, or one controller.")
    if len(others) > 1:
        raise UsageError(f"two controllers: {others[0]} and {others[1]}", "Name one.")
    _check_company(given, shown)
    return InputFiles(
        recordings=tuple(_existing(name) for name in shown),
        model=_model(named_model, motions),
        controller=others[0] if others else None,
    )


def _check_company(given: argparse.Namespace, shown: list[str]) -> None:
    """Check that what is shown is not to be run as well, and that one output is asked of one recording."""
    if shown and (given.controller is not None or given.record is not None):
        what = "a motion" if Path(shown[0]).suffix.lower() in MOTION_SUFFIXES else "a recording"
        raise UsageError(f"{shown[0]} is {what}, which is shown and not run", "Leave the other one out.")
    if len(shown) > 1 and given.export:
        raise UsageError(f"--export writes the file of one recording; {len(shown)} are named", "Name one at a time.")
    if given.episode is not None and not shown:
        raise UsageError("--episode says which episode of a recording is shown", "Name a recording.")


def compared_file(given: argparse.Namespace) -> Path | None:
    """Return the second recording that films and pictures are to show; `UsageError` if it is none."""
    if given.compare is None:
        return None
    if Path(given.compare).suffix.lower() not in RECORDING_SUFFIXES:
        raise UsageError(f"--compare needs a recording, not {given.compare}", "A recording ends in .h5.")
    return _existing(given.compare)


def _existing(name: str) -> Path:
    path = Path(name).expanduser()
    if not path.is_file():
        raise UsageError(f"there is no file {name}", "Check the path.")
    return path


def _model(name: str | None, motions: list[str]) -> Path | None:
    if name is None:
        if motions:
            raise UsageError(f"{motions[0]} holds motion only", "Name the model it is of: --model MODEL.osim.")
        return None
    if not motions:
        raise UsageError("--model is what a .sto or .mot file is played through", "Name such a file as well.")
    if Path(name).suffix.lower() != MODEL_SUFFIX:
        raise UsageError(f"{name} is no model", "A model of OpenSim is an .osim file.")
    return _existing(name)
