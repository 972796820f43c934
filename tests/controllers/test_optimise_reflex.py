"""The script that finds parameters for the reflex controller: its cost, its file, its end."""

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tools" / "optimise_reflex.py"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("optimise_reflex", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "optimise_reflex", module)
    monkeypatch.setattr(sys, "path", list(sys.path))
    spec.loader.exec_module(module)
    return module


def test_that_the_cost_prefers_far_long_easy_and_ordinary(script: ModuleType) -> None:
    ones = np.ones(37)
    cost = script.cost_of(10.0, 13.0, 30.0, ones)
    assert cost == pytest.approx(-23.0 + 0.05 * 30.0 / 13.0)
    assert script.cost_of(9.0, 13.0, 30.0, ones) > cost
    assert script.cost_of(10.0, 12.0, 30.0, ones) > cost
    assert script.cost_of(10.0, 13.0, 60.0, ones) > cost
    assert script.cost_of(10.0, 13.0, 30.0, ones * 1.1) == pytest.approx(cost + 0.02 * 37 * 0.01)
    assert script.cost_of(10.0, 15.0, 0.0, ones) == script.cost_of(10.0, 14.0, 0.0, ones)


def test_that_saved_parameters_are_read_back_bit_for_bit(script: ModuleType, tmp_path: Path) -> None:
    parameters = np.random.RandomState(0).normal(size=37)
    out = tmp_path / "gait.txt"
    script.save(out, parameters, script.Gait(-20.0, 10.0, 12.0), script.parse([str(out)]))
    np.testing.assert_array_equal(np.loadtxt(out), parameters)
    assert [file.name for file in tmp_path.glob("gait*")] == ["gait.txt"]


def run_script(out: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(out), "--population", "4", "--processes", "1", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


@pytest.mark.torch
def test_that_a_short_search_writes_parameters_that_run(tmp_path: Path) -> None:
    out = tmp_path / "gait.txt"
    program = run_script(out, "--evaluations", "9", "--seconds", "0.1")
    told, faults = program.communicate(timeout=100)
    assert (program.returncode, faults) == (0, "")
    assert "8 of 9 walks" in told
    assert "9 of 9" not in told
    assert np.loadtxt(out).shape == (37,)


@pytest.mark.torch
def test_that_ctrl_c_keeps_the_best_so_far(tmp_path: Path) -> None:
    out = tmp_path / "gait.txt"
    program = run_script(out, "--evaluations", "100000", "--seconds", "0.1")
    assert program.stdout is not None
    assert "1 of 100000 walks" in program.stdout.readline()
    program.send_signal(signal.SIGINT)
    told, faults = program.communicate(timeout=60)
    assert (program.returncode, faults) == (0, "")
    assert "Best: " in told
    assert np.loadtxt(out).shape == (37,)
