"""Write a recording in the formats of other programs: ``.csv``, ``.npz``, ``.sto`` and ``.mot``."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from osimviz.frames import Array
from osimviz.recording.errors import Progress, RecordingError, told
from osimviz.recording.row_layout import RETURN_FIELD, ROW_FIELDS
from osimviz.recording.store import Recording

#: Digits that bring every float64 back as it was.
_EXACT = "%.17g"
#: Frames turned into text at once.
_ROWS_AT_ONCE = 512

#: What a recording can be exported as.
EXPORT_SUFFIXES = (".csv", ".npz", ".sto", ".mot", ".h5")


def export_recording(
    recording: Recording, path: Path, *, replace: bool = False, progress: Progress | None = None
) -> None:
    """Write a recording to a file of the kind its suffix names.

    Parameters
    ----------
    recording : Recording
        The run.
    path : Path
        ``.csv`` (every channel, ``name [unit]``), ``.npz`` (arrays), ``.sto`` (OpenSim states), ``.mot`` (coordinates
        in degrees and metres) or ``.h5`` (a recording).
    replace : bool
        Whether a file that is there may go; it is replaced at the end, as a whole.
    progress : callable, optional
        Told the share that is done; it may end the writing.

    Raises
    ------
    RecordingError
        If the kind is unknown, the recording lacks what it needs, or the file cannot be written.
    WritingStopped
        If `progress` wants no more.
    """
    suffix = path.suffix.lower()
    if suffix not in EXPORT_SUFFIXES:
        raise RecordingError(f"{path.name} is of no known kind; exports are {', '.join(EXPORT_SUFFIXES)}")
    if recording.last_index < 0:
        raise RecordingError("there is nothing to export yet: the run has no step")
    if suffix == ".h5":
        from osimviz.recording.copying import save_recording

        save_recording(recording, path, replace=replace, progress=progress)
        return
    if path.exists() and not replace:
        raise RecordingError(f"{path} exists; choose another name")
    writers: dict[str, Callable[[Recording, Path, Progress | None], None]] = {
        ".csv": _write_csv,
        ".npz": _write_npz,
        ".sto": _write_sto,
        ".mot": _write_mot,
    }
    part = path.with_name(f".{path.name}.part")
    try:
        writers[suffix](recording, part, progress)
        part.replace(path)
    except OSError as error:
        raise RecordingError(f"{path} was not written ({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)


def _write_csv(recording: Recording, path: Path, progress: Progress | None) -> None:
    channels = recording.info.channels
    titles = ["time [s]", *(f"{c.name} [{c.unit}]" if c.unit else c.name for c in channels)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(_quoted(title) for title in titles) + "\r\n")
        times = recording.time_s()
        for start in range(0, len(recording), _ROWS_AT_ONCE):
            told(progress, start / len(recording))
            stop = min(start + _ROWS_AT_ONCE, len(recording))
            values = np.array([recording.values(index) for index in range(start, stop)]).reshape(stop - start, -1)
            table = np.column_stack([times[start:stop], values])
            # repr: the shortest text that is the same number.
            file.writelines(",".join(map(repr, row)) + "\r\n" for row in table.tolist())


def _quoted(title: str) -> str:
    return '"' + title.replace('"', '""') + '"' if any(mark in title for mark in ',"\n') else title


def _write_npz(recording: Recording, path: Path, progress: Progress | None) -> None:
    told(progress, 0.0)
    info = recording.info
    frames = [recording.frame(index) for index in range(len(recording))]
    arrays: dict[str, Any] = {name: recording.field(name) for name in (*ROW_FIELDS, RETURN_FIELD)}
    about = {
        "env": info.env_name,
        "controller": info.controller,
        "seed": info.seed,
        "channels": [[c.name, c.field, c.index, c.unit, c.scale] for c in info.channels],
    }
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            **arrays,
            path_points_m=np.concatenate([frame.path_points_m for frame in frames]),
            path_counts=np.array([frame.path_counts for frame in frames]),
            body_names=np.array(info.geometry.body_names),
            muscle_names=np.array(info.geometry.muscle_names),
            state_names=np.array(info.state_names),
            action_names=np.array(info.action_names),
            channel_names=np.array([c.name for c in info.channels]),
            about=np.array(json.dumps(about)),
        )


def _write_sto(recording: Recording, path: Path, progress: Progress | None) -> None:
    names = recording.info.state_names
    states = recording.field("state")
    if len(names) != states.shape[1]:
        raise RecordingError("the recording does not name its states, so that no .sto can be made of it; export .mot")
    title = f"states of {recording.info.geometry.model_name}"
    _write_storage(path, (title, *names), recording.time_s(), states, progress, in_degrees=False)


def _write_mot(recording: Recording, path: Path, progress: Progress | None) -> None:
    channels = [c for c in recording.info.channels if c.field == "coordinates" and c.name.endswith("/value")]
    if not channels:
        raise RecordingError("the recording names no coordinates, so that no .mot can be made of it")
    values = np.column_stack([recording.column(c.name) for c in channels])
    # Only angles: OpenSim multiplies them back, and leaves metres alone.
    values[:, [c.unit == "rad" for c in channels]] *= 180.0 / np.pi
    names = [c.name.split("/")[1] for c in channels]
    title = f"coordinates of {recording.info.geometry.model_name}"
    _write_storage(path, (title, *names), recording.time_s(), values, progress, in_degrees=True)


def _write_storage(
    path: Path, titles: Sequence[str], time_s: Array, values: Array, progress: Progress | None, *, in_degrees: bool
) -> None:
    """Write OpenSim's storage format, as its `STOFileAdapter` does (version 3); the table's title is the first."""
    title, *names = titles
    header = (
        " ".join(title.split()),
        f"inDegrees={'yes' if in_degrees else 'no'}",
        f"nColumns={1 + len(names)}",
        f"nRows={len(time_s)}",
        "DataType=double",
        "version=3",
        "endheader",
        "\t".join(("time", *names)),
    )
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(header) + "\n")
        for start in range(0, len(time_s), _ROWS_AT_ONCE):
            told(progress, start / len(time_s))
            part = slice(start, start + _ROWS_AT_ONCE)
            np.savetxt(file, np.column_stack([time_s[part], values[part]]), fmt=_EXACT, delimiter="\t")
