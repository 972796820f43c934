"""Read the muscle paths of a state, in world space. In the worker process only."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from osimviz.envs.engine import opensim
from osimviz.frames import Array


class MusclePaths:
    """Reads all paths of a model; as many points as possible without asking the engine.

    A path whose points are all fixed to bodies follows from the bodies' poses (half of the points of the leg models, at
    3 µs each). Points that move or come and go with posture, and wrapping arcs, are asked for.

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
        fixed = [_fixed_points(path, body_names) for path in paths]
        self._asked = [None if points is not None else path for path, points in zip(paths, fixed, strict=True)]
        self._has_wraps = [path.getWrapSet().getSize() > 0 for path in paths]
        self._n_fixed = [0 if points is None else len(points) for points in fixed]
        known = [point for points in fixed if points is not None for point in points]
        self._fixed_bodies = np.array([body for body, _ in known], dtype=np.intp)
        self._fixed_in_body = np.array([place for _, place in known], dtype=np.float64).reshape(-1, 3)

    def read(self, state: Any, positions_m: Array, quaternions: Array) -> tuple[Array, NDArray[np.int32]]:
        """Return the points of all paths, and how many belong to each.

        Parameters
        ----------
        state : opensim.State
            Realised to Position at least.
        positions_m, quaternions : array (n_bodies, 3), array (n_bodies, 4)
            Poses of the bodies in that state.

        Returns
        -------
        array (n_points, 3), int array (n_muscles,)
            As in `osimviz.frames.Frame`.
        """
        fixed = self._fixed_in_world(positions_m, quaternions)
        parts: list[Any] = []
        counts = np.empty(len(self._asked), dtype=np.int32)
        first = 0
        for i, path in enumerate(self._asked):
            if path is None:
                counts[i] = self._n_fixed[i]
                parts.append(fixed[first : first + counts[i]])
                first += counts[i]
            else:
                points = self._ask(path, state, has_wraps=self._has_wraps[i])
                counts[i] = len(points)
                parts.append(points)
        return np.concatenate(parts) if parts else np.empty((0, 3)), counts

    def _fixed_in_world(self, positions_m: Array, quaternions: Array) -> Array:
        bodies = self._fixed_bodies
        # As one row times a matrix for each point: NumPy's `cross` and `einsum` cost five times as much for so few.
        turned = np.matmul(_rotations(quaternions)[bodies], self._fixed_in_body[:, :, None])[:, :, 0]
        world: Array = positions_m[bodies] + turned
        return world

    def _ask(self, path: Any, state: Any, *, has_wraps: bool) -> list[Any]:
        points: list[Any] = []
        current = path.getCurrentPath(state)
        for k in range(current.getSize()):
            point = current.get(k)
            if has_wraps:
                _append_wrap_arc(point, state, points)
            points.append(point.getLocationInGround(state).to_numpy())
        return points


def _rotations(quaternions: Array) -> Array:
    """Return the rotation matrices (n, 3, 3) of unit quaternions (n, 4), scalar first.

    Source: R = I + 2 w [u] + 2 [u]², [u] the matrix of the cross product with the vector part u.
    """
    w, x, y, z = quaternions.T
    matrices = np.empty((len(quaternions), 9))
    matrices[:, 0] = 1 - 2 * (y * y + z * z)
    matrices[:, 1] = 2 * (x * y - w * z)
    matrices[:, 2] = 2 * (x * z + w * y)
    matrices[:, 3] = 2 * (x * y + w * z)
    matrices[:, 4] = 1 - 2 * (x * x + z * z)
    matrices[:, 5] = 2 * (y * z - w * x)
    matrices[:, 6] = 2 * (x * z - w * y)
    matrices[:, 7] = 2 * (y * z + w * x)
    matrices[:, 8] = 1 - 2 * (x * x + y * y)
    return matrices.reshape(-1, 3, 3)


def _fixed_points(path: Any, body_names: tuple[str, ...]) -> list[tuple[int, Array]] | None:
    """Return body and place of each point of a path whose points never move or vanish; None for other paths."""
    points = path.getPathPointSet()
    if path.getWrapSet().getSize() > 0:
        return None
    found = []
    for i in range(points.getSize()):
        point = points.get(i)
        if point.getConcreteClassName() != "PathPoint":
            return None
        frame = point.getParentFrame()
        body = frame.findBaseFrame().getName()
        if body not in body_names:
            return None
        in_frame = opensim.PathPoint.safeDownCast(point).get_location()
        in_body = frame.findTransformInBaseFrame().shiftFrameStationToBase(in_frame)
        found.append((body_names.index(body), in_body.to_numpy()))
    return found


def _append_wrap_arc(point: Any, state: Any, points: list[Any]) -> None:
    """Add the arc that leads to a wrapping point, in world space; nothing for other points."""
    wrap = opensim.PathWrapPoint.safeDownCast(point)
    if wrap is None:
        return
    frame = point.getParentFrame()
    arc = wrap.getWrapPath(state)
    for k in range(arc.getSize()):
        points.append(frame.findStationLocationInGround(state, arc.get(k)).to_numpy())
