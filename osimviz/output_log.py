"""What workers print: kept as lines, bounded in number, length and rate. Any thread writes, any reads."""

import re
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Literal

from osimviz.wording import shortened

#: Lines kept at most between two readings, and by who shows them.
N_LINES = 5000
#: Characters of a line at most; the rest is cut off.
N_CHARACTERS = 1000
#: Bytes of a line looked at: UTF-8 takes four at most for a character.
_MOST_LINE_BYTES = 4 * N_CHARACTERS
#: Lines and bytes taken a second at most; what comes beyond is counted and left out.
LINES_A_SECOND = 2000
BYTES_A_SECOND = 500_000
_MOST_A_SECOND = f"{LINES_A_SECOND} or {BYTES_A_SECOND // 1000} kB"

#: Beginning of what the worker's own logging writes, which is more than a controller's chatter.
_WARNING = re.compile(r"osimviz worker: (WARNING|ERROR|CRITICAL): ")
#: Colours and cursor movements of terminals (ECMA-48 control sequences).
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f]")

LineKind = Literal["output", "warning", "note", "heading"]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line.

    Attributes
    ----------
    text : str
        Without control characters.
    kind : LineKind
        ``output`` was printed, ``warning`` is of the worker's own log, ``note`` says what was left out or is
        known of the run, ``heading`` begins one.
    """

    text: str
    kind: LineKind = "output"


class OutputLog:
    """Takes bytes as they come and gives lines; any thread may write, any other read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: deque[LogLine] = deque()
        self._rest = b""
        self._is_cut = False
        self._n_left_out = 0
        self._n_runs = 0
        self._second = 0
        self._n_lines = 0
        self._n_bytes = 0

    def begin(self, name: str) -> None:
        """Start a run's output with a line that numbers and names it."""
        with self._lock:
            self._end_piece()
            self._n_runs += 1
            self._append(LogLine(f"run {self._n_runs} · {name}", "heading"))

    def note(self, text: str) -> None:
        """Add a line that nobody printed."""
        with self._lock:
            self._append(LogLine(text, "note"))

    def write(self, data: bytes) -> None:
        """Take what was printed; beyond the rate it is only counted."""
        with self._lock:
            self._turn_second()
            if self._n_bytes >= BYTES_A_SECOND or self._n_lines >= LINES_A_SECOND:
                self._n_left_out += data.count(b"\n")
                self._rest, self._is_cut = b"", not data.endswith(b"\n")
                return
            self._n_bytes += len(data)
            self._take(data)

    def finish(self) -> None:
        """Take the last line although it has no end."""
        with self._lock:
            self._end_piece()

    def has_news(self) -> bool:
        """Whether there are lines that nobody took."""
        return bool(self._lines)

    def take(self) -> list[LogLine]:
        """Return the lines since the last call, oldest first."""
        with self._lock:
            # A note of what was left out waits for nobody.
            self._turn_second()
            lines = list(self._lines)
            self._lines.clear()
            return lines

    def _take(self, data: bytes) -> None:
        *lines, rest = (self._rest + data).split(b"\n")
        for line in lines:
            if self._is_cut:
                # The end of a line whose beginning was left out.
                self._is_cut = False
            elif self._n_lines < LINES_A_SECOND:
                self._n_lines += 1
                self._append(_line_of(line))
            else:
                self._n_left_out += 1
        # A progress bar writes over its own line; a line without end is cut.
        rest = rest.rpartition(b"\r")[2] if b"\r" in rest[:-1] else rest
        self._rest = rest[:_MOST_LINE_BYTES]

    def _append(self, line: LogLine) -> None:
        self._lines.append(line)
        if len(self._lines) > N_LINES:
            self._lines.popleft()
            self._n_left_out += 1

    def _turn_second(self) -> None:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._n_lines, self._n_bytes = second, 0, 0
            self._tell_left_out()

    def _tell_left_out(self) -> None:
        if self._n_left_out:
            number, self._n_left_out = self._n_left_out, 0
            lines = "1 line" if number == 1 else f"{number:,} lines"
            self._append(LogLine(f"… {lines} left out: more than {_MOST_A_SECOND} a second", "note"))

    def _end_piece(self) -> None:
        if self._rest:
            self._append(_line_of(self._rest))
        self._rest, self._is_cut = b"", False
        self._tell_left_out()


def _line_of(line: bytes) -> LogLine:
    line = line.rstrip(b"\r")
    text = line[:_MOST_LINE_BYTES].rpartition(b"\r")[2].decode("utf-8", "replace")
    text = _ESCAPES.sub("", text.expandtabs(4))
    text = shortened(text, N_CHARACTERS)
    warning = _WARNING.match(text)
    if warning is None:
        return LogLine(text)
    return LogLine(f"{warning[1].lower()}: {text[warning.end() :]}", "warning")
