"""The drawing process: gets jobs through a pipe, asks for the frames it needs, answers through another.

Run as a program, ``python -m osimviz.film.child --pipes=READ,ANSWERED [UNFINISHED]``. Where the program that started it
dies, it removes the file UNFINISHED and ends. Graphics drivers end their process when memory runs out; here that costs
one picture.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from osimviz.child_processes import pipes_to_parent

#: Niceness beside a window that is to stay usable.
_NICENESS = 10


def serve(arguments: list[str], begin: Callable[[Connection, Connection], Callable[[Any], None]]) -> None:
    """Do jobs until the pipe closes.

    Parameters
    ----------
    arguments : list of str
        Of the program.
    begin : callable
        Given the pipes, imports what is needed and returns what does a job; called when the first one is there.
    """
    # Ctrl+C in a terminal reaches all its processes; the one that was started decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    incoming, outgoing = pipes_to_parent()
    if "--patient" in arguments:
        os.nice(_NICENESS)
    unfinished = next((Path(text) for text in arguments if not text.startswith("--")), None)
    work = None
    try:
        while True:
            # The bytes first: who sends a job need not wait for the imports that understand it.
            data = incoming.recv_bytes()
            work = work or begin(incoming, outgoing)
            work(pickle.loads(data))  # from the program that started this one
    except (EOFError, ConnectionError):
        from osimviz.film.output_files import remove

        if unfinished is not None:
            remove(unfinished)


def _artist(incoming: Connection, outgoing: Connection) -> Callable[[Any], None]:
    from osimviz.film.drawing import Artist

    return Artist(incoming, outgoing).work


if __name__ == "__main__":
    serve(sys.argv[1:], _artist)
