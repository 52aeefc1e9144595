"""The distances are a promise: who does what they say is promoted in the month that they name."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.tiers.factory import MONTH, as_published, features, rank, state, step_rows
from tests.transforms.tiers.strategies import feature_rows, states
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers import step

Rows = list[dict[str, Any]]

NO_OVERRIDE = dict.fromkeys(("override_tier", "override_start_date", "override_end_date"))
RICH = {"arr": 500_000.0, "support_cost": 0.0, "complexity_without_touchpoints": 0.0}

UP_TO_FIVE = st.lists(st.tuples(states(), feature_rows()), min_size=1, max_size=5)
"""No more than the cap lets go in any case."""


def named(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> tuple[Rows, Rows]:
    befores = [before | {"account_id": str(number)} for number, (before, _) in enumerate(pairs)]
    nows = [now | {"account_id": str(number)} for number, (_, now) in enumerate(pairs)]
    return befores, nows


def promoted_in(before: Rows, now: Rows, then: Rows, policy: Policy, months: int) -> dict[str, Month]:
    """Step the month, and some more with other features; give the first month of each promotion."""
    tiers = step(state(before), features(now), policy, MONTH).collect()
    start = dict(tiers.select("account_id", "base_tier_without_override").iter_rows())
    found: dict[str, Month] = {}
    for month in Month.range(MONTH + 1, MONTH + months):
        tiers = step(as_published(tiers, month - 1).lazy(), features(then), policy, month).collect()
        for account_id, base in tiers.select("account_id", "base_tier_without_override").iter_rows():
            if rank(base) > rank(start[account_id]):
                found.setdefault(account_id, month)
    return found


def later(row: dict[str, Any], priority: float) -> dict[str, Any]:
    """The same account in a later month, with this priority and nothing new: no growth, no override."""
    past = {"arr_1_month_ago": row["arr"], "arr_2_months_ago": row["arr"], "new_product_arr": 0.0}
    return row | past | NO_OVERRIDE | {"priority": priority}


def could_pay(row: dict[str, Any], now: dict[str, Any], policy: Policy) -> bool:
    """Whether it is not money that would bind next, were the score high enough."""
    standing = {"base": row["base_tier_without_override"], "account_id": row["account_id"]}
    again = step_rows([standing], [later(now, 100.0)], policy)[row["account_id"]]
    return again["binding_constraint"] != "economic_ceiling"


@settings(max_examples=20)
@given(UP_TO_FIVE)
def test_the_missing_points_promote_in_the_earliest_month(
    policy: Policy, pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    before, now = named(pairs)
    short = {
        name: row
        for name, row in step_rows(before, now, policy).items()
        if row["binding_constraint"] == "score" and could_pay(row, now[int(name)], policy)
    }
    # The sum may miss the boundary by a rounding error; that much is given on top.
    then = [later(now[int(name)], now[int(name)]["priority"] + row["points_to_promotion"] + 1e-9)
            for name, row in short.items()]  # fmt: skip
    announced = {name: Month.of(row["earliest_promotion_month"]) for name, row in short.items()}
    assert promoted_in(before, now, then, policy, months=4) == announced


@settings(max_examples=20)
@given(UP_TO_FIVE)
def test_who_can_pay_and_scores_best_waits_as_long_as_is_said(
    policy: Policy, pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    """Whatever bound before: dwell, cooldown, a gap in the data or a contract event that still waits."""
    before, now = named(pairs)
    now = [row | RICH | NO_OVERRIDE for row in now]
    announced = {
        name: Month.of(row["earliest_promotion_month"])
        for name, row in step_rows(before, now, policy).items()
        if row["earliest_promotion_month"] is not None
    }
    then = [later(row, 100.0) for row in now if row["account_id"] in announced]
    assert promoted_in(before, now, then, policy, months=4) == announced
