"""Files that are no recording, not whole, newer or changed: one clear sentence each."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from osimviz.recording import RecordingError, RecordingFile
from osimviz.recording.file_structure import text_digest
from tests.recording.files import write_run


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("sound") / "run.h5", 300)


def told(path: Path) -> str:
    """Return the sentence with which a file is refused."""
    with pytest.raises(RecordingError) as caught, RecordingFile(path) as file:
        file.episode(0)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert path.name in sentence
    return sentence


def test_that_what_is_no_recording_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "there is no file" in told(tmp_path / "missing.h5")
    (tmp_path / "folder.h5").mkdir()
    assert "is a folder" in told(tmp_path / "folder.h5")
    (tmp_path / "empty.h5").touch()
    assert "the file is empty" in told(tmp_path / "empty.h5")
    (tmp_path / "text.h5").write_text("time,height\n0,0.9\n" * 20)
    assert "it is no osimviz recording" in told(tmp_path / "text.h5")
    with h5py.File(tmp_path / "old.h5", "w") as file:
        file["x"] = 1
    assert "of another program" in told(tmp_path / "old.h5")
    with h5py.File(tmp_path / "foreign.h5", "w", libver="latest") as file:
        file["episode_0/observations"] = np.zeros((3, 2))
    assert "of another program" in told(tmp_path / "foreign.h5")


@pytest.mark.parametrize("share", [0.001, 0.3, 0.7, 0.99])
def test_that_a_file_cut_short_is_told_with_how_much_is_missing(sound: Path, tmp_path: Path, share: float) -> None:
    content = sound.read_bytes()
    path = tmp_path / "cut.h5"
    path.write_bytes(content[: int(len(content) * share)])
    assert f"cut short: {int(len(content) * share)} bytes of {len(content)}" in told(path)


def changed(sound: Path, path: Path, change: Callable[[h5py.File], None]) -> Path:
    shutil.copy(sound, path)
    with h5py.File(path, "r+") as file:
        change(file)
    return path


def test_that_a_newer_format_is_refused_with_what_to_do(sound: Path, tmp_path: Path) -> None:
    path = changed(sound, tmp_path / "new.h5", lambda file: file.attrs.modify("format_version", 4))
    assert "of format 4, and this osimviz reads up to format 3; install a newer osimviz" in told(path)


def replace_dataset(file: h5py.File, name: str, values: object, **options: object) -> None:
    del file[name]
    file.create_dataset(name, data=values, **options)


def replace_run(file: h5py.File, key: str, value: object, *, with_digest: bool) -> None:
    described = json.loads(file["episode_0/run"][()])
    described[key] = value
    text = json.dumps(described)
    digest = file["episode_0/run"].attrs["digest"]
    raw = text.encode()
    replace_dataset(file, "episode_0/run", raw, dtype=h5py.string_dtype("utf-8", len(raw)))
    file["episode_0/run"].attrs["digest"] = text_digest(text) if with_digest else digest


def declare_many_rows(file: h5py.File) -> None:
    file["episode_0/frames/time_s"].resize(10**12, axis=0)


TAMPERED: dict[str, tuple[Callable[[h5py.File], None], str]] = {
    "a value": (lambda file: file["episode_0/frames/state"].__setitem__((7, 2), 1e3), "steps 0 to 127 are not as they"),
    "an action": (lambda file: file["episode_0/actions"].__setitem__((200, 0), 0.9), "steps 128 to 255 are not as"),
    "a path point": (lambda f: f["episode_0/frames/path_points_m"].__setitem__((5, 0), 9.0), "steps 0 to 127 are not"),
    "a time": (lambda file: file["episode_0/frames/time_s"].__setitem__(9, 0.0), "its times do not run forwards"),
    "the description": (lambda file: replace_run(file, "seed", 9, with_digest=False), "'run' is not as it was written"),
    "a channel": (
        lambda file: replace_run(
            file,
            "channels",
            [
                {"name": "x", "field": "state", "index": 6, "unit": "", "lower": None, "upper": None,
                 "description": "", "side": "", "scale": 1.0}
            ],
            with_digest=True,
        ),
        "the channel x points at nothing",
    ),
    "a missing key": (lambda file: replace_run(file, "model", {}, with_digest=True), "description of the run is dam"),
    "a type": (
        lambda file: replace_dataset(
            file, "episode_0/observations", np.zeros((300, 2), "f4"), chunks=(128, 2), maxshape=(None, 2)
        ),
        "observations holds float32 where float64 belongs",
    ),
    "a shape": (
        lambda file: replace_dataset(
            file, "episode_0/frames/activation", np.zeros((300, 5)), chunks=(128, 5), maxshape=(None, 5)
        ),
        r"frames/activation has the shape (300, 5) where (n, 4,) belongs",
    ),
    "a length": (declare_many_rows, "said to have 1000000000000 rows, more than the file holds"),
    "a missing dataset": (lambda file: file.__delitem__("episode_0/frames/state"), "frames/state is missing"),
    "a text for numbers": (
        lambda file: replace_dataset(file, "episode_0/rewards", "nothing"),
        "rewards holds object where float64 belongs",
    ),
    "a group for numbers": (
        lambda file: (file.__delitem__("episode_0/rewards"), file.create_group("episode_0/rewards"))[0],
        "rewards is missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_that_a_file_that_was_changed_is_told_with_what_was(sound: Path, tmp_path: Path, what: str) -> None:
    change, sentence = TAMPERED[what]
    assert sentence in told(changed(sound, tmp_path / "changed.h5", change))


def test_that_a_long_recording_is_verified_beyond_what_opening_checks(tmp_path: Path) -> None:
    path = write_run(tmp_path / "long.h5", 128 * 20)
    with h5py.File(path, "r+") as file:
        file["episode_0/frames/speeds"][128 * 19 + 3] = 5.0
    with RecordingFile(path) as recordings:
        episode = recordings.episode(0)
        with pytest.raises(RecordingError, match="steps 2432 to 2559 are not as they were written"):
            list(episode.verify())


def test_that_a_file_cut_short_while_it_is_open_is_told_and_not_crashed_on(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.h5"
    shutil.copy(sound, path)
    with RecordingFile(path) as file:
        recording = file.episode(0).recording
        with path.open("r+b") as raw:
            raw.truncate(60_000)
        with pytest.raises(RecordingError, match="cut short"):
            [recording.frame(index) for index in range(300)]
