"""The environments for Gymnasium: importing this module registers them.

``osimviz/Prosthetics-v0``, ``osimviz/L2Run-v0``, ``osimviz/L2M2019-v0``, ``osimviz/Arm2D-v0``. Gymnasium is optional:
only this module needs it.
"""

import inspect
from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from osimviz.envs.errors import EnvironmentArgumentError, SimulatorError

Array = NDArray[np.float64]

#: Gymnasium's ids and the environments' names.
IDS = {
    "osimviz/Prosthetics-v0": "prosthetics",
    "osimviz/L2Run-v0": "l2run",
    "osimviz/L2M2019-v0": "l2m2019",
    "osimviz/Arm2D-v0": "arm2d",
}

#: What an unbounded element is declared with: Gymnasium's checker warns of infinite bounds.
_LARGEST = float(np.finfo(np.float32).max)
#: Options of a reset, by environment.
_OPTIONS = {"l2m2019": ("init_pose",), "arm2d": ("random_target",)}
#: What a step's info says of the computer and not of the simulation: it differs between two equal runs.
_NOT_SIMULATED = ("wall_time_s",)


class GymnasiumEnv(gymnasium.Env[Array, NDArray[np.float32]]):
    """An environment of osim-rl with Gymnasium's interface.

    Parameters
    ----------
    name : str
        Name of the environment (`osimviz.envs.environment_names`).
    render_mode : None
        There is none.
    arguments : object
        Arguments of the environment by name, as on the command line but as values: ``model="2D"``, ``difficulty=1``,
        ``init_pose=[...]``, ``integrator_accuracy=1e-3``, ``stepping="branchable"``, ``seed=3``.

    Attributes
    ----------
    environment : OsimEnv
        The environment as osim-rl has it.
    action_space : gymnasium.spaces.Box
        Excitations 0..1, float32.
    observation_space : gymnasium.spaces.Box
        float64, with the bounds of the environment's channels, ±3.4e38 where there are none.

    Raises
    ------
    EnvironmentArgumentError
        If an argument does not exist or has a value it cannot have, or a `render_mode` is asked for.

    Notes
    -----
    What is different from the environment as osim-rl has it:

    * ``terminated`` is a fall or another end of the environment's own, ``truncated`` its limit of steps.
    * A simulation that fails truncates the episode, with reward 0, the last observation, ``info["ended_by"]`` =
      ``"simulator_error"`` and the sentence in ``info["error"]``: one stiff contact must not end a night of training.
    * Observations are clipped to the declared bounds, as `OsimEnv.get_observation_clipped` does; only L2M2019Env's can
      leave them, and ``info["observation_clipped"]`` counts the values.
    * The first episode is seeded from the system's entropy unless ``seed`` says otherwise.
    * The arm's first observation shows the episode's own target, not that of the last one.
    """

    # Gymnasium's own declaration is a class attribute that is shared as well.
    metadata = {"render_modes": []}  # noqa: RUF012

    def __init__(self, name: str, *, render_mode: str | None = None, **arguments: Any) -> None:
        # Imported here: it brings OpenSim, which registering does not need.
        from osimviz.envs.registry import make_environment

        if render_mode is not None:
            raise EnvironmentArgumentError(
                f"There is no render_mode {render_mode!r}; record the run with osimviz instead."
            )
        self.render_mode = None
        self._name = name
        self._is_seeded = "seed" in arguments
        self.environment = make_environment(name, {key: _as_text(value) for key, value in arguments.items()})
        # The vector is asked for apart; where a step makes another form by default, it need not.
        takes_form = "obs_as_dict" in inspect.signature(self.environment.step).parameters
        self._step_arguments = {"obs_as_dict": False} if takes_form else {}
        n_actions = self.environment.get_action_space_size()
        self.action_space = gymnasium.spaces.Box(0.0, 1.0, (n_actions,), np.float32)
        bounds = self.environment.observation_space
        self._low, self._high = np.clip(bounds.low, -_LARGEST, _LARGEST), np.clip(bounds.high, -_LARGEST, _LARGEST)
        self.observation_space = gymnasium.spaces.Box(self._low, self._high, dtype=np.float64)
        self._observation: Array = np.zeros(bounds.shape)

    @property
    def osim_model(self) -> Any:
        """The model under the environment, as osim-rl names it."""
        return self.environment.osim_model

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Array, dict[str, Any]]:
        """Start an episode.

        Parameters
        ----------
        seed : int or None
            Seeds the environment's draws, as osim-rl's seed of the same number does; None goes on with the generator.
        options : dict, optional
            ``init_pose`` for L2M2019, ``random_target`` for Arm2D, as their `reset` takes them.

        Returns
        -------
        tuple
            Observation, array (n_observations,), and info.

        Raises
        ------
        EnvironmentArgumentError
            If there is no such option.
        """
        super().reset(seed=seed)
        given = dict(options or {})
        known = _OPTIONS.get(self._name, ())
        unknown = [key for key in given if key not in known]
        if unknown:
            raise EnvironmentArgumentError(
                f"{type(self.environment).__name__} has no option {unknown[0]!r} for reset "
                f"(known: {', '.join(known) or 'none'})."
            )
        if seed is None and not self._is_seeded:
            seed = int(self.np_random.integers(2**32))
        self._is_seeded = True
        # The environment's generators take 32 bits, Gymnasium's more.
        self.environment.reset(seed=None if seed is None else seed % 2**32, **given)
        observation, n_clipped = self._observed()
        return observation, {"observation_clipped": n_clipped}

    def step(self, action: Any) -> tuple[Array, float, bool, bool, dict[str, Any]]:
        """Apply an action for one step.

        Parameters
        ----------
        action : array (n_actions,)
            Excitations; clipped to 0..1.

        Returns
        -------
        tuple of five
            Observation, reward, terminated, truncated, info: that of `OsimEnv.step` without the wall time, and
            ``observation_clipped``.

        Raises
        ------
        ActionError
            If the action is not a vector of one number for each muscle.
        """
        try:
            _, reward, done, info = self.environment.step(action, **self._step_arguments)
        except SimulatorError as error:
            ended = {"ended_by": "simulator_error", "error": str(error), "observation_clipped": 0}
            return self._observation.copy(), 0.0, False, True, ended
        for key in _NOT_SIMULATED:
            info.pop(key, None)
        observation, info["observation_clipped"] = self._observed()
        is_late = info["ended_by"] == "time_limit"
        return observation, float(reward), done and not is_late, done and is_late, info

    def _observed(self) -> tuple[Array, int]:
        """Return the observation within its bounds and how many values were not."""
        vector = np.array(self.environment.get_observation(), dtype=np.float64)
        self._observation = np.clip(vector, self._low, self._high)
        return self._observation.copy(), int(np.count_nonzero(self._observation != vector))

    def close(self) -> None:
        """End the simulation; may be called again."""
        self.environment.close()


def _as_text(value: Any) -> str:
    """Return a value as the command line writes it."""
    if isinstance(value, Sequence | np.ndarray) and not isinstance(value, str):
        return ",".join(str(float(number)) for number in value)
    return str(value)


def register() -> None:
    """Register the ids; may be called again. For Gymnasium's entry points, and done at import."""
    for identifier, name in IDS.items():
        if identifier not in gymnasium.registry:
            gymnasium.register(
                identifier, entry_point="osimviz.envs.gymnasium_envs:GymnasiumEnv", kwargs={"name": name}
            )


register()
