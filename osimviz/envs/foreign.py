"""Any environment of osim-rl's protocol, made into what osimviz runs: names, channels, why it ended, plain errors."""

import inspect
import random
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from osimviz.channels import Channel
from osimviz.envs.foreign_names import ForeignEnvironmentError
from osimviz.envs.foreign_observation import (
    Array,
    foreign_channels,
    numbers_of,
    osim_rl_method,
)
from osimviz.envs.model_loading import first_line
from osimviz.envs.spaces import Box, EpisodeSpec
from osimviz.envs.state_description import StateReader

#: The environments of osim-rl whose ``is_done`` is a pelvis below this height, m.
_FALLING = ("L2RunEnv", "ProstheticsEnv", "L2M2019Env")
_FALL_HEIGHT_M = 0.6
#: Steps of an environment that names no limit, or one that is none, such as osim-rl's 1e10.
_USUAL_LIMIT = 1000
_LARGEST_LIMIT = 1_000_000
#: Arguments of reset and step by which osim-rl says which form an observation has.
_FORMS = ("project", "obs_as_dict")
_REASONS = ("fell", "done", "time_limit", "simulator_error")


class ForeignEnvironment:
    """A user's environment with everything the worker asks for; what it does not define is the environment's own.

    Parameters
    ----------
    environment : object
        Has ``reset``, ``step``, and ``osim_model`` with ``model`` and, after a reset, ``state``. A step may return
        four values (osim-rl, gym) or five (Gymnasium), a reset an observation or a pair of it and a dict. All else
        is optional: ``observation_channels``, ``action_names``, ``summary``, ``spec``, ``get_observation``,
        ``get_observation_dict``, ``get_state_desc``, ``fall_height_m``.
    reset_arguments : mapping of str to object
        Arguments for every reset.

    Attributes
    ----------
    environment : object
        As given.
    spec : EpisodeSpec
        Its limit of steps: of its ``spec``, else its ``time_limit``, else 1000.
    fall_height_m : float or None
        Its own, or osim-rl's where ``is_done`` is osim-rl's.

    Raises
    ------
    ForeignEnvironmentError
        If it has not this protocol.
    """

    def __init__(self, environment: Any, reset_arguments: Mapping[str, Any] | None = None) -> None:
        self.environment = environment
        self._unwrapped = getattr(environment, "unwrapped", environment)
        self._name = type(self._unwrapped).__name__
        self._check_protocol()
        self._reset_arguments = dict(reset_arguments or {})
        # osim-rl takes the form of the observation at both.
        self._step_arguments = {
            key: value
            for key, value in self._reset_arguments.items()
            if key in _FORMS and takes_argument(environment.step, key)
        }
        self._reader = StateReader(self.osim_model.model)
        self._n_steps = 0
        self._seen: Any = None
        self._vector: Array = np.zeros(0)
        self._has_own_vector = False
        self._channels: tuple[Channel, ...] = ()
        self.spec = EpisodeSpec(_limit(self._unwrapped))
        falls = osim_rl_method(self._unwrapped, "is_done") in _FALLING
        own = getattr(environment, "fall_height_m", None)
        self.fall_height_m: float | None = _FALL_HEIGHT_M if own is None and falls else own

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the user's environment."""
        if name.startswith("_") or name == "environment":
            raise AttributeError(name)
        return getattr(self.environment, name)

    def _check_protocol(self) -> None:
        missing = [name for name in ("reset", "step") if not callable(getattr(self.environment, name, None))]
        if not hasattr(getattr(self._unwrapped, "osim_model", None), "model"):
            missing.append("osim_model.model")
        if missing:
            raise ForeignEnvironmentError(
                f"{self._name} is no environment of osim-rl's protocol: it has no {' and no '.join(missing)}."
            )

    @property
    def osim_model(self) -> Any:
        """The environment's own: ``model`` and ``state`` are OpenSim's."""
        return self._unwrapped.osim_model

    def reset(self, *, seed: int | None = None, **arguments: Any) -> Any:
        """Start an episode.

        Parameters
        ----------
        seed : int or None
            Given on where the environment's reset takes one; Python's and NumPy's global generators, which osim-rl
            draws from, are seeded in any case.
        arguments : object
            Given on.

        Returns
        -------
        object
            The observation as the environment gave it, a row of numbers flat.

        Raises
        ------
        ForeignEnvironmentError
            If it fails, or leaves no state to look at.
        """
        given = {**self._reset_arguments, **arguments}
        if seed is not None:
            random.seed(seed)
            np.random.seed(seed % 2**32)
            if "seed" not in given and takes_argument(self.environment.reset, "seed"):
                given["seed"] = seed
        try:
            answer = self.environment.reset(**given)
        except (Exception, SystemExit) as error:  # noqa: BLE001
            # Somebody else's program: it may raise anything.
            self._raise("reset()", error)
        if not hasattr(getattr(self.osim_model, "state", None), "getY"):
            raise ForeignEnvironmentError(
                f"{self._name} is no environment of osim-rl's protocol: its osim_model has no state after reset()."
            )
        if isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], dict):
            answer = answer[0]
        self._has_own_vector = isinstance(answer, Mapping) and self._makes_vectors()
        self._n_steps = 0
        self._channels = ()
        # A program may load another model between two episodes.
        self._reader = StateReader(self.osim_model.model)
        return self._taken(answer, "reset()")

    def step(self, action: Any) -> tuple[Any, float, bool, dict[str, Any]]:
        """Apply an action for one step.

        Parameters
        ----------
        action : array (n_actions,)
            Given on.

        Returns
        -------
        tuple of four
            Observation, reward, done, info, whichever form the environment returns; ``info["ended_by"]`` is why it is
            done, or None. It is done at the limit of steps in any case.

        Raises
        ------
        ForeignEnvironmentError
            If it fails, or returns something else.
        """
        where = f"step {self._n_steps + 1}"
        try:
            answer = self.environment.step(action, **self._step_arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001
            # Somebody else's program: it may raise anything.
            self._raise(where, error)
        is_row = isinstance(answer, list | tuple)
        n_values = len(answer) if is_row else 0
        if n_values not in (4, 5):
            what = f"{n_values} values" if is_row else type(answer).__name__
            raise ForeignEnvironmentError(
                f"{self._name} returned {what} at {where}; a step returns observation, reward, done and info, "
                "or observation, reward, terminated, truncated and info."
            )
        self._n_steps += 1
        observation = self._taken(answer[0], where)
        reward = self._reward(answer[1], where)
        terminated = self._flag(answer[2], where)
        truncated = n_values == 5 and self._flag(answer[3], where)
        info = dict(answer[-1]) if isinstance(answer[-1], Mapping) else {}
        is_late = self._n_steps >= self.spec.timestep_limit
        done = terminated or truncated or is_late
        if np.size(info.get("excitation", ())) != len(self._reader.muscles):
            # Not what reached the muscles, whatever else it is.
            info.pop("excitation", None)
        info["ended_by"] = self._reason(terminated, info.get("ended_by")) if done else None
        return observation, reward, done, info

    def _reward(self, told: Any, where: str) -> float:
        """Return a reward, also as the only element of an array; NaN for None."""
        try:
            rewards = np.asarray(told, dtype=np.float64).ravel()
        except (TypeError, ValueError, OverflowError) as error:
            raise ForeignEnvironmentError(
                f"{self._name} returned no number as reward at {where}: {first_line(error)}"
            ) from error
        if rewards.size != 1:
            raise ForeignEnvironmentError(f"{self._name} returned {rewards.size} rewards at {where}; a reward is one.")
        return float(rewards[0])

    def _flag(self, told: Any, where: str) -> bool:
        try:
            return bool(told)
        except (TypeError, ValueError) as error:
            raise ForeignEnvironmentError(
                f"{self._name} returned neither yes nor no as the end at {where}: {first_line(error)}"
            ) from error

    def _reason(self, is_its_own: bool, given: Any) -> str:
        if given in _REASONS:
            return str(given)
        if not is_its_own:
            return "time_limit"
        if self._has_fallen():
            return "fell"
        # Four values do not tell the limit from an end of its own.
        return "time_limit" if self._n_steps >= self.spec.timestep_limit else "done"

    def _has_fallen(self) -> bool:
        pelvis = self._reader.bodies.get("pelvis")
        if self.fall_height_m is None or pelvis is None:
            return False
        state = self.osim_model.state
        self.osim_model.model.realizePosition(state)
        return bool(pelvis.getTransformInGround(state).p().get(1) < self.fall_height_m)

    def _taken(self, observation: Any, where: str) -> Any:
        """Keep an observation for those who ask; return it with rows of numbers made flat."""
        try:
            self._seen = observation
            self._vector = numbers_of(self._unwrapped.get_observation() if self._has_own_vector else observation)
        except Exception as error:
            said = first_line(error).removesuffix(".")
            raise ForeignEnvironmentError(f"{self._name} returned no observation at {where}: {said}.") from error
        if self._channels and len(self._channels) != self._vector.size:
            raise ForeignEnvironmentError(
                f"{self._name} returned {self._vector.size} values at {where}, and {len(self._channels)} at reset()."
            )
        return observation if isinstance(observation, Mapping) else self._vector

    def _makes_vectors(self) -> bool:
        """Return whether the environment has, beside the nested observation it gives, one that is a row of numbers."""
        try:
            own = self._unwrapped.get_observation()
            return not isinstance(own, Mapping) and numbers_of(own).size > 0
        except Exception:  # noqa: BLE001
            # There is none, or it is something else under osim-rl's name; the nested one has all numbers as well.
            return False

    def get_observation(self) -> Array:
        """Return the observation vector now, shape (n_observations,).

        What `reset` or `step` gave; of a nested observation the environment's own vector, else all its numbers.
        """
        return self._vector.copy()

    def get_observation_dict(self) -> Any:
        """Return the nested form of the observation now: the environment's own, else the state description."""
        own = getattr(self._unwrapped, "get_observation_dict", None)
        if callable(own):
            return own()
        return self._seen if isinstance(self._seen, Mapping) else self.get_state_desc()

    def get_state_desc(self) -> dict[str, Any]:
        """Return osim-rl's description of the state now."""
        own = getattr(self._unwrapped, "get_state_desc", None)
        if callable(own):
            description: dict[str, Any] = own()
            return description
        self.osim_model.model.realizeAcceleration(self.osim_model.state)
        return self._reader.describe(self.osim_model.state)

    @property
    def action_space(self) -> Any:
        """The environment's own, else excitations 0..1."""
        own = getattr(self.environment, "action_space", None)
        return Box(0.0, 1.0, (len(self._reader.muscles),)) if own is None else own

    @property
    def observation_space(self) -> Any:
        """The environment's own, else vectors with the bounds of the channels."""
        own = getattr(self.environment, "observation_space", None)
        if own is not None:
            return own
        channels = self.observation_channels()
        return Box([c.lower for c in channels], [c.upper for c in channels], (len(channels),))

    def get_observation_space_size(self) -> int:
        """Return the length of the observation vector."""
        return len(self.observation_channels())

    def observation_channels(self) -> tuple[Channel, ...]:
        """Return a channel for every element of the observation vector; there must have been a reset."""
        if not self._channels:
            recorded = self._vector if self._has_own_vector else self._seen
            self._channels = foreign_channels(self._unwrapped, recorded, self._reader, self.osim_model.model)
        return self._channels

    def action_names(self) -> tuple[str, ...]:
        """Return the environment's own names, else the muscle each element excites, else positions."""
        own = getattr(self._unwrapped, "action_names", None)
        names = tuple(map(str, own() if callable(own) else own or ()))
        muscles = tuple(self._reader.muscles)
        n_actions = self._n_actions(len(names) or len(muscles))
        if len(names) == n_actions:
            return names
        if len(muscles) != n_actions:
            return tuple(map(str, range(n_actions)))
        # L2M2019Env's own order: model muscle j gets action[act2mus[j]].
        order = getattr(self._unwrapped, "act2mus", None)
        if order is None or sorted(order) != list(range(n_actions)):
            return muscles
        return tuple(muscles[list(order).index(i)] for i in range(n_actions))

    def _n_actions(self, n_usual: int) -> int:
        shape = getattr(getattr(self.environment, "action_space", None), "shape", None)
        return int(np.prod(shape)) if shape else n_usual

    def summary(self) -> str:
        """Return the environment's own words, or its class's name."""
        own = getattr(self._unwrapped, "summary", None)
        words = own() if callable(own) else own
        return words if isinstance(words, str) and words else self._name

    def close(self) -> None:
        """Close the environment where it can be closed; may be called again."""
        own = getattr(self.environment, "close", None)
        if callable(own):
            own()

    def _raise(self, where: str, error: BaseException) -> NoReturn:
        said = f": {first_line(error)}" if isinstance(error, Exception) and str(error) else ""
        raise ForeignEnvironmentError(f"{self._name} raised {type(error).__name__} at {where}{said}") from error


def adapt(environment: Any, reset_arguments: Mapping[str, Any] | None = None) -> ForeignEnvironment:
    """Return a `ForeignEnvironment` whose class bears the name of the user's, by which messages and controllers go.

    Raises
    ------
    ForeignEnvironmentError
        If it has not this protocol.
    """
    name = type(getattr(environment, "unwrapped", environment)).__name__
    adapter: type[ForeignEnvironment] = type(name, (ForeignEnvironment,), {})
    return adapter(environment, reset_arguments)


def takes_argument(function: Any, name: str) -> bool:
    """Return whether a callable has an argument of this name."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    return name in parameters


def _limit(environment: Any) -> float:
    spec = getattr(environment, "spec", None)
    candidates = (
        getattr(spec, "timestep_limit", None),
        getattr(spec, "max_episode_steps", None),
        getattr(environment, "time_limit", None),
    )
    for limit in candidates:
        if isinstance(limit, int | float) and 0 < limit < _LARGEST_LIMIT:
            return int(limit)
    return _USUAL_LIMIT
