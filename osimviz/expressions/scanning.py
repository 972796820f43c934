"""From what was written to text that Python's parser reads: names become placeholders, places are remembered."""

import difflib
import re
from bisect import bisect_right
from dataclasses import dataclass

from osimviz.expressions.errors import ExpressionError
from osimviz.expressions.functions import CONSTANTS, FUNCTIONS
from osimviz.expressions.names import N_LISTED, AmbiguousName, NameTable, written
from osimviz.wording import listed, shortened

#: Nobody writes more by hand; a text that was pasted by mistake is refused before it is looked at.
MAX_LENGTH = 1000
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_RUN = re.compile(r"[^\W\d]\w*(?:[./]\w+)*")
_OPERATOR = re.compile(r"\*\*|//|<=|>=|==|!=|&&|\|\||[-+*/%()<>,=!&|^~≤≥≠×·÷−]")
#: Signs of print, as Python writes them.
_SIGNS = {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "·": "*", "÷": "/", "−": "-"}
#: What people of other languages write, and what it is here.
_FOREIGN = {"&&": "and", "||": "or", "!": "not", "&": "and", "|": "or", "~": "not", "^": "**", "=": "=="}
_WORDS = ("and", "or", "not")
_PYTHON_WORDS = ("if", "else", "in", "is", "lambda", "for", "import", "yield", "await", "async", "def", "class")


@dataclass(frozen=True, slots=True)
class Scanned:
    """An expression as Python's parser can read it.

    Attributes
    ----------
    code : str
        ASCII only; every channel is a placeholder.
    channels : dict of str to str
        Channel by placeholder.
    places : list of (int, int, int)
        Of each piece: where it begins in `code`, where it began in the text, how long it was there.
    """

    code: str
    channels: dict[str, str]
    places: list[tuple[int, int, int]]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece of `code` stood in the text: first character and length."""
        if not self.places:
            return 0, 1
        first = self._piece(start)
        last = self._piece(max(end - 1, start))
        return first[1], max(last[1] + last[2] - first[1], 1)

    def _piece(self, at: int) -> tuple[int, int, int]:
        return self.places[max(bisect_right(self.places, at, key=lambda piece: piece[0]) - 1, 0)]


def scan(text: str, names: NameTable) -> Scanned:
    """Return an expression with its names resolved.

    Raises
    ------
    ExpressionError
        For an unknown or ambiguous name, and for signs that mean nothing here.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"This has {len(text)} characters; an expression has at most {MAX_LENGTH}", MAX_LENGTH)
    if not text.strip():
        raise ExpressionError("Write a condition such as: pelvis/height < 0.75 and time > 0.3", 0)
    return _Scanner(text, names).scan()


class _Scanner:
    """Walks once through the text."""

    def __init__(self, text: str, names: NameTable) -> None:
        self._text = text
        self._names = names
        self._code = ""
        self._channels: dict[str, str] = {}
        self._places: list[tuple[int, int, int]] = []

    def scan(self) -> Scanned:
        at = 0
        while at < len(self._text):
            at = self._take(at)
        return Scanned(self._code, self._channels, self._places)

    def _take(self, at: int) -> int:
        """Take one piece and return where the next one begins."""
        text = self._text
        if text[at] in "`\"'":
            return self._take_quoted(at)
        space = _SPACE.match(text, at)
        if space is not None:
            return space.end()
        number = _NUMBER.match(text, at)
        if number is not None:
            return self._take_number(at, number.group())
        run = _RUN.match(text, at)
        if run is not None:
            return self._take_name(at, run.group())
        operator = _OPERATOR.match(text, at)
        if operator is None:
            raise ExpressionError(f"{_shown(text[at])} means nothing here", at)
        sign = operator.group()
        if sign in _FOREIGN:
            raise ExpressionError(f"Write {_FOREIGN[sign]} instead of {sign}", at, len(sign))
        self._put(_SIGNS.get(sign, sign), at, len(sign))
        return operator.end()

    def _take_number(self, at: int, digits: str) -> int:
        end = at + len(digits)
        if self._text[end : end + 1] == "°":
            self._put(f"({digits}*deg)", at, len(digits) + 1)
            return end + 1
        if self._text[end : end + 1].isalpha() or self._text[end : end + 1] == "_":
            raise ExpressionError("A number runs into a name; write * between them", end)
        self._put(digits, at, len(digits))
        return end

    def _take_quoted(self, at: int) -> int:
        mark = self._text[at]
        end = self._text.find(mark, at + 1)
        if end < 0:
            raise ExpressionError(f"The name that begins here has no closing {mark}", at, len(self._text) - at)
        name = self._text[at + 1 : end]
        self._put_channel(self._resolved(name, at, end + 1 - at), at, end + 1 - at)
        return end + 1

    def _take_name(self, at: int, run: str) -> int:
        end = at + len(run)
        is_called = self._text[end:].lstrip().startswith("(")
        if run in _WORDS or run in CONSTANTS or (run in FUNCTIONS and is_called):
            self._put(run, at, len(run))
            return end
        odd = self._names.odd_name_at(self._text, at)
        if odd is not None and len(odd) > len(run):
            self._put_channel(self._resolved(odd, at, len(odd)), at, len(odd))
            return at + len(odd)
        return at + self._take_longest(at, run, is_called=is_called)

    def _take_longest(self, at: int, run: str, *, is_called: bool) -> int:
        """Take the longest beginning of a run of parts that is a name; what follows it is divided by.

        ``body/pelvis/height`` is one name, ``reward/2`` is a name and a division: a name that is known wins. With
        spaces around it, a slash always divides.
        """
        cuts = [match.start() for match in re.finditer("[./]", run)]
        for cut in (len(run), *reversed(cuts)):
            name = run[:cut]
            if name in CONSTANTS or (cut < len(run) and run[cut] == "."):
                continue
            if is_called and cut == len(run):
                # Whatever stands before a bracket is called, and only functions can be.
                continue
            try:
                found = self._names.find(name)
            except AmbiguousName as error:
                raise ExpressionError(_several(name, error.candidates, self._names), at, cut) from error
            if found is not None:
                self._put_channel(found, at, cut)
                return cut
        head = re.split("[./]", run)[0]
        if head in CONSTANTS and head != run:
            self._put(head, at, len(head))
            return len(head)
        if is_called and not cuts:
            raise ExpressionError(_unknown_function(run), at, len(run))
        raise ExpressionError(_unknown(run, self._names), at, len(run))

    def _resolved(self, name: str, at: int, length: int) -> str:
        try:
            found = self._names.find(name)
        except AmbiguousName as error:
            raise ExpressionError(_several(name, error.candidates, self._names), at, length) from error
        if found is None:
            raise ExpressionError(_unknown(name, self._names), at, length)
        return found

    def _put_channel(self, channel: str, at: int, length: int) -> None:
        placeholder = f"_{len(self._channels)}"
        self._channels[placeholder] = channel
        self._put(placeholder, at, length)

    def _put(self, piece: str, at: int, length: int) -> None:
        # A blank keeps pieces apart; Python's parser counts from the first sign of a line.
        if self._code and piece not in (")", ","):
            self._code += " "
        self._places.append((len(self._code), at, length))
        self._code += piece


def _shown(sign: str) -> str:
    return sign if sign.isprintable() else f"The sign U+{ord(sign):04X}"


def _several(name: str, candidates: list[str], names: NameTable) -> str:
    ends = [names.shortest(candidate) for candidate in candidates]
    return f"{shortened(name)} can be {listed(ends, N_LISTED)}; write more of the name"


def _unknown(name: str, names: NameTable) -> str:
    if name in FUNCTIONS:
        return f"{name} is a function; write its values in brackets"
    if name in _PYTHON_WORDS:
        return f"{name} has no meaning in an expression; and, or, not and functions have"
    suggestions = names.suggestions(name)
    hint = f"; perhaps {' or '.join(suggestions)}" if suggestions else ""
    return f"No channel is called {shortened(name)}{hint}"


def _unknown_function(name: str) -> str:
    close = difflib.get_close_matches(name.casefold(), list(FUNCTIONS), 2)
    hint = f"perhaps {' or '.join(close)}" if close else f"there are {', '.join(FUNCTIONS)}"
    return f"There is no function {shortened(name)}; {hint}"


def with_full_names(text: str, names: NameTable) -> str:
    """Return an expression with the full name of every channel in it: it means the same wherever it is read again.

    Raises
    ------
    ExpressionError
        As `scan`.
    """
    scanned = scan(text, names)
    ends = [start for start, _, _ in scanned.places[1:]] + [len(scanned.code)]
    parts, done = [], 0
    for (start, at, length), end in zip(scanned.places, ends, strict=True):
        channel = scanned.channels.get(scanned.code[start:end].strip())
        if channel is not None and channel in names:
            parts += [text[done:at], written(channel)]
            done = at + length
    return "".join([*parts, text[done:]])
