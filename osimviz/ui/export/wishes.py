"""From the values of the export dialog's fields to what is drawn. No Qt."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from osimviz.film.settings import CameraPath, FilmSettings, Kind, Look, PairMode, PictureSettings
from osimviz.palette import ThemeName
from osimviz.ui.export.subject import Subject

#: The camera as it stands in the window.
AS_IN_WINDOW = "window"
#: A camera that the user stored, before its number.
STORED = "stored:"
#: Half of the last decimal of the fields: a time of the run's end, rounded in its field, is the end.
_SLACK_S = 0.005
SUFFIX_OF: dict[Kind, str] = {"mp4": ".mp4", "webm": ".webm", "gif": ".gif", "png": ""}


def film_settings(values: Mapping[str, Any], subject: Subject) -> FilmSettings:
    """Return the film that the fields describe; an end that is the run's own is left open."""
    (first_s, last_s), (from_s, to_s) = subject.range_s, _range_s(values, subject)
    return FilmSettings(
        _look(values, subject, values["film_width"], values["film_height"], float(values["orbit"])),
        fps=float(values["fps"]),
        speed=float(values["speed"]),
        from_s=None if from_s == first_s else from_s,
        to_s=None if to_s == last_s else to_s,
        loops=int(values["loops"]),
        is_interpolated=bool(values["between"]),
    )


def picture_settings(values: Mapping[str, Any], subject: Subject) -> PictureSettings:
    """Return the picture that the fields describe."""
    look = _look(values, subject, values["picture_width"], values["picture_height"], 0.0)
    settings = PictureSettings(replace(look, quality="best"), bool(values["transparent"]))
    if not values["strobe"]:
        return settings
    from_s, to_s = _range_s(values, subject)
    return replace(settings, strobe_from_s=from_s, strobe_to_s=to_s, strobe_count=int(values["strobe_count"]))


def _range_s(values: Mapping[str, Any], subject: Subject) -> tuple[float, float]:
    """Return the range of the fields; an end that is the run's own, rounded in its field, is exactly that."""
    first_s, last_s = subject.range_s
    from_s, to_s = float(values["from_s"]), float(values["to_s"])
    return first_s if from_s <= first_s + _SLACK_S else from_s, last_s if to_s >= last_s - _SLACK_S else to_s


def _look(values: Mapping[str, Any], subject: Subject, width_px: int, height_px: int, orbit_turns: float) -> Look:
    view = str(values["camera"])
    named, _, number = view.partition(":")
    if view == AS_IN_WINDOW:
        camera = subject.camera
    else:
        camera = CameraPath(pose=subject.stored_cameras[int(number)]) if number else CameraPath(named)
    theme: ThemeName = "light" if values["theme"] == "light" else "dark"
    pair_mode: PairMode = "ghost" if values["pair"] == "ghost" else "beside"
    return Look(
        int(width_px),
        int(height_px),
        camera=replace(camera, orbit_turns=orbit_turns),
        scene=replace(subject.scene, follow=bool(values["follow"])),
        theme=theme,
        title=str(values["title"]).strip(),
        show_time=bool(values["time"]),
        show_reward=bool(values["reward"]),
        show_legend=bool(values["legend"]),
        show_forces=bool(values["forces"]),
        plots=subject.plots if values["with_plots"] else (),
        pair_mode=pair_mode,
    )
