"""Recordings and motions on a headless command line: one summary each, and the files asked for. Nothing is run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from osimviz.frames import Outcome
from osimviz.headless.drawings import check_drawings
from osimviz.headless.finishing import finish
from osimviz.headless.terminal import say_error
from osimviz.options import Options, UsageError
from osimviz.options.input_files import MOTION_SUFFIXES
from osimviz.recording import RecordingError, RecordingFile


def show_recordings(options: Options) -> int:
    """Print the summary of every recording named, one episode each, and write what is asked for of it.

    Of several, one that cannot be read is told and the others are shown.

    Returns
    -------
    int
        0, 1 if a file was not written, 2 if a recording could not be read, or lacks what its film is to show.

    Raises
    ------
    UsageError
        If there is one only, and it is the one.
    """
    status = 0
    for path in options.recordings:
        try:
            status = max(status, _show(options, path))
        except RecordingError as error:
            if len(options.recordings) == 1:
                raise UsageError(str(error)) from error
            say_error(str(error))
            status = 2
        except UsageError as error:
            if len(options.recordings) == 1:
                raise
            say_error(f"{path.name}: {error}", error.hint)
            status = 2
    return status


def _show(options: Options, path: Path) -> int:
    with _recording_of(path, options.model) as file:
        recording = file.episode(options.episode).recording
        if recording.outcome is None:
            # Its writer died, or still writes: what is there is shown.
            time_s = float(recording.time_s()[-1]) if len(recording) else 0.0
            sentence = "the recording has no end; its program died or still runs"
            recording.outcome = Outcome("worker_died", max(recording.last_index, 0), time_s, sentence)
        check_drawings(options, recording)
        wall_time_s = float(np.nansum(recording.field("wall_time_s")))
        title = f"{path}:" if len(options.recordings) > 1 else ""
        return finish(options, recording, wall_time_s, [], source=path, title=title, n_episodes=file.n_episodes)


@contextmanager
def _recording_of(path: Path, model: Path | None) -> Iterator[RecordingFile]:
    if path.suffix.lower() not in MOTION_SUFFIXES:
        with RecordingFile(path) as file:
            yield file
        return
    from osimviz.worker.motion_player import played_motion

    assert model is not None
    with played_motion(model, path) as written, RecordingFile(written) as file:
        yield file
