"""Checks look back on computed months and on published ones in the same way."""

from __future__ import annotations

import polars as pl
import pytest

from flows.inputs.history import History, history_of, months_before
from transforms.month import Month
from transforms.policy import Policy

JUNE = Month.parse("2025-06")
SCORES = {"health": pl.Float64, "health_1_month_ago": pl.Float64}


def frames(*healths: tuple[float | None, float | None], is_suspended: bool = False) -> dict[str, pl.DataFrame]:
    return {
        "account_scores": pl.DataFrame(list(healths), schema=SCORES, orient="row"),
        "account_tiers": pl.DataFrame({"is_silence_suspended": [is_suspended] * len(healths)}),
    }


@pytest.mark.parametrize(
    ("healths", "shifts"),
    [
        pytest.param([(50.0, None), (None, 50.0)], {}, id="nobody_has_both"),
        pytest.param([(50.0, 40.0), (40.0, 50.0), (30.0, 50.0), (50.0, 50.0)], {JUNE: -0.25}, id="net"),
        pytest.param([(55.0, 50.0), (45.0, 50.0)], {JUNE: 0.0}, id="five_points_are_no_move"),
    ],
)
def test_the_net_shift_of_a_computed_month(policy: Policy, healths, shifts) -> None:
    assert history_of(JUNE, frames(*healths), policy).shifts == shifts


@pytest.mark.parametrize("is_suspended", [False, True])
def test_whether_silence_was_suspended_in_a_computed_month(policy: Policy, is_suspended: bool) -> None:
    suspended = history_of(JUNE, frames((50.0, 50.0), is_suspended=is_suspended), policy).suspended
    assert suspended == ({JUNE} if is_suspended else set())


def test_months_are_added_and_chosen() -> None:
    both = History({JUNE: 0.1}, frozenset({JUNE})).and_of(History({JUNE + 1: 0.2}, frozenset({JUNE + 1})))
    assert both.of([JUNE, JUNE + 1]) == both
    assert both.of([JUNE + 1, JUNE + 2]) == History({JUNE + 1: 0.2}, frozenset({JUNE + 1}))


def test_checks_look_back_half_a_year_by_default(policy: Policy) -> None:
    assert months_before(JUNE, policy) == Month.range(JUNE - 6, JUNE - 1)
