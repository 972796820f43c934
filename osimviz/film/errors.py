"""The error of a film or picture that cannot be made."""

from osimviz.wording import capitalised


class FilmError(Exception):
    """What cannot be drawn or written: one sentence, and a hint what to do.

    Parameters
    ----------
    sentence : str
        What and where.
    hint : str
        What to do about it; may be empty.
    """

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        """Return sentence and hint: what a program of the user's prints of it."""
        return f"{self.sentence}. {self.hint}".removesuffix(". ")

    @property
    def told(self) -> str:
        """What a window says of it: the sentence with its capital letter, then the hint."""
        return f"{capitalised(self.sentence)}. {self.hint}".rstrip()

    def __reduce__(self) -> tuple[type["FilmError"], tuple[str, str]]:
        """Let it cross from one process to another."""
        return FilmError, (self.sentence, self.hint)
