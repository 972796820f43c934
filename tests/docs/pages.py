"""The pages that users read, and the commands in them."""

import os
import re
import shlex
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
#: A block that is run whole: in its page's order, in one folder, with the controller that the pages speak of.
RUNNABLE = re.compile(r"^<!-- run -->\n```(console|python)\n(.+?)^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w*)\n(.+?)^```$", re.MULTILINE | re.DOTALL)


def command_lines(text: str) -> list[str]:
    """Return every command of osimviz in a page: lines of its blocks, and spans of code that begin with its name."""
    lines = [line for kind, body in BLOCK.findall(text) if kind in ("", "console") for line in body.splitlines()]
    spans = re.findall(r"`((?:osimviz|make run ARGS=)[^`]+)`", re.sub(BLOCK, "", text))
    return [" ".join(line.split()) for line in (*lines, *spans) if re.match(r"osimviz |make run ARGS=", line)]


def arguments_of(line: str) -> list[str]:
    """Return the words after the program's name, as a shell would pass them, but for patterns of file names."""
    words = shlex.split(line, comments=True)
    return shlex.split(words[2].removeprefix("ARGS=")) if words[0] == "make" else words[1:]


def without_display() -> dict[str, str]:
    """Return the environment of a program on a cluster: no display, and this checkout's package."""
    return {name: value for name, value in os.environ.items() if name != "DISPLAY"} | {"PYTHONPATH": str(REPOSITORY)}


def _all_commands() -> list[str]:
    found = {line for page in PAGES for line in command_lines(page.read_text(encoding="utf-8"))}
    return sorted(line for line in found - {"osimviz …"} if "WHAT" not in line and "[FILE" not in line)


#: Every command of every page, once.
COMMANDS = _all_commands()
