"""The error of a film or picture that cannot be made."""


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

    def __reduce__(self) -> tuple[type["FilmError"], tuple[str, str]]:
        """Let it cross from one process to another."""
        return FilmError, (self.sentence, self.hint)
