"""The rules of the house, one sentence each; `ARCHITECTURE.md` draws the picture."""

import re
import subprocess
import sys

import pytest

from tests.source_rules import (
    REPOSITORY,
    Source,
    empty_names,
    forbidden_imports,
    imported_modules,
    imports_outside,
    long_files,
    long_functions,
    prints,
    read_sources,
    widget_imports,
)

QT = ("PyQt5", "pyqtgraph", "sip")
VTK = ("vtkmodules", "vtk")
OPENSIM = ("opensim",)
UI, RENDER, WORKER, ENVS = "osimviz.ui", "osimviz.render", "osimviz.worker", "osimviz.envs"
#: Films and pictures for files: NumPy, the drawing and PyAV.
FILM = "osimviz.film"
PYAV = ("av",)
#: Records a user's own environment, in the user's process: reads it as the worker does.
RECORDER = "osimviz.recorder"
#: The modules above all layers: they choose between window and headless run.
FRONT = ("osimviz.cli", "osimviz.headless", "osimviz.__main__")
#: The command line as data: read by the front, handed to the window, checked against the environments' arguments.
OPTIONS = "osimviz.options"
LAYERS = (UI, FILM, RENDER, WORKER, ENVS, RECORDER, OPTIONS, *FRONT)
#: What can be known of a picture without drawing it.
RENDER_DOOR = ("osimviz.render.options",)
#: What can be known of the environments without loading OpenSim.
ENVS_DOOR = ("osimviz.envs.arguments", "osimviz.envs.errors", "osimviz.envs.foreign_names")
#: What the window may know of the worker: how to start one, what it says, and who plays motions.
WORKER_DOOR = ("osimviz.worker.process", "osimviz.worker.messages", "osimviz.worker.motion_player")
#: Modules of the window that are no widgets: looks, words and places on the screen, for every widget to use.
SHARED_UI = {
    "theme",
    "choice_box",
    "commands",
    "icons",
    "images",
    "expression_field",
    "named_files",
    "polygons",
    "window_place",
}
PRODUCT = read_sources("osimviz", "main.py")
SCRIPTS = read_sources("bench", "tools")
TESTS = read_sources("tests")
#: Modules of the window that bring widgets together.
ASSEMBLERS = {"main_window", "app", "session", "live_window"}


def _layer(package: str) -> list[Source]:
    return [source for source in PRODUCT if source.module == package or source.module.startswith(f"{package}.")]


def _outside(*packages: str) -> list[Source]:
    inside = {source.path for package in packages for source in _layer(package)}
    return [source for source in PRODUCT if source.path not in inside]


#: The front door of the package names what scripts use, and imports nothing before it is asked.
CORE = [source for source in _outside(*LAYERS, "main") if source.module != "osimviz"]


def test_that_the_rules_see_the_product() -> None:
    assert {"osimviz.frames", "osimviz.channels"} <= {source.module for source in CORE}
    assert _layer(RENDER)
    assert _layer(ENVS)
    assert _layer(WORKER)
    assert _layer(UI)


def test_that_the_core_imports_no_layer_above_or_beside_it() -> None:
    assert forbidden_imports(CORE, LAYERS) == []


def test_that_the_core_needs_no_qt_no_vtk_and_no_opensim() -> None:
    assert forbidden_imports(CORE, (*QT, *VTK, *OPENSIM)) == []


def test_that_the_drawing_imports_the_core_only() -> None:
    assert forbidden_imports(_layer(RENDER), (UI, FILM, WORKER, ENVS, OPTIONS, *FRONT)) == []


def test_that_films_know_the_drawing_and_the_core_only() -> None:
    assert forbidden_imports(_layer(FILM), (UI, WORKER, ENVS, RECORDER, OPTIONS, *FRONT, *QT)) == []


def test_that_films_are_encoded_in_one_place() -> None:
    assert forbidden_imports(_outside(FILM), PYAV) == []


def test_that_the_window_knows_of_the_worker_only_how_to_start_it_and_its_messages() -> None:
    assert imports_outside(_layer(UI), WORKER, WORKER_DOOR) == []


def test_that_the_window_knows_no_environment_and_no_front() -> None:
    assert forbidden_imports(_layer(UI), (ENVS, *FRONT)) == []


def test_that_the_worker_knows_no_window_and_no_drawing() -> None:
    assert forbidden_imports(_layer(WORKER), (UI, FILM, RENDER, OPTIONS, *FRONT)) == []


def test_that_the_recorder_knows_no_window_and_no_drawing() -> None:
    assert forbidden_imports(_layer(RECORDER), (UI, FILM, RENDER, OPTIONS, *FRONT, *QT, *VTK)) == []


def test_that_the_command_line_knows_of_the_environments_only_their_arguments() -> None:
    assert imports_outside(_layer(OPTIONS), ENVS, ENVS_DOOR) == []
    assert imports_outside(_layer(OPTIONS), RENDER, RENDER_DOOR) == []
    assert forbidden_imports(_layer(OPTIONS), (UI, WORKER, *FRONT)) == []


def test_that_the_environments_are_a_library_of_their_own() -> None:
    assert imports_outside(_layer(ENVS), "osimviz", (ENVS, "osimviz.channels")) == []


def test_that_opensim_is_imported_in_the_worker_and_the_environments_only() -> None:
    assert forbidden_imports(_outside(WORKER, ENVS), OPENSIM) == []


def test_that_vtk_is_imported_in_the_drawing_only() -> None:
    assert forbidden_imports(_outside(RENDER), VTK) == []


def test_that_vtk_is_imported_by_module() -> None:
    # The whole of `vtk` takes 0.5 s to import, the modules needed 0.2 s.
    assert forbidden_imports(PRODUCT, ("vtk",)) == []


def test_that_qt_is_imported_in_the_window_only() -> None:
    assert forbidden_imports(_outside(UI), QT) == []


def test_that_widgets_know_neither_each_other_nor_the_session() -> None:
    assert widget_imports(_layer(UI), SHARED_UI, ASSEMBLERS) == []


def test_that_osim_rl_gives_models_and_no_code() -> None:
    assert forbidden_imports([*PRODUCT, *SCRIPTS, *TESTS], ("gym", "osim", "envs", "cmaes")) == []


def test_that_only_front_and_scripts_print() -> None:
    assert prints(_outside(*FRONT)) == []


def test_that_tests_wait_for_a_window_around_what_shows_it() -> None:
    # Without `with` it waits for nothing.
    bare = re.compile(r"^ +qtbot\.wait(Exposed|Active)\(", re.MULTILINE)
    assert [source.path for source in TESTS if bare.search(source.text)] == []


def test_that_files_stay_small() -> None:
    assert long_files([*PRODUCT, *SCRIPTS]) == []


def test_that_functions_stay_small() -> None:
    assert long_functions([*PRODUCT, *SCRIPTS]) == []


def test_that_modules_are_named_for_what_they_hold() -> None:
    assert empty_names(source.path for source in [*PRODUCT, *SCRIPTS, *TESTS]) == []


def test_that_the_map_names_every_room() -> None:
    named = set(re.findall(r"`([a-z_]+)/?`", (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")))
    rooms = {source.module.split(".")[1] for source in PRODUCT if source.module.startswith("osimviz.")}

    assert sorted(rooms - {"__main__"} - named) == []


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("osimviz", ("opensim", "PyQt5", "vtkmodules", "numpy", "av")),
        ("osimviz.ui.app.application", ("opensim",)),
        ("osimviz.headless", ("opensim", "PyQt5")),
        ("osimviz.cli", ("opensim", "PyQt5", "vtkmodules", "av")),
        ("osimviz.film.making", ("opensim", "PyQt5", "av")),
        ("osimviz.envs", ("opensim", "PyQt5", "vtkmodules", "gym")),
    ],
)
def test_that_importing_a_module_does_not_load(module: str, absent: tuple[str, ...]) -> None:
    program = f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, timeout=50)

    assert result.stderr == ""
    assert result.stdout == "[]\n"


# The rules themselves can fail:


def _source(text: str, path: str = "osimviz/ui/plots.py") -> Source:
    return Source.of(path, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a.b", {"a.b"}),
        ("import a as b, c", {"a", "c"}),
        ("from a import b", {"a", "a.b"}),
        ("from . import theme", {"osimviz.ui", "osimviz.ui.theme"}),
        ("from ..frames import Frame", {"osimviz.frames", "osimviz.frames.Frame"}),
        ("def f():\n    import late", {"late"}),
        ("if TYPE_CHECKING:\n    from a import b", {"a", "a.b"}),
        ("# import nothing\n'import nothing'", set()),
    ],
)
def test_that_imports_are_found_in_every_form(text: str, expected: set[str]) -> None:
    assert imported_modules(_source(text)) == expected


def test_that_a_relative_import_of_a_package_is_resolved() -> None:
    assert imported_modules(_source("from .scene import Scene", "osimviz/render/__init__.py")) == {
        "osimviz.render.scene",
        "osimviz.render.scene.Scene",
    }


def test_that_a_forbidden_import_is_named() -> None:
    source = _source("import opensim as o\nimport opensimilar\nfrom osimviz.worker import process, loop")

    assert forbidden_imports([source], OPENSIM) == ["osimviz/ui/plots.py imports opensim"]
    assert imports_outside([source], WORKER, WORKER_DOOR) == ["osimviz/ui/plots.py imports osimviz.worker.loop"]


def test_that_widgets_importing_widgets_are_named() -> None:
    text = "from osimviz.ui.theme import X\nfrom osimviz.ui import timeline\nfrom osimviz.ui.session import Session"

    assert widget_imports([_source(text)], SHARED_UI, ASSEMBLERS) == [
        "osimviz/ui/plots.py imports osimviz.ui.session",
        "osimviz/ui/plots.py imports osimviz.ui.session.Session",
        "osimviz/ui/plots.py imports osimviz.ui.timeline",
    ]
    assert widget_imports([_source(text, "osimviz/ui/main_window.py")], SHARED_UI, ASSEMBLERS) == []
    assert (
        widget_imports([_source("import osimviz.ui.panels.b", "osimviz/ui/panels/a.py")], SHARED_UI, ASSEMBLERS) == []
    )


def test_that_length_is_counted_with_the_docstring_left_out_of_functions() -> None:
    text = 'def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n    return a\n'

    assert long_functions([_source(text)], 3) == []
    assert long_functions([_source(text)], 2) == ["osimviz/ui/plots.py: f has 3 lines"]
    assert long_files([_source(text)], 7) == []
    assert long_files([_source(text)], 6) == ["osimviz/ui/plots.py has 7 lines"]


def test_that_empty_names_and_prints_are_named() -> None:
    assert empty_names(["osimviz/utils.py", "osimviz/base/x.py", "osimviz/database.py"]) == [
        "osimviz/utils.py",
        "osimviz/base/x.py",
    ]
    assert prints([_source("x = 1\nprint(x)\nlog.print(x)")]) == ["osimviz/ui/plots.py:2"]
