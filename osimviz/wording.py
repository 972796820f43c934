"""Small rules of written English that several messages need. Standard library only."""

from collections.abc import Sequence


def capitalised(sentence: str) -> str:
    """Return a sentence with a capital letter, unless it begins with a name that has none (``walk.pkl holds …``)."""
    first = sentence.split(" ", 1)[0]
    return sentence[:1].upper() + sentence[1:] if first.isalpha() else sentence


def file_size(n_bytes: int) -> str:
    """Return a file's size in words: ``340 bytes``, ``12.5 kB``, ``3.1 MB``."""
    if n_bytes < 1000:
        return counted(n_bytes, "byte")
    for unit, size in (("kB", 1e3), ("MB", 1e6)):
        if n_bytes < 1000 * size:
            return f"{n_bytes / size:.1f} {unit}"
    return f"{n_bytes / 1e9:.1f} GB"


def listed(words: Sequence[str], n_named: int) -> str:
    """Return the first words of a list, and how many more there are: ``a, b and 3 others``."""
    n_more = len(words) - n_named
    named = ", ".join(words[:n_named])
    return f"{named} and {counted(n_more, 'other')}" if n_more > 0 else named


def shortened(text: str, n_most: int = 60) -> str:
    """Return a text of at most so many characters, cut with ``…`` where it is longer."""
    return text if len(text) <= n_most else f"{text[: n_most - 1]}…"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 step``, ``2 steps``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
