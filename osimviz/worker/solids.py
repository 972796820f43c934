"""Read the primitive solids of a model, those of contact included. In the worker process only."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from osimviz.envs.engine import opensim
from osimviz.frames import Array, Solid
from osimviz.model_geometry import Colour, SolidKind

#: Side of the plate that stands for a contact half-space that is not the floor, and its thickness, m.
_PLATE_M, _PLATE_THICKNESS_M = 1.0, 0.004


def read_solids(model: Any, bodies: list[str]) -> tuple[Solid, ...]:
    """Return the primitive solids of an initialised model, in the order of its components."""
    found: list[Solid] = []
    for component in model.getComponentsList():
        found.extend(_drawn(component, bodies))
        found.extend(_contact(component, bodies))
    return tuple(solid for solid in found if np.isfinite(solid.body_from_solid).all())


def look_of(geometry: Any) -> tuple[Colour | None, float] | None:
    """Return colour and opacity of a piece of geometry; None if it is hidden. White is OpenSim's "no colour"."""
    appearance = geometry.get_Appearance()
    opacity = float(appearance.get_opacity())
    if not appearance.get_visible() or opacity <= 0.0:
        return None
    red, green, blue = (min(max(float(appearance.get_color().get(i)), 0.0), 1.0) for i in range(3))
    return (None if red == green == blue == 1.0 else (red, green, blue)), min(opacity, 1.0)


def matrix_of(transform: Any) -> Array:
    """Return an OpenSim transform as a homogeneous matrix (4, 4)."""
    matrix = np.eye(4)
    rotation = transform.R()
    for i in range(3):
        for j in range(3):
            matrix[i, j] = rotation.get(i, j)
        matrix[i, 3] = transform.p().get(i)
    return matrix


def _drawn(component: Any, bodies: list[str]) -> Iterator[Solid]:
    geometry = opensim.Geometry.safeDownCast(component)
    shape = None if geometry is None else _shape(component)
    look = None if shape is None else look_of(geometry)
    if geometry is None or shape is None or look is None:
        return
    kind, half_m, shift = shape
    scale = np.array([geometry.get_scale_factors().get(i) for i in range(3)])
    frame = geometry.getFrame()
    to_body = matrix_of(frame.findTransformInBaseFrame()) @ np.diag([*scale, 1.0]) @ shift @ np.diag([*half_m, 1.0])
    yield Solid(component.getName(), kind, _index(frame, bodies), to_body, *look)


def _shape(component: Any) -> tuple[SolidKind, Array, Array] | None:
    """Return kind, half sizes (3,) and turn (4, 4) of a piece of geometry that is a primitive solid."""
    name = component.getConcreteClassName()
    none = np.eye(4)
    if name == "Sphere":
        return "sphere", np.full(3, opensim.Sphere.safeDownCast(component).get_radius()), none
    if name == "Ellipsoid":
        return "sphere", _vector(opensim.Ellipsoid.safeDownCast(component).get_radii()), none
    if name == "Brick":
        return "box", _vector(opensim.Brick.safeDownCast(component).get_half_lengths()), none
    if name == "Cylinder":
        cylinder = opensim.Cylinder.safeDownCast(component)
        radius = cylinder.get_radius()
        return "cylinder", np.array([radius, cylinder.get_half_height(), radius]), none
    if name == "Cone":
        cone = opensim.Cone.safeDownCast(component)
        radius, half = cone.get_base_radius(), 0.5 * cone.get_height()
        direction, origin = _vector(cone.get_direction()), _vector(cone.get_origin())
        turn = _turn_from_y(direction)
        turn[:3, 3] = origin + half * turn[:3, 1]
        return "cone", np.array([radius, half, radius]), turn
    return None


def _contact(component: Any, bodies: list[str]) -> Iterator[Solid]:
    contact = opensim.ContactGeometry.safeDownCast(component)
    if contact is None:
        return
    frame = contact.getFrame()
    to_body = matrix_of(frame.findTransformInBaseFrame()) @ matrix_of(contact.getTransform())
    sphere = opensim.ContactSphere.safeDownCast(component)
    if sphere is not None:
        size, kind = np.full(3, sphere.getRadius()), "sphere"
    elif opensim.ContactHalfSpace.safeDownCast(component) is not None and not _is_floor(to_body, frame, bodies):
        # A half-space ends at x = 0 of its own and lies on the side of +x.
        size, kind = np.array([_PLATE_THICKNESS_M, _PLATE_M, _PLATE_M]) / 2.0, "box"
    else:
        return
    solid_kind: SolidKind = "sphere" if kind == "sphere" else "box"
    scaled = to_body @ np.diag([*size, 1.0])
    yield Solid(component.getName(), solid_kind, _index(frame, bodies), scaled, is_contact=True)


def _is_floor(to_body: Array, frame: Any, bodies: list[str]) -> bool:
    """Whether a half-space is the floor that is drawn anyway: fixed to the ground, level, at height 0."""
    is_level = to_body[1, 0] < -0.999 and abs(to_body[1, 3]) < 1e-3
    return bool(is_level) and _index(frame, bodies) < 0


def _index(frame: Any, bodies: list[str]) -> int:
    body = frame.findBaseFrame().getName()
    return bodies.index(body) if body in bodies else -1


def _vector(vector: Any) -> Array:
    return np.array([vector.get(i) for i in range(3)])


def _turn_from_y(direction: Array) -> Array:
    """Return a rotation (4, 4) that takes y to a direction."""
    length = float(np.linalg.norm(direction))
    y = direction / length if length > 0.0 else np.array([0.0, 1.0, 0.0])
    x = np.cross(y, np.eye(3)[int(np.argmin(np.abs(y)))])
    x /= np.linalg.norm(x)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = x, y, np.cross(x, y)
    return matrix
