"""What L2M2019Env pays, step by step, without a simulation."""

import numpy as np
import pytest

from osimviz.envs.l2m2019_reward import RewardAccount, RewardedStep

QUIET = {
    "step_s": 0.01,
    "squared_activations": 2.0,
    "velocity_error": np.array([0.3, -0.4]),
    "is_footstep": False,
    "n_footsteps": 0,
    "has_succeeded": False,
    "is_target_reached": False,
}


def pay(account: RewardAccount, *, second_round: bool = False, **changes: object) -> tuple[float, dict[str, float]]:
    return account.pay(RewardedStep(**{**QUIET, **changes}), second_round=second_round)


@pytest.mark.parametrize(("second_round", "weight"), [(False, 1), (True, 3)])
def test_that_a_footstep_is_paid_for_all_the_time_since_the_last_one(second_round: bool, weight: int) -> None:
    account = RewardAccount()
    for _ in range(2):
        for _ in range(19):
            assert pay(account, second_round=second_round)[0] == 0.1
        reward, terms = pay(account, second_round=second_round, is_footstep=True)
        assert terms["footstep_time"] == pytest.approx(10 * 0.2)
        assert terms["footstep_velocity"] == pytest.approx(-weight * 0.5 * 0.2)
        assert terms["footstep_effort"] == pytest.approx(-2.0 * 0.2)
        assert sum(terms.values()) == pytest.approx(reward, abs=1e-12)


def test_that_the_end_of_the_first_round_pays_the_unfinished_footstep() -> None:
    account = RewardAccount()
    for _ in range(9):
        pay(account)
    reward, terms = pay(account, has_succeeded=True)
    assert terms["success"] == pytest.approx(10 + 10 * 0.1)
    assert reward == pytest.approx(0.1 + 11)


def test_that_a_footstep_in_the_last_step_is_paid_with_the_bonus_too() -> None:
    account = RewardAccount()
    for _ in range(9):
        pay(account)
    _, terms = pay(account, has_succeeded=True, is_footstep=True)
    assert terms["footstep_time"] == pytest.approx(1.0)
    assert terms["success"] == pytest.approx(11.0)


@pytest.mark.parametrize(("n_footsteps", "is_paid"), [(5, False), (6, True)])
def test_that_the_end_of_the_second_round_pays_those_who_walked(n_footsteps: int, is_paid: bool) -> None:
    _, terms = pay(RewardAccount(), second_round=True, has_succeeded=True, n_footsteps=n_footsteps)
    assert (terms["footstep_time"] > 0) is is_paid
    assert "success" not in terms


def test_that_a_target_pays_500_in_the_second_round_only() -> None:
    assert pay(RewardAccount(), second_round=True, is_target_reached=True)[1]["target"] == 500.0
    assert "target" not in pay(RewardAccount(), is_target_reached=True)[1]
