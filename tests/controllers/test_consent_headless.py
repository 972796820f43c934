"""Controllers from outside: what is named on the command line runs, and bad words about it get one line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from osimviz.options import parse_options
from osimviz.trust import TrustStore

ROOT = Path(__file__).parents[2]


def osimviz(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--headless", "--steps", "2", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={key: value for key, value in os.environ.items() if key != "DISPLAY"},
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def program(tmp_path: Path) -> tuple[Path, Path]:
    """Return a controller that makes a canary when it is loaded, and the canary."""
    folder = tmp_path / "mine"
    folder.mkdir()
    canary = folder / "canary"
    file = folder / "walk.py"
    file.write_text(f"open({str(canary)!r}, 'w').close()\n\ndef controller(o, t):\n    return [0.05] * 19\n")
    return file, canary


def test_that_a_program_is_refused_without_consent(program: tuple[Path, Path]) -> None:
    file, canary = program
    file.write_text("import socket\n" + file.read_text())
    result = osimviz("--controller", str(file))
    assert result.returncode == 2
    assert result.stdout == ""
    line = result.stderr.strip()
    assert "\n" not in line
    assert all(word in line for word in ("walk.py", "socket", "--trust"))
    assert not canary.exists()


def test_that_a_program_in_a_trusted_folder_runs_until_the_folder_is_revoked(program: tuple[Path, Path]) -> None:
    file, canary = program
    TrustStore().add(file.parent)
    result = osimviz("--controller", str(file))
    assert result.returncode == 0, result.stderr
    assert canary.exists()
    assert osimviz("--trusted-folders").stdout == f"{file.parent}\n"
    assert osimviz("--revoke", str(file.parent)).returncode == 0
    assert osimviz("--trusted-folders").stdout == ""
    assert osimviz("--controller", str(file)).returncode == 2
    again = osimviz("--revoke", str(file.parent))
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)


def test_that_a_controller_beyond_its_memory_costs_one_line_and_keeps_its_steps(tmp_path: Path) -> None:
    file = tmp_path / "hoards.py"
    file.write_text(
        "hoard = []\n\ndef controller(o):\n    hoard.append(bytearray(150_000_000))\n    return [0.05] * 19\n"
    )
    result = osimviz("--trust", "--worker-memory", "0.7", "--json", "--steps", "30", "--controller", str(file))
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "the controller ran out of memory at step" in result.stderr
    summary = json.loads(result.stdout)
    assert summary["ended_by"] == "controller_error"
    assert 1 <= summary["steps"] <= 6


@pytest.mark.parametrize("words", ["constant:0.2", "reflex:{walk}", "replay:{run}"])
def test_that_every_named_form_runs(tmp_path: Path, words: str) -> None:
    run = tmp_path / "run.h5"
    if "{run}" in words:
        assert osimviz("--controller", "constant:0.1", "--record", str(run)).returncode == 0
    name = words.format(walk=ROOT / "resources" / "controllers" / "reflex_2d_walk.txt", run=run)
    result = osimviz("--json", "--controller", name)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["steps"] == 2


def test_that_a_bundled_example_runs_without_a_word() -> None:
    result = osimviz("--controller", str(ROOT / "resources" / "controllers" / "held_random.py"))
    assert result.returncode == 0, result.stderr


def test_that_a_program_runs_with_consent_and_says_how_it_is_asked(program: tuple[Path, Path]) -> None:
    file, canary = program
    result = osimviz("--trust", "--controller", str(file))
    assert result.returncode == 0, result.stderr
    assert "controller(observation, time)" in result.stdout
    assert canary.exists()


def test_that_without_a_word_the_walking_example_opens() -> None:
    options = parse_options([])
    assert (options.controller, options.env_name) == ("reflex", "l2m2019")
    options = parse_options(["--headless"])
    assert (options.controller, options.env_name) == ("random", "prosthetics")
    assert parse_options(["--controller", "reflex", "--env", "prosthetics"]).env_name == "prosthetics"


def test_that_numbers_need_no_consent(tmp_path: Path) -> None:
    file = tmp_path / "actions.npy"
    np.save(file, np.full((2, 19), 0.05))
    result = osimviz("--json", str(file), "--action-repeat", "2", "--observation", "vector")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--action-repeat", "0"], "--action-repeat 0 is out of range"),
        (["--observation", "pixels"], "pixels"),
        (["--action-range", "degrees"], "degrees"),
        (["--worker-memory", "lots"], "--worker-memory 'lots' is no limit"),
        (["--worker-memory", "0.1"], "Give a number of GB, 0.5 or more"),
        (["--worker-memory", "inf"], "--worker-memory 'inf' is no limit"),
        (["--controller", "reflex:missing.txt"], "there is no file missing.txt"),
        (["--controller", "replay"], "replay:FILE needs a file"),
        (["--controller", "reflex", "--env-arg", "model=4D"], "4D"),
        (["--controller", "reflex", "--env", "prosthetics"], "the reflex controller walks in l2m2019"),
    ],
)
def test_that_bad_words_about_a_controller_get_one_line(arguments: list[str], words: str) -> None:
    result = osimviz(*arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
