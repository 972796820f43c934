"""The child's loop: observation → controller → environment → frame, until something ends it."""

import logging
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from osimviz.envs.foreign_names import ForeignEnvironmentError
from osimviz.frames import Array, EndedBy, Failure, Frame, Outcome
from osimviz.worker.actions import ActionFault, as_action, to_excitation
from osimviz.worker.channel_table import with_reward_terms
from osimviz.worker.child import Outbox, describe_error, trace_of
from osimviz.worker.ending_sentence import ending_sentence
from osimviz.worker.loading import LoadedRun
from osimviz.worker.memory_limit import hint_of, is_out_of_memory, lift_limit
from osimviz.worker.messages import Acting, Ended, Loaded, RunRequest
from osimviz.worker.observation_sizes import misfit_in
from osimviz.worker.observations import ObservationFeed
from osimviz.worker.run_control import RunControl
from osimviz.worker.step_info import bounds_of, n_clipped_of, reward_terms_in, target_reached_in, term_values

#: Steps after which it is said that a controller's values look like those of tanh.
_N_STEPS_OF_TRIAL = 20

_log = logging.getLogger(__name__)


class _RunFailed(Exception):
    """A step could not be finished."""

    def __init__(self, ended_by: EndedBy, failure: Failure) -> None:
        super().__init__(failure.sentence)
        self.ended_by = ended_by
        self.failure = failure


def run_episode(loaded: LoadedRun, request: RunRequest, outbox: Outbox) -> None:
    """Step one episode and send every frame; the last message is `Ended`.

    Runs in the worker process. Takes what the window asks for between two steps.
    """
    control = RunControl(outbox, request.watch)
    stepper = _Stepper(loaded, outbox, control, request.worker_memory_gb)
    ended_by: EndedBy | None = None
    stepper.begin()
    while ended_by is None:
        if request.n_steps is not None and stepper.step >= request.n_steps:
            ended_by = "step_limit"
        elif not control.may_go_on(stepper.step):
            ended_by = "stopped"
        else:
            try:
                ended_by = stepper.advance()
            except _RunFailed as failed:
                stepper.flush_first()
                sentence = failed.failure.sentence
                outbox.send(Ended(Outcome(failed.ended_by, stepper.step, stepper.time_s, sentence, failed.failure)))
                return
    stepper.flush_first()
    sentence = ending_sentence(ended_by, stepper.time_s, loaded.info.end_limits)
    outbox.send(Ended(Outcome(ended_by, stepper.step, stepper.time_s, sentence)))


class _Stepper:
    """Holds what one step leaves for the next."""

    def __init__(self, loaded: LoadedRun, outbox: Outbox, control: RunControl, memory_gb: float) -> None:
        self._memory_gb = memory_gb
        self._environment = loaded.environment
        self._controller = loaded.controller
        self._observer = loaded.observer
        self._feed = ObservationFeed(loaded.environment, loaded.controller)
        self._given: Any = loaded.first_observation
        self._observation = self._vector(self._given)
        self._lowest, self._highest = 0.0, 0.0
        self._outbox = outbox
        self._control = control
        self._bounds = bounds_of(loaded.environment.action_space)
        self._info = loaded.info
        self._signature = loaded.controller.in_words()
        self._has_unnamed_terms = loaded.has_unnamed_terms
        self._held_first: Frame | None = None
        self._n_actions = len(loaded.info.action_names)
        self._last_action: Array | None = None
        self.step = 0
        self.time_s = 0.0

    def begin(self) -> None:
        """Send what is known of the run and the frame of the reset; where the reward's terms have no names yet, later.

        Their names come with the first step then: what is known of a run does not change while it goes on.
        """
        first = self._observer.read(step=0, observation=self._observation)
        if self._has_unnamed_terms:
            self._held_first = first
        else:
            self._send_first(first)

    def flush_first(self) -> None:
        """Send the reset where it still waits for its first step, which will not come."""
        if self._held_first is not None:
            self._send_first(self._held_first)

    def _send_first(self, first: Frame) -> None:
        self._held_first = None
        self._outbox.send(Loaded(self._info, self._signature))
        self._control.begin(self._info)
        self._send_frame(replace(first, reward_terms=np.full(len(self._info.reward_term_names), np.nan)))

    def _send_frame(self, frame: Frame) -> None:
        self._outbox.send(frame)
        self._control.saw(frame)

    def _name_terms(self, info: Any) -> None:
        names = tuple(reward_terms_in(info))
        channels = with_reward_terms(self._info.channels, names)
        self._info = replace(self._info, reward_term_names=names, channels=channels)

    def advance(self) -> EndedBy | None:
        """Do one step and send its frame; return why the run ended, if it did.

        Raises
        ------
        _RunFailed
            If it could not be finished.
        """
        try:
            return self._advance(self.step + 1)
        except MemoryError as error:
            # The simulator or the program around it found what the controller had left.
            raise self._out_of_memory(error, "the worker") from error

    def _advance(self, step: int) -> EndedBy | None:
        started = time.perf_counter()
        action = self._last_action = self._ask_controller(step)
        self._outbox.send(Acting(step, action))
        given, reward, done, info = self._step_environment(step, action)
        observation = self._vector(given)
        frame = self._observer.read(
            step=step,
            observation=observation,
            action=action,
            excitation=info.get("excitation"),
            reward=float(reward),
            wall_time_s=time.perf_counter() - started,
        )
        if self._held_first is not None:
            self._name_terms(info)
            self._send_first(self._held_first)
        self._send_frame(
            replace(
                frame,
                reward_terms=term_values(info, self._info.reward_term_names),
                n_clipped=n_clipped_of(info, to_excitation(action, self._controller.action_range), self._bounds),
                target_reached=target_reached_in(info),
            )
        )
        self._given, self._observation, self.step, self.time_s = given, observation, step, frame.time_s
        if not done:
            return None
        ended_by: EndedBy = info.get("ended_by") or "done"
        return ended_by

    def _vector(self, given: Any) -> Any:
        """Return the observation vector, also of an environment that gives a nested form."""
        return self._environment.get_observation() if isinstance(given, Mapping) else given

    def _ask_controller(self, step: int) -> Array:
        given = np.array(self._observation, dtype=np.float64)
        try:
            action = as_action(self._feed.ask(self._given, step - 1), self._n_actions, step)
        except ActionFault as fault:
            failure = Failure(str(fault), fault.hint, observation=given, action=fault.action)
            raise _RunFailed("controller_error", failure) from fault
        except BaseException as error:
            if is_out_of_memory(error):
                raise self._out_of_memory(error, "the controller") from error
            # The controller is somebody else's program: whatever it raises ends the run, not the worker.
            failure = self._told(error, step, given)
            raise _RunFailed("controller_error", failure) from error
        self._watch_range(action, step)
        return action

    def _out_of_memory(self, error: BaseException, who: str) -> _RunFailed:
        lift_limit()
        sentence = f"{who} ran out of memory at step {self.step + 1}: the worker may use {self._memory_gb:g} GB"
        given = np.array(self._observation, dtype=np.float64)
        failure = Failure(sentence, hint_of(self._memory_gb), trace_of(error), given, self._last_action)
        return _RunFailed("controller_error", failure)

    def _told(self, error: BaseException, step: int, given: Array) -> Failure:
        kind, _, what = describe_error(error).partition(": ")
        hint = "Mend the controller and run again."
        # An error whose words raise has nothing to say about sizes either.
        n_values, env_name = given.size * self._controller.history, type(self._environment).__name__
        misfit = misfit_in(error, n_values, env_name) if what else None
        if misfit is not None:
            what, hint = misfit
        sentence = f"the controller raised {kind} at step {step}" + (f": {what}" if what else "")
        return Failure(sentence, hint, trace_of(error), given, self._last_action)

    def _watch_range(self, action: Array, step: int) -> None:
        """Say once that values from -1 to 1, taken as excitations, lose their lower half."""
        # A model without muscles has nothing to excite.
        self._lowest = float(action.min(initial=self._lowest))
        self._highest = float(action.max(initial=self._highest))
        if step != _N_STEPS_OF_TRIAL or self._controller.action_range == "tanh":
            return
        if -1.0 <= self._lowest < -0.01 and self._highest <= 1.0:
            _log.warning(
                "the controller's values go down to %.2f and are cut at 0; if they are those of tanh, "
                "--action-range tanh maps them to 0..1",
                self._lowest,
            )

    def _step_environment(self, step: int, action: Array) -> tuple[Any, float, bool, dict[str, Any]]:
        try:
            excitation = to_excitation(action, self._controller.action_range)
            observation, reward, done, info = self._environment.step(excitation)
        except (RuntimeError, ValueError, ArithmeticError) as error:
            if is_out_of_memory(error):
                raise self._out_of_memory(error, "the simulator") from error
            what = " ".join(str(error).split()).removesuffix(".")
            # OpenSim's own errors are RuntimeErrors; all others are of the program around it.
            if isinstance(error, ForeignEnvironmentError) and not isinstance(error.__cause__, RuntimeError):
                sentence, hint = what, "The steps before it are kept; correct the environment's step() and run again."
            else:
                sentence = f"the simulator failed at step {step}: {what}"
                hint = (
                    "The steps before it are kept; a smaller integrator_accuracy or gentler excitations may avoid it."
                )
            given = np.array(self._observation, dtype=np.float64)
            failure = Failure(sentence, hint, traceback.format_exc(), given, action)
            raise _RunFailed("simulator_error", failure) from error
        return observation, float(reward), bool(done), info
