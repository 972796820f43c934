"""Read the muscle paths of a state, in world space. In the worker process only."""

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.engine import opensim
from osimviz.frames import Array
from osimviz.worker.body_poses import pose_of, read_poses

#: How far outside its range a coordinate leaves a conditional point where it is: ``ConditionalPathPoint::isActive``
#: of opensim-core.
_RANGE_TOLERANCE = 1e-5
#: ``SimTK::Vec3`` in memory: three doubles.
_N_POINT_BYTES = 3 * 8


class MusclePaths:
    """Reads all paths of a model; as many points as possible without asking the engine.

    The points of a path without wrapping follow from the poses of the bodies: fixed ones, those that come and go with
    a coordinate, and those that move in their body, for which the engine is asked. Of the leg models these are all
    points, at 3 µs each through the engine. Paths with wrapping are asked for.

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
        self._asked = [None if _follows_from_poses(path, frames) else path for path in paths]
        points = [
            [_PathPoint(path.getPathPointSet().get(i), frames) for i in range(path.getPathPointSet().getSize())]
            for path, asked in zip(paths, self._asked, strict=True)
            if asked is None
        ]
        self._place(points, len(frames))
        self._is_ground_used = any(point.frame == len(body_names) for own in points for point in own)
        #: Which points there are, and how many of each muscle, by what the conditions say.
        self._choices: dict[tuple[bool, ...], tuple[NDArray[np.intp], NDArray[np.int32]]] = {}

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
        self._moving: list[tuple[tuple[int, int], _PathPoint]] = []
        self._conditions: list[_PathPoint] = []
        for slots, own in zip(self._slots, points, strict=True):
            for slot, point in zip(slots, own, strict=True):
                self._local[slot][:3] = point.place
                if point.moving is not None:
                    self._moving.append((slot, point))
        self._is_conditional = [[point.condition is not None for point in own] for own in points]
        self._conditions = [point for own in points for point in own if point.condition is not None]

    def read(self, state: Any, poses: Array) -> tuple[Array, NDArray[np.int32]]:
        """Return the points of all paths, and how many belong to each.

        Parameters
        ----------
        state : opensim.State
            Realised to Position at least.
        poses : array (n_bodies, 4, 3)
            Of the bodies in that state (`read_poses`).

        Returns
        -------
        array (n_points, 3), int array (n_muscles,)
            As in `osimviz.frames.Frame`.
        """
        known, known_counts = self._known(state, poses)
        if len(known_counts) == len(self._asked):
            return known, known_counts
        parts: list[Array] = []
        counts = np.empty(len(self._asked), dtype=np.int32)
        first = i_known = 0
        for i, path in enumerate(self._asked):
            if path is None:
                counts[i] = known_counts[i_known]
                parts.append(known[first : first + counts[i]])
                first += counts[i]
                i_known += 1
            else:
                points = _ask(path, state)
                counts[i] = len(points)
                parts.append(points)
        return np.concatenate(parts), counts

    def _known(self, state: Any, poses: Array) -> tuple[Array, NDArray[np.int32]]:
        """Return the points of the paths that need not be asked for, and their counts."""
        for slot, point in self._moving:
            self._local[slot][:3] = point.place_now(state)
        if self._is_ground_used:
            poses = np.concatenate((poses, _GROUND))
        there = tuple([point.is_there(state) for point in self._conditions])
        if there not in self._choices:
            self._choices[there] = self._chosen(there)
        order, counts = self._choices[there]
        world: Array = np.matmul(self._local[: len(poses)], poses).reshape(-1, 3)
        return world.take(order, axis=0), counts

    def _chosen(self, there: tuple[bool, ...]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return where in the product the points of all paths stand, and how many each path has."""
        answers = iter(there)
        order: list[int] = []
        counts = []
        for slots, conditional in zip(self._slots, self._is_conditional, strict=True):
            own = [
                frame * self._n_slots + slot
                for (frame, slot), asks in zip(slots, conditional, strict=True)
                if not asks or next(answers)
            ]
            order += own
            counts.append(len(own))
        n_points = np.array(counts, dtype=np.int32)
        # Many frames share it.
        n_points.setflags(write=False)
        return np.array(order, dtype=np.intp), n_points


class _PathPoint:
    """A point of a path without wrapping: the frame it belongs to, its place there, and what changes it."""

    def __init__(self, point: Any, frames: dict[str, int]) -> None:
        frame = point.getParentFrame()
        self.frame = frames[frame.findBaseFrame().getName()]
        self._base_from_frame = pose_of(frame.findTransformInBaseFrame())
        self.moving = opensim.MovingPathPoint.safeDownCast(point)
        self.place = np.zeros(3)
        if self.moving is None:
            self.place = self._in_base(opensim.PathPoint.safeDownCast(point).get_location().to_numpy())
        conditional = opensim.ConditionalPathPoint.safeDownCast(point)
        self.condition: tuple[Any, float, float] | None = None
        if conditional is not None:
            lower, upper = (conditional.get_range(k) for k in range(2))
            self.condition = conditional.getCoordinate(), lower - _RANGE_TOLERANCE, upper + _RANGE_TOLERANCE

    def _in_base(self, place: Array) -> Array:
        in_base: Array = place @ self._base_from_frame[:3] + self._base_from_frame[3]
        return in_base

    def place_now(self, state: Any) -> Array:
        """Return where a moving point is in its body."""
        return self._in_base(self.moving.getLocation(state).to_numpy())

    def is_there(self, state: Any) -> bool:
        """Return whether a conditional point is part of its path."""
        if self.condition is None:
            return True
        coordinate, lower, upper = self.condition
        return bool(lower <= coordinate.getValue(state) <= upper)


_GROUND = np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]])


def _follows_from_poses(path: Any, frames: dict[str, int]) -> bool:
    points = path.getPathPointSet()
    return path.getWrapSet().getSize() == 0 and all(_is_known(points.get(i), frames) for i in range(points.getSize()))


def _is_known(point: Any, frames: dict[str, int]) -> bool:
    conditional = opensim.ConditionalPathPoint.safeDownCast(point)
    return (
        point.getConcreteClassName() in ("PathPoint", "MovingPathPoint", "ConditionalPathPoint")
        and (conditional is None or conditional.hasCoordinate())
        and point.getParentFrame().findBaseFrame().getName() in frames
    )


def _ask(path: Any, state: Any) -> Array:
    """Return the points of a path in world space, (n_points, 3), wrapping arcs among them."""
    parts: list[Any] = []
    current = path.getCurrentPath(state)
    for k in range(current.getSize()):
        point = current.get(k)
        wrap = opensim.PathWrapPoint.safeDownCast(point)
        if wrap is not None:
            # The arc leads to its point, in the point's frame; only the second point of a wrap has one.
            arc = wrap.getWrapPath(state)
            if arc.getSize() > 0:
                pose = read_poses([point.getParentFrame()], state)[0]
                parts.append(_arc_points(arc) @ pose[:3] + pose[3])
        parts.append(point.getLocationInGround(state).to_numpy()[None])
    return np.concatenate(parts)


def _arc_points(arc: Any) -> Array:
    """Return the points of a wrapping arc, (n_points, 3), in its own frame.

    OpenSim's ``Array`` keeps its elements one after the other, which their addresses confirm; one by one they cost
    1 µs each, and an arm has a hundred of them.
    """
    n_points = arc.getSize()
    first, last = int(arc.get(0).this), int(arc.get(n_points - 1).this)
    if last - first == (n_points - 1) * _N_POINT_BYTES:
        return np.frombuffer(ctypes.string_at(first, n_points * _N_POINT_BYTES)).reshape(-1, 3)
    return np.array([arc.get(i).to_numpy() for i in range(n_points)])
