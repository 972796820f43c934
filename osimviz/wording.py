"""Small rules of written English that several messages need. Standard library only."""


def capitalised(sentence: str) -> str:
    """Return a sentence with a capital letter, unless it begins with a name that has none (``walk.pkl holds …``)."""
    first = sentence.split(" ", 1)[0]
    return sentence[:1].upper() + sentence[1:] if first.isalpha() else sentence


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 step``, ``2 steps``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
