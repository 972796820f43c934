"""The reward of L2M2019Env: what each step adds up, and what a footstep, the end and a target pay. NumPy only.

Weights and order of additions: osim-rl 3.0.11, ``L2M2019Env.init_reward_1``, ``get_reward_1`` and ``get_reward_2``.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ALIVE = 0.1
_FOOTSTEP_WEIGHT = 10
_EFFORT_WEIGHT = 1
_VELOCITY_WEIGHT, _SECOND_ROUND_VELOCITY_WEIGHT = 1, 3
_SUCCESS = 10
_TARGET_REACHED = 500
#: The second round pays the last, unfinished footstep to those who took more than this many.
_FEW_FOOTSTEPS = 5
#: Terms of every step; the last one depends on the round.
_FOOTSTEP_TERMS = ("alive", "footstep_time", "footstep_velocity", "footstep_effort")


def reward_term_names(*, second_round: bool) -> tuple[str, ...]:
    """Return the names of the terms that `RewardAccount.pay` gives."""
    return (*_FOOTSTEP_TERMS, "target" if second_round else "success")


@dataclass(frozen=True, slots=True)
class RewardedStep:
    """What the reward looks at in a step.

    Attributes
    ----------
    step_s : float
        Time of the step.
    squared_activations : float
        Sum over the muscles.
    velocity_error : array (2,)
        Velocity of the pelvis less the target velocity, field space, m/s.
    is_footstep : bool
        Whether the step before put a foot down.
    n_footsteps : int
        Footsteps so far.
    has_succeeded : bool
        Whether the episode ends here without a fall.
    is_target_reached : bool
        Whether the step before reached a target.
    """

    step_s: float
    squared_activations: float
    velocity_error: Array
    is_footstep: bool
    n_footsteps: int
    has_succeeded: bool
    is_target_reached: bool


@dataclass(slots=True)
class RewardAccount:
    """What was summed up since the last footstep.

    Attributes
    ----------
    time_s : float
        Time since then.
    effort_s : float
        Integral of the squared activations.
    velocity_error_m : array (2,)
        Integral of the velocity error, field space.
    """

    time_s: float = 0.0
    effort_s: float = 0.0
    velocity_error_m: Array = field(default_factory=lambda: np.zeros(2))

    def pay(self, step: RewardedStep, *, second_round: bool) -> tuple[float, dict[str, float]]:
        """Account for a step; return its reward and the reward's terms by name.

        The terms are ``alive``; ``footstep_time``, ``footstep_velocity`` and ``footstep_effort``, paid with a footstep
        for all the time since the last one; ``success`` at the end of the first round or ``target`` in the second one.
        """
        self.time_s += step.step_s
        self.effort_s += step.squared_activations * step.step_s
        self.velocity_error_m = self.velocity_error_m + step.velocity_error * step.step_s
        terms = {"alive": _ALIVE, "footstep_time": 0.0, "footstep_velocity": 0.0, "footstep_effort": 0.0}
        reward = _ALIVE
        # At the end, osim-rl's first round names a value here that exists only if a footstep is due (osim-rl #215):
        # here it is the time of the unfinished footstep then.
        time_reward = _FOOTSTEP_WEIGHT * self.time_s
        is_last_paid = second_round and step.has_succeeded and step.n_footsteps > _FEW_FOOTSTEPS
        if step.is_footstep or is_last_paid:
            weight = _SECOND_ROUND_VELOCITY_WEIGHT if second_round else _VELOCITY_WEIGHT
            terms["footstep_time"] = time_reward
            terms["footstep_velocity"] = -weight * float(np.linalg.norm(self.velocity_error_m))
            terms["footstep_effort"] = -_EFFORT_WEIGHT * self.effort_s
            reward += terms["footstep_time"] + terms["footstep_velocity"] + terms["footstep_effort"]
            self.time_s = self.effort_s = 0.0
            self.velocity_error_m = np.zeros(2)
        if second_round:
            terms["target"] = float(_TARGET_REACHED) if step.is_target_reached else 0.0
            return reward + terms["target"], terms
        terms["success"] = time_reward + _SUCCESS if step.has_succeeded else 0.0
        return reward + terms["success"], terms
