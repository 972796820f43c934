"""The checks around every test can fail: a run of bad tests under this folder's conftest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BAD_TESTS = """
import logging, os, subprocess, sys, threading
from pathlib import Path
import pytest

kept = []

def test_process():
    kept.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))

def test_thread():
    thread = threading.Thread(target=threading.Event().wait, args=(8,), daemon=True)
    thread.start()

def test_skip():
    pytest.skip("not today")

def test_warning():
    logging.getLogger("osimviz.render").warning("mesh gone")

def test_expected_warning(caplog):
    logging.getLogger("osimviz.render").warning("mesh gone")

def test_failing_leak():
    thread = threading.Thread(target=threading.Event().wait, args=(8,), daemon=True)
    thread.start()
    assert False, "own failure"

def test_folder():
    assert list(Path.cwd().iterdir()) == []
    assert Path(os.environ["XDG_CONFIG_HOME"]).parent == Path.cwd().parent

def test_clean():
    thread = threading.Thread(target=int)
    thread.start()
    assert subprocess.run([sys.executable, "-c", ""]).returncode == 0
"""

BAD_QT_TESTS = """
import os
from PyQt5.QtCore import QSettings, QThread
from PyQt5.QtWidgets import QWidget

kept = []

def test_widget(qapp):
    kept.append(QWidget())
    kept[-1].setObjectName("forgotten")

def test_qthread(qapp):
    thread = QThread()
    kept.append(thread)
    thread.start()

def test_clean_qt(qapp):
    widget = QWidget()
    widget.deleteLater()
    thread = QThread()
    thread.start()
    thread.quit()
    thread.wait()
    assert QSettings("osimviz", "osimviz").fileName().startswith(os.environ["XDG_CONFIG_HOME"])

def test_clean_qt_again(qapp):
    assert QSettings("osimviz", "osimviz").fileName().startswith(os.environ["XDG_CONFIG_HOME"])
"""

SKIPPED_MODULE = """
import pytest
pytest.importorskip("no_such_module_of_that_name")
def test_never(): pass
"""


def _run(folder: Path, source: str, **environment: str) -> tuple[int, str]:
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "test_bad.py").write_text(source, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nqt_api = pyqt5\n", encoding="utf-8")
    # pytest-xvfb, where somebody has it, would open a display of its own.
    command = [sys.executable, "-m", "pytest", "-rA", "--no-header", "-p", "no:cacheprovider", "-p", "no:xvfb", "."]
    result = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"COLUMNS": "200"} | environment,
        capture_output=True,
        text=True,
        timeout=50,
    )
    return result.returncode, result.stdout + result.stderr


def test_that_left_over_processes_threads_skips_and_warnings_fail_a_test(tmp_path: Path) -> None:
    _, output = _run(tmp_path, BAD_TESTS)

    assert "ERROR test_bad.py::test_process - Failed: the test left behind: process" in output
    assert "ERROR test_bad.py::test_thread - Failed: the test left behind: thread" in output
    assert "FAILED test_bad.py::test_skip" in output
    assert "unexpected skip" in output
    assert "ERROR test_bad.py::test_warning - Failed: unexpected in the log: mesh gone" in output
    assert "FAILED test_bad.py::test_failing_leak - AssertionError: own failure" in output
    for name in ("expected_warning", "failing_leak", "folder", "clean"):
        assert f"ERROR test_bad.py::test_{name}" not in output
    for name in ("expected_warning", "folder", "clean"):
        assert f"PASSED test_bad.py::test_{name}" in output


def test_that_left_over_widgets_and_qthreads_fail_a_test(tmp_path: Path, qapp_args: list[str]) -> None:
    _, output = _run(tmp_path, BAD_QT_TESTS)

    assert "ERROR test_bad.py::test_widget - Failed: the test left behind: widget QWidget forgotten" in output
    assert "ERROR test_bad.py::test_qthread - Failed: the test left behind: QThread" in output
    assert "4 passed, 2 errors" in output


def test_that_a_skipped_module_fails_the_run(tmp_path: Path) -> None:
    status, output = _run(tmp_path, SKIPPED_MODULE)

    assert status != 0
    assert "unexpected skip of a whole module" in output


def test_that_a_widget_test_without_a_display_says_how_to_get_one(tmp_path: Path) -> None:
    _, output = _run(tmp_path, BAD_QT_TESTS, DISPLAY="")

    assert "this test needs a display: start the tests with `make test`" in output
