"""Find the OpenSim model in somebody's environment and present it as the observer of frames expects it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from osimviz.channels import Channel
from osimviz.frames import OSIM_RL_STEP_S, Array
from osimviz.recorder.observation_vectors import leaves
from osimviz.recording.errors import RecordingError
from osimviz.worker.step_info import bounds_of

#: Wrappers deeper than this are a circle.
_MOST_WRAPPERS = 50


class ModelAccess:
    """What `osimviz.worker.observer.Observer` asks of an environment, answered for any that holds a model.

    Parameters
    ----------
    env : object
        The user's environment, with its wrappers.

    Attributes
    ----------
    osim_model : ModelAccess
        Itself: model and state are asked of it.
    environment : object
        The layer that holds the model.

    Raises
    ------
    RecordingError
        If there is no model in it.
    """

    def __init__(self, env: Any) -> None:
        self._layers = list(_layers(env))
        for layer in self._layers:
            holder = getattr(layer, "osim_model", layer)
            if _is_model(getattr(holder, "model", None)):
                self.environment, self._holder = layer, holder
                break
        else:
            raise RecordingError(
                f"no OpenSim model was found in {type(env).__name__}; "
                "it must hold one as env.osim_model.model and .state, or as env.model and env.state"
            )
        self.osim_model = self
        self._names: tuple[str, ...] = ()
        self._n_actions = 0

    def renew(self) -> None:
        """Look for the model again: a reset may have loaded another one, as after ``change_model`` of osim-rl."""
        holder = getattr(self.environment, "osim_model", self.environment)
        if holder is not self._holder and _is_model(getattr(holder, "model", None)):
            self._holder = holder

    @property
    def model(self) -> Any:
        """The model, as it is now."""
        return self._holder.model

    @property
    def state(self) -> Any:
        """The state, as it is now."""
        return self._holder.state

    @property
    def stepsize(self) -> float:
        """Simulated time of a step, s."""
        return float(getattr(self._holder, "stepsize", OSIM_RL_STEP_S))

    @property
    def holder(self) -> Any:
        """The object that holds model and state: osim-rl's and osimviz's ``OsimModel``, or an object like them."""
        return self._holder

    @property
    def contact_records(self) -> Any:
        """What gives force and torque of the feet on the ground, where the environment has read them already."""
        return getattr(self.environment, "contact_records", None)

    @property
    def fall_height_m(self) -> float | None:
        """Pelvis height at which the environment ends the episode, where it says so."""
        height = getattr(self.environment, "fall_height_m", None)
        return None if height is None else float(height)

    @property
    def vtgt(self) -> Any:
        """The field of targets of L2M2019Env, osim-rl's name for it; None for other environments."""
        return getattr(self.environment, "vtgt", None)

    def target_velocity(self) -> Any:
        """Return the velocity that the environment asks for now, world space (3,), m/s; None where it tells none."""
        try:
            velocity = _own(self.environment, "target_velocity")
        except (TypeError, ValueError):
            # A method of the user's own that happens to have this name.
            return None
        return velocity if velocity is not None and np.shape(velocity) == (3,) else None

    @property
    def step_limit(self) -> int:
        """Steps at which an episode ends at the latest; 0 where that is not known."""
        for layer in self._layers:
            spec = getattr(layer, "spec", None)
            for name in ("timestep_limit", "max_episode_steps"):
                limit = getattr(spec, name, None)
                if isinstance(limit, (int, float)) and 0 < limit < 2**31:
                    return int(limit)
        return 0

    def learn(self, observation: Any, action: Any) -> None:
        """Take over names and lengths from an episode's first observation and action."""
        self._names = tuple(name for name, _ in leaves(observation))
        self._n_actions = int(np.size(action))

    def observation_channels(self) -> tuple[Channel, ...]:
        """Return the environment's own channels, or ones named by position or key."""
        own = _own(self.environment, "observation_channels")
        if own is not None and len(own) == len(self._names):
            return tuple(replace(channel, field="observation", index=i) for i, channel in enumerate(own))
        return tuple(
            Channel(f"observation/{name}", "observation", i, description=f"Element {i} of the observation.")
            for i, name in enumerate(self._names)
        )

    def action_names(self) -> tuple[str, ...]:
        """Return what each element of an action excites: muscles where their number fits."""
        own = _own(self.environment, "action_names")
        if own is not None and len(own) == self._n_actions:
            return tuple(str(name) for name in own)
        muscles = tuple(muscle.getName() for muscle in self.model.getMuscles())
        return muscles if len(muscles) == self._n_actions else tuple(f"action_{i}" for i in range(self._n_actions))

    def summary(self) -> str:
        """Return the environment in a few words."""
        own = _own(self.environment, "summary")
        return own if isinstance(own, str) else type(self.environment).__name__

    def provenance(self) -> tuple[tuple[str, str], ...]:
        """Return what can be told of versions, model and stepping."""
        from osimviz.worker.run_provenance import run_provenance

        return run_provenance((self.environment, self._holder), self.model)

    def range_of_actions(self) -> tuple[Array, Array] | None:
        """Return the lowest and the highest action the environment takes; None where it does not say."""
        spaces = (getattr(layer, "action_space", None) for layer in self._layers)
        space = next((space for space in spaces if space is not None), None)
        return bounds_of(space)


def _layers(env: Any) -> Iterator[Any]:
    for _ in range(_MOST_WRAPPERS):
        yield env
        inner = getattr(env, "env", None)
        if inner is None or inner is env:
            inner = getattr(env, "unwrapped", None)
        if inner is None or inner is env:
            return
        env = inner


def _is_model(candidate: Any) -> bool:
    # By what it can do: importing OpenSim to compare types would take the time of a program without a model.
    return hasattr(candidate, "getMuscles") and hasattr(candidate, "realizeAcceleration")


def _own(environment: Any, name: str) -> Any:
    method = getattr(environment, name, None)
    return method() if callable(method) else None
