"""Balance on the feet: contact points, base of support, extrapolated centre of mass. Pure; NumPy only."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osimviz.channels import side_of
from osimviz.frames import GRAVITY_M_S2, Array, ModelGeometry

#: A sphere touches the floor from this height on, m: the forces of the leg models' contacts begin at 0.
_TOUCH_M = 0.0005


@dataclass(frozen=True, slots=True)
class ContactSpheres:
    """The spheres with which a model touches the floor.

    Attributes
    ----------
    body_index : int array (n,)
        Bodies they are fixed to.
    centre_in_body : array (n, 3)
        Their centres, m.
    radius_m : array (n,)
        Their radii.
    side : tuple of {"left", "right", ""}
        The side of the body each belongs to.
    """

    body_index: NDArray[np.intp]
    centre_in_body: Array
    radius_m: Array
    side: tuple[Literal["left", "right", ""], ...]

    @classmethod
    def of(cls, geometry: ModelGeometry) -> "ContactSpheres":
        """Return those of a model; none for one whose recording does not say. A stretched sphere is an ellipsoid."""
        round_ones = [x for x in geometry.solids if x.is_contact and x.kind == "sphere" and x.body_index >= 0]
        spheres = [x for x in round_ones if np.ptp(np.linalg.norm(x.body_from_solid[:3, :3], axis=0)) < 1e-9]
        return cls(
            np.array([sphere.body_index for sphere in spheres], dtype=np.intp),
            np.array([sphere.body_from_solid[:3, 3] for sphere in spheres]).reshape(-1, 3),
            np.array([float(np.linalg.norm(sphere.body_from_solid[:3, 0])) for sphere in spheres]),
            tuple(side_of(geometry.body_names[sphere.body_index]) for sphere in spheres),
        )

    def touching(self, world_from_body: Array) -> tuple[Array, Array]:
        """Return the lowest points (n, 3), world space, and how deep they are in the floor (n,), m; NaN for the others.

        Parameters
        ----------
        world_from_body : array (n_bodies, 4, 4)
            Poses of the bodies.
        """
        if not len(self.body_index):
            return np.empty((0, 3)), np.empty(0)
        matrices = world_from_body[self.body_index]
        centres = (matrices[:, :3, :3] @ self.centre_in_body[:, :, None])[:, :, 0] + matrices[:, :3, 3]
        depth = self.radius_m - centres[:, 1]
        points = centres.copy()
        points[:, 1] = 0.0
        touches = depth > -_TOUCH_M
        points[~touches] = np.nan
        return points, np.where(touches, depth, np.nan)


def base_of_support(points_m: Array) -> Array:
    """Return the corners (m, 2) of the hull of contact points (n, 3): x and z, one turn round; rows of NaN count not.

    Source: monotone chain, Andrew 1979.
    """
    places = sorted({(float(x), float(z)) for x, _, z in points_m if np.isfinite(x) and np.isfinite(z)})
    if len(places) < 3:
        return np.array(places, dtype=float).reshape(-1, 2)
    halves = []
    for ordered in (places, places[::-1]):
        half: list[tuple[float, float]] = []
        for place in ordered:
            while len(half) >= 2 and _turn(half[-2], half[-1], place) <= 0.0:
                half.pop()
            half.append(place)
        halves += half[:-1]
    return np.array(halves)


def extrapolated_centre(centre_m: Array, velocity_m_s: Array) -> Array:
    """Return the extrapolated centre of mass (3,) on the floor: where an inverted pendulum would come to rest.

    Source: Hof, Gazendam, Sinke 2005, J Biomech 38:1-8: x + v / ω0 with ω0 = sqrt(g / l); l is the height here.
    """
    height_m = float(centre_m[1])
    if not height_m > 0.0:
        return np.full(3, np.nan)
    place = centre_m + velocity_m_s / np.sqrt(GRAVITY_M_S2 / height_m)
    return np.array([place[0], 0.0, place[2]])


def margin_of_stability(place_m: Array, hull: Array) -> float:
    """Return the signed distance of a place (3,) from the edge of a hull (m, 2), positive inside; NaN without an area.

    Source: Hof 2005, as the shortest distance to the boundary of the base of support.
    """
    if len(hull) < 3:
        return float("nan")
    point = np.array([place_m[0], place_m[2]])
    start, along = hull, np.roll(hull, -1, axis=0) - hull
    towards = point - start
    share = np.clip((towards * along).sum(axis=1) / (along * along).sum(axis=1), 0.0, 1.0)
    distance = np.linalg.norm(towards - share[:, None] * along, axis=1).min()
    inside = bool((along[:, 0] * towards[:, 1] - along[:, 1] * towards[:, 0] >= 0.0).all())
    return float(distance if inside else -distance)


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
