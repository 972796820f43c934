"""Search as people type it: letters in order, not always all of them. Pure functions."""

from collections.abc import Sequence

#: A match may stretch over so many times the letters of the word, and so many more.
_STRETCH, _SLACK = 3, 4
#: What a whole word of the query is worth in a text, more where it begins a word, less the later it stands, up to so
#: many characters; what a letter is worth that begins a word; what each character of the text costs. Chosen by eye.
_WHOLE_WORD, _BEGINNING, _LATEST = 100.0, 40.0, 30
_LETTER, _CHARACTER = 10.0, 0.1
#: Signs after which a word begins.
_BREAKS = frozenset(" /_.-·")


def letters_in_order(word: str, text: str) -> tuple[int, ...] | None:
    """Return where the letters of a word stand in a text, in order and close together; None if they do not.

    Both are compared as they are: fold their case before. Of several places the shortest stretch is taken.
    """
    if not word:
        return ()
    best: tuple[int, ...] | None = None
    start = text.find(word[0])
    while start >= 0:
        places = [start]
        for letter in word[1:]:
            place = text.find(letter, places[-1] + 1)
            if place < 0:
                # Further starts have even fewer letters behind them.
                return best
            places.append(place)
        span = places[-1] - places[0]
        if span < _STRETCH * len(word) + _SLACK and (best is None or span < best[-1] - best[0]):
            best = tuple(places)
        start = text.find(word[0], start + 1)
    return best


def score(query: str, text: str) -> float | None:
    """Return how well a text fits a query, higher is better; None if it does not fit.

    Every word of the query must be in the text, whole or letter by letter. Whole words count most, then letters that
    begin words, then short stretches; where two fit equally, the shorter text is better.
    """
    folded = text.casefold()
    total = 0.0
    for word in query.casefold().split():
        at = folded.find(word)
        if at >= 0:
            begins = at == 0 or folded[at - 1] in _BREAKS
            total += _WHOLE_WORD + (_BEGINNING if begins else 0.0) - min(at, _LATEST)
            continue
        places = letters_in_order(word, folded)
        if places is None:
            return None
        n_begun = sum(place == 0 or folded[place - 1] in _BREAKS for place in places)
        total += _LETTER * n_begun - (places[-1] - places[0])
    return total - _CHARACTER * len(text)


def best_of(query: str, texts: Sequence[str]) -> list[int]:
    """Return which texts fit a query, best first; all of them, in order, for an empty one."""
    if not query.split():
        return list(range(len(texts)))
    scores = {i: found for i, text in enumerate(texts) if (found := score(query, text)) is not None}
    return sorted(scores, key=lambda i: -scores[i])
