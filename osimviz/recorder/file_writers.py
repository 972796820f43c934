"""Who writes a recorder's files: a process beside the user's program, or the program itself where there can be none."""

import logging
import weakref
from collections.abc import Mapping
from pathlib import Path

from osimviz.recorder.process_writer import ProcessWriter
from osimviz.recorder.writing_process import WritingProcess
from osimviz.recording.writer import RecordingWriter

log = logging.getLogger(__name__)

FileWriter = ProcessWriter | RecordingWriter


class FileWriters:
    """Makes the writers of one recorder, one after the other. In the process that made it only."""

    def __init__(self) -> None:
        self._process: WritingProcess | None = None
        self._has_started = False
        self._has_opened = False

    def start(self) -> None:
        """Start the process, once: whoever calls this early need not wait for it to come up."""
        if self._has_started:
            return
        self._has_started = True
        try:
            self._process = WritingProcess()
        except OSError as error:
            log.info("no process for writing could be started, this one writes: %s", error)
        else:
            weakref.finalize(self, self._process.close)

    def open(self, path: Path, provenance: Mapping[str, str]) -> FileWriter:
        """Return the writer of a new file; the one before is closed.

        Parameters
        ----------
        path : Path
            The file; nothing may be there.
        provenance : mapping of str to str
            As `RecordingWriter` takes it.

        Raises
        ------
        RecordingError
            As `RecordingWriter`.
        """
        self.start()
        if self._process is not None and self._process.is_there():
            # Where there is room for one file there is for the next, or it is told a little later.
            waits, self._has_opened = not self._has_opened, True
            return ProcessWriter(self._process, path, provenance, waits=waits)
        return RecordingWriter(path, provenance)

    def close(self) -> None:
        """End the process, once it has written what was sent. Idempotent."""
        if self._process is not None:
            self._process.close()
