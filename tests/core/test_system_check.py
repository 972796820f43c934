"""What is found out before Qt could abort."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from osimviz import system_check


def test_that_a_missing_library_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    libraries = (("libc.so.6", "libc6"), ("libnosuchthing.so.9", "nosuchthing9"))
    assert system_check.missing_packages(libraries) == ["nosuchthing9"]
    monkeypatch.setattr(system_check, "missing_packages", lambda: ["nosuchthing9"])
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    fault = system_check.check_window_possible()
    assert fault == ("a system library is missing (nosuchthing9)", "sudo apt-get install nosuchthing9")


def test_that_the_libraries_of_this_machine_are_found() -> None:
    assert system_check.missing_packages() == []


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "offscreen:size=1"])
def test_that_a_platform_that_needs_no_display_is_not_questioned(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.delenv("DISPLAY", raising=False)
    assert system_check.check_window_possible() is None


def test_that_a_wayland_display_counts_only_if_it_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    fault = system_check.check_window_possible()
    assert fault is not None
    assert "no display" in fault[0]
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen(1)
        assert system_check.check_window_possible() is None
    assert os.environ["QT_QPA_PLATFORM"] == "wayland"


def test_that_the_display_that_was_found_is_held_until_qt_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    # A server that ends with its last client, where Xvfb starts anew and turns away who comes meanwhile.
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "64x64x24", "-nolisten", "tcp", "-terminate"]
    with subprocess.Popen(command, pass_fds=[writing], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading, encoding="ascii") as answer:
            monkeypatch.setenv("DISPLAY", f":{answer.readline().strip()}")
        monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
        monkeypatch.delenv("XAUTHORITY", raising=False)
        assert system_check.check_window_possible() is None
        assert system_check.check_window_possible() is None
        system_check.release_display()
        system_check.release_display()
        assert server.wait(10) == 0
    fault = system_check.check_window_possible()
    assert fault is not None
    assert "cannot be reached" in fault[0]


def test_that_a_runtime_folder_is_private_and_only_made_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/already/there")
    system_check.provide_runtime_folder(tmp_path / "runtime")
    assert not (tmp_path / "runtime").exists()
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    system_check.provide_runtime_folder(tmp_path / "runtime")
    assert (tmp_path / "runtime").stat().st_mode & 0o777 == 0o700
    monkeypatch.delenv("XDG_RUNTIME_DIR")
