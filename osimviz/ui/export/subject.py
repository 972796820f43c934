"""What the window shows at the moment an export begins: the run, where the cursor is, how it is looked at. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from osimviz.film.cast import Cast
from osimviz.film.settings import CameraPath
from osimviz.palette import ThemeName
from osimviz.render.options import SceneOptions
from osimviz.stored_cameras import CameraPose


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be exported.

    Attributes
    ----------
    cast : Cast
        The run, and the one it is compared with.
    source, compared : str
        Names of their files for a command line.
    is_saved : bool
        Whether the run has a file.
    index : int
        Frame under the cursor.
    loop_s : (float, float) or None
        The range the playback loops over.
    camera : CameraPath
        Where the window looks from.
    scene : SceneOptions
        What the window draws.
    theme : ThemeName
        Colours of the window.
    plots : tuple of tuple of str
        Channels of the window's plots.
    stored_cameras : mapping of int to CameraPose
        Those that the user stored, by number.
    """

    cast: Cast
    source: str
    compared: str
    is_saved: bool
    index: int
    loop_s: tuple[float, float] | None
    camera: CameraPath
    scene: SceneOptions
    theme: ThemeName
    plots: tuple[tuple[str, ...], ...]
    stored_cameras: Mapping[int, CameraPose] = field(default_factory=dict)

    @property
    def range_s(self) -> tuple[float, float]:
        """First and last recorded time."""
        times_s = self.cast.recording.time_s()
        return float(times_s[0]), float(times_s[-1])
