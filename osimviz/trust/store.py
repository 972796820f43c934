"""The folders whose controllers are run without a question; kept in one JSON file."""

import json
import logging
from pathlib import Path

from osimviz.resource_files import resource_path
from osimviz.trust.inspection import Inspection
from osimviz.user_files import configuration_folder, replace_text

_log = logging.getLogger(__name__)
_FILE_NAME = "trusted-folders.json"


class TrustStore:
    """The trusted folders, read afresh at every question, so that two programs may use one file.

    A folder stands for everything below it. A broken file counts as empty, with a line in the log. The program's own
    examples are trusted as the program is, and are not in the list.

    Parameters
    ----------
    file : Path, optional
        Where they are kept; by default ``osimviz/trusted-folders.json`` in the user's configuration folder.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = configuration_folder() / _FILE_NAME if file is None else file
        self._has_warned = False

    def folders(self) -> tuple[Path, ...]:
        """Return the trusted folders, in order of name."""
        try:
            entries = json.loads(self.file.read_text(encoding="utf-8"))["folders"]
            if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
                raise TypeError("its folders are no list of texts")
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            if not self._has_warned:
                self._has_warned = True
                _log.warning(
                    "the list of trusted folders cannot be read and counts as empty: %s (%s)", error, self.file
                )
            return ()
        return tuple(sorted(Path(entry) for entry in entries if Path(entry).is_absolute()))

    def trusts(self, path: str | Path) -> bool:
        """Whether a file lies in a trusted folder, symbolic links followed."""
        place = _resolved(path)
        return any(
            place.is_relative_to(folder) for folder in (*self.folders(), _resolved(resource_path("controllers")))
        )

    def may_load(self, inspection: Inspection) -> bool:
        """Whether a file may be loaded without asking: it is harmless, or its folder is trusted."""
        return inspection.is_harmless or self.trusts(inspection.path)

    def add(self, folder: str | Path) -> None:
        """Trust a folder.

        Raises
        ------
        OSError
            If the list cannot be written.
        """
        self._write({*self.folders(), _resolved(folder)})

    def revoke(self, folder: str | Path) -> None:
        """Trust a folder no more; nothing happens if it was not trusted.

        Raises
        ------
        OSError
            If the list cannot be written.
        """
        known = set(self.folders())
        left = known - {_resolved(folder), Path(folder)}
        if left != known:
            self._write(left)

    def _write(self, folders: set[Path]) -> None:
        replace_text(self.file, json.dumps({"folders": sorted(str(folder) for folder in folders)}, indent=1) + "\n")


def _resolved(path: str | Path) -> Path:
    return Path(path).expanduser().resolve()
