"""A recording on a machine without OpenSim: an interpreter of its own, in which there is neither it nor osim-rl."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest

from tests.recording.walking import record_prosthetics
from tests.source_rules import REPOSITORY

ABSENT = ("opensim", "osim-rl")

#: Opens a recording in the window, scrubs, plots, and says what is seen.
WINDOW_PROGRAM = """
import json, sys, time
import numpy as np
from PyQt5.QtWidgets import QApplication
from osimviz.options import parse_options
from osimviz.ui.app.application import Application

qt = QApplication([])
application = Application(parse_options([sys.argv[1]]))
application.start()
view3d = application.window.view3d

def wait(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "nothing came"
        qt.processEvents()

def drawn(step):
    drawing = view3d.drawing
    return drawing is not None and drawing.frame is not None and drawing.frame.step == step

pictures = []
for step in (0, 12, 25):
    application.session.seek(step)
    wait(lambda: drawn(step))
    pictures.append(view3d.picture(320, 240))
application.window.plots.plot(["coordinates/hip_flexion_l/value"], False)
told = {
    "opensim": "opensim" in sys.modules,
    "steps": application.session.view.last_index,
    "colours": [len(np.unique(picture.reshape(-1, picture.shape[-1]), axis=0)) for picture in pictures],
    "differs": bool((pictures[0] != pictures[2]).any()),
    "plots": application.window.plots.plot_names(),
}
application.close()
print(json.dumps(told))
"""


def names_of(package: str) -> set[str]:
    """Return what a package puts into the folder of all packages."""
    return {file.parts[0] for file in distribution(package).files or () if file.parts[0] != ".."}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with every package of this one, those left out that the test is about."""
    folder = tmp_path_factory.mktemp("laptop")
    venv.create(folder, with_pip=False, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    left_out = {name for package in ABSENT for name in names_of(package)}
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        # Neither the packages themselves nor what could lead back to the folder they lie in.
        if entry.name not in left_out and entry.suffix != ".pth" and not entry.name.startswith("__editable__"):
            (packages / entry.name).symlink_to(entry)
    return folder / "bin" / "python"


def run(python: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [str(python), *map(str, arguments)], capture_output=True, text=True, timeout=120, env=environment, check=False
    )


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cluster") / "run.h5"
    record_prosthetics(path)
    return path


def test_that_the_interpreter_really_has_neither(python: Path) -> None:
    for module in ("opensim", "osim"):
        result = run(python, "-c", f"import {module}")
        assert result.returncode == 1
        assert f"ModuleNotFoundError: No module named '{module}'" in result.stderr
    # It is an interpreter of its own, and the rest is there.
    assert run(python, "-c", "import h5py, vtkmodules.vtkCommonCore, sys; print(sys.prefix)").stdout.strip() == str(
        python.parent.parent
    )
    assert sys.prefix != str(python.parent.parent)


def test_that_a_recording_is_summed_up_exported_and_drawn(python: Path, recorded: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("run.csv", "run.npz", "run.sto", "run.mot", "copy.h5")]
    exports = [word for file in files for word in ("--export", file)]
    picture = tmp_path / "end.png"
    main = REPOSITORY / "main.py"
    result = run(python, main, "--headless", "--json", recorded, *exports, "--screenshot", picture, "--size", "320x240")
    assert result.returncode == 0, result.stderr
    summary = json.loads(result.stdout.splitlines()[-1])
    assert summary["steps"] == 25
    assert summary["files"] == [str(file) for file in (*files, picture)]
    assert picture.stat().st_size > 5_000
    with np.load(tmp_path / "run.npz") as arrays:
        assert arrays["body_positions_m"].shape == (26, 11, 3)
    again = run(python, main, "--headless", "--json", tmp_path / "copy.h5")
    assert json.loads(again.stdout)["total_reward"] == summary["total_reward"]


def test_that_a_recording_is_shown_scrubbed_and_plotted_in_the_window(python: Path, recorded: Path) -> None:
    result = run(python, "-c", WINDOW_PROGRAM, recorded)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout.splitlines()[-1])
    assert not told["opensim"]
    assert told["steps"] == 25
    # Bones, muscles, ground and sky in their shades: not an empty picture.
    assert min(told["colours"]) > 500
    assert told["differs"]
    assert ["coordinates/hip_flexion_l/value"] in told["plots"]


def test_that_arrays_are_loaded_in_a_script(python: Path, recorded: Path) -> None:
    program = (
        "import osimviz, sys; run = osimviz.load(sys.argv[1]); "
        "print(len(run), run.channel('knee_angle_l/value').shape, len(run.info.geometry.bones[0].surface.points) > 10)"
    )
    assert run(python, "-c", program, recorded).stdout.strip() == "26 (26,) True"
