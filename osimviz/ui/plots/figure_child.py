"""The process that draws plots for files: the window's own plots, without a display.

Run as a program by `osimviz.film.process`, as `osimviz.film.child` is, and talked to in the same way.
"""

import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from osimviz.film.child import serve


def _painter(incoming: Connection, outgoing: Connection) -> Callable[[Any], None]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PyQt5.QtCore import qInstallMessageHandler

    from osimviz.film.answering import faults_told
    from osimviz.film.messages import FigureJob, Finished
    from osimviz.ui.plots.figure_files import FigurePainter

    # What Qt misses of a desktop says nothing to whoever wants a file.
    qInstallMessageHandler(lambda kind, context, text: None)
    painter = FigurePainter()

    def work(job: FigureJob) -> None:
        with faults_told(job.name, outgoing.send):
            painter.write(job)
            outgoing.send(Finished())

    return work


if __name__ == "__main__":
    serve(sys.argv[1:], _painter)
