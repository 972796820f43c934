"""The field of target velocities that L2M2019Env shows its controller: a map of the ground around a goal to walk to.

Field space is (x, y) = (forward, left) = (world x, −world z), metres. Numbers, draws and their order: osim-rl 3.0.11,
``envs/target/v_tgt_field.py``. Only the few numbers that make the map are kept, so that a field is quickly copied; the
map is made of them with osim-rl's arithmetic. NumPy only.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.errors import EnvironmentArgumentError

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

#: The map: 81 × 81 nodes, 0.5 m apart, 20 m to each side of where the body was when it was made.
_N_NODES = 81
_NODES_PER_M = 2
_HALF_WIDTH_M = 20.0
#: What the controller sees of it: 11 × 11 points around the body, 1 m apart.
N_SEEN = 11
_SEEN_POINTS_M = np.indices((N_SEEN, N_SEEN), dtype=np.float64).reshape(2, -1) - N_SEEN // 2
#: Which of these points the body is at.
_BODY = N_SEEN * N_SEEN // 2

#: Version 0: this velocity everywhere, m/s.
_CONSTANT_VELOCITY = (1.4, 0.0)
#: Distance of a new goal from the last one, m, and its direction to the path so far, rad, by version.
_GOAL_DISTANCE_M = (5.0, 7.0)
_GOAL_ANGLES_RAD = {1: (0.0, 0.0), 2: (-90 * np.pi / 180, 90 * np.pi / 180), 3: (-180 * np.pi / 180, 180 * np.pi / 180)}
#: How many goals there are to reach, by version.
_N_GOALS = {1: math.inf, 2: math.inf, 3: 2}
#: A goal is reached by staying within this distance for a time drawn from this range.
_GOAL_RADIUS_M = 0.3
_GOAL_STAY_S = (2.0, 4.0)
#: Speeds of the field, m/s: their mean, half their range, and the largest, beyond the goal's distance.
_MEAN_SPEED, _HALF_SPEED_RANGE, _FAR_SPEED = 1.3, 0.5, 1.8
#: Within this distance of the goal the field slows down.
_SLOWING_M = 1.0


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal and the map made for it.

    Attributes
    ----------
    place_m : tuple of two float
        The goal in field space.
    centre_m : tuple of two float
        Centre of the map: the body when it was made.
    distance_m : float
        From the one to the other.
    phase_rad : float
        Phase of the wave of speeds around the goal.
    stay_s : float
        How long to stay at the goal to reach it.
    """

    place_m: tuple[float, float]
    centre_m: tuple[float, float]
    distance_m: float
    phase_rad: float
    stay_s: float


@dataclass(frozen=True, slots=True)
class FieldView:
    """The field around a body.

    Attributes
    ----------
    velocity : array (2,)
        Target velocity where the body is, field space, m/s.
    seen : array (2, 11, 11)
        Target velocity in body space, m/s: forward and leftward component, at ``ix - 5`` m ahead and ``iy - 5`` m to
        the left of the body.
    """

    velocity: Array
    seen: Array


class TargetField:
    """The field of an episode: where the goal is, how long the body has stayed there, how many are left.

    Parameters
    ----------
    seed : int or None
        Seeds the draws; None takes entropy from the system.

    Attributes
    ----------
    version : {0, 1, 2, 3}
        0 constant; goals ahead (1), within 90° (2), anywhere (3).
    goal : Goal or None
        The goal now; None in version 0.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed(seed)
        self.version = 0
        self.goal: Goal | None = None
        self._path_angle_rad = 0.0
        self._stayed_s = 0.0
        self._i_goal = 1

    def seed(self, seed: int | None = None) -> None:
        """Start the draws anew, as NumPy's global generator gives them under this seed."""
        self._random = np.random.RandomState(seed)

    def reset(self, version: int) -> None:
        """Start an episode at the origin; `EnvironmentArgumentError` if there is no such version."""
        if version not in (0, *_N_GOALS):
            raise EnvironmentArgumentError(f"The version of the target field is 0, 1, 2 or 3, not {version!r}.")
        self.version = version
        self.goal = None
        self._path_angle_rad = self._stayed_s = 0.0
        self._i_goal = 1
        if version > 0:
            self.goal = self._draw_goal((0.0, 0.0), (0.0, 0.0))

    def _draw_goal(self, last_m: tuple[float, float], body_m: tuple[float, float]) -> Goal:
        distance_m = self._random.uniform(*_GOAL_DISTANCE_M)
        self._path_angle_rad += self._random.uniform(*_GOAL_ANGLES_RAD[self.version])
        place = np.array(last_m) + np.array(
            [np.cos(self._path_angle_rad) * distance_m, np.sin(self._path_angle_rad) * distance_m]
        )
        return Goal(
            place_m=(float(place[0]), float(place[1])),
            centre_m=body_m,
            distance_m=float(np.linalg.norm(place - np.array(body_m))),
            phase_rad=float(self._random.uniform(-np.pi, np.pi)),
            stay_s=float(self._random.uniform(*_GOAL_STAY_S)),
        )

    def update(self, pose: tuple[float, float, float], step_s: float) -> bool:
        """Account for a step that ended at a pose.

        Parameters
        ----------
        pose : tuple of three float
            Body in field space, m, and its yaw, rad.
        step_s : float
            Time of the step.

        Returns
        -------
        bool
            Whether a goal was reached in it; the next goal, if there is one, is drawn then.
        """
        if self.goal is None:
            return False
        body_m = pose[:2]
        away_m = float(np.linalg.norm(np.array(self.goal.place_m) - np.array(body_m)))
        self._stayed_s = self._stayed_s + step_s if away_m < _GOAL_RADIUS_M else 0.0
        if not (self._stayed_s > self.goal.stay_s and self._i_goal <= _N_GOALS[self.version]):
            return False
        if self._i_goal < _N_GOALS[self.version]:
            self.goal = self._draw_goal(self.goal.place_m, body_m)
        self._i_goal += 1
        self._stayed_s = 0.0
        return True

    def velocity_at(self, place_m: tuple[float, float]) -> Array:
        """Return the target velocity at a place, both in field space, shape (2,), m/s."""
        x, y = self._looked_up(np.array([place_m[0]]), np.array([place_m[1]]))
        return np.array([x[0], y[0]])

    def look(self, pose: tuple[float, float, float]) -> FieldView:
        """Return the field around a body in field space, m, with this yaw, rad."""
        x_m, y_m, yaw_rad = pose
        ahead, left = _SEEN_POINTS_M
        cosine, sine = np.cos(yaw_rad), np.sin(yaw_rad)
        x, y = self._looked_up(cosine * ahead - sine * left + x_m, sine * ahead + cosine * left + y_m)
        seen = np.stack((cosine * x + sine * y, cosine * y - sine * x))
        return FieldView(np.array([x[_BODY], y[_BODY]]), seen.reshape(2, N_SEEN, N_SEEN))

    def _looked_up(self, x_m: Array, y_m: Array) -> tuple[Array, Array]:
        """Return the field at places: bilinear between the nodes, the nearest edge outside the map.

        Source: what SciPy's ``interp2d(kind="linear")`` did before release 1.14, in its order of operations.
        """
        centre_m = self.goal.centre_m if self.goal else (0.0, 0.0)
        ix, x_weights = _neighbours(_map_axis(centre_m[0]), x_m)
        iy, y_weights = _neighbours(_map_axis(centre_m[1]), y_m)
        # Both neighbours along x for each along y: (x neighbour, y neighbour, place).
        nodes = _node_velocities(self.goal)[:, ix[:, None, :], iy[None, :, :]]
        weighted = nodes * x_weights[:, None, :] * y_weights[None, :, :]
        x, y = ((weighted[:, 0, 0] + weighted[:, 0, 1]) + weighted[:, 1, 0]) + weighted[:, 1, 1]
        return x, y


@lru_cache(maxsize=32)
def _axis(lower_m: float, upper_m: float) -> Array:
    """Return the nodes between two bounds, as osim-rl computes them. They change with the goal only."""
    middle_m = 0.5 * (lower_m + upper_m)
    half = (upper_m - middle_m) * _NODES_PER_M
    axis: Array = (np.arange(_N_NODES) - half) / _NODES_PER_M + middle_m
    axis.setflags(write=False)
    return axis


def _map_axis(centre_m: float) -> Array:
    return _axis(centre_m - _HALF_WIDTH_M, centre_m + _HALF_WIDTH_M)


@lru_cache(maxsize=8)
def _node_velocities(goal: Goal | None) -> Array:
    """Return the velocity at every node of the map, (2, n_nodes, n_nodes), m/s in field space."""
    velocities = np.empty((2, _N_NODES, _N_NODES))
    if goal is None:
        velocities[:] = np.array(_CONSTANT_VELOCITY)[:, None, None]
    else:
        axes = zip(goal.centre_m, goal.place_m, strict=True)
        # From the goal, once by axes shifted to it and once by the difference: osim-rl has both, and they round apart.
        shifted, difference = [], []
        for centre, place in axes:
            shifted.append(_axis(centre - _HALF_WIDTH_M - place, centre + _HALF_WIDTH_M - place))
            difference.append(_map_axis(centre) - place)
        along, across = shifted[0][:, None], shifted[1][None, :]
        length = np.sqrt(along * along + across * across)
        # A node at the goal itself has no direction; osim-rl puts NaN there.
        length = np.where(length == 0.0, 1.0, length)
        x, y = difference[0][:, None], difference[1][None, :]
        speed = _speeds(goal, np.sqrt(x * x + y * y))
        velocities[0] = speed * -along / length
        velocities[1] = speed * -across / length
    velocities.setflags(write=False)
    return velocities


def _speeds(goal: Goal, distance_m: Array) -> Array:
    """Return the field's speed at distances from the goal: a wave, slower close to the goal, constant far away."""
    wave = _HALF_SPEED_RANGE * np.sin(goal.phase_rad + distance_m / goal.distance_m * 2 * np.pi) + _MEAN_SPEED
    slowing = _HALF_SPEED_RANGE * np.sin(goal.phase_rad + _SLOWING_M / goal.distance_m * 2 * np.pi) + _MEAN_SPEED
    speed = np.where(distance_m > _SLOWING_M, wave, distance_m * slowing)
    return np.where(distance_m > goal.distance_m + _SLOWING_M, _FAR_SPEED, speed)


def _neighbours(axis: Array, places: Array) -> tuple[Indices, Array]:
    """Return the two nodes around every place and their weights, shape (2, n_places) each."""
    inside = np.minimum(np.maximum(places, axis[0]), axis[-1])
    # The last node belongs to the interval before it.
    lower = np.searchsorted(axis[1:-1], inside, side="right")
    factor = 1.0 / (axis[lower + 1] - axis[lower])
    weights = np.stack((factor * (axis[lower + 1] - inside), factor * (inside - axis[lower])))
    return np.stack((lower, lower + 1)), weights
