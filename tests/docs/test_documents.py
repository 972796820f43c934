"""README and guide tell the truth: their commands run, their pages are built, what they quote is said."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from osimviz.options import UsageError, build_parser
from tests.docs.pages import COMMANDS, PAGES, REPOSITORY, RUNNABLE, arguments_of, without_display

PICTURE_LISTS = [REPOSITORY / "docs/tour/README.md", REPOSITORY / "docs/gallery/README.md"]
PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b")


@pytest.mark.parametrize("line", COMMANDS)
def test_that_a_command_in_the_documents_is_one_the_program_knows(line: str) -> None:
    try:
        build_parser().parse_args(arguments_of(line))
    except UsageError as error:
        pytest.fail(f"{line}: {error}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the documents presume: a controller, and a recording as the first recipe makes it."""
    folder = tmp_path_factory.mktemp("documents")
    shutil.copy(REPOSITORY / "resources/controllers/held_random.py", folder / "my_controller.py")
    return folder


def _run_block(kind: str, body: str, folder: Path) -> None:
    lines = body.splitlines() if kind == "console" else [body]
    for line in lines:
        if kind == "python":
            command = [sys.executable, "-c", line]
        else:
            assert line.startswith("osimviz "), f"{line} is no command that a test can run"
            command = [sys.executable, str(REPOSITORY / "main.py"), *arguments_of(line)]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=50, env=without_display(), check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        # The reset has no reward: a page that sums it shows nothing.
        assert not re.search(r"\bnan\b", done.stdout), f"{line}\n{done.stdout}"


#: Recipes first: they make the recording that other pages read.
BLOCKS = [
    pytest.param(kind, body, id=f"{page.name}-{i}")
    for page in sorted(PAGES, key=lambda page: (page.name != "recipes.md", page.name))
    for i, (kind, body) in enumerate(RUNNABLE.findall(page.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize(("kind", "body"), BLOCKS)
def test_that_a_recipe_runs(kind: str, body: str, folder: Path) -> None:
    _run_block(kind, body, folder)


def test_that_there_are_recipes_to_run() -> None:
    assert len(BLOCKS) >= 8


def test_that_the_documents_build_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(tmp_path / "trees")]
    done = subprocess.run(
        [*command, str(REPOSITORY / "docs"), str(tmp_path / "site")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*.html")}
    keys = (tmp_path / "site/generated/keys.html").read_text(encoding="utf-8")
    options = (tmp_path / "site/generated/options.html").read_text(encoding="utf-8")
    channels = (tmp_path / "site/generated/environments.html").read_text(encoding="utf-8")

    assert {"index.html", "guide.html", "recipes.html", "files.html", "python.html", "troubleshooting.html"} <= made
    assert "Go to where the fall began" in keys
    assert "reward/return" in channels
    # Typography makes a dash of two hyphens wherever they are no code.
    assert not re.search(r"–[a-z]", re.sub(r"<[^>]+>", "", options))
    python = re.sub(r"<[^>]+>", "", (tmp_path / "site/python.html").read_text(encoding="utf-8"))
    assert "osimviz.load" in python
    assert "osimviz.envs.ProstheticsEnv" in python
    # Two attributes of one line were taken for one of the type `lower,`.
    assert "upper (float)" in python
    # A part of another page is no page: the search would find it without a title.
    assert "generated/datasets.html" not in made


def test_that_every_message_in_troubleshooting_is_one_the_program_says() -> None:
    page = (REPOSITORY / "docs/troubleshooting.md").read_text(encoding="utf-8")
    said = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "osimviz").rglob("*.py"))
    headings = re.findall(r"^### (.*`.*)$", page, re.MULTILINE)
    messages = [message for heading in headings for message in re.findall(r"`([^`]+)`", heading)]
    unknown = [part for message in messages for part in PLACEHOLDER.split(message) if part.strip() not in said]

    assert len(messages) >= 30
    assert unknown == []


@pytest.mark.parametrize("page", [*PAGES, *PICTURE_LISTS], ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_that_pictures_and_files_a_page_names_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+?)(?:#[^)]*)?\)", text)
    near = [target for target in targets if "://" not in target and not target.startswith("generated/")]

    assert [target for target in near if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PICTURE_LISTS, ids=lambda page: page.parent.name)
def test_that_a_list_of_pictures_names_every_one(page: Path) -> None:
    named = set(re.findall(r"\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8")))

    assert named == {path.name for path in page.parent.glob("*.png")}
