"""The files that a headless run writes when it has ended, pictures and films left out."""

from osimviz.headless.terminal import say_error
from osimviz.options import Options
from osimviz.recording import Recording, RecordingError


def write_exports(options: Options, recording: Recording, files: list[str]) -> bool:
    """Write the exports asked for, adding their paths to `files`; returns whether all were written."""
    from osimviz.recording.export import export_recording

    for path in options.exports:
        try:
            export_recording(recording, path, replace=options.may_overwrite)
        except RecordingError as error:
            say_error(str(error))
            return False
        files.append(str(path))
    return True
