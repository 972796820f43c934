"""The groups, datasets and attributes of a recording file, made anew."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from osimviz.frames import BoneMesh, BoneSurface, RunInfo
from osimviz.recording.dataset_end import RowKind
from osimviz.recording.episode_template import EpisodeTemplate
from osimviz.recording.file_format import FORMAT_NAME, FORMAT_VERSION, RUN, episode_name
from osimviz.recording.mesh_arrays import MeshFileError, read_surface
from osimviz.recording.own_numbers import own_numbers, shared_part
from osimviz.recording.row_layout import RowLayout
from osimviz.recording.run_json import RunTexts, json_text

log = logging.getLogger(__name__)


def build_file(file: h5py.File, provenance: Mapping[str, str]) -> None:
    """Mark an empty file as a recording."""
    file.attrs["format"] = FORMAT_NAME
    file.attrs["format_version"] = FORMAT_VERSION
    file.attrs["provenance"] = json_text(dict(provenance))


class EpisodeBuilder:
    """Makes the episodes of one file, and keeps what they share.

    Attributes
    ----------
    growing : dict of str to RowKind
    block_bytes : int
        As `EpisodeTemplate` has them, of the episode built last.
    """

    def __init__(self) -> None:
        self.growing: dict[str, RowKind] = {}
        self.block_bytes = 0
        self._template: EpisodeTemplate | None = None
        self._texts = RunTexts()
        #: The episode whose description was written last, and the description.
        self._run: tuple[int, str] | None = None
        #: A run of each group of meshes in the file and the mesh of each of its bones, by the group's number.
        self._models: dict[int, tuple[RunInfo, list[int | None]]] = {}

    def build(self, file: h5py.File, number: int, info: RunInfo, layout: RowLayout, info_names: Sequence[str]) -> None:
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
        """
        model = next((k for k, (known, _) in self._models.items() if same_model(known, info)), number)
        if model not in self._models:
            self._models[model] = info, _build_meshes(file, _model_name(model), info)
        template = self._template_of(info, layout, info_names)
        group = template.copy_into(file, episode_name(number), id=number, **own_numbers(info))
        text = self._texts.text_of(shared_part(info), self._models[model][1], _model_name(model))
        if self._run is not None and self._run[1] == text:
            # The same dataset under another name: it is as large as the frames of a short episode.
            group[RUN] = file[episode_name(self._run[0])][RUN]
        else:
            _text(group, RUN, text)
            self._run = number, text

    def close(self) -> None:
        """Free the memory. Idempotent."""
        if self._template is not None:
            self._template.close()
            self._template = None

    def _template_of(self, info: RunInfo, layout: RowLayout, info_names: Sequence[str]) -> EpisodeTemplate:
        n_muscles = len(info.geometry.muscle_names)
        if self._template is None or not self._template.holds(layout, info_names, n_muscles):
            self.close()
            self._template = EpisodeTemplate(layout, info_names, n_muscles)
            self.growing, self.block_bytes = self._template.growing, self._template.block_bytes
        return self._template


def datasets_of(group: h5py.Group) -> dict[str, h5py.Dataset]:
    """Return the datasets of an episode by their name within it."""
    found: dict[str, h5py.Dataset] = {}

    def note(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item

    group.visititems(note)
    return found


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


def _model_name(number: int) -> str:
    return f"model_{number}"


def _build_meshes(file: h5py.File, model_name: str, info: RunInfo) -> list[int | None]:
    """Write each mesh once; return for each bone which one is its own, None where it cannot be read."""
    model = file.create_group(model_name)
    known: dict[str, int | None] = {}
    lost: list[str] = []
    for bone in info.geometry.bones:
        key = bone.path or bone.name
        if key in known:
            continue
        surface = _surface_of(bone, lost)
        known[key] = None if surface is None else len(known)
        if surface is not None:
            mesh = model.create_group(f"mesh_{known[key]}")
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
