"""Which form a controller file has: by its content first, by its suffix second. Reads, and executes nothing."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Form = Literal[
    "python",
    "pickle",
    "joblib",
    "torch",
    "torch_old",
    "torchscript",
    "sb3",
    "onnx",
    "npz",
    "npy",
    "reflex",
    "table",
    "hdf5",
    "keras",
    "unknown",
]

#: Each form in words, as people call it.
FORMS: dict[Form, str] = {
    "python": "Python file",
    "pickle": "pickle",
    "joblib": "joblib pickle",
    "torch": "PyTorch file",
    "torch_old": "PyTorch file of before 1.6",
    "torchscript": "TorchScript module",
    "sb3": "Stable-Baselines3 model",
    "onnx": "ONNX model",
    "npz": "NumPy archive",
    "npy": "NumPy array",
    "reflex": "reflex parameters",
    "table": "excitation table",
    "hdf5": "HDF5 file",
    "keras": "Keras model",
    "unknown": "unknown file",
}

#: First bytes of ``torch.save`` before release 1.6: a protocol-2 pickle of the number 0x1950a86a20f9469cfc6c.
_TORCH_OLD = bytes.fromhex("80028a0a6cfc9c46f920")
_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
#: First bytes of the compressed streams joblib writes: zlib, gzip, bzip2, xz, old lzma, lz4.
_COMPRESSED = (
    b"\x78\x01",
    b"\x78\x5e",
    b"\x78\x9c",
    b"\x78\xda",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x5d\x00",
    b"\x04\x22\x4d\x18",
)
_BY_SUFFIX: dict[str, Form] = {
    ".py": "python",
    ".pkl": "pickle",
    ".pickle": "pickle",
    ".joblib": "joblib",
    ".onnx": "onnx",
    ".txt": "reflex",
    ".dat": "reflex",
    ".csv": "table",
    ".sto": "table",
    ".mot": "table",
}
_CONTAINERS = {
    ".zip": "a zip archive",
    ".npz": "a zip archive",
    ".pt": "",
    ".pth": "",
    ".keras": "",
    ".h5": "",
    ".npy": "",
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is.

    Attributes
    ----------
    form : Form
        Its form.
    fault : str
        Why it is of no form that can be loaded, one sentence without a full stop; empty otherwise.
    hint : str
        What to do about it.
    """

    form: Form
    fault: str = ""
    hint: str = ""


def recognise(path: Path) -> Recognised:
    """Return the form of a file.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    name, suffix = path.name, path.suffix.lower()
    if not head:
        form = _BY_SUFFIX.get(suffix, "unknown")
        what = "is no complete pickle (it is empty)" if form == "pickle" else "is empty"
        return Recognised(form, f"{name} {what}", "Save the controller again.")
    if suffix == ".py":
        return Recognised("python")
    if head.startswith(_ZIP):
        return _recognise_zip(path)
    if head.startswith(_HDF5):
        return _hdf5(name)
    if head.startswith(b"\x93NUMPY"):
        return Recognised("npy")
    if head.startswith(_TORCH_OLD):
        return Recognised("torch_old")
    if suffix == ".joblib" or head.startswith(_COMPRESSED):
        return Recognised("joblib")
    # The torch suffixes also hold plain pickles of weights in many repositories.
    if head[:1] == b"\x80" and len(head) > 1 and head[1] in (2, 3, 4, 5):
        return Recognised("pickle")
    if suffix in _BY_SUFFIX:
        return Recognised(_BY_SUFFIX[suffix])
    return _unknown(name, suffix, head)


def _unknown(name: str, suffix: str, head: bytes) -> Recognised:
    if suffix in _CONTAINERS:
        what = _CONTAINERS[suffix] or f"what a {suffix} file holds"
        return Recognised("unknown", f"{name} does not begin like {what}", "It may be cut short or of another kind.")
    if re.fullmatch(rb"[\t\n\r\x20-\x7e]*", head):
        return Recognised(
            "unknown", f"{name} is text of no known kind", "Give it the suffix of what it is, such as .py."
        )
    return Recognised("unknown", f"{name} is of no kind this version can read", "Give it the suffix of what it is.")


def _recognise_zip(path: Path) -> Recognised:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        return Recognised("unknown", f"{path.name} is a damaged zip archive ({error})", "Copy or save it again.")
    leaves = {member.rpartition("/")[2] for member in members}
    if "policy.pth" in members and "data" in members:
        return Recognised("sb3")
    if "data.pkl" in leaves:
        return Recognised("torchscript" if "constants.pkl" in leaves else "torch")
    if members and all(member.endswith(".npy") for member in members):
        return Recognised("npz")
    if {"config.json", "model.weights.h5"} <= leaves:
        hint = "Load it in a Python file that defines controller(observation), and open that."
        return Recognised("keras", f"{path.name} is a Keras model, which is not run directly", hint)
    hint = "PyTorch, TorchScript, Stable-Baselines3 and NumPy archives are."
    return Recognised("unknown", f"{path.name} is a zip archive of no kind this version can read", hint)


def _hdf5(name: str) -> Recognised:
    fault = f"{name} is an HDF5 file: weights without the program that uses them, or a recording"
    hint = f"Open the Python file that builds the network, or for a recording's actions: --controller replay:{name}."
    return Recognised("hdf5", fault, hint)
