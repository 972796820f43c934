"""What follows from what was read of muscle paths in many states. Knows no engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from osimviz.frames import Array
from osimviz.worker.point_curves import MovingPoints, PointCurves

_GROUND = np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]])


class PathSample(NamedTuple):
    """What the engine alone knows of the paths of a state; plain numbers, of which `PathMaker.points` makes points.

    Attributes
    ----------
    places : bytes
        Where each moving point is in its frame that follows no known curve, three doubles each, m.
    orders : dict of int to list of int
        Where the points of each wrapping path stand: in the slots, or behind them among those of `arcs`.
    arcs : list of (bytes, bytes)
        Points that stand in no slot, and the pose of the frame they are in.
    """

    places: bytes
    orders: dict[int, list[int]]
    arcs: list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class PathPoint:
    """A point of a path without wrapping: the frame it belongs to, its place there, and what changes it.

    Attributes
    ----------
    frame : int
        Place among the bodies, ground behind them, of the body it is fixed to.
    base_from_frame : array (4, 3)
        The pose of the point's own frame in that body.
    place : array (3,)
        In the body, m; of no meaning where it moves.
    curves : PointCurves or None
        How it moves in its own frame, where that is known.
    is_asked : bool
        Whether the engine is asked for its place in its own frame.
    condition : tuple of (int, float, float), or None
        Where in Y a coordinate stands, and the range of it in which the point is part of the path.
    """

    frame: int
    base_from_frame: Array
    place: Array
    curves: PointCurves | None
    is_asked: bool
    condition: tuple[int, float, float] | None

    def in_base(self, places: Array) -> Array:
        """Return places of the point's frame in its body, shape (..., 3)."""
        in_base: Array = places @ self.base_from_frame[:3] + self.base_from_frame[3]
        return in_base


class _Choice(NamedTuple):
    """Where in the product the points of each path stand, the same in one array, and how many each path has."""

    orders: list[list[int]]
    order: NDArray[np.intp]
    counts: NDArray[np.int32]


class PathMaker:
    """Makes the points of all paths of a model.

    Parameters
    ----------
    points : sequence of sequence of PathPoint
        Of each path; none of one that is walked along in the engine.
    n_frames : int
        The bodies, and ground.
    is_walked : bool
        Whether some paths are walked along in the engine, in this state or in others.

    Attributes
    ----------
    n_slots : int
        Length of the product in which all points stand.
    """

    def __init__(self, points: Sequence[Sequence[PathPoint]], n_frames: int, *, is_walked: bool) -> None:
        self._is_walked = is_walked
        #: Where the points of each path stand, by what the conditions say.
        self._choices: dict[bytes, _Choice] = {}
        # Sorted by the frame they are fixed to: one product turns all of them into world space.
        n_in_frame = [0] * n_frames
        self._slots: list[list[tuple[int, int]]] = []
        for own in points:
            self._slots.append([])
            for point in own:
                self._slots[-1].append((point.frame, n_in_frame[point.frame]))
                n_in_frame[point.frame] += 1
        self._n_in_frame = max(n_in_frame)
        # Homogeneous: the last element takes the origin.
        self._local = np.zeros((n_frames, self._n_in_frame, 4))
        self._local[:, :, 3] = 1.0
        #: Those that move: by curves, and those for which the engine is asked.
        self._moving: list[tuple[tuple[int, int], PathPoint]] = []
        self._asked: list[tuple[tuple[int, int], PathPoint]] = []
        curves: list[PointCurves] = []
        for slots, own in zip(self._slots, points, strict=True):
            for slot, point in zip(slots, own, strict=True):
                self._local[slot][:3] = point.place
                if point.curves is not None:
                    curves.append(point.curves)
                    self._moving.append((slot, point))
                elif point.is_asked:
                    self._asked.append((slot, point))
        self._curves = MovingPoints(curves)
        self._is_conditional = [[point.condition is not None for point in own] for own in points]
        conditions = [point.condition for own in points for point in own if point.condition is not None]
        self._condition_rows = np.array([row for row, _, _ in conditions], dtype=np.intp)
        self._lower, self._upper = np.array([bounds for _, *bounds in conditions]).reshape(-1, 2).T
        self._is_ground_used = any(point.frame == n_frames - 1 for own in points for point in own)
        if not self._is_ground_used:
            self._local = self._local[:-1]
        self.n_slots = len(self._local) * self._n_in_frame

    def slots_of(self, path: int) -> list[int]:
        """Return where in the product the points of a path stand."""
        return [frame * self._n_in_frame + slot for frame, slot in self._slots[path]]

    def points(
        self, samples: Sequence[PathSample], poses: Array, states: Array
    ) -> list[tuple[Array, NDArray[np.int32]]]:
        """Return for each sample the points of all paths, and how many belong to each.

        Parameters
        ----------
        samples : sequence of PathSample
            Of the paths this was made for.
        poses : array (n_samples, n_bodies, 4, 3)
            Of the bodies in the same states (`read_poses`).
        states : array (n_samples, n_states)
            Y in the same states.

        Returns
        -------
        list of array (n_points, 3), int array (n_muscles,)
            As in `osimviz.frames.Frame`.
        """
        if self._is_ground_used:
            poses = np.concatenate((poses, np.broadcast_to(_GROUND, (len(poses), 1, 4, 3))), axis=1)
        local = self._local
        moving = [*self._moving, *self._asked]
        if moving:
            told = np.frombuffer(b"".join([sample.places for sample in samples])).reshape(len(samples), -1, 3)
            places = np.concatenate((self._curves.places(states), told), axis=1)
            local = np.repeat(local[None], len(samples), axis=0)
            for k, ((frame, slot), point) in enumerate(moving):
                local[:, frame, slot, :3] = point.in_base(places[:, k])
        points = (local @ poses).reshape(len(samples), -1, 3)
        values = states[:, self._condition_rows]
        there = (self._lower <= values) & (values <= self._upper)
        if not self._is_walked and (there == there[0]).all():
            choice = self._choice_of(there[0])
            return [(own, choice.counts) for own in points.take(choice.order, axis=1)]
        return [self._in_order(*own) for own in zip(samples, points, there, strict=True)]

    def _in_order(self, sample: PathSample, points: Array, there: NDArray[np.bool_]) -> tuple[Array, NDArray[np.int32]]:
        """Return the points of the paths one after the other, from those of all slots (n_slots, 3).

        `there` tells which conditional points are part of their paths.
        """
        choice = self._choice_of(there)
        if not sample.orders:
            return points.take(choice.order, axis=0), choice.counts
        orders = [sample.orders.get(i, own) for i, own in enumerate(choice.orders)]
        order = np.array(list(chain.from_iterable(orders)), dtype=np.intp)
        points = np.concatenate([points, *[_in_world(*arc) for arc in sample.arcs]])
        return points.take(order, axis=0), np.array([len(own) for own in orders], dtype=np.int32)

    def _choice_of(self, there: NDArray[np.bool_]) -> "_Choice":
        key = there.tobytes()
        choice = self._choices.get(key)
        if choice is None:
            choice = self._choices[key] = self._chosen(there)
        return choice

    def _chosen(self, there: NDArray[np.bool_]) -> "_Choice":
        """Return where in the product the points of all paths stand that do not wrap."""
        answers = iter(there)
        orders = [
            [slot for slot, asks in zip(self.slots_of(i), conditional, strict=True) if not asks or next(answers)]
            for i, conditional in enumerate(self._is_conditional)
        ]
        counts = np.array([len(own) for own in orders], dtype=np.int32)
        # Many frames share it.
        counts.setflags(write=False)
        return _Choice(orders, np.array(list(chain.from_iterable(orders)), dtype=np.intp), counts)


def _in_world(local: bytes, pose: bytes) -> Array:
    """Return points of a frame in world space, (n_points, 3)."""
    rows = np.frombuffer(pose).reshape(4, 3)
    points: Array = np.frombuffer(local).reshape(-1, 3) @ rows[:3]
    points += rows[3]
    return points
