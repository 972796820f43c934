"""What the environments of osim-rl have in common: reset and step, spaces, limits, reward and its terms.

An environment says what it observes, what it rewards and when it ends; this class does the rest in osim-rl's order.
"""

import copy
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from osimviz.channels import Channel
from osimviz.envs.description_names import named_description
from osimviz.envs.errors import ModelFileError, ResetNeededError
from osimviz.envs.integrators import INTEGRATORS, checked_integrator, checked_stepping
from osimviz.envs.osim_model import OsimModel
from osimviz.envs.snapshots import Snapshot, check_snapshot
from osimviz.envs.spaces import Box, EpisodeSpec
from osimviz.envs.state_description import StateDescription
from osimviz.envs.visualization import attach_viewer

#: The largest difference between a reward and the sum of its terms that is rounding.
_REWARD_TOLERANCE = 1e-12


class OsimEnv:
    """Base of the environments.

    Parameters
    ----------
    visualize : bool
        Whether a window of another process shows every episode live; where none can be opened, a warning says so at
        the first reset.
    integrator_accuracy : float
        Accuracy of the integrator.
    stepping : {"faithful", "branchable"}
        ``faithful`` gives osim-rl's numbers. ``branchable`` starts the integrator anew for every step: any step can be
        restored exactly from a snapshot.
    integrator : str
        Name of OpenSim's integrator; `osimviz.envs.integrators` says what the faster ones cost in exactness.

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
        Excitations 0..1, and vectors of the real length of the observation, with the bounds of its channels.
    episode_attributes : tuple of str
        Names of the attributes that an episode keeps from one step to the next; snapshots hold copies of their values.
        A subclass that keeps more names it here.

    Notes
    -----
    What is different from osim-rl, and what is not, in every environment (numbers: issues of stanfordnmbl/osim-rl):

    ======================================================= ========================================================
    in osim-rl                                              here
    ======================================================= ========================================================
    the state dies with its Manager                         repaired: the state is a copy
    the first step depends on the action before the reset   repaired: every episode starts as a new object's first
                                                            one does
    a step begins under the excitations of the one before   kept in faithful stepping, not in branchable
    description stale after ``set_state`` (#210)            repaired: it goes with its state
    ``set_state`` counts ``int(t / 0.01)`` steps            repaired: rounded
    lists of the class shared by its objects (#58)          repaired: nothing is shared
    seed 0 ignored (#209)                                   repaired
    both global generators to be seeded (#158, #173, #179)  repaired: one seed starts the object's own generators,
                                                            which draw what the global ones drew
    spaces of the wrong size, bounds 0 to 0 (#129, #184)    repaired: the real length, bounds of the channels
    actions: extra values ignored, IndexError if too few    repaired: `ActionError` with step and shapes
    actions clipped to 0..1 in silence                      kept, and counted in ``info["clipped"]``
    a simulation that failed looks like NaN or a fall       repaired: `SimulatorError`
    ======================================================= ========================================================
    """

    time_limit: int
    fall_height_m: float | None = None
    model_path: str | Path | None = None
    episode_attributes: tuple[str, ...] = ()

    def __init__(
        self,
        visualize: bool = True,
        integrator_accuracy: float = 5e-5,
        *,
        stepping: str = "faithful",
        integrator: str = INTEGRATORS[0],
    ) -> None:
        self.stepping = checked_stepping(stepping)
        self.integrator = checked_integrator(integrator)
        self.visualize = visualize
        if visualize:
            attach_viewer(self)
        self.integrator_accuracy = integrator_accuracy

    def load_model(self, model_path: str | Path | None = None) -> None:
        """Load a model, `model_path` or the environment's own, and make the spaces anew; a reset must follow.

        Raises
        ------
        ModelFileError
            If the file is missing, OpenSim cannot read it, or it lacks what the environment reads; nothing was changed.
        """
        path = model_path or self.model_path or self._own_model_path()
        loaded = OsimModel(
            path,
            self.integrator_accuracy,
            stepping=self.stepping,
            integrator=self.integrator,
            extend=self.extend_model,
        )
        try:
            self._model_loaded(loaded)
        except KeyError as error:
            raise ModelFileError(f"The model {path} has no {error}, which {type(self).__name__} reads.") from error
        self.model_path, self.osim_model = path, loaded
        self.spec = EpisodeSpec(self.time_limit)
        self.action_space = Box(0.0, 1.0, (self.osim_model.get_action_space_size(),))
        channels = self.observation_channels()
        lower, upper = [channel.lower for channel in channels], [channel.upper for channel in channels]
        self.observation_space = Box(lower, upper, (len(channels),))
        self._observation: tuple[int, list[float]] | None = None

    def _own_model_path(self) -> Path:
        """Return the model file the environment's arguments ask for."""
        raise NotImplementedError

    def extend_model(self, model: Any) -> None:
        """Add to a model what its file does not hold."""

    def _model_loaded(self, loaded: OsimModel) -> None:
        """Look up what the environment reads of a model just loaded; `KeyError`, and no change, where it is missing."""
        raise NotImplementedError

    def _read_observation(self) -> list[float]:
        """Return the observation vector of the state now."""
        raise NotImplementedError

    def _before_reset(self, seed: int | None) -> None:
        """Draw what an episode needs, before the model is reset."""

    def model_action(self, action: object) -> object:
        """Return an action in the model's order of muscles."""
        return action

    def _after_integration(self) -> None:
        """Account for a step that was simulated, before its observation and reward are asked for."""

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

    def get_observation_clipped(self) -> NDArray[np.float64]:
        """Return the observation vector clipped to the bounds of ``observation_space``."""
        return np.clip(self.get_observation(), self.observation_space.low, self.observation_space.high)

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

    def named_values(self, observation: ArrayLike | StateDescription) -> dict[str, float]:
        """Return the numbers of an observation by name, whichever of its forms it has.

        A vector's names are those of `observation_channels`; so are the names of an environment's own nested form. The
        state description's are ``state_desc/<group>/<component>/<quantity>``.
        """
        if isinstance(observation, Mapping):
            return self._named_dict(observation)
        names = [channel.name for channel in self.observation_channels()]
        return dict(zip(names, np.asarray(observation, dtype=np.float64).tolist(), strict=True))

    def _named_dict(self, observation: StateDescription) -> dict[str, float]:
        reader = self.osim_model.reader
        return named_description(observation, reader.coordinate_names(), reader.record_labels())

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
            Observation, reward, done, info. `info` holds ``reward_terms`` (name to float; their sum is the reward),
            ``ended_by`` (``"fell"``, ``"done"``, ``"time_limit"`` or None), ``clipped`` (number of values clipped),
            ``excitation`` (what reached the muscles, in model order), ``integrator_steps`` (steps the integrator took)
            and ``wall_time_s`` (real time of the step).

        Raises
        ------
        ActionError
            If the action is not a vector of one number for each muscle; nothing was simulated.
        ResetNeededError
            If there is no running episode.
        SimulatorError
            If OpenSim fails; a reset is needed then.
        """
        return self._stepped(action, project)

    def _stepped(self, action: object, project: bool, obs_as_dict: bool = False) -> list[Any]:
        started_s = time.perf_counter()
        self._simulate(action)
        observation = self._seen(project, obs_as_dict)
        reward, done, info = self._judged()
        info["wall_time_s"] = time.perf_counter() - started_s
        return [observation, reward, done, info]

    def _simulate(self, action: object) -> None:
        self.osim_model.actuate(self.model_action(action))
        self.osim_model.integrate()
        self._after_integration()

    def _judged(self) -> tuple[float, bool, dict[str, Any]]:
        """Return reward, done and info of the step just simulated, the wall time left out."""
        reward, terms = self._rewarded()
        ended_by = self._ended_by()
        info = {
            "reward_terms": terms,
            "ended_by": ended_by,
            "clipped": self.osim_model.n_clipped,
            "excitation": self.osim_model.last_action.copy(),
            "integrator_steps": self.osim_model.n_integrator_steps,
        }
        return reward, ended_by is not None, info

    def _seen(self, project: bool, obs_as_dict: bool = False) -> list[float] | StateDescription:
        if not project:
            return self.get_state_desc()
        return self.get_observation_dict() if obs_as_dict else self.get_observation()

    def _rewarded(self) -> tuple[float, dict[str, float]]:
        """Return the reward and its terms; one term where a subclass rewards something of its own."""
        reward = float(self.reward())
        terms = dict(self.get_reward_terms())
        # osim-rl adds in an order of its own, which may round otherwise.
        is_complete = abs(sum(terms.values()) - reward) <= _REWARD_TOLERANCE * max(1.0, abs(reward))
        return reward, terms if is_complete else {"reward": reward}

    def _ended_by(self) -> str | None:
        if self.is_done():
            return "fell" if self._has_fallen() else "done"
        return "time_limit" if self.osim_model.istep >= self.spec.timestep_limit else None

    def snapshot(self) -> Snapshot:
        """Return physics and bookkeeping of the step now; the snapshot can be pickled.

        Raises
        ------
        ResetNeededError
            If there is no running episode.
        """
        return Snapshot(
            environment=type(self).__name__,
            model_file=self._model_file(),
            stepping=self.stepping,
            integrator=self.integrator,
            integrator_accuracy=self.osim_model.integrator_accuracy,
            timestep_limit=self.spec.timestep_limit,
            physics=self.osim_model.snapshot(),
            bookkeeping={name: copy.deepcopy(getattr(self, name)) for name in self.episode_attributes},
            sampling=self.action_space.get_random_state(),
        )

    def _model_file(self) -> str:
        return Path(str(self.model_path)).name

    def restore(self, snapshot: Snapshot, *, exact: bool = True) -> None:
        """Continue from a snapshot, of this object or of another one of its class with the same model.

        Parameters
        ----------
        snapshot : Snapshot
            What to continue from. It is not changed and may be restored again.
        exact : bool
            True: refuse where the episode would not go on bit for bit as it did. False: take state and bookkeeping up
            in any case. In faithful stepping the integrator then starts with another step size than it had; the states
            differ by about 1e-4 within ten steps (measured, ProstheticsEnv under random actions).

        Raises
        ------
        SnapshotError
            If the snapshot is of another environment or model, or `exact` cannot be had; nothing was changed.
        """
        own = (type(self).__name__, self._model_file(), self.stepping, self.integrator)
        check_snapshot(snapshot, *own, self.osim_model.integrator_accuracy, exact=exact)
        for name, value in snapshot.bookkeeping.items():
            setattr(self, name, copy.deepcopy(value))
        self.spec.timestep_limit = snapshot.timestep_limit
        self.action_space.set_random_state(snapshot.sampling)
        self.osim_model.restore(snapshot.physics)
        self._observation = None

    def render(self, mode: str = "human", close: bool = False) -> None:
        """Do nothing, as osim-rl."""

    def close(self) -> None:
        """End the simulation; may be called again. A reset starts it anew."""
        self.osim_model.close()
