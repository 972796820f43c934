"""Stream an environment of the user's own program to a window of its own process. In the user's process.

The window is a separate program: it can be closed, or outlive the script, without either disturbing the other.
"""

import atexit
import queue
import subprocess
import sys
import threading
import warnings
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from osimviz.child_processes import module_command, module_environment
from osimviz.frames import Array, Frame, Outcome, RunInfo
from osimviz.system_check import check_window_possible, release_display
from osimviz.worker.channel_table import with_reward_terms
from osimviz.worker.ending_sentence import ending_sentence
from osimviz.worker.live_pause import LivePause
from osimviz.worker.messages import Ended, Loaded, Message
from osimviz.worker.observer import Observer
from osimviz.worker.step_info import declared_terms, n_clipped_of, target_reached_in, term_values

#: Messages that may wait for a window that is slow, nearly all of them frames; beyond them the rest of an episode is
#: not shown. 4,000 frames are 40 s.
_N_WAITING = 4_000
#: Calls between a warning and the line of the user's program that it is shown with, from a step.
_CALLS_DEEP = 6
#: Longest wait for a window that takes the last frames, s.
_LAST_FRAMES_S = 10.0


class LiveViewer:
    """A window that shows what an environment does.

    Parameters
    ----------
    environment : object
        The environment; its model must be loaded.
    """

    def __init__(self, environment: Any) -> None:
        self._environment = environment
        self._observer: Observer | None = None
        self._waiting: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._pause: LivePause | None = None
        self._term_names: tuple[str, ...] = ()
        self._step = 0
        self._time_s = 0.0
        self._is_open = True
        #: Whether the rest of the episode is not shown, and whether the program was told that this happens.
        self._is_cut = self._has_told_cut = False

    def show_reset(self, observation: Any) -> None:
        """Begin an episode: describe it and show its first frame. Opens the window at the first call."""
        if not self._is_open:
            return
        if self._process is None and not self._open():
            return
        self._observer = Observer(self._environment)
        self._step = 0
        self._term_names = declared_terms(self._environment) or ()
        info = self._describe(self._observer)
        self._is_cut = self._is_behind()
        if not self._is_cut:
            self._waiting.put(Loaded(info))
        if self._pause is not None:
            self._pause.begin(info)
        no_terms = np.full(len(self._term_names), np.nan)
        self._show(self._observer.read(step=0, observation=observation, reward_terms=no_terms))

    def show_step(self, observation: Any, action: Any, reward: float, info: dict[str, Any], wall_time_s: float) -> None:
        """Show the state after a step; waits there while the user of the window wants the program to pause."""
        if not self._is_open or self._observer is None:
            return
        self._step += 1
        given: Array = np.asarray(action, dtype=np.float64).reshape(-1)
        frame = self._observer.read(
            step=self._step,
            observation=observation,
            action=given,
            excitation=info.get("excitation"),
            reward=reward,
            wall_time_s=wall_time_s,
            reward_terms=term_values(info, self._term_names),
            n_clipped=n_clipped_of(info, given, None),
            target_reached=target_reached_in(info),
        )
        self._show(frame)
        ended_by = info.get("ended_by")
        if ended_by is not None and not self._is_cut:
            sentence = ending_sentence(ended_by, frame.time_s, self._observer.end_limits)
            self._waiting.put(Ended(Outcome(ended_by, self._step, frame.time_s, sentence)))

    def _show(self, frame: Frame) -> None:
        """Queue a frame; never waits, for training must not. Steps after one that is not shown are not shown either."""
        if not self._is_cut and frame.step > 0 and self._is_behind():
            self._is_cut = True
            sentence = "shown to here: the window could not keep up with the program"
            self._waiting.put(Ended(Outcome("stopped", frame.step - 1, self._time_s, sentence)))
        if not self._is_cut:
            self._waiting.put(frame)
            self._time_s = frame.time_s
        if self._pause is not None and not self._pause.after(frame):
            self._is_open = False

    def close(self) -> None:
        """Stop streaming; the window stays until the user closes it. Idempotent."""
        if self._thread is not None:
            self._is_open = False
            self._waiting.put(None)
            self._thread.join(_LAST_FRAMES_S)
            self._thread = None
            atexit.unregister(self.close)

    def _open(self) -> bool:
        """Start the window; returns False, with one warning, where none can be opened."""
        if sys.platform != "linux":
            return self._give_up("a live window needs Linux at present")
        fault = check_window_possible()
        # The window is another process, which looks for itself.
        release_display()
        if fault is not None:
            return self._give_up(fault[0])
        mine, theirs = Pipe(duplex=True)
        try:
            self._process = subprocess.Popen(
                [*module_command("osimviz.ui.live_window"), str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                env=module_environment(),
                start_new_session=True,
                # Its streams are not the script's: who reads those must not wait for a window to be closed.
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            mine.close()
            return self._give_up(f"its process did not start ({error})")
        finally:
            theirs.close()
        self._stream_into(mine)
        return True

    def _stream_into(self, connection: Connection) -> None:
        self._pause = LivePause(connection, self._waiting.put)
        self._thread = threading.Thread(target=self._send_all, args=(connection,), name="osimviz-live", daemon=True)
        self._thread.start()
        # What waits to be sent when the script ends is sent before it does.
        atexit.register(self.close)

    def _give_up(self, reason: str) -> bool:
        self._is_open = False
        warnings.warn(f"visualize=True opens no window here: {reason}.", stacklevel=4)
        return False

    def _is_behind(self) -> bool:
        """Return whether the window has more to take than it is given; the program is told once."""
        if self._waiting.qsize() < _N_WAITING:
            return False
        if not self._has_told_cut:
            self._has_told_cut = True
            warnings.warn(
                "the window of visualize=True cannot keep up: the rest of the episode is not shown, and the next one "
                "that begins when it has caught up is. osimviz.record keeps every step.",
                stacklevel=_CALLS_DEEP,
            )
        return True

    def _send_all(self, connection: Connection) -> None:
        """Send what is queued until the window is gone or the program closes. In a thread of its own."""
        with connection:
            while True:
                message = self._waiting.get()
                if message is None:
                    return
                try:
                    connection.send(message)
                except (BrokenPipeError, ConnectionResetError, OSError):
                    # The user closed the window: the program goes on without.
                    self._is_open = False
                    return

    def _describe(self, observer: Observer) -> RunInfo:
        environment = self._environment
        return RunInfo(
            env_name=type(environment).__name__,
            env_summary=environment.summary(),
            env_args=(),
            controller="your program",
            seed=0,
            step_s=observer.step_s,
            step_limit=int(min(environment.spec.timestep_limit, 10_000)),
            geometry=observer.geometry,
            channels=with_reward_terms(observer.channels, self._term_names),
            end_limits=observer.end_limits,
            action_names=tuple(environment.action_names()),
            reward_term_names=self._term_names,
        )
