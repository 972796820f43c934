"""The files that a headless run writes when it has ended: exports and pictures."""

from osimviz.frames import Outcome
from osimviz.headless.terminal import say
from osimviz.moments import frame_at
from osimviz.options import Options
from osimviz.recording import Recording, RecordingError


def write_exports(options: Options, recording: Recording, files: list[str]) -> bool:
    """Write the exports asked for, adding their paths to `files`; returns whether all were written."""
    from osimviz.recording.export import export_recording

    for path in options.exports:
        try:
            export_recording(recording, path, replace=options.may_overwrite)
        except RecordingError as error:
            say(f"osimviz: error: {error}.")
            return False
        files.append(str(path))
    return True


def write_pictures(options: Options, recording: Recording, files: list[str]) -> bool:
    """Write the pictures asked for, adding their paths to `files`; returns whether all were written."""
    if not options.pictures:
        return True
    from osimviz.render.stills import StillWriter

    writer = StillWriter(recording.info)
    try:
        for picture in options.pictures:
            if picture.moment == "failure" and recording.outcome is not None and not _has_failed(recording.outcome):
                say("osimviz: the run did not fail; the picture shows its last frame.")
            index = frame_at(recording, picture.moment)
            frame = recording.frame(index)
            if isinstance(picture.moment, float) and picture.moment > frame.time_s + recording.info.step_s:
                say(f"osimviz: the run ended at {frame.time_s:.2f} s; the picture shows its last frame.")
            writer.write(frame, picture.path, (picture.width_px, picture.height_px))
            files.append(str(picture.path))
    except OSError as error:
        say(f"osimviz: error: the picture was not written ({error}).")
        return False
    except KeyboardInterrupt:
        say("osimviz: stopped while a picture was drawn; the rest is not written.")
        return False
    finally:
        writer.close()
    return True


def _has_failed(outcome: Outcome) -> bool:
    return outcome.ended_by == "fell" or outcome.failure is not None
