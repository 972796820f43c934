"""Picture files, the probe of the back end, and VTK's messages."""

import json
import logging
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOImage import vtkPNGReader
from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

from osimviz.render.png_file import save_png
from osimviz.render.probe import BackEnd, probe
from osimviz.render.vtk_messages import redirect_vtk_messages


def test_that_a_png_file_holds_the_picture(tmp_path: Path) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (37, 53, 3)).astype(np.uint8)
    folder = tmp_path / "pictures"
    folder.mkdir()
    path = folder / "picture.png"
    save_png(path, picture)
    reader = vtkPNGReader()
    reader.SetFileName(str(path))
    reader.Update()
    image = reader.GetOutput()
    assert image.GetDimensions() == (53, 37, 1)
    read = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(37, 53, 3)[::-1]
    assert np.array_equal(read, picture)
    assert list(folder.iterdir()) == [path], "no temporary file is left"
    assert path.stat().st_mode & stat.S_IRUSR


def test_that_a_picture_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    target = folder / "picture.png"
    target.mkdir(parents=True)
    with pytest.raises(OSError, match="picture"):
        save_png(target, np.zeros((2, 2, 3), np.uint8))
    assert list(folder.iterdir()) == [target]


def test_that_the_probe_finds_this_machines_back_end(tmp_path: Path) -> None:
    found = probe(tmp_path)
    assert found.works
    assert found.window_class.startswith("vtk")
    assert found.renderer
    assert found.sentence == ""
    assert probe(tmp_path) == found


def test_that_a_known_answer_is_given_without_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = probe(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    assert probe(tmp_path) == found
    monkeypatch.setenv("VTK_DEFAULT_OPENGL_WINDOW", "vtkOSOpenGLRenderWindow")
    assert not probe(tmp_path).works, "another back end is asked for anew"


@pytest.mark.parametrize("content", ["", "{}", "[]", json.dumps({"key": 1})])
def test_that_a_damaged_answer_is_asked_for_again(tmp_path: Path, content: str) -> None:
    (tmp_path / "back-end.json").write_text(content)
    assert probe(tmp_path).works


def child_that(tmp_path: Path, program: str) -> str:
    """Return an executable that stands in for Python and behaves as a broken driver makes it."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{program}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("kill -SEGV $$", "missing or broken"),
        ("exit 1", "missing or broken"),
        ("echo nonsense", "no answer"),
        ("true", "no answer"),
        ('echo \'{"pixel": [0, 0, 0], "window_class": "vtkX", "renderer": ""}\'', "wrong colours"),
        ("sleep 5", "did not answer"),
    ],
)
def test_that_a_back_end_that_fails_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, reason: str
) -> None:
    monkeypatch.setattr(sys, "executable", child_that(tmp_path, f"exec {program}" if "sleep" in program else program))
    monkeypatch.setattr("osimviz.render.probe._TIME_OUT_S", 0.3)
    found = probe(tmp_path)
    assert not found.works
    assert reason in found.sentence
    assert "libegl1" in found.sentence
    assert not (tmp_path / "back-end.json").exists(), "a bad answer is never kept"


def test_that_software_renderers_are_known() -> None:
    assert BackEnd(True, "vtkEGLRenderWindow", "llvmpipe (LLVM 15.0.6, 256 bits)").is_software
    assert not BackEnd(True, "vtkXOpenGLRenderWindow", "NVIDIA GeForce RTX 3060/PCIe/SSE2").is_software


def test_that_messages_of_vtk_go_to_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    redirect_vtk_messages()
    redirect_vtk_messages()
    reader = vtkXMLPolyDataReader()
    reader.SetFileName(str(tmp_path / "nothing.vtp"))
    reader.Update()
    errors = [record for record in caplog.records if record.name == "osimviz.vtk" and record.levelno == logging.ERROR]
    assert errors
    assert "nothing.vtp" in errors[0].getMessage()
    assert capfd.readouterr() == ("", "")
