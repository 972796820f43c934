"""ProstheticsEnv of osim-rl 2.1.5: a walking model with or without a below-knee prosthesis."""

import random
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osimviz.channels import Channel
from osimviz.envs.engine_memory import vec3
from osimviz.envs.environment import OsimEnv
from osimviz.envs.errors import EnvironmentArgumentError
from osimviz.envs.integrators import INTEGRATORS
from osimviz.envs.models import model_path
from osimviz.envs.osim_model import OsimModel
from osimviz.envs.prosthetics_observation import ProstheticsObservation
from osimviz.envs.state_description import StateDescription
from osimviz.envs.velocity_targets import draw_velocity_targets

_MODEL_FILES = {
    ("3D", True): "gait14dof22musc_pros_20180507.osim",
    ("3D", False): "gait14dof22musc_20170320.osim",
    ("2D", True): "gait14dof22musc_planar_pros_20180507.osim",
    ("2D", False): "gait14dof22musc_planar_20170320.osim",
}

#: Steps after which an episode ends, by difficulty.
_TIME_LIMITS = {0: 300, 1: 1000}

#: The first round asks for this forward velocity of the pelvis; the constants are what standing off it costs.
_FIRST_ROUND_SPEED_M_S = 3.0
_FIRST_ROUND_CONSTANT = 9.0
_SECOND_ROUND_CONSTANT = 10.0
_EFFORT_WEIGHT = 0.001


class ProstheticsEnv(OsimEnv):
    """Walk at a velocity that the environment asks for.

    Parameters
    ----------
    visualize : bool
        Whether a window of another process shows every episode live.
    integrator_accuracy : float
        Accuracy of the integrator.
    difficulty : {0, 1}
        0: forward at 3 m/s for 300 steps. 1: a velocity that changes, with a cost of activation, for 1000 steps.
    seed : int or None
        Seeds the targets' draws and the samples of the action space; None takes entropy from the system.
    report : None
        Not supported.
    stepping, integrator : str
        As `OsimEnv` describes them.

    Attributes
    ----------
    model : {"3D", "2D"}
        Model in space, or held in the sagittal plane.
    prosthetic : bool
        Whether the right shank ends in a prosthesis.
    difficulty : int
        As given.
    targets : array (time_limit + 1, 3)
        Target velocity of every step, world space, m/s; drawn at every reset.

    Raises
    ------
    EnvironmentArgumentError
        If an argument has a value it cannot have.
    ModelFileError
        If the model file is missing or OpenSim cannot read it.

    Notes
    -----
    Rewards, limits, draws and their order: osim-rl 2.1.5, ``osim/env/osim.py``. Beside what `OsimEnv` says:

    ======================================================= ========================================================
    in osim-rl                                              here
    ======================================================= ========================================================
    difficulty 2 has no end: ``reset`` raises TypeError     repaired: refused with a sentence
    ``report`` writes with headers that are missing         repaired: refused with a sentence
    158 values declared, 160 returned (#129, #184)          kept: 160, in the same order; declared as what they are
    no z and no target in the vector                        kept; ``project=False`` has them
    toes and talus of the prosthetic leg are zeros          kept
    muscles in alphabetical order in the vector             kept; the channels name them
    targets are drawn at difficulty 0 too                   kept: later draws depend on it
    ======================================================= ========================================================
    """

    model: Literal["3D", "2D"] = "3D"
    prosthetic: bool = True
    time_limit = 300
    fall_height_m = 0.6
    episode_attributes = ("difficulty", "time_limit", "targets", "_numpy_random", "_python_random")

    def __init__(
        self,
        visualize: bool = True,
        integrator_accuracy: float = 5e-5,
        difficulty: int = 0,
        seed: int | None = 0,
        report: str | None = None,
        *,
        stepping: str = "faithful",
        integrator: str = INTEGRATORS[0],
    ) -> None:
        if report is not None:
            raise EnvironmentArgumentError(
                "ProstheticsEnv(report=...) is not supported; record the run with osimviz instead."
            )
        super().__init__(visualize, integrator_accuracy, stepping=stepping, integrator=integrator)
        self._check(self.model, difficulty)
        self.load_model()
        self._set_difficulty(difficulty)
        self._seed(seed)
        self.targets: NDArray[np.float64] = np.empty((0, 3))

    def change_model(
        self,
        model: Literal["3D", "2D"] = "3D",
        prosthetic: bool = True,
        difficulty: int = 0,
        seed: int | None = 0,
    ) -> None:
        """Take another model or difficulty and seed the draws; a reset must follow.

        Parameters
        ----------
        model, prosthetic, difficulty, seed
            As the class describes them.

        Raises
        ------
        EnvironmentArgumentError
            If an argument has a value it cannot have.
        """
        self._check(model, difficulty)
        if (self.model, self.prosthetic) != (model, prosthetic):
            self.load_model(model_path(_MODEL_FILES[model, bool(prosthetic)]))
            self.model, self.prosthetic = model, prosthetic
        self._set_difficulty(difficulty)
        self._seed(seed)

    @staticmethod
    def _check(model: str, difficulty: int) -> None:
        if model not in ("3D", "2D"):
            raise EnvironmentArgumentError(f"ProstheticsEnv knows the models '3D' and '2D', not {model!r}.")
        if difficulty == 2:
            raise EnvironmentArgumentError(
                "Difficulty 2 of ProstheticsEnv has no end and never ran in osim-rl either; use 0 or 1."
            )
        if difficulty not in _TIME_LIMITS:
            raise EnvironmentArgumentError(f"The difficulty of ProstheticsEnv is 0 or 1, not {difficulty!r}.")

    def _set_difficulty(self, difficulty: int) -> None:
        self.difficulty = difficulty
        self.time_limit = _TIME_LIMITS[difficulty]
        self.spec.timestep_limit = self.time_limit

    def _seed(self, seed: int | None) -> None:
        self._seed_targets(seed)
        self.action_space.seed(seed)

    def _seed_targets(self, seed: int | None) -> None:
        self._numpy_random = np.random.RandomState(seed)
        self._python_random = random.Random(seed)

    def _own_model_path(self) -> Path:
        return model_path(_MODEL_FILES[self.model, bool(self.prosthetic)])

    def _model_loaded(self, loaded: OsimModel) -> None:
        self._layout = ProstheticsObservation(loaded.model, loaded.reader)

    def _read_observation(self) -> list[float]:
        return self._layout.read(self.osim_model.state, self.osim_model.muscle_values)

    def _before_reset(self, seed: int | None) -> None:
        if seed is not None:
            self._seed_targets(seed)
        self.generate_new_targets()

    def _extend_description(self, description: StateDescription, istep: int) -> None:
        if self.difficulty > 0:
            description["target_vel"] = self._target(istep)

    def generate_new_targets(self) -> None:
        """Draw the target velocities of an episode; `reset` does it, for difficulty 0 too."""
        self.targets = draw_velocity_targets(self.time_limit + 1, self._numpy_random, self._python_random)

    def _target(self, istep: int) -> list[float]:
        """Return the target of a step: the last one where a longer limit was set than targets were drawn for."""
        row: list[float] = self.targets[min(istep, len(self.targets) - 1)].tolist()
        return row

    def target_velocity(self) -> NDArray[np.float64] | None:
        """Return the target velocity now, world space (3,), m/s; None in the first round, which has none."""
        return self.targets[min(self.osim_model.istep, len(self.targets) - 1)] if self.difficulty else None

    def get_reward_terms(self) -> dict[str, float]:
        """Return the terms of the reward of the last step by name; their sum is the reward.

        ``constant`` and ``forward_speed`` (the squared error of the pelvis's velocity, m²/s²); with difficulty 1 also
        ``sideways_speed`` and ``effort`` (the weighted sum of squared activations).
        """
        state, reader = self.osim_model.state, self.osim_model.reader
        forward_m_s, _, right_m_s = vec3(reader.bodies["pelvis"].getVelocityInGround(state).get(1))
        if self.difficulty == 0:
            return {
                "constant": _FIRST_ROUND_CONSTANT,
                "forward_speed": -((forward_m_s - _FIRST_ROUND_SPEED_M_S) ** 2),
            }
        target_forward_m_s, _, target_right_m_s = self._target(self.osim_model.istep)
        squared_activations = sum(activation**2 for activation in self.osim_model.muscle_values("activation"))
        return {
            "constant": _SECOND_ROUND_CONSTANT,
            "effort": -_EFFORT_WEIGHT * squared_activations,
            "forward_speed": -((forward_m_s - target_forward_m_s) ** 2),
            "sideways_speed": -((right_m_s - target_right_m_s) ** 2),
        }

    def observation_channels(self) -> tuple[Channel, ...]:
        """Return a channel for every element of the observation vector, in its order."""
        return self._layout.channels()

    def summary(self) -> str:
        """Return the environment in a few words: ``ProstheticsEnv · 3D · prosthesis``."""
        parts = [type(self).__name__, self.model, "prosthesis" if self.prosthetic else "no prosthesis"]
        if self.difficulty:
            parts.append(f"difficulty {self.difficulty}")
        return " · ".join(parts)
