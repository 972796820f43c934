"""Excitations by time or by step, without looking at any observation: tables and arrays. Executes nothing."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.worker.controller_errors import ControllerLoadError
from osimviz.worker.forms.loaded_form import LoadedForm

#: Names of a column of times, s.
_TIME_NAMES = {"time", "time_s", "t"}
#: Values read at most: 22 muscles at 1 kHz over 10 minutes.
_N_VALUES = 20_000_000
_HINT = "It needs a line of names, time and one per muscle, and below it rows of numbers."


class OpenLoopController:
    """Excitations at given times, linear between them, the last held on.

    Parameters
    ----------
    times_s : array (n_rows,)
        Rising.
    rows : array (n_rows, n_actions)
        Excitations.
    """

    def __init__(self, times_s: Array, rows: Array) -> None:
        self._times_s = times_s
        self._rows = rows

    def act(self, t: float) -> Array:
        """Return the excitations at a time."""
        return np.array([np.interp(t, self._times_s, column) for column in self._rows.T])


class ActionRows:
    """One action a step, the last one held on.

    Parameters
    ----------
    rows : array (n_steps, n_actions)
        Actions.
    """

    def __init__(self, rows: Array) -> None:
        self._rows = rows

    def act(self, step: int) -> Array:
        """Return the action of a step."""
        row: Array = self._rows[min(step, len(self._rows) - 1)]
        return row.copy()


def load_table(path: Path, *, is_trusted: bool) -> LoadedForm:
    """Read a table of excitations (``.csv``, ``.sto``, ``.mot``).

    Raises
    ------
    ControllerLoadError
        If it is no table of numbers.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ControllerLoadError(f"{path.name} is no text", "A table of excitations is a text file.") from error
    names, rows = _parsed(path, text)
    if names is None:
        return rows_form(path.name, rows)
    if len(set(names)) != len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise ControllerLoadError(f"{path.name} has two columns named {double}", "Give each column one muscle.")
    columns = dict(zip(names, rows.T, strict=True))
    time_name = next((name for name in names if name.casefold() in _TIME_NAMES), None)
    times_s = columns.pop(time_name) if time_name is not None else None
    if times_s is not None and np.any(np.diff(times_s) <= 0):
        raise ControllerLoadError(f"the times in {path.name} do not rise", "Sort its rows by time.")

    def make_controller(environment: Any) -> Any:
        matched = _by_muscle(path, columns, environment.action_names())
        return ActionRows(matched) if times_s is None else OpenLoopController(times_s, matched)

    return LoadedForm(f"{path.name} · open loop", make_controller, is_factory=True)


def rows_form(file_name: str, rows: Array) -> LoadedForm:
    """Return the open-loop controller of an array of one action a step.

    Raises
    ------
    ControllerLoadError
        If it is not an array of finite numbers, (n_steps, n_actions).
    """
    if rows.ndim != 2 or not rows.size or rows.dtype.kind not in "biuf" or not np.all(np.isfinite(rows)):
        raise ControllerLoadError(
            f"{file_name} holds an array of shape {rows.shape} and type {rows.dtype}, which is no series of actions",
            "It needs finite numbers of shape (n_steps, n_muscles).",
        )
    numbers = rows.astype(np.float64)

    def make_controller(environment: Any) -> ActionRows:
        n_actions = len(environment.action_names())
        if numbers.shape[1] != n_actions:
            raise ControllerLoadError(
                f"{file_name} holds {numbers.shape[1]} values a step; {type(environment).__name__} takes {n_actions}",
                "Choose the environment it was made for with --env.",
            )
        return ActionRows(numbers)

    return LoadedForm(f"{file_name} · open loop", make_controller, is_factory=True)


def _parsed(path: Path, text: str) -> tuple[list[str] | None, Array]:
    """Return names of the columns, or None for a table without them, and the numbers."""
    lines = [line for line in text.splitlines() if line.strip()]
    if path.suffix.lower() != ".csv":
        ends = [i for i, line in enumerate(lines) if line.strip().lower() == "endheader"]
        if not ends:
            raise ControllerLoadError(f"{path.name} has no line endheader", f"OpenSim writes one. {_HINT}")
        lines = lines[ends[0] + 1 :]
    if not lines:
        raise ControllerLoadError(f"{path.name} holds no rows", _HINT)
    separator = "\t" if "\t" in lines[0] else ";" if ";" in lines[0] else "," if "," in lines[0] else None
    cells = [line.split() for line in lines] if separator is None else list(csv.reader(lines, delimiter=separator))
    names = None if all(_is_number(cell) for cell in cells[0]) else [cell.strip() for cell in cells[0]]
    body = cells if names is None else cells[1:]
    return names, _numbers(path, body, len(cells[0]), first_line=1 if names is None else 2)


def _numbers(path: Path, body: Sequence[Sequence[str]], n_columns: int, *, first_line: int) -> Array:
    if not body:
        raise ControllerLoadError(f"{path.name} holds names and no rows", _HINT)
    if len(body) * n_columns > _N_VALUES:
        raise ControllerLoadError(f"{path.name} holds more than {_N_VALUES} values", "Take a coarser time step.")
    for i, row in enumerate(body):
        if len(row) != n_columns or not all(_is_number(cell) for cell in row):
            place = f"row {i + first_line} of {path.name}"
            raise ControllerLoadError(f"{place} is not {n_columns} finite numbers: {' '.join(row)[:60]}", _HINT)
    return np.array(body, dtype=np.float64)


def _is_number(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _by_muscle(path: Path, columns: dict[str, Array], muscles: Sequence[str]) -> Array:
    """Return the columns in the order of the muscles; names may be OpenSim's paths or osimviz's channels."""
    by_name: dict[str, Array] = {}
    # A table of states names a muscle several times: its excitation is meant.
    for name, column in sorted(columns.items(), key=lambda item: not item[0].casefold().endswith("excitation")):
        for part in re.split(r"[/.|]", name):
            by_name.setdefault(part.casefold(), column)
    missing = [muscle for muscle in muscles if muscle.casefold() not in by_name]
    if missing:
        shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
        raise ControllerLoadError(f"{path.name} has no column for {shown}", "Name each column after a muscle.")
    return np.column_stack([by_name[muscle.casefold()] for muscle in muscles])
