"""Names of environments that are not built in: a class of the user's own, or a bare model. Does not load OpenSim."""

from dataclasses import dataclass

from osimviz.envs.errors import EnvironmentArgumentError


class ForeignEnvironmentError(EnvironmentArgumentError):
    """A user's environment cannot be found, made or used; the sentence says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class ForeignName:
    """Where a user's environment is.

    Attributes
    ----------
    place : str
        Module (``my_envs.walking``) or file (``walking.py``, ``arm26.osim``).
    attribute : str
        Name of the class, or of a function that returns an environment; empty for a model file.
    is_file : bool
        Whether `place` is a file.
    """

    place: str
    attribute: str
    is_file: bool

    @property
    def is_model(self) -> bool:
        """Whether this is a bare model."""
        return not self.attribute

    def __str__(self) -> str:
        """Return the environment in words: ``MyEnv of walking.py``."""
        return f"{self.attribute} of {self.place}" if self.attribute else self.place


def is_foreign(name: str) -> bool:
    """Return whether a name is that of a user's own environment, by its form: no built-in name has it."""
    return ":" in name or name.casefold().endswith((".osim", ".py"))


def parse_foreign_name(name: str) -> ForeignName:
    """Return the parts of ``module:Class``, ``file.py:Class`` or ``model.osim``.

    Raises
    ------
    ForeignEnvironmentError
        If a part is missing.
    """
    if name.casefold().endswith(".osim"):
        return ForeignName(name, "", is_file=True)
    # From the right: a path of Windows has a colon of its own.
    place, _, attribute = name.rpartition(":")
    if not place or not all(part.isidentifier() for part in attribute.split(".")):
        example = f"{name}:MyEnv" if name.endswith(".py") else "module:MyEnv or file.py:MyEnv"
        raise ForeignEnvironmentError(f"{name!r} does not name a class of the user's own; write {example}.")
    return ForeignName(place, attribute, is_file=place.casefold().endswith(".py"))
