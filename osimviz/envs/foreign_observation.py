"""Observations of environments that say little or nothing about them: numbers and names for whatever they return."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.channels import Channel, side_of
from osimviz.envs.foreign_names import ForeignEnvironmentError
from osimviz.envs.l2m2019_observation import L2M2019Observation
from osimviz.envs.prosthetics_observation import ProstheticsObservation
from osimviz.envs.state_description import StateReader

Array = NDArray[np.float64]

_CONTAINERS = (dict, list, tuple, np.ndarray)


def is_nested(observation: Any) -> bool:
    """Return whether an observation is more than one row of numbers: a mapping, or a tuple or list of unequal parts."""
    if isinstance(observation, Mapping):
        return True
    return isinstance(observation, list | tuple) and any(isinstance(part, _CONTAINERS) for part in observation)


def numbers_of(observation: Any) -> Array:
    """Return every number of an observation, nested or not, shape (n_observations,).

    Raises
    ------
    ForeignEnvironmentError
        If it holds anything else than numbers.
    """
    return np.array([number for _, part in _parts(observation) for number in part], dtype=np.float64)


def names_of(observation: Any) -> list[str]:
    """Return a name for every number of `numbers_of`: the keys that lead to it, or its position."""
    names: list[str] = []
    for path, part in _parts(observation):
        if np.ndim(part) and len(part) == 1 and path:
            names.append(path)
        else:
            names += [f"{path}/{i}" if path else str(i) for i in range(len(part))]
    return names


def _parts(observation: Any, path: str = "") -> Iterator[tuple[str, Array]]:
    """Yield the rows of numbers of an observation with the path of each."""
    if isinstance(observation, Mapping):
        for key, member in observation.items():
            yield from _parts(member, f"{path}/{key}" if path else str(key))
    elif is_nested(observation):
        for i, member in enumerate(observation):
            yield from _parts(member, f"{path}/{i}" if path else str(i))
    else:
        yield path, _row(observation, path)


def _row(values: Any, path: str) -> Array:
    if hasattr(values, "detach"):
        # A torch tensor, possibly with a gradient.
        values = values.detach().cpu().numpy()
    try:
        array = np.asarray(values)
        if array.dtype.kind in "biuf" or array.size == 0:
            return array.astype(np.float64).ravel()
    except (TypeError, ValueError, RuntimeError):
        pass
    where = f" at {path!r}" if path else ""
    raise ForeignEnvironmentError(
        f"the observation holds {type(values).__name__}{where}, which is no number; observations are numbers, "
        "or mappings and sequences of them"
    )


def foreign_channels(environment: Any, observation: Any, reader: StateReader, model: Any) -> tuple[Channel, ...]:
    """Return a channel for every element of an environment's observation vector.

    Parameters
    ----------
    environment : object
        The user's environment.
    observation : object
        An observation it gave, of the form that is recorded.
    reader : StateReader
        Of its model.
    model : opensim.Model
        Its model.

    Returns
    -------
    tuple of Channel
        The environment's own `observation_channels` where there are as many of them; else osim-rl's names where its
        ``get_observation`` is osim-rl's; else the keys of a nested observation; else ``observation/0`` and so on.
    """
    n_observations = numbers_of(observation).size
    own = getattr(environment, "observation_channels", None)
    declared = tuple(own() if callable(own) else own or ())
    if len(declared) == n_observations and all(isinstance(channel, Channel) for channel in declared):
        return declared
    known = _channels_of_osim_rl(environment, reader, model)
    if len(known) == n_observations and not isinstance(observation, Mapping):
        return known
    lower, upper = _bounds(environment, n_observations)
    return tuple(
        Channel(f"observation/{name}", "observation", i, "", low, high, f"Element {i} of the observation.", side)
        for i, (name, low, high, side) in enumerate(
            (name, low, high, side_of(name))
            for name, low, high in zip(names_of(observation), lower, upper, strict=True)
        )
    )


def osim_rl_method(environment: Any, name: str) -> str:
    """Return ``Class`` of osim-rl if an environment has this method from there, unchanged; else an empty string."""
    method = inspect.unwrap(getattr(type(environment), name, lambda: None))
    home, _, own_name = getattr(method, "__qualname__", "").rpartition(".")
    is_osim_rls = getattr(method, "__module__", "").startswith("osim.env")
    return home if is_osim_rls and own_name == name else ""


def _channels_of_osim_rl(environment: Any, reader: StateReader, model: Any) -> tuple[Channel, ...]:
    home = osim_rl_method(environment, "get_observation")
    if home == "ProstheticsEnv":
        return ProstheticsObservation(model, reader).channels()
    if home == "L2M2019Env":
        return L2M2019Observation(reader).channels()
    return ()


def _bounds(environment: Any, n_observations: int) -> tuple[Sequence[float], Sequence[float]]:
    """Return the bounds the environment declares, where they can be bounds of its vector."""
    space = getattr(environment, "observation_space", None)
    try:
        lower = np.asarray(space.low, dtype=np.float64).ravel()  # type: ignore[union-attr]
        upper = np.asarray(space.high, dtype=np.float64).ravel()  # type: ignore[union-attr]
    except (AttributeError, TypeError, ValueError):
        lower = upper = np.zeros(0)
    # osim-rl declares bounds from 0 to 0 in most environments.
    if lower.size != n_observations or not (lower < upper).all():
        return [-np.inf] * n_observations, [np.inf] * n_observations
    return lower.tolist(), upper.tolist()
