"""Read the muscle paths of a state, in world space. In the worker process only."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.engine import opensim
from osimviz.envs.engine_memory import IS_LAYOUT_KNOWN, N_VEC3_BYTES, bytes_of, transform_bytes, vec3_bytes
from osimviz.envs.state_description import state_rows
from osimviz.frames import Array
from osimviz.worker.body_poses import pose_of
from osimviz.worker.moving_points import MovingPoints, PointCurves, curves_of

#: How far outside its range a coordinate leaves a conditional point where it is: ``ConditionalPathPoint::isActive``
#: of opensim-core.
_RANGE_TOLERANCE = 1e-5


class MusclePaths:
    """Reads all paths of a model; as many points as possible without the engine, and those of many states at once.

    The points of a path follow from the poses of the bodies and the coordinates: fixed ones, those that come and go
    with a coordinate, and those that move in their body, where their functions are known. So only a path that wraps now
    must be walked along in the engine, where a point costs 3 µs, and only its wrapping arcs are read there.

    Parameters
    ----------
    model : opensim.Model
        An initialised model.
    body_names : tuple of str
        The bodies in the order of the poses handed to `read`.
    """

    def __init__(self, model: Any, body_names: tuple[str, ...]) -> None:
        muscles = model.getMuscles()
        paths = [opensim.GeometryPath.safeDownCast(muscles.get(i).getPath()) for i in range(muscles.getSize())]
        # Ground comes after the bodies: points may be fixed to it.
        frames = {name: i for i, name in enumerate((*body_names, "ground"))}
        is_known = [_is_known_path(path, frames) for path in paths]
        rows = state_rows(model)
        points = [
            [_PathPoint(point, frames, rows) for point in _points_of(path)] if known else []
            for path, known in zip(paths, is_known, strict=True)
        ]
        self._place(points, len(frames))
        self._walked = [
            _WalkedPath(i, path, points[i], self._slot_of(i, path) if known else {})
            for i, (path, known) in enumerate(zip(paths, is_known, strict=True))
            if not known or path.getWrapSet().getSize() > 0
        ]
        #: Where the points of each path stand, by what the conditions say.
        self._choices: dict[bytes, _Choice] = {}

    def _place(self, points: list[list["_PathPoint"]], n_frames: int) -> None:
        """Sort the points by the frame they are fixed to, so that one product turns all of them into world space."""
        n_in_frame = [0] * n_frames
        self._slots: list[list[tuple[int, int]]] = []
        for own in points:
            self._slots.append([])
            for point in own:
                self._slots[-1].append((point.frame, n_in_frame[point.frame]))
                n_in_frame[point.frame] += 1
        self._n_slots = max(n_in_frame)
        # Homogeneous: the last element takes the origin.
        self._local = np.zeros((n_frames, self._n_slots, 4))
        self._local[:, :, 3] = 1.0
        #: Those that move: by curves, and those for which the engine is asked.
        self._moving: list[tuple[tuple[int, int], _PathPoint]] = []
        self._asked: list[tuple[tuple[int, int], _PathPoint]] = []
        curves: list[PointCurves] = []
        for slots, own in zip(self._slots, points, strict=True):
            for slot, point in zip(slots, own, strict=True):
                self._local[slot][:3] = point.place
                if point.curves is not None:
                    curves.append(point.curves)
                    self._moving.append((slot, point))
                elif point.moving is not None:
                    self._asked.append((slot, point))
        self._curves = MovingPoints(curves)
        self._is_conditional = [[point.condition is not None for point in own] for own in points]
        conditions = [point.condition for own in points for point in own if point.condition is not None]
        self._condition_rows = np.array([row for row, _, _ in conditions], dtype=np.intp)
        self._lower, self._upper = np.array([bounds for _, *bounds in conditions]).reshape(-1, 2).T
        self._is_ground_used = any(point.frame == n_frames - 1 for own in points for point in own)
        if not self._is_ground_used:
            self._local = self._local[:-1]
        self._n_points = len(self._local) * self._n_slots

    def _slot_of(self, i: int, path: Any) -> dict[int, int]:
        """Return where in the product the points of a path stand, by their address in the engine."""
        slots = (frame * self._n_slots + slot for frame, slot in self._slots[i])
        return {int(point.this): slot for point, slot in zip(_points_of(path), slots, strict=True)}

    def sample(self, state: Any) -> "PathSample":
        """Return what the engine alone knows of the paths.

        Parameters
        ----------
        state : opensim.State
            Realised to Position at least.
        """
        if not self._asked and not self._walked:
            return _NOTHING_ASKED
        arcs: list[tuple[bytes, bytes]] = []
        return PathSample(
            places=b"".join([vec3_bytes(point.moving.getLocation(state)) for _, point in self._asked]),
            orders={path.index: own for path in self._walked if (own := path.walk(state, self._n_points, arcs))},
            arcs=arcs,
        )

    def points(
        self, samples: Sequence["PathSample"], poses: Array, states: Array
    ) -> list[tuple[Array, NDArray[np.int32]]]:
        """Return for each sample the points of all paths, and how many belong to each.

        Parameters
        ----------
        samples : sequence of PathSample
            Of this object.
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
        if not self._walked and (there == there[0]).all():
            choice = self._choice_of(there[0])
            return [(own, choice.counts) for own in points.take(choice.order, axis=1)]
        return [self._in_order(*own) for own in zip(samples, points, there, strict=True)]

    def read(self, state: Any, poses: Array) -> tuple[Array, NDArray[np.int32]]:
        """Return points and counts of one state, whose bodies' poses are (n_bodies, 4, 3)."""
        return self.points([self.sample(state)], poses[None], state.getY().to_numpy()[None])[0]

    def _in_order(
        self, sample: "PathSample", points: Array, there: NDArray[np.bool_]
    ) -> tuple[Array, NDArray[np.int32]]:
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
            [
                frame * self._n_slots + slot
                for (frame, slot), asks in zip(slots, conditional, strict=True)
                if not asks or next(answers)
            ]
            for slots, conditional in zip(self._slots, self._is_conditional, strict=True)
        ]
        counts = np.array([len(own) for own in orders], dtype=np.int32)
        # Many frames share it.
        counts.setflags(write=False)
        return _Choice(orders, np.array(list(chain.from_iterable(orders)), dtype=np.intp), counts)


class PathSample(NamedTuple):
    """What the engine alone knows of the paths of a state; plain numbers, of which `MusclePaths.points` makes points.

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


#: Of a model all of whose points follow from poses and coordinates.
_NOTHING_ASKED = PathSample(b"", {}, [])


class _Choice(NamedTuple):
    """Where in the product the points of each path stand, the same in one array, and how many each path has."""

    orders: list[list[int]]
    order: NDArray[np.intp]
    counts: NDArray[np.int32]


class _WalkedPath:
    """A path that may wrap, or whose points are of no kind that is known here.

    Parameters
    ----------
    index : int
        Of its muscle.
    path : opensim.GeometryPath
        The path.
    points : list of _PathPoint
        Its points; empty where not all are known.
    slot_of : dict of int to int
        Where in the product a point stands, by its address in the engine.
    """

    def __init__(self, index: int, path: Any, points: list["_PathPoint"], slot_of: dict[int, int]) -> None:
        self.index = index
        self._path = path
        self._slot_of = slot_of
        # Wrapping only adds points (GeometryPath::applyWrapObjects); what conditions take away would hide that.
        is_fixed = all(point.condition is None for point in points)
        self._n_points_unwrapped = len(points) if points and is_fixed else -1
        #: Of the other points, by their address: the point as one of a wrap, and the frame it is in.
        self._others: dict[int, tuple[Any, Any]] = {}
        self._frames: dict[str, Any] = {}

    def walk(self, state: Any, n_slots: int, arcs: list[tuple[bytes, bytes]]) -> list[int]:
        """Return where the points of the path stand; empty where it does not wrap.

        Parameters
        ----------
        state : opensim.State
            Realised to Position at least.
        n_slots : int
            How many points stand before those of `arcs`.
        arcs : list of (bytes, bytes)
            As in `PathSample`, of the paths so far; grows.
        """
        current = self._path.getCurrentPath(state)
        n_points = current.getSize()
        if n_points == self._n_points_unwrapped:
            return []
        order: list[int] = []
        next_place = n_slots + sum([len(local) for local, _ in arcs]) // N_VEC3_BYTES
        # Both points of a wrap and its arc are in one frame and follow each other: one product for all.
        local, frame = b"", None
        for k in range(n_points):
            point = current.get(k)
            address = int(point.this)
            slot = self._slot_of.get(address)
            if slot is not None:
                order.append(slot)
                continue
            wrap, own_frame = self._other(point, address)
            if frame is not None and own_frame is not frame:
                arcs.append((local, transform_bytes(frame.getTransformInGround(state))))
                local = b""
            frame = own_frame
            # In its frame: where a path wraps twice, OpenSim 4.6 keeps the place in ground of an earlier round
            # (MoBL_ARMS_J: up to 2 cm beside the end of the arc that leads to the point).
            own = vec3_bytes(point.getLocation(state))
            if wrap is not None:
                own = _arc_of(wrap, state) + own
            n_own = len(own) // N_VEC3_BYTES
            order += range(next_place, next_place + n_own)
            next_place += n_own
            local += own
        if frame is not None:
            arcs.append((local, transform_bytes(frame.getTransformInGround(state))))
        return order

    def _other(self, point: Any, address: int) -> tuple[Any, Any]:
        """Return a point as one of a wrap, or None, and its frame, the same object for the same frame."""
        found = self._others.get(address)
        if found is None:
            frame = point.getParentFrame()
            frame = self._frames.setdefault(frame.getAbsolutePathString(), frame)
            found = self._others[address] = opensim.PathWrapPoint.safeDownCast(point), frame
        return found


def _in_world(local: bytes, pose: bytes) -> Array:
    """Return points of a frame in world space, (n_points, 3)."""
    rows = np.frombuffer(pose).reshape(4, 3)
    points: Array = np.frombuffer(local).reshape(-1, 3) @ rows[:3]
    points += rows[3]
    return points


def _points_of(path: Any) -> list[Any]:
    points = path.getPathPointSet()
    return [points.get(i) for i in range(points.getSize())]


class _PathPoint:
    """A point of a path without wrapping: the frame it belongs to, its place there, and what changes it."""

    def __init__(self, point: Any, frames: dict[str, int], rows: dict[str, int]) -> None:
        frame = point.getParentFrame()
        self.frame = frames[frame.findBaseFrame().getName()]
        self._base_from_frame = pose_of(frame.findTransformInBaseFrame())
        self.moving = opensim.MovingPathPoint.safeDownCast(point)
        #: How it moves, where that is known.
        self.curves = None if self.moving is None else curves_of(self.moving, rows)
        self.place = np.zeros(3)
        if self.moving is None:
            self.place = self.in_base(opensim.PathPoint.safeDownCast(point).get_location().to_numpy())
        conditional = opensim.ConditionalPathPoint.safeDownCast(point)
        #: Where in Y the coordinate stands, and the range in which the point is part of the path.
        self.condition: tuple[int, float, float] | None = None
        if conditional is not None:
            lower, upper = (conditional.get_range(k) for k in range(2))
            row = rows[f"{conditional.getCoordinate().getAbsolutePathString()}/value"]
            self.condition = row, lower - _RANGE_TOLERANCE, upper + _RANGE_TOLERANCE

    def in_base(self, places: Array) -> Array:
        """Return places of the point's frame in its body, shape (..., 3)."""
        in_base: Array = places @ self._base_from_frame[:3] + self._base_from_frame[3]
        return in_base


_GROUND = np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]])


def _is_known_path(path: Any, frames: dict[str, int]) -> bool:
    return all(_is_known(point, frames) for point in _points_of(path))


def _is_known(point: Any, frames: dict[str, int]) -> bool:
    conditional = opensim.ConditionalPathPoint.safeDownCast(point)
    return (
        point.getConcreteClassName() in ("PathPoint", "MovingPathPoint", "ConditionalPathPoint")
        and (conditional is None or conditional.hasCoordinate())
        and point.getParentFrame().findBaseFrame().getName() in frames
    )


def _arc_of(wrap: Any, state: Any) -> bytes:
    """Return the points of the arc that leads to a point of a wrap, in the point's frame, one after the other.

    Only the second point of a wrap has one. OpenSim's ``Array`` keeps its elements in a row, which their addresses
    confirm; one by one they cost 1 µs each, and an arm has a hundred of them.
    """
    arc = wrap.getWrapPath(state)
    n_points = arc.getSize()
    if n_points == 0:
        return b""
    first, last = arc.get(0), arc.get(n_points - 1)
    if IS_LAYOUT_KNOWN and int(last.this) - int(first.this) == (n_points - 1) * N_VEC3_BYTES:
        return bytes_of(first, n_points * N_VEC3_BYTES)
    return b"".join([vec3_bytes(arc.get(i)) for i in range(n_points)])
