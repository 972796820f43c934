"""Run every benchmark, in turn, several times, and print one table of ratios: the medians over the rounds.

    python bench/run_all.py [--rounds N] [--short] [--only NAME ...] [--results bench/RESULTS.md]

``make bench`` runs this. Each benchmark measures both sides in one run; here whole benchmarks are interleaved, so that
what else the machine does touches all alike. Compare ratios between machines, never times. A benchmark that fails is
named in the table and the others go on; then the exit status is 1.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noting import VARIABLE

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
LONGEST_S = 1800
LONG_USE = "## Long use"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A script, the arguments that make it short enough to check that it runs, and those of a round.

    Without a display everything draws through EGL: beside a context of X, MuJoCo's renderer cannot have one.
    """

    name: str
    short: tuple[str, ...] = ()
    has_display: bool = True
    usual: tuple[str, ...] = ()


BENCHMARKS = (
    Benchmark("step_cost", ("--steps", "15", "--episodes", "1")),
    Benchmark("osim_rl", ("--steps", "12", "--episodes", "1", "--env", "l2m2019")),
    Benchmark("env_speed", ("--steps", "8", "--episodes", "1", "--env", "prosthetics")),
    Benchmark("recording_overhead", ("--steps", "15")),
    Benchmark("recording_speed", ("--steps", "10000")),
    Benchmark("view_speed", ("--size", "320x240", "--pictures", "6"), has_display=False),
    # It has rounds of its own, and a film for its memory alone: five minutes that would come with every round.
    Benchmark(
        "film_speed",
        ("--frames", "8", "--rounds", "1", "--long", "20"),
        usual=("--frames", "120", "--rounds", "1", "--long", "200"),
    ),
    Benchmark("plot_speed", ("--times", "4", "--long", "2000")),
    Benchmark("watching", ("--steps", "5")),
    Benchmark("search_speed"),
    Benchmark("start_up"),
    Benchmark("window_tick"),
    Benchmark("printing_controller"),
)


def run(benchmark: Benchmark, *, is_short: bool) -> tuple[list[dict[str, Any]], str]:
    """Run a benchmark; return what it noted, and why it failed, empty if it did not."""
    with tempfile.TemporaryDirectory(prefix="osimviz-bench-") as folder:
        notes = Path(folder) / "notes"
        environment = {**os.environ, VARIABLE: str(notes), "PYTHONPATH": str(HERE.parent)}
        if not benchmark.has_display:
            environment.pop("DISPLAY", None)
        arguments = benchmark.short if is_short else benchmark.usual
        command = [sys.executable, str(HERE / f"{benchmark.name}.py"), *arguments]
        try:
            done = subprocess.run(
                command, env=environment, timeout=LONGEST_S, check=False, stderr=subprocess.PIPE, text=True
            )
            fault = "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["no message"])[-1]
        except subprocess.TimeoutExpired:
            fault = f"did not end within {LONGEST_S} s"
        rows = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
        return [json.loads(row) for row in rows], fault


def ratio_table(notes: Sequence[dict[str, Any]]) -> str:
    """Return one line for each comparison: medians over the rounds; the ratio is the median of each round's own."""
    grouped: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for note in notes:
        if note["kind"] == "ratio":
            grouped.setdefault((note["what"], note["beside"], note["unit"]), []).append(note)
    rows = [("what", "osimviz", "beside", "theirs", "ratio", "spread", "rounds")]
    for (what, beside, unit), found in grouped.items():
        ours, theirs = (statistics.median(note[side] for note in found) for side in ("ours", "theirs"))
        ratios = [note["ours"] / note["theirs"] for note in found if note["theirs"]] or [float("nan")]
        spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
        ratio = f"{statistics.median(ratios):.2f}"
        rows.append(
            (what, f"{number(ours)} {unit}", beside, f"{number(theirs)} {unit}", ratio, spread, str(len(found)))
        )
    return table(rows)


def growth_table(notes: Sequence[dict[str, Any]]) -> str:
    """Return what costs how much in runs of how many steps: medians over the rounds."""
    growth = [note for note in notes if note["kind"] == "growth"]
    lengths = sorted({note["n_steps"] for note in growth})
    rows = [("what", *(f"{n:,} steps" for n in lengths), "last / first")]
    for what, unit in dict.fromkeys((note["what"], note["unit"]) for note in growth):
        medians = {
            n: statistics.median(values)
            for n in lengths
            if (values := [note["value"] for note in growth if (note["what"], note["n_steps"]) == (what, n)])
        }
        cells = [f"{number(medians[n])} {unit}" if n in medians else "" for n in lengths]
        first, last = medians[min(medians)], medians[max(medians)]
        rows.append((what, *cells, f"{last / first:.2f}" if first else ""))
    return table(rows)


def number(value: float) -> str:
    """Return a figure with three digits, never in powers of ten."""
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table in Markdown, its columns aligned."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def machine() -> str:
    """Describe the machine, without its name."""
    memory_gb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    processor = "unknown processor"
    cpus = Path("/proc/cpuinfo")
    if cpus.is_file():
        names = [
            line.partition(":")[2].strip() for line in cpus.read_text().splitlines() if line.startswith("model name")
        ]
        processor = names[0] if names else platform.machine()
    graphics = "a graphics card" if shutil.which("nvidia-smi") else "no graphics card: drawn in software (llvmpipe)"
    python = platform.python_version()
    return f"{len(os.sched_getaffinity(0))} cores, {memory_gb:.0f} GB, {processor}, {graphics}, Python {python}, Linux"


def soak_text(results: Path) -> str:
    """Return what tools/soak.py left beside the results, or how to get it."""
    kept = results.with_name("soak.json")
    if kept.is_file():
        return str(json.loads(kept.read_text(encoding="utf-8"))["text"])
    # It takes half an hour and is not run with the others: what the last results tell of it stays.
    told = results.read_text(encoding="utf-8").partition(LONG_USE)[2].partition("\n## ")[0] if results.is_file() else ""
    return told.strip() or "Not run yet: `python tools/soak.py --results bench/soak.json`."


def report(notes: Sequence[dict[str, Any]], faults: dict[str, str], n_rounds: int, results: Path, kind: str) -> str:
    """Return the whole result in Markdown."""
    parts = [
        "# Results",
        f"Written by `make bench` on {time.strftime('%Y-%m-%d')} ({kind}; all benchmarks in turn, rounds: {n_rounds}). "
        "Medians over the rounds; compare the ratios, not the times. For times and memory less than 1 is better, for "
        "rates (/s) more than 1.",
        f"Machine: {machine()}.",
        "## Beside others",
        ratio_table(notes),
        "## Growth with the length of a run",
        growth_table(notes) if any(note["kind"] == "growth" for note in notes) else "",
        LONG_USE,
        soak_text(results),
    ]
    if faults:
        parts += ["## Not measured", "\n".join(f"* `{name}`: {fault}" for name, fault in faults.items())]
    return "\n\n".join(part for part in parts if part) + "\n"


def main() -> int:
    """Run, print the table, write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="check that all run; the figures mean little")
    parser.add_argument("--only", nargs="*", choices=[benchmark.name for benchmark in BENCHMARKS])
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    notes: list[dict[str, Any]] = []
    faults: dict[str, str] = {}
    text = ""
    n_rounds = 1 if given.short else given.rounds
    kind = "short: a check" if given.short else "full"
    if given.only:
        left_out = [benchmark.name for benchmark in BENCHMARKS if benchmark.name not in given.only]
        kind += f"; left out: {', '.join(left_out)}"
    for i_round in range(n_rounds):
        for benchmark in BENCHMARKS:
            if given.only and benchmark.name not in given.only:
                continue
            print(f"== {benchmark.name}, round {i_round + 1} of {n_rounds}", flush=True)
            found, fault = run(benchmark, is_short=given.short)
            notes += found
            if fault:
                faults[benchmark.name] = fault
            # After each: what was measured stays if the rest is not waited for.
            text = report(notes, faults, i_round + 1, given.results, kind)
            given.results.write_text(text, encoding="utf-8")
    print(text)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
