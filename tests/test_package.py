"""The wheel, as a stranger installs it: into a fresh virtual environment, started from another folder."""

import configparser
import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import h5py
import pytest

import osimviz

REPOSITORY = Path(__file__).resolve().parent.parent
#: Asks Qt, which reads the descriptions of MIME types below XDG_DATA_DIRS itself, what each file is.
ASK_QT = """
import sys
from PyQt5.QtCore import QMimeDatabase
database = QMimeDatabase()
print(*(database.mimeTypeForFile(name).name() for name in sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it into a new virtual environment; return that environment's folder.

    What osimviz depends on is taken from the environment of the tests, by a path file: the package is not, for the
    environment's own folder comes first, and the editable install of a checkout works through path files, which are not
    read in a folder that is itself named in one.
    """
    folder = tmp_path_factory.mktemp("package")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True, timeout=50)
    (wheel,) = folder.glob("*.whl")
    home = folder / "a place with blanks"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin/python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=50)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home


def _run(*command: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )


def test_that_the_installed_command_runs_from_any_folder(installed: Path, tmp_path: Path) -> None:
    command = installed / "bin/osimviz"
    where = _run(installed / "bin/python", "-c", "import osimviz; print(osimviz.__file__)", folder=tmp_path).stdout
    run = "--headless --json --controller constant:0.3 --steps 3 --record run.h5 --screenshot end.png --size 320x240"
    summary = json.loads(_run(command, *run.split(), folder=tmp_path).stdout.splitlines()[-1])

    assert Path(where.strip()).is_relative_to(installed)
    assert _run(command, "--version", folder=Path("/")).stdout.strip() == f"osimviz {osimviz.__version__}"
    assert summary["steps"] == 3
    assert {path.name for path in tmp_path.iterdir()} >= {"run.h5", "end.png"}


def test_that_the_installed_program_finds_its_own_controllers(installed: Path, tmp_path: Path) -> None:
    run = ["--headless", "--json", "--controller", "reflex", "--env-arg", "model=2D", "--steps", "2"]
    summary = json.loads(_run(installed / "bin/osimviz", *run, folder=tmp_path).stdout.splitlines()[-1])

    assert summary["steps"] == 2


def test_that_a_desktop_finds_the_program_by_its_entry(installed: Path) -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[method-assign,assignment]
    entry.read(installed / "share/applications/osimviz.desktop", encoding="utf-8")
    fields = entry["Desktop Entry"]
    types = ElementTree.parse(installed / "share/mime/packages/osimviz.xml").getroot()
    icon = installed / f"share/icons/hicolor/scalable/apps/{fields['Icon']}.svg"

    assert (installed / "bin" / fields["Exec"].split()[0]).is_file()
    assert fields["Exec"].endswith(" %F"), "several recordings are opened by one window"
    assert icon.read_bytes() == (REPOSITORY / "resources/osimviz.svg").read_bytes()
    assert [f"{kind.get('type')};" for kind in types] == [fields["MimeType"]]


def test_that_a_desktop_tells_a_recording_from_other_hdf5_files(installed: Path, tmp_path: Path) -> None:
    run = "--headless --controller zero --steps 1 --record run.h5"
    _run(installed / "bin/osimviz", *run.split(), folder=tmp_path)
    for name, bounds in (("old.h5", "earliest"), ("new.h5", "latest")):
        with h5py.File(tmp_path / name, "w", libver=bounds) as file:
            file["numbers"] = [1, 2]
    _run(sys.executable, "-c", "import shutil; shutil.copy('run.h5', 'no-suffix')", folder=tmp_path)
    names = ("run.h5", "no-suffix", "old.h5", "new.h5")
    # Not the system's: Qt 5 lets what it finds in the last folder win, whatever the priorities say.
    places = str(installed / "share")
    answer = _run(sys.executable, "-c", ASK_QT, *names, folder=tmp_path, XDG_DATA_DIRS=places).stdout.split()

    assert answer == ["application/x-osimviz-recording"] * 2 + ["application/x-hdf"] * 2


def test_that_make_desktop_names_the_program_by_its_place_and_is_undone(tmp_path: Path) -> None:
    data = tmp_path / "a place with blanks"
    places = {"PATH": "/usr/bin:/bin", "XDG_DATA_HOME": str(data), "HOME": str(tmp_path)}
    script = REPOSITORY / "tools/install_desktop.sh"
    _run("bash", script, folder=tmp_path, **places)
    entry = (data / "applications/osimviz.desktop").read_text(encoding="utf-8")

    assert f'Exec="{REPOSITORY}/.venv/bin/osimviz" %F' in entry
    assert (data / "mime/packages/osimviz.xml").is_file()
    assert (data / "icons/hicolor/scalable/apps/osimviz.svg").is_file()

    _run("bash", script, "remove", folder=tmp_path, **places)
    assert "no longer" in _run("bash", script, "remove", folder=tmp_path, **places).stdout
    assert [path.name for path in data.rglob("*osimviz*")] == []


def test_that_the_lowest_allowed_versions_can_be_asked_for() -> None:
    lines = _run(sys.executable, REPOSITORY / "tools/lowest_bounds.py", folder=REPOSITORY).stdout.splitlines()

    assert "numpy==2.4.6" in lines
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", line) for line in lines)
