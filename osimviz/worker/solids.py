"""Read the primitive solids of a model, those of contact included. In the worker process only."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from osimviz.envs.engine import opensim
from osimviz.frames import Array, Solid
from osimviz.model_geometry import Colour, SolidKind

#: Side of the plate that stands for a contact half-space that is not the floor, and its thickness, m.
_PLATE_M, _PLATE_THICKNESS_M = 1.0, 0.004
#: OpenSim's representation that shows nothing (``SimTK::DecorativeGeometry::Hide``).
_HIDE = 0
#: A line, which has no thickness of its own; head and shaft of arrows in shares of their length; chosen by eye.
_LINE_RADIUS_M = 0.002
_HEAD_LENGTH, _HEAD_RADIUS, _SHAFT_RADIUS = 0.25, 0.06, 0.02
#: x, y, z of a frame, the colours everybody knows them by.
_AXIS_COLOURS: tuple[Colour, ...] = ((0.85, 0.2, 0.2), (0.2, 0.7, 0.25), (0.25, 0.4, 0.9))


def read_solids(model: Any, bodies: list[str]) -> tuple[Solid, ...]:
    """Return the primitive solids of an initialised model, in the order of its components.

    Whatever else is attached as geometry comes as one of kind ``unknown``, so that a picture can mark it.
    """
    found: list[Solid] = []
    shows_frames = bool(model.getDisplayHints().get_show_frames())
    for component in model.getComponentsList():
        if shows_frames or opensim.FrameGeometry.safeDownCast(component) is None:
            found.extend(_drawn(component, bodies))
        found.extend(_contact(component, bodies))
    return tuple(solid for solid in found if np.isfinite(solid.body_from_solid).all())


def look_of(geometry: Any) -> tuple[Colour | None, float] | None:
    """Return colour and opacity of a piece of geometry; None if it is hidden. White is OpenSim's "no colour"."""
    appearance = geometry.get_Appearance()
    opacity = float(appearance.get_opacity())
    if not appearance.get_visible() or opacity <= 0.0 or geometry.getRepresentation() == _HIDE:
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
    # Meshes are read apart, with their files.
    if geometry is None or opensim.Mesh.safeDownCast(component) is not None:
        return
    look = look_of(geometry)
    if look is None:
        return
    scale = np.diag([*_vector(geometry.get_scale_factors()), 1.0])
    frame = geometry.getFrame()
    in_body, index = matrix_of(frame.findTransformInBaseFrame()), _index(frame, bodies)
    shapes = _strokes(component, scale) or [(kind, scale @ shape) for kind, shape in _shape(component)]
    for i, (kind, shape) in enumerate(shapes):
        colour = _AXIS_COLOURS[i] if component.getConcreteClassName() == "FrameGeometry" else look[0]
        yield Solid(component.getName(), kind, index, in_body @ shape, colour, look[1])


def _shape(component: Any) -> list[tuple[SolidKind, Array]]:
    """Return the kind of a piece of geometry, and its transform (4, 4) before its own scale."""
    name = component.getConcreteClassName()
    if name == "Sphere":
        return [("sphere", _stretched(3 * [opensim.Sphere.safeDownCast(component).get_radius()]))]
    if name == "Ellipsoid":
        return [("sphere", _stretched(_vector(opensim.Ellipsoid.safeDownCast(component).get_radii())))]
    if name == "Brick":
        return [("box", _stretched(_vector(opensim.Brick.safeDownCast(component).get_half_lengths())))]
    if name == "Cylinder":
        cylinder = opensim.Cylinder.safeDownCast(component)
        radius = cylinder.get_radius()
        return [("cylinder", _stretched([radius, cylinder.get_half_height(), radius]))]
    if name == "Cone":
        cone = opensim.Cone.safeDownCast(component)
        origin = _vector(cone.get_origin())
        tip = origin + cone.get_height() * _unit(_vector(cone.get_direction()))
        return [("cone", _between(origin, tip, cone.get_base_radius()))]
    # OpenSim 4.6 keeps no sizes of its Torus and draws none; a plugin's classes are as unknown.
    return [("unknown", np.eye(4))]


def _strokes(component: Any, scale: Array) -> list[tuple[SolidKind, Array]]:
    """Return what lines, arrows and frames consist of, with transforms (4, 4); nothing for other geometry.

    Their own scale moves the ends and leaves the thickness.
    """
    name = component.getConcreteClassName()
    if name == "FrameGeometry":
        radius = opensim.FrameGeometry.safeDownCast(component).get_display_radius()
        return [("cylinder", _between(np.zeros(3), scale[:3, i], radius)) for i in range(3)]
    if name == "LineGeometry":
        line = opensim.LineGeometry.safeDownCast(component)
        start, end = (scale[:3, :3] @ _vector(point) for point in (line.get_start_point(), line.get_end_point()))
        return [("cylinder", _between(start, end, _LINE_RADIUS_M))]
    if name == "Arrow":
        arrow = opensim.Arrow.safeDownCast(component)
        start = _vector(arrow.get_start_point())
        tip = scale[:3, :3] @ (start + arrow.get_length() * _unit(_vector(arrow.get_direction())))
        start = scale[:3, :3] @ start
        neck = tip + _HEAD_LENGTH * (start - tip)
        length = float(np.linalg.norm(tip - start))
        return [
            ("cylinder", _between(start, neck, _SHAFT_RADIUS * length)),
            ("cone", _between(neck, tip, _HEAD_RADIUS * length)),
        ]
    return []


def _contact(component: Any, bodies: list[str]) -> Iterator[Solid]:
    contact = opensim.ContactGeometry.safeDownCast(component)
    # Meshes are read apart, with their files.
    if contact is None or opensim.ContactMesh.safeDownCast(component) is not None:
        return
    frame = contact.getFrame()
    to_body = matrix_of(frame.findTransformInBaseFrame()) @ matrix_of(contact.getTransform())
    name = component.getConcreteClassName()
    if name == "ContactHalfSpace" and _is_floor(to_body, frame, bodies):
        return
    kind, shape, tube = _contact_shape(component, name)
    solid = Solid(component.getName(), kind, _index(frame, bodies), to_body @ shape, is_contact=True)
    yield replace(solid, tube=tube) if kind == "torus" else solid


def _contact_shape(component: Any, name: str) -> tuple[SolidKind, Array, float]:
    """Return kind, transform (4, 4) and, of a torus, the tube of a contact shape."""
    if name == "ContactSphere":
        return "sphere", _stretched(3 * [opensim.ContactSphere.safeDownCast(component).getRadius()]), 0.0
    if name == "ContactEllipsoid":
        return "sphere", _stretched(_vector(opensim.ContactEllipsoid.safeDownCast(component).getRadii())), 0.0
    if name == "ContactHalfSpace":
        # A half-space ends at x = 0 of its own and lies on the side of +x.
        return "box", _stretched(np.array([_PLATE_THICKNESS_M, _PLATE_M, _PLATE_M]) / 2.0), 0.0
    along_z = _turn_from_y(np.array([0.0, 0.0, 1.0]))
    if name == "ContactCylinder":
        radius = opensim.ContactCylinder.safeDownCast(component).getRadius()
        # It has no ends; OpenSim's visualizer shows twice its radius to both sides.
        return "cylinder", along_z @ _stretched([radius, 2.0 * radius, radius]), 0.0
    torus = opensim.ContactTorus.safeDownCast(component)
    if torus is not None and torus.getTorusRadius() > 0.0:
        radius = torus.getTorusRadius()
        return "torus", along_z @ _stretched(3 * [radius]), torus.getTubeRadius() / radius
    return "unknown", np.eye(4), 0.0


def _is_floor(to_body: Array, frame: Any, bodies: list[str]) -> bool:
    """Whether a half-space is the floor that is drawn anyway: fixed to the ground, level, at height 0."""
    is_level = to_body[1, 0] < -0.999 and abs(to_body[1, 3]) < 1e-3
    return bool(is_level) and _index(frame, bodies) < 0


def _index(frame: Any, bodies: list[str]) -> int:
    body = frame.findBaseFrame().getName()
    return bodies.index(body) if body in bodies else -1


def _vector(vector: Any) -> Array:
    return np.array([vector.get(i) for i in range(3)])


def _unit(direction: Array) -> Array:
    """Return a direction as a unit vector; up for one of no length."""
    length = float(np.linalg.norm(direction))
    return direction / length if length > 0.0 else np.array([0.0, 1.0, 0.0])


def _turn_from_y(direction: Array) -> Array:
    """Return a rotation (4, 4) that takes y to a direction."""
    y = _unit(direction)
    x = np.cross(y, np.eye(3)[int(np.argmin(np.abs(y)))])
    x /= np.linalg.norm(x)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = x, y, np.cross(x, y)
    return matrix


def _stretched(sizes: Sequence[float] | Array) -> Array:
    return np.diag([*sizes, 1.0])


def _between(start: Array, end: Array, radius: float) -> Array:
    """Return the transform (4, 4) of a cylinder or cone from one point to another."""
    matrix = _turn_from_y(end - start)
    matrix[:3, 3] = 0.5 * (start + end)
    return matrix @ _stretched([radius, 0.5 * float(np.linalg.norm(end - start)), radius])
