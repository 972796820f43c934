"""What the environments of osim-rl have in common: reset and step, spaces, limits, reward and its terms.

An environment says what it observes, what it rewards and when it ends; this class does the rest in osim-rl's order.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from osimviz.channels import Channel
from osimviz.envs.errors import ResetNeededError
from osimviz.envs.osim_model import OsimModel
from osimviz.envs.spaces import Box
from osimviz.envs.state_description import StateDescription


@dataclass(slots=True)
class EpisodeSpec:
    """Limits of an episode that a program may change.

    Attributes
    ----------
    timestep_limit : float
        Number of steps after which an episode is done.
    """

    timestep_limit: float


class OsimEnv:
    """Base of the environments.

    Parameters
    ----------
    visualize : bool
        True asks for a live window; there is none yet, so it only warns.
    integrator_accuracy : float
        Accuracy of the integrator.

    Attributes
    ----------
    osim_model : OsimModel
        The model under the environment.
    spec : EpisodeSpec
        ``spec.timestep_limit`` ends the episode; it may be written.
    time_limit : int
        The environment's own limit in steps.
    fall_height_m : float or None
        The episode ends where the pelvis is below this height; None where it never falls.
    action_space, observation_space : Box
        Excitations 0..1, and vectors of the real length of the observation, without bounds.
    """

    time_limit: int
    fall_height_m: float | None = None
    model_path: str | Path | None = None

    osim_model: OsimModel
    spec: EpisodeSpec
    action_space: Box
    observation_space: Box

    def __init__(self, visualize: bool = True, integrator_accuracy: float = 5e-5) -> None:
        if visualize:
            warnings.warn(
                f"{type(self).__name__}(visualize=True) opens no window yet; the environment runs on without one.",
                stacklevel=3,
            )
        self.visualize = visualize
        self.integrator_accuracy = integrator_accuracy

    def load_model(self, model_path: str | Path | None = None) -> None:
        """Load a model, `model_path` or the environment's own, and make the spaces anew; a reset must follow.

        Raises
        ------
        ModelFileError
            If the file is missing or OpenSim cannot read it.
        """
        self.model_path = model_path or self.model_path or self._own_model_path()
        self.osim_model = OsimModel(self.model_path, self.integrator_accuracy)
        self._model_loaded()
        self.spec = EpisodeSpec(self.time_limit)
        self.action_space = Box(0.0, 1.0, (self.osim_model.get_action_space_size(),))
        self.observation_space = Box(float("-inf"), float("inf"), (len(self.observation_channels()),))
        self._observation: tuple[int, list[float]] | None = None

    def _own_model_path(self) -> Path:
        """Return the model file the environment's arguments ask for."""
        raise NotImplementedError

    def _model_loaded(self) -> None:
        """Look up what the environment reads of a model just loaded."""
        raise NotImplementedError

    def _read_observation(self) -> list[float]:
        """Return the observation vector of the state now."""
        raise NotImplementedError

    def _before_reset(self, seed: int | None) -> None:
        """Draw what an episode needs, before the model is reset."""

    def _extend_description(self, description: StateDescription, istep: int) -> None:
        """Add to the description of the state of step `istep` what is not the model's."""

    def observation_channels(self) -> tuple[Channel, ...]:
        """Return a channel for every element of the observation vector, in its order."""
        raise NotImplementedError

    def get_reward_terms(self) -> Mapping[str, float]:
        """Return the terms of the reward of the last step by name; their sum is the reward."""
        raise NotImplementedError

    def summary(self) -> str:
        """Return the environment in a few words."""
        return type(self).__name__

    def action_names(self) -> tuple[str, ...]:
        """Return the muscle each element of an action excites."""
        return self.osim_model.muscle_names

    def get_reward(self) -> float:
        """Return the reward of the last step."""
        return float(sum(self.get_reward_terms().values()))

    def reward(self) -> float:
        """Return `get_reward()`; osim-rl's name before release 3, and what `step` calls."""
        return self.get_reward()

    def is_done(self) -> bool:
        """Return whether the environment's own ending condition holds; the limit of steps is not asked."""
        return self._has_fallen()

    def _has_fallen(self) -> bool:
        if self.fall_height_m is None:
            return False
        pelvis = self.osim_model.reader.bodies["pelvis"]
        return bool(pelvis.getTransformInGround(self.osim_model.state).p().get(1) < self.fall_height_m)

    def get_observation(self) -> list[float]:
        """Return the observation vector of the state now; the list is the caller's."""
        if self.osim_model.state is None:
            raise ResetNeededError(f"{type(self).__name__} has no state to observe; call reset() first.")
        if self._observation is None or self._observation[0] != self.osim_model.revision:
            self._observation = (self.osim_model.revision, self._read_observation())
        return list(self._observation[1])

    def get_observation_dict(self) -> StateDescription:
        """Return `get_state_desc()`."""
        return self.get_state_desc()

    def get_state_desc(self) -> StateDescription:
        """Return the nested description of the state now, made when first asked for; one object for each step."""
        description = self.osim_model.get_state_desc()
        self._extend_description(description, self.osim_model.istep)
        return description

    def get_prev_state_desc(self) -> StateDescription | None:
        """Return the description of the state before the last step; None before the first one."""
        description = self.osim_model.get_prev_state_desc()
        if description is not None:
            self._extend_description(description, self.osim_model.istep - 1)
        return description

    @property
    def prev_state_desc(self) -> StateDescription | None:
        """`get_prev_state_desc()`."""
        return self.get_prev_state_desc()

    def get_action_space_size(self) -> int:
        """Return the length of an action."""
        return self.osim_model.get_action_space_size()

    def get_observation_space_size(self) -> int:
        """Return the length of the observation vector."""
        return len(self.observation_channels())

    def reset(self, project: bool = True, seed: int | None = None) -> list[float] | StateDescription:
        """Start an episode.

        Parameters
        ----------
        project : bool
            True returns the observation vector, False the state description.
        seed : int or None
            Seeds the environment's draws, 0 included; None goes on with the generators.

        Raises
        ------
        SimulatorError
            If OpenSim cannot bring the model to its start.
        """
        self._before_reset(seed)
        self.osim_model.reset()
        return self._seen(project)

    def step(self, action: object, project: bool = True) -> list[Any]:
        """Apply an action for one step.

        Parameters
        ----------
        action : array_like (n_actions,)
            Excitations of the muscles in model order; clipped to 0..1.
        project : bool
            True returns the observation vector, False the state description.

        Returns
        -------
        list of four
            Observation, reward, done, info. `info` holds ``reward_terms`` (name to float), ``ended_by`` (``"fell"``,
            ``"done"``, ``"time_limit"`` or None), ``clipped`` (number of values clipped) and ``excitation`` (the vector
            applied).

        Raises
        ------
        ActionError
            If the action is not a vector of one number for each muscle; nothing was simulated.
        ResetNeededError
            If there is no running episode.
        SimulatorError
            If OpenSim fails; a reset is needed then.
        """
        self.osim_model.actuate(action)
        self.osim_model.integrate()
        observation = self._seen(project)
        reward, terms = self._rewarded()
        ended_by = self._ended_by()
        info = {
            "reward_terms": terms,
            "ended_by": ended_by,
            "clipped": self.osim_model.n_clipped,
            "excitation": self.osim_model.last_action.copy(),
        }
        return [observation, reward, ended_by is not None, info]

    def _seen(self, project: bool) -> list[float] | StateDescription:
        return self.get_observation() if project else self.get_state_desc()

    def _rewarded(self) -> tuple[float, dict[str, float]]:
        """Return the reward and its terms; one term where a subclass rewards something of its own."""
        reward = float(self.reward())
        terms = dict(self.get_reward_terms())
        return reward, terms if sum(terms.values()) == reward else {"reward": reward}

    def _ended_by(self) -> str | None:
        if self.is_done():
            return "fell" if self._has_fallen() else "done"
        return "time_limit" if self.osim_model.istep >= self.spec.timestep_limit else None

    def render(self, mode: str = "human", close: bool = False) -> None:
        """Do nothing, as osim-rl."""

    def close(self) -> None:
        """End the simulation; may be called again. A reset starts it anew."""
        self.osim_model.close()
