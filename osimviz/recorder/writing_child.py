"""The process that writes the recording of a user's program: gets frames through a pipe.

Run as a program, ``python -m osimviz.recorder.writing_child --pipes=READ,ANSWERED --kept=MEMORY``. It ends when its
pipe closes, with everything written that came through it and all that the program had kept for it, however the program
ended. It loads neither OpenSim nor anything of the user's.
"""

import logging
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from osimviz.child_processes import pipes_to_parent
from osimviz.frames import RunInfo
from osimviz.recorder.kept_samples import KeptSamples
from osimviz.recorder.sample_columns import SampleColumns
from osimviz.recorder.writing_messages import (
    ANSWERED,
    KEPT,
    Answer,
    Begin,
    Close,
    Done,
    Expect,
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
from osimviz.recording.row_layout import FrameColumns, RowLayout
from osimviz.recording.writer import FLUSH_INTERVAL_S, RecordingWriter
from osimviz.worker.frame_making import FrameMaker
from osimviz.worker.packed_samples import unpacked

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
    """Carries out messages, one after the other, and writes what does not come.

    Parameters
    ----------
    descriptor : int
        Takes the answers.
    kept : KeptSamples or None
        What the program has not sent yet.
    """

    def __init__(self, descriptor: int, kept: KeptSamples | None) -> None:
        self._descriptor = descriptor
        self._kept = kept
        self._writer: RecordingWriter | None = None
        self._number = 0
        self._path = ""
        self._failure = ""
        self._run: RunInfo | None = None
        self._layout: RowLayout | None = None
        self._maker: FrameMaker | None = None
        #: Number of the episode and what makes its rows, while it goes on.
        self._expected: tuple[int, SampleColumns] | None = None
        #: Frames of the episode that came, and those written: the ones that were found before they came included.
        self._n_sent = self._n_written = 0
        self._lock = threading.Lock()
        self._heard_s = time.monotonic()

    def serve(self, messages: BinaryIO) -> None:
        """Carry out what comes until the pipe closes; pickles, one after the other."""
        self.answer(Done(0))
        has_ended = threading.Event()
        looker = threading.Thread(target=self._look, args=(has_ended,), daemon=True)
        looker.start()
        while True:
            try:
                message: Message = pickle.load(messages)  # from the program that started this one
            except (EOFError, pickle.UnpicklingError):
                # It is done, or was killed in the middle of a message.
                break
            except Exception as error:
                # Something of the program's own is in it, of a kind that is not known here.
                log.debug("a message could not be read", exc_info=True)
                with self._lock:
                    self._fail(f"something in the frames cannot be written by another process: {error}")
                break
            with self._lock:
                self._carry_out(message)
                self._heard_s = time.monotonic()
        has_ended.set()
        looker.join()
        self._take_kept()
        self._carry_out(Close(0))

    def answer(self, answer: Answer) -> None:
        """Tell the program something."""
        try:
            os.write(self._descriptor, to_line(answer))
        except OSError:
            # Nobody is left to be told; what came is written all the same.
            return

    def _look(self, has_ended: threading.Event) -> None:
        """Write what a program keeps that pauses between two steps, or hangs in one: nobody knows how that ends."""
        while not has_ended.wait(FLUSH_INTERVAL_S):
            with self._lock:
                if time.monotonic() - self._heard_s >= FLUSH_INTERVAL_S:
                    self._take_kept()

    def _carry_out(self, message: Message) -> None:
        self._try(self._work, message)
        if isinstance(message, ANSWERED):
            if self._failure:
                # Again: the first time may have been lost with a signal.
                self.answer(Failed(self._number, self._failure))
            self.answer(Done(message.number))

    def _try(self, work: Callable[..., None], *arguments: object) -> None:
        """Do something to the file; the program is told what goes wrong."""
        try:
            work(*arguments)
        except RecordingError as error:
            self._fail(str(error))
        except Exception as error:
            # Whatever else HDF5 or a file system may raise: the file stays as it was last flushed.
            log.debug("a recording could not be written", exc_info=True)
            what = " ".join(str(error).split()) or type(error).__name__
            self._fail(f"the recording stopped: {what} ({self._path}); what was written before is safe")

    def _work(self, message: Message) -> None:
        if isinstance(message, Open):
            self._close()
            self._number, self._path, self._failure = message.number, str(message.path), ""
            self._writer = RecordingWriter(message.path, message.provenance)
        elif isinstance(message, Close):
            self._close()
        elif isinstance(message, Expect):
            self._expect(message)
        elif self._writer is None or isinstance(message, Sync):
            # Without a writer it has failed, which is told.
            return
        elif isinstance(message, Begin):
            self._begin(self._writer, message)
        elif isinstance(message, Rows):
            self._take_rows(message)
        else:
            self._expected = None
            self._writer.end_episode(message.outcome)
        self._tell_place()

    def _begin(self, writer: RecordingWriter, message: Begin) -> None:
        self._run = message.run or self._run
        self._layout = message.layout or self._layout
        assert self._run is not None
        assert self._layout is not None
        self._expected, self._n_sent, self._n_written = None, 0, 0
        run = replace(self._run, seed=message.seed, provenance=message.provenance)
        writer.begin_rows(run, self._layout, message.info_names)

    def _expect(self, message: Expect) -> None:
        self._maker = message.maker or self._maker
        assert self._maker is not None
        self._expected = message.number, SampleColumns(self._maker, message.term_keys, message.bounds)

    def _take_rows(self, message: Rows) -> None:
        n_frames, n_known = len(message.infos), self._n_written - self._n_sent
        self._n_sent += n_frames
        if n_known < n_frames:
            self._write(message.columns.part(n_known, n_frames), message.infos[n_known:])

    def _take_kept(self) -> None:
        """Write what the program keeps."""
        if self._kept is None or self._expected is None or self._writer is None:
            return
        number, columns = self._expected
        found = self._kept.found(number, self._n_written)
        if not found:
            return
        try:
            samples, infos = zip(*map(unpacked, found), strict=True)
            made = columns.columns(samples, infos)
            assert self._layout is not None
            self._layout.check_columns(made)
        except Exception:
            # They come as rows, or were not to be.
            log.debug("what a program keeps could not be read", exc_info=True)
            self._expected = None
            return
        self._try(self._write, made, infos)
        self._tell_place()

    def _write(self, columns: FrameColumns, infos: Sequence[Mapping[str, float]]) -> None:
        assert self._writer is not None
        self._writer.append_columns(columns, infos)
        self._n_written += len(infos)

    def _tell_place(self) -> None:
        if self._writer is not None and str(self._writer.path) != self._path:
            self._path = str(self._writer.path)
            self.answer(Moved(self._number, self._path))

    def _fail(self, sentence: str) -> None:
        self._writer, self._failure = None, sentence
        self.answer(Failed(self._number, sentence))

    def _close(self) -> None:
        writer, self._writer = self._writer, None
        self._expected = None
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
    desk = WritingDesk(outgoing.fileno(), _kept_samples())
    logging.getLogger().addHandler(_Notes(desk))
    with open(incoming.fileno(), "rb", buffering=_BUFFER_BYTES, closefd=False) as messages:
        desk.serve(messages)


def _kept_samples() -> KeptSamples | None:
    """Return those whose descriptor the command line tells."""
    for argument in sys.argv:
        if argument.startswith(KEPT):
            descriptor = int(argument.removeprefix(KEPT))
            kept = KeptSamples(descriptor)
            os.close(descriptor)
            return kept
    return None


if __name__ == "__main__":
    main()
