"""Fleet shift: the health of far more accounts falls than rises in one month, or the reverse."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import polars as pl

from expectations.business.measure import Measure, does_not_apply
from expectations.business.words import percent
from transforms.errors import first_few
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import FleetShiftCheck, Quality

_NAME = "fleet_shift"


def fleet_shift(scores: pl.DataFrame, former: Sequence[float], quality: Quality, month: Month) -> list[Measure]:
    """Measure the net shift of health: the share of accounts that rose less the share that fell.

    Customers rise and fall each for reasons of their own, in a small or young base by much; what moves most of them one
    way is the feed.

    Args:
        scores: One row per account: account_id, health, health_1_month_ago (both under the same policy). Accounts
            without one of the two are left out of both sides of the share.
        former: The net shifts of the months before that have one, of as many months as the policy looks back.
        quality: The limits; a move counts from more than their points.
        month: The month.

    Returns:
        ``fleet_shift``, negative where more fell. It does not apply where nobody has both, after too few months, or
        where one way outweighs the other by fewer accounts than the policy's minimum.
    """
    check = quality.fleet_shift
    move = (pl.col("health") - pl.col("health_1_month_ago")).alias("move")
    moves = scores.lazy().select("account_id", move).drop_nulls("move").collect()
    if moves.is_empty():
        return [does_not_apply(_NAME, check.severity, f"no account has health both in {month} and the month before")]
    if len(former) < check.minimum_former_months:
        why = (
            f"{pluralize(len(former), 'month')} before {month} show how health usually moves, "
            f"{check.minimum_former_months} are needed"
        )
        return [does_not_apply(_NAME, check.severity, why)]
    rose = moves.filter(pl.col("move") > check.points)["account_id"].to_list()
    fell = moves.filter(pl.col("move") < -check.points)["account_id"].to_list()
    observed, limit = (len(rose) - len(fell)) / moves.height, _limit(former, check)
    message = (
        f"health fell by more than {pluralize(check.points, 'point')} for {len(fell):,} and rose so for "
        f"{len(rose):,} of {pluralize(moves.height, 'account')} in {month}, a net {percent(abs(observed))}"
    )
    if abs(observed) > limit:
        if abs(len(rose) - len(fell)) < check.minimum_moved_accounts:
            why = f"{message}, and under {check.minimum_moved_accounts} accounts may move so by chance"
            return [does_not_apply(_NAME, check.severity, why)]
        message += (
            f", first {first_few(fell if observed < 0 else rose)}; expected at most {percent(limit)} net (usually "
            f"{percent(_usual(former))}): look whether usage, tickets or invoices lost or doubled rows, and accept it "
            "where the move is real"
        )
    return [Measure(_NAME, check.severity, observed, -limit, limit, message)]


def _limit(former: Sequence[float], check: FleetShiftCheck) -> float:
    return max(check.maximum_share, check.maximum_ratio * _usual(former))


def _usual(former: Sequence[float]) -> float:
    return median(abs(shift) for shift in former)
