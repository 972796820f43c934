"""What is wrong with an expression, and where."""


class ExpressionError(ValueError):
    """An expression that is not understood.

    Parameters
    ----------
    sentence : str
        What is wrong and what to write instead, one sentence.
    start : int
        The character it begins at, counted from 0.
    length : int
        How many characters it concerns, at least 1.

    Attributes
    ----------
    sentence : str
        As given.
    start, length : int
        As given.
    """

    def __init__(self, sentence: str, start: int, length: int = 1) -> None:
        super().__init__(f"{sentence} (at character {start + 1})")
        self.sentence = sentence
        self.start = max(start, 0)
        self.length = max(length, 1)
