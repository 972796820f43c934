"""What a controller is given at each step: its kind of observation, its history, its frame skip. No OpenSim of its own.

Where nobody says which kind it wants, the kinds are tried at its first step, and what fits is kept.
"""

import copy
from collections import deque
from collections.abc import Mapping
from typing import Any

from osimviz.worker.actions import ActionFault, as_action
from osimviz.worker.controllers import BoundController
from osimviz.worker.declarations import ObservationKind

#: What a controller raises when it was given another kind of observation than it reads.
_MISFIT_ERRORS = (TypeError, KeyError, IndexError, ValueError, AttributeError, RuntimeError)


class ObservationFeed:
    """Asks one controller for the actions of one episode.

    Parameters
    ----------
    environment : object
        Any environment of osim-rl's protocol, after its reset.
    controller : BoundController
        The controller.

    Attributes
    ----------
    kind : ObservationKind
        What the controller is given; decided at the latest when it answered for the first time.
    """

    def __init__(self, environment: Any, controller: BoundController) -> None:
        self._environment = environment
        self._controller = controller
        self._past: deque[Any] = deque(maxlen=controller.history)
        self._held: Any = None
        self.kind: ObservationKind = controller.observation_kind

    def ask(self, given: Any, step: int) -> Any:
        """Return the controller's answer for a step, held over as many steps as it says.

        Parameters
        ----------
        given : sequence of float or mapping
            What the environment's `reset` or `step` returned.
        step : int
            Steps done so far.

        Raises
        ------
        Exception
            Whatever the controller raises.
        """
        is_decision = step % self._controller.action_repeat == 0
        if step == 0 and self._controller.may_try_kinds:
            self._held = self._first(given)
        elif is_decision or self._controller.history > 1:
            observation = self._with_past(self._observe(self.kind, given))
            if is_decision:
                self._held = self._controller.act(observation, step)
        return self._held

    def _first(self, given: Any) -> Any:
        """Ask with what the environment gave; if that does not fit, with the other kinds."""
        try:
            return self._controller.act(self._with_past(self._observe(self.kind, given)), 0)
        except _MISFIT_ERRORS as error:
            kinds: tuple[ObservationKind, ...] = ("vector", "dict", "state_desc")
            for kind in kinds if isinstance(given, Mapping) else kinds[1:]:
                self._past.clear()
                answer = self._answer_to(kind, given)
                if answer is not None:
                    self.kind = kind
                    return answer
            raise error

    def _answer_to(self, kind: ObservationKind, given: Any) -> Any:
        """Return what a controller answers to one kind of observation, or None if that is no action."""
        n_actions = len(self._environment.action_names())
        try:
            self._controller.restart()
            answer = self._controller.act(self._with_past(self._observe(kind, given)), 0)
            as_action(answer, n_actions, 1)
        except (*_MISFIT_ERRORS, ActionFault):
            # It failed with this kind as well; the first failure is the one to be told.
            return None
        return answer

    def _observe(self, kind: ObservationKind, given: Any) -> Any:
        """Return an observation the controller may change."""
        if kind == "vector":
            return list(given if not isinstance(given, Mapping) else self._environment.get_observation())
        if kind == "dict":
            return copy.deepcopy(self._environment.get_observation_dict())
        if kind == "state_desc":
            return copy.deepcopy(self._environment.get_state_desc())
        return copy.deepcopy(given) if isinstance(given, Mapping) else list(given)

    def _with_past(self, observation: Any) -> Any:
        """Return the latest observations as one, where a controller wants more than the present one."""
        if self._controller.history == 1:
            return observation
        if not self._past:
            # Before the start there was nothing else than the start.
            self._past.extend([observation] * self._controller.history)
        else:
            self._past.append(observation)
        if isinstance(observation, Mapping):
            return list(self._past)
        return [number for past in self._past for number in past]
