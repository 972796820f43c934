"""The pages made from the program itself: keys, options, channels of every environment, datasets of a recording.

What is in a table of the code is never written a second time by hand.
"""

import argparse
import math
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import osimviz
from osimviz.channels import Channel
from osimviz.envs.arguments import environment_arguments, environment_names
from osimviz.options import build_parser
from osimviz.recording.file_format import (
    BOOKMARKS,
    CHECKSUMS,
    OUTCOME,
    PATH_COUNTS,
    PATH_POINTS,
    PATH_STARTS,
    ROW_DATASETS,
    RUN,
    TERMINATIONS,
    TRUNCATIONS,
    WITHOUT_RESET,
)

ROOT = Path(__file__).parent.parent
#: Channels of one group of an environment that are listed; of longer ones the first and how many follow.
N_LISTED = 12


def write(folder: Path) -> None:
    """Write every page into a folder; one that is as it was is left alone, so that Sphinx does not read it again."""
    folder.mkdir(exist_ok=True)
    pages = {
        "keys.md": keys_page(),
        "options.md": options_page(),
        "datasets.md": datasets_table(),
        "environments.md": environments_page(),
    }
    for name, text in pages.items():
        page = folder / name
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def keys_page() -> str:
    """Return the page of all commands of the window."""
    # Here, so that the other pages can be made where there is no Qt.
    from osimviz.ui.commands import COMMANDS, MENUS, key_text
    from osimviz.ui.dialogs.keys import MOUSE_TEXT

    parts = ["# Keys and commands", "`Ctrl+K` finds any of them by its name; `F1` shows this list in the window."]
    parts += ["## Mouse, and stored cameras", MOUSE_TEXT]
    for menu in MENUS:
        rows = [(c.text, f"`{key_text(c)}`" if c.key else "", c.help) for c in COMMANDS if c.menu == menu]
        if rows:
            parts += [f"## {menu}", table(("command", "key", "what it does"), rows)]
    return page_of(parts)


def options_page() -> str:
    """Return the page of the command line's options."""
    parser = build_parser()
    parts = ["# Command line", "```console\nosimviz [FILE ...] [options]\n```", str(parser.epilog)]
    for group in parser._action_groups:
        actions = [action for action in group._group_actions if action.help != argparse.SUPPRESS]
        if actions:
            title = {"positional arguments": "Files", "options": "Options"}.get(str(group.title), str(group.title))
            rows = [(f"`{signature(action)}`", meaning(action)) for action in actions]
            parts += [f"## {title[0].upper()}{title[1:]}", group.description or "", table(("option", "meaning"), rows)]
    return page_of(parts)


def meaning(action: argparse.Action) -> str:
    """Return what an option does; other options in it are code, for two hyphens would become a dash."""
    return re.sub(r"(?<![\w-])(--[a-z][\w-]*)", r"`\1`", (action.help or "").replace("%%", "%"))


def signature(action: argparse.Action) -> str:
    """Return an option as it is typed."""
    choices = "|".join(map(str, action.choices)) if action.choices else ""
    value = "" if action.nargs == 0 else str(action.metavar or choices or action.dest)
    return " ".join((*action.option_strings[-1:], *([value] if value else [])))


def datasets_table() -> str:
    """Return the table of an episode's datasets."""
    rows = [
        (f"`{name}`", "n" if field in WITHOUT_RESET else "n + 1", f"`Frame.{field}`")
        for field, name in ROW_DATASETS.items()
    ]
    rows += [
        (f"`{PATH_POINTS}`", "points", "muscle paths of all frames one after the other, m"),
        (f"`{PATH_COUNTS}`", "n + 1", "points of each muscle's path"),
        (f"`{PATH_STARTS}`", "n + 1", "where a frame's points begin"),
        (f"`{TERMINATIONS}`", "n", "true where the episode ended by its own condition"),
        (f"`{TRUNCATIONS}`", "n", "true where a limit or the user ended it"),
        (f"`{RUN}`", "text", "JSON: model, channel table, environment, arguments, seed; alike episodes share one"),
        (f"`{OUTCOME}`", "bytes", "JSON: how the episode ended; empty until then"),
        (f"`{BOOKMARKS}`", "bytes", "JSON: steps and notes"),
        (f"`{CHECKSUMS}`", "blocks", "CRC-32 of the frames"),
    ]
    return table(("dataset of `episode_N`", "rows", "holds"), rows) + "\n"


def environments_page() -> str:
    """Return the page of the environments, their arguments, and the channels that a run of each really has."""
    parts = ["# Environments and their channels", "What a run with no arguments but the name has, read from a run."]
    for name in environment_names():
        channels = channels_of(name)
        arguments = [(f"`{argument.name}`", argument.expected) for argument in environment_arguments(name)]
        parts += [
            f"## {name}",
            f"```console\nosimviz --env {name}\n```",
            table(("`--env-arg`", "values"), arguments),
            f"{len(channels)} channels:",
            channel_table(channels),
        ]
    return page_of(parts)


def channels_of(env_name: str) -> Sequence[Channel]:
    """Return the channels of an environment, from a recording of its first step, made in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="osimviz-docs-") as folder:
        path = Path(folder) / "run.h5"
        wanted = ["--headless", "--env", env_name, "--controller", "zero", "--steps", "1", "--record", str(path)]
        command = [sys.executable, str(ROOT / "main.py"), *wanted]
        subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=folder)
        with osimviz.load(path) as run:
            return run.channels


def channel_table(channels: Iterable[Channel]) -> str:
    """Return the channels as a table; of long groups the first ones."""
    groups: dict[str, list[Channel]] = {}
    for channel in channels:
        groups.setdefault("/".join(channel.path[:2] if channel.path[0] == "observation" else channel.path[:1]), [])
        groups["/".join(channel.path[:2] if channel.path[0] == "observation" else channel.path[:1])].append(channel)
    rows = []
    for group, members in groups.items():
        rows += [(f"`{c.name}`", c.unit, bounds(c), c.description) for c in members[:N_LISTED]]
        if len(members) > N_LISTED:
            rows.append((f"`{group}/…`", "", "", f"{len(members) - N_LISTED} more of the same kinds"))
    return table(("channel", "unit", "bounds", "what it is"), rows)


def bounds(channel: Channel) -> str:
    """Return the declared range of a channel; empty where there is none."""
    if math.isinf(channel.lower) and math.isinf(channel.upper):
        return ""
    return f"{channel.lower:g} … {channel.upper:g}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def page_of(parts: Iterable[str]) -> str:
    """Return blocks with empty lines between them."""
    return "\n\n".join(part for part in parts if part) + "\n"
