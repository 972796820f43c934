"""A picture of one frame, written to a file: without a window, for headless runs. No Qt."""

from pathlib import Path

from osimviz.frames import Frame, RunInfo
from osimviz.palette import load_palette
from osimviz.render.captions import add_captions
from osimviz.render.options import SceneOptions
from osimviz.render.png_file import save_png
from osimviz.render.scene import Scene


class StillWriter:
    """Draws frames of one run for files; keeps its scene between them.

    Parameters
    ----------
    info : RunInfo
        The run whose model is drawn.
    """

    def __init__(self, info: RunInfo) -> None:
        self._palette = load_palette("dark")
        self._options = SceneOptions()
        self._scene = Scene(64, 64, self._palette)
        self._scene.build(info.geometry, info.action_names)

    def write(self, frame: Frame, path: Path, size_px: tuple[int, int]) -> None:
        """Write one frame, anti-aliased, with time, step and legend.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        self._scene.show(frame, self._options)
        picture = self._scene.picture(*size_px)
        add_captions(picture, frame, self._options, self._palette)
        save_png(path, picture)

    def close(self) -> None:
        """Free the scene. Idempotent."""
        self._scene.close()
