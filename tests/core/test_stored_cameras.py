"""The file of the stored cameras."""

import math
from pathlib import Path

import pytest

from osimviz.stored_cameras import CameraStore
from osimviz.user_files import configuration_folder

POSE = (0.1, -0.2, 3.0, 0.3, 0.9, -0.25)


def test_that_cameras_are_kept_to_the_last_digit_for_the_next_program() -> None:
    CameraStore().keep(3, (math.pi, 0.1 + 0.2, 3.0, 0.0, 1 / 3, -0.0))
    CameraStore().keep(1, POSE)
    CameraStore().keep(1, (*POSE[:2], 4.0, *POSE[3:]))
    poses = CameraStore().poses()
    assert list(poses) == [1, 3]
    assert poses[3] == (math.pi, 0.1 + 0.2, 3.0, 0.0, 1 / 3, -0.0)
    assert poses[1][2] == 4.0
    assert [file.name for file in configuration_folder().iterdir()] == ["cameras.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cameras": [1]}', "\xff"])
def test_that_a_broken_file_counts_as_none_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    store = CameraStore(tmp_path / "cameras.json")
    store.file.write_bytes(text.encode("latin-1"))
    assert store.poses() == {}
    assert "cannot be read" in caplog.text
    store.keep(2, POSE)
    assert store.poses() == {2: POSE}


def test_that_a_camera_that_makes_no_sense_is_left_out(tmp_path: Path) -> None:
    store = CameraStore(tmp_path / "cameras.json")
    store.file.write_text(
        '{"cameras": {"1": [0, 0, 1, 0, 0], "2": [0, 0, NaN, 0, 0, 0], "3": [0, 0, -1, 0, 0, 0], "4": "x",'
        ' "5": [0, 0, 1, 0, 0, "0"], "12": [0, 0, 1, 0, 0, 0], "6": [0, 0.1, 1, 0, 0, 0]}}'
    )
    assert store.poses() == {6: (0.0, 0.1, 1.0, 0.0, 0.0, 0.0)}
