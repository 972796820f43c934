"""Read the limits of a model's joints and where the joints are. In the worker process only."""

from typing import Any

import numpy as np

from osimviz.envs.engine import opensim
from osimviz.frames import Array, JointLimit

_PER_DEGREE = 180.0 / np.pi


def read_joint_limits(model: Any, state: Any, bodies: list[str], coordinates: list[str]) -> tuple[JointLimit, ...]:
    """Return the model's coordinate limits.

    Parameters
    ----------
    model, state : opensim.Model, opensim.State
        The model after `initSystem`, and any state of it.
    bodies, coordinates : list of str
        The order of bodies and coordinates in frames.
    """
    found = []
    for component in model.getComponentsList():
        force = opensim.CoordinateLimitForce.safeDownCast(component)
        if force is None or force.get_coordinate() not in coordinates or not force.get_appliesForce():
            continue
        coordinate = model.getCoordinateSet().get(force.get_coordinate())
        place = _place(coordinate, state, bodies)
        if place is None:
            continue
        is_angle = coordinate.getMotionType() == opensim.Coordinate.Rotational
        # The file speaks of degrees; everything here is in radians.
        per_unit, to_unit = (_PER_DEGREE, 1.0 / _PER_DEGREE) if is_angle else (1.0, 1.0)
        limit = JointLimit(
            name=force.getName(),
            coordinate_index=coordinates.index(force.get_coordinate()),
            upper=force.get_upper_limit() * to_unit,
            lower=force.get_lower_limit() * to_unit,
            upper_stiffness=force.get_upper_stiffness() * per_unit,
            lower_stiffness=force.get_lower_stiffness() * per_unit,
            transition=force.get_transition() * to_unit,
            damping=force.get_damping() * per_unit,
            body_index=place[0],
            centre_in_body=place[1],
            axis_body_index=place[2],
            axis_in_body=place[3],
        )
        # One that never acts is no limit to draw, and infinity has no place in a file.
        numbers = [limit.upper, limit.lower, limit.upper_stiffness, limit.lower_stiffness, limit.damping]
        if np.isfinite([*numbers, *limit.axis_in_body, *limit.centre_in_body]).all() and limit.transition > 0.0:
            found.append(limit)
    return tuple(found)


def _place(coordinate: Any, state: Any, bodies: list[str]) -> tuple[int, Array, int, Array] | None:
    """Return the turned body, the joint's centre in it, the body the axis is fixed in, and the axis there."""
    joint = coordinate.getJoint()
    parent, child = joint.getParentFrame(), joint.getChildFrame()
    child_body, parent_body = child.findBaseFrame().getName(), parent.findBaseFrame().getName()
    if child_body not in bodies:
        return None
    centre = child.findTransformInBaseFrame().p().to_numpy()
    axis, is_first = _axis_of(coordinate, joint)
    # The first of a joint's rotations turns about an axis of the parent; one that is followed by none, of the child.
    frame, body = (parent, parent_body) if is_first else (child, child_body)
    in_body = frame.findTransformInBaseFrame().xformFrameVecToBase(opensim.Vec3(*axis)).to_numpy()
    return bodies.index(child_body), centre, bodies.index(body) if body in bodies else -1, in_body


def _axis_of(coordinate: Any, joint: Any) -> tuple[tuple[float, float, float], bool]:
    """Return the axis about which a coordinate turns, zeros if it slides, and whether it is the joint's first."""
    custom = opensim.CustomJoint.safeDownCast(joint)
    if custom is not None:
        transform = custom.getSpatialTransform()
        for i in range(3):
            axis = transform.getTransformAxis(i)
            names = axis.getCoordinateNamesInArray() if hasattr(axis, "getCoordinateNamesInArray") else None
            known = [names.get(k) for k in range(names.getSize())] if names is not None else []
            if coordinate.getName() in known:
                vector = axis.getAxis()
                return (vector.get(0), vector.get(1), vector.get(2)), i == 0
        return (0.0, 0.0, 0.0), True
    if joint.getConcreteClassName() == "PinJoint":
        return (0.0, 0.0, 1.0), True
    return (0.0, 0.0, 0.0), True
