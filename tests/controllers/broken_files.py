"""Files that are no controllers, or that would run a canary: what arrives by mail, by accident, or by malice.

Each entry is a file's name and its bytes, or a function of the canary's path that gives them. The canary is harmless:
it makes an empty file.
"""

import base64
import io
import json
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

Maker = Callable[[Path], bytes]


class Canary:
    """Pickled, it makes a file when it is loaded."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return exec, (f"open({str(self._file)!r}, 'w').close()",)


def calling(file: Path) -> bytes:
    """Return the text of a Python statement that makes the canary."""
    return f"open({str(file)!r}, 'w').close()".encode()


def pickled_canary(protocol: int) -> Maker:
    return lambda file: pickle.dumps(Canary(file), protocol)


def short(text: bytes) -> bytes:
    """Push a text, as protocol 4 does."""
    return b"\x8c" + bytes([len(text)]) + text


def archive(members: dict[str, bytes], *, compression: int = zipfile.ZIP_STORED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return data.getvalue()


def npy(array: np.ndarray) -> bytes:
    data = io.BytesIO()
    np.save(data, array, allow_pickle=True)
    return data.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    data = io.BytesIO()
    np.savez(data, **arrays)
    return data.getvalue()


def sb3(file: Path) -> bytes:
    held = base64.b64encode(pickle.dumps(Canary(file))).decode()
    data = json.dumps({"policy_class": {":type:": "x", ":serialized:": held}})
    weights = archive({"policy/data.pkl": pickle.dumps({}, 2), "policy/version": b"3"})
    return archive({"data": data.encode(), "policy.pth": weights, "_stable_baselines3_version": b"2.9.2"})


def hidden_in_memo(file: Path) -> bytes:
    """Name the import by values fetched from the memo, pushed long before."""
    return (
        b"\x80\x04"
        + short(b"exec")
        + b"\x94"
        + short(b"builtins")
        + b"\x94"
        + b"00"
        # Harmless texts stand last, to mislead who looks for the last two.
        + b"h\x01h\x00"
        + short(b"collections")
        + b"0"
        + short(b"OrderedDict")
        + b"0"
        + b"\x93"
        + short(calling(file))
        + b"\x85R."
    )


def computed_name(file: Path) -> bytes:
    """Make the import's name while loading: str(b'builtins', 'ascii')."""
    name = b"cbuiltins\nstr\n" + b"C\x08builtins" + short(b"ascii") + b"\x86R"
    return b"\x80\x04" + name + short(b"exec") + b"\x93" + short(calling(file)) + b"\x85R."


def after_a_number(file: Path) -> bytes:
    """Run the canary and leave a number: what is loaded looks harmless."""
    return b"\x80\x04cbuiltins\nexec\n" + short(calling(file)) + b"\x85R0K\x01."


def by_getattr(file: Path) -> bytes:
    return (
        b"\x80\x04cbuiltins\ngetattr\ncbuiltins\n__dict__\n"
        + short(b"get")
        + b"\x86R"
        + short(b"exec")
        + b"\x85R"
        + short(calling(file))
        + b"\x85R."
    )


def dotted(file: Path) -> bytes:
    """Reach a method of a harmless class."""
    return b"\x80\x04" + short(b"numpy") + short(b"ndarray.__class__.__base__.__subclasses__") + b"\x93)R."


def deep(n: int) -> bytes:
    return b"\x80\x04" + b"(" * 0 + b"]" * n + b"a" * (n - 1) + b"."


def bomb() -> bytes:
    """Ten lists of ten, ten levels deep: 80 bytes that print as ten thousand million words."""
    level = b"]\x94"
    text = b"\x80\x04" + level
    for i in range(10):
        text += b"]\x94(" + bytes([ord("h"), i]) * 10 + b"e"
    return text + b"."


def recursive() -> bytes:
    held: list[object] = []
    held.append(held)
    return pickle.dumps(held)


def python_2() -> bytes:
    """Pickle of Python 2: an instance of an old-style class, text in bytes that are not ASCII."""
    return b"(ipolicies\nPolicy\np0\n(dp1\nS'name'\np2\nS'K\\xf6rper'\np3\nsb."


NOISE = bytes(np.random.RandomState(0).randint(0, 256, 3000, dtype=np.uint8))
WEIGHTS = {"W0": np.zeros((160, 8)), "b0": np.zeros(8), "W1": np.zeros((8, 19)), "b1": np.zeros(19)}
NAMES = np.array(["tanh", "sigmoid"])
REAL_ZIP = archive({"archive/data.pkl": pickle.dumps({"w": 1}, 2), "archive/version": b"3"})


def without(*names: str, **others: np.ndarray) -> bytes:
    return npz(**{key: value for key, value in {**WEIGHTS, "activations": NAMES, **others}.items() if key not in names})


#: Would run the canary if they were loaded as what they say they are.
WITH_CANARY: dict[str, Maker] = {
    **{f"protocol_{protocol}.pkl": pickled_canary(protocol) for protocol in range(6)},
    "protocol_4.pickle": pickled_canary(4),
    "dumped.joblib": pickled_canary(4),
    "compressed.joblib": lambda file: zlib.compress(pickle.dumps(Canary(file))),
    "zlib_in_a.pkl": lambda file: zlib.compress(pickle.dumps(Canary(file))),
    "module.pt": lambda file: archive({"module/data.pkl": pickle.dumps(Canary(file), 2), "module/version": b"3"}),
    "module.pth": lambda file: archive({"m/data.pkl": pickle.dumps(Canary(file), 2), "m/version": b"3"}),
    "pickle_named.pt": pickled_canary(2),
    "pickle_named.onnx": pickled_canary(4),
    "pickle_named.txt": pickled_canary(2),
    "pickle_named.npz": pickled_canary(2),
    "pickle_without_suffix": pickled_canary(4),
    "before_1_6.pth": lambda file: (
        b"".join([pickle.dumps(0x1950A86A20F9469CFC6C, 2), pickle.dumps(1001, 2), pickle.dumps({}, 2)])
        + pickle.dumps(Canary(file), 2)
    ),
    "model.zip": sb3,
    "objects.npy": lambda file: npy(np.array([Canary(file)], dtype=object)),
    "objects.npz": lambda file: npz(actions=np.array([Canary(file)], dtype=object)),
    "program.py": lambda file: calling(file) + b"\n\ndef controller(observation):\n    return [0.0] * 19\n",
    "memo.pkl": hidden_in_memo,
    "computed.pkl": computed_name,
    "leaves_a_number.pkl": after_a_number,
    "getattr.pkl": by_getattr,
    "instance.pkl": lambda file: b"(S" + repr(calling(file).decode()).encode() + b"\nibuiltins\nexec\n.",
    "object.pkl": lambda file: (
        b"(cbuiltins\nexec\n" + b"X" + struct.pack("<I", len(calling(file))) + calling(file) + b"o."
    ),
    "cut_after_the_deed.pkl": lambda file: pickle.dumps(Canary(file), 4)[:-1],
    "second.pkl": lambda file: pickle.dumps({"w": 1}) + pickle.dumps(Canary(file)),
    "in_a_dict.pkl": lambda file: pickle.dumps({"controller": Canary(file)}),
    "scaler_and_array.pkl": lambda file: pickle.dumps([np.zeros(3), Canary(file)]),
}

#: Hold no controller at all.
WITHOUT_CODE: dict[str, bytes] = {
    **{f"noise{suffix}": NOISE for suffix in (
        ".pkl", ".pickle", ".joblib", ".onnx", ".pt", ".pth", ".zip", ".npz", ".npy", ".txt", ".dat", ".csv", ".sto",
        ".mot", ".h5", ".keras", "",
    )},
    **{f"empty{suffix}": b"" for suffix in (
        ".pkl", ".py", ".onnx", ".pt", ".zip", ".npz", ".npy", ".txt", ".csv", ".sto",
    )},
    "cut.pkl": pickle.dumps(list(range(1000)))[:50],
    "two_bytes.pkl": b"\x80\x04",
    "text.pkl": b"this is text, not a pickle\n",
    "huge_length.pkl": b"\x80\x05\x95\xff\xff\xff\xff\xff\xff\xff\xff.",
    "huge_bytes.pkl": b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
    "newer_protocol.pkl": b"\x80\x63K\x01.",
    "empty_stack.pkl": b"\x80\x04.",
    "unknown_memo.pkl": b"\x80\x04h\x07.",
    "persistent.pkl": b"\x80\x04K\x01Q.",
    "dotted.pkl": dotted(Path()),
    "deep.pkl": deep(200_000),
    "recursive.pkl": recursive(),
    "bomb.pkl": bomb(),
    "python_2.pkl": python_2(),
    "missing_module.pkl": b"\x80\x04\x8c\x0bno_such_mod\x8c\x01C\x93.",
    "missing_class.pkl": b"\x80\x04\x8c\x04json\x8c\x08NotThere\x93.",
    "weights.pkl": pickle.dumps({"actor": np.zeros((160, 19))}),
    "number.pkl": pickle.dumps(3.5),
    "none.pkl": pickle.dumps(None),
    "wrong_shape.pkl": pickle.dumps(np.zeros((5, 7))),
    "objects.pkl": pickle.dumps(np.zeros((5, 7), dtype="datetime64[s]")),
    "cut.zip": REAL_ZIP[:-30],
    "cut.pt": REAL_ZIP[: len(REAL_ZIP) // 2],
    "other.zip": archive({"readme.txt": b"nothing"}),
    "no_members.zip": archive({}),
    "sb3_no_json.zip": archive({"data": b"{", "policy.pth": b""}),
    "sb3_no_object.zip": archive({"data": b"[1]", "policy.pth": b""}),
    "sb3_no_base64.zip": archive({"data": b'{"a": {":serialized:": "!!"}}', "policy.pth": b""}),
    "torch_cut_pickle.pt": archive({"a/data.pkl": b"\x80\x02}q"}),
    "zip_bomb.pt": archive({"a/data.pkl": bytes(80 * 2**20)}, compression=zipfile.ZIP_DEFLATED),
    "keras.keras": archive({"config.json": b"{}", "model.weights.h5": b"", "metadata.json": b"{}"}),
    "weights.h5": b"\x89HDF\r\n\x1a\n" + bytes(100),
    "weights_without_suffix": b"\x89HDF\r\n\x1a\n" + bytes(100),
    "cut.npy": npy(np.zeros((10, 19)))[:200],
    "huge_shape.npy": npy(np.zeros((1, 19))).replace(b"(1, 19), }       ", b"(9999999999, 19)}")[:200],
    "three_axes.npy": npy(np.zeros((2, 3, 4))),
    "text.npy": npy(np.array(["a", "b"])),
    "wrong_width.npy": npy(np.zeros((10, 22))),
    "no_activations.npz": without("activations"),
    "no_bias.npz": without("b1"),
    "wrong_chain.npz": without(W1=np.zeros((9, 19))),
    "wrong_bias.npz": without(b0=np.zeros(7)),
    "one_axis.npz": without(W0=np.zeros(160)),
    "not_finite.npz": without(W0=np.full((160, 8), np.nan)),
    "unknown_activation.npz": without(activations=np.array(["tanh", "swish"])),
    "one_activation.npz": without(activations=np.array(["tanh"])),
    "zero_std.npz": without(mean=np.zeros(160), std=np.zeros(160)),
    "wrong_mean.npz": without(mean=np.zeros(3)),
    "wrong_inputs.npz": without(W0=np.zeros((158, 8))),
    "chainerrl.npz": npz(**{"l1/W": np.zeros((3, 3)), "l1/b": np.zeros(3)}),
    "few_numbers.txt": b"1.0\n" * 36,
    "words.txt": b"take two steps and fall\n",
    "not_a_number.txt": b"1.0\n" * 36 + b"nan\n",
    "ragged.txt": b"1.0 2.0\n1.0\n",
    "few_columns_xrecentbest.dat": b"1 2 3\n1 2 3\n",
    "reflex_in_the_wrong_environment.txt": b"1.0\n" * 37,
    "names_only.csv": b"time,muscle_0,muscle_1\n",
    "missing_muscles.csv": b"time,muscle_0\n0,0.5\n0.01,0.5\n",
    "ragged.csv": b"time,muscle_0\n0,0.5\n0.01\n",
    "words.csv": b"time,muscle_0\n0,half\n",
    "twice.csv": b"time,muscle_0,muscle_0\n0,1,1\n",
    "backwards.csv": b"time,muscle_0\n1,0.5\n0,0.5\n",
    "infinite.csv": b"time,muscle_0\n0,inf\n",
    "no_header.sto": b"time\tmuscle_0\n0\t0.5\n",
    "header_only.mot": b"Coordinates\nversion=1\nnRows=0\nendheader\n",
    "old.pyc": b"\xcb\r\r\n" + bytes(20),
    "program.sh": b"#!/bin/sh\ntouch canary\n",
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(50),
}  # fmt: skip
