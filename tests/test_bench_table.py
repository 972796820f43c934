"""The table that `make bench` prints: medians of ratios over rounds, growth by length, and failures that are named."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture
def run_all(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(REPOSITORY / "bench"))
    import run_all

    return run_all


def _cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_that_a_ratio_is_the_median_of_the_rounds_and_its_spread_is_told(run_all: object) -> None:
    note = {"kind": "ratio", "what": "step", "beside": "bare", "unit": "ms", "theirs": 2.0}
    rows = _cells(run_all.ratio_table([note | {"ours": ours} for ours in (2.0, 8.0, 3.0)]))

    assert rows[2] == ["step", "3 ms", "bare", "2 ms", "1.50", "1.00–4.00", "3"]


def test_that_growth_is_told_by_length_with_last_over_first(run_all: object) -> None:
    costs = {1000: 2.0, 10_000: 2.1, 100_000: 3.0}
    notes = [{"kind": "growth", "what": "scrub", "n_steps": n, "value": v, "unit": "ms"} for n, v in costs.items()]
    rows = _cells(run_all.growth_table(notes))

    assert rows[0] == ["what", "1,000 steps", "10,000 steps", "100,000 steps", "last / first"]
    assert rows[2] == ["scrub", "2 ms", "2.1 ms", "3 ms", "1.50"]


def test_that_every_benchmark_the_table_collects_is_there_and_notes_figures(run_all: object) -> None:
    for benchmark in run_all.BENCHMARKS:
        source = (REPOSITORY / f"bench/{benchmark.name}.py").read_text(encoding="utf-8")

        assert "from noting import" in source, f"bench/{benchmark.name}.py notes nothing"


def test_that_a_benchmark_that_fails_is_named_and_the_rest_is_kept(run_all: object, tmp_path: Path) -> None:
    text = run_all.report([], {"view_speed": "no graphics"}, 1, tmp_path / "RESULTS.md", "full")

    assert "* `view_speed`: no graphics" in text
    assert "cores" in text


def test_that_what_the_soak_found_stays_when_the_table_is_written_anew(run_all: object, tmp_path: Path) -> None:
    results = tmp_path / "RESULTS.md"
    assert run_all.soak_text(results).startswith("Not run yet")
    results.write_text("# Results\n\n## Long use\n\n59 rounds.\n\n| a |\n\n## Not measured\n\n* x\n", encoding="utf-8")
    assert run_all.soak_text(results) == "59 rounds.\n\n| a |"
    (tmp_path / "soak.json").write_text('{"text": "60 rounds."}', encoding="utf-8")
    assert run_all.soak_text(results) == "60 rounds."
