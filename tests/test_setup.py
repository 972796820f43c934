"""The set-up: one list of dependencies, one of system packages, and make's promises about when it installs what."""

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import osimviz

REPOSITORY = Path(__file__).resolve().parent.parent
PYPROJECT_TEXT = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads(PYPROJECT_TEXT)
REQUIREMENTS = [
    *PYPROJECT["project"]["dependencies"],
    *[line for extra in PYPROJECT["project"]["optional-dependencies"].values() for line in extra],
]
#: The commands setup.sh uses beside those that a test replaces.
COMMANDS = ("bash", "env", "dirname", "awk", "sed", "tr", "grep", "touch", "mkdir", "make", "rm", "sh")


def _script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what the set-up needs into a folder, with no way to install anything."""
    folder = tmp_path / "checkout"
    shutil.copytree(REPOSITORY / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, folder)
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in COMMANDS:
        found = shutil.which(name)
        assert found is not None, f"the set-up needs {name}"
        (commands / name).symlink_to(found)
    _script(commands / "python3", f'exec {sys.executable} "$@"')
    return folder


def _run(checkout: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    commands = {"PATH": str(checkout.parent / "bin"), "HOME": str(checkout.parent)}
    return subprocess.run(
        command,
        cwd=checkout,
        env=commands | environment,
        capture_output=True,
        text=True,
        timeout=50,
        stdin=subprocess.DEVNULL,
    )


def test_that_conda_users_get_the_same_dependencies() -> None:
    text = (REPOSITORY / "environment.yml").read_text(encoding="utf-8")
    from_pip = re.findall(r"^ {6}- (.+)$", text, re.MULTILINE)

    assert re.search(r"^name: osimviz$", text, re.MULTILINE)
    assert re.search(r"^ {2}- python=3\.11$", text, re.MULTILINE)
    assert from_pip == [*PYPROJECT["project"]["dependencies"], "--editable ."]


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_that_a_dependency_is_bounded_and_has_a_reason(requirement: str) -> None:
    name, bounds = re.fullmatch(r"([\w-]+)(.+)", requirement).groups()

    assert re.fullmatch(r"==[\d.]+|>=[\d.]+,<[\d.]+", bounds), f"{name} has no upper and lower bound"
    assert re.search(rf'"{re.escape(requirement)}", +# \w', PYPROJECT_TEXT), f"{name} has no reason beside it"


def test_that_the_wheel_holds_the_package_with_its_resources_and_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, timeout=50)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        commands = archive.read(f"osimviz-{osimviz.__version__}.dist-info/entry_points.txt").decode()
    resources = [path for path in (REPOSITORY / "resources").rglob("*") if path.is_file()]

    assert "osimviz/frames.py" in names
    assert len(resources) >= 2
    assert {f"osimviz/{path.relative_to(REPOSITORY).as_posix()}" for path in resources} <= names
    added = {f"osimviz-{osimviz.__version__}.{kind}" for kind in ("data", "dist-info")}
    assert {name.split("/")[0] for name in names} == {"osimviz"} | added
    assert "osimviz = osimviz.cli:main" in commands


def test_that_system_packages_the_program_asks_for_are_those_the_set_up_installs() -> None:
    lines = (REPOSITORY / "tools/debian-packages.txt").read_text(encoding="utf-8").splitlines()
    listed = [line.split() for line in lines if line and not line.startswith("#")]
    sources = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "osimviz").rglob("*.py")]
    asked_for = {name for text in sources for name in re.findall(r'"(lib[a-z0-9.+-]+)"', text) if ".so" not in name}

    assert all(len(words) == 2 and words[0] in ("run", "test") for words in listed)
    # The last two are no packages but encoders, which come with PyAV.
    assert asked_for - {"libosmesa6", "libx264", "libvpx-vp9"} <= {package for use, package in listed if use == "run"}


def test_that_another_system_is_told_in_one_line_what_to_install(checkout: Path) -> None:
    result = _run(checkout, "tools/setup.sh", "run")

    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("osimviz: error: system libraries are installed for you on Debian and Ubuntu only.")
    assert " libegl1 " in result.stderr
    assert "xvfb" not in result.stderr
    assert "SYSTEM_PACKAGES=ready" in result.stderr


def test_that_without_root_and_sudo_one_line_names_the_command(checkout: Path) -> None:
    commands = checkout.parent / "bin"
    _script(commands / "apt-get", "exit 9")
    _script(commands / "id", "echo 1000")
    _script(
        commands / "dpkg-query",
        """echo 'installed libegl1, '
        case "$*" in *Provides*) echo 'installed libglib2.0-0t64, libglib2.0-0 (= 2.80)' ;; esac""",
    )
    result = _run(checkout, "tools/setup.sh", "test")

    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    named = result.stderr.partition("As root, run: apt-get install --yes --no-install-recommends ")[2].split()
    assert {"libgl1", "xvfb"} <= set(named)
    assert not {"libegl1", "libglib2.0-0"} & set(named), "these are installed, the second under a newer name"


def test_that_only_missing_packages_are_installed_and_none_when_all_are_there(checkout: Path) -> None:
    commands = checkout.parent / "bin"
    words = (checkout / "tools/debian-packages.txt").read_text(encoding="utf-8").splitlines()
    packages = [line.split()[1] for line in words if line.startswith("run")]
    _script(commands / "id", "echo 0")
    _script(commands / "apt-get", 'echo "$@" >> apt.log')
    _script(commands / "dpkg-query", "\n".join(f"echo 'installed {package}, '" for package in packages[1:]))
    # The virtual environment is there, and its pip installs nothing.
    _script(checkout / ".venv/bin/python", "exit 0")

    assert _run(checkout, "tools/setup.sh", "run").returncode == 0
    calls = (checkout / "apt.log").read_text(encoding="utf-8").splitlines()
    assert [call.split()[0] for call in calls] == ["update", "install"]
    assert [word for word in calls[1].split() if word in packages] == packages[:1]

    (checkout / "apt.log").unlink()
    _script(commands / "dpkg-query", "\n".join(f"echo 'installed {package}, '" for package in packages))
    assert _run(checkout, "tools/setup.sh", "run").returncode == 0
    assert not (checkout / "apt.log").exists()


def test_that_an_unsupported_python_is_named(checkout: Path) -> None:
    _script(
        checkout.parent / "bin/python3",
        f"""[ "$1" = --version ] && echo Python 3.9.2 && exit
        exec {sys.executable} -c "import sys; sys.version_info = (3, 9, 2); $2" """,
    )
    result = _run(checkout, "tools/setup.sh", "run")

    assert result.stderr.startswith("osimviz: error: Python 3.9.2 is not supported.")
    assert len(result.stderr.splitlines()) == 1


def test_that_make_sets_up_once_and_again_when_the_dependencies_change(checkout: Path) -> None:
    _script(checkout / "tools/setup.sh", 'mkdir -p .venv; echo "$1" >> setup.log')
    _script(checkout / "tools/start.sh", 'echo "started with: $*"')
    log = checkout / "setup.log"

    assert _run(checkout, "make", "run", "ARGS=--steps 5 --json").stdout == "started with: --steps 5 --json\n"
    _run(checkout, "make", "run")
    assert log.read_text(encoding="utf-8") == "run\n"
    _run(checkout, "make", ".venv/ready-to-test")
    _run(checkout, "make", "run")
    assert log.read_text(encoding="utf-8") == "run\ntest\n"

    later = (checkout / ".venv/ready-to-run").stat().st_mtime + 10
    os.utime(checkout / "pyproject.toml", (later, later))
    _run(checkout, "make", "run")
    assert log.read_text(encoding="utf-8") == "run\ntest\nrun\n"


def test_that_pytorch_is_installed_once_in_a_place_of_its_own_and_its_tests_run_there(checkout: Path) -> None:
    _script(checkout / "tools/setup.sh", 'mkdir -p .venv .venv-torch/bin; echo "$1" >> setup.log')
    _script(checkout / ".venv-torch/bin/python", 'echo "$@"')
    for _ in range(2):
        output = _run(checkout, "make", "test-torch", DISPLAY=":0").stdout
        assert output.splitlines()[-1] == "-m pytest -m torch tests/controllers"
    assert (checkout / "setup.log").read_text(encoding="utf-8") == "test\ntorch\n"
    _run(checkout, "make", "clean")
    assert not (checkout / ".venv-torch").exists()


def test_that_ci_runs_both_and_ends_with_the_whole_suites_summary() -> None:
    commands = (REPOSITORY / ".ci/run").read_text(encoding="utf-8").splitlines()

    assert commands[-2:] == ["make test-torch", "make test PROCESSES=0"]


def test_that_the_lowest_versions_are_installed_where_they_are_asked_for(checkout: Path) -> None:
    _script(checkout / ".venv/bin/python", f'echo "$@" >> pip.log; [ "$1" = -m ] || exec {sys.executable} "$@"')
    asked = _run(checkout, "tools/setup.sh", "run", SYSTEM_PACKAGES="ready", BOUNDS="lowest")
    calls = (checkout / "pip.log").read_text(encoding="utf-8")

    assert asked.returncode == 0
    assert "--constraint .venv/lowest-bounds.txt" in calls
    assert "numpy==2.4.6" in (checkout / ".venv/lowest-bounds.txt").read_text(encoding="utf-8").splitlines()


def test_that_a_set_up_that_failed_is_tried_again(checkout: Path) -> None:
    _script(checkout / "tools/setup.sh", "mkdir -p .venv; echo tried >> setup.log; exit 1")

    assert _run(checkout, "make", "run").returncode != 0
    assert _run(checkout, "make", "run").returncode != 0
    assert (checkout / "setup.log").read_text(encoding="utf-8") == "tried\ntried\n"


@pytest.mark.parametrize(
    ("arguments", "display", "expected"),
    [
        (["--steps", "5"], ":0", ["--steps", "5"]),
        (["--steps", "5"], "", ["--steps", "5", "--headless", "--screenshot", "osimviz.png"]),
        ([], "", ["--controller", "reflex", "--steps", "150", "--headless", "--screenshot", "osimviz.png"]),
        (["--screenshot", "a b.png"], "", ["--screenshot", "a b.png", "--headless"]),
        (["--screenshot=a.png"], "", ["--screenshot=a.png", "--headless"]),
        (["--headless", "--json"], "", ["--headless", "--json"]),
        (["--version"], "", ["--version"]),
    ],
)
def test_that_without_a_display_the_program_runs_headless(
    checkout: Path, arguments: list[str], display: str, expected: list[str]
) -> None:
    _script(checkout / ".venv/bin/python", 'shift; printf "<%s>\\n" "$@"')
    output = _run(checkout, "tools/start.sh", *arguments, DISPLAY=display).stdout.splitlines()

    assert [line for line in output if line.startswith("<")] == [f"<{argument}>" for argument in expected]
    announcements = [line for line in output if line.startswith("osimviz: no display")]
    assert len(announcements) == (expected != arguments)


def test_that_a_picture_of_an_earlier_run_is_kept(checkout: Path) -> None:
    _script(checkout / ".venv/bin/python", 'echo "$@"')
    for name in ("osimviz.png", "osimviz-2.png"):
        (checkout / name).touch()

    assert "--screenshot osimviz-3.png" in _run(checkout, "tools/start.sh").stdout
