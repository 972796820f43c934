"""A pause of the user's own program, asked for by the window that shows it. In the user's process.

The program waits inside ``env.step``, and only while the window that asked for it is there: closing the window, or its
death, lets the program go on.
"""

import logging
from collections.abc import Callable
from multiprocessing.connection import Connection

from osimviz.frames import Frame, RunInfo
from osimviz.worker.messages import Message, Request, StopRequest, Watch
from osimviz.worker.run_control import RunControl

_log = logging.getLogger(__name__)
#: Frames of an episode that conditions are held against, 6 kB each: a program that never resets must not fill the
#: memory. Eight times the longest episode of osim-rl's environments.
_MOST_FRAMES = 20_000
#: How often a program that waits looks whether it still has to, s.
_LOOK_S = 0.2


class LivePause:
    """Holds the window's conditions against every step of the user's program, and pauses it there.

    Parameters
    ----------
    connection : Connection
        The program's end of the pipe; only read here.
    send : callable
        Brings a message to the window, or gives up where there is none.
    """

    def __init__(self, connection: Connection, send: Callable[[Message], None]) -> None:
        self._connection = connection
        self.send = send
        self._control = RunControl(self, Watch())

    def begin(self, info: RunInfo) -> None:
        """Take note that an episode begins; its frames follow."""
        self._control.begin(info)

    def after(self, frame: Frame) -> bool:
        """Hold the conditions against a frame and wait while the window wants it; returns False if it is gone."""
        if frame.step == _MOST_FRAMES:
            _log.warning("no condition pauses this episode any more: it has %d steps", _MOST_FRAMES)
        if frame.step < _MOST_FRAMES:
            self._control.saw(frame)
        return self._control.may_go_on(frame.step)

    def next_request(self, *, waits: bool) -> Request | None:
        """Return what the window asked for; a window that is gone asks for nothing but the end of it all."""
        try:
            while not self._connection.poll(_LOOK_S if waits else 0.0):
                if not waits:
                    return None
            request: Request = self._connection.recv()
        except (EOFError, OSError):
            return StopRequest()
        return request
