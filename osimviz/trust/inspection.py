"""What is known of a controller file before anything of it runs."""

import ast
import base64
import binascii
import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from osimviz.trust.forms import FORMS, Form, recognise
from osimviz.trust.pickles import HARMLESS, PickleScan, scan_pickle
from osimviz.wording import shortened

#: Forms that hold numbers or a graph of operators, and no program.
_DATA_FORMS = ("torchscript", "onnx", "npz", "npy", "reflex", "table")
#: Bytes read of a member of an archive at most, so that a zip bomb does not fill the memory.
_LARGEST_MEMBER = 64 * 2**20
#: Imports named in a sentence; the others are counted.
N_NAMED = 4


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a controller file is and what it would do when loaded.

    Attributes
    ----------
    path : Path
        The file, absolute.
    form : Form
        What it is.
    size_bytes : int
        Its size.
    sha256 : str
        Its SHA-256, hexadecimal.
    imports : tuple of str
        What it would import or call, ``module.name``, each once; the modules only of a Python file.
    is_harmless : bool
        Whether loading it runs no code of its author: such a file needs no consent.
    sentence : str
        What a person should know before consenting, one sentence.
    fault : str
        Why it cannot be loaded at all, one sentence without a full stop; empty where it may be loaded.
    hint : str
        What to do about the fault.
    """

    path: Path
    form: Form
    size_bytes: int
    sha256: str
    imports: tuple[str, ...]
    is_harmless: bool
    sentence: str
    fault: str = ""
    hint: str = ""

    def refusal(self) -> tuple[str, str]:
        """Say why it is not loaded without consent, and what gives consent: sentence and hint."""
        if self.fault:
            return self.fault, self.hint
        hint = "If you trust its author, add --trust, or trust its folder in the window."
        return self.sentence.removesuffix("."), hint


def inspect(path: str | Path) -> Inspection:
    """Inspect a controller file without executing any of it.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    whole = Path(path).expanduser().absolute()
    recognised = recognise(whole)
    with whole.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = whole.stat().st_size
    if recognised.fault:
        sentence = f"{recognised.fault}."
        return Inspection(whole, recognised.form, size, digest, (), False, sentence, recognised.fault, recognised.hint)
    form = recognised.form
    if form in _DATA_FORMS:
        sentence = f"{whole.name} ({FORMS[form]}) carries no code."
        return Inspection(whole, form, size, digest, (), True, sentence)
    if form == "python":
        return _python(whole, size, digest)
    scan = _scan(whole, form)
    if form == "pickle" and "joblib" in {name.partition(".")[0] for name in scan.imports}:
        form = "joblib"
    fault, hint = _fault(whole, form, scan)
    is_harmless = scan.is_harmless and not fault and form in ("pickle", "torch", "torch_old")
    return Inspection(
        whole, form, size, digest, scan.imports, is_harmless, _sentence(whole, form, scan, is_harmless), fault, hint
    )


def _python(path: Path, size: int, digest: str) -> Inspection:
    try:
        tree = ast.parse(path.read_bytes(), path.name)
        modules = tuple(dict.fromkeys(_imported(tree)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Python itself says what is wrong, in the worker, to a user who consented to run it.
        modules = ()
    named = f" and imports {_listed(modules)}" if modules else ""
    sentence = f"{path.name} is a Python program{named}: run, it may do anything you may do."
    return Inspection(path, "python", size, digest, modules, False, sentence)


def _imported(tree: ast.Module) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append("." * node.level + (node.module or ""))
    return names


def _scan(path: Path, form: Form) -> PickleScan:
    """Read the pickles of a file of a form that holds some."""
    if form == "joblib":
        # Its arrays stand between the opcodes, or it is compressed: only its beginning can be read.
        with path.open("rb") as file:
            return PickleScan(scan_pickle(file).imports, "arrays stand between its instructions")
    if form in ("torch", "sb3"):
        return _scan_archive(path, form)
    with path.open("rb") as file:
        if form != "torch_old":
            return scan_pickle(file)
        # A magic number, a protocol number, facts of the machine; then the object.
        scans = [scan_pickle(file) for _ in range(4)]
    fault = next((scan.fault for scan in scans if scan.fault), "")
    return PickleScan(tuple(dict.fromkeys(name for scan in scans for name in scan.imports)), fault)


def _scan_archive(path: Path, form: Form) -> PickleScan:
    imports: dict[str, None] = {}
    faults = []
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if form == "torch" and member.rpartition("/")[2] == "data.pkl":
                    scans = [scan_pickle(_member(archive, member))]
                elif form == "sb3" and member == "data":
                    scans = _scan_sb3_data(_member(archive, member))
                elif form == "sb3" and member.endswith(".pth"):
                    with archive.open(member) as part:
                        scans = [_scan_nested(part)]
                else:
                    continue
                imports.update(dict.fromkeys(name for scan in scans for name in scan.imports))
                faults += [scan.fault for scan in scans if scan.fault]
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        faults.append(" ".join(str(error).split()) or type(error).__name__)
    except zipfile.LargeZipFile as error:
        faults.append(str(error))
    return PickleScan(tuple(imports), faults[0] if faults else "")


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        data = file.read(_LARGEST_MEMBER + 1)
    if len(data) > _LARGEST_MEMBER:
        raise ValueError(f"its part {name} is larger than {_LARGEST_MEMBER // 2**20} MiB")
    return data


def _scan_nested(part: IO[bytes]) -> PickleScan:
    """Read the pickle inside a PyTorch archive inside an archive."""
    with zipfile.ZipFile(part) as archive:
        names = [name for name in archive.namelist() if name.rpartition("/")[2] == "data.pkl"]
        return scan_pickle(_member(archive, names[0])) if names else PickleScan((), "a part of it is no PyTorch file")


def _scan_sb3_data(data: bytes) -> list[PickleScan]:
    """Read the pickles that stand as base64 text in the JSON of a Stable-Baselines3 model."""
    try:
        entries: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        return [PickleScan((), f"its data is no JSON: {error}")]
    if not isinstance(entries, dict):
        return [PickleScan((), "its data is no JSON object")]
    scans = []
    for value in entries.values():
        text = value.get(":serialized:") if isinstance(value, dict) else None
        if isinstance(text, str):
            try:
                scans.append(scan_pickle(base64.b64decode(text, validate=True)))
            except binascii.Error:
                scans.append(PickleScan((), "a value in its data is no base64"))
    return scans


def _fault(path: Path, form: Form, scan: PickleScan) -> tuple[str, str]:
    """Say why a file is broken; a joblib file cannot be judged so."""
    if not scan.fault or form == "joblib" or "too long" in scan.fault:
        return "", ""
    if form == "pickle" and "'ascii' codec" in scan.fault:
        hint = "Load it in Python 2, or with pickle.load(file, encoding='latin1'), and save it again."
        return f"{path.name} was saved by Python 2 with text that is not ASCII", hint
    if form == "pickle":
        hint = "Save it again with pickle.dump or cloudpickle.dump."
        return f"{path.name} is no complete pickle ({scan.fault})", hint
    return f"{path.name} is a damaged {FORMS[form]} ({scan.fault})", "Copy or save it again."


def _sentence(path: Path, form: Form, scan: PickleScan, is_harmless: bool) -> str:
    if is_harmless:
        return f"{path.name} ({FORMS[form]}) holds numbers and containers only."
    suspects = [name for name in scan.imports if name not in HARMLESS]
    if not suspects:
        return f"{path.name} ({FORMS[form]}) may run code while it is loaded, and could not be read as a whole."
    return f"{path.name} ({FORMS[form]}) runs code while it is loaded: it uses {_listed(suspects)}."


def _listed(names: tuple[str, ...] | list[str]) -> str:
    shown = [shortened(name) for name in names[:N_NAMED]]
    others = len(names) - len(shown)
    return ", ".join(shown) + (f" and {others} more" if others else "")
