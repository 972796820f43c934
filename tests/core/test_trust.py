"""What a file would do is known before it does it; whose folders are trusted is kept, seen and revoked."""

import collections
import hashlib
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import cloudpickle
import numpy as np
import pytest

from osimviz.trust import TrustStore, inspect, recognise


class Policy:
    """A class of the author's own."""


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "held",
    [
        np.zeros((5, 3)),
        {"W": [np.ones(3, dtype=np.float32)], "n": 3, "name": "walk"},
        collections.OrderedDict(a=1.5, b={1, 2}),
        [np.float64(2.5), (None, True, b"bytes", 2**70, frozenset({1}))],
        np.random.RandomState(3),
    ],
    ids=["array", "weights", "ordered", "scalars", "generator"],
)
def test_that_containers_and_arrays_are_harmless(tmp_path: Path, held: object, protocol: int) -> None:
    file = tmp_path / "weights.pkl"
    file.write_bytes(pickle.dumps(held, protocol))
    inspection = inspect(file)
    assert inspection.is_harmless, inspection
    assert inspection.fault == ""
    assert "numbers and containers only" in inspection.sentence


def test_that_an_inspection_names_size_digest_and_imports(tmp_path: Path) -> None:
    file = tmp_path / "policy.pkl"
    file.write_bytes(pickle.dumps(Policy()))
    inspection = inspect(file)
    assert inspection.form == "pickle"
    assert inspection.size_bytes == file.stat().st_size
    assert inspection.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert inspection.imports == (f"{Policy.__module__}.Policy",)
    assert not inspection.is_harmless
    assert f"uses {Policy.__module__}.Policy" in inspection.sentence


def test_that_a_cloudpickled_function_is_a_program(tmp_path: Path) -> None:
    file = tmp_path / "function.pkl"
    file.write_bytes(cloudpickle.dumps(lambda observation: observation))
    inspection = inspect(file)
    assert not inspection.is_harmless
    assert any(name.startswith("cloudpickle") for name in inspection.imports)


def test_that_a_python_file_names_what_it_imports_without_running(tmp_path: Path) -> None:
    file = tmp_path / "walk.py"
    file.write_text("import os.path\nfrom torch import nn\nraise SystemExit\n\ndef f():\n    import socket\n")
    inspection = inspect(file)
    assert inspection.imports == ("os.path", "torch", "socket")
    assert not inspection.is_harmless


@pytest.mark.parametrize("source", ["def controller(:", "\0", "(" * 5000, "x = " + "-" * 100_000 + "1"])
def test_that_a_python_file_that_is_none_is_left_to_python(tmp_path: Path, source: str) -> None:
    file = tmp_path / "walk.py"
    file.write_text(source)
    inspection = inspect(file)
    assert (inspection.imports, inspection.is_harmless, inspection.fault) == ((), False, "")


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.pt", b"\x80\x02K\x01.", "pickle"),
        ("a", b"\x93NUMPY\x01\x00", "npy"),
        ("a", bytes.fromhex("80028a0a6cfc9c46f9206aa850192e"), "torch_old"),
        ("a.pkl", b"\x1f\x8b\x08", "joblib"),
        ("a.txt", b"1.0\n", "reflex"),
        ("a.CSV", b"time\n", "table"),
        ("a.h5", b"\x89HDF\r\n\x1a\n", "hdf5"),
        ("a.onnx", b"\x08\x07", "onnx"),
    ],
)
def test_that_content_tells_the_form_before_the_suffix(tmp_path: Path, name: str, content: bytes, form: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert recognise(file).form == form


def test_that_inspecting_loads_none_of_the_libraries() -> None:
    program = (
        "import sys, osimviz.trust, osimviz.controller_names;"
        "print([name for name in ('numpy', 'torch', 'h5py', 'cloudpickle', 'opensim') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    result = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=50)
    assert (result.stdout, result.stderr) == ("[]\n", "")


def test_that_a_trusted_folder_is_kept_seen_and_revoked(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    (mine / "deep").mkdir(parents=True)
    other.mkdir()
    store = TrustStore()
    assert store.folders() == ()

    store.add(mine)

    again = TrustStore()
    assert again.folders() == (mine,)
    assert again.trusts(mine / "walk.py")
    assert again.trusts(mine / "deep" / "walk.py")
    assert not again.trusts(other / "walk.py")
    assert not again.trusts(mine / ".." / "other" / "walk.py")
    assert not again.trusts(tmp_path / "mine-too" / "walk.py")
    again.revoke(mine)
    assert not store.trusts(mine / "walk.py")
    assert store.folders() == ()


def test_that_a_link_out_of_a_trusted_folder_is_not_trusted(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    other.mkdir()
    (other / "walk.py").write_text("x = 1\n")
    (mine / "walk.py").symlink_to(other / "walk.py")
    store = TrustStore()
    store.add(mine)
    assert not store.trusts(mine / "walk.py")


def test_that_the_list_lies_in_the_users_configuration() -> None:
    assert TrustStore().file == Path(os.environ["XDG_CONFIG_HOME"]) / "osimviz" / "trusted-folders.json"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"folders": 3}', b'{"folders": [1]}', b"\xff\xfe", b"[" * 100_000],
    ids=["empty", "cut", "list", "number", "numbers", "bytes", "deep"],
)
def test_that_a_broken_list_counts_as_empty_with_one_line_and_can_be_written_again(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "trusted.json"
    file.write_bytes(content)
    store = TrustStore(file)
    assert store.folders() == ()
    assert not store.trusts(tmp_path)
    assert len(caplog.records) == 1
    store.add(tmp_path)
    assert TrustStore(file).folders() == (tmp_path,)


def test_that_a_list_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = TrustStore(tmp_path / "trusted.json")
    store.add(tmp_path)

    def refuse(draft: Path, target: Path) -> Path:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no space left"):
        store.add("/elsewhere")
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]
    assert json.loads(store.file.read_text())["folders"] == [str(tmp_path)]


def test_that_a_relative_entry_trusts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "trusted.json"
    file.write_text('{"folders": ["", ".", "mine"]}')
    assert TrustStore(file).folders() == ()
    assert not TrustStore(file).trusts("walk.py")


def test_that_consent_is_needed_for_code_only(tmp_path: Path) -> None:
    program, numbers = tmp_path / "walk.py", tmp_path / "numbers.pkl"
    program.write_text("x = 1\n")
    numbers.write_bytes(pickle.dumps([1.0]))
    store = TrustStore()
    assert not store.may_load(inspect(program))
    assert store.may_load(inspect(numbers))
    store.add(tmp_path)
    assert store.may_load(inspect(program))
