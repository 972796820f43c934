"""Every command of README and guide that no recipe runs: done here, in a window where it opens one."""

import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from osimviz.options import parse_options
from osimviz.trust import TrustStore
from tests.docs.pages import BLOCK, COMMANDS, PAGES, REPOSITORY, RUNNABLE, arguments_of, without_display

#: Runs the program until its window shows frames, then closes it; prints what was shown.
IN_A_WINDOW = """
import sys
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication
from osimviz.cli import main
from osimviz.ui.app.application import Application

start = Application.start

def watched(application):
    start(application)

    def look():
        recording = application.session.recording
        if recording is not None and len(recording) > 1:
            timer.stop()
            compared = application.session.pair is not None
            print(recording.info.env_name, recording.info.controller, "compared" if compared else "")
            QApplication.quit()

    timer = QTimer(application)
    timer.timeout.connect(look)
    timer.start(20)

Application.start = watched
sys.exit(main(sys.argv[1:]))
"""
#: Before the Python of a page that speaks of an environment of the reader's own.
THEIR_PROGRAM = "import osimviz\nfrom osimviz.envs import ProstheticsEnv\nenv = ProstheticsEnv(visualize=False)\n"
OUTPUTS = ("--record", "--export", "--video", "--screenshot", "--plots")
#: Less to draw, to encode and to simulate.
SMALL = ["--size", "320x180", "--fps", "5"]
SHORT = ["--steps", "20"]
RUN_BY_RECIPES = {
    " ".join(line.split())
    for page in PAGES
    for kind, body in RUNNABLE.findall(page.read_text(encoding="utf-8"))
    if kind == "console"
    for line in body.splitlines()
}
PYTHON = [
    pytest.param(body, id=f"{page.name}-{i}")
    for page in PAGES
    for i, body in enumerate(
        body
        for kind, body in BLOCK.findall(page.read_text(encoding="utf-8"))
        if kind == "python" and body not in [text for _, text in RUNNABLE.findall(page.read_text(encoding="utf-8"))]
    )
]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that the pages speak of."""
    import cloudpickle

    from osimviz.envs.models import model_path

    folder = tmp_path_factory.mktemp("inputs")
    shutil.copytree(REPOSITORY / "resources/controllers", folder / "resources/controllers")
    shutil.copy(REPOSITORY / "resources/controllers/held_random.py", folder / "my_controller.py")
    (folder / "my.pkl").write_bytes(cloudpickle.dumps(lambda observation: [0.2] * 19))
    run = "--headless --controller resources/controllers/reflex_2d_fall.txt --record run.h5 --export walk.mot"
    _program(folder, run.split())
    _program(folder, ["--headless", "--controller", "reflex", "--steps", "30", "--record", "other.h5"])
    (folder / "runs").mkdir()
    for name in ("fall.h5", "a.h5", "b.h5", "cluster.h5", "runs/first.h5"):
        shutil.copy(folder / "run.h5", folder / name)
    model = model_path("gait14dof22musc_planar_20170320.osim")
    for name in ("model.osim", "gait.osim"):
        shutil.copy(model, folder / name)
    (folder / "Geometry").symlink_to(model.parent / "Geometry")
    shutil.copy(folder / "walk.mot", folder / "motion.mot")
    return folder


@pytest.fixture
def folder(inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder where these files are and what a command writes is its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for path in inputs.iterdir():
        (folder / path.name).symlink_to(path)
    TrustStore().add(inputs)
    return folder


def _program(folder: Path, arguments: list[str]) -> str:
    command = [sys.executable, str(REPOSITORY / "main.py"), *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=55, env=without_display(), check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("line", [line for line in COMMANDS if line not in RUN_BY_RECIPES])
def test_that_a_command_does_what_its_page_shows(line: str, folder: Path) -> None:
    words = arguments_of(line)
    files = [Path(word) for option, word in pairwise(words) if option in OUTPUTS]
    for file in files:
        (folder / file).unlink(missing_ok=True)
    recordings = sorted(str(path.relative_to(folder)) for path in folder.glob("runs/*.h5"))
    words = [name for word in words for name in (recordings if word == "runs/*.h5" else [word])]
    if not parse_options(words).is_headless:
        done = subprocess.run(
            [sys.executable, "-c", IN_A_WINDOW, *words], capture_output=True, text=True, timeout=55, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        assert done.stdout.strip(), "nothing was shown"
        assert ("compared" in done.stdout) == ("--compare" in words)
        return
    less = SMALL if {"--video", "--screenshot"} & set(words) else SHORT if "--controller" in words else []
    assert _program(folder, [*words, *less])
    missing = [file for file in files if not (folder / str(file).replace("{name}", "first")).is_file()]
    assert missing == []


@pytest.mark.parametrize("body", PYTHON)
def test_that_the_python_of_a_page_runs(body: str, folder: Path) -> None:
    # Without a display the window that `visualize=True` opens is missed with a warning, and the program goes on.
    smaller = body.replace("speed=0.25", "fps=5, size=(320, 180)").replace("size=(3840, 2160)", "size=(320, 180)")
    program = THEIR_PROGRAM + smaller.replace("range(200)", "range(20)")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=55,
        env=without_display(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
