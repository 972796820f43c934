"""The pictures that the command line asks for, written when the run they show has ended."""

from collections.abc import Sequence

from osimviz.moments import frame_at
from osimviz.options import PictureRequest
from osimviz.recording import Recording
from osimviz.render.stills import StillWriter


def write_pictures(recording: Recording, pictures: Sequence[PictureRequest]) -> None:
    """Write pictures of a run as a headless run does, from the standard view; GUI thread.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    writer = StillWriter(recording.info)
    try:
        for picture in pictures:
            frame = recording.frame(frame_at(recording, picture.moment))
            writer.write(frame, picture.path, (picture.width_px, picture.height_px))
    finally:
        writer.close()
