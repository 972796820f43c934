"""How a benchmark hands its figures to `run_all.py`, beside printing them: JSON lines into a file named by the runner.

A benchmark that is run by hand notes nothing and prints as ever.
"""

import json
import os
from pathlib import Path

#: Environment variable that names the file.
VARIABLE = "OSIMVIZ_BENCH_NOTES"


def note_ratio(what: str, ours: float, beside: str, theirs: float, unit: str) -> None:
    """Note two figures measured in turn in one run, of which the first one is this project's."""
    _write({"kind": "ratio", "what": what, "ours": ours, "beside": beside, "theirs": theirs, "unit": unit})


def note_growth(what: str, n_steps: int, value: float, unit: str) -> None:
    """Note what something costs in a run of so many steps."""
    _write({"kind": "growth", "what": what, "n_steps": n_steps, "value": value, "unit": unit})


def _write(row: dict[str, object]) -> None:
    name = os.environ.get(VARIABLE)
    if name:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
