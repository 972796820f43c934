"""Where a recording comes from: versions, files and settings, as text by name. No user or machine names."""

import hashlib
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from osimviz import __version__

#: Asked for their versions without being imported.
_PACKAGES = ("numpy", "h5py", "opensim", "osim-rl", "gymnasium")


def provenance_of(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what is known of where a recording comes from.

    Parameters
    ----------
    extra : mapping of str to str
        What only the caller knows: model and controller hashes, accuracy, stepping.
    """
    known = {
        "osimviz": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return {**known, **_versions(), **(extra or {})}


@cache
def _versions() -> dict[str, str]:
    # Every episode of a training asks; finding a package's version takes a millisecond.
    known = {}
    for package in _PACKAGES:
        try:
            known[package] = version(package)
        except PackageNotFoundError:
            continue
    return known


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal text; `OSError` if it cannot be read."""
    status = path.stat()
    return _digest(path.absolute(), status.st_size, status.st_mtime_ns)


# Every episode of a training asks for that of the model; hashing it takes half a millisecond.
@lru_cache(maxsize=64)
def _digest(path: Path, n_bytes: int, changed_ns: int) -> str:
    """Return the hash of the content that a file has with this size and time of change."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
