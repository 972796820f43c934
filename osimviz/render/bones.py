"""The bones: one actor for each body, moved by a matrix and never rebuilt."""

import logging
from dataclasses import dataclass
from itertools import product

import numpy as np
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from osimviz.frames import Array, BoneMesh, ModelGeometry
from osimviz.palette import Palette
from osimviz.render.mesh import Mesh, placed
from osimviz.render.mesh_files import MeshError, read_full, read_reduced
from osimviz.render.solids import missing_mark
from osimviz.render.surface import IndexArray, Surface, mapper_of, opaque_actor

log = logging.getLogger(__name__)

#: Index of what is fixed to the ground, as in `BoneMesh.body_index`.
GROUND = -1


@dataclass(slots=True)
class BodyBones:
    """The bones of one body.

    Attributes
    ----------
    body_index : int
        Index into `ModelGeometry.body_names`, or `GROUND`.
    actor : vtkActor
        Draws them, or the mark of missing ones.
    surface, shadow : Surface
        Mesh in body space drawn while moving, and what casts its shadow.
    bone_of_triangle : int array (n_triangles,)
        Which of `ModelGeometry.bones` each triangle of `surface` belongs to.
    is_closed : bool
        Whether all its meshes are closed, so that back faces are left out.
    is_placeholder : bool
        Whether this marks meshes that were not found.
    meshes : tuple of BoneMesh
        The files drawn.
    full_surface : Surface or None
        All triangles of the files, once they were asked for.
    """

    body_index: int
    actor: vtkActor
    matrix: vtkMatrix4x4
    moving_mapper: vtkPolyDataMapper
    surface: Surface
    shadow: Surface
    bone_of_triangle: IndexArray
    is_closed: bool
    is_placeholder: bool
    meshes: tuple[BoneMesh, ...]
    full_surface: Surface | None = None
    full_mapper: vtkPolyDataMapper | None = None


class Bones:
    """The bones of one model.

    Attributes
    ----------
    bodies : list of BodyBones
        What is drawn, a body up to three times: closed meshes, open ones, and the mark of missing ones.
    world_from_body : array (n_bodies, 4, 4)
        Where the bodies are; NaN throughout for one that is not known and hidden.
    missing : tuple of str
        Names of the meshes drawn as placeholders.
    """

    def __init__(self, geometry: ModelGeometry, palette: Palette) -> None:
        self.world_from_body: Array = np.full((len(geometry.body_names), 4, 4), np.nan)
        # Open meshes of a body are drawn apart from its closed ones, which are drawn faster.
        found: dict[tuple[int, bool], list[tuple[int, BoneMesh, Mesh, Mesh]]] = {}
        lost: dict[int, list[tuple[int, BoneMesh]]] = {}
        reasons: list[str] = []
        for index, bone in enumerate(geometry.bones):
            try:
                if not bone.path and bone.surface is None:
                    raise MeshError("not found")
                meshes = read_reduced(bone)
            except (OSError, MeshError) as error:
                lost.setdefault(bone.body_index, []).append((index, bone))
                reasons.append(f"{bone.name} ({getattr(error, 'strerror', None) or error})")
                continue
            group = (bone.body_index, meshes.moving.is_closed)
            found.setdefault(group, []).append((index, bone, meshes.moving, meshes.shadow))
        self.missing = tuple(bone.name for bones in lost.values() for _, bone in bones)
        if reasons:
            log.warning(
                "%d of the model's %d meshes cannot be drawn and are marked instead: %s",
                len(reasons),
                len(geometry.bones),
                ", ".join(reasons),
            )
        self.bodies = [_drawn(body_index, bones) for (body_index, _), bones in found.items()]
        self.bodies += [_marked(body_index, bones) for body_index, bones in lost.items()]
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Take the theme's bone colour."""
        for body in self.bodies:
            look = body.actor.GetProperty()
            look.SetColor(*palette.rgb("warn" if body.is_placeholder else "bone"))
            # On a light ground the shaded side needs more light to stay bone, and the lit side less to stay off white.
            ambient, diffuse, specular = (0.16, 0.85, 0.18) if palette.name == "dark" else (0.24, 0.74, 0.08)
            look.SetAmbient(ambient)
            look.SetDiffuse(diffuse)
            look.SetSpecular(specular)
            look.SetSpecularPower(30.0)

    def pose(self, positions_m: Array, quaternions: Array) -> None:
        """Move the bodies: world positions (n, 3), world_from_body quaternions (n, 4), scalar first.

        Raises
        ------
        ValueError
            The arrays are of another number of bodies.
        """
        if positions_m.shape != (len(self.world_from_body), 3) or quaternions.shape != (len(self.world_from_body), 4):
            raise ValueError(
                f"the frame has {len(positions_m)} body positions and {len(quaternions)} rotations, the model "
                f"{len(self.world_from_body)} bodies: build the scene for the frame's model first"
            )
        self.world_from_body = transforms(positions_m, quaternions)
        for body in self.bodies:
            if body.body_index == GROUND:
                continue
            matrix = self.world_from_body[body.body_index]
            known = bool(np.isfinite(matrix).all())
            body.actor.SetVisibility(known)
            if known:
                body.matrix.DeepCopy(matrix.ravel().tolist())

    def set_full_detail(self, full: bool) -> None:
        """Draw all triangles of the files, or the reduced meshes."""
        for body in self.bodies:
            if full and body.full_mapper is None and not body.is_placeholder:
                _load_full(body)
            body.actor.SetMapper(body.full_mapper if full and body.full_mapper is not None else body.moving_mapper)

    def extent_m(self) -> tuple[Array, Array] | None:
        """Return the lowest and highest corner (3,) of all bones as posed, or None where nothing is posed."""
        corners = []
        for body in self.bodies:
            low, high = body.surface.points.min(axis=0), body.surface.points.max(axis=0)
            box = np.array([[*corner, 1.0] for corner in product(*zip(low, high, strict=True))])
            to_world = np.eye(4) if body.body_index == GROUND else self.world_from_body[body.body_index]
            corners.append((box @ to_world.T)[:, :3])
        points = np.concatenate(corners) if corners else np.empty((0, 3))
        points = points[np.isfinite(points).all(axis=1)]
        return (points.min(axis=0), points.max(axis=0)) if len(points) else None


def transforms(positions_m: Array, quaternions: Array) -> Array:
    """Return the homogeneous matrices (n, 4, 4) of positions (n, 3) and quaternions (n, 4), scalar first.

    A row with a value that is not finite, or a quaternion of length 0, gives NaN throughout.
    """
    length = np.linalg.norm(quaternions, axis=1, keepdims=True)
    w, x, y, z = (quaternions / np.where(length > 0.0, length, np.nan)).T
    matrices = np.zeros((len(positions_m), 4, 4))
    matrices[:, 0, :3] = np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], axis=1)
    matrices[:, 1, :3] = np.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], axis=1)
    matrices[:, 2, :3] = np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], axis=1)
    matrices[:, :3, 3] = positions_m
    matrices[:, 3, 3] = 1.0
    matrices[~np.isfinite(matrices).all(axis=(1, 2))] = np.nan
    return matrices


def _drawn(body_index: int, bones: list[tuple[int, BoneMesh, Mesh, Mesh]]) -> BodyBones:
    moving = placed([(mesh, bone.body_from_mesh) for _, bone, mesh, _ in bones])
    shadow = placed([(mesh, bone.body_from_mesh) for _, bone, _, mesh in bones])
    owners = np.concatenate([np.full(len(mesh.triangles), index, np.int32) for index, _, mesh, _ in bones])
    return _body(body_index, moving, shadow, owners, tuple(bone for _, bone, _, _ in bones), is_placeholder=False)


def _marked(body_index: int, bones: list[tuple[int, BoneMesh]]) -> BodyBones:
    # One mark a body, where the first of its missing meshes would be; scale factors do not matter to it.
    index, bone = bones[0]
    to_body = np.eye(4)
    to_body[:3, 3] = bone.body_from_mesh[:3, 3]
    mesh = placed([(missing_mark(), to_body)])
    owners = np.full(len(mesh.triangles), index, np.int32)
    return _body(body_index, mesh, mesh, owners, (bone,), is_placeholder=True)


def _body(
    body_index: int,
    moving: Mesh,
    shadow: Mesh,
    owners: IndexArray,
    meshes: tuple[BoneMesh, ...],
    *,
    is_placeholder: bool,
) -> BodyBones:
    surface = Surface.of_mesh(moving)
    mapper = mapper_of(surface, coloured=False)
    actor = opaque_actor(mapper, is_closed=moving.is_closed)
    matrix = vtkMatrix4x4()
    actor.SetUserMatrix(matrix)
    actor.SetVisibility(body_index == GROUND)
    return BodyBones(
        body_index=body_index,
        actor=actor,
        matrix=matrix,
        moving_mapper=mapper,
        surface=surface,
        shadow=Surface.of_mesh(shadow, normals=False),
        bone_of_triangle=owners,
        is_closed=moving.is_closed,
        is_placeholder=is_placeholder,
        meshes=meshes,
    )


def _load_full(body: BodyBones) -> None:
    try:
        mesh = placed([(read_full(bone), bone.body_from_mesh) for bone in body.meshes])
        body.full_surface = Surface.of_mesh(mesh)
    except (OSError, MeshError) as error:
        # The file went away since the model was built: the reduced mesh is still here.
        log.info("a picture shows a reduced mesh: %s (%s)", error, ", ".join(bone.name for bone in body.meshes))
        body.full_surface = body.surface
    body.full_mapper = mapper_of(body.full_surface, coloured=False)
