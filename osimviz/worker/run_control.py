"""Between two steps: what the window asked for, and the conditions at which a run pauses. In the process that steps."""

import contextlib
import logging
from typing import Protocol

from osimviz.expressions import Expression, ExpressionError, compile_condition
from osimviz.frames import Frame, RunInfo
from osimviz.recording import Recording
from osimviz.worker.messages import ContinueRequest, Message, Paused, PauseRequest, Request, StopRequest, Watch

_log = logging.getLogger(__name__)


class Window(Protocol):
    """The way to whoever watches and back; `osimviz.worker.child.Outbox` is one."""

    def send(self, message: Message) -> None:
        """Send one message."""

    def next_request(self, *, waits: bool) -> Request | None:
        """Return the oldest thing that was asked for; None where there is none and `waits` is false."""


class RunControl:
    """Decides after every step whether the run goes on, waits, or stops.

    A run that may be watched is kept whole here too: a condition such as ``deriv(pelvis/height) < -1`` is held against
    the same numbers as in the window, and so is true at exactly the same step.

    Parameters
    ----------
    window : Window
        Way to the window and back.
    watch : Watch or None
        The conditions at the start; None for a run that nobody watches, of which nothing is kept.
    """

    def __init__(self, window: Window, watch: Watch | None) -> None:
        self._window = window
        self._watch = watch
        self._kept: Recording | None = None
        self._conditions: list[Expression] = []
        self._held: set[str] = set()
        self._is_pause_asked = False
        self._steps_left: int | None = None
        self._reason = ""

    def begin(self, info: RunInfo) -> None:
        """Take note of what run it is; its frames follow."""
        if self._watch is not None:
            self._kept = Recording(info)
            self._take_watch(self._watch)

    def saw(self, frame: Frame) -> None:
        """Hold the conditions against one more frame."""
        if self._kept is None:
            return
        try:
            self._kept.append(frame)
        except ValueError:
            # A frame that does not follow the one before: the window refuses it too, and tells it.
            self._kept = None
            return
        if self._steps_left is not None:
            self._steps_left -= 1
        holding = {condition.text for condition in self._conditions if condition.holds(self._kept)[-1]}
        begun = [condition.text for condition in self._conditions if condition.text in holding - self._held]
        self._held = holding
        if begun:
            self._pause(" · ".join(begun))
        elif self._steps_left == 0:
            self._pause("")

    def may_go_on(self, step: int) -> bool:
        """Carry out what was asked since the last step, wait while paused; returns False if the run is to stop."""
        while True:
            request = self._window.next_request(waits=False)
            if request is None:
                break
            if not self._take(request):
                return False
        if not self._is_pause_asked:
            return True
        self._window.send(Paused(step, self._reason))
        while self._is_pause_asked:
            request = self._window.next_request(waits=True)
            if request is not None and not self._take(request):
                return False
        return True

    def _pause(self, reason: str) -> None:
        self._is_pause_asked, self._reason, self._steps_left = True, reason, None

    def _take(self, request: Request) -> bool:
        """Carry out one request; returns False for the one to stop."""
        match request:
            case StopRequest():
                return False
            case PauseRequest():
                if not self._is_pause_asked:
                    self._pause("")
            case ContinueRequest():
                self._is_pause_asked, self._steps_left = False, request.n_steps
            case Watch():
                self._take_watch(request)
        return True

    def _take_watch(self, watch: Watch) -> None:
        """Take other conditions; what holds already begins nothing."""
        self._watch = watch
        if self._kept is None:
            return
        for channel in self._kept.derived.channels:
            self._kept.derived.remove(channel.name)
        for title, formula in watch.formulas:
            # Derived channels are remembered for every environment; this one need not have what they are made of.
            with contextlib.suppress(ValueError):
                self._kept.derived.define(title, formula)
        names = self._kept.derived.names()
        self._conditions = []
        for text in watch.conditions:
            try:
                self._conditions.append(compile_condition(text, names))
            except ExpressionError as error:
                # The window accepts what it understood only; this run may have other channels.
                _log.warning("a condition to pause at is not understood in this run: %s", error)
        has_frames = len(self._kept) > 0
        self._held = {c.text for c in self._conditions if has_frames and c.holds(self._kept)[-1]}
