"""The run at work: how long it has been computing, whether it waits, and where it will."""

import math
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from osimviz.worker.messages import ContinueRequest, Paused, PauseRequest, Request, RunRequest, Watch


class Link(Protocol):
    """The way to a run at work: a `WorkerLink` or a `LiveLink`."""

    def send(self, request: Request) -> None:
        """Ask the run for something."""


class RunPause:
    """Pauses a run and lets it go on; keeps the conditions from run to run.

    Attributes
    ----------
    watch : Watch
        Where runs pause.
    at : Paused or None
        Where the run waits; None while it does not.
    link : Link or None
        The way to the run at work; None while there is none.
    """

    def __init__(self) -> None:
        self.watch = Watch()
        self.at: Paused | None = None
        self.link: Link | None = None
        self._started: float | None = None
        self._paused_at = 0.0
        self._waited_s = 0.0
        self._stepped_s = 0.0

    def watched(self, request: RunRequest) -> RunRequest:
        """Return a request for a run that pauses where runs pause."""
        self.begin()
        return replace(request, watch=self.watch)

    def join(self, link: Link) -> None:
        """Pause a run from now on that was not asked for here."""
        self.link = link
        link.send(self.watch)

    def begin(self) -> None:
        """Start counting with the next frame."""
        self.at = None
        self._started = None
        self._waited_s = self._stepped_s = 0.0

    def elapsed_s(self, step_s: float) -> float:
        """Return the real time since the first frame, pauses left out, s, when another one has arrived.

        It is no less than the steps took, which may arrive all at once: `step_s` is what the last one took, NaN where
        that is not known.
        """
        if self._started is None:
            self._started = time.perf_counter()
        if math.isfinite(step_s):
            self._stepped_s += step_s
        return max(time.perf_counter() - self._started - self._waited_s, self._stepped_s)

    def set_watch(self, conditions: Iterable[str], formulas: Iterable[tuple[str, str]]) -> None:
        """Pause at other conditions from now on, also the run at work."""
        watch = Watch(tuple(conditions), tuple(formulas))
        if watch != self.watch:
            self.watch = watch
            if self.link is not None:
                self.link.send(watch)

    def arrived(self, paused: Paused) -> None:
        """Take note that the run waits."""
        self.at = paused
        self._paused_at = time.perf_counter()

    def ask(self) -> None:
        """Ask the run to wait before its next step."""
        if self.link is not None:
            self.link.send(PauseRequest())

    def go_on(self, n_steps: int | None) -> None:
        """Let a run that waits go on, for so many steps or, with None, until something ends it."""
        if self.at is not None and self.link is not None:
            self.at = None
            self._waited_s += time.perf_counter() - self._paused_at
            self.link.send(ContinueRequest(n_steps))
