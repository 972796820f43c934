"""What is recorded of a run: the one place that defines every shape, unit and space of the data.

World space is OpenSim's ground: x forward, y up, z to the right, metres. NumPy only.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osimviz.channels import Channel
from osimviz.model_geometry import Array, BoneMesh, BoneSurface, JointLimit, ModelGeometry, Solid

#: What a model looks like is described beside; whoever needs a run's data looks here.
__all__ = (
    "CONTACT_SHARE",
    "FEET",
    "GRAVITY_M_S2",
    "OSIM_RL_STEP_S",
    "TIME_SLACK_S",
    "Array",
    "BoneMesh",
    "BoneSurface",
    "Bookmark",
    "EndLimit",
    "EndedBy",
    "Failure",
    "Frame",
    "JointLimit",
    "ModelGeometry",
    "Outcome",
    "RunInfo",
    "Solid",
)

#: How a run ended; `stopped` is the user's doing, `time_limit` the environment's, `step_limit` the command line's.
EndedBy = Literal[
    "fell", "done", "time_limit", "step_limit", "stopped", "controller_error", "simulator_error", "worker_died"
]

#: The two of osim-rl's leg models, in this order in every `n_feet` array.
FEET = ("right", "left")

#: Standard gravity, m/s², as the `gravity` of osim-rl's leg models has it: a body weight is mass times this.
GRAVITY_M_S2 = 9.80665

#: Share of body weight above which a foot counts as loaded (osim-rl 3.0.11, L2M2019Env's footstep rule).
CONTACT_SHARE = 0.05

#: Simulated time of a step of osim-rl's environments, s: taken where nothing says another.
OSIM_RL_STEP_S = 0.01

#: Times closer than this are one. They are sums of steps and carry their rounding: 0.29 typed by a user means the step
#: at 0.29000000000000004 s. Half a microsecond is far below any step and far above any rounding.
TIME_SLACK_S = 5e-7


@dataclass(frozen=True, slots=True)
class Frame:
    """One recorded instant: the reset state (step 0) or the state after a step.

    A value that does not exist is NaN (the action and reward of step 0, the centre of pressure of an unloaded foot).
    Arrays are float64 and read-only by agreement.

    Attributes
    ----------
    step : int
        Number of environment steps before this instant.
    time_s : float
        Simulated time.
    reward : float
        Reward of the step that led here.
    wall_time_s : float
        Real time that step took, controller included.
    observation : array (n_observations,)
        The environment's observation vector at this instant.
    action : array (n_actions,)
        What the controller returned for the step that led here, before clipping.
    excitation : array (n_muscles,)
        What reached the muscles in that step, 0..1, in model order; NaN at the reset.
    activation : array (n_muscles,)
        Muscle activation, 0..1.
    fiber_force_n, fiber_length, fiber_velocity : array (n_muscles,)
        Fibre force in N; fibre length in optimal fibre lengths; fibre velocity in optimal fibre lengths a second.
    coordinates, speeds : array (n_coordinates,)
        Generalised coordinates (rad or m) and speeds, in multibody-tree order.
    ground_reaction_n : array (n_feet, 3)
        Force of the ground on each foot in world space, N, feet ordered as `FEET`; shape (0, 3) without contact forces.
    centre_of_pressure_m : array (n_feet, 3)
        Where it acts on the plane y = 0; NaN below `CONTACT_SHARE` of the body weight.
    centre_of_mass_m, centre_of_mass_velocity : array (3,)
        Centre of mass of the model in world space, m, and its velocity, m/s.
    body_positions_m : array (n_bodies, 3)
        Origins of the bodies in world space.
    body_quaternions : array (n_bodies, 4)
        world_from_body rotations, scalar first.
    path_points_m : array (n_points, 3)
        Points of all muscle paths in world space, muscle after muscle. Their number changes with posture.
    path_counts : int array (n_muscles,)
        How many of those points belong to each muscle.
    state : array (n_state,)
        OpenSim's state vector Y.
    reward_terms : array (n_terms,)
        Terms of the reward by `RunInfo.reward_term_names`; NaN at the reset and where a step had none of that name.
    n_clipped : float
        Elements of the action that were out of range and cut; NaN where that is not known.
    target_velocity : array (3,)
        Velocity that the environment asks for where the model is, world space, m/s; shape (0,) where it asks for none.
    target_reached : float
        1 where the step that led here reached a target, 0 where it did not; NaN where the environment does not tell.
    """

    step: int
    time_s: float
    reward: float
    wall_time_s: float
    observation: Array
    action: Array
    excitation: Array
    activation: Array
    fiber_force_n: Array
    fiber_length: Array
    fiber_velocity: Array
    coordinates: Array
    speeds: Array
    ground_reaction_n: Array
    centre_of_pressure_m: Array
    centre_of_mass_m: Array
    centre_of_mass_velocity: Array
    body_positions_m: Array
    body_quaternions: Array
    path_points_m: Array
    path_counts: NDArray[np.int32]
    state: Array
    reward_terms: Array = field(default_factory=lambda: np.empty(0))
    n_clipped: float = float("nan")
    target_velocity: Array = field(default_factory=lambda: np.empty(0))
    target_reached: float = float("nan")


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A step the user wants to find again.

    Attributes
    ----------
    step : int
        The step.
    note : str
        What is to be said of it; may be empty.
    """

    step: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class EndLimit:
    """A bound on a channel at which the environment ends the run (``pelvis height below 0.6 m``).

    Attributes
    ----------
    channel : str
        Name of the channel.
    lower : float
        The run ends where the channel falls below this, in the channel's unit.
    sentence : str
        The condition in words, for marks and panels: ``pelvis below 0.6 m``.
    """

    channel: str
    lower: float
    sentence: str


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What is known of a run before its first step.

    Attributes
    ----------
    env_name, controller : str
        Environment as given on the command line; controller in a few words (``random · uniform in 0–1``).
    env_summary : str
        Environment in a few words, for the window (``ProstheticsEnv · 3D · prosthesis``).
    env_args : tuple of (str, str)
        Arguments as given, in order.
    seed : int
        The seed of environment, action sampling and controller.
    step_s : float
        Simulated time of one step.
    step_limit : int
        Steps after which the run ends at the latest.
    geometry : ModelGeometry
        What is drawn.
    channels : tuple of Channel
        The channel table.
    end_limits : tuple of EndLimit
        The environment's own ending conditions, the time limit left out.
    action_names : tuple of str
        The muscle each element of an action excites.
    state_names : tuple of str
        OpenSim's path of each element of `Frame.state`; empty where it is not known.
    reward_term_names : tuple of str
        The terms of the reward, in the order of `Frame.reward_terms`.
    provenance : tuple of (str, str)
        Where the numbers come from: versions, hashes of model and controller, accuracy, stepping.
    """

    env_name: str
    env_summary: str
    env_args: tuple[tuple[str, str], ...]
    controller: str
    seed: int
    step_s: float
    step_limit: int
    geometry: ModelGeometry
    channels: tuple[Channel, ...]
    end_limits: tuple[EndLimit, ...]
    action_names: tuple[str, ...]
    state_names: tuple[str, ...] = ()
    reward_term_names: tuple[str, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong in a run, as told to the user.

    Attributes
    ----------
    sentence : str
        What and where, one sentence.
    hint : str
        What to do about it; may be empty.
    traceback : str
        Python's traceback where there is one; for the error panel and the log only.
    observation, action : array or None
        What the controller was given and the last thing it gave, where that is known.
    """

    sentence: str
    hint: str = ""
    traceback: str = ""
    observation: Array | None = None
    action: Array | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes
    ----------
    ended_by : EndedBy
        The reason.
    step : int
        The step it ended at: the last one recorded, or the one that failed.
    time_s : float
        Simulated time of that step.
    sentence : str
        The reason in words, lower case, without a full stop: ``fell at 2.31 s: pelvis below 0.6 m``.
    failure : Failure or None
        Set for `controller_error`, `simulator_error` and `worker_died`.
    """

    ended_by: EndedBy
    step: int
    time_s: float
    sentence: str
    failure: Failure | None = None
