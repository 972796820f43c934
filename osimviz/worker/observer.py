"""Read one frame of finished numbers from a live OpenSim environment. In the worker process only."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.channels import Channel
from osimviz.envs.engine import opensim
from osimviz.envs.state_description import coordinates_in_tree_order, state_rows
from osimviz.frames import OSIM_RL_STEP_S, Array, EndLimit, Frame, ModelGeometry
from osimviz.worker.body_motions import BodyMotions
from osimviz.worker.channel_table import run_channels
from osimviz.worker.frame_making import FrameMaker, FrameSample
from osimviz.worker.geometry import read_geometry
from osimviz.worker.muscle_paths import MusclePaths
from osimviz.worker.readings import readings_of

_NOTHING = np.empty(0)
_NOTHING.setflags(write=False)


class Observer:
    """Reads frames of one environment; holds handles of the engine's parts, which never leave this process.

    Parameters
    ----------
    environment : object
        Any environment of osim-rl's protocol (``osim_model.model``, ``osim_model.state``) after its first reset.

    Attributes
    ----------
    geometry : ModelGeometry
        What never changes.
    channels : tuple of Channel
        The channel table of its frames.
    end_limits : tuple of EndLimit
        The environment's own ending conditions.
    step_s : float
        Simulated time of a step.
    state_names : tuple of str
        OpenSim's path of each element of `Frame.state`.
    maker : FrameMaker
        Makes frames of its samples, in whichever process.
    """

    def __init__(self, environment: Any) -> None:
        self._environment = environment
        model = environment.osim_model.model
        self._model = model
        state = environment.osim_model.state
        self._coordinates = coordinates_in_tree_order(model)
        self._readings = readings_of(environment, model)
        self.geometry: ModelGeometry = read_geometry(model, state)
        rows = state_rows(model)
        self.state_names: tuple[str, ...] = tuple(rows)
        self._paths = MusclePaths(model, self.geometry.body_names)
        self._bodies = BodyMotions(model, state)
        self.maker = FrameMaker(self.geometry, self._paths.maker, *_rows_of(self._coordinates, rows))
        self.step_s = float(getattr(environment.osim_model, "stepsize", OSIM_RL_STEP_S))
        self.channels: tuple[Channel, ...] = run_channels(
            self.geometry,
            observation=tuple(environment.observation_channels()),
            action_names=tuple(environment.action_names()),
            coordinates=tuple(
                (coordinate.getName(), coordinate.getMotionType() == opensim.Coordinate.Rotational)
                for coordinate in self._coordinates
            ),
            has_feet=self._readings.has_feet,
            has_target_velocity=len(target_velocity(environment)) > 0,
            has_targets=_has_targets(environment),
        )
        self.end_limits: tuple[EndLimit, ...] = _end_limits(environment, self.geometry)
        self._n_actions = len(environment.action_names())

    def sample(
        self,
        *,
        step: int,
        observation: Any,
        action: Array | None = None,
        excitation: Array | None = None,
        reward: float = float("nan"),
        wall_time_s: float = float("nan"),
        reward_terms: Array = _NOTHING,
        n_clipped: float = float("nan"),
        target_reached: float = float("nan"),
    ) -> FrameSample:
        """Take from the environment's present state what only the engine knows; `frames` makes a frame of it.

        Parameters
        ----------
        step : int
            Steps done so far.
        observation : sequence of float
            The environment's observation vector.
        action : array (n_actions,), optional
            What the controller returned for the last step; NaN where there was none.
        excitation : array (n_muscles,), optional
            What reached the muscles; read from the model if not given.
        reward, wall_time_s, n_clipped, target_reached : float
            Of the last step.
        reward_terms : array (n_terms,)
            Of the last step.
        """
        state = self._environment.osim_model.state
        y = self._readings.realise(state)
        if action is None:
            # No step led here: the excitations the model stands with say nothing of the controller.
            excitation = np.full(len(self.geometry.muscle_names), np.nan)
            self._bodies.weigh(state)
        elif excitation is None:
            excitation = self._readings.excitation(state)
        return FrameSample(
            step=step,
            time_s=float(state.getTime()),
            reward=reward,
            wall_time_s=wall_time_s,
            observation=np.array(observation, dtype=np.float64),
            action=np.full(self._n_actions, np.nan) if action is None else action,
            excitation=np.array(excitation, dtype=np.float64),
            reading=self._readings.read(state, y),
            bodies=self._bodies.sample(state),
            paths=self._paths.sample(state),
            state=y,
            reward_terms=reward_terms,
            n_clipped=n_clipped,
            target_velocity=target_velocity(self._environment),
            target_reached=target_reached,
        )

    def frames(self, samples: Sequence[FrameSample]) -> list[Frame]:
        """Return the frames of samples of this observer, in their order.

        For many at once a frame costs a fifth of what it does alone.
        """
        return self.maker.frames(samples)

    def read(self, **numbers: Any) -> Frame:
        """Return the frame of the environment's present state; parameters as in `sample`."""
        return self.maker.frames([self.sample(**numbers)])[0]


def target_velocity(environment: Any) -> Array:
    """Return the velocity that an environment asks for now, world space (3,), m/s; (0,) where it asks for none."""
    ask = getattr(environment, "target_velocity", None)
    velocity = ask() if callable(ask) else None
    return _NOTHING if velocity is None else np.array(velocity, dtype=np.float64)


def _has_targets(environment: Any) -> bool:
    """Return whether an environment that was reset has a goal to reach, as L2M2019Env has but for difficulty 0."""
    return getattr(getattr(environment, "vtgt", None), "goal", None) is not None


def _rows_of(coordinates: list[Any], rows: dict[str, int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the values and the speeds of coordinates stand in Y."""
    paths = [coordinate.getAbsolutePathString() for coordinate in coordinates]
    values = [rows[f"{path}/value"] for path in paths]
    speeds = [rows[f"{path}/speed"] for path in paths]
    return np.array(values, dtype=np.intp), np.array(speeds, dtype=np.intp)


def _end_limits(environment: Any, geometry: ModelGeometry) -> tuple[EndLimit, ...]:
    limit = getattr(environment, "fall_height_m", None)
    if limit is None or "pelvis" not in geometry.body_names:
        return ()
    return (EndLimit("body/pelvis/height", float(limit), f"pelvis below {limit:g} m"),)
