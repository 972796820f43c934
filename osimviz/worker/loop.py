"""The child's loop: observation → controller → environment → frame, until something ends it."""

import time
import traceback
from typing import Any

import numpy as np

from osimviz.frames import Array, EndedBy, Failure, Outcome
from osimviz.worker.actions import ActionFault, as_action
from osimviz.worker.child import Outbox
from osimviz.worker.loading import LoadedRun
from osimviz.worker.messages import Acting, Ended, Loaded, RunRequest


class _RunFailed(Exception):
    """A step could not be finished."""

    def __init__(self, ended_by: EndedBy, failure: Failure) -> None:
        super().__init__(failure.sentence)
        self.ended_by = ended_by
        self.failure = failure


def run_episode(loaded: LoadedRun, request: RunRequest, outbox: Outbox) -> None:
    """Step one episode and send every frame; the last message is `Ended`.

    Runs in the worker process. Takes a stop request between two steps.
    """
    stepper = _Stepper(loaded, outbox)
    outbox.send(Loaded(loaded.info))
    outbox.send(stepper.first_frame())
    ended_by: EndedBy | None = None
    while ended_by is None:
        if request.n_steps is not None and stepper.step >= request.n_steps:
            ended_by = "step_limit"
        elif outbox.is_stop_requested():
            ended_by = "stopped"
        else:
            try:
                ended_by = stepper.advance()
            except _RunFailed as failed:
                outcome = Outcome(
                    failed.ended_by, stepper.step, stepper.time_s, failed.failure.sentence, failed.failure
                )
                outbox.send(Ended(outcome))
                return
    sentence = _sentence(ended_by, stepper.time_s, loaded)
    outbox.send(Ended(Outcome(ended_by, stepper.step, stepper.time_s, sentence)))


class _Stepper:
    """Holds what one step leaves for the next."""

    def __init__(self, loaded: LoadedRun, outbox: Outbox) -> None:
        self._environment = loaded.environment
        self._controller = loaded.controller
        self._observer = loaded.observer
        self._observation: Any = loaded.first_observation
        self._outbox = outbox
        self._n_actions = len(loaded.info.action_names)
        self._last_action: Array | None = None
        self.step = 0
        self.time_s = 0.0

    def first_frame(self) -> Any:
        """Return the frame of the reset."""
        return self._observer.read(step=0, observation=self._observation)

    def advance(self) -> EndedBy | None:
        """Do one step and send its frame; return why the run ended, if it did."""
        step = self.step + 1
        started = time.perf_counter()
        action = self._last_action = self._ask_controller(step)
        self._outbox.send(Acting(step, action))
        observation, reward, done, info = self._step_environment(step, action)
        frame = self._observer.read(
            step=step,
            observation=observation,
            action=action,
            excitation=info.get("excitation"),
            reward=float(reward),
            wall_time_s=time.perf_counter() - started,
        )
        self._outbox.send(frame)
        self._observation, self.step, self.time_s = observation, step, frame.time_s
        if not done:
            return None
        ended_by: EndedBy = info.get("ended_by") or "done"
        return ended_by

    def _ask_controller(self, step: int) -> Array:
        given = np.array(self._observation, dtype=np.float64)
        try:
            # A copy, for a controller may change what it is given.
            raw = self._controller.act(list(self._observation), step - 1)
            return as_action(raw, self._n_actions, step)
        except ActionFault as fault:
            failure = Failure(str(fault), fault.hint, observation=given, action=fault.action)
            raise _RunFailed("controller_error", failure) from fault
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            # The controller is somebody else's program: whatever it raises ends the run, not the worker.
            what = str(error).strip().splitlines()
            sentence = f"the controller raised {type(error).__name__} at step {step}" + (f": {what[0]}" if what else "")
            hint = "Mend the controller and run again."
            failure = Failure(sentence, hint, traceback.format_exc(), given, self._last_action)
            raise _RunFailed("controller_error", failure) from error

    def _step_environment(self, step: int, action: Array) -> tuple[Any, float, bool, dict[str, Any]]:
        try:
            observation, reward, done, info = self._environment.step(action)
        except (RuntimeError, ValueError, ArithmeticError) as error:
            what = " ".join(str(error).split())
            sentence = f"the simulator failed at step {step}: {what}"
            hint = "The steps before it are kept; a smaller integrator_accuracy or gentler excitations may avoid it."
            given = np.array(self._observation, dtype=np.float64)
            failure = Failure(sentence, hint, traceback.format_exc(), given, action)
            raise _RunFailed("simulator_error", failure) from error
        return observation, float(reward), bool(done), info


def _sentence(ended_by: EndedBy, time_s: float, loaded: LoadedRun) -> str:
    if ended_by == "fell":
        limits = loaded.info.end_limits
        return f"fell at {time_s:.2f} s: {limits[0].sentence}" if limits else f"fell at {time_s:.2f} s"
    words = {
        "time_limit": "reached the environment's time limit",
        "step_limit": "reached the step limit",
        "stopped": "stopped by the user",
        "done": "the environment ended the run",
    }
    return f"{words[ended_by]} at {time_s:.2f} s"
