"""What is drawn of a model and never changes during a run: meshes, solids, muscles, the limits of its joints.

World space is OpenSim's ground: x forward, y up, z to the right, metres. NumPy only. `osimviz.frames` hands these names
on: it is where the rest of the program looks for the data of a run.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Red, green, blue in 0..1.
Colour = tuple[float, float, float]
#: Primitive solids; what OpenSim calls brick is a box, an ellipsoid a stretched sphere. What is of no kind that can be
#: drawn is marked where it is.
SolidKind = Literal["sphere", "box", "cylinder", "cone", "torus", "unknown"]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class BoneSurface:
    """The triangles of a mesh file, for a run that is drawn where the file is not.

    Attributes
    ----------
    points : float32 array (n, 3)
        Vertices in the mesh file's own space and unit, each kept once.
    triangles : int32 array (m, 3)
        Vertex indices, in the file's own order of corners.
    """

    points: NDArray[np.float32]
    triangles: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class BoneMesh:
    """One mesh file fixed to a body.

    Attributes
    ----------
    name : str
        File name as the model gives it (``femur_r.vtp``).
    path : str
        Absolute path of the file; empty where it was not found.
    body_index : int
        Index into `ModelGeometry.body_names`; -1 for ground.
    body_from_mesh : array (4, 4)
        Homogeneous transform, metres, with the mesh's scale factors.
    surface : BoneSurface or None
        The mesh itself where it came with a recording; it goes before `path`.
    colour : (float, float, float) or None
        Red, green, blue in 0..1 where the model gives one of its own; None for the theme's bone.
    opacity : float
        0..1.
    is_contact : bool
        Whether it is contact geometry, which is drawn on demand only.
    """

    name: str
    path: str
    body_index: int
    body_from_mesh: Array
    surface: BoneSurface | None = None
    colour: Colour | None = None
    opacity: float = 1.0
    is_contact: bool = False


@dataclass(frozen=True, slots=True)
class Solid:
    """A primitive solid fixed to a body: drawn by the model itself, or one of its contact shapes.

    Attributes
    ----------
    name : str
        OpenSim's name of it.
    kind : SolidKind
        ``sphere``: of radius 1 about the origin; ``box``: from -1 to 1 along each axis; ``cylinder`` and ``cone``: of
        radius 1 about y, from -1 to 1 (the cone's tip is at 1); ``torus``: a ring of radius 1 about y; ``unknown``: at
        the origin. The transform brings the sizes.
    body_index : int
        Index into `ModelGeometry.body_names`; -1 for ground.
    body_from_solid : array (4, 4)
        Homogeneous transform, m, with the solid's sizes: an ellipsoid is a stretched sphere.
    colour, opacity, is_contact
        As in `BoneMesh`.
    tube : float
        Radius of a torus's tube, in radii of its ring; without meaning for other kinds.
    """

    name: str
    kind: SolidKind
    body_index: int
    body_from_solid: Array
    colour: Colour | None = None
    opacity: float = 1.0
    is_contact: bool = False
    tube: float = 0.25


@dataclass(frozen=True, slots=True)
class JointLimit:
    """A force of the model that keeps a coordinate in its range (OpenSim's CoordinateLimitForce).

    It follows from coordinate and speed, so frames need not carry it (`osimviz.analysis.joint_limits`).

    Attributes
    ----------
    name : str
        OpenSim's name of the force.
    coordinate_index : int
        Index into `Frame.coordinates`.
    upper, lower : float
        Range in which nothing acts, rad or m.
    upper_stiffness, lower_stiffness : float
        N·m/rad or N/m beyond the range.
    transition : float
        Over which the stiffness comes in, rad or m.
    damping : float
        N·m·s/rad or N·s/m at full stiffness.
    body_index : int
        Body that the coordinate turns; index into `ModelGeometry.body_names`.
    centre_in_body : array (3,)
        The joint's centre in that body, m.
    axis_body_index : int
        Body in which the axis is fixed; -1 for ground.
    axis_in_body : array (3,)
        Unit vector about which the coordinate turns, in that body; zeros for one that slides.
    """

    name: str
    coordinate_index: int
    upper: float
    lower: float
    upper_stiffness: float
    lower_stiffness: float
    transition: float
    damping: float
    body_index: int
    centre_in_body: Array
    axis_body_index: int
    axis_in_body: Array


@dataclass(frozen=True, slots=True)
class ModelGeometry:
    """What is drawn of a model and never changes during a run.

    Attributes
    ----------
    model_name : str
        OpenSim's name of the model.
    body_names : tuple of str
        The bodies in the order of `Frame.body_positions_m`, ground left out.
    bones : tuple of BoneMesh
        Every mesh of the model.
    muscle_names : tuple of str
        The muscles in model order.
    max_isometric_force_n : array (n_muscles,)
        Maximal isometric force of each muscle.
    optimal_fiber_length_m : array (n_muscles,)
        Optimal fibre length of each muscle.
    mass_kg : float
        Total mass.
    followed_body_index : int
        The body a camera follows: the pelvis, or the first body where there is none.
    solids : tuple of Solid
        Primitive solids, those of contact included.
    joint_limits : tuple of JointLimit
        What keeps the joints in their ranges.
    disabled_muscles : tuple of str
        Muscles whose force the model does not apply.
    """

    model_name: str
    body_names: tuple[str, ...]
    bones: tuple[BoneMesh, ...]
    muscle_names: tuple[str, ...]
    max_isometric_force_n: Array
    optimal_fiber_length_m: Array
    mass_kg: float
    followed_body_index: int
    solids: tuple[Solid, ...] = ()
    joint_limits: tuple[JointLimit, ...] = ()
    disabled_muscles: tuple[str, ...] = ()
