"""What holds for every test: its own settings and folder, nothing left running, nothing skipped."""

import gc
import logging
import os
import sys
import threading
import weakref
from collections.abc import Generator
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.own_display import OwnDisplay

#: How long something that is already ending may take until it counts as left over.
GRACE_S = 2.0

if sys.platform == "linux":
    # The real platform plugin, on a virtual display: the one users have.
    os.environ["QT_QPA_PLATFORM"] = "xcb"

_phases_failed = pytest.StashKey[bool]()
_display = pytest.StashKey[OwnDisplay]()


def pytest_configure(config: pytest.Config) -> None:
    """Give each of several test processes a display of its own: on a common one they would take each other's focus."""
    if sys.platform == "linux" and hasattr(config, "workerinput"):
        config.stash[_display] = OwnDisplay()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close that display."""
    display = config.stash.get(_display, None)
    if display is not None:
        display.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"unexpected skip: {report.longrepr}"
    if report.failed:
        item.stash[_phases_failed] = True
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"unexpected skip of a whole module: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Stop before Qt aborts the whole run, which it does where there is no display."""
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        pytest.fail("this test needs a display: start the tests with `make test`, or with xvfb-run", pytrace=False)
    return ["osimviz"]


@pytest.fixture(scope="session")
def _cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # One for the whole run: a cache must not change what a test sees.
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session", autouse=True)
def _runtime_folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    # Qt warns where there is none, as in a container, and a warning of Qt fails a test.
    with pytest.MonkeyPatch.context() as monkeypatch:
        if "XDG_RUNTIME_DIR" not in os.environ:
            monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        yield


@pytest.fixture(autouse=True)
def _own_settings_and_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, _cache_folder: Path) -> None:
    settings, folder = tmp_path / "settings", tmp_path / "cwd"
    settings.mkdir()
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(settings))
    monkeypatch.setenv("XDG_DATA_HOME", str(settings))
    monkeypatch.setenv("XDG_STATE_HOME", str(settings))
    monkeypatch.setenv("XDG_CACHE_HOME", str(_cache_folder))
    if "PyQt5.QtCore" in sys.modules:
        from PyQt5.QtCore import QSettings

        # Qt reads XDG_CONFIG_HOME once per process.
        for file_format in (QSettings.NativeFormat, QSettings.IniFormat):
            QSettings.setPath(file_format, QSettings.UserScope, str(settings))


@pytest.fixture(autouse=True)
def _leaves_nothing_running(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    processes = {child.pid for child in psutil.Process().children()}
    threads = set(threading.enumerate())
    qthreads = _record_started_qthreads(monkeypatch)
    widgets = _top_level_widgets()
    yield
    left_over = [
        *_end_left_over_processes(processes),
        *_left_over_threads(threads),
        *_left_over_qthreads(qthreads),
        *_left_over_widgets(widgets),
    ]
    # A test that failed half way could not clean up: its own failure is the news.
    if left_over and not request.node.stash.get(_phases_failed, False):
        pytest.fail("the test left behind: " + "; ".join(left_over), pytrace=False)


@pytest.fixture(autouse=True)
def _logs_no_warning(request: pytest.FixtureRequest) -> Generator[None]:
    """Fail on a warning in the program's log, except where the test reads the log itself (`caplog`)."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger("osimviz")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    expected = "caplog" in request.fixturenames or request.node.stash.get(_phases_failed, False)
    if records and not expected:
        pytest.fail("unexpected in the log: " + "; ".join(record.getMessage() for record in records), pytrace=False)


def _end_left_over_processes(before: set[int]) -> list[str]:
    """End the children that a test left alive, so that they do not disturb the next one, and name them."""
    tracker = resource_tracker._resource_tracker._pid  # type: ignore[attr-defined]
    children = [child for child in psutil.Process().children() if child.pid not in before and child.pid != tracker]
    names = []
    for child in psutil.wait_procs(children, timeout=GRACE_S)[1] if children else []:
        try:
            if child.status() == psutil.STATUS_ZOMBIE:
                continue
            names.append(f"process {child.pid} ({' '.join(child.cmdline())[:80]})")
            child.kill()
            child.wait(GRACE_S)
        except psutil.NoSuchProcess:
            continue
    return names


def _left_over_threads(before: set[threading.Thread]) -> list[str]:
    names = []
    for thread in set(threading.enumerate()) - before:
        # Python keeps a record of a foreign thread (a QThread) for good; those have their own check.
        if isinstance(thread, threading._DummyThread):
            continue
        thread.join(GRACE_S)
        if thread.is_alive():
            names.append(f"thread {thread.name}")
    return names


def _record_started_qthreads(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Any]]:
    started: list[weakref.ref[Any]] = []
    if "PyQt5.QtCore" not in sys.modules:
        return started
    from PyQt5.QtCore import QThread

    start = QThread.start

    def start_recorded(thread: Any, *arguments: Any) -> None:
        started.append(weakref.ref(thread))
        start(thread, *arguments)

    monkeypatch.setattr(QThread, "start", start_recorded)
    return started


def _left_over_qthreads(started: list[weakref.ref[Any]]) -> list[str]:
    if not started:
        return []
    from PyQt5 import sip

    names = []
    for reference in started:
        thread = reference()
        if thread is None or sip.isdeleted(thread) or not thread.isRunning():
            continue
        if not thread.wait(int(GRACE_S * 1000)):
            names.append(f"QThread {type(thread).__qualname__} {thread.objectName()}".strip())
            thread.quit()
            thread.wait(int(GRACE_S * 1000))
    return names


def _top_level_widgets() -> dict[int, str]:
    """Return the top-level widgets, by address: Qt hands out new Python objects for old widgets."""
    if "PyQt5.QtWidgets" not in sys.modules:
        return {}
    from PyQt5 import sip
    from PyQt5.QtWidgets import QApplication

    if QApplication.instance() is None:
        return {}
    return {
        sip.unwrapinstance(widget): f"widget {type(widget).__qualname__} {widget.objectName()}".strip()
        for widget in QApplication.topLevelWidgets()
    }


def _left_over_widgets(before: dict[int, str]) -> list[str]:
    if not _top_level_widgets().keys() - before.keys():
        return []
    from PyQt5.QtCore import QEvent
    from PyQt5.QtWidgets import QApplication

    # A widget in a reference cycle goes when Python collects it; one that was deleted, with its event.
    gc.collect()
    QApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    return [name for address, name in _top_level_widgets().items() if address not in before]
