"""The words of the error panel: a traceback as its reader needs it, a report, an action in short. No Qt."""

import html
import os
import re
from pathlib import Path

import numpy as np

from osimviz.frames import Array, Failure
from osimviz.palette import Palette
from osimviz.wording import counted

#: Where the program lies, as tracebacks write it.
_PROGRAM_FOLDER = f"{Path(__file__).parents[3]}{os.sep}"
#: Lines that are not the controller's: of Python, of installed packages, and of the program's rooms that call
#: controllers, also where a recording comes from another machine. Its name alone says nothing: people keep their
#: controllers in folders of that name.
_AROUND = re.compile(
    r"[/\\]osimviz[/\\](worker|envs|recorder)[/\\]|<frozen |[/\\]site-packages[/\\]|[/\\]lib[/\\]python3\."
)

#: The type of equal widths of the log; HTML has one of its own.
_STYLE = "margin:0; font-family:'DejaVu Sans Mono',monospace"


def traceback_html(text: str, palette: Palette) -> str:
    """Return a traceback with the controller's own lines strong, those around it weak, the error in red.

    Of the program's own lines that follow each other the first stands for all. Lines with marks under an expression are
    left out: they say again what the line's number says.
    """
    lines, colour, n_around = [], palette["text_weak"], 0
    for line in text.rstrip().splitlines():
        if line.strip() and set(line.strip()) <= set("^~"):
            continue
        if line.startswith("  File "):
            is_around = _is_around(line)
            if n_around > 1 and not is_around:
                lines.append(
                    _coloured(f"  … {counted(n_around - 1, 'more call')} of the program", palette["text_weak"])
                )
            n_around = n_around + 1 if is_around else 0
            colour = palette["text_weak"] if is_around else palette["text"]
        elif not line.startswith(" "):
            n_around = 0
            colour = palette["text_weak"] if line.startswith("Traceback") else palette["bad"]
        if n_around <= 1:
            # The program's own files go by their names in it: where it is installed says nothing of the error.
            lines.append(_coloured(line.replace(_PROGRAM_FOLDER, ""), colour))
    return f'<pre style="{_STYLE}">{"<br>".join(lines)}</pre>'


def _coloured(line: str, colour: str) -> str:
    return f'<span style="color:{colour}">{html.escape(line)}</span>'


def _is_around(line: str) -> bool:
    """Whether a traceback's file line is of the program or of Python, not of the controller."""
    return f'"{_PROGRAM_FOLDER}osimviz{os.sep}' in line or _AROUND.search(line) is not None


def report_text(failure: Failure) -> str:
    """Return a failure as plain text for a bug report."""
    parts = [failure.sentence, failure.hint, failure.traceback.rstrip()]
    for name, values in (("observation", failure.observation), ("action", failure.action)):
        if values is not None:
            parts.append(f"{name} = {np.array2string(values, threshold=10_000, max_line_width=100)}")
    return "\n".join(part for part in parts if part) + "\n"


def own_line(text: str) -> tuple[str, int] | None:
    """Return file and line of the last line of a traceback that is the controller's own; None if there is none."""
    found = None
    for line in text.splitlines():
        match = re.match(r'  File "(.+)", line (\d+)', line)
        if match is not None and not _is_around(line) and Path(match.group(1)).is_file():
            found = (match.group(1), int(match.group(2)))
    return found


def spread_words(values: Array) -> str:
    """Return an action in a few words: ``22 numbers from 0.01 to 1.2, all finite``."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return f"{values.size} numbers, none finite"
    spread = f"{values.size} numbers from {finite.min():.3g} to {finite.max():.3g}".replace("-", "−")
    n_bad = values.size - finite.size
    return spread + (", all finite" if not n_bad else f", {n_bad} not finite")
