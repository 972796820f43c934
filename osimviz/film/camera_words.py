"""The words for a camera: in the command line, in Python, and in the command line that a dialog shows. NumPy only."""

import math

from osimviz.film.errors import FilmError
from osimviz.film.settings import CameraPath
from osimviz.render.camera import STANDING_CENTRE_M, VIEW_NAMES
from osimviz.stored_cameras import N_CAMERAS, CameraPose, CameraStore

#: Other words for named views.
_ALIASES = {"side": "right", "right-front": "three-quarter"}
_MOST_TURNS = 100.0


def camera_of(text: str) -> CameraPath:
    """Return the camera that a text means.

    Parameters
    ----------
    text : str
        A named view; ``stored:N``, a camera that the user stored in the window; ``orbit`` or ``orbit:TURNS``; or
        ``AZIMUTH,ELEVATION,DISTANCE`` in degrees and metres, and perhaps ``,X,Y,Z``, the point looked at in metres from
        the point of the floor under the model. A view and an orbit are joined by a plus: ``side+orbit:0.5``.

    Raises
    ------
    FilmError
        If it means nothing.
    """
    camera = CameraPath()
    for part in text.strip().split("+"):
        word, _, number = part.strip().casefold().partition(":")
        if word == "orbit":
            camera = CameraPath(camera.view, camera.pose, _turns(number))
        elif word == "stored":
            camera = CameraPath(camera.view, _stored(number), camera.orbit_turns)
        elif word in VIEW_NAMES or word in _ALIASES:
            camera = CameraPath(_ALIASES.get(word, word), None, camera.orbit_turns)
        elif "," in word:
            camera = CameraPath(camera.view, _pose(word), camera.orbit_turns)
        else:
            names = ", ".join((*VIEW_NAMES, "side", "stored:1", "orbit"))
            raise FilmError(f"there is no camera {part.strip()!r}", f"Cameras are {names}, or angles and a distance.")
    return camera


def words_of(camera: CameraPath) -> str:
    """Return the text that `camera_of` reads back."""
    if camera.pose is None:
        view = camera.view
    else:
        azimuth, elevation, *rest = camera.pose
        numbers = [math.degrees(azimuth), math.degrees(elevation), *rest]
        view = ",".join(f"{number:.4g}" for number in numbers)
    return f"{view}+orbit:{camera.orbit_turns:g}" if camera.orbit_turns else view


def _stored(text: str) -> CameraPose:
    """Return the stored camera of a number."""
    poses = CameraStore().poses()
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number in poses:
        return poses[number]
    if not 1 <= number <= N_CAMERAS:
        raise FilmError(f"stored cameras have numbers 1 to {N_CAMERAS}, not {text!r}", "For example stored:1.")
    kept = f" Stored are: {', '.join(str(each) for each in poses)}." if poses else ""
    how = f"Ctrl+Shift+{number} in the window stores the camera of its 3D view."
    raise FilmError(f"no camera {number} is stored", how + kept)


def _turns(text: str) -> float:
    try:
        turns = float(text) if text else 1.0
    except ValueError:
        turns = math.nan
    if not abs(turns) <= _MOST_TURNS:
        raise FilmError(f"an orbit of {text!r} turns makes no sense", "For example orbit:1, or orbit:-0.5.")
    return turns


def _pose(text: str) -> CameraPose:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (3, 6) or not all(math.isfinite(number) for number in numbers) or numbers[2] <= 0:
        raise FilmError(
            f"{text!r} is no camera", "AZIMUTH,ELEVATION,DISTANCE in degrees and metres, for example 57,7,3.3."
        )
    x_m, y_m, z_m = numbers[3:] if len(numbers) == 6 else (0.0, STANDING_CENTRE_M, 0.0)
    return math.radians(numbers[0]), math.radians(numbers[1]), numbers[2], x_m, y_m, z_m
