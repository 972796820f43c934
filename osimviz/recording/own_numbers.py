"""What an episode has of its own in a file whose episodes share the description of their run: seed and beginning."""

from dataclasses import replace
from datetime import UTC, datetime

import h5py

from osimviz.frames import RunInfo
from osimviz.recording.errors import RecordingError

#: The entry of a run's provenance that tells when it was begun.
_CREATED = "created"


def shared_part(info: RunInfo) -> RunInfo:
    """Return a run without what its episodes differ in."""
    provenance = tuple((name, "" if _moment_s(name, value) else value) for name, value in info.provenance)
    return replace(info, seed=0, provenance=provenance)


def own_numbers(info: RunInfo) -> dict[str, int]:
    """Return what `shared_part` leaves out, by the attribute of the episode's group: 0 for a beginning not known."""
    created_s = next((s for name, value in info.provenance if (s := _moment_s(name, value))), 0)
    return {"seed": info.seed, "created_s": created_s}


def with_own_numbers(shared: RunInfo, group: h5py.Group) -> RunInfo:
    """Return the run of an episode.

    Parameters
    ----------
    shared : RunInfo
        Of its description, as `shared_part` returns it, or whole in a file of format 1 or 2.
    group : h5py.Group
        The episode's.

    Raises
    ------
    RecordingError
        If a number is none.
    """
    seed, created_s = _number(group, "seed"), _number(group, "created_s")
    try:
        moment = datetime.fromtimestamp(created_s, UTC).isoformat(timespec="seconds") if created_s else ""
    except (ValueError, OverflowError, OSError):
        raise RecordingError("the time of its beginning is none; the file was changed or is damaged") from None
    provenance = tuple(
        (name, value or moment) if name == _CREATED else (name, value) for name, value in shared.provenance
    )
    return replace(shared, seed=seed, provenance=provenance)


def _moment_s(name: str, value: str) -> int:
    """Return an entry of the provenance as seconds since 1970; 0 where it is no time that can be made of them again."""
    if name != _CREATED:
        return 0
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return 0
    is_exact = moment.tzinfo is not None and moment.astimezone(UTC).isoformat(timespec="seconds") == value
    return int(moment.timestamp()) if is_exact else 0


def _number(group: h5py.Group, name: str) -> int:
    told = group.attrs.get(name, 0)
    try:
        # Beyond 64 bits it is a text.
        return int(told.decode() if isinstance(told, bytes) else told)
    except (TypeError, ValueError):
        raise RecordingError(f"its {name} is no whole number; the file was changed or is damaged") from None
