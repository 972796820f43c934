"""Write a whole recording, or its frames so far, to a new file."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from osimviz.recording.errors import Progress, RecordingError, WritingStopped, told
from osimviz.recording.file_format import BLOCK_ROWS
from osimviz.recording.store import Recording
from osimviz.recording.writer import RecordingWriter


def save_recording(
    recording: Recording,
    path: Path,
    *,
    replace: bool = False,
    provenance: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> None:
    """Write the frames a recording has now as a file of one episode, with what the environment reported.

    Parameters
    ----------
    recording : Recording
        In memory, or itself from a file.
    path : Path
        The file.
    replace : bool
        Whether a file that is there may go. It is replaced at the end, by one rename: never in place.
    provenance : mapping of str to str, optional
        Where the run comes from, as of a recording that was opened.
    progress : callable, optional
        Told the share that is done; it may end the writing.

    Raises
    ------
    RecordingError
        If there are no frames, or the file cannot be written.
    WritingStopped
        If `progress` wants no more.
    """
    if recording.last_index < 0:
        raise RecordingError("there is nothing to save yet: the run has no step")
    target = path.with_name(f".{path.name}.part") if replace else path
    if replace:
        target.unlink(missing_ok=True)
    writer = RecordingWriter(target, provenance)
    try:
        assert recording.layout is not None
        writer.begin_rows(recording.info, recording.layout, recording.info_names)
        n_frames = len(recording)
        infos = {name: recording.read_info(name).tolist() for name in recording.info_names}
        for start in range(0, n_frames, BLOCK_ROWS):
            told(progress, start / n_frames)
            stop = min(start + BLOCK_ROWS, n_frames)
            reported = [{name: values[i] for name, values in infos.items()} for i in range(start, stop)]
            writer.append_rows(*recording.rows(start, stop), reported)
        writer.set_bookmarks(recording.bookmarks)
        writer.end_episode(recording.outcome)
        writer.close()
        if replace:
            target.replace(path)
    except RecordingError as error:
        # Not the writer's own: it has let go of the file then.
        with suppress(RecordingError):
            writer.close()
        if isinstance(error, WritingStopped):
            target.unlink(missing_ok=True)
        raise
    except OSError as error:
        raise RecordingError(f"{path} was not written ({error.strerror})") from error
    finally:
        if replace:
            target.unlink(missing_ok=True)
