"""The process that writes the recording of a user's program: gets frames through its standard input.

Run as a program, ``python -m osimviz.recorder.writing_child``. It ends when its pipe closes, with everything written
that came through it, however the user's program ended. It loads neither OpenSim nor anything of the user's.
"""

import logging
import os
import signal
from dataclasses import replace
from multiprocessing.connection import Connection

from osimviz.frames import RunInfo
from osimviz.recorder.writing_messages import (
    ANSWERED,
    Answer,
    Begin,
    Close,
    Done,
    Failed,
    Message,
    Moved,
    Noted,
    Open,
    Rows,
    Sync,
)
from osimviz.recording.errors import RecordingError
from osimviz.recording.row_layout import RowLayout
from osimviz.recording.writer import RecordingWriter

log = logging.getLogger(__name__)

#: Meant for the program that started this one: what that has sent is written before this one ends with it.
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class WritingDesk:
    """Carries out messages, one after the other.

    Parameters
    ----------
    outgoing : Connection
        Takes the answers.
    """

    def __init__(self, outgoing: Connection) -> None:
        self._outgoing = outgoing
        self._writer: RecordingWriter | None = None
        self._path = ""
        self._run: RunInfo | None = None
        self._layout: RowLayout | None = None

    def serve(self, incoming: Connection) -> None:
        """Answer what comes until the pipe closes."""
        self._answer(Done())
        while True:
            try:
                message: Message = incoming.recv()
            except EOFError:
                break
            self._carry_out(message)
        self._carry_out(Close())

    def close(self) -> None:
        """Complete the file, if there is one. Idempotent; `RecordingError` as `RecordingWriter.close`."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _carry_out(self, message: Message) -> None:
        try:
            self._work(message)
        except RecordingError as error:
            self._writer = None
            self._answer(Failed(str(error)))
        except Exception as error:
            # Whatever else HDF5 or a file system may raise: the file stays as it was last flushed.
            log.debug("a recording could not be written", exc_info=True)
            self._writer = None
            what = " ".join(str(error).split()) or type(error).__name__
            self._answer(Failed(f"the recording stopped: {what} ({self._path}); what was written before is safe"))
        if isinstance(message, ANSWERED):
            self._answer(Done())

    def _work(self, message: Message) -> None:
        if isinstance(message, Open):
            self.close()
            self._path = str(message.path)
            self._writer = RecordingWriter(message.path, message.provenance)
        elif isinstance(message, Close):
            self.close()
        elif self._writer is None or isinstance(message, Sync):
            # Without a writer it has failed, which was told.
            return
        elif isinstance(message, Begin):
            self._begin(self._writer, message)
        elif isinstance(message, Rows):
            self._writer.append_columns(message.columns, message.infos)
        else:
            self._writer.end_episode(message.outcome)
        if self._writer is not None and str(self._writer.path) != self._path:
            self._path = str(self._writer.path)
            self._answer(Moved(self._writer.path))

    def _begin(self, writer: RecordingWriter, message: Begin) -> None:
        self._run = message.run or self._run
        self._layout = message.layout or self._layout
        assert self._run is not None
        assert self._layout is not None
        run = replace(self._run, seed=message.seed, provenance=message.provenance)
        writer.begin_rows(run, self._layout, message.info_names)

    def _answer(self, answer: Answer) -> None:
        try:
            self._outgoing.send(answer)
        except OSError:
            # Nobody is left to be told; what came is written all the same.
            return


class _Notes(logging.Handler):
    """Hands lines of the log to the user's program, which has settings for its own."""

    def __init__(self, outgoing: Connection) -> None:
        super().__init__(logging.WARNING)
        self._outgoing = outgoing

    def emit(self, record: logging.LogRecord) -> None:
        """Send a line."""
        try:
            self._outgoing.send(Noted(record.levelno, record.getMessage()))
        except OSError:
            return


def main() -> None:
    """Serve the program that started this one."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    incoming, outgoing = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    # What a library prints must not end up between two answers.
    os.dup2(2, 1)
    logging.getLogger().addHandler(_Notes(outgoing))
    WritingDesk(outgoing).serve(incoming)


if __name__ == "__main__":
    main()
