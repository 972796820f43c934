"""The process that writes the recording of a user's program: gets frames through a pipe.

Run as a program, ``python -m osimviz.recorder.writing_child --pipes=READ,ANSWERED``. It ends when its pipe closes, with
everything written that came through it, however the user's program ended. It loads neither OpenSim nor anything of the
user's.
"""

import logging
import os
import pickle
import signal
from dataclasses import replace
from typing import BinaryIO

from osimviz.child_processes import pipes_to_parent
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
    to_line,
)
from osimviz.recording.errors import RecordingError
from osimviz.recording.row_layout import RowLayout
from osimviz.recording.writer import RecordingWriter

log = logging.getLogger(__name__)

#: A flush of frames is some 200 kB.
_BUFFER_BYTES = 2**18
#: Meant for the program that started this one, though a cluster sends them to all its processes: what that program has
#: sent is written before this one ends with it.
_SIGNALS = (
    *(signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2),
    *(signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGXCPU),
)


class WritingDesk:
    """Carries out messages, one after the other.

    Parameters
    ----------
    descriptor : int
        Takes the answers.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._writer: RecordingWriter | None = None
        self._number = 0
        self._path = ""
        self._failure = ""
        self._run: RunInfo | None = None
        self._layout: RowLayout | None = None

    def serve(self, messages: BinaryIO) -> None:
        """Carry out what comes until the pipe closes; pickles, one after the other."""
        self.answer(Done(0))
        while True:
            try:
                message: Message = pickle.load(messages)  # from the program that started this one
            except (EOFError, pickle.UnpicklingError):
                # It is done, or was killed in the middle of a message.
                break
            except Exception as error:
                # Something of the program's own is in it, of a kind that is not known here.
                log.debug("a message could not be read", exc_info=True)
                self._fail(f"something in the frames cannot be written by another process: {error}")
                break
            self._carry_out(message)
        self._carry_out(Close(0))

    def answer(self, answer: Answer) -> None:
        """Tell the program something."""
        try:
            os.write(self._descriptor, to_line(answer))
        except OSError:
            # Nobody is left to be told; what came is written all the same.
            return

    def _carry_out(self, message: Message) -> None:
        try:
            self._work(message)
        except RecordingError as error:
            self._fail(str(error))
        except Exception as error:
            # Whatever else HDF5 or a file system may raise: the file stays as it was last flushed.
            log.debug("a recording could not be written", exc_info=True)
            what = " ".join(str(error).split()) or type(error).__name__
            self._fail(f"the recording stopped: {what} ({self._path}); what was written before is safe")
        if isinstance(message, ANSWERED):
            if self._failure:
                # Again: the first time may have been lost with a signal.
                self.answer(Failed(self._number, self._failure))
            self.answer(Done(message.number))

    def _work(self, message: Message) -> None:
        if isinstance(message, Open):
            self._close()
            self._number, self._path, self._failure = message.number, str(message.path), ""
            self._writer = RecordingWriter(message.path, message.provenance)
        elif isinstance(message, Close):
            self._close()
        elif self._writer is None or isinstance(message, Sync):
            # Without a writer it has failed, which is told.
            return
        elif isinstance(message, Begin):
            self._begin(self._writer, message)
        elif isinstance(message, Rows):
            self._writer.append_columns(message.columns, message.infos)
        else:
            self._writer.end_episode(message.outcome)
        if self._writer is not None and str(self._writer.path) != self._path:
            self._path = str(self._writer.path)
            self.answer(Moved(self._number, self._path))

    def _begin(self, writer: RecordingWriter, message: Begin) -> None:
        self._run = message.run or self._run
        self._layout = message.layout or self._layout
        assert self._run is not None
        assert self._layout is not None
        run = replace(self._run, seed=message.seed, provenance=message.provenance)
        writer.begin_rows(run, self._layout, message.info_names)

    def _fail(self, sentence: str) -> None:
        self._writer, self._failure = None, sentence
        self.answer(Failed(self._number, sentence))

    def _close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()


class _Notes(logging.Handler):
    """Hands lines of the log to the user's program, which has settings for its own."""

    def __init__(self, desk: WritingDesk) -> None:
        super().__init__(logging.WARNING)
        self._desk = desk

    def emit(self, record: logging.LogRecord) -> None:
        """Send a line."""
        self._desk.answer(Noted(record.levelno, record.getMessage()))


def main() -> None:
    """Serve the program that started this one."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    incoming, outgoing = pipes_to_parent()
    desk = WritingDesk(outgoing.fileno())
    logging.getLogger().addHandler(_Notes(desk))
    with open(incoming.fileno(), "rb", buffering=_BUFFER_BYTES, closefd=False) as messages:
        desk.serve(messages)


if __name__ == "__main__":
    main()
