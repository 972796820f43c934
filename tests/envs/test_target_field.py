"""The field of target velocities, beside osim-rl's own module with SciPy 1.13.1."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

from osimviz.envs import EnvironmentArgumentError
from osimviz.envs.target_field import TargetField
from tests.envs.rollouts import REFERENCE

#: The one array in which only rounding of the sine may differ between processors.
TOLERANCE = {"rtol": 1e-12, "atol": 1e-12}


@pytest.fixture(scope="module")
def recorded() -> dict[str, np.ndarray]:
    with np.load(REFERENCE / "target_field.npz") as file:
        return dict(file)


def reset_field(version: int, seed: int = 9) -> TargetField:
    field = TargetField(seed)
    field.reset(version)
    return field


@pytest.mark.parametrize("version", [1, 2, 3])
def test_that_the_field_is_osim_rls_inside_and_outside_the_map(recorded: dict[str, np.ndarray], version: int) -> None:
    field = reset_field(version)
    for pose, expected in zip(recorded[f"poses_{version}"], recorded[f"fields_{version}"], strict=True):
        np.testing.assert_allclose(field.look(tuple(pose)).seen.ravel(), expected.ravel(), **TOLERANCE)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_that_goals_are_reached_and_follow_each_other_as_in_osim_rl(
    recorded: dict[str, np.ndarray], version: int
) -> None:
    field = reset_field(version)
    goals, reached, later = [field.goal.place_m], [], []
    for i in range(1000):
        x_m, y_m = field.goal.place_m
        pose = (x_m + 0.1, y_m - 0.05, 0.3)
        if field.update(pose, 0.01):
            reached.append(i)
            goals.append(field.goal.place_m)
            later.append(field.look(pose).seen)
    assert reached == recorded[f"reached_{version}"].tolist()
    np.testing.assert_allclose(goals, recorded[f"goals_{version}"], **TOLERANCE)
    np.testing.assert_allclose(later, recorded[f"later_{version}"], **TOLERANCE)


@pytest.mark.parametrize(
    ("version", "goal", "velocity"),
    [
        (1, (5.152617, 0.0), (1.1113, 0.0)),
        (2, (3.285414, 3.969321), (0.708588, 0.856091)),
        (3, (-0.962921, 5.061842), (-0.20768, 1.091722)),
    ],
)
def test_that_a_seed_gives_the_goal_it_gives_in_osim_rl(
    version: int, goal: tuple[float, float], velocity: tuple[float, float]
) -> None:
    field = reset_field(version, seed=7)
    assert field.goal.place_m == pytest.approx(goal, abs=1e-6)
    assert field.velocity_at((0.0, 0.0)) == pytest.approx(velocity, abs=1e-5)
    assert field.goal.stay_s == pytest.approx(3.446930, abs=1e-6)


def test_that_leaving_the_goal_starts_the_stay_anew() -> None:
    field = reset_field(1)
    at_goal = (*field.goal.place_m, 0.0)
    n_steps = round(field.goal.stay_s / 0.01) - 5
    for pose in (at_goal, (0.0, 0.0, 0.0), at_goal):
        assert not any(field.update(pose, 0.01) for _ in range(n_steps))
    assert any(field.update(at_goal, 0.01) for _ in range(10))


def test_that_version_0_is_constant_and_turns_with_the_body() -> None:
    field = reset_field(0)
    np.testing.assert_allclose(
        field.look((3.0, -1.0, 0.0)).seen, np.stack([np.full((11, 11), 1.4), np.zeros((11, 11))])
    )
    turned = field.look((0.0, 0.0, np.pi / 2)).seen
    np.testing.assert_allclose(turned, np.stack([np.zeros((11, 11)), np.full((11, 11), -1.4)]), atol=1e-12)
    assert not field.update((1.4, 0.0, 0.0), 0.01)


def test_that_rows_lead_forward_and_columns_to_the_left() -> None:
    field = reset_field(1)
    seen = field.look((0.0, 0.0, 0.0)).seen
    for ix, iy in ((5, 5), (8, 5), (5, 9), (0, 2)):
        np.testing.assert_allclose(seen[:, ix, iy], field.velocity_at((ix - 5.0, iy - 5.0)), **TOLERANCE)
    assert field.look((0.3, -0.2, 1.0)).velocity.tolist() == field.velocity_at((0.3, -0.2)).tolist()


def test_that_the_field_is_finite_at_a_goal_on_a_node() -> None:
    field = TargetField(0)
    field.reset(1)
    # Six metres ahead is a node of the map; a draw of exactly that would divide 0 by 0 in osim-rl.
    field.goal = replace(field.goal, place_m=(6.0, 0.0))
    assert np.isfinite(field.look((6.0, 0.0, 0.0)).seen).all()


def test_that_a_constant_field_after_one_with_goals_has_none() -> None:
    field = reset_field(3)
    field.reset(0)
    assert field.goal is None
    assert not field.update((0.0, 0.0, 0.0), 0.01)


def test_that_a_copied_and_a_pickled_field_go_on_alike() -> None:
    field = reset_field(2)
    twins = [copy.deepcopy(field), pickle.loads(pickle.dumps(field))]
    assert len(pickle.dumps(field)) < 10_000
    for _ in range(400):
        pose = (*field.goal.place_m, 0.1)
        flags = [one.update(pose, 0.01) for one in (field, *twins)]
        assert len(set(flags)) == 1
    for twin in twins:
        assert twin.goal == field.goal


def test_that_another_version_is_refused() -> None:
    with pytest.raises(EnvironmentArgumentError, match="0, 1, 2 or 3, not 4"):
        TargetField(0).reset(4)
