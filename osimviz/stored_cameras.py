"""The cameras that the user stored, by number: one JSON file, which the window writes and scripts read. No Qt."""

import json
import logging
import math
from pathlib import Path

from osimviz.user_files import configuration_folder, replace_text

_log = logging.getLogger(__name__)
_FILE_NAME = "cameras.json"
#: As many as there are digits beside zero: each is one key away.
N_CAMERAS = 9

#: Azimuth and elevation in rad, distance in m, and the point looked at (x, y, z) in m from the point of the floor under
#: what is followed: `osimviz.render.camera.Camera.pose`.
CameraPose = tuple[float, float, float, float, float, float]


class CameraStore:
    """The stored cameras, read afresh at every question, so that two programs may use one file.

    A file that cannot be read counts as empty, with a line in the log; one camera that makes no sense as not there.

    Parameters
    ----------
    file : Path, optional
        Where they are kept; by default ``osimviz/cameras.json`` in the user's configuration folder.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = configuration_folder() / _FILE_NAME if file is None else file

    def poses(self) -> dict[int, CameraPose]:
        """Return the stored cameras by number, 1 to `N_CAMERAS`, in that order."""
        try:
            entries = json.loads(self.file.read_text(encoding="utf-8"))["cameras"]
            if not isinstance(entries, dict):
                raise TypeError("its cameras are no table")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            _log.warning("the stored cameras cannot be read and count as none: %s (%s)", error, self.file)
            return {}
        found = ((number, _pose(entries.get(str(number)))) for number in range(1, N_CAMERAS + 1))
        return {number: pose for number, pose in found if pose is not None}

    def keep(self, number: int, pose: CameraPose) -> None:
        """Store a camera in place of the one of that number.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        cameras = {str(each): list(known) for each, known in (self.poses() | {number: pose}).items()}
        replace_text(self.file, json.dumps({"cameras": cameras}, indent=1) + "\n")


def _pose(entry: object) -> CameraPose | None:
    """Return what a file holds for a number as a pose; None if it is none."""
    if not isinstance(entry, list) or len(entry) != 6:
        return None
    if not all(isinstance(part, int | float) and math.isfinite(part) for part in entry) or entry[2] <= 0:
        return None
    azimuth_rad, elevation_rad, distance_m, x_m, y_m, z_m = (float(part) for part in entry)
    return azimuth_rad, elevation_rad, distance_m, x_m, y_m, z_m
