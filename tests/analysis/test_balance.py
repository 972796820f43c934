"""Balance on the feet, in numbers that can be checked by hand."""

import numpy as np
import pytest

from osimviz.analysis.balance import ContactSpheres, base_of_support, extrapolated_centre, margin_of_stability
from osimviz.frames import Solid
from tests.render.recorded_walk import load_walk

SQUARE = np.array([[0.0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1], [0.5, 0, 0.5], [np.nan] * 3])


def test_that_the_base_of_support_is_the_hull_of_the_contacts() -> None:
    hull = base_of_support(SQUARE)
    assert {tuple(corner) for corner in hull} == {(0, 0), (1, 0), (1, 1), (0, 1)}
    assert len(base_of_support(SQUARE[:2])) == 2
    assert base_of_support(SQUARE[5:]).shape == (0, 2)


def test_that_the_margin_is_the_distance_to_the_edge_and_negative_outside() -> None:
    hull = base_of_support(SQUARE)
    assert margin_of_stability(np.array([0.5, 0.0, 0.2]), hull) == pytest.approx(0.2)
    assert margin_of_stability(np.array([1.3, 0.0, 0.5]), hull) == pytest.approx(-0.3)
    assert margin_of_stability(np.array([2.0, 0.0, 2.0]), hull) == pytest.approx(-np.sqrt(2.0))
    assert np.isnan(margin_of_stability(np.zeros(3), hull[:2]))


def test_that_the_extrapolated_centre_is_hofs() -> None:
    centre, velocity = np.array([1.0, 0.980665, 2.0]), np.array([1.0, 5.0, -0.5])
    # With this height the pendulum's frequency is the root of 10 rad/s.
    assert extrapolated_centre(centre, velocity) == pytest.approx([1.0 + 10**-0.5, 0.0, 2.0 - 0.5 * 10**-0.5])
    assert np.isnan(extrapolated_centre(np.array([0.0, -1.0, 0.0]), velocity)).all()


def test_that_a_sphere_touches_where_its_lowest_point_is_in_the_floor() -> None:
    geometry, _ = load_walk()
    index = geometry.body_names.index("calcn_r")
    matrix = np.diag([0.05, 0.05, 0.05, 1.0])
    matrix[:3, 3] = (0.1, 0.0, 0.0)
    spheres = ContactSpheres.of(
        type(geometry)(
            **{name: getattr(geometry, name) for name in geometry.__dataclass_fields__ if name != "solids"},
            solids=(Solid("heel", "sphere", index, matrix, is_contact=True), Solid("seen", "sphere", index, matrix)),
        )
    )
    assert spheres.side == ("right",)
    poses = np.tile(np.eye(4), (len(geometry.body_names), 1, 1))
    poses[index, :3, 3] = (2.0, 0.04, -1.0)
    points, depth = spheres.touching(poses)
    assert points == pytest.approx(np.array([[2.1, 0.0, -1.0]]))
    assert depth == pytest.approx([0.01])
    poses[index, 1, 3] = 0.06
    assert np.isnan(spheres.touching(poses)[1]).all()
