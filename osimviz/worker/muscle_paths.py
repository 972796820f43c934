"""Read the muscle paths of a state, in world space. In the worker process only."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.engine import opensim
from osimviz.envs.engine_memory import IS_LAYOUT_KNOWN, N_VEC3_BYTES, bytes_of, transform_bytes, vec3_bytes
from osimviz.envs.state_description import state_rows
from osimviz.frames import Array
from osimviz.worker.body_poses import pose_of
from osimviz.worker.moving_points import curves_of
from osimviz.worker.sampled_paths import PathMaker, PathPoint, PathSample

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

    Attributes
    ----------
    maker : PathMaker
        Makes points of its samples.
    """

    def __init__(self, model: Any, body_names: tuple[str, ...]) -> None:
        muscles = model.getMuscles()
        paths = [opensim.GeometryPath.safeDownCast(muscles.get(i).getPath()) for i in range(muscles.getSize())]
        # Ground comes after the bodies: points may be fixed to it.
        frames = {name: i for i, name in enumerate((*body_names, "ground"))}
        is_known = [_is_known_path(path, frames) for path in paths]
        rows = state_rows(model)
        read = [
            [_read_point(point, frames, rows) for point in _points_of(path)] if known else []
            for path, known in zip(paths, is_known, strict=True)
        ]
        #: The moving points that the engine is asked for.
        self._asked = [moving for own in read for point, moving in own if point.is_asked]
        points = [[point for point, _ in own] for own in read]
        may_wrap = [not known or path.getWrapSet().getSize() > 0 for path, known in zip(paths, is_known, strict=True)]
        self.maker = PathMaker(points, len(frames), is_walked=any(may_wrap))
        self._walked = [
            _WalkedPath(i, path, points[i], self._slot_of(i, path) if is_known[i] else {})
            for i, path in enumerate(paths)
            if may_wrap[i]
        ]

    def _slot_of(self, i: int, path: Any) -> dict[int, int]:
        """Return where in the product the points of a path stand, by their address in the engine."""
        return {int(point.this): slot for point, slot in zip(_points_of(path), self.maker.slots_of(i), strict=True)}

    def sample(self, state: Any) -> PathSample:
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
            places=b"".join([vec3_bytes(point.getLocation(state)) for point in self._asked]),
            orders={path.index: own for path in self._walked if (own := path.walk(state, self.maker.n_slots, arcs))},
            arcs=arcs,
        )

    def read(self, state: Any, poses: Array) -> tuple[Array, NDArray[np.int32]]:
        """Return points and counts of one state, whose bodies' poses are (n_bodies, 4, 3)."""
        return self.maker.points([self.sample(state)], poses[None], state.getY().to_numpy()[None])[0]


#: Of a model all of whose points follow from poses and coordinates.
_NOTHING_ASKED = PathSample(b"", {}, [])


class _WalkedPath:
    """A path that may wrap, or whose points are of no kind that is known here.

    Parameters
    ----------
    index : int
        Of its muscle.
    path : opensim.GeometryPath
        The path.
    points : list of PathPoint
        Its points; empty where not all are known.
    slot_of : dict of int to int
        Where in the product a point stands, by its address in the engine.
    """

    def __init__(self, index: int, path: Any, points: list[PathPoint], slot_of: dict[int, int]) -> None:
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


def _points_of(path: Any) -> list[Any]:
    points = path.getPathPointSet()
    return [points.get(i) for i in range(points.getSize())]


def _read_point(point: Any, frames: dict[str, int], rows: dict[str, int]) -> tuple[PathPoint, Any]:
    """Return what is known of a point, and the point as a moving one, or None."""
    frame = point.getParentFrame()
    moving = opensim.MovingPathPoint.safeDownCast(point)
    conditional = opensim.ConditionalPathPoint.safeDownCast(point)
    curves = None if moving is None else curves_of(moving, rows)
    condition = None
    if conditional is not None:
        lower, upper = (conditional.get_range(k) for k in range(2))
        row = rows[f"{conditional.getCoordinate().getAbsolutePathString()}/value"]
        condition = row, lower - _RANGE_TOLERANCE, upper + _RANGE_TOLERANCE
    base_from_frame = pose_of(frame.findTransformInBaseFrame())
    place = np.zeros(3)
    if moving is None:
        own = opensim.PathPoint.safeDownCast(point).get_location().to_numpy()
        place = own @ base_from_frame[:3] + base_from_frame[3]
    known = PathPoint(
        frame=frames[frame.findBaseFrame().getName()],
        base_from_frame=base_from_frame,
        place=place,
        curves=curves,
        is_asked=moving is not None and curves is None,
        condition=condition,
    )
    return known, moving


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
