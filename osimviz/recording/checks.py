"""Checks of a recording before anything in it is believed: sizes, types, shapes, checksums."""

import json
import os
import re
import struct
import weakref

import h5py
import numpy as np

from osimviz.frames import BoneSurface, RunInfo
from osimviz.recording.errors import RecordingError
from osimviz.recording.file_format import (
    BOOKMARKS,
    CHECKSUMS,
    FORMAT_NAME,
    FORMAT_VERSION,
    INFOS,
    OUTCOME,
    PATH_COUNTS,
    PATH_POINTS,
    PATH_STARTS,
    ROW_DATASETS,
    TERMINATIONS,
    TRUNCATIONS,
)
from osimviz.recording.file_structure import datasets_of, surface_digest, text_digest
from osimviz.recording.row_layout import LATER_FIELDS, RETURN_FIELD, ROW_FIELDS, RowLayout
from osimviz.recording.staging import END_OF_CONTENT, END_OFFSET

#: What a damaged file makes HDF5, its bindings and JSON raise.
READ_ERRORS = (
    RecordingError,
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    MemoryError,
    OverflowError,
    UnicodeError,
    RecursionError,
    NotImplementedError,
    AssertionError,
    struct.error,
)

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
#: Length of a superblock of version 2 or 3 with offsets of 8 bytes (HDF5 file format specification, II.A).
_SUPERBLOCK_BYTES = 48
#: Largest of each: a leg model needs 700 numbers a frame, 40 meshes, 200 kB of description.
_MOST_TEXT_BYTES = 64 * 2**20
_MOST_MESHES = 10_000
_MOST_MESH_NUMBERS = 2**26
_MOST_ROW_NUMBERS = 10**6
_MOST_CHUNK_BYTES = 256 * 2**20
#: Meshes of open recordings by checksum: a hundred runs of one model hold its bones once.
_shared_surfaces: "weakref.WeakValueDictionary[str, BoneSurface]" = weakref.WeakValueDictionary()

_ANOTHER = "it is no osimviz recording"


def check_file(descriptor: int) -> None:
    """Check the first bytes before HDF5 sees the file; `RecordingError` if it is none, or cut short."""
    n_bytes = os.fstat(descriptor).st_size
    head = os.pread(descriptor, _SUPERBLOCK_BYTES, 0)
    if not head:
        raise RecordingError("the file is empty; nothing was recorded, or the copy failed")
    if not head.startswith(_SIGNATURE):
        raise RecordingError(f"{_ANOTHER}; recordings are HDF5 files written by osimviz")
    if len(head) < _SUPERBLOCK_BYTES or head[8] not in (2, 3) or head[9] != 8:
        raise RecordingError(f"{_ANOTHER}, but an HDF5 file of another program, or it is damaged")
    (end,) = END_OF_CONTENT.unpack_from(head, END_OFFSET)
    if end > n_bytes:
        raise RecordingError(f"the file was cut short: {n_bytes} bytes of {end}; copy it again")


def episode_numbers(file: h5py.File) -> list[int]:
    """Check that the file is a recording this program reads, and return its episodes' numbers in order.

    Raises
    ------
    RecordingError
        If it is not.
    """
    if _text_of(file.attrs.get("format")) != FORMAT_NAME:
        raise RecordingError(f"{_ANOTHER}, but an HDF5 file of another program")
    version = int(file.attrs["format_version"])
    if version > FORMAT_VERSION:
        raise RecordingError(
            f"it is a recording of format {version}, and this osimviz reads up to format {FORMAT_VERSION}; "
            "install a newer osimviz"
        )
    if version < 1:
        raise RecordingError(f"it says to be a recording of format {version}, which never was; the file is damaged")
    names = (re.fullmatch(r"episode_(\d{1,9})", name) for name in file)
    return sorted(int(name[1]) for name in names if name is not None)


def read_text(group: h5py.Group, name: str) -> str:
    """Return a text of fixed length whose checksum is right; `RecordingError` if it is not there or was changed."""
    dataset = group.get(name)
    if not isinstance(dataset, h5py.Dataset) or dataset.shape != () or dataset.dtype.kind != "S":
        raise RecordingError(f"its description {name!r} is missing; the file is damaged")
    if dataset.dtype.itemsize > _MOST_TEXT_BYTES:
        raise RecordingError(f"its description {name!r} is said to be {dataset.dtype.itemsize} bytes long")
    text = bytes(dataset[()]).decode("utf-8")
    if text_digest(text) != _text_of(dataset.attrs.get("digest")):
        raise RecordingError(f"its description {name!r} is not as it was written; the file was changed or is damaged")
    return text


def read_surfaces(file: h5py.File, model: str) -> dict[int, BoneSurface]:
    """Return the meshes of a model by number, those of open files shared; `RecordingError` if one was changed."""
    group = file.get(model)
    if not isinstance(group, h5py.Group) or len(group) > _MOST_MESHES:
        raise RecordingError("its meshes are missing; the file is damaged")
    surfaces = {}
    for name, mesh in group.items():
        points = _mesh_array(mesh, "points", "f4")
        triangles = _mesh_array(mesh, "triangles", "i4")
        surface = BoneSurface(points, triangles)
        digest = surface_digest(surface)
        if digest != _text_of(mesh.attrs.get("digest")):
            raise RecordingError(f"its mesh {name} is not as it was written; the file was changed or is damaged")
        surfaces[int(name.removeprefix("mesh_"))] = _shared_surfaces.setdefault(digest, surface)
    return surfaces


def read_layout(group: h5py.Group, info: RunInfo) -> RowLayout:
    """Return the layout of an episode's rows, checked against what is known of the run.

    Raises
    ------
    RecordingError
        If shapes are missing, do not fit the model, or a channel points at nothing.
    """
    shapes = {str(name): tuple(shape) for name, shape in json.loads(_text_of(group.attrs["shapes"])).items()}
    geometry = info.geometry
    n_muscles, n_bodies = len(geometry.muscle_names), len(geometry.body_names)
    expected = {
        "time_s": (), "reward": (), "wall_time_s": (), RETURN_FIELD: (), "n_clipped": (), "target_reached": (),
        "reward_terms": (len(info.reward_term_names),),
        **dict.fromkeys(("excitation", "activation", "fiber_force_n", "fiber_length", "fiber_velocity"), (n_muscles,)),
        "centre_of_mass_m": (3,), "centre_of_mass_velocity": (3,),
        "body_positions_m": (n_bodies, 3), "body_quaternions": (n_bodies, 4),
    }  # fmt: skip
    offsets, width = {}, 0
    for field in (*ROW_FIELDS, RETURN_FIELD):
        shape = shapes.get(field)
        if shape is None and field in LATER_FIELDS:
            continue
        if shape is None or not all(isinstance(n, int) and n >= 0 for n in shape):
            raise RecordingError(f"the shape of {field} is missing; the file is damaged")
        if shape != expected.get(field, shape):
            raise RecordingError(f"{field} has the shape {shape} where the model needs {expected[field]}")
        offsets[field] = width
        width += int(np.prod([float(n) for n in shape])) if shape else 1
        if width > _MOST_ROW_NUMBERS:
            raise RecordingError(f"{field} is said to have the shape {shape}; the file is damaged")
    for channel in info.channels:
        size = int(np.prod(shapes[channel.field], dtype=int)) if channel.field in offsets else 0
        if not 0 <= channel.index < size:
            raise RecordingError(f"the channel {channel.name} points at nothing; the file is damaged")
    return RowLayout(offsets, {field: shapes[field] for field in offsets}, width)


def checked_datasets(
    group: h5py.Group, layout: RowLayout, n_muscles: int, n_file_bytes: int
) -> dict[str, h5py.Dataset]:
    """Return an episode's datasets by name, each of the type, shape and length it should have.

    Raises
    ------
    RecordingError
        If one is missing or is not.
    """
    expected: dict[str, tuple[str, tuple[int, ...]]] = {
        ROW_DATASETS[field]: ("<f8", shape) for field, shape in layout.shapes.items() if 0 not in shape
    }
    if n_muscles:
        expected |= {PATH_COUNTS: ("<i4", (n_muscles,)), PATH_STARTS: ("<i8", ()), PATH_POINTS: ("<f8", (3,))}
    expected |= {TERMINATIONS: ("|b1", ()), TRUNCATIONS: ("|b1", ())}
    expected |= {CHECKSUMS: ("<u4", ()), OUTCOME: ("|u1", ())}
    found = datasets_of(group)
    missing = sorted(expected.keys() - found.keys())
    if missing:
        raise RecordingError(f"{missing[0]} is missing in {group.name.strip('/')}; the file is damaged")
    for name, dataset in found.items():
        if name.startswith(f"{INFOS}/"):
            _check_dataset(name, dataset, "<f8", (), n_file_bytes)
        elif name in expected:
            _check_dataset(name, dataset, *expected[name], n_file_bytes)
    known = {*expected, BOOKMARKS}
    return {name: dataset for name, dataset in found.items() if name in known or name.startswith(f"{INFOS}/")}


def _check_dataset(name: str, dataset: h5py.Dataset, kind: str, shape: tuple[int, ...], n_file_bytes: int) -> None:
    if dataset.dtype.str != kind:
        raise RecordingError(f"{name} holds {dataset.dtype} where {np.dtype(kind)} belongs; the file was changed")
    if dataset.ndim != 1 + len(shape) or dataset.shape[1:] != shape:
        raise RecordingError(f"{name} has the shape {dataset.shape} where (n, {str(shape)[1:]} belongs")
    chunks = dataset.chunks
    if chunks is None or chunks[1:] != shape or chunks[0] < 1:
        raise RecordingError(f"{name} is stored in another way than osimviz does; save the recording again")
    n_chunk_bytes = int(np.prod([float(n) for n in chunks])) * dataset.dtype.itemsize
    if n_chunk_bytes > _MOST_CHUNK_BYTES:
        raise RecordingError(f"{name} is said to have parts of {n_chunk_bytes} bytes; the file is damaged")
    n_stored = dataset.id.get_num_chunks() if dataset.shape[0] else 0
    if dataset.shape[0] > n_stored * chunks[0] or dataset.id.get_storage_size() > n_file_bytes:
        raise RecordingError(f"{name} is said to have {dataset.shape[0]} rows, more than the file holds")


def _mesh_array(mesh: h5py.Group, name: str, kind: str) -> np.ndarray:
    dataset = mesh.get(name)
    is_sound = isinstance(dataset, h5py.Dataset) and dataset.ndim == 2 and dataset.shape[1] == 3
    if not is_sound or dataset.dtype.str != f"<{kind}" or dataset.size > _MOST_MESH_NUMBERS:
        raise RecordingError(f"a mesh is no list of {name}; the file is damaged")
    if (
        dataset.size * dataset.dtype.itemsize > dataset.id.get_storage_size()
        and dataset.id.get_create_plist().get_nfilters() == 0
    ):
        raise RecordingError(f"a mesh is said to have more {name} than the file holds")
    return np.asarray(dataset[:])


def _text_of(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
