"""Arm2DEnv of osim-rl 2.1.5 and 3.0.11, and Arm2DVecEnv: reach a target with the hand of a two-jointed arm."""

import math
import random
from pathlib import Path
from typing import Any

import numpy as np

from osimviz.channels import Channel
from osimviz.envs.engine import opensim
from osimviz.envs.engine_memory import vec3
from osimviz.envs.environment import OsimEnv
from osimviz.envs.integrators import INTEGRATORS
from osimviz.envs.models import model_path
from osimviz.envs.osim_model import OsimModel
from osimviz.envs.state_description import StateDescription, StateReader

_MODEL_FILE = "arm2dof6musc.osim"

#: The model of release 3.0.11 stands on a body of this name; the shoulder of 2.1.5 is at the ground's origin.
_BASE = "base"
_BASE_HEIGHT_M = 0.8
#: Ranges of the target's direction, rad, and distance, m: ``generate_new_target`` of the two releases.
_RANGES = {
    "2.1.5": ((math.pi * 9 / 8, math.pi * 12 / 8), (0.5, 0.65)),
    "3.0.11": ((math.pi * 0, math.pi * 2 / 3), (0.3, 0.65)),
}

_HAND = "r_radius_styloid"
_JOINTS = ("r_shoulder", "r_elbow")
_MOTIONS = (
    ("pos", "rad", "Angle of the right {}, positive in flexion."),
    ("vel", "rad/s", "Rate of the angle of the right {}, positive in flexion."),
    ("acc", "rad/s²", "Acceleration of the angle of the right {}, positive in flexion."),
)


def draw_target(release: str, python_random: random.Random) -> tuple[float, float]:
    """Draw a target as a release of osim-rl does.

    Parameters
    ----------
    release : {"2.1.5", "3.0.11"}
        The release.
    python_random : Random
        Generator of direction and distance, in this order.

    Returns
    -------
    tuple of two float
        World x and y, m.
    """
    angles, distances = _RANGES[release]
    angle_rad = python_random.uniform(*angles)
    distance_m = python_random.uniform(*distances)
    if release == "2.1.5":
        return math.cos(angle_rad) * distance_m, math.sin(angle_rad) * distance_m
    return math.cos(angle_rad) * distance_m, -math.sin(angle_rad) * distance_m + _BASE_HEIGHT_M


class Arm2DEnv(OsimEnv):
    """Hold the hand at a target.

    Parameters
    ----------
    visualize : bool
        Whether a window of another process shows every episode live.
    integrator_accuracy : float
        Accuracy of the integrator.
    seed : int or None
        Seeds the targets' draws and the samples of the action space; None takes entropy from the system.
    model_path : str or Path, optional
        Model file in place of the one of osim-rl 3.0.11, such as the arm of 2.1.5.
    stepping, integrator : str
        As `OsimEnv` describes them.

    Attributes
    ----------
    target_x, target_y : float
        The target, world space, m.
    release : {"2.1.5", "3.0.11"}
        The release of osim-rl the model is of, which decides where targets are drawn.

    Raises
    ------
    ModelFileError
        If the model file is missing or OpenSim cannot read it.

    Notes
    -----
    Reward, draws, layout: osim-rl 3.0.11 ``osim/env/arm.py``, 2.1.5 ``osim/env/osim.py``. Beside what `OsimEnv` says:

    ======================================================= ========================================================
    in osim-rl                                              here
    ======================================================= ========================================================
    ``reset`` observes the target of the episode before     kept, (0, 0) at first; the first step observes the new
                                                            one
    targets drawn from Python's global generator, no seed   repaired: own generator, ``reset(seed=...)``
    the penalty counts as 1 where it is NaN (3.0.11)        kept
    the target is printed at every reset (3.0.11)           repaired: `target_x`, `target_y`
    muscles in alphabetical order in the vector             kept
    2.1.5: ``reset`` gives the vector, no ``obs_as_dict``   as 3.0.11: the state description unless
                                                            ``obs_as_dict=False``
    ======================================================= ========================================================
    """

    time_limit = 200
    episode_attributes = ("target_x", "target_y", "_python_random")

    def __init__(
        self,
        visualize: bool = True,
        integrator_accuracy: float = 5e-5,
        seed: int | None = None,
        *,
        model_path: str | Path | None = None,
        stepping: str = "faithful",
        integrator: str = INTEGRATORS[0],
    ) -> None:
        super().__init__(visualize, integrator_accuracy, stepping=stepping, integrator=integrator)
        self.target_x = 0.0
        self.target_y = 0.0
        self._python_random = random.Random(seed)
        self.load_model(model_path)
        self.action_space.seed(seed)

    def _own_model_path(self) -> Path:
        return model_path(_MODEL_FILE)

    def extend_model(self, model: Any) -> None:
        """Add the body that shows the target, as osim-rl does."""
        body = opensim.Body("target", 0.0001, opensim.Vec3(0), opensim.Inertia(1, 1, 0.0001, 0, 0, 0))
        zero = opensim.Vec3(0, 0, 0)
        offset = opensim.Vec3(0, 0, -0.25)
        joint = opensim.PlanarJoint("target-joint", model.getGround(), zero, zero, body, offset, zero)
        ball = opensim.Ellipsoid(0.02, 0.02, 0.02)
        ball.setColor(opensim.Green)
        body.attachGeometry(ball)
        model.addJoint(joint)
        model.addBody(body)

    def _model_loaded(self, loaded: OsimModel) -> None:
        self._layout = _Observation(loaded.reader)
        self._target_coordinates = loaded.reader.joint_coordinates["target-joint"]
        self.release = "3.0.11" if _BASE in loaded.reader.bodies else "2.1.5"

    def _read_observation(self) -> list[float]:
        own = self._layout.read(self.osim_model.state, self.osim_model.muscle_values("activation"))
        return [self.target_x, self.target_y, *own]

    def reset(  # type: ignore[override]
        self, random_target: bool = True, obs_as_dict: bool = True, *, project: bool = True, seed: int | None = None
    ) -> list[float] | StateDescription:
        """Start an episode.

        Parameters
        ----------
        random_target : bool
            Whether to draw a new target; the old one stays otherwise.
        obs_as_dict : bool
            Whether the observation is the state description or the vector.
        project : bool
            False returns the state description in any case.
        seed : int or None
            Seeds the target's draws, 0 included; None goes on with the generator.

        Returns
        -------
        list or dict
            The observation before the target was drawn, as in osim-rl: it shows the target of the last episode.

        Raises
        ------
        SimulatorError
            If OpenSim cannot bring the model to its start.
        """
        if seed is not None:
            self._python_random.seed(seed)
        self.osim_model.reset()
        self._observation = None
        observation = self._seen(project, obs_as_dict)
        if random_target:
            self.generate_new_target()
        return observation

    def generate_new_target(self) -> None:
        """Draw a target and put the body that shows it there; `reset` does it."""
        self.target_x, self.target_y = draw_target(self.release, self._python_random)
        state = self.osim_model.get_state()
        _, along, up = self._target_coordinates
        along.setValue(state, self.target_x, False)
        up.setLocked(state, False)
        up.setValue(state, self.target_y, False)
        up.setLocked(state, True)
        self.osim_model.set_state(state)

    def step(self, action: object, project: bool = True, obs_as_dict: bool = True) -> list[Any]:
        """Apply an action for one step.

        Parameters
        ----------
        action : array_like (6,)
            Excitations of the muscles in model order; clipped to 0..1.
        project, obs_as_dict : bool
            As in `reset`.

        Returns
        -------
        list of four
            Observation, reward, done, info, as in `OsimEnv.step`.

        Raises
        ------
        ActionError, ResetNeededError, SimulatorError
            As in `OsimEnv.step`.
        """
        return self._stepped(action, project, obs_as_dict)

    def get_reward_terms(self) -> dict[str, float]:
        """Return the terms of the reward of the last step by name; their sum is the reward.

        ``constant``, and ``distance``: the squared distance of the hand from the target, m².
        """
        x, y = self._layout.hand_m(self.osim_model.state)
        penalty = (x - self.target_x) ** 2 + (y - self.target_y) ** 2
        return {"constant": 1.0, "distance": -1.0 if math.isnan(penalty) else -penalty}

    def observation_channels(self) -> tuple[Channel, ...]:
        """Return a channel for every element of the observation vector, in its order."""
        elements = [
            ("target/x", "m", "Target, forward."),
            ("target/y", "m", "Height of the target."),
            *self._layout.elements(),
        ]
        # The only arm there is is the right one; not every name says so.
        return tuple(
            Channel(
                f"observation/{name}",
                "observation",
                i,
                unit,
                description=text,
                side="" if name.startswith("target") else "right",
            )
            for i, (name, unit, text) in enumerate(elements)
        )


class Arm2DVecEnv(Arm2DEnv):
    """Arm2DEnv with the vector as observation, which takes NaN for 0.

    Arguments and attributes as in `Arm2DEnv`.

    Notes
    -----
    Beside what `OsimEnv` and `Arm2DEnv` say (osim-rl 3.0.11, ``osim/env/arm.py``):

    ======================================================= ========================================================
    in osim-rl                                              here
    ======================================================= ========================================================
    NaN in an action becomes 0 in silence                   kept, and counted in ``info["nan_actions"]``
    NaN in the vector becomes 0 and ends the episode        kept, counted in ``info["nan_observations"]``, ended by
                                                            ``"simulator_error"``
    its ``reward -10`` changes nothing                      kept: NaN costs nothing
    a state that is NaN goes on as a vector of zeros        repaired: `SimulatorError`
    ======================================================= ========================================================
    """

    def reset(  # type: ignore[override]
        self, obs_as_dict: bool = False, *, random_target: bool = True, project: bool = True, seed: int | None = None
    ) -> list[float] | StateDescription:
        """Start an episode; parameters as in `Arm2DEnv.reset`."""
        return super().reset(random_target, obs_as_dict, project=project, seed=seed)

    def step(  # type: ignore[override]
        self, action: object, obs_as_dict: bool = False
    ) -> tuple[list[float] | StateDescription, float, bool, dict[str, Any]]:
        """Apply an action for one step, 0 in place of NaN.

        Returns
        -------
        tuple of four
            As in `Arm2DEnv.step`; ``info["nan_actions"]`` and ``info["nan_observations"]`` are the numbers of values
            that were NaN. Where one was observed the episode is done, by ``"simulator_error"``.

        Raises
        ------
        ActionError, ResetNeededError, SimulatorError
            As in `OsimEnv.step`.
        """
        given = _numbers_or_as_given(action)
        n_nan_actions = 0
        if isinstance(given, np.ndarray):
            n_nan_actions = int(np.count_nonzero(np.isnan(given)))
            given = np.where(np.isnan(given), 0.0, given)
        observation, reward, done, info = super().step(given, obs_as_dict=obs_as_dict)
        info["nan_actions"], info["nan_observations"] = n_nan_actions, 0
        if isinstance(observation, list):
            n_nan = sum(map(math.isnan, observation))
            if n_nan:
                observation = [0.0 if math.isnan(value) else value for value in observation]
                done = True
                info.update(nan_observations=n_nan, ended_by="simulator_error")
        return observation, reward, done, info


def _numbers_or_as_given(action: object) -> object:
    """Return an action as float64 numbers; what is none is left for the check of actions to name."""
    try:
        raw = np.asarray(action)
    except (TypeError, ValueError, RuntimeError):
        return action
    return raw.astype(np.float64) if raw.dtype.kind in "biuf" else action


class _Observation:
    """Reads the 14 numbers after the target."""

    def __init__(self, reader: StateReader) -> None:
        self._joints = [reader.joint_coordinates[name][0] for name in _JOINTS]
        rows = {name: row for row, name in enumerate(reader.muscles)}
        self._muscle_rows = {name: rows[name] for name in sorted(rows)}
        self._hand = reader.markers[_HAND]

    def hand_m(self, state: Any) -> tuple[float, float]:
        """Return where the hand is, world x and y."""
        x_m, y_m, _ = vec3(self._hand.getLocationInGround(state))
        return x_m, y_m

    def read(self, state: Any, activations: list[float]) -> list[float]:
        """Return the numbers of a state that is realised to Acceleration, with its muscles' in model order."""
        values = []
        for joint in self._joints:
            values += [joint.getValue(state), joint.getSpeedValue(state), joint.getAccelerationValue(state)]
        values += [activations[row] for row in self._muscle_rows.values()]
        values += self.hand_m(state)
        return values

    def elements(self) -> list[tuple[str, str, str]]:
        """Return name, unit and description of every number."""
        elements = [
            (f"{joint.removeprefix('r_')}/{motion}", unit, text.format(joint.removeprefix("r_")))
            for joint in _JOINTS
            for motion, unit, text in _MOTIONS
        ]
        elements += [(f"muscles/{name}/activation", "", f"Activation of {name}, 0 to 1.") for name in self._muscle_rows]
        elements += [("hand/x", "m", "Hand, forward."), ("hand/y", "m", "Height of the hand.")]
        return elements
