"""Bones and solids: one actor for each body and look, moved by a matrix and never rebuilt."""

import logging
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from osimviz.frames import Array, BoneMesh, ModelGeometry, Solid
from osimviz.model_geometry import Colour
from osimviz.palette import Palette
from osimviz.render.mesh import Mesh, placed
from osimviz.render.mesh_files import MeshError, read_full, read_reduced
from osimviz.render.options import Quality
from osimviz.render.solids import missing_mark, unit_solid
from osimviz.render.surface import IndexArray, Surface, mapper_of, opaque_actor

log = logging.getLogger(__name__)

#: Index of what is fixed to the ground, as in `BoneMesh.body_index`.
GROUND = -1
_CONTACT_OPACITY = 0.45
#: A scene of more triangles than this is drawn coarser while it moves, in software: osim-rl's largest model has fewer.
_MOST_MOVING = 80_000


@dataclass(slots=True)
class BodyBones:
    """What is drawn as one of a body: its meshes and solids of one look.

    Attributes
    ----------
    body_index : int
        Index into `ModelGeometry.body_names`, or `GROUND`.
    actor : vtkActor
        Draws them, or the mark of missing ones.
    surface : Surface
        Mesh in body space drawn while moving.
    shadow : Mesh
        Coarser mesh in body space: what casts its shadow.
    owner_of_triangle : int array (n_triangles,)
        Which part of the model each triangle of `surface` belongs to: index into `Bones.part_names`.
    look : Look
        How it is drawn.
    is_placeholder : bool
        Whether this marks what cannot be drawn.
    parts : tuple of BoneMesh or Solid
        What is drawn.
    coarse_mapper : vtkPolyDataMapper or None
        Draws fewer triangles than `surface` has, in a large scene.
    full_surface : Surface or None
        All triangles of the files, once they were asked for.
    """

    body_index: int
    actor: vtkActor
    matrix: vtkMatrix4x4
    moving_mapper: vtkPolyDataMapper
    surface: Surface
    shadow: Mesh
    owner_of_triangle: IndexArray
    look: "Look"
    is_placeholder: bool
    parts: tuple[BoneMesh | Solid, ...]
    coarse_mapper: vtkPolyDataMapper | None = None
    full_surface: Surface | None = None
    full_mapper: vtkPolyDataMapper | None = None


class Look(NamedTuple):
    """What parts of a body must share to be drawn together; open meshes are apart, closed ones are drawn faster."""

    is_closed: bool
    colour: Colour | None
    opacity: float
    is_contact: bool


class Bones:
    """Bones and solids of one model.

    Attributes
    ----------
    bodies : list of BodyBones
        What is drawn: of a body, each look apart, and the mark of missing meshes.
    part_names : tuple of str
        Names of meshes and solids, `ModelGeometry.bones` first.
    world_from_body : array (n_bodies, 4, 4)
        Where the bodies are; NaN throughout for one that is not known and hidden.
    missing : tuple of str
        Names of the meshes and solids drawn as placeholders.
    """

    def __init__(self, geometry: ModelGeometry, palette: Palette) -> None:
        self.world_from_body: Array = np.full((len(geometry.body_names), 4, 4), np.nan)
        parts: tuple[BoneMesh | Solid, ...] = (*geometry.bones, *geometry.solids)
        self.part_names = tuple(part.name for part in parts)
        found: dict[tuple[int, Look], list[_Part]] = {}
        lost: dict[tuple[int, bool], list[_Part]] = {}
        reasons: list[str] = []
        for index, part in enumerate(parts):
            try:
                moving, coarse, shadow = _meshes_of(part)
            except (OSError, MeshError) as error:
                mark = missing_mark()
                lost.setdefault((part.body_index, part.is_contact), []).append(_Part(index, part, mark, mark, mark))
                reasons.append(f"{part.name} ({getattr(error, 'strerror', None) or error})")
                continue
            look = Look(moving.is_closed, part.colour, part.opacity, part.is_contact)
            found.setdefault((part.body_index, look), []).append(_Part(index, part, moving, coarse, shadow))
        self.missing = tuple(part.source.name for parts_of_body in lost.values() for part in parts_of_body)
        if reasons:
            log.warning(
                "%d of the model's %d meshes and solids cannot be drawn and are marked instead: %s",
                len(reasons),
                len(parts),
                ", ".join(reasons),
            )
        n_moving = sum(len(part.moving.triangles) for parts_of_body in found.values() for part in parts_of_body)
        self.bodies = [_drawn(body_index, look, parts_of_body) for (body_index, look), parts_of_body in found.items()]
        self.bodies += [_marked(body_index, parts_of_body) for (body_index, _), parts_of_body in lost.items()]
        if n_moving > _MOST_MOVING:
            for body, parts_of_body in zip(self.bodies, found.values(), strict=False):
                surface = Surface.of_mesh(placed([(part.coarse, part.to_body) for part in parts_of_body]))
                body.coarse_mapper = mapper_of(surface, coloured=False)
        self._shows_contact = False
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        """Take the theme's bone colour."""
        for body in self.bodies:
            look = body.actor.GetProperty()
            look.SetColor(*_colour_of(body, palette))
            look.SetOpacity(_CONTACT_OPACITY if body.look.is_contact else body.look.opacity)
            # On a light ground the shaded side needs more light to stay bone, and the lit side less to stay off white.
            ambient, diffuse, specular = (0.16, 0.85, 0.18) if palette.name == "dark" else (0.24, 0.74, 0.08)
            look.SetAmbient(ambient)
            look.SetDiffuse(diffuse)
            look.SetSpecular(specular)

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
        known = np.isfinite(self.world_from_body[:, 0, 0]).tolist()
        rows = self.world_from_body.reshape(-1, 16).tolist()
        for body in self.bodies:
            if body.body_index == GROUND:
                body.actor.SetVisibility(self._is_wanted(body))
                continue
            visible = known[body.body_index] and self._is_wanted(body)
            body.actor.SetVisibility(visible)
            if visible:
                body.matrix.DeepCopy(rows[body.body_index])

    def show_contact(self, *, visible: bool) -> None:
        """Show or hide the contact geometry, from the next `pose` on."""
        self._shows_contact = visible

    def _is_wanted(self, body: BodyBones) -> bool:
        return self._shows_contact or not body.look.is_contact

    def set_detail(self, quality: Quality) -> None:
        """Draw all triangles of the files (`best`), half of them, or in a large scene that moves a quarter."""
        for body in self.bodies:
            if quality == "best" and body.full_mapper is None and not body.is_placeholder:
                _load_full(body)
            other = {"best": body.full_mapper, "moving": body.coarse_mapper}.get(quality)
            body.actor.SetMapper(other or body.moving_mapper)

    def extent_m(self, world_from_body: Array | None = None) -> tuple[Array, Array] | None:
        """Return the lowest and highest corner (3,) of all bones, as posed or in other poses; None where none is."""
        poses = self.world_from_body if world_from_body is None else world_from_body
        corners = []
        for body in self.bodies:
            if body.look.is_contact:
                continue
            low, high = body.surface.points.min(axis=0), body.surface.points.max(axis=0)
            box = np.array([[*corner, 1.0] for corner in product(*zip(low, high, strict=True))])
            to_world = np.eye(4) if body.body_index == GROUND else poses[body.body_index]
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


class _Part(NamedTuple):
    owner: int
    source: BoneMesh | Solid
    moving: Mesh
    coarse: Mesh
    shadow: Mesh

    @property
    def to_body(self) -> Array:
        """The part's homogeneous transform (4, 4)."""
        return self.source.body_from_mesh if isinstance(self.source, BoneMesh) else self.source.body_from_solid


def _meshes_of(part: BoneMesh | Solid) -> tuple[Mesh, Mesh, Mesh]:
    """Return what is drawn while moving, the same coarser, and what casts the shadow.

    Raises `OSError` or `MeshError` if a file is no mesh.
    """
    if isinstance(part, Solid):
        if part.kind == "unknown":
            raise MeshError("of a kind or size that cannot be read")
        mesh = unit_solid(part.kind, part.tube)
        return mesh, mesh, mesh
    if not part.path and part.surface is None:
        raise MeshError("not found")
    meshes = read_reduced(part)
    return meshes.moving, meshes.coarse, meshes.shadow


def _colour_of(body: BodyBones, palette: Palette) -> Colour:
    if body.is_placeholder:
        return palette.rgb("warn")
    if body.look.is_contact:
        return palette.rgb("accent")
    return body.look.colour or palette.rgb("bone")


def _drawn(body_index: int, look: Look, parts: list[_Part]) -> BodyBones:
    moving = placed([(part.moving, part.to_body) for part in parts])
    shadow = placed([(part.shadow, part.to_body) for part in parts])
    owners = np.concatenate([np.full(len(part.moving.triangles), part.owner, np.int32) for part in parts])
    return _body(body_index, look, moving, shadow, owners, tuple(part.source for part in parts), is_placeholder=False)


def _marked(body_index: int, parts: list[_Part]) -> BodyBones:
    # One mark a body, where the first of its missing parts would be; scale factors do not matter to it. What is shown
    # on demand is marked on demand.
    part = parts[0]
    to_body = np.eye(4)
    to_body[:3, 3] = part.to_body[:3, 3]
    mesh = placed([(part.moving, to_body)])
    owners = np.full(len(mesh.triangles), part.owner, np.int32)
    look = Look(True, None, 1.0, part.source.is_contact)
    return _body(body_index, look, mesh, mesh, owners, (part.source,), is_placeholder=True)


def _body(
    body_index: int,
    look: Look,
    moving: Mesh,
    shadow: Mesh,
    owners: IndexArray,
    parts: tuple[BoneMesh | Solid, ...],
    *,
    is_placeholder: bool,
) -> BodyBones:
    surface = Surface.of_mesh(moving)
    mapper = mapper_of(surface, coloured=False)
    actor = opaque_actor(mapper, is_closed=moving.is_closed)
    if look.opacity < 1.0 or look.is_contact:
        actor.ForceOpaqueOff()
    matrix = vtkMatrix4x4()
    actor.SetUserMatrix(matrix)
    actor.SetVisibility(body_index == GROUND and not look.is_contact)
    return BodyBones(
        body_index=body_index,
        actor=actor,
        matrix=matrix,
        moving_mapper=mapper,
        surface=surface,
        shadow=shadow,
        owner_of_triangle=owners,
        look=look,
        is_placeholder=is_placeholder,
        parts=parts,
    )


def _load_full(body: BodyBones) -> None:
    try:
        mesh = placed(
            [
                (read_full(part), part.body_from_mesh)
                if isinstance(part, BoneMesh)
                else (unit_solid(part.kind, part.tube), part.body_from_solid)
                for part in body.parts
            ]
        )
        body.full_surface = Surface.of_mesh(mesh)
    except (OSError, MeshError) as error:
        # The file went away since the model was built: the reduced mesh is still here.
        log.info("a picture shows a reduced mesh: %s (%s)", error, ", ".join(part.name for part in body.parts))
        body.full_surface = body.surface
    body.full_mapper = mapper_of(body.full_surface, coloured=False)
