"""What every form gives."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class LoadedForm:
    """A controller as its file gave it.

    Attributes
    ----------
    label : str
        What it is, in a few words.
    target : object
        What is asked for actions, or the factory that makes it.
    is_factory : bool
        Whether `target` makes the controller: called without arguments, with the environment, or with its spaces.
    speakers : tuple of object
        Objects whose attributes may declare what the controller wants, the nearest first.
    is_builtin : bool
        Whether `target` is ``act(observation, step)`` of osimviz's own, or a factory of it.
    folder : Path or None
        Where the controller looks for its own files while it is made and reset.
    """

    label: str
    target: Any
    is_factory: bool = False
    speakers: tuple[Any, ...] = ()
    is_builtin: bool = False
    folder: Path | None = None
