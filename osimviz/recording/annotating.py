"""Write into a recording that exists, so that a crash leaves it as it was before or as it is after."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import h5py

from osimviz.frames import Bookmark
from osimviz.recording.bookmarks import write_bookmarks
from osimviz.recording.change_note import finish_change, noted_change
from osimviz.recording.checks import READ_ERRORS
from osimviz.recording.episode_template import growing_bytes
from osimviz.recording.errors import RecordingError
from osimviz.recording.file_format import BOOKMARKS, episode_name
from osimviz.recording.liveness import has_writer, hold_as_writer
from osimviz.recording.staging import staged_change

log = logging.getLogger(__name__)


def annotate(path: Path, number: int, bookmarks: Sequence[Bookmark]) -> None:
    """Write the bookmarks of an episode; no other part of the file is changed.

    Parameters
    ----------
    path : Path
        A recording, which this process may have open for reading.
    number : int
        The episode.
    bookmarks : sequence of Bookmark
        They take the place of those in the file.

    Raises
    ------
    RecordingError
        If the file cannot be written, or somebody writes it just now; it is as before then.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be written ({error.strerror})") from error
    try:
        if has_writer(descriptor, path, believes_times=False):
            raise RecordingError(f"{path.name} is still being written by another program")
        hold_as_writer(descriptor)
        finish_change(descriptor)
        with staged_change(descriptor, os.fstat(descriptor).st_size) as file:
            write_bookmarks(_place_in(file, number), bookmarks)
    except RecordingError:
        raise
    except READ_ERRORS as error:
        what = getattr(error, "strerror", None) or "it is damaged"
        raise RecordingError(f"{path.name} cannot be written ({what})") from error
    finally:
        os.close(descriptor)


def finish_left_change(path: Path) -> None:
    """Finish a change of a recording that a program was killed in, for the other programs that read it.

    Nothing happens where there is none, somebody still writes the file, or it may not be written: `RecordingFile` sees
    a change that was noted as made.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if noted_change(descriptor) is not None and not has_writer(descriptor, path):
            hold_as_writer(descriptor)
            finish_change(descriptor)
    except OSError as error:
        log.info("a change was left half made: %s (%s)", error, path)
    finally:
        os.close(descriptor)


def _place_in(file: h5py.File, number: int) -> h5py.Dataset:
    group = file[episode_name(number)]
    if BOOKMARKS not in group:
        # Of format 1, whose readers look past what they do not know.
        growing_bytes(group, BOOKMARKS)
    return group[BOOKMARKS]
