"""The groups, datasets and attributes of a recording file, made anew."""

import hashlib
import json
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from osimviz.frames import BoneMesh, BoneSurface, RunInfo
from osimviz.recording.file_format import (
    BLOCK_ROWS,
    BOOKMARKS,
    CHECKSUMS,
    FORMAT_NAME,
    FORMAT_VERSION,
    INFOS,
    OUTCOME,
    PATH_COUNTS,
    PATH_POINTS,
    PATH_STARTS,
    POINT_ROWS,
    ROW_DATASETS,
    RUN,
    TERMINATIONS,
    TRUNCATIONS,
    episode_name,
)
from osimviz.recording.mesh_arrays import MeshFileError, read_surface
from osimviz.recording.row_layout import RowLayout
from osimviz.recording.run_json import run_to_json

log = logging.getLogger(__name__)


def build_file(file: h5py.File, provenance: Mapping[str, str]) -> None:
    """Mark an empty file as a recording."""
    file.attrs["format"] = FORMAT_NAME
    file.attrs["format_version"] = FORMAT_VERSION
    file.attrs["provenance"] = json.dumps(dict(provenance), ensure_ascii=False)


def build_episode(
    file: h5py.File, number: int, info: RunInfo, layout: RowLayout, info_names: Sequence[str], model: int
) -> dict[str, int]:
    """Make the group of an episode, empty, and its model's meshes if the file has none of it.

    Parameters
    ----------
    file : h5py.File
        A recording.
    number : int
        The episode.
    info : RunInfo
        What is known of it.
    layout : RowLayout
        Shapes of its frames.
    info_names : sequence of str
        Numbers that come with every step.
    model : int
        Which group of meshes is its own.

    Returns
    -------
    dict of str to int
        The datasets that grow, by their name within the group, and the bytes of one chunk of each: what a flush may
        add at most.
    """
    model_name = f"model_{model}"
    numbers = _build_meshes(file, model_name, info)
    group = file.create_group(episode_name(number))
    group.attrs["id"] = number
    group.attrs["seed"] = info.seed
    group.attrs["total_steps"] = 0
    group.attrs["shapes"] = json.dumps({field: list(shape) for field, shape in layout.shapes.items()})
    _text(group, RUN, run_to_json(info, numbers, model_name))
    growing: dict[str, _Growing] = {
        ROW_DATASETS[field]: _Growing(shape, "f8") for field, shape in layout.shapes.items() if 0 not in shape
    }
    n_muscles = len(info.geometry.muscle_names)
    if n_muscles:
        growing[PATH_COUNTS] = _Growing((n_muscles,), "i4")
        growing[PATH_STARTS] = _Growing((), "i8")
        growing[PATH_POINTS] = _Growing((3,), "f8", POINT_ROWS)
    growing |= {name: _Growing((), "?") for name in (TERMINATIONS, TRUNCATIONS)}
    group.create_group(INFOS)
    growing |= {f"{INFOS}/{name}": _Growing((), "f8") for name in info_names}
    growing[CHECKSUMS] = _Growing((), "u4")
    growing |= {name: _TEXT for name in (OUTCOME, BOOKMARKS)}
    for name, kind in growing.items():
        kind.create(group, name)
    return {name: kind.chunk_bytes for name, kind in growing.items()}


def growing_bytes(group: h5py.Group, name: str) -> None:
    """Make an empty list of bytes, for a text whose length changes."""
    _TEXT.create(group, name)


def datasets_of(group: h5py.Group) -> dict[str, h5py.Dataset]:
    """Return the datasets of an episode by their name within it."""
    found: dict[str, h5py.Dataset] = {}

    def note(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item

    group.visititems(note)
    return found


def opened(group: h5py.Group, names: Iterable[str]) -> dict[str, h5py.Dataset]:
    """Return datasets of an episode by their name within it, without a search through the group."""
    return {name: h5py.Dataset(h5py.h5d.open(group.id, name.encode())) for name in names}


def same_model(one: RunInfo, other: RunInfo) -> bool:
    """Return whether two runs draw the same meshes."""
    keys = [[(bone.name, bone.path) for bone in info.geometry.bones] for info in (one, other)]
    return keys[0] == keys[1]


def surface_digest(surface: BoneSurface) -> str:
    """Return a checksum of a mesh."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(np.ascontiguousarray(surface.points, dtype="<f4").tobytes())
    digest.update(np.ascontiguousarray(surface.triangles, dtype="<i4").tobytes())
    return digest.hexdigest()


def text_digest(text: str) -> str:
    """Return a checksum of a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _text(group: h5py.Group, name: str, text: str) -> None:
    # Of fixed length: texts of changing length lie in a heap, which no checksum guards.
    raw = text.encode()
    dataset = group.create_dataset(name, shape=(), dtype=h5py.string_dtype("utf-8", max(len(raw), 1)), data=raw)
    dataset.attrs["digest"] = text_digest(text)


@dataclass(frozen=True, slots=True)
class _Growing:
    """A dataset without rows, to which rows are appended.

    Not compressed: a compressed chunk changes its size with every flush, and the file would be mostly holes.

    Attributes
    ----------
    shape : tuple of int
        Of a row.
    kind : str
        NumPy's name of the type.
    n_rows : int
        Rows of a chunk.
    """

    shape: tuple[int, ...]
    kind: str
    n_rows: int = BLOCK_ROWS

    @property
    def chunk_bytes(self) -> int:
        """Bytes of a chunk."""
        return self.n_rows * math.prod(self.shape) * np.dtype(self.kind).itemsize

    def create(self, group: h5py.Group, name: str) -> None:
        """Make it, by HDF5's own calls: h5py's take four times as long, and an episode has forty of them."""
        outer, _, own_name = name.rpartition("/")
        parent = group.require_group(outer) if outer else group
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((self.n_rows, *self.shape))
        properties.set_obj_track_times(False)
        if self.kind == "f8":
            properties.set_fill_value(np.array(np.nan))
        space = h5py.h5s.create_simple((0, *self.shape), (h5py.h5s.UNLIMITED, *self.shape))
        kind = h5py.h5t.py_create(np.dtype(self.kind), logical=True)
        h5py.h5d.create(parent.id, own_name.encode(), kind, space, properties)


#: Bytes of a text whose length changes.
_TEXT = _Growing((), "u1", 4096)


def _build_meshes(file: h5py.File, model_name: str, info: RunInfo) -> list[int | None]:
    """Write each mesh once; return for each bone which one is its own, None where it cannot be read."""
    is_new = model_name not in file
    model = file.require_group(model_name)
    known: dict[str, int | None] = {}
    lost: list[str] = []
    for bone in info.geometry.bones:
        key = bone.path or bone.name
        if key in known:
            continue
        name = f"mesh_{len(known)}"
        if not is_new:
            known[key] = len(known) if name in model else None
            continue
        surface = _surface_of(bone, lost)
        known[key] = None if surface is None else len(known)
        if surface is not None:
            mesh = model.create_group(name)
            mesh.attrs["name"] = bone.name
            mesh.attrs["digest"] = surface_digest(surface)
            mesh.create_dataset("points", data=surface.points.astype("<f4"))
            mesh.create_dataset("triangles", data=surface.triangles.astype("<i4"))
    if lost:
        log.warning("%d meshes are not in the recording: %s", len(lost), ", ".join(lost))
    return [known[bone.path or bone.name] for bone in info.geometry.bones]


def _surface_of(bone: BoneMesh, lost: list[str]) -> BoneSurface | None:
    if bone.surface is not None or not bone.path:
        return bone.surface
    try:
        return read_surface(Path(bone.path))
    except (OSError, MeshFileError) as error:
        lost.append(f"{bone.name} ({getattr(error, 'strerror', None) or error})")
        return None
